/* sample.c - see sample.h. */
#include "stats/sample.h"

#include <math.h>
#include <stdlib.h>

static const struct stats_interval unknown_interval = {NAN, NAN, 0};

/* ---- one sample ---- */

static int compare_doubles(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

void stats_sort(double *values, size_t n)
{
    if (n > 1)
        qsort(values, n, sizeof *values, compare_doubles);
}

double stats_median(const double *sorted, size_t n)
{
    if (n == 0)
        return NAN;
    /* halved first: the sum of two huge values may overflow */
    return n % 2 ? sorted[n / 2] : sorted[n / 2 - 1] / 2 + sorted[n / 2] / 2;
}

double stats_quantile(const double *sorted, size_t n, double p)
{
    if (n == 0 || isnan(p))
        return NAN;
    double position = (double)(n - 1) * fmin(fmax(p, 0), 1);
    size_t below = (size_t)position;
    size_t above = below + 1 < n ? below + 1 : below;
    return sorted[below] + (position - (double)below) * (sorted[above] - sorted[below]);
}

double stats_mad(const double *sorted, size_t n)
{
    double median = stats_median(sorted, n), deviation = NAN, previous = NAN;
    size_t left = n / 2, right = n / 2; /* the next value outwards is sorted[left - 1] or sorted[right] */

    /* walking out from the middle of a sorted sample meets the deviations in ascending order */
    for (size_t taken = 0; n && taken <= n / 2; taken++) {
        previous = deviation;
        if (right == n || (left > 0 && median - sorted[left - 1] < sorted[right] - median))
            deviation = median - sorted[--left];
        else
            deviation = sorted[right++] - median;
    }
    return n % 2 ? deviation : previous / 2 + deviation / 2;
}

struct stats_interval stats_fences(const double *sorted, size_t n)
{
    static const double deviations = 3.5 / 0.6745;
    double reach = deviations * stats_mad(sorted, n);

    if (n < 5 || !(reach > 0))
        reach = INFINITY;
    return (struct stats_interval){stats_median(sorted, n) - reach, stats_median(sorted, n) + reach, 0};
}

double stats_harmonic_mean(const double *values, size_t n)
{
    double reciprocals = 0;

    for (size_t i = 0; i < n; i++) {
        if (!(values[i] >= 0))
            return NAN;
        reciprocals += 1 / values[i]; /* of 0: infinite, which makes the mean 0 as it should */
    }
    return n ? (double)n / reciprocals : NAN;
}

/* ---- the interval of the median ---- */

/* The lower tail of a binomial distribution with p = 1/2, summed term by term. The terms are kept as
   multiples of 2^exponent, since 2^-n itself is no double from n = 1075 on. Every value is exact
   while it has 53 bits, n up to 50 or so, and has a relative error of less than n * 2^-52 after that. */
struct binomial_tail {
    size_t n, next;   /* the next term is P(B = next) */
    double term, sum; /* sum: P(B < next) */
    int exponent;
};

static void add_term(struct binomial_tail *tail)
{
    enum { STEP = 500 };
    tail->sum += tail->term;
    tail->term = tail->term * (double)(tail->n - tail->next) / (double)(tail->next + 1);
    tail->next++;
    if (tail->term > 0x1p+500) {
        tail->term = ldexp(tail->term, -STEP);
        tail->sum = ldexp(tail->sum, -STEP);
        tail->exponent += STEP;
    }
}

struct stats_interval stats_median_interval(const double *sorted, size_t n, double confidence)
{
    struct binomial_tail tail = {.n = n, .term = 1, .exponent = -(int)n};
    size_t rank = 0;
    double reached = 0;

    if (n == 0)
        return unknown_interval;
    /* rank k covers with 1 - 2 P(B < k), less and less; rank 1 is taken however little that is */
    while (rank < (n + 1) / 2) {
        add_term(&tail);
        double coverage = 1 - 2 * ldexp(tail.sum, tail.exponent);
        if (rank > 0 && coverage < confidence)
            break;
        reached = coverage;
        rank++;
    }
    return (struct stats_interval){sorted[rank - 1], sorted[n - rank], reached};
}
