/* eventfd_ring.c - a ring in memory for one producer and one consumer whose cursors are never shared: the
   kernel's event counters carry how much was put and how much room was given back, as where a ring is shared
   with another process or a device. Dijkstra's bounded buffer (Cooperating Sequential Processes, 1965) with a
   side's semaphore in the kernel.

   A side that has used up what it knows of reads its counter, which gives it all that was counted since and
   sets it to zero; what it has put or taken it adds to the other's. An item costs a system call or two, a
   batch no more. */
#include "transport.h"

#include <string.h>

/* One side's own state, on lines of its own. It belongs to the thread that has the end attached. */
struct eventfd_side {
    alignas(SLUICE_SEPARATE) struct eventfd_ring *ring;
    uint64_t cursor; /* slots gone through */
    uint64_t known;  /* items, or free slots, from the cursor on that were counted to it */
    int own, other;  /* the counters: read by this side; added to by it */
};

struct eventfd_ring {
    alignas(SLUICE_SEPARATE) struct transport transport;
    uint64_t capacity, mask; /* slots - 1 */
    void **slots;
    struct eventfd_side side[2]; /* by enum sluice_end */
};

/* How much of n there is for the side, from a look at its counter where it does not know of enough. */
SLUICE_INLINE uint64_t known(struct eventfd_side *side, uint64_t n)
{
    uint64_t more;
    /* The kernel's lock of the counter orders the slots: what was done before the other side added is seen.
     */
    if (side->known < n && read(side->own, &more, sizeof more) == sizeof more)
        side->known += more;
    return side->known < n ? side->known : n;
}

SLUICE_INLINE void passed(struct eventfd_side *side, uint64_t n)
{
    side->cursor += n;
    side->known -= n;
    /* It never comes near 2^64, so that this neither blocks nor fails. */
    ssize_t written = write(side->other, &n, sizeof n);
    (void)written;
}

SLUICE_INLINE size_t eventfd_put(struct eventfd_side *side, void *const *items, size_t n)
{
    struct eventfd_ring *ring = side->ring;
    size_t put = known(side, n);
    for (size_t i = 0; i < put; i++)
        ring->slots[(side->cursor + i) & ring->mask] = items[i];
    if (put)
        passed(side, put);
    return put;
}

SLUICE_INLINE enum sluice_status eventfd_ring_enqueue(void *end, void *item)
{
    struct eventfd_side *side = end;
    struct gate *gate = &side->ring->transport.gate;
    if (SLUICE_UNLIKELY(!gate_enter(gate, gate->ends)))
        return SLUICE_CLOSED;
    size_t put = eventfd_put(side, &item, 1);
    gate_leave(gate->ends);
    return put ? SLUICE_OK : SLUICE_AGAIN;
}

SLUICE_INLINE size_t eventfd_ring_enqueue_n(void *end, void *const *items, size_t n)
{
    struct eventfd_side *side = end;
    struct gate *gate = &side->ring->transport.gate;
    if (SLUICE_UNLIKELY(!gate_enter(gate, gate->ends)))
        return 0;
    size_t put = eventfd_put(side, items, n);
    gate_leave(gate->ends);
    return put;
}

SLUICE_INLINE size_t eventfd_ring_dequeue_n(void *end, void **items, size_t n)
{
    struct eventfd_side *side = end;
    struct eventfd_ring *ring = side->ring;
    size_t taken = known(side, n);
    for (size_t i = 0; i < taken; i++)
        items[i] = ring->slots[(side->cursor + i) & ring->mask];
    if (taken)
        passed(side, taken);
    return taken;
}

SLUICE_INLINE enum sluice_status eventfd_ring_dequeue(void *end, void **item)
{
    struct eventfd_side *side = end;
    if (SLUICE_LIKELY(eventfd_ring_dequeue_n(end, item, 1)))
        return SLUICE_OK;
    enum sluice_status status = transport_empty(&side->ring->transport);
    /* What came in before the end may have come after the first look. */
    return status == SLUICE_CLOSED && eventfd_ring_dequeue_n(end, item, 1) ? SLUICE_OK : status;
}

SLUICE_OUTLINE enum sluice_status eventfd_enqueue_slowly(struct eventfd_side *side, void *item,
                                                         const struct timespec *deadline)
{
    for (;;) {
        enum sluice_status status = eventfd_ring_enqueue(side, item);
        if (status != SLUICE_AGAIN ||
            !transport_wait_slowly(&side->ring->transport, side->own, POLLIN, deadline))
            return status;
    }
}

