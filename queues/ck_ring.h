/* ck_ring.h - Concurrency Kit's bounded ring of pointers, for the four files that make a backend of one of
   its modes each. The ring's size is a power of two and it holds one item less.

   In the modes with several producers a producer claims a slot, fills it, and waits for those that
   claimed before it to publish theirs; a stopped producer therefore stops the producers behind it, and the
   enqueue is blocking. The dequeue still answers, but nothing gets past the stopped producer's slot: such a
   ring as a whole is not lock-free. With several consumers a dequeue copies first and claims
   with one compare-and-swap, so that a stopped consumer stops nobody. */
#ifndef QUEUES_CK_RING_H
#define QUEUES_CK_RING_H

#include <sluice/backend.h>

#include <ck_ring.h>
#include <errno.h>

#ifndef SLUICE_CK_VERSION
#define SLUICE_CK_VERSION "of an unknown version"
#endif

/* struct ck_ring keeps the two sides' indices on lines of their own only when it starts on one. */
struct ck_ring_queue {
    alignas(SLUICE_SEPARATE) ck_ring_t ring;
    alignas(SLUICE_SEPARATE) ck_ring_buffer_t *slots;
};

static_assert(SLUICE_APART(struct ck_ring_queue, ring, slots), "the constants lie apart from the indices");

static int ring_create(const struct sluice_queue_config *config, void **out)
{
    if (!config->capacity || config->capacity >= UINT32_MAX / 2)
        return -EINVAL;
    /* The largest power of two whose size - 1 is not above the capacity, and at least 2. */
    unsigned size = 2;
    while (2 * (uint64_t)size - 1 <= config->capacity)
        size *= 2;
    struct ck_ring_queue *queue = sluice_alloc(sizeof *queue);
    ck_ring_buffer_t *slots = sluice_alloc(size * sizeof *slots);
    if (!queue || !slots) {
        free(queue);
        free(slots);
        return -ENOMEM;
    }
    ck_ring_init(&queue->ring, size);
    queue->slots = slots;
    *out = queue;
    return 0;
}

static void ring_destroy(void *end)
{
    struct ck_ring_queue *queue = end;
    free(queue->slots);
    free(queue);
}

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

static uint64_t ring_capacity(const void *end)
{
    const struct ck_ring_queue *queue = end;
    return ck_ring_capacity(&queue->ring) - 1;
}

static size_t ring_footprint(const void *end)
{
    const struct ck_ring_queue *queue = end;
    return sizeof *queue + ck_ring_capacity(&queue->ring) * sizeof *queue->slots;
}

#define CK_RING_BACKEND(mode, backend_name, backend_summary, ...)                                            \
    SLUICE_INLINE enum sluice_status ring_enqueue(void *end, void *item)                                     \
    {                                                                                                        \
        struct ck_ring_queue *queue = end;                                                                   \
        return SLUICE_LIKELY(ck_ring_enqueue_##mode(&queue->ring, queue->slots, item)) ? SLUICE_OK           \
                                                                                       : SLUICE_AGAIN;       \
    }                                                                                                        \
    SLUICE_INLINE enum sluice_status ring_dequeue(void *end, void **item)                                    \
    {                                                                                                        \
        struct ck_ring_queue *queue = end;                                                                   \
        return SLUICE_LIKELY(ck_ring_dequeue_##mode(&queue->ring, queue->slots, item)) ? SLUICE_OK           \
                                                                                       : SLUICE_AGAIN;       \
    }                                                                                                        \
    static const struct sluice_queue_ops ops = {.enqueue = ring_enqueue, .dequeue = ring_dequeue};           \
    SLUICE_BACKEND(ck_ring_##mode, ops, false, .name = backend_name, .summary = backend_summary,             \
                   .origin = "Concurrency Kit " SLUICE_CK_VERSION,                                           \
                   .reference = "ck_ring_enqueue_" #mode "(3), ck_ring_dequeue_" #mode "(3)",                \
                   .traits = {.bound = SLUICE_BOUNDED,                                                       \
                              .order = SLUICE_FIFO,                                                          \
                              .memory = SLUICE_MEMORY_FIXED,                                                 \
                              __VA_ARGS__},                                                                  \
                   .create = ring_create, .destroy = ring_destroy, .attach = ring_attach,                    \
                   .detach = ring_detach, .capacity = ring_capacity, .footprint = ring_footprint)

#endif
