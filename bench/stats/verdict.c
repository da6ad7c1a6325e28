/* verdict.c - see verdict.h. */
#include "stats/verdict.h"

#include <math.h>
#include <stdlib.h>

static int by_probability(const void *a_, const void *b_)
{
    double a = **(double *const *)a_, b = **(double *const *)b_;
    return (a > b) - (a < b);
}

void stats_holm(double *p, size_t n)
{
    double **order = calloc(n + 1, sizeof *order), least = 0;
    size_t tests = 0;

    for (size_t i = 0; i < n; i++) {
        if (isnan(p[i]))
            continue;
        if (order)
            order[tests++] = &p[i];
        else
            p[i] = 1;
    }
    if (tests)
        qsort(order, tests, sizeof *order, by_probability);
    for (size_t i = 0; i < tests; i++) {
        least = fmax(least, fmin(*order[i] * (double)(tests - i), 1));
        *order[i] = least;
    }
    free(order);
}

enum stats_verdict stats_verdict(const struct stats_ratio *ratio, double p, double band)
{
    const struct stats_interval *interval = &ratio->interval;
    if (!(interval->confidence >= 0.95))
        return STATS_INCONCLUSIVE;
    if (interval->low >= 1 / (1 + band) && interval->high <= 1 + band)
        return STATS_EQUIVALENT;
    if (!(p <= 0.05))
        return STATS_INCONCLUSIVE;
    return interval->low > 1 ? STATS_HIGHER : interval->high < 1 ? STATS_LOWER : STATS_INCONCLUSIVE;
}
