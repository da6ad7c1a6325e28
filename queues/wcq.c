/* wcq.c - R. Nikolaev, B. Ravindran, wCQ: A Fast Wait-Free Queue with Bounded Memory Usage, SPAA 2022: a
   bounded queue of any values over two wait-free rings of indices (wcq_ring.h), as SCQ's (scq.c). The items
   lie in an array; one ring has the indices of its free slots, the other one those of the used slots, in the
   order of the items.

   Where this departs from the paper: the capacity is any number. The rings are of the power of two that is
   not below it nor below the number of ends, for the algorithm serves at most n threads. */
#include "wcq_ring.h"

#include <sluice/backend.h>

#include <errno.h>

struct wcq {
    alignas(SLUICE_SEPARATE) struct wcq_ring free;
    struct wcq_ring used;
    alignas(SLUICE_SEPARATE) uint64_t capacity;
    uint32_t producers, consumers;
    void **slots;         /* each belongs to who has its index in hand */
    struct wcq_end *ends; /* the producers', then the consumers' */
};

struct wcq_end {
    alignas(SLUICE_SEPARATE) struct wcq *queue;
    struct wcq_record *free, *used; /* its records of the two rings */
};

static_assert(SLUICE_APART(struct wcq, free, used) && SLUICE_APART(struct wcq, used, capacity),
              "the rings and the constants lie on separate lines");

SLUICE_INLINE enum sluice_status wcq_enqueue(void *end_, void *item)
{
    struct wcq_end *end = end_;
    int64_t index = wcq_take(&end->queue->free, end->free);
    if (SLUICE_UNLIKELY(index < 0))
        return SLUICE_AGAIN;
    end->queue->slots[index] = item;
    wcq_put(&end->queue->used, end->used, (uint64_t)index);
    return SLUICE_OK;
}

SLUICE_INLINE enum sluice_status wcq_dequeue(void *end_, void **item)
{
    struct wcq_end *end = end_;
    int64_t index = wcq_take(&end->queue->used, end->used);
    if (SLUICE_UNLIKELY(index < 0))
        return SLUICE_AGAIN;
    *item = end->queue->slots[index];
    wcq_put(&end->queue->free, end->free, (uint64_t)index);
    return SLUICE_OK;
}

static void wcq_destroy(void *queue_)
{
    struct wcq *queue = queue_;
    wcq_ring_free(&queue->free);
    wcq_ring_free(&queue->used);
    free(queue->slots);
    free(queue->ends);
    free(queue);
}

static int wcq_create(const struct sluice_queue_config *config, void **out)
{
    if (!config->capacity || config->capacity > UINT64_C(1) << 32)
        return -EINVAL;
    struct wcq *queue = sluice_alloc(sizeof *queue);
    if (!queue)
        return -ENOMEM;
    uint64_t ends = (uint64_t)config->producers + config->consumers;
    unsigned order = 1;
    while (UINT64_C(1) << order < config->capacity || UINT64_C(1) << order < ends)
        order++;
    queue->capacity = config->capacity;
    queue->producers = config->producers;
    queue->consumers = config->consumers;
    queue->slots = sluice_alloc(queue->capacity * sizeof *queue->slots);
    queue->ends = sluice_alloc(ends * sizeof *queue->ends);
    bool made = wcq_ring_make(&queue->free, order, (uint32_t)ends, queue->capacity);
    made = wcq_ring_make(&queue->used, order, (uint32_t)ends, 0) && made;
    if (!made || !queue->slots || !queue->ends) {
        wcq_destroy(queue);
        return -ENOMEM;
    }
    *out = queue;
    return 0;
}

static int wcq_attach(void *queue_, enum sluice_end side, unsigned index, void **out)
{
    struct wcq *queue = queue_;
    uint32_t number = index + (side == SLUICE_CONSUMER ? queue->producers : 0);
    struct wcq_end *end = &queue->ends[number];
    end->queue = queue;
    end->free = &queue->free.records[number];
    end->used = &queue->used.records[number];
    *out = end;
    return 0;
}

static void wcq_detach(void *end)
{
    (void)end;
}

static uint64_t wcq_capacity(const void *queue_)
{
    const struct wcq *queue = queue_;
    return queue->capacity;
}

static size_t wcq_footprint(const void *queue_)
{
    const struct wcq *queue = queue_;
    return sizeof *queue + wcq_ring_bytes(&queue->free) + wcq_ring_bytes(&queue->used) +
           queue->capacity * sizeof *queue->slots +
           ((size_t)queue->producers + queue->consumers) * sizeof *queue->ends;
}

static const struct sluice_queue_ops ops = {.enqueue = wcq_enqueue, .dequeue = wcq_dequeue};

SLUICE_BACKEND(
    wcq, ops, false, .name = "wcq",
    .summary = "a wait-free ring of indices of slots, many producers and many consumers", .origin = "sluice",
    .reference =
        "R. Nikolaev, B. Ravindran, wCQ: A Fast Wait-Free Queue with Bounded Memory Usage, SPAA 2022",
    .traits = {.max_producers = SLUICE_MANY,
               .max_consumers = SLUICE_MANY,
               .bound = SLUICE_BOUNDED,
               .order = SLUICE_FIFO,
               .enqueue = SLUICE_WAIT_FREE,
               .dequeue = SLUICE_WAIT_FREE,
               .memory = SLUICE_MEMORY_FIXED,
               .needs = SLUICE_NEEDS_CAS2},
    .create = wcq_create, .destroy = wcq_destroy, .attach = wcq_attach, .detach = wcq_detach,
    .capacity = wcq_capacity, .footprint = wcq_footprint);
