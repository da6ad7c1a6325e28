/* test_modes.c - modes against R's diptest and by simulation; the steady part of runs made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "base/rng.h"
#include "base/sanitized.h"
#include "stats/sample.h"
#include "stats/shape.h"
#include "stats/steady.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void expect_close(double actual, double expected, double tolerance)
{
    if (!(fabs(actual - expected) <= tolerance))
        fail_msg("%.17g is not within %g of %.17g", actual, tolerance, expected);
}

/* ---- modes ---- */

/* Grades of a faculty, 63 values with many ties: the example of Hartigan, "Algorithm AS 217", Applied
   Statistics 34(3), 1985, where the dip is 0.0595. */
static double faculty[] = {30, 33, 35, 36, 37, 37, 39, 39, 39, 39, 39, 40, 40, 40, 40, 41,
                           42, 43, 43, 43, 44, 44, 45, 45, 46, 46, 47, 47, 48, 48, 48, 49,
                           50, 50, 51, 52, 52, 53, 53, 53, 53, 53, 54, 54, 57, 57, 59, 60,
                           60, 60, 61, 61, 61, 61, 62, 62, 62, 62, 63, 66, 70, 72, 72};

/* R 4.2, diptest 0.76: dip(x), dip.test(x)$p.value. */
static void dips_match_known_ones(void **state)
{
    double two[] = {1, 1.2, 1.3, 1.5, 1.9, 4.0, 4.2, 4.3, 4.7, 5.1}, four[] = {1, 2, 3, 4};
    double twenty[] = {2.1,  2.3, 2.35, 2.9, 3.3, 3.31, 3.8,  4.4, 5.2,  5.9,
                       6.01, 6.4, 6.45, 6.5, 7.7, 9.1,  9.13, 9.2, 9.25, 9.4};
    double one[] = {0.3, 1.1, 1.4, 2.0, 2.2, 2.9, 3.05, 3.7, 4.4, 5.6}, three[100];
    (void)state;

    struct stats_modes modes = stats_modes(two, COUNT(two));
    expect_close(modes.dip, 0.1640625, 1e-9);
    expect_close(modes.p, 0.0071, 0.001);
    assert_int_equal(modes.count, 2);

    modes = stats_modes(four, 4);
    expect_close(modes.dip, 0.125, 1e-9);
    assert_int_equal(modes.count, 1);

    modes = stats_modes(twenty, COUNT(twenty));
    expect_close(modes.dip, 0.109482758621, 1e-9);
    expect_close(modes.p, 0.0358, 0.002);
    assert_int_equal(modes.count, 2);

    modes = stats_modes(one, COUNT(one));
    expect_close(modes.dip, 0.0777777777778, 1e-9);
    assert_true(modes.p > 0.5); /* R: 0.90; above 0.5 the table is coarse */
    assert_int_equal(modes.count, 1);

    modes = stats_modes(faculty, COUNT(faculty));
    expect_close(modes.dip, 0.0595238095238, 1e-9);
    expect_close(modes.p, 0.0867, 0.006);
    assert_int_equal(modes.count, 1);

    for (int i = 1; i <= 100; i++)
        three[i - 1] = (double)(i * 37 % 101) / 10 + 30 * (i % 3);
    stats_sort(three, 100);
    modes = stats_modes(three, 100);
    assert_int_equal(modes.count, 3);
    expect_close(modes.p, 0.001, 0);
}

static void few_and_equal_values_have_one_mode(void **state)
{
    double same[] = {7, 7, 7, 7, 7}, three[] = {1, 2, 100};
    double jump[] = {5, 5, 5, 5, 5, 5, 5, 5, 5.1, 5.2}, jumps[] = {0, 0, 0, 0, 0, 9, 9, 9, 9, 9};
    (void)state;
    assert_int_equal(stats_modes(same, 5).count, 1);
    assert_true(isnan(stats_modes(same, 5).p));
    assert_int_equal(stats_modes(three, 3).count, 1);
    assert_int_equal(stats_modes(NULL, 0).count, 1);
    assert_int_equal(stats_modes(jump, 10).count, 1); /* one value alone may be a mode */
    assert_int_equal(stats_modes(jumps, 10).count, 2);
    assert_true(stats_modes(jumps, 10).p <= 0.002);
}

static double draw_normal(struct rng *rng)
{
    return sqrt(-2 * log(1 - rng_uniform(rng))) * cos(6.283185307179586 * rng_uniform(rng));
}

enum { ROUNDS = SANITIZED ? 1000 : 10000 };

/* In so many samples of n values, drawn from `modes` normal distributions `apart` standard deviations one
   from the next, uniform ones where modes is 0, how often more than one mode was found. */
static double share_with_modes(size_t n, unsigned modes, double apart, uint64_t seed)
{
    double values[50];
    unsigned found = 0;
    struct rng rng;
    rng_seed(&rng, seed);
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < n; i++)
            values[i] =
                modes ? apart * (double)rng_below(&rng, modes) + draw_normal(&rng) : rng_uniform(&rng);
        stats_sort(values, n);
        struct stats_modes result = stats_modes(values, n);
        if ((result.count > 1) != (result.p <= 0.05))
            fail_msg("%zu modes with p %g", result.count, result.p);
        found += result.count > 1;
    }
    return (double)found / ROUNDS;
}

