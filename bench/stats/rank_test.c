/* rank_test.c - see rank_test.h. Ranks are doubled, so that a mean of two ranks is a whole number. */
#include "stats/rank_test.h"

#include "stats/inversions.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* --- ranks --- */

struct entry {
    double key;    /* what is ranked */
    uint64_t rank; /* doubled */
    bool counts;   /* on the side that is summed up */
};

static int by_key(const void *a_, const void *b_)
{
    double a = ((const struct entry *)a_)->key, b = ((const struct entry *)b_)->key;
    return (a > b) - (a < b);
}

/* Sorts the entries and ranks them; whether two are equal. */
static bool rank_entries(struct entry *entries, size_t n)
{
    bool are_tied = false;
    qsort(entries, n, sizeof *entries, by_key);
    for (size_t first = 0, next; first < n; first = next) {
        for (next = first + 1; next < n && entries[next].key == entries[first].key; next++)
            are_tied = true;
        for (size_t i = first; i < next; i++)
            entries[i].rank = first + 1 + next;
    }
    return are_tied;
}

static uint64_t counted_ranks(const struct entry *entries, size_t n)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += entries[i].counts ? entries[i].rank : 0;
    return sum;
}

/* --- the normal approximation --- */

/* Both tails of a statistic, by steps of `step`, that lies as far from its mean as this. */
static double normal_tails(double distance, double step, double variance)
{
    return variance > 0 ? erfc(fmax(fabs(distance) - step / 2, 0) / sqrt(2 * variance)) : 1;
}

/* --- signed ranks --- */

/* Adds a rank that counts in half of the cases: distribution[s] is the probability of the sum s. */
static void add_sign(double *distribution, size_t sums, size_t rank)
{
    for (size_t s = sums; s-- > 0;)
        distribution[s] = (distribution[s] + (s >= rank ? distribution[s - rank] : 0)) / 2;
}

static double exact_signed_rank(const struct entry *entries, size_t n, uint64_t lower)
{
    double tail = 0, *distribution = calloc(lower + 1, sizeof *distribution);
    if (!distribution)
        return NAN;
    distribution[0] = 1;
    for (size_t i = 0; i < n; i++)
        if (entries[i].rank)
            add_sign(distribution, lower + 1, entries[i].rank);
    for (size_t s = 0; s <= lower; s++)
        tail += distribution[s];
    free(distribution);
    return fmin(2 * tail, 1);
}

double stats_signed_rank(const double *differences, size_t n)
{
    struct entry *entries = calloc(n + 1, sizeof *entries);
    uint64_t all = 0;
    double squares = 0, p;

    if (!entries || !n) {
        free(entries);
        return NAN;
    }
    for (size_t i = 0; i < n; i++)
        entries[i] = (struct entry){.key = fabs(differences[i]), .counts = differences[i] > 0};
    rank_entries(entries, n);
    for (size_t i = 0; i < n; i++) {
        if (entries[i].key == 0)
            entries[i].rank = 0;
        all += entries[i].rank;
        squares += (double)entries[i].rank * (double)entries[i].rank;
    }
    uint64_t positive = counted_ranks(entries, n),
             lower = positive < all - positive ? positive : all - positive;
    p = n <= RANK_TEST_EXACT ? exact_signed_rank(entries, n, lower)
                             : normal_tails((double)lower - (double)all / 2, 2, squares / 4);
    free(entries);
    return p;
}

double stats_signed_rank_least(size_t n)
{
    return n ? ldexp(1, 1 - (int)n) : 1;
}

/* --- rank sums --- */

/* U, the pairs with a in front of b, is at most `lower` in so many of the orders of n and m values without
   ties: the distribution of inversions of two groups. */
static double untied_tail(size_t n, size_t m, size_t lower)
{
    double groups[RANK_TEST_EXACT] = {0}, tail = 0;
    double *probabilities = calloc(lower + 1, sizeof *probabilities);
    if (!probabilities)
        return NAN;
    for (size_t i = n; i < n + m; i++)
        groups[i] = 1;
    inversions_probabilities(groups, n + m, probabilities, lower + 1);
    for (size_t k = 0; k <= lower; k++)
        tail += probabilities[k];
    free(probabilities);
    return tail;
}

/* With ties: of all choices of n of the ranks, the share whose sum is at most, or at least, this one; the
   lesser. ways[c][s] counts the choices of c ranks with the sum s, exactly: they are below 2^53. */
