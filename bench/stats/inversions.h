/* inversions.h - how many pairs a series has out of order, and how likely that is by chance: what the tests
   of Kendall and of Mann & Whitney count, and the interval of a Theil-Sen slope rests on. */
#ifndef BENCH_INVERSIONS_H
#define BENCH_INVERSIONS_H

#include <stddef.h>

/* The pairs i < j with values[i] > values[j]; a pair of equal values is in order. Sorts the values with
   `scratch`, which has room for n too, in n log n steps. */
double inversions_count(double *values, double *scratch, size_t n);

/* Writes P(K = k) for k < `terms`, where K is the number of pairs that a random order of the values inverts;
   pairs of equal values count for nothing. `sorted` are the values or anything that has the same ties: two
   groups of equal numbers, of n and m, give the distribution of Mann & Whitney's U. The distribution is
   symmetric. Takes n * terms steps. */
void inversions_probabilities(const double *sorted, size_t n, double *probabilities, size_t terms);

#endif
