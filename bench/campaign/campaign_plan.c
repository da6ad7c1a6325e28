/* campaign_plan.c - a campaign before it runs: what it will take, the header of its records, and whether
   records are of this campaign. See campaign.h. */
#include "campaign/campaign.h"

#include "base/sha256.h"
#include "base/units.h"
#include "base/version.h"
#include "machine/machine.h"
#include "machine/memory_place.h"
#include "trial/registry.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    TRIAL_OVERHEAD_MS = 25, /* process, threads, set-up and verification, as seen on small machines */
    /* The size of a trial's record, as seen: what all have, a thread, a sample. */
    RECORD_BYTES = 4000,
    THREAD_BYTES = 95,
    SAMPLE_BYTES = 38,
};

/* --- what it will take --- */

static double estimate_seconds(const struct spec *spec)
{
    return (double)TRIAL_OVERHEAD_MS / 1e3 +
           (spec->counted ? (double)spec->items / 1e6 : (double)spec->duration_ns / 1e9);
}

double campaign_estimate_block(const struct plan *plan)
{
    double seconds = 0;
    for (size_t i = 0; i < plan->count; i++)
        seconds += estimate_seconds(&plan->specs[i]);
    return seconds;
}

double campaign_estimate(const struct campaign *campaign)
{
    double seconds = campaign_estimate_block(campaign->plan) * campaign->rule.blocks_min;
    double budget_s = campaign->rule.budget_s;
    return budget_s > 0 && budget_s < seconds ? budget_s : seconds;
}

static double estimate_block_bytes(const struct plan *plan)
{
    double bytes = 0;
    for (size_t i = 0; i < plan->count; i++) {
        const struct spec *spec = &plan->specs[i];
        const struct wiring wiring = spec_wiring(spec);
        double samples = spec->sample_ns ? estimate_seconds(spec) * 1e9 / (double)spec->sample_ns : 0;
        bytes += RECORD_BYTES + THREAD_BYTES * (double)wiring_threads(&wiring) +
                 SAMPLE_BYTES * (samples < RECORD_SERIES ? samples : RECORD_SERIES);
    }
    return bytes;
}

/* "95 s", "12 min", "3.4 h" */
static const char *say_seconds(double seconds, char text[32])
{
    if (seconds < 600)
        snprintf(text, 32, "%.0f s", seconds);
    else if (seconds < 36000)
        snprintf(text, 32, "%.0f min", seconds / 60);
    else
        snprintf(text, 32, "%.1f h", seconds / 3600);
    return text;
}

static void print_extent(const struct campaign *campaign, unsigned blocks, FILE *out)
{
    const struct plan *plan = campaign->plan;
    double seconds = campaign_estimate_block(plan) * blocks, budget_s = campaign->rule.budget_s;
    char time[32], size[32];
    units_format_si(estimate_block_bytes(plan) * blocks, size, sizeof size);
    fprintf(out, "%zu trials, about %s and %sB of records", plan->count * blocks,
            say_seconds(budget_s > 0 && budget_s < seconds ? budget_s : seconds, time), size);
}

/* Whether the plan has memory bound to nodes. */
static bool binds_memory(const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        if (strcmp(plan->specs[i].memory, "default") != 0)
            return true;
    return false;
}

/* The nodes of a configuration whose memory is bound. */
static void print_nodes(const struct campaign *campaign, const struct spec *spec, FILE *out)
{
    const struct wiring wiring = spec_wiring(spec);
    struct placement_plan placement;
    struct memory_place memory;
    char text[600];
    if (strcmp(spec->memory, "default") == 0 ||
        placement_plan(&placement, campaign->topology, spec->placement, &wiring, NULL))
        return;
    if (memory_place_plan(&memory, spec->memory, campaign->topology, &placement, NULL) == 0)
        fprintf(out, "    memory on nodes: %s\n", memory_place_text(&memory, text, sizeof text));
    placement_free(&placement);
}

