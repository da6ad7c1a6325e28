/* ratio.h - by what factor one configuration's figure is another one's: the estimate, its interval and the
   test that goes with it.

   The estimate is Hodges & Lehmann's, on logarithms: paired, the median of all means of two blocks' log
   ratios; unpaired, the median of all log ratios of a value of a and one of b. The interval takes, of the
   same numbers, the k-th from below and from above, with k from the exact distribution of Wilcoxon's
   signed-rank statistic, or of Mann & Whitney's, so that test and interval say the same: the interval leaves
   1 out where p is 0.05 or less (but for ties). Hodges & Lehmann, "Estimates of location based on rank
   tests", Annals of Mathematical Statistics 34(2), 1963; Hollander & Wolfe, sections 3.2, 3.3, 4.2 and 4.3.

   Why no bootstrap over blocks. Simulated, with log-normal noise, two modes and unequal spread, what
   percentile and BCa intervals call 95 % covers with 10 blocks 91 to 94 % of the medians and 86 to 91 % of
   the means, less with fewer, and 92 to 95 % with 20. With 7 or more blocks this interval covers 95.0 to 96.1
   % by construction, where the two configurations differ by a factor, and 94 to 96 % in the same simulations
   where they differ in shape. tests/test_coverage.c simulates it. */
#ifndef BENCH_RATIO_H
#define BENCH_RATIO_H

#include "stats/sample.h"

enum {
    STATS_LEAST_BLOCKS = 6 /* with fewer blocks no interval is one of 95 %; with fewer values on a side, of
                              which 4 would do for an interval, nothing should be claimed either */
};

enum stats_test { STATS_NO_TEST, STATS_SIGNED_RANK, STATS_RANK_SUM };

struct stats_ratio {
    double ratio; /* of a over b; NAN where a value is not above 0, which has no logarithm */
    struct stats_interval interval; /* likewise; with its exact confidence: 0.95 or a little more with
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