/* The uniform distribution is what the test is made for: 5 % of its samples. Others of one mode have less. */
static void one_mode_is_seldom_taken_for_more(void **state)
{
    const double error = 4 * sqrt(0.05 * 0.95 / ROUNDS);
    (void)state;
    expect_close(share_with_modes(10, 0, 0, 1), 0.05, error + 0.002);
    expect_close(share_with_modes(17, 0, 0, 2), 0.05, error + 0.005); /* between the sizes of the table */
    expect_close(share_with_modes(50, 0, 0, 3), 0.05, error + 0.002);
    assert_true(share_with_modes(10, 1, 0, 4) < 0.03);
}

static void far_modes_are_found(void **state)
{
    (void)state;
    assert_true(share_with_modes(10, 2, 20, 5) > 0.7);
    assert_true(share_with_modes(30, 2, 8, 6) > 0.95);
}

static void shapes_tell_drift_and_outliers(void **state)
{
    const double values[] = {10, 11, 10.5, 11.5, 12, 12.5, 12.2, 13, 13.5, 40};
    (void)state;
    struct stats_shape shape = stats_shape(values, 10);
    assert_int_equal(shape.count, 10);
    assert_int_equal(shape.outliers, 1);
    assert_int_equal(shape.modes.count, 1);
    assert_true(shape.trend_p < 0.001);
    expect_close(shape.change, 13.5 / 10.5, 1e-12);
    shape = stats_shape(values, 0);
    assert_true(shape.count == 0 && shape.modes.count == 1 && isnan(shape.trend_p) && isnan(shape.change));
}

/* ---- the steady part ---- */

enum { SAMPLES = 40 };

/* A run in which each rate is of a tenth of a second; what was done adds up. */
static struct stats_steady steady_of(const double rate[SAMPLES])
{
    double at[SAMPLES], count[SAMPLES], sum = 0;
    for (int i = 0; i < SAMPLES; i++) {
        at[i] = 0.1 * (i + 1);
        count[i] = sum += rate[i] * 0.1;
    }
    return stats_steady(at, count, SAMPLES);
}

static void warm_ups_are_cut(void **state)
{
    double rate[SAMPLES];
    (void)state;

    for (int i = 0; i < SAMPLES; i++)
        rate[i] = 100 + i % 3;
    struct stats_steady steady = steady_of(rate);
    assert_int_equal(steady.is, STATS_STEADY);
    expect_close(steady.from, 0, 0);
    expect_close(steady.rate, 101, 0.2);

    for (int i = 0; i < 8; i++)
        rate[i] = 20;
    steady = steady_of(rate);
    assert_int_equal(steady.is, STATS_STEADY);
    expect_close(steady.from, 0.8, 1e-9);
    expect_close(steady.rate, 101, 0.2);

    for (int i = 0; i < 8; i++) /* noisier, but no other rate: nothing to cut */
        rate[i] = i % 2 ? 130 : 72;
    steady = steady_of(rate);
    assert_int_equal(steady.is, STATS_STEADY);
    expect_close(steady.from, 0, 0);
}

static void runs_without_a_steady_part_are_told(void **state)
{
    double rate[SAMPLES];
    (void)state;
    for (int i = 0; i < SAMPLES; i++)
        rate[i] = 100 + 5 * i; /* ever faster */
    assert_int_equal(steady_of(rate).is, STATS_UNSTEADY);
    assert_true(isnan(steady_of(rate).from) && isnan(steady_of(rate).rate));
    for (int i = 0; i < SAMPLES; i++)
        rate[i] = (i < 28 ? 100 : 50) + i % 2; /* another level at the end */
    assert_int_equal(steady_of(rate).is, STATS_UNSTEADY);
    for (int i = 0; i < SAMPLES; i++)
        rate[i] = i % 4 ? 0 : 400; /* in bursts, all along */
    assert_int_equal(steady_of(rate).is, STATS_STEADY);
}

static void too_little_is_not_judged(void **state)
{
    const double at[] = {0.1, 0.2, 0.2, 0.4}, count[] = {1, 2, 3, 4};
    double times[STATS_STEADY_LEAST], counts[STATS_STEADY_LEAST];
    (void)state;
    for (int i = 0; i < STATS_STEADY_LEAST; i++)
        times[i] = counts[i] = i + 1;
    assert_int_equal(stats_steady(times, counts, STATS_STEADY_LEAST).is, STATS_STEADY);
    assert_int_equal(stats_steady(times, counts, STATS_STEADY_LEAST - 1).is, STATS_STEADY_UNKNOWN);
    assert_int_equal(stats_steady(at, count, 4).is, STATS_STEADY_UNKNOWN);
    assert_int_equal(stats_steady(NULL, NULL, 0).is, STATS_STEADY_UNKNOWN);
    times[5] = times[4]; /* time stands still */
    assert_int_equal(stats_steady(times, counts, STATS_STEADY_LEAST).is, STATS_STEADY_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dips_match_known_ones),
        cmocka_unit_test(few_and_equal_values_have_one_mode),
        cmocka_unit_test(one_mode_is_seldom_taken_for_more),
        cmocka_unit_test(far_modes_are_found),
        cmocka_unit_test(shapes_tell_drift_and_outliers),
        cmocka_unit_test(warm_ups_are_cut),
        cmocka_unit_test(runs_without_a_steady_part_are_told),
        cmocka_unit_test(too_little_is_not_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
