/* model.c - see model.h. All times are in nanoseconds for an item unless named otherwise. */
#include "limits/model.h"

#include "machine/tree.h"

#include <math.h>
#include <string.h>

/* At which end of the figures' intervals the costs are taken. */
enum end { MIDDLE, SLOW, FAST };

/* The measured costs that one pipeline needs. */
struct costs {
    const struct limits *limits;
    const char *transfer; /* the variant of `loop` */
    enum end end;
    double loop;               /* to put an item and to take it, nobody else there; of the fastest PU */
    double stream[MODEL_HOPS]; /* an item's share of a line of this hop, both ends at work at the same time */
    double write[MODEL_HOPS];  /* what the producer's PU has to do for it at least; likewise: */
    double read[MODEL_HOPS];
};

static const char *const loops[] = {"item", "batch", "span"};

/* --- the figures --- */

static double value_of(const struct limit *limit, enum end end)
{
    bool takes_low = (end == FAST) == (strcmp(limit->unit, "ns") == 0);
    return end == MIDDLE ? limit->median : takes_low ? limit->low : limit->high;
}

static int refuse(const char *name, const char *variant, const char *shared, struct fault *fault)
{
    return fault_set(fault, "the limits lack '%s:%s'%s%s: measure them on the PUs that the pipeline uses",
                     name, variant, shared ? " of two PUs whose nearest common object is " : "",
                     shared ? shared : "");
}

/* A figure of two PUs that share this: of these two in either direction where they are given and it is there.
 */
static const struct limit *find_pair(const struct limits *limits, const char *name, const char *variant,
                                     const char *shared, const unsigned *pair)
{
    const struct limit *exact = NULL;
    if (pair) {
        const unsigned back[] = {pair[1], pair[0]};
        exact = limits_find_on(limits, name, variant, pair, 2);
        exact = exact ? exact : limits_find_on(limits, name, variant, back, 2);
    }
    return exact && exact->median > 0 ? exact : limits_find(limits, name, variant, shared);
}

static int find(const struct costs *costs, const char *name, const char *variant, const char *shared,
                const unsigned *pair, double *value, struct fault *fault)
{
    const struct limit *limit = find_pair(costs->limits, name, variant, shared, pair);
    if (!limit || !(limit->median > 0))
        return refuse(name, variant, shared, fault);
    *value = value_of(limit, costs->end);
    return 0;
}

/* The loop of the fastest PU. */
static int find_loop(struct costs *costs, struct fault *fault)
{
    costs->loop = INFINITY;
    for (size_t i = 0; i < costs->limits->count; i++) {
        const struct limit *limit = &costs->limits->each[i];
        if (strcmp(limit->name, "loop") == 0 && strcmp(limit->variant, costs->transfer) == 0 &&
            limit->median > 0)
            costs->loop = fmin(costs->loop, value_of(limit, costs->end));
    }
    return isfinite(costs->loop) ? 0 : refuse("loop", costs->transfer, NULL, fault);
}

/* That of this PU where it was measured. */
static double loop_on(const struct costs *costs, int pu)
{
    const unsigned index = (unsigned)pu;
    const struct limit *limit = limits_find_on(costs->limits, "loop", costs->transfer, &index, 1);
    return limit && limit->median > 0 ? value_of(limit, costs->end) : costs->loop;
}

/* The word for the pairs of a hop that are not on one PU: the nearest one, "l3" of "pu..l3" and of
 * "l3..package". */
static const char *crossing_word(const char *shared, char word[LIMIT_WORD])
{
    const char *dots = strstr(shared, "..");
    size_t length = dots ? (size_t)(dots - shared) : strlen(shared);
    if (dots && length == 2 && strncmp(shared, "pu", 2) == 0)
        snprintf(word, LIMIT_WORD, "%s", dots + 2);
    else
        snprintf(word, LIMIT_WORD, "%.*s", (int)length, shared);
    return word;
}

static const char *lines_at_once(const struct model_pipeline *pipeline)
{
    return pipeline->transfer == MODEL_ITEM ? "1" : "16";
}

/* --- who sits where --- */

static unsigned first_of(const struct model_pipeline *pipeline, int role)
{
    unsigned first = 0;
    for (int i = 0; i < role; i++)
        first += pipeline->threads[i];
    return first;
}

static bool is_bound(const struct model_pipeline *pipeline)
{
    for (unsigned i = 0; i < first_of(pipeline, MODEL_ROLES); i++)
        if (pipeline->pus[i] < 0)
            return false;
    return true;
}

/* The PUs of a hop with one thread at each end; false: there are more. */
static bool only_pair(const struct model_pipeline *pipeline, int hop, unsigned pair[2])
{
    pair[0] = (unsigned)pipeline->pus[first_of(pipeline, hop)];
    pair[1] = (unsigned)pipeline->pus[first_of(pipeline, hop + 1)];
    return pipeline->threads[hop] == 1 && pipeline->threads[hop + 1] == 1;
}

