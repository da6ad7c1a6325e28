/* campaign.c - see campaign.h. */
#include "campaign/campaign.h"

#include "base/clock.h"
#include "campaign/disturbance.h"
#include "machine/machine.h"
#include "machine/placement.h"
#include "machine/signature.h"
#include "campaign/progress.h"
#include "base/rng.h"
#include "trial/trial.h"
#include "base/units.h"
#include "base/version.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TRIAL_OVERHEAD_MS = 25 }; /* process, threads, set-up and verification, as seen on small machines */

double campaign_estimate(const struct campaign *campaign)
{
    double seconds = 0;
    for (size_t i = 0; i < campaign->plan->count; i++) {
        const struct spec *spec = &campaign->plan->specs[i];
        double one = (double)TRIAL_OVERHEAD_MS / 1e3;
        one += spec->counted ? (double)spec->items / 1e6 : (double)spec->duration_ns / 1e9;
        seconds += one;
    }
    return seconds * campaign->blocks;
}

void campaign_print(const struct campaign *campaign, FILE *out)
{
    const struct plan *plan = campaign->plan;
    char label[2 * SPEC_TEXT_SIZE];
    fprintf(out, "%zu configurations, each once in each of %u blocks: %zu trials, about %.0f s; seed %llu\n",
            plan->count, campaign->blocks, plan->count * campaign->blocks, campaign_estimate(campaign),
            (unsigned long long)campaign->seed);
    for (size_t i = 0; i < plan->count; i++) {
        spec_label(&plan->specs[i], label, sizeof label);
        fprintf(out, "  %s\n", label);
    }
    for (size_t i = 0; i < plan->skipped_count; i++)
        fprintf(out, "  skipped: %s: %s\n", plan->skipped[i].label, plan->skipped[i].reason.text);
}

/* --- header and end --- */

static json_t *plan_header(const struct campaign *campaign)
{
    const struct plan *plan = campaign->plan;
    char label[2 * SPEC_TEXT_SIZE];
    json_t *header = json_object(), *arguments = json_array(), *configurations = json_array(),
           *skipped = json_array();
    for (size_t i = 0; i < campaign->argument_count; i++)
        json_array_append_new(arguments, json_string(campaign->arguments[i]));
    for (size_t i = 0; i < plan->count; i++) {
        spec_label(&plan->specs[i], label, sizeof label);
        json_array_append_new(configurations, json_string(label));
    }
    for (size_t i = 0; i < plan->skipped_count; i++)
        json_array_append_new(skipped, json_pack("{s:s, s:s}", "label", plan->skipped[i].label, "reason",
                                                 plan->skipped[i].reason.text));
    json_object_set_new(header, "arguments", arguments);
    json_object_set_new(header, "blocks", json_integer(campaign->blocks));
    json_object_set_new(header, "configurations", configurations);
    json_object_set_new(header, "skipped", skipped);
    json_object_set_new(header, "trials_planned", json_integer((json_int_t)(plan->count * campaign->blocks)));
    return header;
}

