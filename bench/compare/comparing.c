/* comparing.c - see comparing.h. */
#include "compare/comparing.h"

#include "base/suggest.h"
#include "compare/match.h"
#include "compare/unlike.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(printf, 2, 3))) static void warn(struct comparing *comparing, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    json_array_append_new(comparing->warnings, json_string(text));
}

/* --- the baseline among the queues --- */

/* The names of a campaign's queues, each once, in the file's order; instruments are none. The caller's to
   free. */
static const char **queue_names(const struct summary *summary, size_t *count)
{
    const char **names = calloc(summary->count + 1, sizeof *names);
    *count = 0;
    for (size_t i = 0; names && i < summary->count; i++) {
        const struct configuration *its = &summary->configurations[i];
        bool is_new = !its->instrument;
        for (size_t j = *count; is_new && j > 0; j--)
            is_new = strcmp(names[j - 1], its->axis[AXIS_QUEUE]) != 0;
        if (is_new)
            names[(*count)++] = its->axis[AXIS_QUEUE];
    }
    return names;
}

/* Chooses the first queue, or finds the one that is asked for. */
static int choose_baseline(struct comparing *comparing, struct fault *fault)
{
    const struct side *side = &comparing->side[0];
    const char **baseline = &comparing->options.baseline;
    size_t count, found = 0;
    const char **names = queue_names(&side->summary, &count);
    int status = names ? 0 : fault_set(fault, "the queues cannot be compared: out of memory");
    while (names && *baseline && found < count && strcmp(names[found], *baseline) != 0)
        found++;
    if (status == 0 && *baseline && found == count)
        status = suggest_unknown(fault, "queue", *baseline, names, count);
    else if (status == 0 && count < 2)
        status =
            fault_set(fault,
                      "there is nothing to compare: '%s' holds %s queue%s%s; name another campaign's file "
                      "beside it",
                      side->file->path, count ? "one" : "no", count ? ", " : "", count ? names[0] : "");
    else if (status == 0 && !*baseline)
        *baseline = names[0];
    free(names);
    return status;
}

/* --- comparing --- */

static int add_matches(struct comparing *comparing, const struct matches *matches, const struct side *other)
{
    struct comparison *more =
        realloc(comparing->list, (comparing->count + matches->count + 1) * sizeof *comparing->list);
    if (!more)
        return -1;
    comparing->list = more;
    for (size_t i = 0; i < matches->count; i++)
        if (compare_two(&comparing->list[comparing->count++], &comparing->side[0].measurements,
                        matches->match[i].base, &other->measurements, matches->match[i].other))
            return -1;
    return 0;
}

/* Says what is not compared, or not quite alike. */
static void warn_of_matches(struct comparing *comparing, const struct matches *matches,
                            const struct side *other)
{
    char text[256] = "", first[256] = "";
    size_t unlike = 0;
    for (size_t i = 0; i < matches->count; i++) {
        const struct match *match = &matches->match[i];
        bool differs = *unlike_lengths(match->base->trial[0], match->other->trial[0], text, sizeof text);
        if (differs && !unlike++)
            strcpy(first, text);
    }
    if (unlike)
        warn(comparing, "of %zu configuration%s of '%.200s' %s", unlike, unlike == 1 ? "" : "s",
             other->file->path, first);
    if (matches->uneven)
        warn(comparing,
             "capacities differ in %zu comparison%s: of two queues one is unbounded, which never waits for "
             "room "
             "and pays in memory",
             matches->uneven, matches->uneven == 1 ? "" : "s");
    if (matches->unmatched_count)
        warn(comparing, "not compared, since there is no base: %zu configuration%s of '%.200s', first %.300s",
             matches->unmatched_count, matches->unmatched_count == 1 ? "" : "s", other->file->path,
             matches->unmatched[0]->label);
}

static int compare_side(struct comparing *comparing, struct side *other, struct fault *fault)
{
    struct matches matches = {0};
    struct side *base = &comparing->side[0];
    const char *baseline = comparing->options.baseline;
    if (!other->file->complete)
        warn(comparing, "'%.200s' is not complete: it was compared as far as it went", other->file->path);
    int status = baseline ? match_queues(&matches, &base->summary, baseline, fault)
                          : match_files(&matches, &base->summary, &other->summary, fault);
    if (status == 0 && !matches.count && matches.unmatched_count)
        status = fault_set(
            fault,
            "there is nothing to compare: no configuration of '%s' has its like %s%s%s; the first "
            "is %.300s",
            other->file->path, baseline ? "of queue " : "in '", baseline ? baseline : base->file->path,
            baseline ? "" : "'", matches.unmatched[0]->label);
    else if (status == 0 && !matches.count)
        status =
            fault_set(fault, "there is nothing to compare: no trial in '%s' has ended", other->file->path);
    if (status == 0)
        warn_of_matches(comparing, &matches, other);
    if (status == 0 && add_matches(comparing, &matches, other))
        status = fault_set(fault, "the campaigns cannot be compared: out of memory");
    match_release(&matches);
    return status;
}

static int compare_sides(struct comparing *comparing, struct fault *fault)
{
    if (comparing->sides == 1)
        return choose_baseline(comparing, fault) || compare_side(comparing, &comparing->side[0], fault) ? -1
                                                                                                        : 0;
    if (comparing->options.baseline)
        return fault_set(fault,
                         "--baseline names a queue within one file, but several are given: between files "
                         "the first one is the base");
    for (size_t i = 1; i < comparing->sides; i++)
        if (unlike_check(comparing->side[0].file, comparing->side[i].file, comparing->options.anyway,
                         comparing->warnings, fault) ||
            compare_side(comparing, &comparing->side[i], fault))
            return -1;
    return 0;
}

int comparing_make(struct comparing *comparing, const struct campaign_file *files, size_t count,
                   const struct comparing_options *options, struct fault *fault)
{
    *comparing = (struct comparing){
        .options = *options, .side = calloc(count, sizeof *comparing->side), .warnings = json_array()};
    if (!comparing->side || !comparing->warnings)
        return fault_set(fault, "the campaigns cannot be compared: out of memory");
    for (; comparing->sides < count; comparing->sides++) {
        struct side *side = &comparing->side[comparing->sides];
        side->file = &files[comparing->sides];
        if (summary_make(&side->summary, side->file, fault) ||
            measured_make(&side->measurements, &side->summary, options->metric, fault)) {
            comparing->sides++; /* what it has is released with it */
            return -1;
        }
    }
    if (compare_sides(comparing, fault))
        return -1;
    if (compare_family(comparing->list, comparing->count, options->band))
        return fault_set(fault, "the campaigns cannot be compared: out of memory");
    compare_sort(comparing->list, comparing->count);
    return 0;
}

void comparing_release(struct comparing *comparing)
{
    for (size_t i = 0; i < comparing->sides; i++) {
        measured_release(&comparing->side[i].measurements);
        summary_release(&comparing->side[i].summary);
    }
    free(comparing->side);
    free(comparing->list);
    json_decref(comparing->warnings);
    *comparing = (struct comparing){0};
}

size_t comparing_count(const struct comparing *comparing, enum verdict verdict)
{
    size_t count = 0;
    for (size_t i = 0; i < comparing->count; i++)
        count += comparing->list[i].verdict == verdict;
    return count;
}
