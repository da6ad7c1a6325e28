/* inversions.c - see inversions.h. */
#include "stats/inversions.h"

#include <string.h>

/* Merges two sorted halves. Each value of the right one that goes before what is left of the left one was
   inverted with all of that. */
static double merge(double *values, double *scratch, size_t middle, size_t n)
{
    double inverted = 0;
    size_t left = 0, right = middle;

    for (size_t i = 0; i < n; i++) {
        if (right == n || (left < middle && values[left] <= values[right])) {
            scratch[i] = values[left++];
        } else {
            scratch[i] = values[right++];
            inverted += (double)(middle - left);
        }
    }
    memcpy(values, scratch, n * sizeof *values);
    return inverted;
}

double inversions_count(double *values, double *scratch, size_t n)
{
    double inverted = 0;

    for (size_t width = 1; width < n; width *= 2)
        for (size_t start = 0; start + width < n; start += 2 * width) {
            size_t length = start + 2 * width < n ? 2 * width : n - start;
            inverted += merge(values + start, scratch, width, length);
        }
    return inverted;
}

/* Multiplies the polynomial by (1 - q^upper) / (1 - q^lower) * lower / upper. */
static void multiply_factor(double *polynomial, size_t terms, size_t upper, size_t lower)
{
    for (size_t k = lower; k < terms; k++)
        polynomial[k] += polynomial[k - lower];
    for (size_t k = terms; k-- > upper;)
        polynomial[k] -= polynomial[k - upper];
    for (size_t k = 0; k < terms; k++)
        polynomial[k] *= (double)lower / (double)upper;
}

/* With groups of equal values of sizes t, m values in the groups before, K has the generating function prod
   over groups, prod over i = 1..t, of (1 - q^(m + i)) / (1 - q^i), divided by its value at q = 1; without
   ties it is Kendall's own, the Mahonian numbers over n! (Kendall, Rank Correlation Methods, 4th ed. 1970,
   chapter 5; David & Barton, Combinatorial Chance, 1962). The division by q - 1 comes first, so that all
   values stay positive and the low terms, which alone are used, keep their precision. */
void inversions_probabilities(const double *sorted, size_t n, double *probabilities, size_t terms)
{
    memset(probabilities, 0, terms * sizeof *probabilities);
    probabilities[0] = 1;
    for (size_t i = 0, tied = 0; i < n; i++) {
        tied = i && sorted[i] == sorted[i - 1] ? tied + 1 : 1;
        multiply_factor(probabilities, terms, i + 1, tied);
    }
}