/* The share, 0 to 1, of a role's threads that are on another PU than this one. */
static double share_elsewhere(const struct model_pipeline *pipeline, int role, int pu)
{
    unsigned first = first_of(pipeline, role), count = pipeline->threads[role], elsewhere = 0;
    for (unsigned i = first; i < first + count; i++)
        elsewhere += pipeline->pus[i] != pu;
    return (double)elsewhere / count;
}

/* The share of the items of a hop that cross from PU to PU, all pairs of a producer and a consumer moving as
 * many. */
static double share_crossing(const struct model_pipeline *pipeline, int hop)
{
    unsigned first = first_of(pipeline, hop), count = pipeline->threads[hop];
    double share = 0;
    for (unsigned i = first; i < first + count; i++)
        share += share_elsewhere(pipeline, hop + 1, pipeline->pus[i]) / count;
    return share;
}

static unsigned different_pus(const struct model_pipeline *pipeline, int role)
{
    unsigned first = first_of(pipeline, role), count = pipeline->threads[role], different = 0;
    for (unsigned i = first; i < first + count; i++) {
        unsigned earlier = first;
        while (earlier < i && pipeline->pus[earlier] != pipeline->pus[i])
            earlier++;
        different += earlier == i;
    }
    return different;
}

/* --- what to measure --- */

/* Whether the pair of a hop is to be measured: all where there are few, else the first of its kind. */
static bool is_wanted(const struct limits *limits, const char *lines, const char *shared)
{
    size_t pairs = 0;
    for (size_t i = 0; i < limits->count; i++)
        pairs += strcmp(limits->each[i].name, "stream") == 0 && strcmp(limits->each[i].variant, lines) == 0;
    return pairs < MODEL_PAIRS || !limits_find(limits, "stream", lines, shared);
}

static int plan_hop(struct limits *limits, const struct topology *topology,
                    const struct model_pipeline *pipeline, int hop, struct fault *fault)
{
    const char *lines = lines_at_once(pipeline);
    for (unsigned i = 0; i < pipeline->threads[hop]; i++)
        for (unsigned j = 0; j < pipeline->threads[hop + 1]; j++) {
            const unsigned pair[] = {(unsigned)pipeline->pus[first_of(pipeline, hop) + i],
                                     (unsigned)pipeline->pus[first_of(pipeline, hop + 1) + j]};
            const char *shared = topology_shared_name(topology, pair[0], pair[1]);
            if (pair[0] == pair[1] || !is_wanted(limits, lines, shared))
                continue;
            if (limits_add(limits, "stream", lines, pair, 2, shared, fault) ||
                limits_add(limits, "hand-over", "write", pair, 2, shared, fault) ||
                limits_add(limits, "hand-over", "read", pair, 2, shared, fault))
                return -1;
        }
    return 0;
}

/* Where nothing is bound: on a PU of each kind. */
static int plan_kinds(struct limits *limits, const struct tree *tree, const char *loop, struct fault *fault)
{
    unsigned seen = 0;
    for (unsigned i = 0; i < tree->pus; i++) {
        unsigned kind = 1u << tree->pu[i].kind;
        if (!(seen & kind) && limits_add(limits, "loop", loop, &tree->pu[i].os_index, 1, "", fault))
            return -1;
        seen |= kind;
    }
    return 0;
}

int model_plan(struct limits *limits, const struct topology *topology, const struct model_pipeline *pipeline,
               struct fault *fault)
{
    const char *loop = loops[pipeline->transfer];
    if (!is_bound(pipeline))
        return plan_kinds(limits, topology->tree, loop, fault);
    for (unsigned i = 0; i < first_of(pipeline, MODEL_ROLES); i++) {
        const unsigned pu = (unsigned)pipeline->pus[i];
        if (limits_add(limits, "loop", loop, &pu, 1, "", fault))
            return -1;
    }
    for (int hop = 0; hop < MODEL_HOPS; hop++)
        if (plan_hop(limits, topology, pipeline, hop, fault))
            return -1;
    return 0;
}

/* --- the limits --- */

static int find_hop(struct costs *costs, const struct model_pipeline *pipeline, int hop, struct fault *fault)
{
    char word[LIMIT_WORD];
    unsigned pair[2];
    const unsigned *only = only_pair(pipeline, hop, pair) ? pair : NULL;
    double lines_per_s = 0, write = 0, read = 0;
    crossing_word(pipeline->shared[hop], word);
    if (find(costs, "stream", lines_at_once(pipeline), word, only, &lines_per_s, fault) ||
        find(costs, "hand-over", "write", word, only, &write, fault) ||
        find(costs, "hand-over", "read", word, only, &read, fault))
        return -1;
    double line = 1e9 / lines_per_s;
    costs->stream[hop] = line / MODEL_LINE_ITEMS;
    /* An end was seen to do its part by turns, and in the stream, where it took no longer than the whole. */
    costs->write[hop] = fmin(write, line) / MODEL_LINE_ITEMS;
    costs->read[hop] = fmin(read, line) / MODEL_LINE_ITEMS;
    return 0;
}

