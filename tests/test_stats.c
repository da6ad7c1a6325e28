/* test_stats.c - statistics against published values, hand-computed cases and simulated coverage; the random
   numbers against their authors' reference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "stats/sample.h"
#include "stats/trend.h"

static void expect_close(double actual, double expected, double tolerance)
{
    if (!(fabs(actual - expected) <= tolerance))
        fail_msg("%.17g is not within %g of %.17g", actual, tolerance, expected);
}

/* ---- rng.h ---- */

/* Reference outputs: splitmix64 from seed 1234567, xoshiro256** from state {1, 2, 3, 4}. */
static void generators_match_their_reference(void **state)
{
    static const uint64_t splitmix[] = {UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
                                        UINT64_C(9817491932198370423), UINT64_C(4593380528125082431),
                                        UINT64_C(16408922859458223821)};
    static const uint64_t xoshiro[] = {UINT64_C(11520),
                                       UINT64_C(0),
                                       UINT64_C(1509978240),
                                       UINT64_C(1215971899390074240),
                                       UINT64_C(1216172134540287360),
                                       UINT64_C(607988272756665600),
                                       UINT64_C(16172922978634559625),
                                       UINT64_C(8476171486693032832),
                                       UINT64_C(10595114339597558777),
                                       UINT64_C(2904607092377533576)};
    uint64_t seed = 1234567;
    struct rng rng = {{1, 2, 3, 4}};
    (void)state;

    for (size_t i = 0; i < sizeof splitmix / sizeof *splitmix; i++)
        assert_true(rng_splitmix64(&seed) == splitmix[i]);
    for (size_t i = 0; i < sizeof xoshiro / sizeof *xoshiro; i++)
        assert_true(rng_next(&rng) == xoshiro[i]);
}

/* Pearson's chi square of counts that should all be alike. */
static double chi_square(const unsigned *counts, size_t cells, double expected)
{
    double sum = 0;
    for (size_t i = 0; i < cells; i++)
        sum += (counts[i] - expected) * (counts[i] - expected) / expected;
    return sum;
}

static void draws_are_uniform(void **state)
{
    enum { CELLS = 7, DRAWS = 700000 };
    unsigned counts[CELLS] = {0}, tenths[10] = {0};
    struct rng rng;
    (void)state;

    rng_seed(&rng, 42);
    for (int i = 0; i < DRAWS; i++) {
        counts[rng_below(&rng, CELLS)]++;
        double fraction = rng_uniform(&rng);
        assert_true(fraction >= 0 && fraction < 1);
        tenths[(size_t)(fraction * 10)]++;
    }
    assert_true(chi_square(counts, CELLS, DRAWS / CELLS) < 22.5); /* 6 degrees of freedom, p = 0.001 */
    assert_true(chi_square(tenths, 10, DRAWS / 10) < 27.9);       /* 9 degrees of freedom, p = 0.001 */
}

/* With n = 3/4 of 2^64 a plain remainder, or a product without rejection, would favour a third of the results
   by two to one. */
static void large_ranges_are_unbiased(void **state)
{
    enum { DRAWS = 300000 };
    const uint64_t n = UINT64_C(3) << 62;
    unsigned counts[3] = {0};
    struct rng rng;
    (void)state;

    rng_seed(&rng, 7);
    for (int i = 0; i < DRAWS; i++) {
        uint64_t drawn = rng_below(&rng, n);
        assert_true(drawn < n);
        counts[drawn % 3]++;
    }
    assert_true(chi_square(counts, 3, DRAWS / 3) < 13.8); /* 2 degrees of freedom, p = 0.001 */
    assert_int_equal(rng_below(&rng, 1), 0);
    assert_int_equal(rng_below(&rng, 0), 0);
}

static void shuffles_are_uniform(void **state)
{
    enum { SHUFFLES = 240000 };
    unsigned counts[256] = {0}, orders[24], found = 0;
    struct rng rng;
    (void)state;

    rng_seed(&rng, 3);
    for (int i = 0; i < SHUFFLES; i++) {
        size_t array[] = {0, 1, 2, 3};
        rng_shuffle(&rng, array, 4);
        counts[array[0] << 6 | array[1] << 4 | array[2] << 2 | array[3]]++;
    }
    for (size_t i = 0; i < 256; i++) {
        if (counts[i]) {
            assert_true(found < 24);
            orders[found++] = counts[i];
        }
    }
    assert_int_equal(found, 24);
    assert_true(chi_square(orders, 24, SHUFFLES / 24) < 49.7); /* 23 degrees of freedom, p = 0.001 */
    rng_shuffle(&rng, NULL, 0);
}

/* ---- one sample ---- */

