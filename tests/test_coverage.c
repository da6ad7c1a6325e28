/* test_coverage.c - how often the statistics are right, over 10 000 simulated campaigns each (1000 under
   sanitizers): intervals that say 95 % must cover the true ratio in 94 to 96 % of them, and two
   configurations that are alike must be told apart in no more than 5 %. The noise is what trials showed:
   log-normal, 9 to 15 % of the median, with drift from block to block, and of two modes. Seeded, so that each
   run is the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdbool.h>

#include "base/rng.h"
#include "base/sanitized.h"
#include "stats/rank_test.h"
#include "stats/verdict.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { CAMPAIGNS = SANITIZED ? 1000 : 10000, MOST_BLOCKS = 20, QUEUES = 6 };

static double draw_normal(struct rng *rng)
{
    return sqrt(-2 * log(1 - rng_uniform(rng))) * cos(6.283185307179586 * rng_uniform(rng));
}

/* How a configuration's trials are spread. */
struct noise {
    double spread; /* standard deviation of the logarithm */
    double share;  /* of the trials that are in a mode three times as fast */
};

static double draw_trial(struct rng *rng, const struct noise *noise)
{
    double trial = exp(noise->spread * draw_normal(rng));
    return rng_uniform(rng) < noise->share ? 3 * trial : trial;
}

struct scene {
    const char *what;
    struct noise a, b;
    double drift; /* standard deviation of a block's common factor's logarithm, which adds up */
};

static const struct scene even[] = {
    {"log-normal, 9%", {0.09, 0}, {0.09, 0}, 0},
    {"log-normal, 15%, drifting", {0.15, 0}, {0.15, 0}, 0.1},
    {"unequal, 9% and 15%", {0.09, 0}, {0.15, 0}, 0.05},
    {"two modes each", {0.12, 0.4}, {0.12, 0.4}, 0.05},
};

/* A campaign's two configurations, of which a is `ratio` times as fast as b. */
static void draw_campaign(struct rng *rng, const struct scene *scene, double ratio, double *a, double *b,
                          size_t blocks)
{
    double common = 0;
    for (size_t i = 0; i < blocks; i++) {
        common += scene->drift * draw_normal(rng);
        a[i] = ratio * exp(common) * draw_trial(rng, &scene->a);
        b[i] = exp(common) * draw_trial(rng, &scene->b);
    }
}

/* The share of campaigns whose interval covers `ratio`. */
static double coverage(const struct scene *scene, bool is_paired, double ratio, double truth, size_t blocks,
                       uint64_t seed)
{
    double a[MOST_BLOCKS], b[MOST_BLOCKS];
    unsigned covered = 0;
    struct rng rng;
    rng_seed(&rng, seed);
    for (int i = 0; i < CAMPAIGNS; i++) {
        draw_campaign(&rng, scene, ratio, a, b, blocks);
        struct stats_ratio result =
            is_paired ? stats_ratio_paired(a, b, blocks) : stats_ratio_unpaired(a, blocks, b, blocks);
        covered += result.interval.low <= truth && truth <= result.interval.high;
    }
    return (double)covered / CAMPAIGNS;
}

static void expect_share(const char *what, size_t blocks, double share, double low, double high)
{
    const double error = SANITIZED ? 4 * sqrt(0.05 * 0.95 / CAMPAIGNS) : 0; /* of few campaigns */
    if (!(share >= low - error && share <= high + error))
        fail_msg("%s, %zu blocks: %.4f is not in %.4f to %.4f", what, blocks, share, low, high);
}

static void paired_intervals_cover_94_to_96_percent(void **state)
{
    static const size_t blocks[] = {7, 10, 20};
    (void)state;
    for (size_t i = 0; i < COUNT(even); i++)
        for (size_t k = 0; k < COUNT(blocks); k++)
            expect_share(even[i].what, blocks[k],
                         coverage(&even[i], true, 1.1, 1.1, blocks[k], 100 * i + blocks[k]), 0.94, 0.96);
}

/* 8 and 9 blocks have no rank nearer to 95 % than that of 96.1 %, and 6 none than that of 96.9 %. */
static void few_blocks_cover_as_they_say(void **state)
{
    static const size_t blocks[] = {6, 9};
    (void)state;
    for (size_t k = 0; k < COUNT(blocks); k++) {
        double confidence = stats_signed_rank_end(blocks[k]).confidence;
        expect_share("few", blocks[k], coverage(&even[1], true, 1.1, 1.1, blocks[k], blocks[k]),
                     confidence - 0.008, confidence + 0.008);
    }
}

/* Between campaigns that drift by themselves there is a ratio for each; here, for one, they do not drift. */
static void unpaired_intervals_cover_94_to_96_percent(void **state)
{
    static const struct scene scenes[] = {
        {"log-normal, 12%", {0.12, 0}, {0.12, 0}, 0},
        {"unequal, 9% and 15%", {0.09, 0}, {0.15, 0}, 0},
        {"two modes each", {0.12, 0.4}, {0.12, 0.4}, 0},
    };
    static const size_t blocks[] = {8, 10};
    (void)state;
    for (size_t i = 0; i < COUNT(scenes); i++)
        for (size_t k = 0; k < COUNT(blocks); k++)
            expect_share(scenes[i].what, blocks[k],
                         coverage(&scenes[i], false, 0.8, 0.8, blocks[k], 70 * i + blocks[k]), 0.94, 0.96);
}

