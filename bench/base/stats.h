/* stats.h - robust, distribution-free statistics for the reports.

   Nothing here assumes a normal distribution or an equal spread, since run times have neither. What the
   intervals do assume is independent observations: one value per process, not per window within
   one.

   Values must be finite, save where it says otherwise. "Sorted" means ascending, see stats_sort(). What
   cannot be computed (no values, values outside the stated range, no memory) is NAN, in an interval with
   confidence 0. All functions may be called from any thread; none keeps a pointer. */
#ifndef BENCH_STATS_H
#define BENCH_STATS_H

#include <stddef.h>
#include <stdint.h>

/* An interval with both ends in it, in the unit of the values. */
struct stats_interval {
    double low, high;
    double confidence; /* the probability that was reached, 0 to 1, that such an interval covers the truth */
};

/* A line through a series, with the interval of its slope. */
struct stats_line {
    double intercept, slope;      /* y = intercept + slope * x */
    double slope_low, slope_high; /* in units of y per unit of x */
    double confidence;            /* that was reached by [slope_low, slope_high] */
};

/* Sorts ascending, in place. */
void stats_sort(double *values, size_t n);

/* The median: the middle value, or the mean of the two middle ones. */
double stats_median(const double *sorted, size_t n);

/* The quantile for p from 0 to 1 (cut to that range), by linear interpolation between the order statistics
   around (n - 1) p: type 7 of Hyndman & Fan, "Sample quantiles in statistical packages", The American
   Statistician 50(4), 1996; the default of R and NumPy. */
double stats_quantile(const double *sorted, size_t n, double p);

/* The median of the absolute deviations from the median, as it is: not scaled by 1.4826 to estimate a normal
   distribution's standard deviation. */
double stats_mad(const double *sorted, size_t n);

/* n / sum(1 / value), which is the mean of rates over equal amounts of work (Hoefler & Belli, "Scientific
   benchmarking of parallel computing systems", SC 2015, rule 3). Values must not be negative; if one is 0
   so is the mean. */
double stats_harmonic_mean(const double *values, size_t n);

/* The interval of the median by order statistics: the k-th value from below and from above, with the
   largest k for which it covers the true median with at least the probability `confidence` (0 to 1, such as
   0.95). `confidence` of the result is the exact coverage 1 - 2 P(B < k), B binomial with n trials and
   p = 1/2, for any continuous distribution (a lower bound for others). Where even the whole range, k = 1,
   falls short (n < 6 for 0.95), that range and its lower confidence are returned: for n = 1 confidence 0.
   Hollander & Wolfe, Nonparametric Statistical Methods, 2nd ed. 1999, section 3.6; David & Nagaraja, Order
   Statistics, 3rd ed. 2003, section 7.1. */
struct stats_interval stats_median_interval(const double *sorted, size_t n, double confidence);

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

/* Compares a with b over blocks: block i gave a[i] and b[i], all above 0. *ratio (if not null) is the median
   of the per-block ratios a[i] / b[i], not the ratio of the two medians: both trials of a block ran within
   minutes of each other, so what drifts from block to block (temperature, neighbours, frequency) is common to
   both and cancels within the block's ratio, while it would spread the two medians.
   The interval is the percentile bootstrap over blocks, which are drawn with replacement `resamples` times
   (2000 or more; a resample is O(blocks)) by a generator seeded with `seed`, so that it can be repeated
   (Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13). All is done on logarithms, with
   the median of an even number as the geometric mean of the middle two: b against a, with the same
   seed, gives the reciprocals. `confidence` of the result is the one asked for, but no more than
   1 - 2^(1 - blocks), the most that any interval within the sample can reach: with fewer than 6 blocks there
   is no 95 %. Beyond that the bootstrap is an approximation: simulated, its "95 %" covers in 88 % of the
   cases with 7 blocks, in 93 to 95 % with 8 and more. The exact interval of the same ratio is
   stats_median_interval() of the sorted per-block ratios. With no resamples the interval is NAN, *ratio is
   still stored. */
struct stats_interval stats_ratio_interval(const double *a, const double *b, size_t blocks,
                                           unsigned resamples, uint64_t seed, double confidence,
                                           double *ratio);

#endif
