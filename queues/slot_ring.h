/* slot_ring.h - a ring for one producer and one consumer whose slots themselves say whether they are filled,
   for the files that make a backend of it: null is empty, anything else is an item. The two sides share
   nothing but the slots; an index is private to its side. All slots are used, and there are as many as were
   asked for. */
#ifndef QUEUES_SLOT_RING_H
#define QUEUES_SLOT_RING_H

#include <sluice/backend.h>

#include <errno.h>

/* One side, private to its thread. */
struct slot_end {
    alignas(SLUICE_SEPARATE) _Atomic(void *) *slots;
    uint64_t size;
    uint64_t at;   /* the slot that it writes or reads next */
    uint64_t sure; /* so many slots from there on are known to be free, or filled; for who looks ahead */
    uint64_t most, guess; /* how far to look ahead at most, and next */
};

struct slot_ring {
    struct slot_end producer, consumer;
    alignas(SLUICE_SEPARATE) uint64_t size;
    _Atomic(void *) *slots;
};

static_assert(SLUICE_APART(struct slot_ring, producer, consumer) &&
                  SLUICE_APART(struct slot_ring, consumer, size),
              "the two sides and the constants lie on separate lines");

SLUICE_INLINE void slot_next(struct slot_end *end)
{
    if (SLUICE_UNLIKELY(++end->at == end->size))
        end->at = 0;
}

/* `look_ahead`: the most that the ends may look ahead in a ring of that size. */
SLUICE_INLINE int slot_ring_make(const struct sluice_queue_config *config, uint64_t look_ahead, void **out)
{
    if (!config->capacity || config->capacity > UINT64_C(1) << 40)
        return -EINVAL;
    struct slot_ring *ring = sluice_alloc(sizeof *ring);
    _Atomic(void *) *slots = sluice_alloc(config->capacity * sizeof *slots); /* zeroed: empty */
    if (!ring || !slots) {
        free(ring);
        free((void *)slots);
        return -ENOMEM;
    }
    ring->size = config->capacity;
    ring->slots = slots;
    ring->producer = ring->consumer =
        (struct slot_end){.slots = slots, .size = ring->size, .most = look_ahead, .guess = look_ahead};
    *out = ring;
    return 0;
}

static void slot_ring_destroy(void *queue)
{
    struct slot_ring *ring = queue;
    free((void *)ring->slots);
    free(ring);
}

/* An end that is attached again goes on where the last one of its side stopped. */
static int slot_ring_attach(void *queue, enum sluice_end side, unsigned index, void **out)
{
    (void)index;
    struct slot_ring *ring = queue;
    *out = side == SLUICE_PRODUCER ? &ring->producer : &ring->consumer;
    return 0;
}

static void slot_ring_detach(void *end)
{
    (void)end;
}

static uint64_t slot_ring_capacity(const void *queue)
{
    const struct slot_ring *ring = queue;
    return ring->size;
}

static size_t slot_ring_footprint(const void *queue)
{
    const struct slot_ring *ring = queue;
    return sizeof *ring + ring->size * sizeof *ring->slots;
}

#define SLOT_RING_TRAITS                                                                                     \
    {                                                                                                        \
        .max_producers = 1, .max_consumers = 1, .bound = SLUICE_BOUNDED, .order = SLUICE_FIFO,               \
        .enqueue = SLUICE_WAIT_FREE, .dequeue = SLUICE_WAIT_FREE, .memory = SLUICE_MEMORY_FIXED              \
    }

#endif
