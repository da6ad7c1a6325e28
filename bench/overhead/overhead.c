/* overhead.c - the program sluice-overhead: what the harness itself costs, over ck-ring-spsc item by item.

   One campaign, interleaved in random blocks, of the harness as it is, the same loops written by hand, the
   harness without verification, without memory samples and without both, and the null backend: with the
   placement compact, and on one PU alone, where there is the least noise since no cache line travels. */
#include "trial/calibrate.h"
#include "campaign/campaign.h"
#include "campaign/preset.h"
#include "base/options.h"
#include "report/report.h"
#include "stats/sample.h"
#include "trial/trial.h"
#include "base/units.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef SLUICE_OVERHEAD_PLUGINS
#error "the build system says where the plug-ins are"
#endif

struct settings {
    uint64_t blocks, duration_ns;
};

static int set_blocks(void *target, const char *text, struct fault *fault)
{
    struct settings *settings = target;
    if (units_parse_count(text, &settings->blocks, fault))
        return -1;
    if (settings->blocks < 6 || settings->blocks > 10000)
        return fault_set(fault, "'%s' blocks make no interval: give 6 to 10000", text);
    return 0;
}

static int set_duration(void *target, const char *text, struct fault *fault)
{
    struct settings *settings = target;
    return units_parse_duration(text, &settings->duration_ns, fault) ||
                   units_require_positive(text, settings->duration_ns, fault)
               ? -1
               : 0;
}

static const struct option_spec option_table[] = {
    {"blocks", 'b', "N", NULL, "repetitions", set_blocks, "30", NULL},
    {"duration", 'd', "TIME", NULL, "of a trial", set_duration, "300ms", NULL},
};

static const struct command_spec command = {
    .name = "sluice-overhead",
    .summary = "measure what the harness itself costs",
    .usage = "sluice-overhead [options]",
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
};

/* What runs: a queue, sampled or not. The names are those in the records. */
static const struct subject {
    const char *name, *queue;
    bool sampled;
} subjects[] = {
    {"ck-ring-spsc", "ck-ring-spsc", true},
    {"by-hand", SLUICE_OVERHEAD_PLUGINS "/hand_ck_ring.so", true},
    {"unverified", SLUICE_OVERHEAD_PLUGINS "/unverified_ck_ring.so", true},
    {"unsampled", "ck-ring-spsc", false},
    {"bare", SLUICE_OVERHEAD_PLUGINS "/unverified_ck_ring.so", false},
    {"null", "null", true},
};
enum { HARNESS, BY_HAND, UNVERIFIED, UNSAMPLED, BARE, NO_QUEUE, SUBJECTS };

static char one_pu[16]; /* "pu:N" */
static const char *const places[] = {"compact", one_pu};
enum { PLACES = sizeof places / sizeof *places };

static int make_subject(struct plan *plan, const struct subject *subject, const struct spec *common,
                        const struct topology *topology, struct fault *fault)
{
    struct axes axes = {0};
    struct plan part = {0};
    struct spec spec = *common;
    spec.sample_ns = subject->sampled ? common->sample_ns : 0;
    int status = axes_add(&axes, AXIS_QUEUE, subject->queue, fault);
    for (int i = 0; i < PLACES && status == 0; i++)
        status = axes_add(&axes, AXIS_PLACE, places[i], fault);
    for (int axis = 0; axis < AXES && status == 0; axis++)
        status = axes_default(&axes, (enum axis)axis, preset_plain.axis[axis], fault);
    if (status == 0)
        status = plan_make(&part, &(struct plan_part){.axes = &axes, .common = &spec}, 1, topology, fault);
    for (size_t i = 0; status == 0 && i < part.count; i++) {
        snprintf(part.specs[i].queue_name, sizeof part.specs[i].queue_name, "%s", subject->name);
        plan->specs[plan->count++] = part.specs[i];
    }
    plan_release(&part);
    axes_release(&axes);
    return status;
}

static int make_plan(struct plan *plan, const struct settings *settings, const struct topology *topology,
                     struct fault *fault)
{
    struct spec common = {.duration_ns = settings->duration_ns,
                          .warmup_ns = settings->duration_ns / 5,
                          .drain_ns = UINT64_C(1000000000),
                          .timeout_ns = settings->duration_ns + UINT64_C(60000000000),
                          .sample_ns = UINT64_C(4000000)};
    snprintf(one_pu, sizeof one_pu, "pu:%u", topology_pu_os_index(topology, 0));
    if (!(plan->specs = calloc((size_t)SUBJECTS * PLACES, sizeof *plan->specs)))
        return fault_set(fault, "out of memory");
    for (size_t i = 0; i < SUBJECTS; i++)
        if (make_subject(plan, &subjects[i], &common, topology, fault))
            return -1;
    return 0;
}

