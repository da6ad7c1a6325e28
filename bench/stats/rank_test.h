/* rank_test.h - the tests of Wilcoxon and of Mann & Whitney, and the ranks at which their intervals end.

   Both are two-sided and assume no distribution: under the hypothesis that two configurations are alike,
   their results rise above a probability p no more often than p says. Exact, ties included, up to
   RANK_TEST_EXACT values; beyond that by the normal approximation with its corrections for ties and
   continuity, which in the tails says too much rather than too little.

   Wilcoxon, "Individual comparisons by ranking methods", Biometrics Bulletin 1(6), 1945; Mann & Whitney, "On
   a test of whether one of two random variables is stochastically larger than the other", Annals of
   Mathematical Statistics 18(1), 1947; Hollander & Wolfe, Nonparametric Statistical Methods, 2nd ed. 1999,
   chapters 3 and 4. */
#ifndef BENCH_RANK_TEST_H
#define BENCH_RANK_TEST_H

#include <stddef.h>
#include <stdint.h>

enum { RANK_TEST_EXACT = 50 };

/* Wilcoxon's signed-rank test: the probability that differences which are as likely positive as negative lie
   as far to one side as these. Equal sizes share the mean of their ranks. Zeros are ranked with the others,
   then left out (Pratt, "Remarks on zeros and ties in the Wilcoxon signed rank procedures", Journal of the
   American Statistical Association 54, 1959). 1 where all are zero. */
double stats_signed_rank(const double *differences, size_t n);

/* The least probability that it can give with n differences: 2^(1 - n). */
double stats_signed_rank_least(size_t n);

/* Mann & Whitney's test, also known as Wilcoxon's rank-sum test: the probability that two samples of one
   distribution lie as far apart as these. Equal values share the mean of their ranks. */
double stats_rank_sum(const double *a, size_t n, const double *b, size_t m);

/* Where an interval of 95 % ends: the `rank`-th smallest and the `rank`-th largest of the values whose median
   it is of, the n (n + 1) / 2 Walsh averages of n differences or the n m differences of two samples, cover
   that with the probability `confidence`, or a little more where the values have ties. rank is as large as
   0.95 allows, but at least 1: with few values the confidence is less than that. Both are 0 without values.
 */
struct stats_rank_end {
    uint64_t rank;
    double confidence;
};

struct stats_rank_end stats_signed_rank_end(size_t n);
struct stats_rank_end stats_rank_sum_end(size_t n, size_t m);

#endif
