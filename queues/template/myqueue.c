/* myqueue.c - a bounded queue for any number of producers and consumers: a ring under a spinlock.

   It is right and it is slow. Measure it, then put your own idea in its place, function by function.

       cc -O3 -shared -fPIC $(pkg-config --cflags sluice) myqueue.c -o myqueue.so
       sluice run --queue ./myqueue.so,lcrq

   The contract, with a table of which calls may run at once, is in <sluice/queue.h>. */
#include <sluice/backend.h>

#include <errno.h>
#include <sched.h>

/* What one queue is. The lock, which all threads write, has cache lines of its own; what it protects is
   written by whoever holds it. */
struct ring {
    alignas(SLUICE_SEPARATE) _Atomic(bool) locked;
    alignas(SLUICE_SEPARATE) uint64_t put; /* items ever put, and ever taken: the difference is in the ring */
    uint64_t taken;
    uint64_t capacity;
    void *items[];
};

SLUICE_INLINE void lock(struct ring *ring)
{
    /* Acquire pairs with the release of unlock: what the holder before wrote is seen. */
    while (atomic_exchange_explicit(&ring->locked, true, memory_order_acquire))
        sched_yield(); /* the holder may be waiting for this CPU */
}

SLUICE_INLINE void unlock(struct ring *ring)
{
    atomic_store_explicit(&ring->locked, false, memory_order_release);
}

/* ---- the operations: tried once, never waited in; SLUICE_AGAIN says full, or empty ---- */

/* `end` is what attach gave to the thread; here that is the queue itself. */
SLUICE_INLINE enum sluice_status ring_enqueue(void *end, void *item)
{
    struct ring *ring = end;
    enum sluice_status status = SLUICE_AGAIN;
    lock(ring);
    if (ring->put - ring->taken < ring->capacity) {
        ring->items[ring->put++ % ring->capacity] = item;
        status = SLUICE_OK;
    }
    unlock(ring);
    return status;
}

SLUICE_INLINE enum sluice_status ring_dequeue(void *end, void **item)
{
    struct ring *ring = end;
    enum sluice_status status = SLUICE_AGAIN;
    lock(ring);
    if (ring->taken != ring->put) {
        *item = ring->items[ring->taken++ % ring->capacity];
        status = SLUICE_OK;
    }
    unlock(ring);
    return status;
}

/* ---- making and releasing: not measured ---- */

/* The harness keeps to the traits below: it asks for no more producers and consumers than they allow. */
static int ring_create(const struct sluice_queue_config *config, void **queue)
{
    /* 0 would mean unbounded. The limit keeps the size below from wrapping round. */
    if (!config->capacity || config->capacity > UINT64_C(1) << 40)
        return -EINVAL;
    struct ring *ring = sluice_alloc(sizeof *ring + config->capacity * sizeof *ring->items);
    if (!ring)
        return -ENOMEM;
    ring->capacity = config->capacity; /* the rest is zero */
    *queue = ring;
    return 0;
}

static void ring_destroy(void *queue)
{
    free(queue);
}

/* Each thread calls this once for its side of the queue. A queue with something for each thread, such as a
   cached index or a hazard pointer, would make it here, SLUICE_SEPARATE bytes from the others'. */
static int ring_attach(void *queue, enum sluice_end side, unsigned index, void **end)
{
    (void)side, (void)index;
    *end = queue;
    return 0;
}

static void ring_detach(void *end)
{
    (void)end;
}

static uint64_t ring_capacity(const void *queue)
{
    return ((const struct ring *)queue)->capacity;
}

static size_t ring_footprint(const void *queue)
{
    const struct ring *ring = queue;
    return sizeof *ring + ring->capacity * sizeof *ring->items;
}

/* ---- what the harness is told ---- */

/* `static const` in this file, so that the compiler folds the calls away. Batches (enqueue_n, dequeue_n),
   spans and the queue's own blocking operations are optional. */
static const struct sluice_queue_ops ops = {.enqueue = ring_enqueue, .dequeue = ring_dequeue};

SLUICE_BACKEND(myqueue, ops, false, .name = "myqueue", .summary = "a ring under a spinlock",
               .origin = "own work",
               .reference = "where the algorithm is described: authors, title, venue, year",
               .traits = {.max_producers = SLUICE_MANY,
                          .max_consumers = SLUICE_MANY,
                          .bound = SLUICE_BOUNDED,
                          .order = SLUICE_FIFO,
                          .enqueue = SLUICE_BLOCKING, /* a thread that is stopped with the lock stops all */
                          .dequeue = SLUICE_BLOCKING,
                          .memory = SLUICE_MEMORY_FIXED},
               .create = ring_create, .destroy = ring_destroy, .attach = ring_attach, .detach = ring_detach,
               .capacity = ring_capacity, .footprint = ring_footprint);
