/* bqueue.c - B-Queue: J. Wang, K. Zhang, X. Tang and B. Hua, B-Queue: Efficient and Practical Queuing for
   Fast Core-to-Core Communication, International Journal of Parallel Programming 41(1), 2013.

   A ring whose slots tell whether they are filled, as FastForward's. Each side looks at a slot some way
   ahead: as slots are filled and emptied in order, that one tells of all before it, and the side then goes on
   so far without another look. A consumer that finds the far slot empty backtracks: it looks half as far, and
   so on down to the next slot. So the batches adapt to what there is, the two sides keep to different lines
   while much is there, and an item that was put can be taken at once.

   The batch that worked is where the next search starts, a step further (the paper's self-adaptive
   backtracking).

   Departures.
   - The producer backtracks like the consumer. In the paper it answers full when the slot a batch ahead
     is not free, so that a ring may be full with almost a batch of free slots.
   - There is no delay between two looks of a search; when to poll again is the wait policy's.
   - A batch is at most an eighth of the ring and 256, where the first search starts; a step is 32. */
#include "slot_ring.h"

enum { MOST_BATCH = 256, STEP = MOST_BATCH / 8 };

/* Whether the last of the n slots from the end's on, and so all of them, are as wanted: free for the
   producer, filled for the consumer. */
SLUICE_INLINE bool are_ready(const struct slot_end *end, uint64_t n, bool want_filled)
{
    uint64_t last = end->at + n - 1;
    if (last >= end->size)
        last -= end->size;
    /* Acquire pairs with the other side's release at that slot, before which it did the slots before it. */
    return (atomic_load_explicit(&end->slots[last], memory_order_acquire) != NULL) == want_filled;
}

/* Looks for a batch of slots that are ready; false: there is not even one. */
SLUICE_INLINE bool look_ahead(struct slot_end *end, bool want_filled)
{
    uint64_t batch = end->guess + STEP < end->most ? end->guess + STEP : end->most;
    while (!are_ready(end, batch, want_filled))
        if ((batch /= 2) == 0)
            return false;
    end->guess = end->sure = batch;
    return true;
}

SLUICE_OUTLINE bool bqueue_look_for_room(struct slot_end *end)
{
    return look_ahead(end, false);
}

SLUICE_OUTLINE bool bqueue_look_for_items(struct slot_end *end)
{
    return look_ahead(end, true);
}

SLUICE_INLINE enum sluice_status bqueue_enqueue(void *end_, void *item)
{
    struct slot_end *end = end_;
    if (SLUICE_UNLIKELY(!end->sure) && !bqueue_look_for_room(end))
        return SLUICE_AGAIN;
    end->sure--;
    /* Release: who finds this slot filled finds the item's contents, and all slots before it filled. */
    atomic_store_explicit(&end->slots[end->at], item, memory_order_release);
    slot_next(end);
    return SLUICE_OK;
}

SLUICE_INLINE enum sluice_status bqueue_dequeue(void *end_, void **item)
{
    struct slot_end *end = end_;
    if (SLUICE_UNLIKELY(!end->sure) && !bqueue_look_for_items(end))
        return SLUICE_AGAIN;
    end->sure--;
    /* Relaxed: the look ahead has acquired it. */
    *item = atomic_load_explicit(&end->slots[end->at], memory_order_relaxed);
    /* Release: who finds this slot free finds all before it free. */
    atomic_store_explicit(&end->slots[end->at], NULL, memory_order_release);
    slot_next(end);
    return SLUICE_OK;
}

static int bqueue_create(const struct sluice_queue_config *config, void **out)
{
    uint64_t batch = config->capacity / 8 < MOST_BATCH ? config->capacity / 8 : MOST_BATCH;
    return slot_ring_make(config, batch ? batch : 1, out);
}

static const struct sluice_queue_ops ops = {.enqueue = bqueue_enqueue, .dequeue = bqueue_dequeue};

SLUICE_BACKEND(bqueue, ops, false, .name = "bqueue",
               .summary = "B-Queue: as fastforward, but each side looks a batch of slots ahead",
               .origin = "sluice", .reference = "J. Wang, K. Zhang, X. Tang, B. Hua, IJPP 41(1), 2013",
               .traits = SLOT_RING_TRAITS, .create = bqueue_create, .destroy = slot_ring_destroy,
               .attach = slot_ring_attach, .detach = slot_ring_detach, .capacity = slot_ring_capacity,
               .footprint = slot_ring_footprint);
