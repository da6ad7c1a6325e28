/* two_lock.c - the two-lock queue of M. Michael and M. Scott, Simple, Fast, and Practical Non-Blocking and
   Blocking Concurrent Queue Algorithms, PODC 1996, figure 2.

   A list with a dummy node in front, a lock for its head and one for its tail. As there is always a node, an
   enqueue never touches the head nor a dequeue the tail: one of each can run at once. The locks are the
   paper's, test-and-test-and-set with bounded exponential backoff.

   Departures. The link of the last node is all that both sides touch when the queue is empty; the paper takes
   its stores to be atomic and in order, here they are so by release and acquire. Who has backed off for long
   gives up its CPU, as the holder may be waiting for one. A batch, which the paper does not have, is linked
   beforehand and put in under one lock. Nodes come from a pool. */
#include "pool.h"

#include <sluice/backend.h>

#include <errno.h>
#include <sched.h>

enum { MOST_PAUSES = 1024 };

struct node {
    struct pool_node pool;
    _Atomic(struct node *) next;
    void *item;
};

struct lock {
    _Atomic bool held;
};

struct two_lock {
    alignas(SLUICE_SEPARATE) struct lock head_lock;
    struct node *head;
    alignas(SLUICE_SEPARATE) struct lock tail_lock;
    struct node *tail;
    alignas(SLUICE_SEPARATE) uint32_t producers; /* constant from here on */
    uint32_t consumers;
    struct two_lock_end *ends; /* the producers', then the consumers' */
    struct pool pool;
};

struct two_lock_end {
    alignas(SLUICE_SEPARATE) struct two_lock *queue;
    struct pool_end pool;
};

static_assert(SLUICE_APART(struct two_lock, head_lock, tail_lock) &&
                  SLUICE_APART(struct two_lock, tail_lock, producers) &&
                  sizeof(struct two_lock_end) % SLUICE_SEPARATE == 0,
              "the two sides, the constants and all ends lie on separate lines");

SLUICE_INLINE bool try_lock(struct lock *lock)
{
    /* Acquire pairs with the release of unlock: what its holders did is seen. */
    return !atomic_exchange_explicit(&lock->held, true, memory_order_acquire);
}

SLUICE_OUTLINE void two_lock_wait(struct lock *lock)
{
    unsigned pauses = 1;
    do {
        do {
            for (unsigned i = 0; i < pauses; i++)
                sluice_cpu_pause();
            if (pauses < MOST_PAUSES)
                pauses *= 2;
            else
                sched_yield();
        } while (atomic_load_explicit(&lock->held, memory_order_relaxed));
    } while (!try_lock(lock));
}

SLUICE_INLINE void lock_it(struct lock *lock)
{
    if (SLUICE_UNLIKELY(!try_lock(lock)))
        two_lock_wait(lock);
}

SLUICE_INLINE void unlock(struct lock *lock)
{
    atomic_store_explicit(&lock->held, false, memory_order_release);
}

SLUICE_INLINE struct node *new_node(struct two_lock_end *end, void *item)
{
    struct node *node = pool_take(&end->pool);
    if (SLUICE_LIKELY(node != NULL)) {
        node->item = item;
        atomic_store_explicit(&node->next, NULL, memory_order_relaxed);
    }
    return node;
}

/* Puts a chain of nodes behind the last one. */
SLUICE_INLINE void append(struct two_lock *queue, struct node *first, struct node *last)
{
    lock_it(&queue->tail_lock);
    /* Release pairs with the acquire of the dequeue: it finds the items, and null behind the last. */
    atomic_store_explicit(&queue->tail->next, first, memory_order_release);
    queue->tail = last;
    unlock(&queue->tail_lock);
}

SLUICE_INLINE enum sluice_status two_lock_enqueue(void *end_, void *item)
{
    struct two_lock_end *end = end_;
    struct node *node = new_node(end, item);
    if (SLUICE_UNLIKELY(!node))
        return SLUICE_NO_MEMORY;
    append(end->queue, node, node);
    return SLUICE_OK;
}

SLUICE_INLINE enum sluice_status two_lock_dequeue(void *end_, void **item)
{
    struct two_lock_end *end = end_;
    struct two_lock *queue = end->queue;
    lock_it(&queue->head_lock);
    struct node *node = queue->head;
    struct node *new_head = atomic_load_explicit(&node->next, memory_order_acquire);
    if (!new_head) {
        unlock(&queue->head_lock);
        return SLUICE_AGAIN;
    }
    *item = new_head->item;
    queue->head = new_head;
    unlock(&queue->head_lock);
    /* Nobody uses the old dummy any more: setting its link was the last that an enqueue did to it. */
    pool_give(&end->pool, node);
    return SLUICE_OK;
}

