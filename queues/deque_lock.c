/* deque_lock.c - the naive queue of the lesson: a growing deque under a mutex. A put never waits and never
   fails for want of room; a get of an empty deque answers at once, so that workers poll. */
#include "fifo.h"

#include <sluice/backend.h>

#include <errno.h>
#include <pthread.h>

struct deque_lock {
    alignas(SLUICE_SEPARATE) pthread_mutex_t lock;
    struct fifo fifo;
};

SLUICE_INLINE enum sluice_status deque_enqueue(void *end, void *item)
{
    struct deque_lock *deque = end;
    pthread_mutex_lock(&deque->lock);
    bool grown = fifo_push(&deque->fifo, item);
    pthread_mutex_unlock(&deque->lock);
    return SLUICE_LIKELY(grown) ? SLUICE_OK : SLUICE_NO_MEMORY;
}

SLUICE_INLINE enum sluice_status deque_dequeue(void *end, void **item)
{
    struct deque_lock *deque = end;
    enum sluice_status status = SLUICE_AGAIN;
    pthread_mutex_lock(&deque->lock);
    if (SLUICE_LIKELY(deque->fifo.count)) {
        *item = fifo_pop(&deque->fifo);
        status = SLUICE_OK;
    }
    pthread_mutex_unlock(&deque->lock);
    return status;
}

SLUICE_INLINE size_t deque_enqueue_n(void *end, void *const *items, size_t n)
{
    struct deque_lock *deque = end;
    size_t put = 0;
    pthread_mutex_lock(&deque->lock);
    while (put < n && SLUICE_LIKELY(fifo_push(&deque->fifo, items[put])))
        put++;
    pthread_mutex_unlock(&deque->lock);
    return put;
}

SLUICE_INLINE size_t deque_dequeue_n(void *end, void **items, size_t n)
{
    struct deque_lock *deque = end;
    size_t taken = 0;
    pthread_mutex_lock(&deque->lock);
    for (; taken < n && deque->fifo.count; taken++)
        items[taken] = fifo_pop(&deque->fifo);
    pthread_mutex_unlock(&deque->lock);
    return taken;
}

static int deque_create(const struct sluice_queue_config *config, void **queue)
{
    if (config->capacity)
        return -EINVAL;
    struct deque_lock *deque = sluice_alloc(sizeof *deque);
    if (!deque)
        return -ENOMEM;
    pthread_mutex_init(&deque->lock, NULL);
    fifo_init(&deque->fifo);
    *queue = deque;
    return 0;
}

static void deque_destroy(void *queue)
{
    struct deque_lock *deque = queue;
    fifo_destroy(&deque->fifo);
    pthread_mutex_destroy(&deque->lock);
    free(deque);
}

static int deque_attach(void *queue, enum sluice_end side, unsigned index, void **end)
{
    (void)side, (void)index;
    *end = queue;
    return 0;
}

static void deque_detach(void *end)
{
    (void)end;
}

static uint64_t deque_capacity(const void *queue)
{
    (void)queue;
    return 0;
}

static size_t deque_footprint(const void *queue)
{
    const struct deque_lock *deque = queue;
    return sizeof *deque + atomic_load_explicit(&deque->fifo.bytes, memory_order_relaxed);
}

static const struct sluice_queue_ops ops = {
    .enqueue = deque_enqueue,
    .dequeue = deque_dequeue,
    .enqueue_n = deque_enqueue_n,
    .dequeue_n = deque_dequeue_n,
};

SLUICE_BACKEND(deque_lock, ops, false, .name = "deque-lock",
               .summary = "a growing deque under a mutex; answers at once when empty", .origin = "sluice",
               .reference = "B. Slatkin, Effective Python, 3rd ed. 2024, item 70: MyQueue",
               .traits = {.max_producers = SLUICE_MANY,
                          .max_consumers = SLUICE_MANY,
                          .bound = SLUICE_UNBOUNDED,
                          .order = SLUICE_FIFO,
                          .enqueue = SLUICE_BLOCKING,
                          .dequeue = SLUICE_BLOCKING,
                          .memory = SLUICE_MEMORY_BLOCKS},
               .create = deque_create, .destroy = deque_destroy, .attach = deque_attach,
               .detach = deque_detach, .capacity = deque_capacity, .footprint = deque_footprint);