static double tied_tail(const struct entry *entries, size_t n, size_t m, uint64_t sum)
{
    size_t sums = (n + m) * (n + m + 1) + 1;
    double below = 0, above = 0, all = 0, *ways = calloc((n + 1) * sums, sizeof *ways);
    if (!ways)
        return NAN;
    ways[0] = 1;
    for (size_t i = 0; i < n + m; i++)
        for (size_t c = n; c > 0; c--)
            for (size_t s = sums; s-- > entries[i].rank;)
                ways[c * sums + s] += ways[(c - 1) * sums + s - entries[i].rank];
    for (size_t s = 0; s < sums; s++) {
        all += ways[n * sums + s];
        below += s <= sum ? ways[n * sums + s] : 0;
        above += s >= sum ? ways[n * sums + s] : 0;
    }
    free(ways);
    return fmin(below, above) / all;
}

static double normal_rank_sum(const struct entry *entries, double n, double m, double sum)
{
    double mean = n + m + 1, spread = 0; /* of the doubled ranks */
    for (size_t i = 0; i < (size_t)(n + m); i++) {
        double from_mean = (double)entries[i].rank - mean;
        spread += from_mean * from_mean;
    }
    return normal_tails(sum - n * mean, 2, n * m * spread / ((n + m) * (n + m - 1)));
}

double stats_rank_sum(const double *a, size_t n, const double *b, size_t m)
{
    struct entry *entries = calloc(n + m + 1, sizeof *entries);
    double p;

    if (!entries || !n || !m) {
        free(entries);
        return NAN;
    }
    for (size_t i = 0; i < n + m; i++)
        entries[i] = (struct entry){.key = i < n ? a[i] : b[i - n], .counts = i < n};
    bool are_tied = rank_entries(entries, n + m);
    uint64_t sum = counted_ranks(entries, n + m);
    uint64_t u = sum / 2 - (uint64_t)n * (n + 1) / 2, lower = u < n * m - u ? u : n * m - u;
    if (n + m > RANK_TEST_EXACT)
        p = normal_rank_sum(entries, (double)n, (double)m, (double)sum);
    else
        p = fmin(2 * (are_tied ? tied_tail(entries, n, m, sum) : untied_tail(n, m, lower)), 1);
    free(entries);
    return p;
}

/* --- where intervals end --- */

static const double wanted = 0.95;

/* The largest rank k with P(statistic < k) of (1 - wanted) / 2 at most, at least 1, where probabilities[s] is
   P(statistic = s) for s < `terms`. */
static struct stats_rank_end end_of(const double *probabilities, size_t terms)
{
    struct stats_rank_end end = {1, 1 - 2 * probabilities[0]};
    while (end.rank < terms && end.confidence - 2 * probabilities[end.rank] >= wanted)
        end.confidence -= 2 * probabilities[end.rank++];
    end.confidence = fmax(end.confidence, 0);
    return end;
}

static struct stats_rank_end normal_end(double mean, double variance)
{
    uint64_t low = 1, high = (uint64_t)mean + 1; /* low is a rank that will do, high is none */
    while (low + 1 < high) {
        uint64_t middle = low + (high - low) / 2;
        if (normal_tails(mean - (double)(middle - 1), 1, variance) <= 1 - wanted)
            low = middle;
        else
            high = middle;
    }
    return (struct stats_rank_end){low, 1 - normal_tails(mean - (double)(low - 1), 1, variance)};
}

struct stats_rank_end stats_signed_rank_end(size_t n)
{
    double size = (double)n, mean = size * (size + 1) / 4;
    double distribution[RANK_TEST_EXACT * (RANK_TEST_EXACT + 1) / 4 + 2] = {1};
    size_t terms = (size_t)mean + 1;

    if (!n)
        return (struct stats_rank_end){0, 0};
    if (n > RANK_TEST_EXACT)
        return normal_end(mean, size * (size + 1) * (2 * size + 1) / 24);
    for (size_t rank = 1; rank <= n; rank++)
        add_sign(distribution, terms, rank);
    return end_of(distribution, terms);
}

struct stats_rank_end stats_rank_sum_end(size_t n, size_t m)
{
    double mean = (double)n * (double)m / 2;
    double probabilities[RANK_TEST_EXACT * RANK_TEST_EXACT / 8 + 2], groups[RANK_TEST_EXACT] = {0};
    size_t terms = (size_t)mean + 1;

    if (!n || !m)
        return (struct stats_rank_end){0, 0};
    if (n + m > RANK_TEST_EXACT)
        return normal_end(mean, mean * (double)(n + m + 1) / 6);
    for (size_t i = n; i < n + m; i++)
        groups[i] = 1;
    inversions_probabilities(groups, n + m, probabilities, terms);
    return end_of(probabilities, terms);
}
