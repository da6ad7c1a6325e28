/* limits.c - the plan of what is measured where, and what the samples come to: see limits.h. */
#include "limits/limits.h"

#include "stats/sample.h"
#include "limits/measures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- the plan --- */

struct planning {
    struct limits *limits;
    const struct topology *topology;
    const struct measure *measure;
    bool all_pairs, all_crowds;
};

static int no_memory(struct fault *fault)
{
    return fault_set(fault, "out of memory");
}

struct limit *limits_append(struct limits *limits)
{
    if ((limits->count & (limits->count - 1)) == 0) { /* 0 or a power of two: what there was room for */
        struct limit *more = realloc(limits->each, (2 * limits->count + 1) * sizeof *more);
        if (!more)
            return NULL;
        limits->each = more;
    }
    struct limit *limit = &limits->each[limits->count++];
    *limit = (struct limit){0};
    return limit;
}

/* Adds a figure; *pus is its own. */
static int append(struct limits *limits, const char *name, const char *variant, unsigned **pus,
                  unsigned threads, const char *shared, struct fault *fault)
{
    struct limit *limit = limits_append(limits);
    if (!limit || !(limit->pus = calloc(threads, sizeof *limit->pus)))
        return no_memory(fault);
    limit->threads = threads;
    snprintf(limit->name, sizeof limit->name, "%s", name);
    snprintf(limit->variant, sizeof limit->variant, "%s", variant);
    snprintf(limit->shared, sizeof limit->shared, "%s", shared);
    snprintf(limit->unit, sizeof limit->unit, "%s", measure_of(limit)->unit);
    *pus = limit->pus;
    return 0;
}

int limits_add(struct limits *limits, const char *name, const char *variant, const unsigned *pus,
               unsigned threads, const char *shared, struct fault *fault)
{
    unsigned *its;
    if (limits_find_on(limits, name, variant, pus, threads))
        return 0;
    if (append(limits, name, variant, &its, threads, shared, fault))
        return -1;
    memcpy(its, pus, threads * sizeof *its);
    return 0;
}

/* Adds a figure for each variant. `pus` are logical indices. */
static int add(const struct planning *planning, const unsigned *logical, unsigned threads, const char *shared,
               struct fault *fault)
{
    const struct measure *measure = planning->measure;
    for (int i = 0; i < MEASURE_VARIANTS && measure->variants[i]; i++) {
        unsigned *pus;
        if (append(planning->limits, measure->name, measure->variants[i], &pus, threads, shared, fault))
            return -1;
        for (unsigned thread = 0; thread < threads; thread++)
            pus[thread] = topology_pu_os_index(planning->topology, logical[thread]);
    }
    return 0;
}

static const char *shared_by(const struct planning *planning, unsigned a, unsigned b)
{
    return topology_shared_name(planning->topology, topology_pu_os_index(planning->topology, a),
                                topology_pu_os_index(planning->topology, b));
}

/* All pairs; or one for each word: the first in the order of the topology. */
static int add_pairs(const struct planning *planning, bool all, struct fault *fault)
{
    const char *seen[32]; /* there are fewer words; they are constants of topology.c */
    size_t words = 0;
    unsigned pus = topology_pus(planning->topology);
    for (unsigned a = 0; a < pus; a++)
        for (unsigned b = a + 1; b < pus; b++) {
            const char *word = shared_by(planning, a, b);
            size_t i = 0;
            while (i < words && strcmp(seen[i], word) != 0)
                i++;
            if (!all && i < words)
                continue;
            if (i == words && words < sizeof seen / sizeof *seen)
                seen[words++] = word;
            if (add(planning, (const unsigned[]){a, b}, 2, word, fault))
                return -1;
        }
    return 0;
}

/* 1, 2, 4, ... and all PUs, or every number, in the order of the topology. */
static int add_crowds(const struct planning *planning, struct fault *fault)
{
    unsigned pus = topology_pus(planning->topology);
    unsigned *logical = calloc(pus, sizeof *logical);
    int status = 0;
    if (!logical)
        return no_memory(fault);
    for (unsigned i = 0; i < pus; i++)
        logical[i] = i;
    for (unsigned threads = 1; status == 0 && threads <= pus; threads++)
        if (planning->all_crowds || threads == pus || (threads & (threads - 1)) == 0)
            status = add(planning, logical, threads, "", fault);
    free(logical);
    return status;
}

