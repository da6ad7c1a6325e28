/* ratio.h - by what factor one configuration's figure is another one's: the estimate, its interval and the
   test that goes with it.

   The estimate is Hodges & Lehmann's, on logarithms: paired, the median of all means of two blocks' log
   ratios; unpaired, the median of all log ratios of a value of a and one of b. The interval takes, of the
   same numbers, the k-th from below and from above, with k from the exact distribution of Wilcoxon's
   signed-rank statistic, or of Mann & Whitney's, so that test and interval say the same: the interval leaves
   1 out where p is 0.05 or less (but for ties). Hodges & Lehmann, "Estimates of location based on rank
   tests", Annals of Mathematical Statistics 34(2), 1963; Hollander & Wolfe, sections 3.2, 3.3, 4.2 and 4.3.

   Why no bootstrap over blocks. Simulated, with log-normal noise, two modes and unequal spread, its nominal
   95 % cover, percentile and BCa alike, 85 to 93 % with 6 to 12 blocks, of the median as of the mean, and
   reach 94 % with 20 or more. This interval covers 95.1 to 96.1 % with 7 or more blocks, by construction,
   where the two configurations differ by a factor; and where they differ in shape, 94 to 96 % in the same
   simulations. tests/test_coverage.c repeats those of this interval. */
#ifndef BENCH_RATIO_H
#define BENCH_RATIO_H

#include "stats/sample.h"

enum {
    STATS_LEAST_BLOCKS = 6 /* with fewer blocks, or fewer values on a side, no interval is one of 95 % */
};

enum stats_test { STATS_NO_TEST, STATS_SIGNED_RANK, STATS_RANK_SUM };

struct stats_ratio {
    double ratio; /* of a over b; NAN where a value is not above 0, which has no logarithm */
    struct stats_interval interval; /* likewise; with its exact confidence, 0.95 or a little more with
                                       STATS_LEAST_BLOCKS or more */
    double p; /* that two alike differ as much, two-sided: by ranks, also where values are 0; NAN: none */
    enum stats_test test;
};

/* Block i gave a[i] and b[i]. What drifts from block to block (temperature, neighbours, frequency) is common
   to both and cancels. */
struct stats_ratio stats_ratio_paired(const double *a, const double *b, size_t blocks);

/* The samples have nothing in common but the machine: other blocks, or another campaign. */
struct stats_ratio stats_ratio_unpaired(const double *a, size_t n, const double *b, size_t m);

#endif
