/* measures.h - the table of what is measured, and the function of each that takes a sample.

   A sample is taken by threads of its own (crew.h) after a warm-up of its own. Of fast operations it is the
   mean over some hundred microseconds of them; of slow ones (sleeps, wake-ups) the median of a few. */
#ifndef BENCH_MEASURES_H
#define BENCH_MEASURES_H

#include "base/rng.h"
#include "limits/crew.h"
#include "limits/limits.h"

enum {
    MEASURE_MEMORY = 4 << 20, /* bytes of `memory` below */
    MEASURE_EVENTS = 3,       /* slow operations in a sample, after one that is not counted */
};

/* What samples are taken with. */
struct bench {
    unsigned char *memory; /* touched first by a thread on the first PU: that is where it lies */
    struct rng rng;
    unsigned preempted; /* set by a sample: how often one of its threads was */
};

/* Takes one sample. 0, or -1 with a sentence; *value is NAN where this one came to nothing. */
typedef int measure_sample(struct bench *bench, const struct limit *limit, double *value,
                           struct fault *fault);

/* On which PUs a measurement is made: a figure for each. */
enum where {
    WHERE_ONE,     /* the first PU */
    WHERE_SAME,    /* two threads on the first PU */
    WHERE_CLASSES, /* a pair of PUs for each word for what two PUs share; with --full, every pair */
    WHERE_PAIRS,   /* every pair of PUs; a pair for each word where there are many */
    WHERE_CROWD,   /* 1, 2, ... threads, a PU each */
};

enum { MEASURE_VARIANTS = 8 };

struct measure {
    const char *name, *unit;
    const char *of; /* what one of it is, for the screen: "round trip of a line" */
    enum where where;
    const char *variants[MEASURE_VARIANTS]; /* ends with null; the first may be "" */
    measure_sample *sample;
};

extern const struct measure measures[]; /* the last one's name is null */

/* The row of a figure; null: no such measurement. */
const struct measure *measure_of(const struct limit *limit);

/* `bytes` (up to MEASURE_MEMORY) of the memory, at a multiple of SLUICE_SEPARATE drawn at random, zeroed.
   Where a line lies decides which part of the last-level cache keeps its state, and with that how far it
   travels: the figures are medians over many places. */
void *bench_place(struct bench *bench, size_t bytes);

/* The middle one of MEASURE_EVENTS values or fewer; NAN of none. Sorts them. */
double bench_middle(double *values, size_t count);

measure_sample sample_ping_pong, sample_stream, sample_hand_over, sample_fetch_add, sample_cas, sample_mutex,
    sample_futex_wake, sample_yield_alone, sample_yield_switch, sample_sleep, sample_clock, sample_skew,
    sample_loop;

#endif
