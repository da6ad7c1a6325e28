/* ratio.c - see ratio.h. */
#include "stats/ratio.h"

#include "stats/rank_test.h"
#include "stats/sums.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static const struct stats_ratio nothing = {NAN, {NAN, NAN, 0}, NAN, STATS_NO_TEST};

static bool are_positive(const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!(values[i] > 0 && isfinite(values[i])))
            return false;
    return true;
}

static void set_ratio(struct stats_ratio *result, double middle, double low, double high, double confidence)
{
    result->ratio = exp(middle);
    result->interval = (struct stats_interval){exp(low), exp(high), confidence};
}

struct stats_ratio stats_ratio_paired(const double *a, const double *b, size_t blocks)
{
    struct stats_ratio result = nothing;
    struct stats_rank_end end = stats_signed_rank_end(blocks);
    double *differences = calloc(blocks + 1, sizeof *differences);
    bool have_logs = are_positive(a, blocks) && are_positive(b, blocks);

    if (!differences || !blocks) {
        free(differences);
        return result;
    }
    for (size_t i = 0; i < blocks; i++)
        /* no log of the quotient: so, swapping a and b changes nothing but the sign */
        differences[i] = have_logs ? log(a[i]) - log(b[i]) : a[i] - b[i];
    result.p = stats_signed_rank(differences, blocks);
    result.test = STATS_SIGNED_RANK;
    if (have_logs) {
        size_t all = blocks * (blocks + 1) / 2;
        stats_sort(differences, blocks);
        set_ratio(&result, sums_median_own(differences, blocks) / 2,
                  sums_select_own(differences, blocks, end.rank) / 2,
                  sums_select_own(differences, blocks, all + 1 - end.rank) / 2, end.confidence);
    }
    free(differences);
    return result;
}

struct stats_ratio stats_ratio_unpaired(const double *a, size_t n, const double *b, size_t m)
{
    struct stats_ratio result = nothing;
    struct stats_rank_end end = stats_rank_sum_end(n, m);
    double *of_a = calloc(n + 1, sizeof *of_a), *of_b = calloc(m + 1, sizeof *of_b);

    if (of_a && of_b && n && m) {
        result.p = stats_rank_sum(a, n, b, m);
        result.test = STATS_RANK_SUM;
    }
    if (result.test == STATS_RANK_SUM && are_positive(a, n) && are_positive(b, m)) {
        for (size_t i = 0; i < n; i++)
            of_a[i] = log(a[i]);
        for (size_t i = 0; i < m; i++)
            of_b[i] = -log(b[i]);
        stats_sort(of_a, n);
        stats_sort(of_b, m);
        set_ratio(&result, sums_median(of_a, n, of_b, m), sums_select(of_a, n, of_b, m, end.rank),
                  sums_select(of_a, n, of_b, m, (uint64_t)n * m + 1 - end.rank), end.confidence);
    }
    free(of_a);
    free(of_b);
    return result;
}