int limits_plan(struct limits *limits, const struct topology *topology, const struct limits_options *options,
                struct fault *fault)
{
    unsigned pus = topology_pus(topology);
    struct planning planning = {.limits = limits,
                                .topology = topology,
                                .all_pairs = options->full || pus <= LIMITS_ALL_PAIRS,
                                .all_crowds = options->full || pus <= LIMITS_ALL_CROWDS};
    int status = 0;
    *limits = (struct limits){0};
    for (planning.measure = measures; planning.measure->name && status == 0; planning.measure++)
        switch (planning.measure->where) {
        case WHERE_ONE:
            status = add(&planning, (const unsigned[]){0}, 1, "", fault);
            break;
        case WHERE_SAME:
            status = add(&planning, (const unsigned[]){0, 0}, 2, "pu", fault);
            break;
        case WHERE_CLASSES:
            status = add_pairs(&planning, options->full, fault);
            break;
        case WHERE_PAIRS:
            status = add_pairs(&planning, planning.all_pairs, fault);
            break;
        case WHERE_CROWD:
            status = add_crowds(&planning, fault);
            break;
        }
    if (status)
        limits_release(limits);
    return status;
}

void limits_release(struct limits *limits)
{
    for (size_t i = 0; i < limits->count; i++) {
        free(limits->each[i].pus);
        free(limits->each[i].samples);
    }
    free(limits->each);
    json_decref(limits->header);
    *limits = (struct limits){0};
}

/* --- figures --- */

const struct limit *limits_find(const struct limits *limits, const char *name, const char *variant,
                                const char *shared)
{
    for (const struct limit *limit = limits->each; limit < limits->each + limits->count; limit++)
        if ((!name || strcmp(limit->name, name) == 0) && (!variant || strcmp(limit->variant, variant) == 0) &&
            (!shared || strcmp(limit->shared, shared) == 0))
            return limit;
    return NULL;
}

const struct limit *limits_find_on(const struct limits *limits, const char *name, const char *variant,
                                   const unsigned *pus, unsigned threads)
{
    for (const struct limit *limit = limits->each; limit < limits->each + limits->count; limit++)
        if (limit->threads == threads && memcmp(limit->pus, pus, threads * sizeof *pus) == 0 &&
            strcmp(limit->name, name) == 0 && strcmp(limit->variant, variant) == 0)
            return limit;
    return NULL;
}

bool limit_is_pair(const struct limit *limit)
{
    return strcmp(limit->name, "ping-pong") == 0 && limit->threads == 2;
}

unsigned *limits_pair_pus(const struct limits *limits, size_t *count)
{
    unsigned *pus = calloc(2 * limits->count + 1, sizeof *pus);
    *count = 0;
    for (size_t i = 0; pus && i < limits->count; i++)
        for (unsigned side = 0; side < 2 && limit_is_pair(&limits->each[i]); side++) {
            size_t at = 0;
            while (at < *count && pus[at] != limits->each[i].pus[side])
                at++;
            if (at == *count)
                pus[(*count)++] = limits->each[i].pus[side];
        }
    return pus;
}

const struct limit *limits_pair(const struct limits *limits, unsigned a, unsigned b)
{
    for (const struct limit *limit = limits->each; limit < limits->each + limits->count; limit++)
        if (limit_is_pair(limit) &&
            ((limit->pus[0] == a && limit->pus[1] == b) || (limit->pus[0] == b && limit->pus[1] == a)))
            return limit;
    return NULL;
}

/* The z for which a standard normal variable lies in [-z, z] with probability p, by bisection: erf has no
   inverse in C. */
static double normal_half_width(double p)
{
    double low = 0, high = 40;
    for (int i = 0; i < 100; i++) {
        double middle = (low + high) / 2;
        *(erf(middle / sqrt(2)) < p ? &low : &high) = middle;
    }
    return (low + high) / 2;
}

double limit_standard_error(double low, double high, double confidence)
{
    if (!(confidence > 0) || !(confidence < 1))
        return NAN;
    return (high - low) / (2 * normal_half_width(confidence));
}

int limit_sum_up(struct limit *limit, struct fault *fault)
{
    double *sorted = malloc((limit->count ? limit->count : 1) * sizeof *sorted);
    if (!sorted)
        return no_memory(fault);
    for (size_t i = 0; i < limit->count; i++)
        sorted[i] = limit->samples[i];
    stats_sort(sorted, limit->count);
    struct stats_interval interval = stats_median_interval(sorted, limit->count, 0.95);
    limit->median = stats_median(sorted, limit->count);
    limit->low = interval.low;
    limit->high = interval.high;
    limit->confidence = interval.confidence;
    limit->standard_error = limit_standard_error(interval.low, interval.high, interval.confidence);
    free(sorted);
    return 0;
}
