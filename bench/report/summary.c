/* summary.c - see summary.h. */
#include "report/summary.h"

#include "campaign/stopping.h"
#include "report/nodes.h"
#include "stats/ratio.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const summary_axis_names[AXES] = {"queue", "wait",      "transfer", "capacity", "shape",
                                              "local", "stages",    "sources",  "workers",  "sinks",
                                              "work",  "placement", "memory",   "close"};

/* --- grouping --- */

/* The configuration of each label, by its index in the file. */
static json_t *index_labels(const json_t *labels)
{
    json_t *index = json_object();
    for (size_t i = 0; i < json_array_size(labels); i++)
        json_object_set_new(index, json_string_value(json_array_get(labels, i)), json_integer((json_int_t)i));
    return index;
}

static int by_block(const void *a_, const void *b_)
{
    const struct trial_figures *a = *(const struct trial_figures *const *)a_;
    const struct trial_figures *b = *(const struct trial_figures *const *)b_;
    return (a->block > b->block) - (a->block < b->block);
}

/* Puts each trial under its configuration. Returns the array that all their lists are parts of, or null when
   memory ran out. */
static const struct trial_figures **group_trials(struct configuration *all, const json_t *labels,
                                                 const struct campaign_file *file)
{
    json_t *index = index_labels(labels);
    const struct trial_figures **lists = calloc(file->count + 1, sizeof *lists);
    size_t *where = calloc(file->count + 1, sizeof *where), used = 0;
    bool ready = index && lists && where;
    for (size_t i = 0; ready && i < file->count; i++) {
        where[i] = (size_t)json_integer_value(json_object_get(index, file->trials[i].label));
        all[where[i]].trials++;
    }
    for (size_t i = 0; ready && i < json_array_size(labels); i++) {
        all[i].label = json_string_value(json_array_get(labels, i));
        all[i].trial = lists + used;
        used += all[i].trials;
        all[i].trials = 0;
    }
    for (size_t i = 0; ready && i < file->count; i++) {
        struct configuration *its = &all[where[i]];
        its->trial[its->trials++] = &file->trials[i];
    }
    free(where);
    json_decref(index);
    if (ready)
        return lists;
    free(lists);
    return NULL;
}

/* --- figures --- */

struct figure summary_figure(double *values, size_t count)
{
    if (!count)
        return (struct figure){NAN, NAN, NAN, NAN};
    stats_sort(values, count);
    struct stats_interval interval = stats_median_interval(values, count, 0.95);
    return (struct figure){stats_median(values, count), interval.low, interval.high, interval.confidence};
}

#define FIGURE(figure, value)                                                                                \
    {                                                                                                        \
        offsetof(struct configuration, figure), offsetof(struct trial_figures, value), false                 \
    }
/* Of how a trial ended, which is as true of one in which a worker failed. */
#define ENDING(figure, value)                                                                                \
    {                                                                                                        \
        offsetof(struct configuration, figure), offsetof(struct trial_figures, value), true                  \
    }

/* Which value of a trial each figure is the median of. */
static const struct {
    size_t figure, value;
    bool is_ending;
} medians[] = {
    FIGURE(throughput, throughput),
    FIGURE(operations, operations),
    FIGURE(failed_share, failed_share),
    FIGURE(round_trip_seconds, round_trip_seconds),
    FIGURE(local_took_ns, local_took_ns),
    FIGURE(cpu_ns_per_item, cpu_ns_per_item),
    FIGURE(peak_bytes, resident_peak_bytes),
    FIGURE(growth_bytes, resident_growth_bytes),
    FIGURE(heap_slope, heap_slope),
    ENDING(drain_seconds, drain_seconds),
    ENDING(join_seconds, join_seconds),
    ENDING(caller_cpu_seconds, caller_cpu_seconds),
    ENDING(dropped, discarded),
    FIGURE(cpus, cpus),
    FIGURE(busy[0], role_busy[0]),
    FIGURE(busy[1], role_busy[1]),
    FIGURE(busy[2], role_busy[2]),
    FIGURE(busy[3], role_busy[3]),
    FIGURE(busy[4], role_busy[4]),
};
static_assert(ROLES == 5, "one busy[] a role in the table above");

/* `scratch` has room for a value of each trial. */
static void set_medians(struct configuration *its, double *scratch)
{
    for (size_t i = 0; i < sizeof medians / sizeof *medians; i++) {
        size_t count = 0;
        for (size_t j = 0; j < its->trials; j++) {
            double value = *(const double *)((const char *)its->trial[j] + medians[i].value);
            enum outcome outcome = its->trial[j]->outcome;
            bool counts = outcome == OUTCOME_OK || (medians[i].is_ending && outcome == OUTCOME_FAILED);
            if (counts && isfinite(value))
                scratch[count++] = value;
        }
        *(struct figure *)((char *)its + medians[i].figure) = summary_figure(scratch, count);
    }
}

