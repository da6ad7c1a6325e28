/* null.c - no queue: the enqueue drops the item and the dequeue makes one up, until the end. What the
   pipeline does over it is the harness's own cost. Nothing is shared but the flag that ends it, so nothing is
   ordered either: each thread runs at its own pace, and what the sink counts is not what the source sent. */
#include <sluice/backend.h>

#include <errno.h>

struct null_queue {
    alignas(SLUICE_SEPARATE) _Atomic bool closed;
    uint32_t producers, consumers;
    struct null_end *ends; /* the producers', then the consumers' */
};

struct null_end {
    alignas(SLUICE_SEPARATE) struct null_queue *queue;
    uint64_t made;
};

static_assert(sizeof(struct null_end) % SLUICE_SEPARATE == 0, "ends lie on separate lines");

SLUICE_INLINE enum sluice_status null_enqueue(void *end, void *item)
{
    (void)end;
    __asm__ volatile("" ::"r"(item)); /* the item is made, as for any queue */
    return SLUICE_OK;
}

SLUICE_INLINE enum sluice_status null_dequeue(void *end_, void **item)
{
    struct null_end *end = end_;
    /* Relaxed: nothing comes with it. */
    if (SLUICE_UNLIKELY(atomic_load_explicit(&end->queue->closed, memory_order_relaxed)))
        return SLUICE_CLOSED;
    *item = (void *)(uintptr_t)++end->made;
    return SLUICE_OK;
}

static int null_create(const struct sluice_queue_config *config, void **out)
{
    if (config->capacity)
        return -EINVAL;
    struct null_queue *queue = sluice_alloc(sizeof *queue);
    struct null_end *ends = sluice_alloc(((size_t)config->producers + config->consumers) * sizeof *ends);
    if (!queue || !ends) {
        free(queue);
        free(ends);
        return -ENOMEM;
    }
    queue->producers = config->producers;
    queue->consumers = config->consumers;
    queue->ends = ends;
    *out = queue;
    return 0;
}

static void null_destroy(void *queue_)
{
    struct null_queue *queue = queue_;
    free(queue->ends);
    free(queue);
}

static int null_attach(void *queue_, enum sluice_end side, unsigned index, void **out)
{
    struct null_queue *queue = queue_;
    struct null_end *end = &queue->ends[index + (side == SLUICE_CONSUMER ? queue->producers : 0)];
    end->queue = queue;
    *out = end;
    return 0;
}

static void null_detach(void *end)
{
    (void)end;
}

static void null_close(void *queue_)
{
    struct null_queue *queue = queue_;
    atomic_store_explicit(&queue->closed, true, memory_order_relaxed);
}

static uint64_t null_capacity(const void *queue)
{
    (void)queue;
    return 0;
}

static size_t null_footprint(const void *queue_)
{
    const struct null_queue *queue = queue_;
    return sizeof *queue + ((size_t)queue->producers + queue->consumers) * sizeof *queue->ends;
}

static const struct sluice_queue_ops ops = {.enqueue = null_enqueue, .dequeue = null_dequeue};

SLUICE_BACKEND(null, ops, false, .name = "null",
               .summary = "drops what is put and makes up what is taken: measures the harness itself",
               .origin = "sluice", .reference = "after fio's null engine",
               .traits = {.max_producers = SLUICE_MANY,
                          .max_consumers = SLUICE_MANY,
                          .bound = SLUICE_UNBOUNDED,
                          .order = SLUICE_UNORDERED,
                          .enqueue = SLUICE_WAIT_FREE,
                          .dequeue = SLUICE_WAIT_FREE,
                          .memory = SLUICE_MEMORY_FIXED,
                          .instrument = true},
               .create = null_create, .destroy = null_destroy, .attach = null_attach, .detach = null_detach,
               .close = null_close, .capacity = null_capacity, .footprint = null_footprint);