/* Where one has two modes and the other one not, they differ by no factor; what is estimated then is the
   median of the mean of two log ratios, found by drawing many. */
static void intervals_cover_unlike_shapes(void **state)
{
    static const struct scene scene = {"one of two modes", {0.12, 0.2}, {0.12, 0}, 0.05};
    static double means[SANITIZED ? 20000 : 200000];
    struct rng rng;
    (void)state;
    rng_seed(&rng, 3);
    for (size_t i = 0; i < COUNT(means); i++) {
        double a[2], b[2], sum = 0;
        for (int k = 0; k < 2; k++) {
            draw_campaign(&rng, &scene, 1, &a[k], &b[k], 1);
            sum += log(a[k]) - log(b[k]);
        }
        means[i] = sum / 2;
    }
    stats_sort(means, COUNT(means));
    double truth = exp(stats_median(means, COUNT(means)));
    expect_share(scene.what, 10, coverage(&scene, true, 1, truth, 10, 1), 0.94, 0.96);
    expect_share(scene.what, 15, coverage(&scene, true, 1, truth, 15, 2), 0.94, 0.96);
}

/* All queues are alike: a family of comparisons with the first one has a false verdict in 5 % of the
   campaigns at most, with signed ranks or, as where blocks are few, with rank sums. */
static void alike_are_seldom_told_apart(void **state)
{
    struct rng rng;
    (void)state;
    for (size_t s = 1; s < COUNT(even); s += 2) {
        unsigned by_signs = 0, by_sums = 0;
        rng_seed(&rng, s);
        for (int i = 0; i < CAMPAIGNS; i++) {
            double value[QUEUES][MOST_BLOCKS], common = 0, signs[QUEUES - 1], sums[QUEUES - 1];
            struct stats_ratio ratio[QUEUES - 1];
            bool wrong_by_signs = false, wrong_by_sums = false;
            for (size_t block = 0; block < 10; block++) {
                common += even[s].drift * draw_normal(&rng);
                for (int q = 0; q < QUEUES; q++)
                    value[q][block] = exp(common) * draw_trial(&rng, &even[s].a);
            }
            for (int q = 1; q < QUEUES; q++) {
                ratio[q - 1] = stats_ratio_paired(value[q], value[0], 10);
                signs[q - 1] = ratio[q - 1].p;
                sums[q - 1] = stats_rank_sum(value[q], 10, value[0], 10);
            }
            stats_holm(signs, QUEUES - 1);
            stats_holm(sums, QUEUES - 1);
            for (int q = 0; q < QUEUES - 1; q++) {
                wrong_by_signs |= stats_verdict(&ratio[q], signs[q], 0.02) < STATS_EQUIVALENT;
                wrong_by_sums |= stats_verdict(&ratio[q], sums[q], 0.02) < STATS_EQUIVALENT;
            }
            by_signs += wrong_by_signs;
            by_sums += wrong_by_sums;
        }
        expect_share(even[s].what, 10, (double)by_signs / CAMPAIGNS, 0, 0.05);
        expect_share(even[s].what, 10, (double)by_sums / CAMPAIGNS, 0, 0.05);
    }
}

/* One comparison alone: 5 % at most, and not much less, or nothing would be found. */
static void one_pair_errs_at_the_nominal_rate(void **state)
{
    struct rng rng;
    (void)state;
    for (size_t s = 0; s < COUNT(even); s++) {
        struct scene alike = even[s];
        unsigned wrong = 0;
        alike.b = alike.a;
        rng_seed(&rng, 50 + s);
        for (int i = 0; i < CAMPAIGNS; i++) {
            double a[10], b[10];
            draw_campaign(&rng, &alike, 1, a, b, 10);
            struct stats_ratio ratio = stats_ratio_paired(a, b, 10);
            wrong += stats_verdict(&ratio, ratio.p, 0.02) < STATS_EQUIVALENT;
        }
        expect_share(alike.what, 10, (double)wrong / CAMPAIGNS, 0.04, 0.053);
    }
}

/* What is there is found: 30 % with 10 blocks of noise of 12 % nearly always, 0.1 % in little noise is too
   little to matter. */
static void differences_are_found(void **state)
{
    static const struct scene scene = {"", {0.12, 0}, {0.12, 0}, 0.1}, calm = {"", {0.01, 0}, {0.01, 0}, 0.1};
    unsigned higher = 0, equivalent = 0;
    struct rng rng;
    (void)state;
    rng_seed(&rng, 77);
    for (int i = 0; i < 1000; i++) {
        double a[10], b[10];
        draw_campaign(&rng, &scene, 1.3, a, b, 10);
        struct stats_ratio ratio = stats_ratio_paired(a, b, 10);
        higher += stats_verdict(&ratio, ratio.p, 0.02) == STATS_HIGHER;
        draw_campaign(&rng, &calm, 1.001, a, b, 10);
        ratio = stats_ratio_paired(a, b, 10);
        equivalent += stats_verdict(&ratio, ratio.p, 0.02) == STATS_EQUIVALENT;
    }
    assert_true(higher > 980);
    assert_true(equivalent > 900);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paired_intervals_cover_94_to_96_percent),
        cmocka_unit_test(few_blocks_cover_as_they_say),
        cmocka_unit_test(unpaired_intervals_cover_94_to_96_percent),
        cmocka_unit_test(intervals_cover_unlike_shapes),
        cmocka_unit_test(alike_are_seldom_told_apart),
        cmocka_unit_test(one_pair_errs_at_the_nominal_rate),
        cmocka_unit_test(differences_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
