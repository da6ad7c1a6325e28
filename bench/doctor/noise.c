/* noise.c - the noise floor: see doctor.h. */
#include "doctor/doctor.h"

#include "base/clock.h"
#include "base/rng.h"
#include "campaign/preset.h"
#include "limits/limits.h"
#include "machine/placement.h"
#include "stats/ratio.h"
#include "trial/trial.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BLOCKS = 500 /* more are no advice: first the machine has to be quiet */ };

/* --- the statistics --- */

struct noise noise_of(const double *first, const double *second, size_t blocks)
{
    struct stats_ratio ratio = stats_ratio_paired(first, second, blocks);
    struct noise noise = {.blocks = blocks, .ratio = ratio.ratio, .interval = ratio.interval, .error = NAN};
    if (blocks >= STATS_LEAST_BLOCKS)
        noise.error = limit_standard_error(log(noise.interval.low), log(noise.interval.high),
                                           noise.interval.confidence);
    return noise;
}

/* The quantiles of the normal distribution: 0.975 for the interval, 0.8 for the power. */
static const double quantiles = 1.959963985 + 0.841621234;

double noise_floor(const struct noise *noise, unsigned blocks)
{
    return expm1(quantiles * noise->error * sqrt((double)noise->blocks / (double)blocks));
}

unsigned noise_blocks(const struct noise *noise, double difference)
{
    double root = quantiles * noise->error / log1p(difference);
    double blocks = ceil((double)noise->blocks * root * root);
    return blocks < 6 ? 6 : blocks > 1e6 ? 1000000 : (unsigned)blocks; /* fewer make no interval */
}

void noise_grade(const struct noise *noise, struct finding *finding)
{
    const double low = noise->interval.low, high = noise->interval.high;
    char value[32];
    if (noise->blocks < 6 || isnan(noise->error)) {
        finding_set(finding, GRADE_UNKNOWN, NULL,
                    "what difference can be told is not known: too few trials ended ok", NULL, NULL);
        return;
    }
    double of_ten = noise_floor(noise, 10);
    enum grade grade = of_ten > 0.20 ? GRADE_BAD : of_ten > 0.05 ? GRADE_WARN : GRADE_OK;
    bool differs = low > 1 || high < 1;
    if (differs && grade == GRADE_OK)
        grade = GRADE_WARN;
    if (low > 1 + NOISE_BAND || high < 1 / (1 + NOISE_BAND))
        grade = GRADE_BAD;
    snprintf(value, sizeof value, "%.1f%%", 100 * of_ten);
    finding_set(finding, grade, grade == GRADE_OK ? NULL : "noise floor {}", "", NULL, value);
    snprintf(finding->text, sizeof finding->text,
             "the same queue twice, in %zu blocks of %.0f ms: ratio %.3f [%.3f, %.3f] (%.0f%%)%s; 10 blocks "
             "of such "
             "trials tell a difference of %.1f%% or more, 30 blocks %.1f%%, 100 blocks %.1f%% (with a chance "
             "of %.0f%%)",
             noise->blocks, (double)noise->trial_ns / 1e6, noise->ratio, low, high,
             100 * noise->interval.confidence, differs ? ", which leaves 1 out" : "", 100 * of_ten,
             100 * noise_floor(noise, 30), 100 * noise_floor(noise, 100), 100 * NOISE_POWER);
    unsigned needed = noise_blocks(noise, 0.05);
    if (of_ten > 0.05 && needed <= MOST_BLOCKS)
        snprintf(finding->remedy, sizeof finding->remedy, "sluice run --blocks %u (tells 5%%)", needed);
}

/* --- the trials --- */

/* A plain configuration with one queue: the simplest, of which no two modes are known. */
static int make_plan(struct plan *plan, uint64_t trial_ns, const struct topology *topology,
                     struct fault *fault)
{
    struct axes axes = {0};
    struct spec common = {.duration_ns = trial_ns + trial_ns / 5,
                          .warmup_ns = trial_ns / 5,
                          .drain_ns = CLOCK_NS_PER_SECOND,
                          .timeout_ns = 10 * CLOCK_NS_PER_SECOND};
    int status = axes_add(&axes, AXIS_QUEUE, "deque-lock", fault);
    for (int axis = 0; axis < AXES && status == 0; axis++)
        status = axes_default(&axes, (enum axis)axis, preset_plain.axis[axis], fault);
    if (status == 0)
        status = plan_make(plan, &(struct plan_part){.axes = &axes, .common = &common}, 1, topology, fault);
    axes_release(&axes);
    return status;
}

/* *throughput is 0 where the trial did not end ok. */
static int run_one(const struct spec *spec, const int *pu, struct rng *rng, double *throughput,
                   struct fault *fault)
{
    struct board *board;
    int status = trial_run(spec, pu, NULL, rng_next(rng), &board, fault);
    if (status)
        return status < 0 ? -1 : fault_set(fault, "interrupted");
    double seconds = ((double)board->window_end_ns - (double)board->window_begin_ns) / 1e9;
    uint64_t items = board->window_end_items - board->window_begin_items;
    *throughput = board->outcome == OUTCOME_OK && seconds > 0 ? (double)items / seconds : 0;
    trial_release(board);
    return 0;
}

/* Fills both arrays with the blocks of which both trials ended ok; *kept is how many those are. */
static int run_blocks(const struct spec *spec, const int *pu, unsigned blocks, uint64_t seed, double *both[2],
                      size_t *kept, struct fault *fault)
{
    struct rng rng;
    rng_seed(&rng, seed);
    *kept = 0;
    for (unsigned block = 0; block < blocks; block++) {
        unsigned first = (unsigned)(rng_next(&rng) & 1);
        for (unsigned i = 0; i < 2; i++)
            if (run_one(spec, pu, &rng, &both[first ^ i][*kept], fault))
                return -1;
        *kept += both[0][*kept] > 0 && both[1][*kept] > 0;
    }
    return 0;
}

int noise_measure(const struct topology *topology, unsigned blocks, uint64_t trial_ns, struct noise *noise,
                  struct fault *fault)
{
    struct plan plan = {0};
    struct placement_plan placement = {0};
    double *values = calloc(2 * (size_t)blocks, sizeof *values), *both[2] = {values, values + blocks};
    size_t kept;
    uint64_t seed = clock_now_ns();
    int status = values ? make_plan(&plan, trial_ns, topology, fault) : fault_set(fault, "out of memory");
    if (status == 0) {
        const struct wiring wiring = spec_wiring(&plan.specs[0]);
        status = placement_plan(&placement, topology, plan.specs[0].placement, &wiring, fault);
    }
    if (status == 0) {
        status = run_blocks(&plan.specs[0], placement.pu, blocks, seed, both, &kept, fault);
        placement_free(&placement);
    }
    if (status == 0) {
        *noise = noise_of(both[0], both[1], kept);
        noise->trial_ns = trial_ns;
    }
    plan_release(&plan);
    free(values);
    return status;
}