SLUICE_OUTLINE enum sluice_status eventfd_dequeue_slowly(struct eventfd_side *side, void **item,
                                                         const struct timespec *deadline)
{
    for (;;) {
        enum sluice_status status = eventfd_ring_dequeue(side, item);
        if (status != SLUICE_AGAIN ||
            !transport_wait_slowly(&side->ring->transport, side->own, POLLIN, deadline))
            return status;
    }
}

SLUICE_INLINE enum sluice_status eventfd_ring_enqueue_wait(void *end, void *item,
                                                           const struct timespec *deadline)
{
    return eventfd_enqueue_slowly(end, item, deadline);
}

SLUICE_INLINE enum sluice_status eventfd_ring_dequeue_wait(void *end, void **item,
                                                           const struct timespec *deadline)
{
    return eventfd_dequeue_slowly(end, item, deadline);
}

static void eventfd_ring_destroy(void *queue)
{
    struct eventfd_ring *ring = queue;
    for (int side = 0; side < 2; side++)
        if (ring->side[side].own >= 0)
            close(ring->side[side].own);
    transport_destroy(&ring->transport);
    free(ring->slots);
    free(ring);
}

static int eventfd_ring_create(const struct sluice_queue_config *config, void **out)
{
    if (!config->capacity || config->capacity > (UINT32_MAX >> 2))
        return -EINVAL;
    struct eventfd_ring *ring = sluice_alloc(sizeof *ring);
    if (!ring)
        return -ENOMEM;
    uint64_t slots = 1;
    while (slots < config->capacity)
        slots *= 2;
    int room = eventfd((unsigned)config->capacity, EFD_CLOEXEC | EFD_NONBLOCK);
    int items = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), error = room < 0 || items < 0 ? -errno : 0;
    ring->capacity = config->capacity;
    ring->mask = slots - 1;
    ring->slots = sluice_alloc(slots * sizeof *ring->slots);
    ring->side[SLUICE_PRODUCER] = (struct eventfd_side){.ring = ring, .own = room, .other = items};
    ring->side[SLUICE_CONSUMER] = (struct eventfd_side){.ring = ring, .own = items, .other = room};
    int failed = transport_init(&ring->transport, 1);
    error = error ? error : failed ? failed : ring->slots ? 0 : -ENOMEM;
    if (error)
        eventfd_ring_destroy(ring);
    else
        *out = ring;
    return error;
}

static int eventfd_ring_attach(void *queue, enum sluice_end side, unsigned index, void **end)
{
    (void)index;
    *end = &((struct eventfd_ring *)queue)->side[side];
    return 0;
}

static void eventfd_ring_detach(void *end)
{
    (void)end; /* what a side knows stays with it */
}

static void eventfd_ring_close(void *queue)
{
    transport_close(&((struct eventfd_ring *)queue)->transport);
}

static uint64_t eventfd_ring_capacity(const void *queue)
{
    return ((const struct eventfd_ring *)queue)->capacity;
}

static size_t eventfd_ring_footprint(const void *queue)
{
    const struct eventfd_ring *ring = queue;
    return sizeof *ring + sizeof *ring->transport.gate.ends + (ring->mask + 1) * sizeof *ring->slots;
}

static const struct sluice_queue_ops ops = {
    .enqueue = eventfd_ring_enqueue,
    .dequeue = eventfd_ring_dequeue,
    .enqueue_n = eventfd_ring_enqueue_n,
    .dequeue_n = eventfd_ring_dequeue_n,
    .enqueue_wait = eventfd_ring_enqueue_wait,
    .dequeue_wait = eventfd_ring_dequeue_wait,
};

SLUICE_BACKEND(eventfd_ring, ops, false, .name = "eventfd-ring",
               .summary = "a ring in memory, counted by the kernel's event counters; blocks natively",
               .origin = "Linux", .reference = "eventfd(2)",
               .traits = {.max_producers = 1,
                          .max_consumers = 1,
                          .bound = SLUICE_BOUNDED,
                          .order = SLUICE_FIFO,
                          .enqueue = SLUICE_BLOCKING,
                          .dequeue = SLUICE_BLOCKING,
                          .memory = SLUICE_MEMORY_FIXED},
               .create = eventfd_ring_create, .destroy = eventfd_ring_destroy, .attach = eventfd_ring_attach,
               .detach = eventfd_ring_detach, .close = eventfd_ring_close, .capacity = eventfd_ring_capacity,
               .footprint = eventfd_ring_footprint);
