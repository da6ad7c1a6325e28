/* lscq.c - R. Nikolaev, A Scalable, Portable, and Memory-Efficient Lock-Free FIFO Queue, DISC 2019:
   the unbounded queue (LSCQ), a list of bounded ones, each of two rings of indices
   (SCQ, scq.h). An enqueuer that finds no free slot closes the ring of used ones and appends a new queue.

   Where this departs from the paper: in the list of rings only, see ring_list.h. */
#include "ring_list.h"
#include "scq.h"

enum {
    ORDER = QUEUES_HURRIED ? 6 : 12,
    SLOTS = 1 << ORDER, /* n */
};

/* struct scq with its entries. */
struct index_ring {
    struct scq ring;
    alignas(SLUICE_SEPARATE) _Atomic uint64_t entries[2 * SLOTS];
};

struct ring {
    struct ring_link link;
    struct index_ring free, used;
    alignas(SLUICE_SEPARATE) void *slots[SLOTS]; /* each belongs to who has its index in hand */
};

static const size_t ring_bytes = sizeof(struct ring);
static const size_t ring_most_ends = SLOTS;

static_assert(SLUICE_APART(struct ring, link, free) &&
                  offsetof(struct index_ring, entries) == sizeof(struct scq),
              "the link lies apart, and the entries where the ring has them");

SLUICE_INLINE bool ring_put(struct ring *ring, const struct ring_end *end, void *item)
{
    (void)end;
    int64_t index = scq_take(&ring->free.ring, ORDER);
    if (SLUICE_UNLIKELY(index < 0)) {
        atomic_fetch_or_explicit(&ring->used.ring.tail, SCQ_CLOSED, memory_order_seq_cst);
        return false;
    }
    ring->slots[index] = item;
    if (SLUICE_LIKELY(scq_put(&ring->used.ring, ORDER, (uint64_t)index)))
        return true;
    scq_put(&ring->free.ring, ORDER, (uint64_t)index);
    return false;
}

SLUICE_INLINE void *ring_take(struct ring *ring)
{
    int64_t index = scq_take(&ring->used.ring, ORDER);
    if (SLUICE_UNLIKELY(index < 0))
        return NULL;
    void *item = ring->slots[index];
    scq_put(&ring->free.ring, ORDER, (uint64_t)index);
    return item;
}

/* An enqueuer may have written its entry and not yet raised the threshold, which may have fallen meanwhile:
   on a ring that gets no more items, dequeuers may raise it themselves. */
SLUICE_INLINE void *ring_take_rest(struct ring *ring)
{
    atomic_store_explicit(&ring->used.ring.threshold, scq_most_failures(ORDER), memory_order_seq_cst);
    return ring_take(ring);
}

static void ring_init(struct ring *ring, void *item)
{
    scq_init(&ring->free.ring, ORDER, SLOTS);
    scq_init(&ring->used.ring, ORDER, 0);
    if (item)
        ring_put(ring, NULL, item);
}

RING_LIST_BACKEND(lscq, "lscq", "a list of lock-free rings of indices of slots",
                  "R. Nikolaev, A Scalable, Portable, and Memory-Efficient Lock-Free FIFO Queue, DISC 2019",
                  0);
