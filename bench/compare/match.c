/* match.c - see match.h. */
#include "compare/match.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A configuration that others are compared with, by its key. */
struct entry {
    char *key; /* owned */
    const struct configuration *its;
    size_t place; /* in the file */
};

char *match_setting(const struct configuration *its)
{
    const struct trial_figures *trial = its->trial[0];
    char *text;
    if (asprintf(&text, "%s|%s|%s|%s|%s|%s|%s|%s|%s|%s|%s|%s|%s|%s|%s", its->axis[AXIS_WAIT],
                 its->axis[AXIS_TRANSFER], its->axis[AXIS_SHAPE], its->axis[AXIS_LOCAL],
                 its->axis[AXIS_STAGES], its->axis[AXIS_SOURCES], its->axis[AXIS_SINKS],
                 its->axis[AXIS_WORKERS], its->axis[AXIS_WORK], its->axis[AXIS_CLOSE], its->axis[AXIS_MEMORY],
                 trial->signature, isnan(trial->items_planned) ? "time" : "items",
                 trial->fail ? trial->fail : "", trial->on_fail ? trial->on_fail : "") < 0)
        return NULL;
    return text;
}

static bool is_unbounded(const struct configuration *its)
{
    return strcmp(its->axis[AXIS_CAPACITY], "unbounded") == 0;
}

static bool are_equal(const struct configuration *a, const struct configuration *b, enum axis axis)
{
    return strcmp(a->axis[axis], b->axis[axis]) == 0;
}

bool match_capacities(const struct configuration *a, const struct configuration *b)
{
    return are_equal(a, b, AXIS_CAPACITY) || is_unbounded(a) || is_unbounded(b);
}

/* The setting, and with `of_queue` the queue and its capacity, in which campaigns must not differ. */
static char *key_of(const struct configuration *its, bool of_queue)
{
    char *setting = match_setting(its), *key = NULL;
    if (setting && of_queue &&
        asprintf(&key, "%s|%s|%s", its->axis[AXIS_QUEUE], its->axis[AXIS_CAPACITY], setting) < 0)
        key = NULL;
    if (!of_queue)
        return setting;
    free(setting);
    return key;
}

static int by_key(const void *a_, const void *b_)
{
    const struct entry *a = a_, *b = b_;
    int order = strcmp(a->key, b->key);
    return order ? order : (a->place > b->place) - (a->place < b->place);
}

struct index {
    struct entry *entry;
    size_t count;
    bool of_queue;
};

static int make_index(struct index *index, const struct summary *base, const char *baseline)
{
    *index = (struct index){calloc(base->count + 1, sizeof *index->entry), 0, !baseline};
    for (size_t i = 0; index->entry && i < base->count; i++) {
        const struct configuration *its = &base->configurations[i];
        if (baseline && strcmp(its->axis[AXIS_QUEUE], baseline) != 0)
            continue;
        char *key = key_of(its, index->of_queue);
        if (!key)
            return -1;
        index->entry[index->count++] = (struct entry){key, its, i};
    }
    if (!index->entry)
        return -1;
    qsort(index->entry, index->count, sizeof *index->entry, by_key);
    return 0;
}

static void release_index(struct index *index)
{
    for (size_t i = 0; i < index->count; i++)
        free(index->entry[i].key);
    free(index->entry);
}

/* The first entry with the key, or with the next one. */
static size_t find_key(const struct index *index, const char *key)
{
    size_t low = 0, high = index->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(index->entry[middle].key, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Of the configurations with the key the one that is nearest: of the same capacity if there is one, then of
   the same name of placement; null: none may be compared. */
static const struct configuration *find_base(const struct index *index, const char *key,
                                             const struct configuration *other)
{
    const struct configuration *found = NULL;
    int best = -1;
    for (size_t i = find_key(index, key); i < index->count && strcmp(index->entry[i].key, key) == 0; i++) {
        const struct configuration *its = index->entry[i].its;
        int nearness = 2 * are_equal(its, other, AXIS_CAPACITY) + are_equal(its, other, AXIS_PLACE);
        if (match_capacities(its, other) && nearness > best) {
            best = nearness;
            found = its;
        }
    }
    return found;
}

static int match_all(struct matches *matches, const struct summary *base, const struct summary *other,
                     const char *baseline)
{
    struct index index;
    int status = make_index(&index, base, baseline);
    *matches = (struct matches){.match = calloc(other->count + 1, sizeof *matches->match),
                                .unmatched = calloc(other->count + 1, sizeof *matches->unmatched)};
    if (!matches->match || !matches->unmatched)
        status = -1;
    for (size_t i = 0; status == 0 && i < other->count; i++) {
        const struct configuration *its = &other->configurations[i];
        if (baseline && (its->instrument || strcmp(its->axis[AXIS_QUEUE], baseline) == 0))
            continue;
        char *key = key_of(its, index.of_queue);
        const struct configuration *found = key ? find_base(&index, key, its) : NULL;
        status = key ? 0 : -1;
        free(key);
        if (found)
            matches->match[matches->count++] = (struct match){found, its};
        else
            matches->unmatched[matches->unmatched_count++] = its;
        matches->uneven += found && !are_equal(found, its, AXIS_CAPACITY);
    }
    release_index(&index);
    return status;
}

int match_queues(struct matches *matches, const struct summary *summary, const char *baseline,
                 struct fault *fault)
{
    return match_all(matches, summary, summary, baseline)
               ? fault_set(fault, "the queues cannot be compared: out of memory")
               : 0;
}

int match_files(struct matches *matches, const struct summary *base, const struct summary *other,
                struct fault *fault)
{
    return match_all(matches, base, other, NULL)
               ? fault_set(fault, "the campaigns cannot be compared: out of memory")
               : 0;
}

void match_release(struct matches *matches)
{
    free(matches->match);
    free(matches->unmatched);
    *matches = (struct matches){0};
}
