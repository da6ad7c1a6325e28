/* measures.c - see measures.h. */
#include "limits/measures.h"

#include "stats/sample.h"

#include <math.h>
#include <string.h>

const struct measure measures[] = {
    {"ping-pong", "ns", "a line there and back", WHERE_PAIRS, {""}, sample_ping_pong},
    {"stream", "lines/s", "lines one way, so many at a time", WHERE_CLASSES, {"1", "16"}, sample_stream},
    {"hand-over",
     "ns",
     "a line, by turns: write what the other read, read what it wrote",
     WHERE_CLASSES,
     {"write", "read"},
     sample_hand_over},
    {"fetch-add", "ns", "an operation, all threads together", WHERE_CROWD, {""}, sample_fetch_add},
    {"cas", "ns", "a successful CAS loop, all threads together", WHERE_CROWD, {""}, sample_cas},
    {"mutex", "ns", "lock and unlock, nobody else there", WHERE_ONE, {""}, sample_mutex},
    {"loop", "ns", "an item taken and put by one thread", WHERE_ONE, {"item", "batch", "span"}, sample_loop},
    {"yield", "ns", "sched_yield, nobody else there", WHERE_ONE, {"alone"}, sample_yield_alone},
    {"yield", "ns", "sched_yield until the other thread runs", WHERE_SAME, {"switch"}, sample_yield_switch},
    {"futex-wake",
     "ns",
     "from the wake call until the woken thread runs",
     WHERE_SAME,
     {""},
     sample_futex_wake},
    {"futex-wake",
     "ns",
     "from the wake call until the woken thread runs",
     WHERE_CLASSES,
     {""},
     sample_futex_wake},
    {"sleep",
     "ns",
     "what sleep:TIME really takes",
     WHERE_ONE,
     {"1us", "10us", "50us", "100us", "1ms"},
     sample_sleep},
    {"clock", "ns", "reading the clock", WHERE_ONE, {""}, sample_clock},
    {"clock-skew", "ns", "the clocks differ by no more", WHERE_CLASSES, {""}, sample_skew},
    {0},
};

const struct measure *measure_of(const struct limit *limit)
{
    for (const struct measure *measure = measures; measure->name; measure++) {
        if (strcmp(measure->name, limit->name) != 0 ||
            (measure->where == WHERE_SAME) != (strcmp(limit->shared, "pu") == 0))
            continue;
        for (int i = 0; i < MEASURE_VARIANTS && measure->variants[i]; i++)
            if (strcmp(measure->variants[i], limit->variant) == 0)
                return measure;
    }
    return NULL;
}

void *bench_place(struct bench *bench, size_t bytes)
{
    uint64_t places = (MEASURE_MEMORY - bytes) / SLUICE_SEPARATE + 1;
    unsigned char *place = bench->memory + rng_below(&bench->rng, places) * SLUICE_SEPARATE;
    memset(place, 0, bytes);
    return place;
}

double bench_middle(double *values, size_t count)
{
    stats_sort(values, count);
    return count ? stats_median(values, count) : NAN;
}