/* What the median of the throughput does not tell. */
static void set_shape(struct configuration *its, double *scratch)
{
    size_t count = 0;
    for (size_t i = 0; i < its->trials; i++) {
        const struct trial_figures *trial = its->trial[i];
        if (trial->outcome != OUTCOME_OK)
            continue;
        if (isfinite(trial->throughput))
            scratch[count++] = trial->throughput;
        its->judged += trial->steady.is != STATS_STEADY_UNKNOWN;
        its->unsteady += trial->steady.is == STATS_UNSTEADY;
        its->late += trial->steady.is == STATS_STEADY && trial->steady.from > trial->warmup_seconds;
    }
    its->shape = stats_shape(scratch, count);
}

static double over(double total, double items)
{
    return items > 0 ? total / items : NAN;
}

static void set_totals(struct configuration *its)
{
    double taken = 0, empty = 0, full = 0, voluntary = 0, involuntary = 0;
    for (size_t i = 0; i < its->trials; i++) {
        const struct trial_figures *trial = its->trial[i];
        its->failed += trial->failed;
        its->abandoned += isfinite(trial->abandoned) ? trial->abandoned : 0;
        if (trial->outcome != OUTCOME_OK)
            continue;
        its->items += trial->items;
        its->discarded += trial->discarded;
        taken += trial->worker_taken;
        empty += trial->empty_polls;
        full += trial->full_polls;
        voluntary += trial->voluntary_switches;
        involuntary += trial->involuntary_switches;
        its->migrations += trial->migrations;
        its->strayed += trial->strayed;
    }
    its->empty_polls_per_item = over(empty, its->items);
    its->full_polls_per_item = over(full, its->items);
    its->polls_per_item = over(taken + empty, its->items);
    its->voluntary_per_1000 = over(1e3 * voluntary, its->items);
    its->involuntary_per_1000 = over(1e3 * involuntary, its->items);
}

/* The stage that was the bottleneck in most trials; of two, the one that was so first. */
static const char *most_frequent_bottleneck(const struct configuration *its)
{
    struct {
        const char *name;
        size_t times;
    } seen[ROLES] = {{NULL, 0}}, most = {NULL, 0};
    for (size_t i = 0; i < its->trials; i++) {
        const char *name = its->trial[i]->outcome == OUTCOME_OK ? its->trial[i]->bottleneck : NULL;
        for (size_t j = 0; name && j < ROLES; j++)
            if (!seen[j].name || strcmp(seen[j].name, name) == 0) {
                seen[j].name = name;
                seen[j].times++;
                break;
            }
    }
    for (size_t j = 0; j < ROLES; j++)
        if (seen[j].times > most.times)
            memcpy(&most, &seen[j], sizeof most);
    return most.name;
}

/* The ok trial with the highest throughput that is not above the median. */
static const struct trial_figures *typical_trial(const struct configuration *its)
{
    const struct trial_figures *found = NULL;
    for (size_t i = 0; i < its->trials; i++) {
        const struct trial_figures *trial = its->trial[i];
        if (trial->outcome == OUTCOME_OK && trial->throughput <= its->throughput.median &&
            (!found || trial->throughput > found->throughput))
            found = trial;
    }
    return found;
}

/* --- a configuration --- */

static void set_capacity(struct configuration *its, const struct trial_figures *trial)
{
    strcpy(its->capacity_text, "unbounded");
    strcpy(its->capacity_digits, "unbounded");
    if (isfinite(trial->capacity)) {
        units_format_count((uint64_t)trial->capacity, its->capacity_text, sizeof its->capacity_text);
        snprintf(its->capacity_digits, sizeof its->capacity_digits, "%.0f", trial->capacity);
    }
    its->axis[AXIS_CAPACITY] = trial->capacities ? trial->capacities : its->capacity_text;
    its->capacity = trial->capacities ? trial->capacities : its->capacity_digits;
}

/* "65535", or one a hop where they differ: "1023/127/127/unbounded". */
static void set_real_capacity(struct configuration *its, const double real[HOPS])
{
    char *text = its->real_capacity_text;
    const size_t size = sizeof its->real_capacity_text;
    bool are_alike = true;
    for (int hop = 1; hop < HOPS; hop++)
        are_alike &= real[hop] == real[0] || (isnan(real[hop]) && isnan(real[0]));
    text[0] = '\0';
    for (int hop = 0; hop < (are_alike ? 1 : HOPS); hop++) {
        size_t length = strlen(text);
        if (isnan(real[hop]))
            snprintf(text + length, size - length, "%sunbounded", hop ? "/" : "");
        else
            snprintf(text + length, size - length, "%s%.0f", hop ? "/" : "", real[hop]);
    }
    its->real_capacity = are_alike && isnan(real[0]) ? NULL : text;
}

