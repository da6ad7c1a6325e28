/* rte_ring_spsc.c - rte_ring in SP/SC mode, with its zero-copy interface as spans: a span is begun by moving
   the side's own head, and ended by setting its head and tail to what was used of it. */
#define RING_FLAGS  (RING_F_SP_ENQ | RING_F_SC_DEQ)
#define RING_DETACH ring_detach
#include "rte_ring.h"

RTE_RING_OPERATIONS(rte_ring_sp_enqueue_burst, rte_ring_sc_dequeue_burst)

SLUICE_INLINE void ring_commit(void *end_, size_t n)
{
    struct rte_end *end = end_;
    if (SLUICE_LIKELY(end->there))
        rte_ring_enqueue_zc_finish(end->ring, (unsigned)n);
    end->there = 0;
}

SLUICE_INLINE void ring_release(void *end_, size_t n)
{
    struct rte_end *end = end_;
    if (SLUICE_LIKELY(end->there))
        rte_ring_dequeue_zc_finish(end->ring, (unsigned)n);
    end->there = 0;
}

/* Of what was begun, the first piece: the rest lies at the ring's beginning, where the next span will be. */
SLUICE_INLINE void hold(struct rte_end *end, unsigned begun, const struct rte_ring_zc_data *data)
{
    end->slots = data->ptr1;
    end->there = begun < data->n1 ? begun : data->n1;
}

SLUICE_INLINE size_t held(const struct rte_end *end, size_t n, void ***slots)
{
    *slots = end->slots;
    return n < end->there ? n : end->there;
}

SLUICE_INLINE size_t ring_reserve(void *end_, size_t n, void ***slots)
{
    struct rte_end *end = end_;
    if (SLUICE_LIKELY(!end->there)) {
        struct rte_ring_zc_data data = {0};
        hold(end, rte_ring_enqueue_zc_burst_start(end->ring, ring_count(n), &data, NULL), &data);
    }
    return held(end, n, slots);
}

SLUICE_INLINE size_t ring_peek(void *end_, size_t n, void ***slots)
{
    struct rte_end *end = end_;
    if (SLUICE_LIKELY(!end->there)) {
        struct rte_ring_zc_data data = {0};
        hold(end, rte_ring_dequeue_zc_burst_start(end->ring, ring_count(n), &data, NULL), &data);
    }
    return held(end, n, slots);
}

/* What was handed out and not used is given back before anything else is done with the end. */
SLUICE_OUTLINE void ring_give_back_slowly(struct rte_end *end)
{
    if (end->side == SLUICE_PRODUCER)
        ring_commit(end, 0);
    else
        ring_release(end, 0);
}

SLUICE_INLINE struct rte_end *settled(void *end_)
{
    struct rte_end *end = end_;
    if (SLUICE_UNLIKELY(end->there))
        ring_give_back_slowly(end);
    return end;
}

SLUICE_INLINE enum sluice_status spsc_enqueue(void *end, void *item)
{
    return ring_enqueue(settled(end), item);
}

SLUICE_INLINE enum sluice_status spsc_dequeue(void *end, void **item)
{
    return ring_dequeue(settled(end), item);
}

SLUICE_INLINE size_t spsc_enqueue_n(void *end, void *const *items, size_t n)
{
    return ring_enqueue_n(settled(end), items, n);
}

SLUICE_INLINE size_t spsc_dequeue_n(void *end, void **items, size_t n)
{
    return ring_dequeue_n(settled(end), items, n);
}

static void ring_detach(void *end)
{
    free(settled(end));
}

static const struct sluice_queue_ops ops = {
    .enqueue = spsc_enqueue,
    .dequeue = spsc_dequeue,
    .enqueue_n = spsc_enqueue_n,
    .dequeue_n = spsc_dequeue_n,
    .reserve = ring_reserve,
    .commit = ring_commit,
    .peek = ring_peek,
    .release = ring_release,
};

RTE_RING_BACKEND(rte_ring_spsc, "rte-ring-spsc", "DPDK's ring, one producer and one consumer (SP/SC)",
                 .max_producers = 1, .max_consumers = 1, .enqueue = SLUICE_WAIT_FREE,
                 .dequeue = SLUICE_WAIT_FREE);