void campaign_print(const struct campaign *campaign, FILE *out)
{
    const struct plan *plan = campaign->plan;
    const struct stop_rule *rule = &campaign->rule;
    char label[2 * SPEC_TEXT_SIZE], budget[32];
    fprintf(out, "%zu configurations, each once in each of %u", plan->count, rule->blocks_min);
    if (rule->blocks_min < rule->blocks_max)
        fprintf(out, " to %u", rule->blocks_max);
    fprintf(out, " blocks: ");
    print_extent(campaign, rule->blocks_min, out);
    if (rule->blocks_min < rule->blocks_max) {
        fputs(", to ", out);
        print_extent(campaign, rule->blocks_max, out);
    }
    fprintf(out, "; seed %llu\n", (unsigned long long)campaign->seed);
    if (rule->precision > 0)
        fprintf(out, "until the 95%% interval of each median throughput is within %.3g%% of it\n",
                100 * rule->precision);
    if (rule->budget_s > 0)
        fprintf(out, "no block is begun that would end later than %s\n", say_seconds(rule->budget_s, budget));
    for (size_t i = 0; i < plan->count; i++) {
        spec_label(&plan->specs[i], label, sizeof label);
        fprintf(out, "  %s\n", label);
        print_nodes(campaign, &plan->specs[i], out);
    }
    if (binds_memory(plan) && memory_place_nodes(campaign->topology) == 1)
        fprintf(out, "  note: %s\n", memory_one_node);
    for (size_t i = 0; i < plan->skipped_count; i++)
        fprintf(out, "  skipped: %s: %s\n", plan->skipped[i].label, plan->skipped[i].reason.text);
}

/* --- the header --- */

static json_t *measure_or_null(double value)
{
    return value > 0 ? json_real(value) : json_null();
}

/* What a queue is, so that its figures can be told from those of its next version. */
static json_t *describe_queue(const char *name)
{
    const struct sluice_backend *backend;
    char hash[SHA256_TEXT];
    if (registry_find(name, &backend, NULL))
        return NULL;
    const char *file = registry_file(backend);
    json_t *queue = json_pack("{s:s, s:s, s:s, s:s}", "queue", name, "name", backend->name, "origin",
                              backend->origin, "reference", backend->reference);
    const bool hashed = file && sha256_file(file, hash, NULL) == 0;
    json_object_set_new(queue, "sha256", hashed ? json_string(hash) : json_null());
    return queue;
}

static json_t *describe_queues(const struct plan *plan)
{
    json_t *queues = json_array();
    for (size_t i = 0; i < plan->count; i++) {
        size_t seen = 0;
        while (seen < i && strcmp(plan->specs[seen].queue, plan->specs[i].queue) != 0)
            seen++;
        json_t *queue = seen == i ? describe_queue(plan->specs[i].queue) : NULL;
        if (queue)
            json_array_append_new(queues, queue);
    }
    return queues;
}

static void set_plan(json_t *header, const struct campaign *campaign)
{
    const struct plan *plan = campaign->plan;
    const struct stop_rule *rule = &campaign->rule;
    char label[2 * SPEC_TEXT_SIZE];
    json_t *arguments = json_array(), *configurations = json_array(), *skipped = json_array();
    for (size_t i = 0; i < campaign->argument_count; i++)
        json_array_append_new(arguments, json_string(campaign->arguments[i]));
    for (size_t i = 0; i < plan->count; i++) {
        spec_label(&plan->specs[i], label, sizeof label);
        json_array_append_new(configurations, json_string(label));
    }
    for (size_t i = 0; i < plan->skipped_count; i++)
        json_array_append_new(skipped, json_pack("{s:s, s:s}", "label", plan->skipped[i].label, "reason",
                                                 plan->skipped[i].reason.text));
    json_t *config = campaign->config ? json_string(campaign->config) : NULL; /* or it is no UTF-8 */
    json_object_set_new(header, "arguments", arguments);
    json_object_set_new(header, "config", config ? config : json_null());
    json_object_set_new(header, "blocks", json_integer(rule->blocks_max));
    json_object_set_new(header, "blocks_min", json_integer(rule->blocks_min));
    json_object_set_new(header, "precision", measure_or_null(rule->precision));
    json_object_set_new(header, "budget_s", measure_or_null(rule->budget_s));
    json_object_set_new(header, "configurations", configurations);
    json_object_set_new(header, "queues", describe_queues(plan));
    json_object_set_new(header, "skipped", skipped);
    json_object_set_new(header, "trials_planned", json_integer((json_int_t)(plan->count * rule->blocks_max)));
}

