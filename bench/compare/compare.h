/* compare.h - configurations against each other: the ratio of their figures, the test and the verdict.

   Paired by block where both ran in the same blocks of one campaign; otherwise the samples are taken as they
   are. The tests that are made together are a family: 5 % is the chance that any of their verdicts "faster"
   or "slower" is false (Holm). */
#ifndef BENCH_COMPARE_H
#define BENCH_COMPARE_H

#include "compare/measured.h"
#include "stats/verdict.h"

enum verdict {
    VERDICT_BETTER,
    VERDICT_EQUIVALENT,
    VERDICT_INCONCLUSIVE,
    VERDICT_WORSE,
    VERDICT_FAILED, /* no trial has a figure, while the base has: it no longer works */
    VERDICTS
};

/* One configuration against a base. The strings, configurations and measurements are the callers'. */
struct comparison {
    const struct configuration *base, *other;
    const struct measurements *base_from, *other_from;
    bool is_paired;
    size_t blocks;            /* that have both, where paired */
    struct stats_ratio ratio; /* of the other over the base */
    double p;                 /* of the family: adjusted; NAN: no test could be made */
    enum verdict verdict;
};

/* Compares two configurations by themselves: all but p and the verdict. 0, or -1 when memory ran out. */
int compare_two(struct comparison *comparison, const struct measurements *base_from,
                const struct configuration *base, const struct measurements *other_from,
                const struct configuration *other);

/* Makes them a family, and gives the verdicts. Where a paired test has too few blocks to be significant in a
   family so large, Mann & Whitney's test takes its place: it can, since it has more orders to choose from
   than signs, and errs to the safe side where blocks have something in common. */
int compare_family(struct comparison *list, size_t count, double band);

/* Sorts them by effect: the best first, then those without a ratio, those that failed last. */
void compare_sort(struct comparison *list, size_t count);

/* How many values it rests on: blocks, or the trials of the side that has fewer. Nothing is claimed with
   fewer than STATS_LEAST_BLOCKS. */
size_t compare_values(const struct comparison *comparison);

/* "faster", "equivalent", ...: as the metric says it. */
const char *compare_verdict(const struct comparison *comparison);

/* The test of the ratio by name: "signed-rank", "rank-sum"; "" where there was none. */
const char *compare_test(const struct comparison *comparison);

#endif
