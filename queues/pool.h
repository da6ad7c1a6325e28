/* pool.h - free nodes of a queue, on their way back from the threads that took the items to those that put
   them.

   Every end keeps a chain of free nodes of its own. An end that has a whole chain too many lays it on one of
   the pool's shelves; an end that has none takes a chain from there: one atomic operation for many nodes, and
   none in between. This is the division of labour of J. Bonwick and J. Adams, Magazines and Vmem, USENIX
   2001, cut down to ends that mostly only give or only take. A shelf changes from null to a chain by a
   compare-and-swap and back by an exchange, so that nobody follows a pointer in a chain that is not his:
   there is no ABA. The allocator is asked when the shelves are empty and given what does not fit on them, so
   that at most (shelves + ends) chains lie idle. */
#ifndef QUEUES_POOL_H
#define QUEUES_POOL_H

#include <sluice/port.h>

#define POOL_SHELVES 16

/* What a node is while it is free. */
struct pool_node {
    struct pool_node *next;
};

struct pool {
    alignas(SLUICE_SEPARATE) _Atomic(struct pool_node *) shelf[POOL_SHELVES];
    alignas(SLUICE_SEPARATE) size_t node_bytes; /* constant from here on */
    unsigned chain, shelves;
};

static_assert(SLUICE_APART(struct pool, shelf, node_bytes), "the constants lie apart from the shelves");

/* An end's part, private to its thread. */
struct pool_end {
    struct pool *pool;
    struct pool_node *free;
    unsigned count; /* of the free ones */
    /* Nodes that this end got from the allocator less those that it gave back to it; what one end got another
       one may give back, so that it is below zero, that is to say wraps, for some. Read by anybody. */
    _Atomic size_t made;
};

/* node_bytes: room for a struct pool_node; a multiple of SLUICE_SEPARATE makes nodes that start on a line of
   their own. chain: nodes that change hands at once. shelves: at most POOL_SHELVES. */
SLUICE_INLINE void pool_init(struct pool *pool, size_t node_bytes, unsigned chain, unsigned shelves)
{
    pool->node_bytes = node_bytes;
    pool->chain = chain;
    pool->shelves = shelves;
}

SLUICE_INLINE void pool_end_init(struct pool_end *end, struct pool *pool)
{
    end->pool = pool;
}

SLUICE_INLINE void pool_account(struct pool_end *end, size_t nodes)
{
    /* Single writer, so that a load and a store make a sum; relaxed: readers only want the figure. */
    size_t made = atomic_load_explicit(&end->made, memory_order_relaxed);
    atomic_store_explicit(&end->made, made + nodes, memory_order_relaxed);
}

/* A node when the end has none: from a shelf, with the rest of its chain, or else from the allocator. */
SLUICE_OUTLINE void *pool_refill(struct pool_end *end)
{
    struct pool *pool = end->pool;
    for (unsigned i = 0; i < pool->shelves; i++) {
        if (!atomic_load_explicit(&pool->shelf[i], memory_order_relaxed))
            continue;
        /* Acquire pairs with the release of pool_shelve: the nodes' last users are done with them. */
        struct pool_node *chain = atomic_exchange_explicit(&pool->shelf[i], NULL, memory_order_acquire);
        if (chain) {
            end->free = chain->next;
            end->count = pool->chain - 1;
            return chain;
        }
    }
    size_t bytes = pool->node_bytes;
    void *node = bytes % SLUICE_SEPARATE ? malloc(bytes) : aligned_alloc(SLUICE_SEPARATE, bytes);
    if (node)
        pool_account(end, 1);
    return node;
}

/* Gives the end's nodes to the allocator. */
SLUICE_OUTLINE void pool_release(struct pool_end *end)
{
    pool_account(end, -(size_t)end->count);
    while (end->free) {
        struct pool_node *next = end->free->next;
        free(end->free);
        end->free = next;
    }
    end->count = 0;
}

/* Lays the end's nodes, which are a whole chain, on a shelf that is empty. */
SLUICE_OUTLINE void pool_shelve(struct pool_end *end)
{
    struct pool *pool = end->pool;
    for (unsigned i = 0; i < pool->shelves; i++) {
        struct pool_node *none = NULL;
        if (!atomic_load_explicit(&pool->shelf[i], memory_order_relaxed) &&
            atomic_compare_exchange_strong_explicit(&pool->shelf[i], &none, end->free, memory_order_release,
                                                    memory_order_relaxed)) {
            end->free = NULL;
            end->count = 0;
            return;
        }
    }
    pool_release(end);
}

/* A node, its contents undefined. Null: no memory. */
SLUICE_INLINE void *pool_take(struct pool_end *end)
{
    struct pool_node *node = end->free;
    if (SLUICE_UNLIKELY(!node))
        return pool_refill(end);
    end->free = node->next;
    end->count--;
    return node;
}

/* Takes back a node that no other thread uses any more. */
SLUICE_INLINE void pool_give(struct pool_end *end, void *memory)
{
    struct pool_node *node = memory;
    node->next = end->free;
    end->free = node;
    if (SLUICE_UNLIKELY(++end->count == end->pool->chain))
        pool_shelve(end);
}

/* What lies on the shelves; the ends' own is released by pool_release. */
SLUICE_INLINE void pool_destroy(struct pool *pool)
{
    for (unsigned i = 0; i < pool->shelves; i++) {
        struct pool_node *node = atomic_load_explicit(&pool->shelf[i], memory_order_relaxed), *next;
        for (; node; node = next) {
            next = node->next;
            free(node);
        }
    }
}

/* Bytes of a number of nodes that was summed up over ends at work: it may lag behind, and must not wrap. */
SLUICE_INLINE size_t pool_bytes(const struct pool *pool, size_t nodes)
{
    return nodes <= PTRDIFF_MAX ? nodes * pool->node_bytes : 0;
}

#endif