json_t *campaign_header(const struct campaign *campaign)
{
    char started[32], *topology = topology_xml(campaign->topology);
    time_t now = time(NULL);
    struct tm utc;
    strftime(started, sizeof started, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    json_t *header = json_object(), *machine = machine_record(campaign->topology);
    json_object_set_new(header, "record", json_string("campaign"));
    json_object_set_new(header, "schema", json_integer(RECORD_SCHEMA));
    json_object_set_new(header, "program", json_string("sluice " SLUICE_VERSION));
    json_object_set_new(header, "started", json_string(started));
    json_object_set_new(header, "preset", campaign->preset ? json_string(campaign->preset) : json_null());
    json_object_set_new(header, "seed", json_integer((json_int_t)campaign->seed));
    json_object_set_new(header, "burn_rounds_per_ns", json_real(campaign->burn_rounds_per_ns));
    set_plan(header, campaign);
    json_object_set_new(header, "warnings", machine_warnings(machine));
    json_object_set_new(header, "machine", machine);
    json_object_set_new(header, "topology", topology ? json_string(topology) : json_null());
    free(topology);
    return header;
}

/* --- whether records are of this campaign --- */

/* What makes the machine and the program the same; of the record machine.h makes. */
static const struct {
    const char *within, *key;
} identity[] = {
    {NULL, "hostname"},  {NULL, "cpu_model"},   {NULL, "architecture"}, {NULL, "kernel_release"},
    {NULL, "pus_total"}, {NULL, "pu_list"},     {NULL, "cores"},        {NULL, "numa_nodes"},
    {NULL, "smt"},       {NULL, "governor"},    {NULL, "turbo"},        {NULL, "isolated_cpus"},
    {NULL, "aslr"},      {"build", "compiler"}, {"build", "flags"},     {"build", "type"},
    {"build", "commit"},
};

static const json_t *find(const json_t *machine, size_t i)
{
    const json_t *object = identity[i].within ? json_object_get(machine, identity[i].within) : machine;
    return json_object_get(object, identity[i].key);
}

static int check_machine(const json_t *then, const json_t *now, const char *path, struct fault *fault)
{
    for (size_t i = 0; i < sizeof identity / sizeof *identity; i++) {
        const json_t *was = find(then, i), *is = find(now, i);
        if (json_equal(was, is) || (!was && !is))
            continue;
        char *old = json_dumps(was, JSON_ENCODE_ANY), *new = json_dumps(is, JSON_ENCODE_ANY);
        fault_set(fault,
                  "'%s' was begun %s: its %s was %.80s and is %.80s now; what is measured here cannot be put "
                  "beside it, start a new campaign",
                  path,
                  identity[i].within ? "by another build of the program"
                                     : "on another machine, or one "
                                       "that has changed since",
                  identity[i].key, old ? old : "unknown", new ? new : "unknown");
        free(old);
        free(new);
        return -1;
    }
    return 0;
}

static bool has_same_labels(const struct plan *plan, const json_t *labels)
{
    char label[2 * SPEC_TEXT_SIZE];
    bool same = json_array_size(labels) == plan->count;
    for (size_t i = 0; same && i < plan->count; i++) {
        spec_label(&plan->specs[i], label, sizeof label);
        same = strcmp(label, json_string_value(json_array_get(labels, i))) == 0;
    }
    return same;
}

int campaign_check_resumable(const struct campaign *campaign, const json_t *header, const char *path,
                             struct fault *fault)
{
    json_t *machine = machine_record(campaign->topology);
    int status = check_machine(json_object_get(header, "machine"), machine, path, fault);
    json_decref(machine);
    if (status == 0 && !has_same_labels(campaign->plan, json_object_get(header, "configurations")))
        status = fault_set(fault,
                           "'%s' has another plan: its configurations are not those that its options give "
                           "today; start a new campaign",
                           path);
    return status;
}