/* Streams to different PUs may run side by side: as many as the side that is spread wider has PUs. */
static double hop_limit(const struct model_pipeline *pipeline, const struct costs *costs, int hop,
                        double crossing)
{
    unsigned from = different_pus(pipeline, hop), to = different_pus(pipeline, hop + 1);
    return (from > to ? from : to) * 1e9 / (crossing * costs->stream[hop]);
}

/* What an item of the pipeline costs the PU by this thread of the role: the thread's share of the items, half
   a loop for each end that it has, and its part of the lines that come from or go to other PUs. */
static double thread_cost(const struct model_pipeline *pipeline, const struct costs *costs, int role, int pu)
{
    double cost = 0, loop = loop_on(costs, pu);
    if (role > 0)
        cost += loop / 2 + share_elsewhere(pipeline, role - 1, pu) * costs->read[role - 1];
    if (role < MODEL_HOPS)
        cost += loop / 2 + share_elsewhere(pipeline, role + 1, pu) * costs->write[role];
    return cost / pipeline->threads[role];
}

static double pu_cost(const struct model_pipeline *pipeline, const struct costs *costs, int pu)
{
    double cost = 0;
    for (int role = 0; role < MODEL_ROLES; role++)
        for (unsigned i = 0, first = first_of(pipeline, role); i < pipeline->threads[role]; i++)
            if (pipeline->pus[first + i] == pu)
                cost += thread_cost(pipeline, costs, role, pu);
    return cost;
}

static void limit_bound(const struct model_pipeline *pipeline, const struct costs *costs,
                        struct model_limit *limit)
{
    double most = 0;
    for (int hop = 0; hop < MODEL_HOPS; hop++) {
        double crossing = share_crossing(pipeline, hop);
        limit->hop[hop] = crossing > 0 ? hop_limit(pipeline, costs, hop, crossing) : INFINITY;
    }
    for (unsigned i = 0; i < first_of(pipeline, MODEL_ROLES); i++) {
        double cost = pu_cost(pipeline, costs, pipeline->pus[i]);
        if (cost > most) {
            most = cost;
            limit->busiest = pipeline->pus[i];
        }
    }
    limit->pu = 1e9 / most;
}

/* The kernel may run neighbours on one PU by turns, so that no line need cross; what is left is that the
   loops fit into the PUs, and that a thread is on one of them at a time. */
static void limit_unbound(const struct model_pipeline *pipeline, const struct costs *costs,
                          struct model_limit *limit)
{
    unsigned threads = first_of(pipeline, MODEL_ROLES);
    unsigned pus = pipeline->usable < threads ? pipeline->usable : threads;
    double most = MODEL_HOPS * costs->loop / pus;
    for (int role = 0; role < MODEL_ROLES; role++) {
        bool has_one_end = role == 0 || role == MODEL_HOPS;
        most = fmax(most, costs->loop * (has_one_end ? 0.5 : 1) / pipeline->threads[role]);
    }
    for (int hop = 0; hop < MODEL_HOPS; hop++)
        limit->hop[hop] = INFINITY;
    limit->pu = 1e9 / most;
}

static int limit_at(enum end end, const struct limits *limits, const struct model_pipeline *pipeline,
                    struct model_limit *limit, struct fault *fault)
{
    struct costs costs = {.limits = limits, .transfer = loops[pipeline->transfer], .end = end};
    bool bound = is_bound(pipeline);
    *limit = (struct model_limit){.busiest = -1, .slowest_hop = -1};
    if (find_loop(&costs, fault))
        return -1;
    for (int hop = 0; hop < MODEL_HOPS && bound; hop++)
        if (share_crossing(pipeline, hop) > 0 && find_hop(&costs, pipeline, hop, fault))
            return -1;
    if (bound)
        limit_bound(pipeline, &costs, limit);
    else
        limit_unbound(pipeline, &costs, limit);
    limit->items_per_s = limit->pu;
    for (int hop = 0; hop < MODEL_HOPS; hop++)
        if (limit->hop[hop] < limit->items_per_s) {
            limit->items_per_s = limit->hop[hop];
            limit->slowest_hop = hop;
        }
    return 0;
}

int model_limit(const struct limits *limits, const struct model_pipeline *pipeline, struct model_limit *limit,
                struct fault *fault)
{
    struct model_limit slow, fast;
    if (limit_at(SLOW, limits, pipeline, &slow, fault) || limit_at(FAST, limits, pipeline, &fast, fault) ||
        limit_at(MIDDLE, limits, pipeline, limit, fault))
        return -1;
    limit->low = slow.items_per_s;
    limit->high = fast.items_per_s;
    return 0;
}
