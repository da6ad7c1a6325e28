/* msq.h - the lock-free queue of M. Michael and M. Scott, Simple, Fast, and Practical Non-Blocking and
   Blocking Concurrent Queue Algorithms, PODC 1996, for the files that reclaim its nodes in a way each. E5 and
   the like are the lines of the paper's figure 1.

   A list with a dummy node in front. An enqueue links its node behind the last one and then swings the tail
   to it; whoever finds the tail lagging swings it on. A dequeue swings the head to the next node, which
   becomes the dummy, and has that node's item.

   Departures. The paper counts changes in each pointer, against ABA, and never gives a node's memory back for
   other use; here a reclaimer makes sure that no node is used again while somebody may still look at it, so
   that pointers are plain and memory is freed. Where the reclaimer is hazard pointers, a node has to be found
   unremoved after it was said to be in use and before it is looked into, so that E7 and D5 come before E6 and
   D4 (as in Michael 2004). And a dequeue that finds no next node answers at once: whoever is last
   in the list is both head and tail. E6 and E8 are E9's compare-and-swap itself. */
#ifndef QUEUES_MSQ_H
#define QUEUES_MSQ_H

#include "pool.h"

#include <sluice/backend.h>

#include <errno.h>

struct msq_node {
    struct pool_node pool;
    _Atomic(struct msq_node *) next;
    void *item; /* of no node in front of the head any more */
};

struct msq {
    alignas(SLUICE_SEPARATE) _Atomic(struct msq_node *) head;
    alignas(SLUICE_SEPARATE) _Atomic(struct msq_node *) tail;
    alignas(SLUICE_SEPARATE) uint32_t producers; /* constant from here on */
    uint32_t consumers;
    struct msq_end *ends; /* the producers', then the consumers' */
    struct pool pool;
    void *reclaimer; /* what the ends' records of the reclaimer have in common */
};

struct msq_end {
    alignas(SLUICE_SEPARATE) struct msq *queue;
    void *record; /* of the reclaimer */
    struct pool_end pool;
};

static_assert(SLUICE_APART(struct msq, head, tail) && SLUICE_APART(struct msq, tail, producers) &&
                  sizeof(struct msq_end) % SLUICE_SEPARATE == 0,
              "head, tail, constants and ends lie on separate lines");

/* How nodes are kept from being used again too early. A constant table: the calls are folded away. */
struct msq_reclaim {
    void (*enter)(struct msq_end *); /* around every operation */
    void (*leave)(struct msq_end *);
    /* Says that the node is used, as the end's first or second; seq_cst, see hazard.h. */
    void (*protect)(struct msq_end *, unsigned which, struct msq_node *);
    /* The node is removed: give it to the pool when nobody looks at it any more. After leave. */
    void (*retire)(struct msq_end *, struct msq_node *);
};

/* Puts the node last, and swings the tail to it. */
SLUICE_INLINE void msq_link(const struct msq_reclaim *reclaim, struct msq_end *end, struct msq_node *node)
{
    struct msq *queue = end->queue;
    for (;;) {
        struct msq_node *tail = atomic_load_explicit(&queue->tail, memory_order_acquire); /* E5 */
        reclaim->protect(end, 0, tail);
        if (SLUICE_UNLIKELY(atomic_load_explicit(&queue->tail, memory_order_seq_cst) != tail)) /* E7 */
            continue;
        /* Release publishes the node's item and its null link. On failure `next` is what another enqueue has
           put there, and acquire hands its contents on to those who find it by the tail that is swung. */
        struct msq_node *next = NULL; /* E6, E8, E9 */
        bool linked = atomic_compare_exchange_strong_explicit(&tail->next, &next, node, memory_order_acq_rel,
                                                              memory_order_acquire);
        /* The tail is swung to the new node (E17), or on to the other's (E13). Sequentially consistent,
           because this takes the old tail out of sight; it does not matter who does it. */
        atomic_compare_exchange_strong_explicit(&queue->tail, &tail, linked ? node : next,
                                                memory_order_seq_cst, memory_order_relaxed);
        if (SLUICE_LIKELY(linked)) /* E10 */
            return;
    }
}

SLUICE_INLINE enum sluice_status msq_enqueue(const struct msq_reclaim *reclaim, struct msq_end *end,
                                             void *item)
{
    struct msq_node *node = pool_take(&end->pool); /* E1 */
    if (SLUICE_UNLIKELY(!node))
        return SLUICE_NO_MEMORY;
    node->item = item;                                              /* E2 */
    atomic_store_explicit(&node->next, NULL, memory_order_relaxed); /* E3; published by E9 */
    reclaim->enter(end);
    msq_link(reclaim, end, node);
    reclaim->leave(end);
    return SLUICE_OK;
}

