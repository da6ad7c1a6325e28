/* mcring.c - MCRingBuffer: P. Lee, T. Bu and G. Chandranmenon, A Lock-Free, Cache-Efficient Multi-Core
   Synchronization Mechanism for Line-Rate Network Traffic Monitoring, IPDPS 2010.

   Lamport's ring with the traffic for the indices taken out of it. A side works with a copy of the other's
   shared index, and reads that itself only when the copy says full or empty (the paper's local control
   variables). And a side writes its shared index only once in a batch of operations (its batch updates),
   while a private index counts them all.

   The paper's names: write and read are the shared indices, next_write and next_read the private ones,
   local_read and local_write the copies, w_batch and r_batch count towards batch_size.

   Departures.
   - In the paper what was put is out of sight until its batch is full, which holds back the last items for
     ever and needs a flush that the caller has to time. Here a side that finds the shared index saying full
     or empty also looks at the other's private index, which therefore is stored with release, on a line
     that nobody else touches as long as batches are full. So nothing that was put is ever held back, and
     the batches still save the traffic when the queue is neither full nor empty.
   - Full and empty are answered instead of waited out.
   - The shared indices lie on lines of their own; in the paper they are together on one.
   - A batch is at most 64, and at most a quarter of the ring.
   - Indices count without wrapping, so that every slot is used.
   - enqueue_n and dequeue_n move as much as there is room for, and publish once. */
#include <sluice/backend.h>

#include <errno.h>

enum { MOST_BATCH = 64 };

struct mcring;

/* One side: its private index, read by the other only at the edges, and what it knows. */
struct mcring_end {
    alignas(SLUICE_SEPARATE) _Atomic uint64_t next; /* next_write or next_read */
    uint64_t limit;   /* how far it may go, by its copy of the other's index: local_read or local_write */
    uint64_t pending; /* w_batch or r_batch */
    void **slots;
    uint64_t mask, batch_size;
    struct mcring *ring;
};

struct mcring {
    alignas(SLUICE_SEPARATE) _Atomic uint64_t write; /* items put, as of the last batch: the producer's */
    alignas(SLUICE_SEPARATE) _Atomic uint64_t read;  /* items taken, likewise: the consumer's */
    struct mcring_end producer, consumer;
    alignas(SLUICE_SEPARATE) uint64_t capacity; /* constant, as is the slots' place */
    void **slots;
};

static_assert(SLUICE_APART(struct mcring, write, read) && SLUICE_APART(struct mcring, read, producer) &&
                  SLUICE_APART(struct mcring, producer, consumer) &&
                  SLUICE_APART(struct mcring, consumer, capacity),
              "the two sides' indices and the constants lie on separate lines");

/* An end's own index. */
SLUICE_INLINE uint64_t own(const struct mcring_end *end)
{
    return atomic_load_explicit(&end->next, memory_order_relaxed);
}

/* Looks how far the end may go: `shared` and then, if that does not allow n, `exact` are the other side's
   indices, `ahead` what lies between them and the limit. */
SLUICE_INLINE void look(struct mcring_end *end, _Atomic uint64_t *shared, _Atomic uint64_t *exact,
                        uint64_t ahead, uint64_t n)
{
    /* Acquire pairs with the releases of `advance`: the slots up to there are filled, or read. */
    uint64_t limit = atomic_load_explicit(shared, memory_order_acquire) + ahead;
    /* Signed: the end may have gone beyond what is shared, by the exact index. */
    if ((int64_t)(limit - own(end)) < (int64_t)n)
        limit = atomic_load_explicit(exact, memory_order_acquire) + ahead;
    end->limit = limit;
}

SLUICE_OUTLINE void mcring_look_for_room(struct mcring_end *end, uint64_t n)
{
    struct mcring *ring = end->ring;
    look(end, &ring->read, &ring->consumer.next, ring->capacity, n);
}

SLUICE_OUTLINE void mcring_look_for_items(struct mcring_end *end, uint64_t n)
{
    struct mcring *ring = end->ring;
    look(end, &ring->write, &ring->producer.next, 0, n);
}

/* The end has done n slots more. */
SLUICE_INLINE void advance(struct mcring_end *end, _Atomic uint64_t *shared, uint64_t n)
{
    uint64_t next = own(end) + n;
    atomic_store_explicit(&end->next, next, memory_order_release);
    if (SLUICE_UNLIKELY((end->pending += n) >= end->batch_size)) {
        end->pending = 0;
        atomic_store_explicit(shared, next, memory_order_release);
    }
}

SLUICE_INLINE uint64_t room_for(struct mcring_end *end, uint64_t n)
{
    if (SLUICE_UNLIKELY(end->limit - own(end) < n))
        mcring_look_for_room(end, n);
    return end->limit - own(end);
}

