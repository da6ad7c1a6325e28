/* urcu_wfcq.h - liburcu's wait-free concurrent queue, for the three files that make a backend of it.

   The enqueue is one exchange of the tail and a store. Dequeues exclude each other: either there is one
   consumer, or they take the queue's dequeue lock. The header's inline functions are used (_LGPL_SOURCE), and
   of the dequeues the nonblocking one: the blocking one sleeps for 10 ms when a producer is between its
   exchange and its store, which would hide in every result. */
#ifndef QUEUES_URCU_WFCQ_H
#define QUEUES_URCU_WFCQ_H

#define _LGPL_SOURCE
#include <sluice/backend.h>

#include <errno.h>
#include <urcu/wfcqueue.h>

#ifndef SLUICE_URCU_VERSION
#define SLUICE_URCU_VERSION "of an unknown version"
#endif

#define WFCQ_ORIGIN    "liburcu " SLUICE_URCU_VERSION
#define WFCQ_REFERENCE "M. Desnoyers, Lai Jiangshan, urcu/wfcqueue.h: wait-free enqueue, after P. McKenney"

struct wfcq;

/* An end counts the nodes that it allocated (or freed) on a line of its own. */
struct wfcq_end {
    alignas(SLUICE_SEPARATE) struct wfcq *queue;
    _Atomic uint64_t nodes;
};

struct wfcq {
    alignas(SLUICE_SEPARATE) struct cds_wfcq_head head; /* the consumers' */
    alignas(SLUICE_SEPARATE) struct cds_wfcq_tail tail; /* the producers' */
    alignas(SLUICE_SEPARATE) uint32_t producers;
    uint32_t consumers;
    struct wfcq_end *ends; /* the producers', then the consumers' */
};

static_assert(SLUICE_APART(struct wfcq, head, tail) && SLUICE_APART(struct wfcq, tail, producers) &&
                  sizeof(struct wfcq_end) % SLUICE_SEPARATE == 0,
              "the two sides of the queue and all ends lie on separate lines");

/* The allocating forms' node: malloc by the producer, free by the consumer, as a program has to that does not
   own the layout of its items. */
struct wfcq_node {
    struct cds_wfcq_node link;
    void *item;
};

SLUICE_INLINE void wfcq_count_node(struct wfcq_end *end)
{
    /* Single writer; relaxed: only the footprint reads it. */
    uint64_t nodes = atomic_load_explicit(&end->nodes, memory_order_relaxed);
    atomic_store_explicit(&end->nodes, nodes + 1, memory_order_relaxed);
}

SLUICE_INLINE enum sluice_status wfcq_enqueue_node(void *end_, void *item)
{
    struct wfcq_end *end = end_;
    struct wfcq_node *node = malloc(sizeof *node);
    if (SLUICE_UNLIKELY(!node))
        return SLUICE_NO_MEMORY;
    node->item = item;
    cds_wfcq_node_init(&node->link);
    cds_wfcq_enqueue(&end->queue->head, &end->queue->tail, &node->link);
    wfcq_count_node(end);
    return SLUICE_OK;
}

/* The caller is the only dequeuer, or holds the lock. Null: empty, or the next node is not linked in yet. */
SLUICE_INLINE struct cds_wfcq_node *wfcq_take(struct wfcq *queue)
{
    struct cds_wfcq_node *node = __cds_wfcq_dequeue_nonblocking(&queue->head, &queue->tail);
    return SLUICE_UNLIKELY(node == CDS_WFCQ_WOULDBLOCK) ? NULL : node;
}

SLUICE_INLINE enum sluice_status wfcq_open_node(struct wfcq_end *end, struct cds_wfcq_node *link, void **item)
{
    if (!link)
        return SLUICE_AGAIN;
    struct wfcq_node *node = caa_container_of(link, struct wfcq_node, link);
    *item = node->item;
    free(node); /* allowed at once: the dequeue leaves nothing that points to it */
    wfcq_count_node(end);
    return SLUICE_OK;
}

static int wfcq_create(const struct sluice_queue_config *config, void **out)
{
    if (config->capacity)
        return -EINVAL;
    size_t ends = (size_t)config->producers + config->consumers;
    struct wfcq *queue = sluice_alloc(sizeof *queue);
    struct wfcq_end *end = sluice_alloc(ends * sizeof *end);
    if (!queue || !end) {
        free(queue);
        free(end);
        return -ENOMEM;
    }
    cds_wfcq_init(&queue->head, &queue->tail);
    queue->producers = config->producers;
    queue->consumers = config->consumers;
    queue->ends = end;
    *out = queue;
    return 0;
}

static void wfcq_release(struct wfcq *queue)
{
    cds_wfcq_destroy(&queue->head, &queue->tail);
    free(queue->ends);
    free(queue);
}

static __attribute__((unused)) void wfcq_destroy_with_nodes(void *queue_)
{
    struct wfcq *queue = queue_;
    struct cds_wfcq_node *link;
    while ((link = wfcq_take(queue)))
        free(caa_container_of(link, struct wfcq_node, link));
    wfcq_release(queue);
}

static int wfcq_attach(void *queue_, enum sluice_end side, unsigned index, void **out)
{
    struct wfcq *queue = queue_;
    struct wfcq_end *end = &queue->ends[index + (side == SLUICE_CONSUMER ? queue->producers : 0)];
    end->queue = queue;
    *out = end;
    return 0;
}

static void wfcq_detach(void *end)
{
    (void)end;
}

static uint64_t wfcq_capacity(const void *queue)
{
    (void)queue;
    return 0;
}

static size_t wfcq_footprint(const void *queue_)
{
    const struct wfcq *queue = queue_;
    uint64_t nodes = 0, ends = (uint64_t)queue->producers + queue->consumers;
    /* The freed first: read the other way round, the difference could be negative. */
    for (uint64_t i = ends; i-- > 0;) {
        uint64_t n = atomic_load_explicit(&queue->ends[i].nodes, memory_order_relaxed);
        nodes += i < queue->producers ? n : -n;
    }
    if ((int64_t)nodes < 0)
        nodes = 0;
    return sizeof *queue + ends * sizeof *queue->ends + nodes * sizeof(struct wfcq_node);
}

#endif
