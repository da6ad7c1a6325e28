/* urcu_wfcq.c - liburcu's wfcqueue with one consumer; allocates a node for each item. */
#include "urcu_wfcq.h"

SLUICE_INLINE enum sluice_status wfcq_dequeue(void *end_, void **item)
{
    struct wfcq_end *end = end_;
    return wfcq_open_node(end, wfcq_take(end->queue), item);
}

static const struct sluice_queue_ops ops = {.enqueue = wfcq_enqueue_node, .dequeue = wfcq_dequeue};

SLUICE_BACKEND(urcu_wfcq, ops, false, .name = "urcu-wfcq",
               .summary = "liburcu's wait-free-enqueue queue; a node is allocated for each item",
               .origin = WFCQ_ORIGIN, .reference = WFCQ_REFERENCE,
               .traits = {.max_producers = SLUICE_MANY,
                          .max_consumers = 1,
                          .bound = SLUICE_UNBOUNDED,
                          .order = SLUICE_FIFO,
                          .enqueue = SLUICE_BLOCKING, /* malloc; the enqueue proper is wait-free */
                          .dequeue = SLUICE_BLOCKING, /* a producer stopped before its store hides the rest */
                          .memory = SLUICE_MEMORY_NODES},
               .create = wfcq_create, .destroy = wfcq_destroy_with_nodes, .attach = wfcq_attach,
               .detach = wfcq_detach, .capacity = wfcq_capacity, .footprint = wfcq_footprint);
