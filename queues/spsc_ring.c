/* spsc_ring.c - our own bounded ring for one producer and one consumer, with batches and zero-copy spans.

   Lamport's ring (Specifying Concurrent Program Modules, TOPLAS 1983) with three additions that are common
   since: each side keeps its own cursor privately and publishes it by a release store; each side caches the
   other's cursor and reads the shared one only when the cached value says full or empty (as in MCRingBuffer,
   Lee et al., IPDPS 2010); and spans of slots are handed out in place, published at once. Cursors count
   without wrapping, so that all slots are used and the capacity is exactly what was asked for. */
#include <sluice/backend.h>

#include <errno.h>

struct spsc_ring {
    alignas(SLUICE_SEPARATE) _Atomic uint64_t tail; /* items published: the producer's */
    alignas(SLUICE_SEPARATE) _Atomic uint64_t head; /* items given back: the consumer's */
    alignas(SLUICE_SEPARATE) uint64_t capacity;     /* the rest never changes */
    uint64_t mask;                                  /* slots - 1, slots being a power of two */
    void **slots;
    struct spsc_end *producer, *consumer;
};

static_assert(SLUICE_APART(struct spsc_ring, tail, head) && SLUICE_APART(struct spsc_ring, head, capacity),
              "the two sides' cursors and the constants lie on separate lines");

/* One side's private state, on lines of its own. */
struct spsc_end {
    alignas(SLUICE_SEPARATE) struct spsc_ring *ring;
    void **slots;
    uint64_t mask;
    uint64_t cursor; /* the side's own index: what it has put or taken */
    uint64_t limit;  /* how far it may go, by what it last saw of the other side */
};

/* How many slots there are to write, from a fresh look at the consumer's cursor where the cached one does not
   allow n. */
SLUICE_INLINE uint64_t room_for(struct spsc_end *end, uint64_t n)
{
    if (SLUICE_UNLIKELY(end->limit - end->cursor < n)) {
        /* Acquire pairs with the consumer's release: it has read what lay in the slots we may now write. */
        end->limit = atomic_load_explicit(&end->ring->head, memory_order_acquire) + end->ring->capacity;
    }
    return end->limit - end->cursor;
}

SLUICE_INLINE uint64_t items_there(struct spsc_end *end, uint64_t n)
{
    if (SLUICE_UNLIKELY(end->limit - end->cursor < n)) {
        /* Acquire pairs with the producer's release: the slots below the tail are filled. */
        end->limit = atomic_load_explicit(&end->ring->tail, memory_order_acquire);
    }
    return end->limit - end->cursor;
}

SLUICE_INLINE void publish_tail(struct spsc_end *end, uint64_t n)
{
    end->cursor += n;
    atomic_store_explicit(&end->ring->tail, end->cursor, memory_order_release);
}

SLUICE_INLINE void publish_head(struct spsc_end *end, uint64_t n)
{
    end->cursor += n;
    atomic_store_explicit(&end->ring->head, end->cursor, memory_order_release);
}

/* The part of `there` slots from the cursor on that is consecutive in memory, at most n. */
SLUICE_INLINE size_t span_of(const struct spsc_end *end, uint64_t there, size_t n, void ***slots)
{
    uint64_t at = end->cursor & end->mask, to_end = end->mask + 1 - at;
    *slots = &end->slots[at];
    if (there > n)
        there = n;
    return there < to_end ? there : to_end;
}

SLUICE_INLINE enum sluice_status spsc_enqueue(void *end_, void *item)
{
    struct spsc_end *end = end_;
    if (SLUICE_UNLIKELY(!room_for(end, 1)))
        return SLUICE_AGAIN;
    end->slots[end->cursor & end->mask] = item;
    publish_tail(end, 1);
    return SLUICE_OK;
}

SLUICE_INLINE enum sluice_status spsc_dequeue(void *end_, void **item)
{
    struct spsc_end *end = end_;
    if (SLUICE_UNLIKELY(!items_there(end, 1)))
        return SLUICE_AGAIN;
    *item = end->slots[end->cursor & end->mask];
    publish_head(end, 1);
    return SLUICE_OK;
}

SLUICE_INLINE size_t spsc_reserve(void *end_, size_t n, void ***slots)
{
    struct spsc_end *end = end_;
    return span_of(end, room_for(end, n), n, slots);
}

