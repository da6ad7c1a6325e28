/* campaign.c - running a campaign: see campaign.h. */
#include "campaign/campaign.h"

#include "base/clock.h"
#include "base/rng.h"
#include "campaign/disturbance.h"
#include "campaign/progress.h"
#include "machine/memory_place.h"
#include "machine/placement.h"
#include "machine/signature.h"
#include "trial/trial.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The trials that an interrupted campaign has in its file, by block and configuration. */
struct done_trials {
    const struct trial_figures **of; /* [block * configurations + configuration]; null: it is to be run */
    size_t blocks;                   /* beyond them none is there */
};

struct running {
    const struct campaign *campaign;
    struct record_file *file;
    struct campaign_result *result;
    struct done_trials done;
    struct stopping stopping;
    struct progress progress;
    struct disturbance disturbance;
    uint64_t begin_ns;
    double before_s; /* for how long the campaign had run before it was interrupted */
};

static double running_seconds(const struct running *running)
{
    return running->before_s + (double)(clock_now_ns() - running->begin_ns) / 1e9;
}

/* --- what is there already --- */

/* A trial's place in the plan, by its label. */
static json_t *index_plan(const struct plan *plan)
{
    char label[2 * SPEC_TEXT_SIZE];
    json_t *index = json_object();
    for (size_t i = 0; i < plan->count; i++) {
        spec_label(&plan->specs[i], label, sizeof label);
        json_object_set_new(index, label, json_integer((json_int_t)i));
    }
    return index;
}

static int find_done(struct running *running, const struct campaign_file *file, struct fault *fault)
{
    const struct plan *plan = running->campaign->plan;
    struct done_trials *done = &running->done;
    for (size_t i = 0; i < file->count; i++)
        if (!file->trials[i].is_baseline && file->trials[i].block >= done->blocks)
            done->blocks = (size_t)file->trials[i].block + 1;
    if (done->blocks > running->campaign->rule.blocks_max)
        return fault_set(fault,
                         "'%s' has trials of block %zu, but only %u were planned: it was changed since",
                         running->file->path, done->blocks - 1, running->campaign->rule.blocks_max);
    done->of = calloc(done->blocks * plan->count + 1, sizeof *done->of);
    json_t *index = index_plan(plan);
    for (size_t i = 0; done->of && index && i < file->count; i++) {
        const struct trial_figures *trial = &file->trials[i];
        if (trial->is_baseline)
            continue;
        size_t configuration = (size_t)json_integer_value(json_object_get(index, trial->label));
        done->of[trial->block * plan->count + configuration] = trial;
        running->before_s = fmax(running->before_s, isfinite(trial->at_seconds) ? trial->at_seconds : 0);
    }
    bool ready = done->of && index;
    json_decref(index);
    return ready ? 0 : fault_set(fault, "out of memory");
}

static const struct trial_figures *done_trial(const struct running *running, unsigned block,
                                              size_t configuration)
{
    return block < running->done.blocks
               ? running->done.of[block * running->campaign->plan->count + configuration]
               : NULL;
}

/* --- the trials --- */

/* The order of a block and its paddings depend on the seed and the block alone, so that a campaign that goes
   on later goes on in the same order. */
static void shuffle_block(const struct campaign *campaign, unsigned block, struct rng *rng, size_t *order)
{
    uint64_t seed = campaign->seed + block;
    rng_seed(rng, rng_splitmix64(&seed));
    for (size_t i = 0; i < campaign->plan->count; i++)
        order[i] = i;
    rng_shuffle(rng, order, campaign->plan->count);
}

/* Writes the record and notes what it says: what it says, not what was measured, which has more digits. */
static int record_one(struct running *running, size_t configuration, json_t *record, struct fault *fault)
{
    double at_s = record_round(running_seconds(running));
    json_t *throughput = json_object_get(record, "throughput");
    bool is_ok =
        strcmp(json_string_value(json_object_get(record, "outcome")), outcome_names[OUTCOME_OK]) == 0;
    double value = is_ok && json_is_number(throughput) ? record_round(json_number_value(throughput)) : NAN;
    json_object_set_new(record, "at_s", json_real(at_s));
    if (record_write(running->file, record, fault))
        return -1;
    return stopping_note(&running->stopping, configuration, value, at_s, fault);
}

/* 0: recorded; 1: interrupted; -1: could not be run or recorded. */
static int run_one(struct running *running, size_t configuration, unsigned block, unsigned position,
                   uint64_t padding, struct fault *fault)
{
    const struct topology *topology = running->campaign->topology;
    const struct spec *spec = &running->campaign->plan->specs[configuration];
    struct placement_plan placement;
    struct memory_place memory;
    struct board *board;
    struct signature shared;
    const char *hops[HOPS] = {shared.hop[0], shared.hop[1], shared.hop[2], shared.hop[3]};
    char signature[SIGNATURE_SIZE];
    const struct wiring wiring = spec_wiring(spec);
    if (placement_plan(&placement, topology, spec->placement, &wiring, fault))
        return -1;
    int status = signature_of(&shared, &placement, topology, fault);
    if (status == 0)
        status = memory_place_plan(&memory, spec->memory, topology, &placement, fault);
    if (status == 0)
        status = trial_run(spec, placement.pu, memory.hop, padding, &board, fault);
    placement_free(&placement);
    if (status)
        return status;
    running->result->trials++;
    running->result->not_ok += board->outcome != OUTCOME_OK;
    disturbance_add(&running->disturbance, board);
    progress_done(&running->progress);
    if (board->outcome != OUTCOME_OK)
        progress_note(&running->progress, "%s in block %u: %s: %s", spec->queue_name, block,
                      outcome_names[board->outcome], board->text);
    signature_text(&shared, topology->tree, signature);
    status =
        record_one(running, configuration, record_of_trial(board, block, position, hops, signature), fault);
    trial_release(board);
    return status;
}