/* The throughputs of a queue at a place by block; NAN where a trial was not ok. */
static void collect(const struct campaign_file *file, const char *queue, const char *place, double *by_block,
                    size_t blocks)
{
    for (size_t i = 0; i < blocks; i++)
        by_block[i] = NAN;
    for (size_t i = 0; i < file->count; i++) {
        const struct trial_figures *trial = &file->trials[i];
        if (strcmp(trial->queue, queue) == 0 && strcmp(trial->placement, place) == 0 &&
            trial->outcome == OUTCOME_OK && trial->block < blocks)
            by_block[trial->block] = trial->throughput;
    }
}

static void print_ratio(const char *what, const char *place, const double *a, const double *b, size_t blocks)
{
    double ratios[blocks];
    size_t n = 0;
    for (size_t i = 0; i < blocks; i++)
        if (a[i] > 0 && b[i] > 0)
            ratios[n++] = a[i] / b[i];
    stats_sort(ratios, n);
    struct stats_interval interval = stats_median_interval(ratios, n, 0.95);
    printf("%-42s %-8s %6.3f  [%.3f, %.3f] at %.1f%%, %zu blocks\n", what, place, stats_median(ratios, n),
           interval.low, interval.high, 100 * interval.confidence, n);
}

static void print_results(const struct campaign_file *file, size_t blocks)
{
    double by_block[SUBJECTS][blocks];
    printf("ratios of throughput: the median over blocks of the block's ratio, and its exact interval\n");
    for (size_t place = 0; place < PLACES; place++) {
        for (size_t i = 0; i < SUBJECTS; i++)
            collect(file, subjects[i].name, places[place], by_block[i], blocks);
        print_ratio("templates: the harness / loops by hand", places[place], by_block[HARNESS],
                    by_block[BY_HAND], blocks);
        print_ratio("verification: with / without", places[place], by_block[HARNESS], by_block[UNVERIFIED],
                    blocks);
        print_ratio("memory samples: with / without", places[place], by_block[HARNESS], by_block[UNSAMPLED],
                    blocks);
        print_ratio("both: with / without", places[place], by_block[HARNESS], by_block[BARE], blocks);
        stats_sort(by_block[NO_QUEUE], blocks);
        printf("%-42s %-8s %6.2f ns an item at the sink\n", "null: the harness with no queue", places[place],
               1e9 / stats_median(by_block[NO_QUEUE], blocks));
    }
}

static int measure(const struct settings *settings, struct fault *fault)
{
    struct topology *topology = NULL;
    struct plan plan = {0};
    struct record_file file = {.descriptor = -1};
    struct campaign_file results = {0};
    struct campaign_result result;
    char path[] = "/tmp/sluice-overhead-XXXXXX", record[sizeof path + 8];
    int status = -1;
    if (!mkdtemp(path))
        return fault_set(fault, "a folder for the records cannot be made in /tmp: %m");
    snprintf(record, sizeof record, "%s/r.jsonl", path);
    if (topology_load(&topology, fault) || make_plan(&plan, settings, topology, fault) ||
        record_create(&file, record, fault))
        goto out;
    struct campaign campaign = {
        .plan = &plan,
        .topology = topology,
        .rule = {.blocks_min = (unsigned)settings->blocks, .blocks_max = (unsigned)settings->blocks},
        .seed = (uint64_t)getpid(),
        .burn_rounds_per_ns = calibrate_burn()};
    status = campaign_run(&campaign, &file, NULL, &result, fault);
    if (status == 0)
        status = record_read(record, &results, fault);
    if (status == 0) {
        print_results(&results, settings->blocks);
        status = result.not_ok > 0;
    }
    record_release(&results);
out:
    record_close(&file);
    unlink(record);
    rmdir(path);
    plan_release(&plan);
    topology_free(topology);
    return status;
}

int main(int argc, char **argv)
{
    struct settings settings;
    struct fault fault = {""};
    int first, status;
    if (argc == 3 && strcmp(argv[1], TRIAL_ARGUMENT) == 0)
        return trial_main(argv[2]);
    status = options_parse(&command, argc, argv, &settings, &first, &fault);
    if (status == 1)
        return 0;
    if (status == 0)
        status = measure(&settings, &fault);
    if (status < 0)
        fprintf(stderr, "sluice-overhead: %s\n", fault.text);
    return status < 0 ? 2 : status;
}
