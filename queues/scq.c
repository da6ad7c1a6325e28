/* scq.c - R. Nikolaev, A Scalable, Portable, and Memory-Efficient Lock-Free FIFO Queue, DISC 2019: a bounded
   queue of any values over two rings of indices (SCQ, scq.h). The items lie in an
   array; one ring has the indices of its free slots, the other one those of the used slots, in the order of
   the items.

   Where this departs from the paper: the capacity is any number. The rings are of the power of two that is
   not below it nor below the number of ends, for the algorithm serves at most n threads, and `free` begins
   with as many indices as the capacity. As in the paper, the queue is full where a dequeuer is stopped with
   an index in its hand that others would need, though it has one item less then. */
#include "scq.h"

struct scq_queue {
    alignas(SLUICE_SEPARATE) uint64_t capacity;
    unsigned order; /* of the rings */
    struct scq *free, *used;
    void **slots; /* each belongs to who has its index in hand */
};

SLUICE_INLINE enum sluice_status scq_enqueue(void *end, void *item)
{
    struct scq_queue *queue = end;
    int64_t index = scq_take(queue->free, queue->order);
    if (SLUICE_UNLIKELY(index < 0))
        return SLUICE_AGAIN;
    queue->slots[index] = item;
    scq_put(queue->used, queue->order, (uint64_t)index);
    return SLUICE_OK;
}

SLUICE_INLINE enum sluice_status scq_dequeue(void *end, void **item)
{
    struct scq_queue *queue = end;
    int64_t index = scq_take(queue->used, queue->order);
    if (SLUICE_UNLIKELY(index < 0))
        return SLUICE_AGAIN;
    *item = queue->slots[index];
    scq_put(queue->free, queue->order, (uint64_t)index);
    return SLUICE_OK;
}

static void scq_destroy(void *end)
{
    struct scq_queue *queue = end;
    free(queue->free);
    free(queue->used);
    free(queue->slots);
    free(queue);
}

static int scq_create(const struct sluice_queue_config *config, void **out)
{
    if (!config->capacity || config->capacity > UINT64_C(1) << 32)
        return -EINVAL;
    struct scq_queue *queue = sluice_alloc(sizeof *queue);
    if (!queue)
        return -ENOMEM;
    uint64_t ends = (uint64_t)config->producers + config->consumers;
    queue->capacity = config->capacity;
    while (UINT64_C(1) << queue->order < queue->capacity || UINT64_C(1) << queue->order < ends)
        queue->order++;
    queue->free = sluice_alloc(scq_bytes(queue->order));
    queue->used = sluice_alloc(scq_bytes(queue->order));
    queue->slots = sluice_alloc(queue->capacity * sizeof *queue->slots);
    if (!queue->free || !queue->used || !queue->slots) {
        scq_destroy(queue);
        return -ENOMEM;
    }
    scq_init(queue->free, queue->order, queue->capacity);
    scq_init(queue->used, queue->order, 0);
    *out = queue;
    return 0;
}

static int scq_attach(void *queue, enum sluice_end side, unsigned index, void **end)
{
    (void)side, (void)index;
    *end = queue;
    return 0;
}

static void scq_detach(void *end)
{
    (void)end;
}

static uint64_t scq_capacity(const void *end)
{
    const struct scq_queue *queue = end;
    return queue->capacity;
}

static size_t scq_footprint(const void *end)
{
    const struct scq_queue *queue = end;
    return sizeof *queue + 2 * scq_bytes(queue->order) + queue->capacity * sizeof *queue->slots;
}

static const struct sluice_queue_ops ops = {.enqueue = scq_enqueue, .dequeue = scq_dequeue};

SLUICE_BACKEND(
    scq, ops, false, .name = "scq",
    .summary = "a lock-free ring of indices of slots, many producers and many consumers", .origin = "sluice",
    .reference = "R. Nikolaev, A Scalable, Portable, and Memory-Efficient Lock-Free FIFO Queue, DISC 2019",
    .traits = {.max_producers = SLUICE_MANY,
               .max_consumers = SLUICE_MANY,
               .bound = SLUICE_BOUNDED,
               .order = SLUICE_FIFO,
               .enqueue = SLUICE_LOCK_FREE,
               .dequeue = SLUICE_LOCK_FREE,
               .memory = SLUICE_MEMORY_FIXED},
    .create = scq_create, .destroy = scq_destroy, .attach = scq_attach, .detach = scq_detach,
    .capacity = scq_capacity, .footprint = scq_footprint);