static void set_axes(struct configuration *its)
{
    const struct trial_figures *trial = its->trial[0];
    const char *const values[AXES] = {
        [AXIS_QUEUE] = trial->queue,     [AXIS_WAIT] = trial->wait,     [AXIS_TRANSFER] = trial->transfer,
        [AXIS_WORKERS] = trial->workers, [AXIS_WORK] = trial->work,     [AXIS_PLACE] = trial->placement,
        [AXIS_MEMORY] = trial->memory,   [AXIS_CLOSE] = trial->close,   [AXIS_SHAPE] = trial->shape,
        [AXIS_LOCAL] = trial->local,     [AXIS_STAGES] = trial->stages, [AXIS_SOURCES] = trial->sources,
        [AXIS_SINKS] = trial->sinks,
    };
    memcpy(its->axis, values, sizeof values);
    set_capacity(its, trial);
    set_real_capacity(its, trial->real_capacity);
    its->instrument = trial->instrument;
}

static void set_outcomes(struct configuration *its)
{
    size_t length = 0;
    for (size_t i = 0; i < its->trials; i++)
        its->outcomes[its->trial[i]->outcome]++;
    its->ok = its->outcomes[OUTCOME_OK];
    if (its->ok == its->trials) {
        strcpy(its->outcome_text, "ok");
        return;
    }
    for (int i = 0; i < OUTCOMES; i++) {
        int outcome = i == 0 ? OUTCOME_OK : i == OUTCOME_OK ? 0 : i; /* ok comes first */
        if (its->outcomes[outcome] && length < sizeof its->outcome_text)
            length +=
                (size_t)snprintf(its->outcome_text + length, sizeof its->outcome_text - length, "%s%zu %s",
                                 length ? ", " : "", its->outcomes[outcome], outcome_names[outcome]);
    }
}

static void summarise(struct configuration *its, const struct campaign_file *file, double *scratch)
{
    qsort(its->trial, its->trials, sizeof *its->trial, by_block);
    set_axes(its);
    set_outcomes(its);
    set_medians(its, scratch);
    set_shape(its, scratch);
    set_totals(its);
    its->precision = stopping_half_width(its->throughput.median, its->throughput.low, its->throughput.high,
                                         its->throughput.confidence);
    its->aa_ratio = (struct figure){NAN, NAN, NAN, NAN};
    its->bottleneck = most_frequent_bottleneck(its);
    its->typical = typical_trial(its);
    nodes_summarise(its, file);
}

/* --- the campaign --- */

static bool are_alike(const struct configuration *a, const struct configuration *b, enum axis axis)
{
    return strcmp(a->axis[axis], b->axis[axis]) == 0;
}

/* Which axes vary: those in which a configuration differs from the first one; and in a queue, from the first
   one of that queue. */
static void compare_axes(struct summary *summary)
{
    const struct configuration *all = summary->configurations, *of_queue = all;
    for (const struct configuration *its = all; its < all + summary->count; its++) {
        if (!are_alike(its, of_queue, AXIS_QUEUE)) /* a queue's configurations mostly stand together */
            for (of_queue = all; !are_alike(its, of_queue, AXIS_QUEUE);)
                of_queue++;
        for (enum axis axis = 0; axis < AXES; axis++) {
            summary->varies[axis] |= !are_alike(its, all, axis);
            summary->varies_in_queue[axis] |= !are_alike(its, of_queue, axis);
        }
    }
}

/* Likewise of classes of placements. */
static void compare_classes(struct summary *summary)
{
    const struct configuration *all = summary->configurations, *of_class = all;
    for (const struct configuration *its = all; its < all + summary->count; its++) {
        if (strcmp(its->place_class, of_class->place_class) != 0)
            for (of_class = all; strcmp(its->place_class, of_class->place_class) != 0;)
                of_class++;
        summary->class_varies |= of_class != all;
        summary->class_tells |= strcmp(its->place_class, its->axis[AXIS_PLACE]) != 0;
        summary->place_varies_in_class |= !are_alike(its, of_class, AXIS_PLACE);
    }
}

/* Whether how its trials ended is worth a look. */
static bool ended_otherwise(const struct configuration *its)
{
    for (size_t i = 0; i < its->trials; i++)
        if (its->trial[i]->error_text)
            return true;
    return strcmp(its->axis[AXIS_CLOSE], "close") != 0 || its->failed > 0 || its->abandoned > 0;
}

