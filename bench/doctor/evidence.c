/* evidence.c - what the records show of how a campaign was run: see rules.h. */
#include "doctor/rules.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- values --- */

static double number_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static bool has_counts(const json_t *object, const char *const *keys, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!json_is_integer(json_object_get(object, keys[i])))
            return false;
    return true;
}

#define HAS_COUNTS(object, keys) has_counts(object, keys, sizeof(keys) / sizeof *(keys))

/* --- one trial that ended ok --- */

/* The source's puts against what became of them. */
static bool is_conserved(const json_t *trial)
{
    double put = number_of(json_array_get(json_object_get(trial, "roles"), 0), "put");
    return put == number_of(trial, "items") + number_of(trial, "discarded") + number_of(trial, "failed");
}

static bool is_ordered(const json_t *trial)
{
    const json_t *roles = json_object_get(trial, "roles");
    for (size_t i = 0; i < json_array_size(roles); i++)
        if (!(number_of(json_array_get(roles, i), "disordered") == 0 &&
              number_of(json_array_get(roles, i), "foreign") == 0))
            return false;
    return json_array_size(roles) > 0;
}

static bool tells_polls(const json_t *trial)
{
    static const char *const of_trial[] = {"voluntary_switches", "involuntary_switches"};
    static const char *const of_role[] = {"taken",  "put",    "empty_polls", "full_polls",
                                          "yields", "sleeps", "wakeups",     "signals"};
    const json_t *roles = json_object_get(trial, "roles");
    for (size_t i = 0; i < json_array_size(roles); i++)
        if (!HAS_COUNTS(json_array_get(roles, i), of_role))
            return false;
    return HAS_COUNTS(trial, of_trial) && json_array_size(roles) > 0;
}

static bool tells_memory(const json_t *trial)
{
    static const char *const keys[] = {"start_bytes", "peak_bytes", "end_bytes"};
    const json_t *memory = json_object_get(trial, "memory");
    return HAS_COUNTS(memory, keys) &&
           json_array_size(json_object_get(memory, "heap_slope_bytes_per_s")) == 3;
}

/* Whether it has samples at all: 0 or how many; negative where their times do not rise. */
static int samples_of(const json_t *trial)
{
    const json_t *times = json_object_get(json_object_get(trial, "series"), "at_s");
    size_t count = json_array_size(times);
    for (size_t i = 1; i < count; i++)
        if (!(json_number_value(json_array_get(times, i)) > json_number_value(json_array_get(times, i - 1))))
            return -1;
    return (int)count;
}

static void look_at_rate(struct evidence *evidence, const json_t *trial)
{
    double window_s = number_of(trial, "window_s"), rate = number_of(trial, "throughput");
    double expected = number_of(trial, "window_items") / window_s, elapsed_s = number_of(trial, "elapsed_s");
    evidence->window_inside += window_s > 0 && window_s <= elapsed_s;
    if (isnan(rate) || isnan(expected))
        return;
    if (fabs(rate - expected) <= 1e-6 * expected) /* the records have nine digits */
        evidence->rates_right++;
    else
        evidence->rates_wrong++;
}

static void look_at_threads(struct evidence *evidence, const json_t *trial)
{
    const json_t *threads = json_object_get(trial, "threads");
    size_t known = 0;
    for (size_t i = 0; i < json_array_size(threads); i++) {
        const json_t *thread = json_array_get(threads, i);
        known += json_is_integer(json_object_get(thread, "cpu"));
        evidence->bound += json_is_integer(json_object_get(thread, "pu"));
        evidence->strayed += json_is_true(json_object_get(thread, "strayed"));
    }
    evidence->placed += known > 0 && known == json_array_size(threads);
}

static void look_at_ok(struct evidence *evidence, const struct trial_figures *figures, const json_t *trial)
{
    const json_t *config = json_object_get(trial, "config");
    bool conserved = is_conserved(trial), ordered = is_ordered(trial);
    int samples = samples_of(trial);
    evidence->counted += isfinite(figures->items_planned);
    evidence->warmed += number_of(config, "warmup_s") > 0;
    evidence->with_series += samples >= 3;
    evidence->rising_series += samples >= 3;
    evidence->with_counts += tells_polls(trial);
    evidence->with_memory += tells_memory(trial);
    evidence->conserved += conserved;
    evidence->ordered += ordered;
    evidence->verified += conserved && ordered && !figures->instrument;
    look_at_rate(evidence, trial);
    look_at_threads(evidence, trial);
}

