/* sums.h - order statistics of all sums of two samples, without making the sums: what the intervals of Hodges
   & Lehmann are made of. Takes about 64 (n + m) steps, whatever the values. The idea of searching a matrix
   with sorted rows and columns is Johnson & Mizoguchi's, "Selecting the k-th element in X + Y and X1 + X2 +
   ... + Xm", SIAM Journal on Computing 7(2), 1978; here the search is by halves of the numbers that a double
   can be, so that it is exact and its time certain. */
#ifndef BENCH_SUMS_H
#define BENCH_SUMS_H

#include <stddef.h>
#include <stdint.h>

/* The k-th smallest, from 1 to n * m, of x[i] + y[j]; both sorted. */
double sums_select(const double *x, size_t n, const double *y, size_t m, uint64_t k);
/* The k-th smallest, from 1 to n (n + 1) / 2, of x[i] + x[j] with i <= j: twice the k-th Walsh average. */
double sums_select_own(const double *x, size_t n, uint64_t k);

/* The medians of the same. NAN without values. */
double sums_median(const double *x, size_t n, const double *y, size_t m);
double sums_median_own(const double *x, size_t n);

#endif
