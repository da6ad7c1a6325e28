/* pool.h - the nodes of linked queues: made and given back by the slab, so that the allocator is called once
   for many nodes and no operation walks a free list.

   A thread that puts carves its nodes off a slab, one after the other. Threads that take give a node back by
   counting it for its slab; when all nodes of a slab have come back it is free as a whole, and lies on a
   shelf until somebody needs a slab. This suits queues: what is put in one after the other comes back one
   after the other. The counts are kept by each end and added to the slab's own when the end goes on to
   another slab, one atomic addition for many nodes; an end keeps one count for each of some producers, whose
   nodes it gets by turns. (Slabs with a count of what is out: J. Bonwick, The Slab Allocator, USENIX 1994;
   the shelves: his magazine depot, 2001.)

   Free, and not given to the allocator, are at most the shelves' slabs; what the ends have begun, or not
   counted yet, keeps at most POOL_TALLIES + 1 slabs an end. */
#ifndef QUEUES_POOL_H
#define QUEUES_POOL_H

#include <sluice/port.h>

/* AddressSanitizer is told which nodes are free: to it a slab is one object. */
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define POOL_HIDE(start, bytes) ASAN_POISON_MEMORY_REGION(start, bytes)
#define POOL_SHOW(start, bytes) ASAN_UNPOISON_MEMORY_REGION(start, bytes)
#else
#define POOL_HIDE(start, bytes) ((void)(start), (void)(bytes))
#define POOL_SHOW(start, bytes) ((void)(start), (void)(bytes))
#endif

#define POOL_SHELVES 4
#define POOL_TALLIES 8
#define POOL_NODES   128 /* of a slab */

/* ---- shelves: a few free blocks, on their way from those who free to those who need them ---- */

struct shelves {
    alignas(SLUICE_SEPARATE) _Atomic(void *) at[POOL_SHELVES];
};

/* A block, or null. A shelf changes from null to a block by a compare-and-swap and back by an exchange, and
   nobody looks into a block that is not his, so that there is no ABA. */
SLUICE_INLINE void *shelves_take(struct shelves *shelves)
{
    void *block = NULL;
    for (unsigned i = 0; i < POOL_SHELVES && !block; i++)
        if (atomic_load_explicit(&shelves->at[i], memory_order_relaxed))
            /* Acquire pairs with the release below: the block's last users are done with it. */
            block = atomic_exchange_explicit(&shelves->at[i], NULL, memory_order_acquire);
    return block;
}

/* False: all shelves are taken. */
SLUICE_INLINE bool shelves_put(struct shelves *shelves, void *block)
{
    for (unsigned i = 0; i < POOL_SHELVES; i++) {
        void *none = NULL;
        if (!atomic_load_explicit(&shelves->at[i], memory_order_relaxed) &&
            atomic_compare_exchange_strong_explicit(&shelves->at[i], &none, block, memory_order_release,
                                                    memory_order_relaxed))
            return true;
    }
    return false;
}

SLUICE_INLINE void shelves_clear(struct shelves *shelves)
{
    void *block;
    while ((block = shelves_take(shelves)))
        free(block);
}

/* ---- slabs ---- */

struct pool_slab {
    alignas(max_align_t) _Atomic uint32_t returned; /* nodes that came back, as far as counted */
    uint32_t maker;                                 /* whose nodes they are: chooses the tally */
};

/* What a queue's node begins with. */
struct pool_node {
    struct pool_slab *slab;
};

struct pool {
    struct shelves shelves;
    alignas(SLUICE_SEPARATE) size_t node_bytes;
};

static_assert(SLUICE_APART(struct pool, shelves, node_bytes), "the constant lies apart from the shelves");

/* Nodes of a slab that came back to an end and are not added to its count yet. */
struct pool_tally {
    struct pool_slab *slab;
    uint32_t count;
};

/* An end's part, private to its thread. */
struct pool_end {
    struct pool *pool;
    unsigned char *next; /* the node to carve off */
    size_t node_bytes;
    uint32_t left; /* nodes to carve off */
    uint32_t number;
    /* Slabs that the end got from the allocator less those that it gave back; what one end got another one
       may give back, so that it is below zero, that is to say wraps, for some. Read by anybody. */
    _Atomic size_t slabs;
    struct pool_tally tallies[POOL_TALLIES];
};

