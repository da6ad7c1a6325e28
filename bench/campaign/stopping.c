/* stopping.c - see stopping.h. */
#include "campaign/stopping.h"

#include "stats/sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const stop_reason_names[STOP_REASONS] = {"interrupted", "precise", "blocks", "budget", "failed"};

int stopping_make(struct stopping *stopping, const struct stop_rule *rule, size_t configurations,
                  struct fault *fault)
{
    *stopping = (struct stopping){.rule = *rule,
                                  .configurations = configurations,
                                  .of = calloc(configurations + 1, sizeof *stopping->of)};
    return stopping->of ? 0 : fault_set(fault, "out of memory");
}

void stopping_release(struct stopping *stopping)
{
    for (size_t i = 0; stopping->of && i < stopping->configurations; i++)
        free(stopping->of[i].sorted);
    free(stopping->of);
    *stopping = (struct stopping){.of = NULL};
}

int stopping_note(struct stopping *stopping, size_t configuration, double throughput, double at_s,
                  struct fault *fault)
{
    struct throughputs *its = &stopping->of[configuration];
    if (isfinite(at_s))
        stopping->at_s = at_s;
    if (!isfinite(throughput))
        return 0;
    if (its->count == its->room) {
        size_t room = its->room ? 2 * its->room : 16;
        double *more = realloc(its->sorted, room * sizeof *more);
        if (!more)
            return fault_set(fault, "out of memory");
        its->sorted = more;
        its->room = room;
    }
    size_t at = its->count++;
    for (; at > 0 && its->sorted[at - 1] > throughput; at--)
        its->sorted[at] = its->sorted[at - 1];
    its->sorted[at] = throughput;
    return 0;
}

double stopping_half_width(double median, double low, double high, double confidence)
{
    if (!(confidence >= 0.95))
        return NAN;
    return low == high ? 0 : (high - low) / (2 * median);
}

double stopping_precision(const struct stopping *stopping, size_t configuration)
{
    const struct throughputs *its = &stopping->of[configuration];
    struct stats_interval interval = stats_median_interval(its->sorted, its->count, 0.95);
    return stopping_half_width(stats_median(its->sorted, its->count), interval.low, interval.high,
                               interval.confidence);
}

static bool is_precise(const struct stopping *stopping, size_t configuration)
{
    return stopping_precision(stopping, configuration) <= stopping->rule.precision; /* of a NAN: false */
}

size_t stopping_count_precise(const struct stopping *stopping, size_t *widest)
{
    size_t count = 0;
    double most = -1;
    *widest = 0;
    for (size_t i = 0; i < stopping->configurations; i++) {
        double precision = stopping_precision(stopping, i);
        count += is_precise(stopping, i);
        if (!stopping->of[i].count || isnan(most))
            continue;
        if (isnan(precision) || precision > most) {
            most = precision;
            *widest = i;
        }
    }
    return count;
}

/* Whether no configuration is worth another block: one of which no trial ended ok is not waited for. */
static bool are_all_precise(const struct stopping *stopping)
{
    for (size_t i = 0; i < stopping->configurations; i++)
        if (stopping->of[i].count && !is_precise(stopping, i))
            return false;
    return true;
}

enum stop_reason stopping_decide(const struct stopping *stopping, unsigned blocks)
{
    const struct stop_rule *rule = &stopping->rule;
    bool may_end = blocks >= rule->blocks_min;
    if (may_end && rule->precision > 0 && are_all_precise(stopping))
        return STOP_PRECISE;
    if (blocks >= rule->blocks_max)
        return STOP_BLOCKS;
    if (rule->budget_s > 0 && stopping->at_s + stopping->at_s / blocks > rule->budget_s)
        return STOP_BUDGET;
    return STOP_NOT;
}

enum stop_reason stopping_reason_of(const struct stopping *stopping, size_t configuration,
                                    enum stop_reason reason)
{
    if (stopping->rule.precision == 0)
        return reason;
    if (!stopping->of[configuration].count)
        return STOP_FAILED;
    if (is_precise(stopping, configuration))
        return STOP_PRECISE;
    return reason;
}