/* Whether trials got steady was told when they were read (stats/steady.h). */
static void look_at_steadiness(struct evidence *evidence)
{
    for (size_t i = 0; i < evidence->summary->count; i++) {
        const struct configuration *its = &evidence->summary->configurations[i];
        if (its->trial[0]->is_baseline)
            continue;
        evidence->steadiness_tested += its->judged;
        evidence->unsteady += its->unsteady;
    }
}

/* --- all trials --- */

/* Counts trials whose configuration is not that of the first one of their label. */
static void look_at_config(struct evidence *evidence, json_t *configs, const char *label, json_t *trial)
{
    json_t *config = json_object_get(trial, "config"), *known = json_object_get(configs, label);
    if (known)
        evidence->mixed_configs += !json_equal(known, config);
    else if (config)
        json_object_set(configs, label, config);
}

struct process {
    double number, padding;
};

static void look_at_process(struct evidence *evidence, const json_t *trial, struct process *before)
{
    struct process its = {number_of(trial, "process"), number_of(trial, "padding_bytes")};
    evidence->with_process += its.number > 0;
    evidence->same_process += its.number == before->number;
    evidence->with_padding += its.padding >= 0;
    if (its.padding >= 0 && before->padding >= 0 && its.padding != before->padding)
        evidence->paddings_differ = true;
    *before = its;
}

/* --- the order within blocks --- */

struct place {
    unsigned block;
    double position;
    const char *label;
};

static int by_block_and_position(const void *a_, const void *b_)
{
    const struct place *a = a_, *b = b_;
    if (a->block != b->block)
        return a->block < b->block ? -1 : 1;
    return a->position < b->position ? -1 : a->position > b->position;
}

static bool is_same_order(const struct place *a, const struct place *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(a[i].label, b[i].label) != 0)
            return false;
    return true;
}

/* The reader refuses a label that is twice in a block, so that as many places as there are configurations are
   a whole block. */
static void look_at_order(struct evidence *evidence, struct place *places, size_t count)
{
    size_t configurations = json_array_size(json_object_get(evidence->header, "configurations")), length;
    const struct place *first = NULL;
    qsort(places, count, sizeof *places, by_block_and_position);
    for (struct place *place = places; place < places + count; place += length) {
        bool positioned = true;
        for (length = 0; place + length < places + count && place[length].block == place->block; length++)
            positioned &= !isnan(place[length].position);
        if (length != configurations || !positioned)
            continue;
        evidence->whole_blocks++;
        evidence->reordered_blocks += first && !is_same_order(first, place, length);
        first = first ? first : place;
    }
}

int evidence_gather(struct evidence *evidence, const struct summary *summary, struct fault *fault)
{
    const struct campaign_file *file = summary->file;
    struct place *places = calloc(file->count + 1, sizeof *places);
    struct process before = {NAN, NAN};
    json_t *configs = json_object();
    *evidence = (struct evidence){.summary = summary,
                                  .file = file,
                                  .header = file->header,
                                  .machine = json_object_get(file->header, "machine")};
    for (size_t i = 0; places && configs && i < file->count; i++) {
        const struct trial_figures *figures = &file->trials[i];
        if (figures->is_baseline)
            continue;
        json_t *trial = record_trial_line(file, figures);
        evidence->read += json_object_size(trial) > 0;
        places[evidence->trials++] =
            (struct place){figures->block, number_of(trial, "position"), figures->label};
        evidence->ok += figures->outcome == OUTCOME_OK;
        look_at_config(evidence, configs, figures->label, trial);
        look_at_process(evidence, trial, &before);
        if (figures->outcome == OUTCOME_OK)
            look_at_ok(evidence, figures, trial);
        json_decref(trial);
    }
    bool whole = places && configs;
    if (whole) {
        look_at_order(evidence, places, evidence->trials);
        look_at_steadiness(evidence);
    }
    json_decref(configs);
    free(places);
    return whole ? 0 : fault_set(fault, "the rules cannot be judged: out of memory");
}
