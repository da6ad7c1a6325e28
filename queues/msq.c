/* msq.c - the lock-free queue of Michael and Scott, its nodes reclaimed by hazard pointers: a stopped
   thread keeps two nodes from being reclaimed and an end those that it has retired, at most a bounded number
   (hazard.h); each of them keeps its slab (pool.h). */
#include "hazard.h"
#include "msq.h"

/* An end's. */
struct record {
    alignas(SLUICE_SEPARATE) struct hazard_record hazard;
    unsigned first; /* which hazard pointer is the first one now, see protect */
};

struct hazards {
    struct hazard_domain domain;
    struct record *records; /* by end */
};

SLUICE_INLINE void enter(struct msq_end *end)
{
    (void)end;
}

/* What was said to be in use stays so until the end says something else: that keeps two nodes, and saves the
   stores. The next store is a release too, see hazard_clear. */
SLUICE_INLINE void leave(struct msq_end *end)
{
    (void)end;
}

/* What has been said already is as good as said now, since the look is still to come, and a store with a
   fence is saved. A dequeue that found nothing finds the same node at the head when it comes again. After one
   that did, the node that it said it used as the next one is there, unless another consumer came between: the
   two hazard pointers only change places. */
SLUICE_INLINE void protect(struct msq_end *end, unsigned which, struct msq_node *node)
{
    struct record *record = end->record;
    if (hazard_get(&record->hazard, record->first ^ which) == node)
        return;
    if (which == 0 && hazard_get(&record->hazard, !record->first) == node)
        record->first = !record->first;
    else
        hazard_set(&record->hazard, record->first ^ which, node);
}

static void give(void *end, void *node)
{
    pool_give(&((struct msq_end *)end)->pool, node);
}

SLUICE_OUTLINE void msq_scan(struct msq_end *end)
{
    struct record *record = end->record;
    hazard_scan(&record->hazard, give, end);
}

SLUICE_INLINE void retire(struct msq_end *end, struct msq_node *node)
{
    struct record *record = end->record;
    if (hazard_retire(&record->hazard, node))
        msq_scan(end);
}

static const struct msq_reclaim reclaim = {
    .enter = enter, .leave = leave, .protect = protect, .retire = retire};

SLUICE_INLINE enum sluice_status msq_hp_enqueue(void *end, void *item)
{
    return msq_enqueue(&reclaim, end, item);
}

SLUICE_INLINE enum sluice_status msq_hp_dequeue(void *end, void **item)
{
    return msq_dequeue(&reclaim, end, item);
}

static void free_hazards(struct hazards *hazards)
{
    hazard_destroy(&hazards->domain);
    free(hazards->records);
    free(hazards);
}

static struct hazards *make_hazards(size_t ends)
{
    struct hazards *hazards = sluice_alloc(sizeof *hazards);
    if (!hazards)
        return NULL;
    hazards->records = sluice_alloc(ends * sizeof *hazards->records);
    if (!hazards->records || !hazard_init(&hazards->domain, ends)) {
        free(hazards->records);
        free(hazards);
        return NULL;
    }
    for (size_t i = 0; i < ends; i++)
        hazard_record_init(&hazards->records[i].hazard, &hazards->domain, i);
    return hazards;
}

static int msq_hp_create(const struct sluice_queue_config *config, void **out)
{
    if (config->capacity)
        return -EINVAL;
    size_t ends = (size_t)config->producers + config->consumers;
    struct hazards *hazards = make_hazards(ends);
    if (!hazards)
        return -ENOMEM;
    struct msq *queue = msq_make(config, sizeof(struct msq_node));
    if (!queue) {
        free_hazards(hazards);
        return -ENOMEM;
    }
    queue->reclaimer = hazards;
    for (size_t i = 0; i < ends; i++)
        queue->ends[i].record = &hazards->records[i];
    *out = queue;
    return 0;
}

static void msq_hp_destroy(void *queue_)
{
    struct msq *queue = queue_;
    struct hazards *hazards = queue->reclaimer;
    for (size_t i = 0; i < hazards->domain.ends; i++)
        for (unsigned which = 0; which < HAZARDS; which++)
            hazard_clear(&hazards->records[i].hazard, which);
    for (size_t i = 0; i < hazards->domain.ends; i++)
        msq_scan(&queue->ends[i]);
    msq_release(queue);
    free_hazards(hazards);
}

/* A thread that is gone uses nothing. */
static void msq_hp_detach(void *end_)
{
    struct msq_end *end = end_;
    struct record *record = end->record;
    for (unsigned which = 0; which < HAZARDS; which++)
        hazard_clear(&record->hazard, which);
}

static size_t msq_hp_footprint(const void *queue_)
{
    const struct msq *queue = queue_;
    const struct hazards *hazards = queue->reclaimer;
    return msq_bytes(queue) + sizeof *hazards + hazards->domain.ends * sizeof *hazards->records +
           hazard_bytes(&hazards->domain);
}

static const struct sluice_queue_ops ops = {.enqueue = msq_hp_enqueue, .dequeue = msq_hp_dequeue};

SLUICE_BACKEND(msq, ops, false, .name = "msq",
               .summary = "the lock-free queue of Michael and Scott, with hazard pointers",
               .origin = "sluice", .reference = MSQ_REFERENCE "; hazard pointers: M. Michael, IEEE TPDS 2004",
               .traits = MSQ_TRAITS, .create = msq_hp_create, .destroy = msq_hp_destroy, .attach = msq_attach,
               .detach = msq_hp_detach, .capacity = msq_capacity, .footprint = msq_hp_footprint);
