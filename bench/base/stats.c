/* stats.c - see stats.h. */
#include "base/stats.h"

#include "base/rng.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

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

/* Multiplies the polynomial by (1 - q^(m + i)) / (1 - q^i) * i / (m + i), where m + i = `upper`, i = `lower`.
 */
static void multiply_factor(double *polynomial, size_t terms, size_t upper, size_t lower)
{
    for (size_t k = lower; k < terms; k++)
        polynomial[k] += polynomial[k - lower];
    for (size_t k = terms; k-- > upper;)
        polynomial[k] -= polynomial[k - upper];
    for (size_t k = 0; k < terms; k++)
        polynomial[k] *= (double)lower / (double)upper;
}

/* Writes P(K = k) for k < `terms`, where K is the number of pairs that a random order of y inverts, pairs
   with equal x not counted. With groups of equal x of sizes t, m points in the groups before, K has the
   generating function prod over groups, prod over i = 1..t, of (1 - q^(m + i)) / (1 - q^i), divided by its
   value at q = 1; without ties it is Kendall's own, the Mahonian numbers over n! (Kendall, Rank Correlation
   Methods, 4th ed. 1970, chapter 5; David & Barton, Combinatorial Chance, 1962). The division comes first, so
   that all values stay positive and the low terms, which alone are used, keep their precision. */
static void inversion_probabilities(const double *sorted_x, size_t n, double *probabilities, size_t terms)
{
    memset(probabilities, 0, terms * sizeof *probabilities);
    probabilities[0] = 1;
    for (size_t point = 0, tied = 0; point < n; point++) {
        tied = point && sorted_x[point] == sorted_x[point - 1] ? tied + 1 : 1;
        multiply_factor(probabilities, terms, point + 1, tied);
    }
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
    inversion_probabilities(scratch, n, probabilities, terms);
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

/* ---- the ratio of paired blocks ---- */

/* One block, and one place in the order of the ratios: element i holds the i-th smallest ratio and the number
   of times that it was drawn, but `rank_of` tells where the ratio of block i went. */
struct place {
    double log_ratio; /* first, so that compare_doubles() can sort places */
    size_t block;
    size_t rank_of;
    size_t draws;
};

/* Returns the places, to be freed by the caller, or null where a value is out of range or memory ran out. */
static struct place *rank_ratios(const double *a, const double *b, size_t blocks)
{
    struct place *places = calloc(blocks + 1, sizeof *places);
    bool are_valid = places && blocks;

    for (size_t i = 0; are_valid && i < blocks; i++) {
        are_valid = a[i] > 0 && b[i] > 0 && isfinite(a[i]) && isfinite(b[i]);
        /* no log of the quotient: so, swapping a and b changes nothing but the sign */
        places[i] = (struct place){.log_ratio = log(a[i]) - log(b[i]), .block = i};
    }
    if (!are_valid) {
        free(places);
        return NULL;
    }
    qsort(places, blocks, sizeof *places, compare_doubles);
    for (size_t i = 0; i < blocks; i++)
        places[places[i].block].rank_of = i;
    return places;
}

/* The logarithm of the median of the ratios, each one counted as often as it was drawn, `blocks` in all.
   Counting needs no sorting per resample. */
static double log_median(const struct place *places, size_t blocks)
{
    size_t lower, upper, seen = 0;

    for (lower = 0; seen + places[lower].draws <= (blocks - 1) / 2; lower++)
        seen += places[lower].draws;
    for (upper = lower; seen + places[upper].draws <= blocks / 2; upper++)
        seen += places[upper].draws;
    return (places[lower].log_ratio + places[upper].log_ratio) / 2;
}

/* Draws blocks with replacement: blocks, not places, so that one seed draws the same blocks whatever is
   compared. */
static void draw_blocks(struct place *places, size_t blocks, struct rng *rng)
{
    for (size_t i = 0; i < blocks; i++)
        places[i].draws = 0;
    for (size_t i = 0; i < blocks; i++)
        places[places[rng_below(rng, blocks)].rank_of].draws++;
}

struct stats_interval stats_ratio_interval(const double *a, const double *b, size_t blocks,
                                           unsigned resamples, uint64_t seed, double confidence,
                                           double *ratio)
{
    struct stats_interval interval = unknown_interval;
    struct place *places = rank_ratios(a, b, blocks);
    double *medians = calloc((size_t)resamples + 1, sizeof *medians);
    struct rng rng;

    for (size_t i = 0; places && i < blocks; i++)
        places[i].draws = 1;
    if (ratio)
        *ratio = places ? exp(log_median(places, blocks)) : NAN;
    if (places && medians && resamples > 0) {
        rng_seed(&rng, seed);
        for (unsigned i = 0; i < resamples; i++) {
            draw_blocks(places, blocks, &rng);
            medians[i] = log_median(places, blocks);
        }
        stats_sort(medians, resamples);
        interval.low = exp(stats_quantile(medians, resamples, (1 - confidence) / 2));
        interval.high = exp(stats_quantile(medians, resamples, (1 + confidence) / 2));
        interval.confidence = fmin(confidence, 1 - 2 * pow(0.5, (double)blocks));
    }
    free(places);
    free(medians);
    return interval;
}