/* A trial that is there already is noted as it was when it was run. */
static int note_done(struct running *running, size_t configuration, const struct trial_figures *trial,
                     struct fault *fault)
{
    running->result->not_ok += trial->outcome != OUTCOME_OK;
    return stopping_note(&running->stopping, configuration,
                         trial->outcome == OUTCOME_OK ? trial->throughput : NAN, trial->at_seconds, fault);
}

static int run_block(struct running *running, unsigned block, size_t *order, struct fault *fault)
{
    const struct plan *plan = running->campaign->plan;
    struct rng rng;
    char label[2 * SPEC_TEXT_SIZE];
    int status = 0;
    shuffle_block(running->campaign, block, &rng, order);
    for (size_t i = 0; i < plan->count && status == 0; i++) {
        uint64_t padding = rng_next(&rng);
        const struct trial_figures *done = done_trial(running, block, order[i]);
        spec_label(&plan->specs[order[i]], label, sizeof label);
        if (!done)
            progress_step(&running->progress, block, i, label);
        status = done ? note_done(running, order[i], done, fault)
                      : run_one(running, order[i], block, (unsigned)i, padding, fault);
    }
    return status ? status : record_sync(running->file, fault);
}

static json_t *end_record(const struct running *running, unsigned blocks, size_t trials,
                          enum stop_reason reason, const json_t *machine)
{
    json_t *end = json_pack("{s:s, s:I, s:f, s:i}", "record", "end", "trials", (json_int_t)trials, "seconds",
                            running_seconds(running), "blocks", (int)blocks);
    json_t *stopped = json_array(), *precision = json_array();
    for (size_t i = 0; i < running->campaign->plan->count; i++) {
        double width = stopping_precision(&running->stopping, i);
        json_array_append_new(
            stopped, json_string(stop_reason_names[stopping_reason_of(&running->stopping, i, reason)]));
        json_array_append_new(precision, isfinite(width) ? json_real(width) : json_null());
    }
    json_object_set_new(end, "stopped", stopped);
    json_object_set_new(end, "precision", precision);
    json_object_set_new(end, "disturbance", disturbance_record(&running->disturbance, machine));
    return end;
}

/* Block by block until the rule says stop: 0, 1 or -1 as run_one. */
static int run_blocks(struct running *running, enum stop_reason *reason, unsigned *blocks,
                      struct fault *fault)
{
    size_t *order = calloc(running->campaign->plan->count + 1, sizeof *order);
    int status = order ? 0 : fault_set(fault, "out of memory");
    *reason = STOP_NOT;
    for (*blocks = 0; status == 0 && *reason == STOP_NOT;) {
        status = run_block(running, (*blocks)++, order, fault);
        if (status == 0)
            *reason = stopping_decide(&running->stopping, *blocks);
    }
    progress_end(&running->progress);
    free(order);
    return status;
}

/* The file's beginning, unless it is there; what of it is missing may be the limits. */
static int write_beginning(const struct running *running, const struct campaign_file *done, json_t *header,
                           struct fault *fault)
{
    json_t *limits = running->campaign->limits;
    if (!done && record_write(running->file, json_incref(header), fault))
        return -1;
    if (limits && !(done && done->limits) && record_write(running->file, json_incref(limits), fault))
        return -1;
    return record_sync(running->file, fault);
}

int campaign_run(const struct campaign *campaign, struct record_file *file, const struct campaign_file *done,
                 struct campaign_result *result, struct fault *fault)
{
    const struct plan *plan = campaign->plan;
    struct running running = {
        .campaign = campaign, .file = file, .result = result, .begin_ns = clock_now_ns()};
    json_t *header = done ? json_incref(done->header) : campaign_header(campaign);
    enum stop_reason reason;
    unsigned blocks;
    *result = (struct campaign_result){0};
    int status = stopping_make(&running.stopping, &campaign->rule, plan->count, fault);
    if (status == 0 && done)
        status = find_done(&running, done, fault);
    if (status == 0)
        status = write_beginning(&running, done, header, fault);
    progress_begin(&running.progress, &running.stopping,
                   campaign_estimate_block(plan) / (double)(plan->count ? plan->count : 1), campaign->quiet);
    disturbance_begin(&running.disturbance, campaign->topology);
    if (status == 0)
        status = run_blocks(&running, &reason, &blocks, fault);
    if (status == 0) {
        size_t trials = result->trials + (done ? done->own_count : 0);
        json_t *end = end_record(&running, blocks, trials, reason, json_object_get(header, "machine"));
        status = record_write(file, end, fault) ? -1 : record_sync(file, fault);
    }
    json_decref(header);
    stopping_release(&running.stopping);
    free(running.done.of);
    result->interrupted = status == 1;
    return status < 0 ? -1 : 0;
}
