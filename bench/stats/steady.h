/* steady.h - when a run got steady, from the count of what it had done at several times.

   The rule is White's: of the rates between the times, the first ones are cut, as many as make the standard
   error of the mean of the rest least (the marginal standard error rule: "An effective truncation heuristic
   for bias reduction in simulation output", Simulation 69(6), 1997). Where that asks for more than half of
   them there is no steady state. Since it also cuts what is merely noisier than the rest, it is asked for
   relevance: a cut that changes the rate by 5 % or less is none. A run whose rate swings, but by the same all
   along, is steady. */
#ifndef BENCH_STEADY_H
#define BENCH_STEADY_H

#include <stddef.h>

enum stats_steadiness { STATS_STEADY_UNKNOWN, STATS_STEADY, STATS_UNSTEADY };

struct stats_steady {
    enum stats_steadiness is; /* unknown: fewer than STATS_STEADY_LEAST rates */
    double from;              /* when the steady part begins, in the unit of `at`; NAN unless steady */
    double rate;              /* of that part, counts over time; NAN likewise */
};

enum { STATS_STEADY_LEAST = 12, STATS_STEADY_MOST = 256 };

/* `count[i]` of them were done at `at[i]`, none at 0; `at` rises. Of more than STATS_STEADY_MOST the first
   ones are looked at. */
struct stats_steady stats_steady(const double *at, const double *count, size_t n);

#endif
