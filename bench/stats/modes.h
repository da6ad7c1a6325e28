/* modes.h - whether a sample has several modes, and how many at least.

   The test is Hartigan & Hartigan's: the dip is the least distance between the sample's distribution function
   and any that has one mode; p is how often as many values of a uniform distribution, the hardest one that
   has one mode, dip as much ("The dip test of unimodality", Annals of Statistics 13(1), 1985). The count is
   the fewest modes of any distribution function within such a distance of the sample's that one mode is
   allowed in 95 % of the cases: more than 1 just where p is 0.05 or less. So it is a lower bound: in 95 % of
   the samples of one mode it is 1, and few values in a mode of their own do not make one yet. The fewest
   modes are those of a taut string (Davies & Kovac, "Local extremes, runs, strings and multiresolution",
   Annals of Statistics 29(1), 2001). */
#ifndef BENCH_MODES_H
#define BENCH_MODES_H

#include <stddef.h>

enum { STATS_MODES_LEAST = 4 /* values that can be tested */ };

struct stats_modes {
    size_t count; /* 1 where nothing speaks against it, and with too few values */
    double dip;   /* 1 / 2n to 1/4; NAN with too few values, or where all are equal: nothing to test */
    double p;     /* from 0.001, which means that or less, to 1, coarse above 0.5; NAN likewise */
};

/* Takes about 100 n steps. */
struct stats_modes stats_modes(const double *sorted, size_t n);

#endif