static void simple_summaries_are_right(void **state)
{
    double values[] = {9, 2, 7, 4, 1};
    const double rates[] = {40, 60}, with_zero[] = {40, 0}, negative[] = {40, -1};
    (void)state;

    stats_sort(values, 5); /* 1 2 4 7 9 */
    assert_true(values[0] == 1 && values[2] == 4 && values[4] == 9);
    expect_close(stats_median(values, 5), 4, 0);
    expect_close(stats_median(values, 4), 3, 0);
    expect_close(stats_median(values, 1), 1, 0);
    expect_close(stats_mad(values, 5), 3, 0);   /* deviations 0 2 3 3 5 */
    expect_close(stats_mad(values, 4), 1.5, 0); /* from 3: 1 1 2 4 */
    expect_close(stats_mad(values, 1), 0, 0);
    expect_close(stats_quantile(values, 5, 0), 1, 0);
    expect_close(stats_quantile(values, 5, 1), 9, 0);
    expect_close(stats_quantile(values, 5, 0.25), 2, 0);
    expect_close(stats_quantile(values, 5, 0.9), 8.2, 1e-14); /* R: quantile(c(1,2,4,7,9), 0.9) */
    expect_close(stats_quantile(values, 5, 2), 9, 0);
    expect_close(stats_harmonic_mean(rates, 2), 48, 1e-12);
    expect_close(stats_harmonic_mean(with_zero, 2), 0, 0);
    assert_true(isnan(stats_harmonic_mean(negative, 2)));
}

static void nothing_yields_nan(void **state)
{
    (void)state;
    assert_true(isnan(stats_median(NULL, 0)));
    assert_true(isnan(stats_mad(NULL, 0)));
    assert_true(isnan(stats_quantile(NULL, 0, 0.5)));
    assert_true(isnan(stats_harmonic_mean(NULL, 0)));
    assert_true(isnan(stats_median_interval(NULL, 0, 0.95).low));
    assert_true(isnan(stats_theil_sen(NULL, NULL, 0).slope));
}

/* The deviation of a sample of random size against the definition. */
static void mad_agrees_with_its_definition(void **state)
{
    double values[40], deviations[40];
    struct rng rng;
    (void)state;

    rng_seed(&rng, 11);
    for (int round = 0; round < 2000; round++) {
        size_t n = 1 + (size_t)rng_below(&rng, 40);
        for (size_t i = 0; i < n; i++)
            values[i] = (double)rng_below(&rng, 30);
        stats_sort(values, n);
        for (size_t i = 0; i < n; i++)
            deviations[i] = fabs(values[i] - stats_median(values, n));
        stats_sort(deviations, n);
        expect_close(stats_mad(values, n), stats_median(deviations, n), 0);
    }
}

/* ---- the interval of the median ---- */

/* Ranks and exact coverages; up to n = 20 as in the tables of Hollander & Wolfe and of David & Nagaraja,
   beyond computed with rational numbers. */
static void median_intervals_match_the_tables(void **state)
{
    static const struct {
        size_t n;
        double low, high, confidence;
    } cases[] = {
        {1, 1, 1, 0},
        {2, 1, 2, 0.5},
        {5, 1, 5, 0.9375},
        {6, 1, 6, 0.96875},
        {7, 1, 7, 0.984375},
        {10, 2, 9, 0.978515625},
        {20, 6, 15, 0.9586105346679688},
        {100, 40, 61, 0.9647997997822951},
        {1000, 469, 532, 0.9537088026395019},
        {1074, 505, 570, 0.952728117567383}, /* 2^-n is the least double */
        {1100, 518, 583, 0.9500329480537483},
        {10000, 4902, 5099, 0.9511670501036181},
    };
    static double ranks[10000];
    (void)state;

    for (size_t i = 0; i < 10000; i++)
        ranks[i] = (double)(i + 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stats_interval interval = stats_median_interval(ranks, cases[i].n, 0.95);
        expect_close(interval.low, cases[i].low, 0);
        expect_close(interval.high, cases[i].high, 0);
        expect_close(interval.confidence, cases[i].confidence, 1e-12);
    }
    /* a coverage that is asked for exactly is reached exactly, and little confidence needs little width */
    expect_close(stats_median_interval(ranks, 10, 0.978515625).low, 2, 0);
    expect_close(stats_median_interval(ranks, 10, 0.9785157).low, 1, 0);
    expect_close(stats_median_interval(ranks, 9, 0).low, 5, 0);
    expect_close(stats_median_interval(ranks, 9, 0).high, 5, 0);
}

/* A skewed distribution with median 1, so that nothing rests on symmetry. */
static double draw_skewed(struct rng *rng)
{
    double uniform = rng_uniform(rng);
    return 1 / (1 - uniform) - 1;
}