SLUICE_INLINE size_t pool_slab_bytes(const struct pool *pool)
{
    return sizeof(struct pool_slab) + POOL_NODES * pool->node_bytes;
}

/* node_bytes: of a struct that begins with a pool_node. */
SLUICE_INLINE void pool_init(struct pool *pool, size_t node_bytes)
{
    pool->node_bytes = node_bytes;
}

SLUICE_INLINE void pool_end_init(struct pool_end *end, struct pool *pool, size_t number)
{
    end->pool = pool;
    end->node_bytes = pool->node_bytes;
    end->number = (uint32_t)number;
}

SLUICE_INLINE void pool_account(struct pool_end *end, size_t slabs)
{
    /* Single writer, so that a load and a store make a sum; relaxed: readers only want the figure. */
    size_t sum = atomic_load_explicit(&end->slabs, memory_order_relaxed);
    atomic_store_explicit(&end->slabs, sum + slabs, memory_order_relaxed);
}

/* Begins a slab: one that is free, or a new one. False: no memory. */
SLUICE_OUTLINE bool pool_refill(struct pool_end *end)
{
    struct pool_slab *slab = shelves_take(&end->pool->shelves);
    if (!slab) {
        if (!(slab = malloc(pool_slab_bytes(end->pool))))
            return false;
        pool_account(end, 1);
    }
    atomic_store_explicit(&slab->returned, 0, memory_order_relaxed); /* published with the nodes */
    slab->maker = end->number;
    end->next = (unsigned char *)(slab + 1);
    end->left = POOL_NODES;
    POOL_SHOW(end->next, POOL_NODES * end->node_bytes);
    for (size_t i = 0; i < POOL_NODES; i++)
        ((struct pool_node *)(end->next + i * end->node_bytes))->slab = slab;
    return true;
}

/* So many nodes of a slab came back. */
SLUICE_INLINE void pool_count(struct pool_end *end, struct pool_slab *slab, uint32_t count)
{
    /* Release: who takes the slab next finds its nodes unused; acquire: so he does the others'. */
    if (atomic_fetch_add_explicit(&slab->returned, count, memory_order_acq_rel) + count == POOL_NODES &&
        !shelves_put(&end->pool->shelves, slab)) {
        free(slab);
        pool_account(end, (size_t)-1);
    }
}

/* Adds a tally to its slab's count, and begins one for another slab. */
SLUICE_OUTLINE void pool_settle(struct pool_end *end, struct pool_tally *tally, struct pool_slab *slab)
{
    if (tally->count)
        pool_count(end, tally->slab, tally->count);
    *tally = (struct pool_tally){.slab = slab};
}

/* A node; of its contents only the pool's is defined. Null: no memory. */
SLUICE_INLINE void *pool_take(struct pool_end *end)
{
    if (SLUICE_UNLIKELY(end->left == 0) && !pool_refill(end))
        return NULL;
    void *node = end->next;
    end->next += end->node_bytes;
    end->left--;
    return node;
}

/* Takes back a node that no other thread uses any more. */
SLUICE_INLINE void pool_give(struct pool_end *end, void *node)
{
    struct pool_slab *slab = ((struct pool_node *)node)->slab;
    struct pool_tally *tally = &end->tallies[slab->maker % POOL_TALLIES];
    POOL_HIDE((struct pool_node *)node + 1, end->node_bytes - sizeof(struct pool_node));
    if (SLUICE_UNLIKELY(tally->slab != slab))
        pool_settle(end, tally, slab);
    if (SLUICE_UNLIKELY(++tally->count == POOL_NODES)) /* all of them, or else others have the rest */
        pool_settle(end, tally, NULL);
}

/* Gives back what the ends have; all nodes were given before. */
SLUICE_INLINE void pool_end_destroy(struct pool_end *end)
{
    for (unsigned i = 0; i < POOL_TALLIES; i++)
        pool_settle(end, &end->tallies[i], NULL);
    if (end->left)
        pool_count(end, ((struct pool_node *)end->next)->slab, end->left);
}

SLUICE_INLINE void pool_destroy(struct pool *pool)
{
    shelves_clear(&pool->shelves);
}

/* Bytes of a number of slabs that was summed up over ends at work: it may lag behind, and must not wrap. */
SLUICE_INLINE size_t pool_bytes(const struct pool *pool, size_t slabs)
{
    return slabs <= PTRDIFF_MAX ? slabs * pool_slab_bytes(pool) : 0;
}

#endif
