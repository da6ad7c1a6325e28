/* test_ratio.c - ratios, their intervals and tests against R and against going through all cases; Holm and
   the verdicts by hand. How often the intervals cover is simulated in test_coverage.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "stats/rank_test.h"
#include "stats/sums.h"
#include "stats/verdict.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void expect_close(double actual, double expected, double tolerance)
{
    if (!(fabs(actual - expected) <= tolerance))
        fail_msg("%.17g is not within %g of %.17g", actual, tolerance, expected);
}

/* Hollander & Wolfe, tables 3.1 (nine patients' depression before and after) and 4.1 (permeability). */
static const double before[] = {1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30};
static const double after[] = {0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29};
static const double term[] = {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
static const double early[] = {1.15, 0.88, 0.90, 0.74, 1.21};

enum { LONG = 60 };

/* Two long series that anyone can make again. */
static void make_long(double u[LONG], double v[LONG])
{
    for (int i = 1; i <= LONG; i++) {
        u[i - 1] = (double)(i * 37 % 61) / 7 + 1;
        v[i - 1] = (double)(i * 23 % 59) / 7 + 1.9;
    }
}

/* ---- order statistics of sums ---- */

static int ascending(const void *a, const void *b)
{
    return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

/* Against all sums, sorted: negative ones, ties and zeros among them. */
static void sums_are_selected_exactly(void **state)
{
    struct rng rng;
    (void)state;
    rng_seed(&rng, 31);
    for (int round = 0; round < 300; round++) {
        double x[9], y[7], all[63], own[45];
        size_t n = 1 + rng_below(&rng, 9), m = 1 + rng_below(&rng, 7), sums = 0, own_sums = 0;
        for (size_t i = 0; i < n; i++)
            x[i] = round % 2 ? (double)rng_below(&rng, 9) - 4 : rng_uniform(&rng) - 0.5;
        for (size_t i = 0; i < m; i++)
            y[i] = round % 2 ? (double)rng_below(&rng, 9) - 4 : 1e-9 * rng_uniform(&rng);
        stats_sort(x, n);
        stats_sort(y, m);
        for (size_t i = 0; i < n; i++) {
            for (size_t j = 0; j < m; j++)
                all[sums++] = x[i] + y[j];
            for (size_t j = i; j < n; j++)
                own[own_sums++] = x[i] + x[j];
        }
        qsort(all, sums, sizeof *all, ascending);
        qsort(own, own_sums, sizeof *own, ascending);
        for (size_t k = 1; k <= sums; k++)
            expect_close(sums_select(x, n, y, m, k), all[k - 1], 0);
        for (size_t k = 1; k <= own_sums; k++)
            expect_close(sums_select_own(x, n, k), own[k - 1], 0);
        expect_close(sums_median(x, n, y, m), stats_median(all, sums), 1e-15);
        expect_close(sums_median_own(x, n), stats_median(own, own_sums), 1e-15);
    }
    assert_true(isnan(sums_median_own(NULL, 0)));
}

/* ---- the tests ---- */

/* Without ties by R 4.2, wilcox.test(x, y, paired = TRUE); with ties by going through all signs. */
static void signed_ranks_match_known_ones(void **state)
{
    const double tied[] = {1, 1, -1, 2, 3, 3, -2, 4, 5, 0, 0, 2}; /* zeros are ranked, then left out */
    const double rising[] = {1, 2, 3, 4, 5, 6}, mixed[] = {-1, 2, -3, 4, -5}, zeros[] = {0, 0, 0};
    double differences[COUNT(before)], u[LONG], v[LONG], of_long[LONG], of_rounded[LONG];
    (void)state;

    for (size_t i = 0; i < COUNT(before); i++)
        differences[i] = before[i] - after[i];
    expect_close(stats_signed_rank(differences, COUNT(before)), 0.0390625, 0);
    expect_close(stats_signed_rank(tied, 12), 0.04296875, 1e-15);
    expect_close(stats_signed_rank(rising, 6), stats_signed_rank_least(6), 0);
    expect_close(stats_signed_rank_least(6), 0.03125, 0);
    expect_close(stats_signed_rank(mixed, 5), 0.8125, 1e-15);
    expect_close(stats_signed_rank(zeros, 3), 1, 0);
    assert_true(isnan(stats_signed_rank(NULL, 0)));

    make_long(u, v);
    for (int i = 0; i < LONG; i++) {
        of_long[i] = u[i] - v[i];
        of_rounded[i] = nearbyint(u[i]) - nearbyint(v[i]);
        of_rounded[i] += of_rounded[i] == 0; /* R leaves zeros out first, so that there must be none */
    }
    expect_close(stats_signed_rank(of_long, LONG), 0.267894205842, 1e-11);
    expect_close(stats_signed_rank(of_rounded, LONG), 0.401691668693, 1e-11);
}

/* Without ties by R 4.2, wilcox.test(a, b); with ties by going through all choices. */
static void rank_sums_match_known_ones(void **state)
{
    const double a[] = {1, 2, 2, 3, 5, 5, 7}, b[] = {2, 4, 5, 6, 7, 8};
    const double low[] = {1, 2, 3}, high[] = {4, 5, 6}, same[] = {3, 3, 3};
    double u[LONG], v[LONG];
    (void)state;

    expect_close(stats_rank_sum(term, 10, early, 5), 0.254412254412, 1e-12);
    expect_close(stats_rank_sum(early, 5, term, 10), 0.254412254412, 1e-12);
    expect_close(stats_rank_sum(a, 7, b, 6), 0.20512820512820512, 1e-14);
    expect_close(stats_rank_sum(low, 3, high, 3), 0.1, 1e-15);
    expect_close(stats_rank_sum(same, 3, same, 3), 1, 0);
    assert_true(isnan(stats_rank_sum(low, 3, NULL, 0)));

    make_long(u, v);
    expect_close(stats_rank_sum(u, LONG, v, LONG), 0.136753086126, 1e-11);
    for (int i = 0; i < LONG; i++) {
        u[i] = nearbyint(u[i]);
        v[i] = nearbyint(v[i]);
    }
    expect_close(stats_rank_sum(u, LONG, v, LONG), 0.191121347317, 1e-11);
}

/* R 4.2: qsignrank, psignrank, qwilcox, pwilcox. */
static void intervals_end_where_the_tables_say(void **state)
{
    static const struct {
        size_t n, rank;
        double confidence;
    } signed_ranks[] = {{6, 1, 0.96875},          {7, 3, 0.953125},         {8, 4, 0.9609375},
                        {9, 6, 0.9609375},        {10, 9, 0.951171875},     {12, 14, 0.95751953125},
                        {15, 26, 0.952087402344}, {20, 53, 0.951559066772}, {30, 138, 0.950289878994},
                        {50, 435, 0.950553593199}};
    static const struct {
        size_t n, m, rank;
        double confidence;
    } rank_sums[] = {{6, 6, 6, 0.958874458874},    {6, 10, 12, 0.958041958042},  {7, 7, 9, 0.962121212121},
                     {8, 8, 14, 0.950116550117},   {10, 10, 24, 0.956742947455}, {12, 9, 27, 0.950927091484},
                     {25, 25, 212, 0.950574926775}};
    (void)state;
    for (size_t i = 0; i < COUNT(signed_ranks); i++) {
        struct stats_rank_end end = stats_signed_rank_end(signed_ranks[i].n);
        assert_int_equal(end.rank, signed_ranks[i].rank);
        expect_close(end.confidence, signed_ranks[i].confidence, 1e-11);
    }
    for (size_t i = 0; i < COUNT(rank_sums); i++) {
        struct stats_rank_end end = stats_rank_sum_end(rank_sums[i].n, rank_sums[i].m);
        assert_int_equal(end.rank, rank_sums[i].rank);
        expect_close(end.confidence, rank_sums[i].confidence, 1e-11);
    }
    /* too few for 95 %: the whole range, and what that is worth */
    assert_int_equal(stats_signed_rank_end(4).rank, 1);
    expect_close(stats_signed_rank_end(4).confidence, 0.875, 0);
    expect_close(stats_signed_rank_end(1).confidence, 0, 0);
    expect_close(stats_rank_sum_end(3, 3).confidence, 0.9, 1e-15);
    assert_int_equal(stats_signed_rank_end(0).rank, 0);
    /* the approximation goes on where the tables end */
    assert_in_range(stats_signed_rank_end(51).rank, 452, 456); /* R: 454 */
    expect_close(stats_signed_rank_end(51).confidence, 0.95, 0.002);
    assert_in_range(stats_rank_sum_end(30, 30).rank, 316, 319); /* R: 318 */
    expect_close(stats_rank_sum_end(10000, 10000).confidence, 0.95, 1e-6);
}

/* ---- ratios ---- */

/* R 4.2: exp() of wilcox.test(log(x), log(y), conf.int = TRUE), paired and not. */
static void ratios_match_known_ones(void **state)
{
    double u[LONG], v[LONG];
    (void)state;

    struct stats_ratio paired = stats_ratio_paired(before, after, 9);
    expect_close(paired.ratio, 1.38468382192, 1e-10);
    expect_close(paired.interval.low, 0.990997845292, 1e-10);
    expect_close(paired.interval.high, 1.98696851187, 1e-10);
    expect_close(paired.interval.confidence, 0.9609375, 1e-12);
    expect_close(paired.p, 0.0546875, 0);
    assert_int_equal(paired.test, STATS_SIGNED_RANK);

    struct stats_ratio unpaired = stats_ratio_unpaired(term, 10, early, 5);
    expect_close(unpaired.ratio, 1.31176713708, 1e-10);
    expect_close(unpaired.interval.low, 0.859504132231, 1e-10);
    expect_close(unpaired.interval.high, 1.95945945946, 1e-10);
    expect_close(unpaired.p, 0.254412254412, 1e-12);
    assert_int_equal(unpaired.test, STATS_RANK_SUM);

    make_long(u, v);
    expect_close(stats_ratio_paired(u, v, LONG).ratio, 0.87173652241, 1e-10);
    expect_close(stats_ratio_unpaired(u, LONG, v, LONG).ratio, 0.888153866667, 1e-10);
}

static void drift_cancels_in_pairs(void **state)
{
    /* a factor of thousand across the blocks, and b always the half of a */
    const double a[] = {2, 20, 200, 2000, 6, 60, 600}, b[] = {1, 10, 100, 1000, 3, 30, 300};
    (void)state;
    struct stats_ratio paired = stats_ratio_paired(a, b, 7), unpaired = stats_ratio_unpaired(a, 7, b, 7);
    expect_close(paired.ratio, 2, 1e-14);
    expect_close(paired.interval.low, 2, 1e-14);
    expect_close(paired.interval.high, 2, 1e-14);
    expect_close(paired.p, 2.0 / 128, 1e-15);
    assert_true(unpaired.interval.low < 1 && unpaired.interval.high > 4 && unpaired.p > 0.3);
}

static void ratios_swap(void **state)
{
    double a[10], b[10];
    struct rng rng;
    (void)state;
    rng_seed(&rng, 21);
    for (int i = 0; i < 10; i++) {
        a[i] = 1 + rng_uniform(&rng);
        b[i] = 2 + rng_uniform(&rng);
    }
    for (int is_paired = 0; is_paired < 2; is_paired++) {
        struct stats_ratio one =
            is_paired ? stats_ratio_paired(a, b, 10) : stats_ratio_unpaired(a, 10, b, 10);
        struct stats_ratio two =
            is_paired ? stats_ratio_paired(b, a, 10) : stats_ratio_unpaired(b, 10, a, 10);
        assert_true(one.interval.low < one.ratio && one.ratio < one.interval.high);
        expect_close(one.ratio * two.ratio, 1, 1e-14);
        expect_close(one.interval.low * two.interval.high, 1, 1e-14);
        expect_close(one.interval.high * two.interval.low, 1, 1e-14);
        expect_close(one.p, two.p, 0);
    }
}

static void what_has_no_logarithm_has_no_ratio(void **state)
{
    const double a[] = {1, 2, 3, 4, 5, 6}, zero[] = {0, 0, 1, 1, 2, 0};
    (void)state;
    struct stats_ratio ratio = stats_ratio_paired(zero, a, 6);
    assert_true(isnan(ratio.ratio) && isnan(ratio.interval.low) && ratio.interval.confidence == 0);
    expect_close(ratio.p, 0.03125, 0); /* but each is less */
    ratio = stats_ratio_unpaired(zero, 6, a, 6);
    assert_true(isnan(ratio.ratio) && ratio.p < 0.05);
    assert_int_equal(stats_ratio_paired(a, a, 0).test, STATS_NO_TEST);
    assert_true(isnan(stats_ratio_unpaired(a, 6, a, 0).p));
    ratio = stats_ratio_paired(a, zero + 2, 1);
    assert_true(ratio.ratio == 1 && ratio.interval.confidence == 0 && ratio.p == 1);
}

/* ---- families and verdicts ---- */

static void holm_matches_known_ones(void **state)
{
    double p[] = {0.01, 0.04, 0.03, 0.005, 0.5, 0.011}; /* R: p.adjust(..., "holm") */
    const double adjusted[] = {0.05, 0.09, 0.09, 0.03, 0.5, 0.05};
    double gaps[] = {0.02, NAN, 0.01}, none[] = {NAN};
    (void)state;
    stats_holm(p, 6);
    for (int i = 0; i < 6; i++)
        expect_close(p[i], adjusted[i], 1e-15);
    stats_holm(gaps, 3); /* a family of two */
    expect_close(gaps[0], 0.02, 0);
    expect_close(gaps[2], 0.02, 0);
    assert_true(isnan(gaps[1]));
    stats_holm(none, 1);
    stats_holm(NULL, 0);
}

static void verdicts_are_four(void **state)
{
    static const struct {
        double low, high, confidence, p;
        enum stats_verdict verdict;
    } cases[] = {
        {1.01, 1.30, 0.95, 0.04, STATS_HIGHER},       {0.70, 0.99, 0.95, 0.05, STATS_LOWER},
        {1.01, 1.30, 0.95, 0.06, STATS_INCONCLUSIVE}, {0.90, 1.10, 0.95, 0.50, STATS_INCONCLUSIVE},
        {0.99, 1.01, 0.95, 0.50, STATS_EQUIVALENT},   {1.005, 1.01, 0.95, 0.001, STATS_EQUIVALENT},
        {1.005, 1.03, 0.95, 0.001, STATS_HIGHER},     {1.10, 1.30, 0.94, 0.01, STATS_INCONCLUSIVE},
        {0.999, 1.001, 0.9, 1, STATS_INCONCLUSIVE},   {1.10, 1.30, 0.95, NAN, STATS_INCONCLUSIVE},
        {1 / 1.02, 1.02, 0.95, 1, STATS_EQUIVALENT},  {0.979, 1.0, 0.95, 1, STATS_INCONCLUSIVE},
        {0.99, 1.10, 0.95, 0.04, STATS_INCONCLUSIVE}, {NAN, NAN, 0, 0.01, STATS_INCONCLUSIVE},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct stats_ratio ratio = {.ratio = sqrt(cases[i].low * cases[i].high),
                                    .interval = {cases[i].low, cases[i].high, cases[i].confidence}};
        if (stats_verdict(&ratio, cases[i].p, 0.02) != cases[i].verdict)
            fail_msg("case %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_selected_exactly),
        cmocka_unit_test(signed_ranks_match_known_ones),
        cmocka_unit_test(rank_sums_match_known_ones),
        cmocka_unit_test(intervals_end_where_the_tables_say),
        cmocka_unit_test(ratios_match_known_ones),
        cmocka_unit_test(drift_cancels_in_pairs),
        cmocka_unit_test(ratios_swap),
        cmocka_unit_test(what_has_no_logarithm_has_no_ratio),
        cmocka_unit_test(holm_matches_known_ones),
        cmocka_unit_test(verdicts_are_four),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
