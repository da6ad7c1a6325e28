/* fastforward.c - FastForward: J. Giacomoni, T. Moseley and M. Vachharajani, FastForward for Efficient
   Pipeline Parallelism: A Cache-Optimized Concurrent Lock-Free Queue, PPoPP 2008.

   In Lamport's ring each operation reads the index that the other side writes. Here the slot tells whether it
   is filled, by not being null, and the indices are private: only the slots' lines travel, each with as many
   items as it has slots where the two sides are that far apart.

   Departure: the paper also has the consumer slip, that is wait now and then until the producer is some lines
   ahead, because both sides work on one line otherwise. When a consumer polls is not the queue's business
   here but the wait policy's and the workload's, so the queue does not slip. */
#include "slot_ring.h"

SLUICE_INLINE enum sluice_status fastforward_enqueue(void *end_, void *item)
{
    struct slot_end *end = end_;
    _Atomic(void *) *slot = &end->slots[end->at];
    /* Relaxed: the consumer has nothing to hand over but the empty slot itself. */
    if (SLUICE_UNLIKELY(atomic_load_explicit(slot, memory_order_relaxed) != NULL))
        return SLUICE_AGAIN;
    /* Release: what the producer did before (the item's contents) is there for who finds the item. It is what
       the paper's write barrier before this store is for. */
    atomic_store_explicit(slot, item, memory_order_release);
    slot_next(end);
    return SLUICE_OK;
}

SLUICE_INLINE enum sluice_status fastforward_dequeue(void *end_, void **item)
{
    struct slot_end *end = end_;
    _Atomic(void *) *slot = &end->slots[end->at];
    void *found = atomic_load_explicit(slot, memory_order_acquire); /* pairs with the release above */
    if (SLUICE_UNLIKELY(!found))
        return SLUICE_AGAIN;
    /* Relaxed: to the same slot, load and store cannot change places. */
    atomic_store_explicit(slot, NULL, memory_order_relaxed);
    slot_next(end);
    *item = found;
    return SLUICE_OK;
}

static int fastforward_create(const struct sluice_queue_config *config, void **out)
{
    return slot_ring_make(config, 1, out);
}

static const struct sluice_queue_ops ops = {.enqueue = fastforward_enqueue, .dequeue = fastforward_dequeue};

SLUICE_BACKEND(fastforward, ops, false, .name = "fastforward",
               .summary = "FastForward: a ring whose empty slots are null, with private indices",
               .origin = "sluice", .reference = "J. Giacomoni, T. Moseley, M. Vachharajani, PPoPP 2008",
               .traits = SLOT_RING_TRAITS, .create = fastforward_create, .destroy = slot_ring_destroy,
               .attach = slot_ring_attach, .detach = slot_ring_detach, .capacity = slot_ring_capacity,
               .footprint = slot_ring_footprint);