/* Moves the configurations without a trial out of the list, and the twins behind the others. */
static int sort_out(struct summary *summary, size_t planned)
{
    struct configuration *all = summary->configurations;
    struct configuration *twins = calloc(planned + 1, sizeof *twins);
    if (!twins)
        return -1;
    for (size_t i = 0; i < planned; i++) {
        if (!all[i].trials)
            summary->unrun[summary->unrun_count++] = all[i].label;
        else if (all[i].trial[0]->twin)
            twins[summary->twins++] = all[i];
        else
            all[summary->count++] = all[i];
    }
    memcpy(all + summary->count, twins, summary->twins * sizeof *twins);
    free(twins);
    return 0;
}

/* --- why it ended --- */

/* Of each label of the campaign, what its last line says; of one that was interrupted, by its precision. */
static void set_stopped(struct summary *summary, const json_t *labels)
{
    const json_t *stopped = json_object_get(summary->file->end, "stopped"), *label;
    const json_t *wanted = json_object_get(summary->file->header, "precision");
    json_t *of = json_object();
    size_t i;
    json_array_foreach (labels, i, label)
        json_object_set(of, json_string_value(label), json_array_get(stopped, i));
    for (i = 0; i < summary->count + summary->twins; i++) {
        struct configuration *its = &summary->configurations[i];
        bool is_precise = json_is_number(wanted) && its->precision <= json_number_value(wanted);
        its->stopped = json_string_value(json_object_get(of, its->label));
        if (!summary->file->complete && !its->trial[0]->is_baseline)
            its->stopped = stop_reason_names[is_precise ? STOP_PRECISE : STOP_NOT];
    }
    json_decref(of);
}

/* --- twins --- */

/* Over the blocks in which both ended ok. */
static void compare_twin(struct configuration *twin, const struct configuration *original, double *scratch)
{
    double *of_original = scratch + twin->trials;
    size_t count = 0;
    twin->original = original;
    for (size_t i = 0, j = 0; i < twin->trials; i++) {
        while (j < original->trials && original->trial[j]->block < twin->trial[i]->block)
            j++;
        if (j == original->trials || original->trial[j]->block != twin->trial[i]->block)
            continue;
        double a = twin->trial[i]->throughput, b = original->trial[j]->throughput;
        if (twin->trial[i]->outcome == OUTCOME_OK && original->trial[j]->outcome == OUTCOME_OK && a > 0 &&
            b > 0) {
            scratch[count] = a;
            of_original[count++] = b;
        }
    }
    struct stats_ratio ratio = stats_ratio_paired(scratch, of_original, count);
    twin->aa_ratio =
        (struct figure){ratio.ratio, ratio.interval.low, ratio.interval.high, ratio.interval.confidence};
}

/* A twin's label is its original's and a word more. */
static void compare_twins(struct summary *summary, double *scratch)
{
    struct configuration *all = summary->configurations;
    json_t *index = json_object();
    for (size_t i = 0; summary->twins && i < summary->count; i++)
        json_object_set_new(index, all[i].label, json_integer((json_int_t)i));
    for (size_t i = summary->count; i < summary->count + summary->twins; i++) {
        char *label = strdup(all[i].label), *mark = label ? strstr(label, SPEC_TWIN) : NULL;
        if (mark)
            *mark = '\0';
        const json_t *original = mark ? json_object_get(index, label) : NULL;
        all[i].twin = true;
        if (original)
            compare_twin(&all[i], &all[json_integer_value(original)], scratch);
        free(label);
    }
    json_decref(index);
}

int summary_make(struct summary *summary, const struct campaign_file *file, struct fault *fault)
{
    const json_t *labels = file->labels;
    size_t planned = json_array_size(labels);
    double *scratch = calloc(file->count + 1, sizeof *scratch);
    *summary = (struct summary){
        .file = file,
        .configurations = calloc(planned + 1, sizeof *summary->configurations),
        .unrun = calloc(planned + 1, sizeof *summary->unrun),
    };
    if (summary->configurations)
        summary->lists = group_trials(summary->configurations, labels, file);
    if (!scratch || !summary->lists || !summary->unrun || sort_out(summary, planned)) {
        free(scratch);
        summary_release(summary);
        return fault_set(fault, "the campaign cannot be summarised: out of memory");
    }
    summary->tells_nodes = nodes_are_several(file->header);
    for (size_t i = 0; i < summary->count + summary->twins; i++) {
        summarise(&summary->configurations[i], file, scratch);
        summary->tells_endings |= ended_otherwise(&summary->configurations[i]);
    }
    compare_twins(summary, scratch);
    set_stopped(summary, json_object_get(file->header, "configurations"));
    free(scratch);
    if (summary_place(summary, fault)) {
        summary_release(summary);
        return -1;
    }
    compare_axes(summary);
    compare_classes(summary);
    return 0;
}

void summary_release(struct summary *summary)
{
    free(summary->lists);
    free(summary->configurations);
    free(summary->unrun);
    *summary = (struct summary){0};
}