/* Whether a proportion out of `trials` is within four standard errors of what it should be. */
static void expect_proportion(unsigned hits, unsigned trials, double expected)
{
    double error = sqrt(expected * (1 - expected) / trials);
    expect_close((double)hits / trials, expected, 4 * error);
}

static void median_intervals_cover_as_stated(void **state)
{
    static const size_t sizes[] = {3, 6, 9, 10, 15, 24, 51};
    enum { ROUNDS = 20000 };
    struct rng rng;
    (void)state;

    rng_seed(&rng, 5);
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        struct stats_interval interval = {0};
        unsigned hits = 0;
        for (int round = 0; round < ROUNDS; round++) {
            double values[51];
            for (size_t i = 0; i < sizes[k]; i++)
                values[i] = draw_skewed(&rng);
            stats_sort(values, sizes[k]);
            interval = stats_median_interval(values, sizes[k], 0.95);
            hits += interval.low <= 1 && 1 <= interval.high;
        }
        expect_proportion(hits, ROUNDS, interval.confidence);
    }
}

/* ---- the Theil-Sen line ---- */

static void lines_match_hand_computed_ones(void **state)
{
    const double x[] = {0, 1, 2, 3, 4}, exact[] = {3, 5, 7, 9, 11}, wild[] = {3, 5, 7, 9, 1000};
    (void)state;

    struct stats_line line = stats_theil_sen(x, exact, 5);
    expect_close(line.slope, 2, 0);
    expect_close(line.intercept, 3, 0);
    expect_close(line.slope_low, 2, 0);
    expect_close(line.slope_high, 2, 0);
    expect_close(line.confidence, 1 - 2.0 / 120, 1e-15); /* only 1 of 5! orders inverts no pair */

    /* slopes: 2 six times, and (1000 - y) / (4 - x) = 991, 496.5, 331.67, 249.25 */
    line = stats_theil_sen(x, wild, 5);
    expect_close(line.slope, 2, 0);
    expect_close(line.intercept, 3, 0);
    expect_close(line.slope_high, 991, 0);

    /* three points: slopes 1, 2.5 and 4; the median is 2.5, the residuals 0, -1.5 and 0 */
    line = stats_theil_sen((const double[]){0, 1, 2}, (const double[]){0, 1, 5}, 3);
    expect_close(line.slope, 2.5, 0);
    expect_close(line.intercept, 0, 0);
    expect_close(line.slope_low, 1, 0);
    expect_close(line.slope_high, 4, 0);
    expect_close(line.confidence, 1 - 2.0 / 6, 1e-15);
}

static void lines_need_two_places(void **state)
{
    const double same[] = {1, 1, 1}, y[] = {1, 2, 3};
    (void)state;
    assert_true(isnan(stats_theil_sen(same, y, 3).slope));
    assert_true(stats_theil_sen(same, y, 3).confidence == 0);
    assert_true(isnan(stats_theil_sen(same, y, 1).slope));
    /* a plateau is a slope of exactly nought */
    struct stats_line line = stats_theil_sen(y, same, 3);
    assert_true(line.slope == 0 && line.intercept == 1 && line.slope_low == 0 && line.slope_high == 0);
}

/* With y = x^2 on whole numbers the sorted slopes are known, so the ranks can be told; confidences computed
   with whole numbers from the Mahonian triangle. Kendall's table gives P(S >= 23) = 0.023 for n = 10. */
static void slope_intervals_match_kendall(void **state)
{
    static const struct {
        size_t n, rank;
        double confidence;
    } cases[] = {
        {6, 2, 0.9833333333333333},     {8, 6, 0.9688492063492063},     {10, 12, 0.9533774250440917},
        {12, 19, 0.9552631014176153},   {24, 99, 0.950745977763823},    {48, 454, 0.9508801383960995},
        {96, 1971, 0.9501032087430418}, {192, 8296, 0.950112977790775},
    };
    static double x[192], y[192], slopes[192 * 191 / 2];
    (void)state;

    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        size_t n = cases[k].n, count = 0;
        for (size_t i = 0; i < n; i++) {
            x[i] = (double)i;
            y[i] = (double)(i * i);
            for (size_t j = 0; j < i; j++)
                slopes[count++] = (double)(i + j);
        }
        stats_sort(slopes, count);
        struct stats_line line = stats_theil_sen(x, y, n);
        expect_close(line.confidence, cases[k].confidence, 1e-12);
        expect_close(line.slope_low, slopes[cases[k].rank - 1], 0);
        expect_close(line.slope_high, slopes[count - cases[k].rank], 0);
        expect_close(line.slope, stats_median(slopes, count), 0);
    }
}