SLUICE_INLINE uint64_t items_there(struct mcring_end *end, uint64_t n)
{
    if (SLUICE_UNLIKELY(end->limit - own(end) < n))
        mcring_look_for_items(end, n);
    return end->limit - own(end);
}

SLUICE_INLINE size_t mcring_enqueue_n(void *end_, void *const *items, size_t n)
{
    struct mcring_end *end = end_;
    uint64_t room = room_for(end, n), at = own(end);
    size_t put = n < room ? n : room;
    for (size_t i = 0; i < put; i++)
        end->slots[(at + i) & end->mask] = items[i];
    if (put)
        advance(end, &end->ring->write, put);
    return put;
}

SLUICE_INLINE size_t mcring_dequeue_n(void *end_, void **items, size_t n)
{
    struct mcring_end *end = end_;
    uint64_t there = items_there(end, n), at = own(end);
    size_t taken = n < there ? n : there;
    for (size_t i = 0; i < taken; i++)
        items[i] = end->slots[(at + i) & end->mask];
    if (taken)
        advance(end, &end->ring->read, taken);
    return taken;
}

SLUICE_INLINE enum sluice_status mcring_enqueue(void *end_, void *item)
{
    struct mcring_end *end = end_;
    if (SLUICE_UNLIKELY(!room_for(end, 1)))
        return SLUICE_AGAIN;
    end->slots[own(end) & end->mask] = item;
    advance(end, &end->ring->write, 1);
    return SLUICE_OK;
}

SLUICE_INLINE enum sluice_status mcring_dequeue(void *end_, void **item)
{
    struct mcring_end *end = end_;
    if (SLUICE_UNLIKELY(!items_there(end, 1)))
        return SLUICE_AGAIN;
    *item = end->slots[own(end) & end->mask];
    advance(end, &end->ring->read, 1);
    return SLUICE_OK;
}

static int mcring_create(const struct sluice_queue_config *config, void **out)
{
    if (!config->capacity || config->capacity > UINT64_C(1) << 40)
        return -EINVAL;
    uint64_t size = 1;
    while (size < config->capacity)
        size *= 2;
    struct mcring *ring = sluice_alloc(sizeof *ring);
    void **slots = sluice_alloc(size * sizeof *slots);
    if (!ring || !slots) {
        free(ring);
        free(slots);
        return -ENOMEM;
    }
    ring->capacity = config->capacity;
    ring->slots = slots;
    for (int side = 0; side < 2; side++) {
        struct mcring_end *end = side == SLUICE_PRODUCER ? &ring->producer : &ring->consumer;
        end->limit = side == SLUICE_PRODUCER ? ring->capacity : 0;
        end->slots = slots;
        end->mask = size - 1;
        end->batch_size = ring->capacity / 4 < MOST_BATCH ? ring->capacity / 4 : MOST_BATCH;
        end->ring = ring;
    }
    *out = ring;
    return 0;
}

static void mcring_destroy(void *queue)
{
    struct mcring *ring = queue;
    free(ring->slots);
    free(ring);
}

/* An end that is attached again goes on where the last one of its side stopped. */
static int mcring_attach(void *queue, enum sluice_end side, unsigned index, void **out)
{
    (void)index;
    struct mcring *ring = queue;
    *out = side == SLUICE_PRODUCER ? &ring->producer : &ring->consumer;
    return 0;
}

static void mcring_detach(void *end)
{
    (void)end;
}

static uint64_t mcring_capacity(const void *queue)
{
    const struct mcring *ring = queue;
    return ring->capacity;
}

static size_t mcring_footprint(const void *queue)
{
    const struct mcring *ring = queue;
    return sizeof *ring + (ring->producer.mask + 1) * sizeof *ring->slots;
}

static const struct sluice_queue_ops ops = {
    .enqueue = mcring_enqueue,
    .dequeue = mcring_dequeue,
    .enqueue_n = mcring_enqueue_n,
    .dequeue_n = mcring_dequeue_n,
};

SLUICE_BACKEND(mcring, ops, false, .name = "mcring",
               .summary = "MCRingBuffer: a ring whose shared indices are written once in a batch",
               .origin = "sluice", .reference = "P. Lee, T. Bu, G. Chandranmenon, IPDPS 2010",
               .traits = {.max_producers = 1,
                          .max_consumers = 1,
                          .bound = SLUICE_BOUNDED,
                          .order = SLUICE_FIFO,
                          .enqueue = SLUICE_WAIT_FREE,
                          .dequeue = SLUICE_WAIT_FREE,
                          .memory = SLUICE_MEMORY_FIXED},
               .create = mcring_create, .destroy = mcring_destroy, .attach = mcring_attach,
               .detach = mcring_detach, .capacity = mcring_capacity, .footprint = mcring_footprint);
