/* lamport.c - the ring for one producer and one consumer of L. Lamport, Specifying Concurrent Program
   Modules, ACM TOPLAS 5(2), 1983, in the form in which the literature has it since (so J. Giacomoni et
   al., PPoPP 2008): two indices, each written by one side and read by both at every operation; one slot
   stays free, so that full and empty can be told apart.

   It is the baseline of the rings that avoid those reads, and nothing is improved here. Departures: the paper
   assumes that reads and writes happen in program order, which release and acquire give as far as it matters;
   the indices lie on lines of their own; the ring has a slot more than the capacity. */
#include <sluice/backend.h>

#include <errno.h>

struct lamport {
    alignas(SLUICE_SEPARATE) _Atomic uint64_t head; /* the slot to fill next: the producer's */
    alignas(SLUICE_SEPARATE) _Atomic uint64_t tail; /* the slot to empty next: the consumer's */
    alignas(SLUICE_SEPARATE) uint64_t size;         /* constant, as are the slots' place */
    void **slots;
};

static_assert(SLUICE_APART(struct lamport, head, tail) && SLUICE_APART(struct lamport, tail, size),
              "the indices and the constants lie on separate lines");

SLUICE_INLINE uint64_t next_of(const struct lamport *ring, uint64_t at)
{
    return at + 1 == ring->size ? 0 : at + 1;
}

SLUICE_INLINE enum sluice_status lamport_enqueue(void *end, void *item)
{
    struct lamport *ring = end;
    uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed); /* its own */
    uint64_t next = next_of(ring, head);
    /* Acquire pairs with the consumer's release: it has read what lay in the slot. */
    if (SLUICE_UNLIKELY(next == atomic_load_explicit(&ring->tail, memory_order_acquire)))
        return SLUICE_AGAIN;
    ring->slots[head] = item;
    atomic_store_explicit(&ring->head, next, memory_order_release); /* the slot is filled */
    return SLUICE_OK;
}

SLUICE_INLINE enum sluice_status lamport_dequeue(void *end, void **item)
{
    struct lamport *ring = end;
    uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed); /* its own */
    /* Acquire pairs with the producer's release. */
    if (SLUICE_UNLIKELY(tail == atomic_load_explicit(&ring->head, memory_order_acquire)))
        return SLUICE_AGAIN;
    *item = ring->slots[tail];
    atomic_store_explicit(&ring->tail, next_of(ring, tail), memory_order_release); /* the slot is read */
    return SLUICE_OK;
}

static int lamport_create(const struct sluice_queue_config *config, void **out)
{
    if (!config->capacity || config->capacity > UINT64_C(1) << 40)
        return -EINVAL;
    struct lamport *ring = sluice_alloc(sizeof *ring);
    void **slots = sluice_alloc((config->capacity + 1) * sizeof *slots);
    if (!ring || !slots) {
        free(ring);
        free(slots);
        return -ENOMEM;
    }
    ring->size = config->capacity + 1;
    ring->slots = slots;
    *out = ring;
    return 0;
}

static void lamport_destroy(void *end)
{
    struct lamport *ring = end;
    free(ring->slots);
    free(ring);
}

static int lamport_attach(void *queue, enum sluice_end side, unsigned index, void **end)
{
    (void)side, (void)index;
    *end = queue;
    return 0;
}

static void lamport_detach(void *end)
{
    (void)end;
}

static uint64_t lamport_capacity(const void *end)
{
    const struct lamport *ring = end;
    return ring->size - 1;
}

static size_t lamport_footprint(const void *end)
{
    const struct lamport *ring = end;
    return sizeof *ring + ring->size * sizeof *ring->slots;
}

static const struct sluice_queue_ops ops = {.enqueue = lamport_enqueue, .dequeue = lamport_dequeue};

SLUICE_BACKEND(lamport, ops, false, .name = "lamport",
               .summary = "Lamport's ring: each side reads the other's index at every operation",
               .origin = "sluice", .reference = "L. Lamport, ACM TOPLAS 5(2), 1983",
               .traits = {.max_producers = 1,
                          .max_consumers = 1,
                          .bound = SLUICE_BOUNDED,
                          .order = SLUICE_FIFO,
                          .enqueue = SLUICE_WAIT_FREE,
                          .dequeue = SLUICE_WAIT_FREE,
                          .memory = SLUICE_MEMORY_FIXED},
               .create = lamport_create, .destroy = lamport_destroy, .attach = lamport_attach,
               .detach = lamport_detach, .capacity = lamport_capacity, .footprint = lamport_footprint);
