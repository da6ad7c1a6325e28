/* trend.h - whether a series goes up or down, and by how much. */
#ifndef BENCH_TREND_H
#define BENCH_TREND_H

#include <stddef.h>

/* A line through a series, with the interval of its slope. */
struct stats_line {
    double intercept, slope;      /* y = intercept + slope * x */
    double slope_low, slope_high; /* in units of y per unit of x */
    double confidence;            /* that was reached by [slope_low, slope_high] */
};

/* The Theil-Sen line: the slope is the median of the slopes of all pairs of points with different x, the
   intercept the median of y - slope * x. One point in four may be wild and the slope still holds. The
   interval takes the k-th pair slope from below and from above, k as large as a coverage of 95 % allows by
   the exact null distribution of Kendall's statistic, ties in x included; with n < 5 the range of the slopes
   and the confidence that it reaches. x need not be sorted. Needs two different x; takes memory for n^2
   doubles and time for about n^3 / 2 additions, so n up to a few hundred. A series with memory of its own (a
   resident set that only grows) breaks the independence that the interval rests on: read it as a lower bound
   of the uncertainty. Sen, "Estimates of the regression coefficient based on Kendall's tau", Journal of the
   American Statistical Association 63(324), 1968, but for the exact distribution in place of his normal
   approximation; the intercept as in Hollander & Wolfe, section 9.4. */
struct stats_line stats_theil_sen(const double *x, const double *y, size_t n);

/* The two-sided probability that values without a trend, whatever their distribution, come as much in rising
   or falling order as these do: a test against drift. Up to 50 values exact, ties included; beyond that by
   the normal approximation with its correction for ties and continuity. 1 where all values are equal. Mann,
   "Nonparametric tests against trend", Econometrica 13(3), 1945; Kendall, Rank Correlation Methods, 4th ed.
   1970, chapters 4 and 5. n log n steps. */
double stats_trend_test(const double *values, size_t n);

/* By what factor the values changed from the first to the last: the median of the last third over that of the
   first. NAN with fewer than 3 values or where one of the medians is not above 0. */
double stats_change(const double *values, size_t n);

#endif