SLUICE_INLINE void spsc_commit(void *end, size_t n)
{
    publish_tail(end, n);
}

SLUICE_INLINE size_t spsc_peek(void *end_, size_t n, void ***slots)
{
    struct spsc_end *end = end_;
    return span_of(end, items_there(end, n), n, slots);
}

SLUICE_INLINE void spsc_release(void *end, size_t n)
{
    publish_head(end, n);
}

/* A batch is copied in at most two pieces, and published once. */
SLUICE_INLINE size_t spsc_enqueue_n(void *end_, void *const *items, size_t n)
{
    struct spsc_end *end = end_;
    uint64_t room = room_for(end, n);
    size_t put = n < room ? n : room;
    for (size_t i = 0; i < put; i++)
        end->slots[(end->cursor + i) & end->mask] = items[i];
    if (put)
        publish_tail(end, put);
    return put;
}

SLUICE_INLINE size_t spsc_dequeue_n(void *end_, void **items, size_t n)
{
    struct spsc_end *end = end_;
    uint64_t there = items_there(end, n);
    size_t taken = n < there ? n : there;
    for (size_t i = 0; i < taken; i++)
        items[i] = end->slots[(end->cursor + i) & end->mask];
    if (taken)
        publish_head(end, taken);
    return taken;
}

static void spsc_destroy(void *queue)
{
    struct spsc_ring *ring = queue;
    free(ring->slots);
    free(ring->producer);
    free(ring->consumer);
    free(ring);
}

static int spsc_create(const struct sluice_queue_config *config, void **out)
{
    if (!config->capacity || config->capacity > UINT64_C(1) << 40)
        return -EINVAL;
    struct spsc_ring *ring = sluice_alloc(sizeof *ring);
    if (!ring)
        return -ENOMEM;
    uint64_t slots = 1;
    while (slots < config->capacity)
        slots *= 2;
    ring->capacity = config->capacity;
    ring->mask = slots - 1;
    ring->slots = sluice_alloc(slots * sizeof *ring->slots);
    ring->producer = sluice_alloc(sizeof *ring->producer);
    ring->consumer = sluice_alloc(sizeof *ring->consumer);
    if (!ring->slots || !ring->producer || !ring->consumer) {
        spsc_destroy(ring);
        return -ENOMEM;
    }
    *out = ring;
    return 0;
}

/* An end that is attached again goes on where the last one of its side stopped. */
static int spsc_attach(void *queue, enum sluice_end side, unsigned index, void **out)
{
    (void)index;
    struct spsc_ring *ring = queue;
    struct spsc_end *end = side == SLUICE_PRODUCER ? ring->producer : ring->consumer;
    end->ring = ring;
    end->slots = ring->slots;
    end->mask = ring->mask;
    *out = end;
    return 0;
}

static void spsc_detach(void *end)
{
    (void)end;
}

static uint64_t spsc_capacity(const void *queue)
{
    const struct spsc_ring *ring = queue;
    return ring->capacity;
}

static size_t spsc_footprint(const void *queue)
{
    const struct spsc_ring *ring = queue;
    return sizeof *ring + 2 * sizeof(struct spsc_end) + (ring->mask + 1) * sizeof *ring->slots;
}

static const struct sluice_queue_ops ops = {
    .enqueue = spsc_enqueue,
    .dequeue = spsc_dequeue,
    .enqueue_n = spsc_enqueue_n,
    .dequeue_n = spsc_dequeue_n,
    .reserve = spsc_reserve,
    .commit = spsc_commit,
    .peek = spsc_peek,
    .release = spsc_release,
};

SLUICE_BACKEND(spsc_ring, ops, false, .name = "spsc-ring",
               .summary = "our ring for one producer and one consumer, with batches and zero-copy spans",
               .origin = "sluice",
               .reference = "L. Lamport, TOPLAS 1983; cached cursors after P. Lee et al., IPDPS 2010",
               .traits = {.max_producers = 1,
                          .max_consumers = 1,
                          .bound = SLUICE_BOUNDED,
                          .order = SLUICE_FIFO,
                          .enqueue = SLUICE_WAIT_FREE,
                          .dequeue = SLUICE_WAIT_FREE,
                          .memory = SLUICE_MEMORY_FIXED},
               .create = spsc_create, .destroy = spsc_destroy, .attach = spsc_attach, .detach = spsc_detach,
               .capacity = spsc_capacity, .footprint = spsc_footprint);