/* Skewed noise around a known line, once over different x and once over x with ties. */
static void slope_intervals_cover_as_stated(void **state)
{
    static const double places[][9] = {{0, 1, 2, 3, 4, 5, 6, 7, 8}, {5, 1, 1, 2, 2, 2, 5, 3, 9}};
    enum { ROUNDS = 20000, N = 9 };
    const double slope = -0.75;
    struct rng rng;
    (void)state;

    rng_seed(&rng, 9);
    for (size_t k = 0; k < 2; k++) {
        struct stats_line line = {0};
        unsigned hits = 0;
        for (int round = 0; round < ROUNDS; round++) {
            double y[N];
            for (size_t i = 0; i < N; i++)
                y[i] = 10 + slope * places[k][i] + draw_skewed(&rng);
            line = stats_theil_sen(places[k], y, N);
            hits += line.slope_low <= slope && slope <= line.slope_high;
        }
        assert_true(line.confidence >= 0.95 && line.confidence < 0.98);
        expect_proportion(hits, ROUNDS, line.confidence);
    }
}

/* ---- trends ---- */

/* Exact ones without ties by R 4.2, cor.test(seq_along(y), y, method = "kendall", exact = TRUE); with ties by
   going through all orders; long ones by R with exact = FALSE, continuity = TRUE. */
static void trend_tests_match_known_ones(void **state)
{
    const double rising[] = {3, 1, 4, 1.5, 5, 9, 2, 6, 5.3, 3.5, 8, 9.7, 9.3};
    const double tied[] = {1, 2, 2, 3, 3, 5, 4, 6}, falling[] = {5, 4, 3, 2, 1}, same[] = {2, 2, 2};
    double wave[60], rounded[60];
    (void)state;

    for (int i = 1; i <= 60; i++) {
        wave[i - 1] = (double)(i * 37 % 61) / 7 + 1 + (double)i / 9;
        rounded[i - 1] = nearbyint(wave[i - 1]);
    }
    expect_close(stats_trend_test(rising, 13), 0.0066773546027, 1e-12);
    expect_close(stats_trend_test(tied, 8), 0.0011904761904761906, 1e-15);
    expect_close(stats_trend_test(falling, 5), 2.0 / 120, 1e-15);
    expect_close(stats_trend_test(same, 3), 1, 0);
    expect_close(stats_trend_test(same, 1), 1, 0);
    expect_close(stats_trend_test(wave, 60), 2.64702352492e-07, 1e-17);
    expect_close(stats_trend_test(rounded, 60), 5.74016252335e-07, 1e-17);
    assert_true(isnan(stats_trend_test(NULL, 0)));
}

static void changes_are_of_thirds(void **state)
{
    const double values[] = {10, 12, 11, 99, 1, 22, 20, 24}, zero[] = {0, 0, 1};
    (void)state;
    expect_close(stats_change(values, 8), 2, 1e-15); /* 22, the median of 20 and 24, over that of 10 and 12 */
    expect_close(stats_change(values, 3), 1.1, 1e-15);
    assert_true(isnan(stats_change(values, 2)) && isnan(stats_change(zero, 3)));
}

/* ---- outliers ---- */

static void fences_stand_by_the_median_deviation(void **state)
{
    const double values[] = {8, 9, 10, 11, 12, 30}, same[] = {1, 5, 5, 5, 5, 9};
    (void)state;
    /* median 10.5, deviations 0.5 0.5 1.5 1.5 2.5 19.5: their median is 1.5 */
    struct stats_interval fences = stats_fences(values, 6);
    expect_close(fences.low, 10.5 - 1.5 * 3.5 / 0.6745, 1e-12);
    expect_close(fences.high, 10.5 + 1.5 * 3.5 / 0.6745, 1e-12);
    assert_true(fences.high < 30);
    assert_true(isinf(stats_fences(same, 6).high) && isinf(stats_fences(same, 6).low));
    assert_true(isinf(stats_fences(values, 4).high));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generators_match_their_reference),
        cmocka_unit_test(draws_are_uniform),
        cmocka_unit_test(large_ranges_are_unbiased),
        cmocka_unit_test(shuffles_are_uniform),
        cmocka_unit_test(simple_summaries_are_right),
        cmocka_unit_test(nothing_yields_nan),
        cmocka_unit_test(mad_agrees_with_its_definition),
        cmocka_unit_test(median_intervals_match_the_tables),
        cmocka_unit_test(median_intervals_cover_as_stated),
        cmocka_unit_test(lines_match_hand_computed_ones),
        cmocka_unit_test(lines_need_two_places),
        cmocka_unit_test(slope_intervals_match_kendall),
        cmocka_unit_test(slope_intervals_cover_as_stated),
        cmocka_unit_test(trend_tests_match_known_ones),
        cmocka_unit_test(changes_are_of_thirds),
        cmocka_unit_test(fences_stand_by_the_median_deviation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
