/* trend.c - see trend.h. */
#include "stats/trend.h"

#include "stats/inversions.h"
#include "stats/sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the Theil-Sen line ---- */

/* Stores the slopes of all pairs with different x, sorted, and returns how many there are. */
static size_t pair_slopes(const double *x, const double *y, size_t n, double *slopes)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            if (x[i] != x[j])
                slopes[count++] = (y[j] - y[i]) / (x[j] - x[i]);
    stats_sort(slopes, count);
    return count;
}

/* Sets the interval of the slope: by the same reasoning as for the median's, with K in place of B. */
static void set_slope_interval(struct stats_line *line, const double *slopes, size_t count,
                               const double *probabilities)
{
    static const double confidence = 0.95;
    double tail = probabilities[0];
    size_t rank = 1;

    while (rank < (count + 1) / 2 && 1 - 2 * (tail + probabilities[rank]) >= confidence)
        tail += probabilities[rank++];
    line->slope_low = slopes[rank - 1];
    line->slope_high = slopes[count - rank];
    line->confidence = fmax(1 - 2 * tail, 0);
}

struct stats_line stats_theil_sen(const double *x, const double *y, size_t n)
{
    struct stats_line line = {NAN, NAN, NAN, NAN, 0};
    size_t pairs = n > 1 ? n * (n - 1) / 2 : 0;
    size_t terms = pairs / 2 + 1; /* the tail ends at the middle, the distribution is symmetric */
    double *slopes = calloc(pairs + 1, sizeof *slopes);
    double *probabilities = calloc(terms, sizeof *probabilities);
    double *scratch = calloc(n + 1, sizeof *scratch);
    size_t count = 0;

    if (slopes && probabilities && scratch)
        count = pair_slopes(x, y, n, slopes);
    if (count == 0)
        goto out;
    memcpy(scratch, x, n * sizeof *scratch);
    stats_sort(scratch, n);
    inversions_probabilities(scratch, n, probabilities, terms);
    set_slope_interval(&line, slopes, count, probabilities);

    line.slope = stats_median(slopes, count);
    for (size_t i = 0; i < n; i++)
        scratch[i] = y[i] - line.slope * x[i];
    stats_sort(scratch, n);
    line.intercept = stats_median(scratch, n);
out:
    free(slopes);
    free(probabilities);
    free(scratch);
    return line;
}

/* ---- Mann & Kendall's test ---- */

enum { EXACT_TREND = 50 };

/* The two-sided probability by the normal approximation, of `inverted` among values with these ties. */
static double normal_trend(double inverted, double untied, const double *sorted, size_t n)
{
    double size = (double)n, variance = size * (size - 1) * (2 * size + 5);

    for (size_t i = 0, tied = 1; i < n; i++, tied++) {
        if (i + 1 == n || sorted[i + 1] != sorted[i]) {
            double t = (double)tied;
            variance -= t * (t - 1) * (2 * t + 5);
            tied = 0;
        }
    }
    double score = fmax(fabs(untied - 2 * inverted) - 1, 0);
    return erfc(score / sqrt(variance / 18) / sqrt(2));
}

static double exact_trend(double inverted, double untied, const double *sorted, size_t n)
{
    size_t fewer = (size_t)fmin(inverted, untied - inverted);
    double tail = 0, *probabilities = calloc(fewer + 1, sizeof *probabilities);

    if (!probabilities)
        return NAN;
    inversions_probabilities(sorted, n, probabilities, fewer + 1);
    for (size_t k = 0; k <= fewer; k++)
        tail += probabilities[k];
    free(probabilities);
    return fmin(2 * tail, 1);
}

double stats_trend_test(const double *values, size_t n)
{
    double p = NAN, *sorted = calloc(n + 1, sizeof *sorted), *scratch = calloc(n + 1, sizeof *scratch);

    if (sorted && scratch && n) {
        memcpy(sorted, values, n * sizeof *sorted);
        double inverted = inversions_count(sorted, scratch, n);
        double untied = (double)n * (double)(n - 1) / 2;
        for (size_t i = 1, before = 0; i < n; i++) {
            before = sorted[i] == sorted[i - 1] ? before + 1 : 0;
            untied -= (double)before;
        }
        p = untied == 0        ? 1
            : n <= EXACT_TREND ? exact_trend(inverted, untied, sorted, n)
                               : normal_trend(inverted, untied, sorted, n);
    }
    free(sorted);
    free(scratch);
    return p;
}

double stats_change(const double *values, size_t n)
{
    size_t third = n / 3;
    double change = NAN, *part = calloc(n + 1, sizeof *part);

    if (part && third) {
        memcpy(part, values, n * sizeof *part);
        stats_sort(part, third);
        stats_sort(part + n - third, third);
        double first = stats_median(part, third), last = stats_median(part + n - third, third);
        if (first > 0 && last > 0)
            change = last / first;
    }
    free(part);
    return change;
}
