/* sample.h - robust, distribution-free figures of one sample.

   Nothing here assumes a normal distribution or an equal spread, since run times have neither. What the
   intervals do assume is independent observations: one value per process, not per window within
   one.

   Throughout stats/: values must be finite, save where it says otherwise. "Sorted" means ascending, see
   stats_sort(). What cannot be computed (no values, values outside the stated range, no memory) is NAN, in an
   interval with confidence 0. All functions may be called from any thread; none keeps a pointer. */
#ifndef BENCH_SAMPLE_H
#define BENCH_SAMPLE_H

#include <stddef.h>

/* An interval with both ends in it, in the unit of the values. */
struct stats_interval {
    double low, high;
    double confidence; /* the probability that was reached, 0 to 1, that such an interval covers the truth */
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

/* The values beyond which one is an outlier: the median and to either side of it 3.5 / 0.6745 deviations as
   of stats_mad(), where 0.6745 of a normal distribution's standard deviation is its median deviation
   (Iglewicz & Hoaglin, How to Detect and Handle Outliers, 1993). An outlier is to be looked at, never to be
   dropped. confidence is 0: the rule has none. Both ends are infinite where more than half of the values are
   the same one, which leaves no scale to judge by, and with fewer than 5 values. */
struct stats_interval stats_fences(const double *sorted, size_t n);

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

#endif