static json_t *make_header(const struct campaign *campaign)
{
    char started[32], *topology = topology_xml(campaign->topology);
    time_t now = time(NULL);
    struct tm utc;
    strftime(started, sizeof started, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    json_t *header = json_object(), *machine = machine_record(campaign->topology),
           *plan = plan_header(campaign);
    json_object_set_new(header, "record", json_string("campaign"));
    json_object_set_new(header, "schema", json_integer(RECORD_SCHEMA));
    json_object_set_new(header, "program", json_string("sluice " SLUICE_VERSION));
    json_object_set_new(header, "started", json_string(started));
    json_object_set_new(header, "preset", campaign->preset ? json_string(campaign->preset) : json_null());
    json_object_set_new(header, "seed", json_integer((json_int_t)campaign->seed));
    json_object_set_new(header, "burn_rounds_per_ns", json_real(campaign->burn_rounds_per_ns));
    json_object_update(header, plan);
    json_object_set_new(header, "warnings", machine_warnings(machine));
    json_object_set_new(header, "machine", machine);
    json_object_set_new(header, "topology", topology ? json_string(topology) : json_null());
    json_decref(plan);
    free(topology);
    return header;
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

static bool is_done(const struct campaign_file *done, unsigned block, const char *label)
{
    for (size_t i = 0; done && i < done->count; i++)
        if (done->trials[i].block == block && strcmp(done->trials[i].label, label) == 0)
            return true;
    return false;
}

struct running {
    const struct campaign *campaign;
    struct record_file *file;
    struct campaign_result *result;
    struct progress progress;
    struct disturbance disturbance;
};

/* 0: recorded; 1: interrupted; -1: could not be run or recorded. */
static int run_one(struct running *running, const struct spec *spec, unsigned block, unsigned position,
                   uint64_t padding, struct fault *fault)
{
    struct placement_plan placement;
    struct board *board;
    struct signature shared;
    const char *hops[HOPS] = {shared.hop[0], shared.hop[1], shared.hop[2], shared.hop[3]};
    char signature[SIGNATURE_SIZE];
    if (placement_plan(&placement, running->campaign->topology, spec->placement, spec->workers.stage, fault))
        return -1;
    int status = signature_of(&shared, &placement, running->campaign->topology, fault);
    if (status == 0)
        status = trial_run(spec, placement.pu, padding, &board, fault);
    placement_free(&placement);
    if (status)
        return status;
    running->result->trials++;
    disturbance_add(&running->disturbance, board);
    running->result->not_ok += board->outcome != OUTCOME_OK;
    if (board->outcome != OUTCOME_OK)
        progress_note(&running->progress, "%s in block %u: %s: %s", spec->queue_name, block,
                      outcome_names[board->outcome], board->text);
    signature_text(&shared, running->campaign->topology->tree, signature);
    status = record_write(running->file, record_of_trial(board, block, position, hops, signature), fault);
    trial_release(board);
    return status;
}

static int run_block(struct running *running, unsigned block, const struct campaign_file *done, size_t *order,
                     struct fault *fault)
{
    const struct campaign *campaign = running->campaign;
    struct rng rng;
    char label[2 * SPEC_TEXT_SIZE];
    shuffle_block(campaign, block, &rng, order);
    for (size_t i = 0; i < campaign->plan->count; i++) {
        const struct spec *spec = &campaign->plan->specs[order[i]];
        uint64_t padding = rng_next(&rng);
        spec_label(spec, label, sizeof label);
        if (is_done(done, block, label))
            continue;
        progress_step(&running->progress, block, label);
        int status = run_one(running, spec, block, (unsigned)i, padding, fault);
        if (status)
            return status;
    }
    return record_sync(running->file, fault);
}

int campaign_run(const struct campaign *campaign, struct record_file *file, const struct campaign_file *done,
                 struct campaign_result *result, struct fault *fault)
{
    struct running running = {.campaign = campaign, .file = file, .result = result};
    size_t *order = calloc(campaign->plan->count, sizeof *order), before = done ? done->own_count : 0;
    uint64_t begin_ns = clock_now_ns();
    *result = (struct campaign_result){0};
    if (!order)
        return fault_set(fault, "out of memory");
    progress_begin(&running.progress, campaign->plan->count * campaign->blocks - before, campaign->blocks,
                   campaign_estimate(campaign), campaign->quiet);
    json_t *header = done ? json_incref(done->header) : make_header(campaign);
    int status = done ? 0 : record_write(file, json_incref(header), fault);
    if (status == 0 && campaign->limits && !(done && done->limits))
        status = record_write(file, json_incref(campaign->limits), fault);
    disturbance_begin(&running.disturbance, campaign->topology);
    for (unsigned block = 0; block < campaign->blocks && status == 0; block++)
        status = run_block(&running, block, done, order, fault);
    progress_end(&running.progress);
    if (status == 0) {
        const json_t *machine = json_object_get(header, "machine");
        json_t *end = json_pack("{s:s, s:I, s:f, s:o}", "record", "end", "trials",
                                (json_int_t)(before + result->trials), "seconds",
                                (double)(clock_now_ns() - begin_ns) / 1e9, "disturbance",
                                disturbance_record(&running.disturbance, machine));
        status = record_write(file, end, fault) ? -1 : record_sync(file, fault);
    }
    free(order);
    json_decref(header);
    result->interrupted = status == 1;
    return status < 0 ? -1 : 0;
}
