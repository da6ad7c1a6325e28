/* urcu_wfcq_lock.c - liburcu's wfcqueue with its dequeue lock, for many consumers; allocates a node for each
   item. */
#include "urcu_wfcq.h"

SLUICE_INLINE enum sluice_status wfcq_dequeue(void *end_, void **item)
{
    struct wfcq_end *end = end_;
    struct wfcq *queue = end->queue;
    /* A glance without the lock, so that polls of an empty queue do not keep the others from it. */
    if (cds_wfcq_empty(&queue->head, &queue->tail))
        return SLUICE_AGAIN;
    cds_wfcq_dequeue_lock(&queue->head, &queue->tail);
    struct cds_wfcq_node *node = wfcq_take(queue);
    cds_wfcq_dequeue_unlock(&queue->head, &queue->tail);
    return wfcq_open_node(end, node, item);
}

static const struct sluice_queue_ops ops = {.enqueue = wfcq_enqueue_node, .dequeue = wfcq_dequeue};

SLUICE_BACKEND(urcu_wfcq_lock, ops, false, .name = "urcu-wfcq-lock",
               .summary = "liburcu's queue under its dequeue lock; a node is allocated for each item",
               .origin = WFCQ_ORIGIN, .reference = WFCQ_REFERENCE,
               .traits = {.max_producers = SLUICE_MANY,
                          .max_consumers = SLUICE_MANY,
                          .bound = SLUICE_UNBOUNDED,
                          .order = SLUICE_FIFO,
                          .enqueue = SLUICE_BLOCKING, /* malloc; the enqueue proper is wait-free */
                          .dequeue = SLUICE_BLOCKING,
                          .memory = SLUICE_MEMORY_NODES},
               .create = wfcq_create, .destroy = wfcq_destroy_with_nodes, .attach = wfcq_attach,
               .detach = wfcq_detach, .capacity = wfcq_capacity, .footprint = wfcq_footprint);
