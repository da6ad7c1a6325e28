/* model.c - see model.h. All times are in nanoseconds for an item unless named otherwise. */
#include "limits/model.h"

#include <math.h>
#include <string.h>

/* The measured costs that one pipeline needs. */
struct costs {
    double loop;               /* to put an item and to take it, nobody else there */
    double stream[MODEL_HOPS]; /* an item's share of a line of this hop, both ends at work at the same time */
    double write[MODEL_HOPS];  /* what the producer's PU has to do for it at least; likewise: */
    double read[MODEL_HOPS];
};

/* --- the figures --- */

static int find(const struct limits *limits, const char *name, const char *variant, const char *shared,
                double *median, struct fault *fault)
{
    const struct limit *limit = limits_find(limits, name, variant, shared);
    if (limit && limit->median > 0) {
        *median = limit->median;
        return 0;
    }
    return fault_set(fault, "the limits lack '%s:%s'%s%s: measure them on the PUs that the pipeline uses",
                     name, variant, shared ? " of two PUs whose nearest common object is " : "",
                     shared ? shared : "");
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

static int find_hop(const struct limits *limits, const struct model_pipeline *pipeline, int hop,
                    struct costs *costs, struct fault *fault)
{
    char word[LIMIT_WORD];
    const char *lines = pipeline->transfer == MODEL_ITEM ? "1" : "16";
    double lines_per_s = 0, write = 0, read = 0;
    crossing_word(pipeline->shared[hop], word);
    if (find(limits, "stream", lines, word, &lines_per_s, fault) ||
        find(limits, "hand-over", "write", word, &write, fault) ||
        find(limits, "hand-over", "read", word, &read, fault))
        return -1;
    double line = 1e9 / lines_per_s;
    costs->stream[hop] = line / MODEL_LINE_ITEMS;
    /* An end was seen to do its part by turns, and in the stream, where it took no longer than the whole. */
    costs->write[hop] = fmin(write, line) / MODEL_LINE_ITEMS;
    costs->read[hop] = fmin(read, line) / MODEL_LINE_ITEMS;
    return 0;
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

/* --- the limits --- */

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
    double cost = 0;
    if (role > 0)
        cost += costs->loop / 2 + share_elsewhere(pipeline, role - 1, pu) * costs->read[role - 1];
    if (role < MODEL_HOPS)
        cost += costs->loop / 2 + share_elsewhere(pipeline, role + 1, pu) * costs->write[role];
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

int model_limit(const struct limits *limits, const struct model_pipeline *pipeline, struct model_limit *limit,
                struct fault *fault)
{
    static const char *const loops[] = {"item", "batch", "span"};
    struct costs costs = {0};
    bool bound = is_bound(pipeline);
    *limit = (struct model_limit){.busiest = -1, .slowest_hop = -1};
    if (find(limits, "loop", loops[pipeline->transfer], NULL, &costs.loop, fault))
        return -1;
    for (int hop = 0; hop < MODEL_HOPS && bound; hop++)
        if (share_crossing(pipeline, hop) > 0 && find_hop(limits, pipeline, hop, &costs, fault))
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
