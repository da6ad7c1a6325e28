/* compare.c - see compare.h. */
#include "compare/compare.h"

#include "stats/rank_test.h"

#include <math.h>
#include <stdlib.h>

/* --- two configurations --- */

/* The blocks that have a value of both: both are in the order of their blocks. */
static size_t pair_blocks(const struct measured *a, const struct measured *b, double *of_a, double *of_b)
{
    size_t pairs = 0;
    for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
        if (a->block[i] == b->block[j]) {
            of_a[pairs] = a->value[i];
            of_b[pairs++] = b->value[j];
        }
        unsigned at = a->block[i];
        i += at <= b->block[j];
        j += b->block[j] <= at;
    }
    return pairs;
}

static bool ran_together(const struct comparison *its)
{
    return its->base_from->summary == its->other_from->summary && !its->base->trial[0]->is_baseline &&
           !its->other->trial[0]->is_baseline;
}

int compare_two(struct comparison *comparison, const struct measurements *base_from,
                const struct configuration *base, const struct measurements *other_from,
                const struct configuration *other)
{
    const struct measured *a = measured_of(other_from, other), *b = measured_of(base_from, base);
    *comparison =
        (struct comparison){.base = base, .other = other, .base_from = base_from, .other_from = other_from};
    comparison->is_paired = ran_together(comparison);
    if (!comparison->is_paired) {
        comparison->ratio = stats_ratio_unpaired(a->value, a->count, b->value, b->count);
        return 0;
    }
    double *of_a = calloc(a->count + 1, sizeof *of_a), *of_b = calloc(b->count + 1, sizeof *of_b);
    bool ready = of_a && of_b;
    if (ready) {
        comparison->blocks = pair_blocks(a, b, of_a, of_b);
        comparison->ratio = stats_ratio_paired(of_a, of_b, comparison->blocks);
    }
    free(of_a);
    free(of_b);
    return ready ? 0 : -1;
}

size_t compare_values(const struct comparison *comparison)
{
    size_t a = measured_of(comparison->other_from, comparison->other)->count;
    size_t b = measured_of(comparison->base_from, comparison->base)->count;
    return comparison->is_paired ? comparison->blocks : a < b ? a : b;
}

/* --- a family --- */

static void replace_coarse_test(struct comparison *its, size_t tests)
{
    const struct measured *a = measured_of(its->other_from, its->other);
    const struct measured *b = measured_of(its->base_from, its->base);
    if (its->ratio.test != STATS_SIGNED_RANK || its->blocks < STATS_LEAST_BLOCKS ||
        stats_signed_rank_least(its->blocks) * (double)tests <= 0.05)
        return;
    its->ratio.p = stats_rank_sum(a->value, a->count, b->value, b->count);
    its->ratio.test = STATS_RANK_SUM;
}

static enum verdict verdict_of(const struct comparison *its, double band)
{
    bool more_is_better = its->other_from->metric->more_is_better;
    if (!measured_of(its->other_from, its->other)->count && measured_of(its->base_from, its->base)->count)
        return VERDICT_FAILED;
    if (compare_values(its) < STATS_LEAST_BLOCKS)
        return VERDICT_INCONCLUSIVE;
    switch (stats_verdict(&its->ratio, its->p, band)) {
    case STATS_HIGHER:
        return more_is_better ? VERDICT_BETTER : VERDICT_WORSE;
    case STATS_LOWER:
        return more_is_better ? VERDICT_WORSE : VERDICT_BETTER;
    case STATS_EQUIVALENT:
        return VERDICT_EQUIVALENT;
    case STATS_INCONCLUSIVE:
        break;
    }
    return VERDICT_INCONCLUSIVE;
}

int compare_family(struct comparison *list, size_t count, double band)
{
    double *p = calloc(count + 1, sizeof *p);
    size_t tests = 0;
    if (!p)
        return -1;
    for (size_t i = 0; i < count; i++)
        tests += !isnan(list[i].ratio.p);
    for (size_t i = 0; i < count; i++) {
        replace_coarse_test(&list[i], tests);
        p[i] = list[i].ratio.p;
    }
    stats_holm(p, count);
    for (size_t i = 0; i < count; i++) {
        list[i].p = p[i];
        list[i].verdict = verdict_of(&list[i], band);
    }
    free(p);
    return 0;
}

/* --- order --- */

/* How much better it is: a logarithm; NAN: not known. */
static double effect_of(const struct comparison *its)
{
    double effect = log(its->ratio.ratio);
    return its->other_from->metric->more_is_better ? effect : -effect;
}

static int by_effect(const void *a_, const void *b_)
{
    const struct comparison *a = a_, *b = b_;
    double left = effect_of(a), right = effect_of(b);
    bool left_failed = a->verdict == VERDICT_FAILED, right_failed = b->verdict == VERDICT_FAILED;
    if (left_failed != right_failed)
        return left_failed ? 1 : -1;
    if (isnan(left) != isnan(right))
        return isnan(left) ? 1 : -1;
    if (left != right && !isnan(left))
        return left > right ? -1 : 1;
    return (a->other > b->other) - (a->other < b->other); /* as in the file */
}

void compare_sort(struct comparison *list, size_t count)
{
    qsort(list, count, sizeof *list, by_effect);
}

/* --- words --- */

const char *compare_verdict(const struct comparison *comparison)
{
    const struct metric *metric = comparison->other_from->metric;
    const char *const words[VERDICTS] = {metric->better, "equivalent", "inconclusive", metric->worse,
                                         "failed"};
    return words[comparison->verdict];
}

const char *compare_test(const struct comparison *comparison)
{
    static const char *const names[] = {
        [STATS_NO_TEST] = "", [STATS_SIGNED_RANK] = "signed-rank", [STATS_RANK_SUM] = "rank-sum"};
    return names[comparison->ratio.test];
}
