/* urcu_wfcq_intrusive.c - liburcu's wfcqueue as it is meant to be used: the node lies in the item. */
#include "urcu_wfcq.h"

SLUICE_INLINE enum sluice_status wfcq_enqueue(void *end_, void *item)
{
    struct wfcq_end *end = end_;
    cds_wfcq_node_init(item);
    cds_wfcq_enqueue(&end->queue->head, &end->queue->tail, item);
    return SLUICE_OK;
}

SLUICE_INLINE enum sluice_status wfcq_dequeue(void *end_, void **item)
{
    struct wfcq_end *end = end_;
    *item = wfcq_take(end->queue);
    return *item ? SLUICE_OK : SLUICE_AGAIN;
}

static void wfcq_destroy(void *queue)
{
    wfcq_release(queue);
}

static const struct sluice_queue_ops ops = {.enqueue = wfcq_enqueue, .dequeue = wfcq_dequeue};

SLUICE_BACKEND(
    urcu_wfcq_intrusive, ops, true, .name = "urcu-wfcq-intrusive",
    .summary = "liburcu's queue with its node in the item, which is allocated once and freed at the end",
    .origin = WFCQ_ORIGIN, .reference = WFCQ_REFERENCE,
    .traits = {.max_producers = SLUICE_MANY,
               .max_consumers = 1,
               .bound = SLUICE_UNBOUNDED,
               .order = SLUICE_FIFO,
               .enqueue = SLUICE_WAIT_FREE,
               .dequeue = SLUICE_BLOCKING, /* a producer stopped before its store hides the rest */
               .memory = SLUICE_MEMORY_INTRUSIVE,
               .item_room = sizeof(struct cds_wfcq_node)},
    .create = wfcq_create, .destroy = wfcq_destroy, .attach = wfcq_attach, .detach = wfcq_detach,
    .capacity = wfcq_capacity, .footprint = wfcq_footprint);
