/* msq_epoch.c - the lock-free queue of Michael and Scott, its nodes reclaimed by Concurrency Kit's epochs
   (ck_epoch, after K. Fraser, Practical Lock-Freedom, PhD thesis, Cambridge 2004).

   Every operation runs in a section; a removed node is reclaimed when all sections that were open at its
   removal have ended. Nothing has to be validated; the price is that a thread stopped within a section keeps
   everything that is removed meanwhile from being reclaimed. Garbage stays small as long as none is; the
   footprint counts it. */
#include "msq.h"

#include <ck_epoch.h>

#ifndef SLUICE_CK_VERSION
#define SLUICE_CK_VERSION "of an unknown version"
#endif

/* Removed nodes of an end after which it asks for those that can be reclaimed. */
enum { POLL_EVERY = 64 };

struct epoch_node {
    struct msq_node node; /* first: the queue knows only this */
    ck_epoch_entry_t entry;
};

struct record {
    alignas(SLUICE_SEPARATE) ck_epoch_record_t epoch;
    unsigned removed; /* since the last poll */
};

struct epochs {
    alignas(SLUICE_SEPARATE) ck_epoch_t global;
    alignas(SLUICE_SEPARATE) size_t ends;
    struct record *records;
};

SLUICE_INLINE void enter(struct msq_end *end)
{
    struct record *record = end->record;
    ck_epoch_begin(&record->epoch, NULL);
}

SLUICE_INLINE void leave(struct msq_end *end)
{
    struct record *record = end->record;
    ck_epoch_end(&record->epoch, NULL);
}

/* The section protects all nodes. */
SLUICE_INLINE void protect(struct msq_end *end, unsigned which, struct msq_node *node)
{
    (void)end, (void)which, (void)node;
}

/* Gives the pool what no section can see any more. */
SLUICE_OUTLINE void msq_poll_epoch(struct msq_end *end)
{
    struct record *record = end->record;
    ck_stack_t past = CK_STACK_INITIALIZER;
    ck_stack_entry_t *link;
    record->removed = 0;
    ck_epoch_poll_deferred(&record->epoch, &past);
    while ((link = ck_stack_pop_npsc(&past))) {
        pool_give(&end->pool, (char *)link - offsetof(struct epoch_node, entry.stack_entry));
    }
}

SLUICE_INLINE void retire(struct msq_end *end, struct msq_node *node)
{
    struct record *record = end->record;
    /* No function: entries are only ever taken by the poll above. */
    ck_epoch_call(&record->epoch, &((struct epoch_node *)node)->entry, NULL);
    if (SLUICE_UNLIKELY(++record->removed == POLL_EVERY))
        msq_poll_epoch(end);
}

static const struct msq_reclaim reclaim = {
    .enter = enter, .leave = leave, .protect = protect, .retire = retire};

SLUICE_INLINE enum sluice_status msq_epoch_enqueue(void *end, void *item)
{
    return msq_enqueue(&reclaim, end, item);
}

SLUICE_INLINE enum sluice_status msq_epoch_dequeue(void *end, void **item)
{
    return msq_dequeue(&reclaim, end, item);
}

static void free_epochs(struct epochs *epochs)
{
    free(epochs->records);
    free(epochs);
}

static struct epochs *make_epochs(size_t ends)
{
    struct epochs *epochs = sluice_alloc(sizeof *epochs);
    if (!epochs)
        return NULL;
    epochs->records = sluice_alloc(ends * sizeof *epochs->records);
    if (!epochs->records) {
        free(epochs);
        return NULL;
    }
    epochs->ends = ends;
    ck_epoch_init(&epochs->global);
    for (size_t i = 0; i < ends; i++)
        ck_epoch_register(&epochs->global, &epochs->records[i].epoch, NULL);
    return epochs;
}

static int msq_epoch_create(const struct sluice_queue_config *config, void **out)
{
    if (config->capacity)
        return -EINVAL;
    size_t ends = (size_t)config->producers + config->consumers;
    struct epochs *epochs = make_epochs(ends);
    if (!epochs)
        return -ENOMEM;
    struct msq *queue = msq_make(config, sizeof(struct epoch_node));
    if (!queue) {
        free_epochs(epochs);
        return -ENOMEM;
    }
    queue->reclaimer = epochs;
    for (size_t i = 0; i < ends; i++)
        queue->ends[i].record = &epochs->records[i];
    *out = queue;
    return 0;
}

static void msq_epoch_destroy(void *queue_)
{
    struct msq *queue = queue_;
    struct epochs *epochs = queue->reclaimer;
    for (size_t i = 0; i < epochs->ends; i++)
        msq_poll_epoch(&queue->ends[i]); /* no section is open: one poll has all that the end removed */
    msq_release(queue);
    free_epochs(epochs);
}

/* What the end removed stays with its record, for the thread that attaches it again. */
static void msq_epoch_detach(void *end)
{
    (void)end;
}

static size_t msq_epoch_footprint(const void *queue_)
{
    const struct msq *queue = queue_;
    const struct epochs *epochs = queue->reclaimer;
    return msq_bytes(queue) + sizeof *epochs + epochs->ends * sizeof *epochs->records;
}

static const struct sluice_queue_ops ops = {.enqueue = msq_epoch_enqueue, .dequeue = msq_epoch_dequeue};

SLUICE_BACKEND(msq_epoch, ops, false, .name = "msq-epoch",
               .summary = "the lock-free queue of Michael and Scott, with Concurrency Kit's epochs",
               .origin = "sluice; epochs: Concurrency Kit " SLUICE_CK_VERSION,
               .reference = MSQ_REFERENCE "; epochs: K. Fraser, PhD thesis, Cambridge 2004",
               .traits = MSQ_TRAITS, .create = msq_epoch_create, .destroy = msq_epoch_destroy,
               .attach = msq_attach, .detach = msq_epoch_detach, .capacity = msq_capacity,
               .footprint = msq_epoch_footprint);