SLUICE_INLINE size_t two_lock_enqueue_n(void *end_, void *const *items, size_t n)
{
    struct two_lock_end *end = end_;
    struct node *first = new_node(end, items[0]), *last = first;
    size_t put = 1;
    if (SLUICE_UNLIKELY(!first))
        return 0;
    for (struct node *node; put < n && (node = new_node(end, items[put])); put++) {
        atomic_store_explicit(&last->next, node, memory_order_relaxed); /* published by append */
        last = node;
    }
    append(end->queue, first, last);
    return put;
}

SLUICE_INLINE size_t two_lock_dequeue_n(void *end_, void **items, size_t n)
{
    struct two_lock_end *end = end_;
    struct two_lock *queue = end->queue;
    size_t taken = 0;
    lock_it(&queue->head_lock);
    struct node *first = queue->head, *node = first, *next;
    while (taken < n && (next = atomic_load_explicit(&node->next, memory_order_acquire))) {
        items[taken++] = next->item;
        node = next;
    }
    queue->head = node;
    unlock(&queue->head_lock);
    for (; first != node; first = next) {
        next = atomic_load_explicit(&first->next, memory_order_relaxed);
        pool_give(&end->pool, first);
    }
    return taken;
}

static void two_lock_destroy(void *queue_)
{
    struct two_lock *queue = queue_;
    size_t ends = (size_t)queue->producers + queue->consumers;
    for (struct node *node = queue->head, *next; node; node = next) {
        next = atomic_load_explicit(&node->next, memory_order_relaxed);
        pool_give(&queue->ends->pool, node);
    }
    for (size_t i = 0; i < ends; i++)
        pool_end_destroy(&queue->ends[i].pool);
    pool_destroy(&queue->pool);
    free(queue->ends);
    free(queue);
}

static int two_lock_create(const struct sluice_queue_config *config, void **out)
{
    if (config->capacity)
        return -EINVAL;
    size_t ends = (size_t)config->producers + config->consumers;
    struct two_lock *queue = sluice_alloc(sizeof *queue);
    struct two_lock_end *end = sluice_alloc(ends * sizeof *end);
    if (!queue || !end) {
        free(queue);
        free(end);
        return -ENOMEM;
    }
    queue->producers = config->producers;
    queue->consumers = config->consumers;
    queue->ends = end;
    pool_init(&queue->pool, sizeof(struct node));
    for (size_t i = 0; i < ends; i++) {
        end[i].queue = queue;
        pool_end_init(&end[i].pool, &queue->pool, i);
    }
    queue->head = queue->tail = new_node(end, NULL);
    if (!queue->head) {
        two_lock_destroy(queue);
        return -ENOMEM;
    }
    *out = queue;
    return 0;
}

static int two_lock_attach(void *queue_, enum sluice_end side, unsigned index, void **out)
{
    struct two_lock *queue = queue_;
    *out = &queue->ends[index + (side == SLUICE_CONSUMER ? queue->producers : 0)];
    return 0;
}

static void two_lock_detach(void *end)
{
    (void)end;
}

static uint64_t two_lock_capacity(const void *queue)
{
    (void)queue;
    return 0;
}

static size_t two_lock_footprint(const void *queue_)
{
    const struct two_lock *queue = queue_;
    size_t slabs = 0, ends = (size_t)queue->producers + queue->consumers;
    for (size_t i = ends; i-- > 0;) /* the consumers, who give back, first: the sum is not short */
        slabs += atomic_load_explicit(&queue->ends[i].pool.slabs, memory_order_relaxed);
    return sizeof *queue + ends * sizeof *queue->ends + pool_bytes(&queue->pool, slabs);
}

static const struct sluice_queue_ops ops = {
    .enqueue = two_lock_enqueue,
    .dequeue = two_lock_dequeue,
    .enqueue_n = two_lock_enqueue_n,
    .dequeue_n = two_lock_dequeue_n,
};

SLUICE_BACKEND(two_lock, ops, false, .name = "two-lock",
               .summary = "the two-lock queue of Michael and Scott: a list, a lock for each side",
               .origin = "sluice", .reference = "M. Michael, M. Scott, PODC 1996",
               .traits = {.max_producers = SLUICE_MANY,
                          .max_consumers = SLUICE_MANY,
                          .bound = SLUICE_UNBOUNDED,
                          .order = SLUICE_FIFO,
                          .enqueue = SLUICE_BLOCKING,
                          .dequeue = SLUICE_BLOCKING,
                          .memory = SLUICE_MEMORY_BLOCKS},
               .create = two_lock_create, .destroy = two_lock_destroy, .attach = two_lock_attach,
               .detach = two_lock_detach, .capacity = two_lock_capacity, .footprint = two_lock_footprint);
