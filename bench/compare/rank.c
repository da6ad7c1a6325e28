/* rank.c - see rank.h. */
#include "compare/rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- settings --- */

static int by_setting(const void *a_, const void *b_)
{
    const struct configuration *a = *(const struct configuration *const *)a_;
    const struct configuration *b = *(const struct configuration *const *)b_;
    for (int axis = AXIS_QUEUE + 1; axis < AXES; axis++) {
        int order = axis == AXIS_CAPACITY ? 0 : strcmp(a->axis[axis], b->axis[axis]);
        if (order)
            return order;
    }
    return 0;
}

static int by_setting_and_place(const void *a, const void *b)
{
    int order = by_setting(a, b);
    const struct configuration *left = *(const struct configuration *const *)a;
    const struct configuration *right = *(const struct configuration *const *)b;
    return order ? order : (left > right) - (left < right);
}

static bool is_capacity(const struct configuration *its, const char *capacity)
{
    return strcmp(its->axis[AXIS_CAPACITY], capacity) == 0;
}

/* Whether the queue of an unbounded configuration has one of this capacity too. */
static bool has_bounded(const struct configuration *const *list, size_t count,
                        const struct configuration *its, const char *capacity)
{
    for (size_t i = 0; i < count; i++)
        if (is_capacity(list[i], capacity) && strcmp(list[i]->axis[AXIS_QUEUE], its->axis[AXIS_QUEUE]) == 0)
            return true;
    return false;
}

/* --- one setting --- */

static double median_of(const struct ranking *ranking, const struct place *place)
{
    double median = measured_of(&ranking->measurements, place->its)->figure.median;
    return ranking->metric->more_is_better ? -median : median;
}

static int by_median(const void *a, const void *b, void *ranking)
{
    double left = median_of(ranking, a), right = median_of(ranking, b);
    if (isnan(left) != isnan(right))
        return isnan(left) ? 1 : -1;
    if (left != right && !isnan(left))
        return left < right ? -1 : 1;
    const struct place *a_place = a, *b_place = b;
    return (a_place->its > b_place->its) - (a_place->its < b_place->its);
}

/* Sets the ranks from all pairs of the first `count`, which have figures. */
static int set_ranks(struct ranking *ranking, struct place *first, size_t count)
{
    struct comparison *pairs = calloc(count * (count - 1) / 2 + 1, sizeof *pairs);
    const struct measurements *all = &ranking->measurements;
    size_t used = 0;
    int status = pairs ? 0 : -1;
    for (size_t i = 0; i < count; i++) {
        first[i].low = 1;
        first[i].high = count;
        for (size_t j = 0; status == 0 && j < i; j++)
            status = compare_two(&pairs[used++], all, first[j].its, all, first[i].its);
    }
    if (status == 0)
        status = compare_family(pairs, used, ranking->band);
    for (size_t i = 0, pair = 0; status == 0 && i < count; i++)
        for (size_t j = 0; j < i; j++, pair++) {
            bool is_better = pairs[pair].verdict == VERDICT_BETTER;
            bool is_worse = pairs[pair].verdict == VERDICT_WORSE;
            first[is_better ? j : i].low += is_better || is_worse;
            first[is_better ? i : j].high -= is_better || is_worse;
        }
    free(pairs);
    return status;
}

/* Ranks the places that were just added as a setting; a queue alone is taken back. */
static int close_setting(struct ranking *ranking, size_t begin)
{
    struct place *first = ranking->place + begin;
    size_t count = ranking->count - begin, with_figure = 0;
    int status = 0;
    if (count < 2) {
        ranking->count = begin;
        ranking->alone += count;
        return 0;
    }
    qsort_r(first, count, sizeof *first, by_median, ranking);
    while (with_figure < count && !isnan(median_of(ranking, &first[with_figure])))
        with_figure++;
    for (size_t i = 0; i < count; i++) {
        first[i].setting = ranking->settings;
        first[i].size = count;
        if (compare_two(&first[i].with_best, &ranking->measurements, first[0].its, &ranking->measurements,
                        first[i].its))
            status = -1;
    }
    ranking->settings++;
    return status ? status : set_ranks(ranking, first, with_figure);
}

static void add_place(struct ranking *ranking, const struct configuration *its, const char *capacity)
{
    ranking->place[ranking->count++] = (struct place){.its = its, .capacity = capacity};
}

/* Ranks those configurations that differ in queue and capacity alone: once for each capacity. */
static int rank_setting(struct ranking *ranking, const struct configuration *const *list, size_t count)
{
    static const char unbounded[] = "unbounded";
    bool have_bounds = false;
    for (size_t i = 0; i < count; i++)
        have_bounds |= !is_capacity(list[i], unbounded);
    for (size_t i = 0; i < count; i++) {
        const char *capacity = list[i]->axis[AXIS_CAPACITY];
        size_t begin = ranking->count;
        bool is_new = !have_bounds || !is_capacity(list[i], unbounded);
        for (size_t j = 0; j < i; j++)
            is_new &= !is_capacity(list[j], capacity);
        for (size_t j = 0; is_new && j < count; j++)
            if (is_capacity(list[j], capacity) ||
                (is_capacity(list[j], unbounded) && !has_bounded(list, count, list[j], capacity)))
                add_place(ranking, list[j], capacity);
        if (is_new && close_setting(ranking, begin))
            return -1;
    }
    return 0;
}

/* --- the campaign --- */

/* How many places there can be at most: an unbounded queue has one for each capacity. */
static size_t room_for(const struct configuration *const *list, size_t count)
{
    size_t room = 1;
    for (size_t first = 0, next; first < count; first = next) {
        for (next = first + 1; next < count && by_setting(&list[first], &list[next]) == 0;)
            next++;
        room += (next - first) * (next - first);
    }
    return room;
}

static int rank_all(struct ranking *ranking, const struct configuration **list)
{
    const struct summary *summary = &ranking->summary;
    size_t count = 0;
    for (size_t i = 0; i < summary->count; i++)
        if (!summary->configurations[i].instrument)
            list[count++] = &summary->configurations[i];
    qsort(list, count, sizeof *list, by_setting_and_place);
    ranking->place = calloc(room_for(list, count), sizeof *ranking->place);
    if (!ranking->place)
        return -1;
    for (size_t first = 0, next; first < count; first = next) {
        for (next = first + 1; next < count && by_setting(&list[first], &list[next]) == 0;)
            next++;
        if (rank_setting(ranking, list + first, next - first))
            return -1;
    }
    return 0;
}

int rank_make(struct ranking *ranking, const struct campaign_file *file, const struct metric *metric,
              double band, struct fault *fault)
{
    *ranking = (struct ranking){.metric = metric, .band = band, .file = file};
    if (summary_make(&ranking->summary, file, fault) ||
        measured_make(&ranking->measurements, &ranking->summary, metric, fault))
        return -1;
    const struct configuration **list = calloc(ranking->summary.count + 1, sizeof *list);
    int status = list ? rank_all(ranking, list) : -1;
    free(list);
    if (status)
        return fault_set(fault, "the queues cannot be ranked: out of memory");
    if (!ranking->count)
        return fault_set(fault,
                         "there is nothing to rank: '%s' has no two queues with trials in the same setting",
                         file->path);
    return 0;
}

void rank_release(struct ranking *ranking)
{
    measured_release(&ranking->measurements);
    summary_release(&ranking->summary);
    free(ranking->place);
    *ranking = (struct ranking){0};
}
