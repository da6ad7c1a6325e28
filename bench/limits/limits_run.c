/* limits_run.c - takes the samples, in rounds: see limits.h. */
#include "limits/limits.h"

#include "base/clock.h"
#include "limits/measures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLES_ROOM = 32 }; /* by which a figure's room grows */

struct running {
    struct limits *limits;
    struct bench bench;
    size_t *order; /* of the figures in a round, drawn anew for each */
    unsigned round, rounds;
    uint64_t begin_ns, duration_ns;
    limits_watcher *watch;
    void *watcher;
};

/* So that the kernel puts the memory where the first PU has it nearest. */
static void touch(void *memory, unsigned member)
{
    (void)member;
    memset(memory, 0, MEASURE_MEMORY);
}

static double seconds_left(const struct running *running)
{
    double elapsed_s = (double)(clock_now_ns() - running->begin_ns) / 1e9;
    double rounds_s =
        running->round ? elapsed_s / running->round * (running->rounds - running->round + 1) : 0;
    double left_s = (double)running->duration_ns / 1e9 - elapsed_s;
    /* The least number of rounds may take longer than there is time, the greatest one less. */
    return running->rounds == LIMITS_MIN_ROUNDS || (running->rounds == LIMITS_MAX_ROUNDS && rounds_s < left_s)
               ? rounds_s
           : left_s > 0 ? left_s
                        : 0;
}

/* Takes a sample, and keeps it in every round but the first. */
static int take(struct running *running, struct limit *limit, struct fault *fault)
{
    double value = NAN;
    running->bench.preempted = 0;
    if (measure_of(limit)->sample(&running->bench, limit, &value, fault))
        return -1;
    /* It comes to nothing where nobody was asleep to be woken, or no time went by. */
    if (running->round == 0 || !(value > 0) || !isfinite(value))
        return 0;
    if (limit->count % SAMPLES_ROOM == 0) {
        double *more = realloc(limit->samples, (limit->count + SAMPLES_ROOM) * sizeof *more);
        if (!more)
            return fault_set(fault, "out of memory");
        limit->samples = more;
    }
    limit->samples[limit->count++] = value;
    limit->preempted += running->bench.preempted > 0;
    return 0;
}

static int run_round(struct running *running, struct fault *fault)
{
    struct limits *limits = running->limits;
    rng_shuffle(&running->bench.rng, running->order, limits->count);
    for (size_t i = 0; i < limits->count; i++) {
        struct limit *limit = &limits->each[running->order[i]];
        if (!running->watch(running->watcher, limit, running->round, running->rounds, seconds_left(running)))
            return 1;
        if (take(running, limit, fault))
            return -1;
    }
    return 0;
}

/* How many rounds there will be, by the time that they took so far. */
static unsigned expect_rounds(const struct running *running)
{
    double a_round_ns = (double)(clock_now_ns() - running->begin_ns) / (running->round + 1);
    double rounds = (double)running->duration_ns / a_round_ns - 1;
    return rounds < LIMITS_MIN_ROUNDS   ? LIMITS_MIN_ROUNDS
           : rounds > LIMITS_MAX_ROUNDS ? LIMITS_MAX_ROUNDS
                                        : (unsigned)rounds;
}

static bool is_enough(const struct running *running)
{
    return running->round >= LIMITS_MAX_ROUNDS ||
           (running->round >= LIMITS_MIN_ROUNDS &&
            clock_now_ns() - running->begin_ns >= running->duration_ns);
}

static int run_rounds(struct running *running, struct fault *fault)
{
    for (;; running->round++) { /* round 0 warms up */
        int status = run_round(running, fault);
        if (status || is_enough(running))
            return status;
        running->rounds = expect_rounds(running);
    }
}

static int prepare(struct running *running, struct fault *fault)
{
    struct limits *limits = running->limits;
    unsigned preempted;
    running->bench.memory =
        aligned_alloc(SLUICE_SEPARATE, MEASURE_MEMORY); /* not touched here, as sluice_alloc does */
    running->order = calloc(limits->count + 1, sizeof *running->order);
    if (!running->bench.memory || !running->order)
        return fault_set(fault, "out of memory");
    for (size_t i = 0; i < limits->count; i++)
        running->order[i] = i;
    return limits->count ? crew_run(limits->each[0].pus, 1, touch, running->bench.memory, &preempted, fault)
                         : 0;
}

int limits_measure(struct limits *limits, const struct limits_options *options, limits_watcher *watch,
                   void *watcher, struct fault *fault)
{
    struct running running = {.limits = limits,
                              .begin_ns = clock_now_ns(),
                              .duration_ns = options->duration_ns,
                              .watch = watch,
                              .watcher = watcher};
    rng_seed(&running.bench.rng, running.begin_ns);
    int status = prepare(&running, fault);
    if (status == 0)
        status = run_rounds(&running, fault);
    for (size_t i = 0; i < limits->count && status >= 0; i++)
        if (limit_sum_up(&limits->each[i], fault))
            status = -1;
    free(running.bench.memory);
    free(running.order);
    return status;
}