/* Removes the first node and returns it, with the item of the one behind it. Null: empty. */
SLUICE_INLINE struct msq_node *msq_unlink(const struct msq_reclaim *reclaim, struct msq_end *end, void **item)
{
    struct msq *queue = end->queue;
    for (;;) {
        struct msq_node *head = atomic_load_explicit(&queue->head, memory_order_acquire); /* D2 */
        reclaim->protect(end, 0, head);
        if (SLUICE_UNLIKELY(atomic_load_explicit(&queue->head, memory_order_seq_cst) != head)) /* D5 */
            continue;
        /* The tail is not behind this head: who swung the head here had seen it further on (D6), and what he
           had seen the acquire of D2 hands on to this load. */
        struct msq_node *tail = atomic_load_explicit(&queue->tail, memory_order_acquire); /* D3 */
        /* Acquire pairs with the release of E9: the item is there. */
        struct msq_node *next = atomic_load_explicit(&head->next, memory_order_acquire); /* D4 */
        if (!next)
            return NULL; /* D7, D8 */
        reclaim->protect(end, 1, next);
        if (SLUICE_UNLIKELY(atomic_load_explicit(&queue->head, memory_order_seq_cst) != head)) /* D5 */
            continue;
        if (SLUICE_UNLIKELY(head == tail)) { /* D6, D10: the head must not overtake the tail */
            atomic_compare_exchange_strong_explicit(&queue->tail, &tail, next, memory_order_seq_cst,
                                                    memory_order_relaxed);
            continue;
        }
        void *value = next->item; /* D12: afterwards another dequeue might retire it */
        /* D13. Sequentially consistent: it takes the old head out of sight. */
        if (SLUICE_LIKELY(atomic_compare_exchange_strong_explicit(
                &queue->head, &head, next, memory_order_seq_cst, memory_order_relaxed))) {
            *item = value;
            return head;
        }
    }
}

SLUICE_INLINE enum sluice_status msq_dequeue(const struct msq_reclaim *reclaim, struct msq_end *end,
                                             void **item)
{
    reclaim->enter(end);
    struct msq_node *node = msq_unlink(reclaim, end, item);
    reclaim->leave(end);
    if (!node)
        return SLUICE_AGAIN;
    reclaim->retire(end, node); /* D19 */
    return SLUICE_OK;
}

/* Everything but what the reclaimer has; its nodes are given to the pool before. */
static void msq_release(struct msq *queue)
{
    size_t ends = (size_t)queue->producers + queue->consumers;
    struct msq_node *node = atomic_load_explicit(&queue->head, memory_order_relaxed), *next;
    for (; node; node = next) {
        next = atomic_load_explicit(&node->next, memory_order_relaxed);
        pool_give(&queue->ends->pool, node);
    }
    for (size_t i = 0; i < ends; i++)
        pool_end_destroy(&queue->ends[i].pool);
    pool_destroy(&queue->pool);
    free(queue->ends);
    free(queue);
}

/* A queue of nodes of that size, and where the records of its ends are; null: no memory. */
static struct msq *msq_make(const struct sluice_queue_config *config, size_t node_bytes)
{
    size_t ends = (size_t)config->producers + config->consumers;
    struct msq *queue = sluice_alloc(sizeof *queue);
    struct msq_end *end = sluice_alloc(ends * sizeof *end);
    if (!queue || !end) {
        free(queue);
        free(end);
        return NULL;
    }
    queue->producers = config->producers;
    queue->consumers = config->consumers;
    queue->ends = end;
    pool_init(&queue->pool, node_bytes);
    for (size_t i = 0; i < ends; i++) {
        end[i].queue = queue;
        pool_end_init(&end[i].pool, &queue->pool, i);
    }
    struct msq_node *dummy = pool_take(&end->pool);
    if (!dummy) {
        msq_release(queue);
        return NULL;
    }
    atomic_init(&dummy->next, NULL);
    atomic_init(&queue->head, dummy);
    atomic_init(&queue->tail, dummy);
    return queue;
}

static int msq_attach(void *queue_, enum sluice_end side, unsigned index, void **out)
{
    struct msq *queue = queue_;
    *out = &queue->ends[index + (side == SLUICE_CONSUMER ? queue->producers : 0)];
    return 0;
}

static uint64_t msq_capacity(const void *queue)
{
    (void)queue;
    return 0;
}

/* Without the reclaimer's part; the nodes that wait to be reclaimed, and free slabs, count. */
static size_t msq_bytes(const struct msq *queue)
{
    size_t slabs = 0, ends = (size_t)queue->producers + queue->consumers;
    /* The consumers first, who give back more than they take: the sum is not short of what there is. */
    for (size_t i = ends; i-- > 0;)
        slabs += atomic_load_explicit(&queue->ends[i].pool.slabs, memory_order_relaxed);
    return sizeof *queue + ends * sizeof *queue->ends + pool_bytes(&queue->pool, slabs);
}

#define MSQ_REFERENCE "M. Michael, M. Scott, PODC 1996"
#define MSQ_TRAITS                                                                                           \
    {                                                                                                        \
        .max_producers = SLUICE_MANY, .max_consumers = SLUICE_MANY, .bound = SLUICE_UNBOUNDED,               \
        .order = SLUICE_FIFO, .enqueue = SLUICE_LOCK_FREE, .dequeue = SLUICE_LOCK_FREE,                      \
        .memory = SLUICE_MEMORY_BLOCKS                                                                       \
    }

#endif
