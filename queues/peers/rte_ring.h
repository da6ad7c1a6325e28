/* rte_ring.h - DPDK's ring of pointers, for the four files that make a backend of one of its modes each. The
   ring lies in memory of ours, so that DPDK's environment (huge pages, pinned cores) is not needed, and its
   operations are the library's inline functions for the mode, so that the mode is not looked at for every
   item.

   The ring's size is a power of two above the capacity, which is exact (RING_F_EXACT_SZ). What the modes
   share: a thread claims slots by moving its side's head, fills or empties them, and then moves the side's
   tail, which is what the other side sees. In all modes but SP/SC a thread that stops in between stops
   others. */
#ifndef PEERS_RTE_RING_H
#define PEERS_RTE_RING_H

#include <sluice/backend.h>

#include <errno.h>
#include <rte_ring.h>

struct rte_end {
    struct rte_ring *ring;
    enum sluice_end side;
    void **slots; /* of the span that was handed out, */
    size_t there; /* and how many; 0: there is none */
};

static int ring_create(const struct sluice_queue_config *config, void **out)
{
    /* Anything above half of the library's limit would be rounded up beyond it. */
    if (!config->capacity || config->capacity > RTE_RING_SZ_MASK / 2)
        return -EINVAL;
    ssize_t bytes = rte_ring_get_memsize(rte_align32pow2((uint32_t)config->capacity + 1));
    struct rte_ring *ring = bytes < 0 ? NULL : sluice_alloc((size_t)bytes);
    if (!ring)
        return -ENOMEM;
    int error = rte_ring_init(ring, "sluice", (unsigned)config->capacity, RING_FLAGS | RING_F_EXACT_SZ);
    if (error) {
        free(ring);
        return error;
    }
    *out = ring;
    return 0;
}

static int ring_attach(void *queue, enum sluice_end side, unsigned index, void **out)
{
    (void)index;
    struct rte_end *end = sluice_alloc(sizeof *end);
    if (!end)
        return -ENOMEM;
    *end = (struct rte_end){.ring = queue, .side = side};
    *out = end;
    return 0;
}

static uint64_t ring_capacity(const void *queue)
{
    return rte_ring_get_capacity(queue);
}

static size_t ring_footprint(const void *queue)
{
    return (size_t)rte_ring_get_memsize(rte_ring_get_size(queue));
}

/* The library counts in 32 bits. */
SLUICE_INLINE unsigned ring_count(size_t n)
{
    return n < UINT32_MAX ? (unsigned)n : UINT32_MAX;
}

/* `put` and `take` are the library's bursts of the mode: as many as there is room for, or as there are. */
#define RTE_RING_OPERATIONS(put, take)                                                                       \
    SLUICE_INLINE enum sluice_status ring_enqueue(void *end, void *item)                                     \
    {                                                                                                        \
        return SLUICE_LIKELY(put(((struct rte_end *)end)->ring, &item, 1, NULL)) ? SLUICE_OK : SLUICE_AGAIN; \
    }                                                                                                        \
    SLUICE_INLINE enum sluice_status ring_dequeue(void *end, void **item)                                    \
    {                                                                                                        \
        return SLUICE_LIKELY(take(((struct rte_end *)end)->ring, item, 1, NULL)) ? SLUICE_OK : SLUICE_AGAIN; \
    }                                                                                                        \
    SLUICE_INLINE size_t ring_enqueue_n(void *end, void *const *items, size_t n)                             \
    {                                                                                                        \
        return put(((struct rte_end *)end)->ring, items, ring_count(n), NULL);                               \
    }                                                                                                        \
    SLUICE_INLINE size_t ring_dequeue_n(void *end, void **items, size_t n)                                   \
    {                                                                                                        \
        return take(((struct rte_end *)end)->ring, items, ring_count(n), NULL);                              \
    }

#define RTE_RING_BACKEND(id, backend_name, backend_summary, ...)                                             \
    SLUICE_BACKEND(id, ops, false, .name = backend_name, .summary = backend_summary,                         \
                   .origin = "DPDK " SLUICE_PEER_VERSION,                                                    \
                   .reference = "DPDK Programmer's Guide, Ring Library",                                     \
                   .traits = {__VA_ARGS__, .bound = SLUICE_BOUNDED, .order = SLUICE_FIFO,                    \
                              .memory = SLUICE_MEMORY_FIXED},                                                \
                   .create = ring_create, .destroy = free, .attach = ring_attach, .detach = RING_DETACH,     \
                   .capacity = ring_capacity, .footprint = ring_footprint)

#endif
