/* verdict.h - what a comparison says: one of four things. */
#ifndef BENCH_VERDICT_H
#define BENCH_VERDICT_H

#include "stats/ratio.h"

enum stats_verdict {
    STATS_LOWER,        /* the ratio is below 1: its interval says so, and the test */
    STATS_HIGHER,       /* above 1 */
    STATS_EQUIVALENT,   /* the whole interval is inside the band: what difference there is does not matter */
    STATS_INCONCLUSIVE, /* none of these: more blocks may tell */
};

/* Adjusts the probabilities of a family of tests, so that those of 0.05 or less have a chance of 5 % to hold
   any false one: Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
   Statistics 6(2), 1979. The adjusted ones are at most 1 and in the order of the given ones. NAN is no test:
   it stays and is not counted. Memory runs out: all are 1. */
void stats_holm(double *p, size_t n);

/* The verdict on a ratio. `p` is that of the ratio's test, adjusted where it belongs to a family; `band`,
   such as 0.02, is how much of a difference does not matter: from 1 / (1 + band) to 1 + band. Inside that
   band is tested with the interval of 95 %, which makes two one-sided tests at 2.5 % each (Schuirmann, "A
   comparison of the two one-sided tests procedure and the power approach ...", Journal of Pharmacokinetics
   and Biopharmaceutics 15(6), 1987). Without an interval of 95 % nothing is said: inconclusive. */
enum stats_verdict stats_verdict(const struct stats_ratio *ratio, double p, double band);

#endif
