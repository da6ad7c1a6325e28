/* condvar.c - the blocking queue that most programs have: a deque under a mutex, with a condition variable
   for 'not empty' and one for 'not full', as Python's queue.Queue and the monitors of the textbooks (Hoare
   1974; Lampson & Redell 1980). Bounded when it is given a capacity. */
#include "fifo.h"

#include <sluice/backend.h>

#include <errno.h>
#include <pthread.h>

struct condvar_queue {
    alignas(SLUICE_SEPARATE) pthread_mutex_t lock;
    pthread_cond_t not_empty, not_full;
    unsigned getters, putters; /* asleep on them: nobody asleep, no signal */
    uint64_t capacity;         /* UINT64_MAX: unbounded */
    bool closed;
    struct fifo fifo;
};

/* The rest of these functions hold the lock. */

SLUICE_INLINE enum sluice_status push(struct condvar_queue *queue, void *item)
{
    if (SLUICE_UNLIKELY(queue->closed))
        return SLUICE_CLOSED;
    if (queue->fifo.count >= queue->capacity)
        return SLUICE_AGAIN;
    return SLUICE_LIKELY(fifo_push(&queue->fifo, item)) ? SLUICE_OK : SLUICE_NO_MEMORY;
}

SLUICE_INLINE enum sluice_status pop(struct condvar_queue *queue, void **item)
{
    if (!queue->fifo.count)
        return SLUICE_UNLIKELY(queue->closed) ? SLUICE_CLOSED : SLUICE_AGAIN;
    *item = fifo_pop(&queue->fifo);
    return SLUICE_OK;
}

/* Whether to signal is decided under the lock and done after it, so that the woken thread finds it free. */
SLUICE_INLINE enum sluice_status unlock_after_push(struct condvar_queue *queue, enum sluice_status status)
{
    bool signal = status == SLUICE_OK && queue->getters;
    pthread_mutex_unlock(&queue->lock);
    if (signal)
        pthread_cond_signal(&queue->not_empty);
    return status;
}

SLUICE_INLINE enum sluice_status unlock_after_pop(struct condvar_queue *queue, enum sluice_status status)
{
    bool signal = status == SLUICE_OK && queue->putters;
    pthread_mutex_unlock(&queue->lock);
    if (signal)
        pthread_cond_signal(&queue->not_full);
    return status;
}

SLUICE_INLINE enum sluice_status condvar_enqueue(void *end, void *item)
{
    struct condvar_queue *queue = end;
    pthread_mutex_lock(&queue->lock);
    return unlock_after_push(queue, push(queue, item));
}

SLUICE_INLINE enum sluice_status condvar_dequeue(void *end, void **item)
{
    struct condvar_queue *queue = end;
    pthread_mutex_lock(&queue->lock);
    return unlock_after_pop(queue, pop(queue, item));
}

/* False: the deadline has passed, or is none. */
SLUICE_INLINE bool wait_for(pthread_cond_t *condition, pthread_mutex_t *lock, const struct timespec *deadline)
{
    return !deadline ? pthread_cond_wait(condition, lock) == 0
                     : pthread_cond_timedwait(condition, lock, deadline) == 0;
}

SLUICE_INLINE enum sluice_status condvar_enqueue_wait(void *end, void *item, const struct timespec *deadline)
{
    struct condvar_queue *queue = end;
    enum sluice_status status;
    pthread_mutex_lock(&queue->lock);
    bool in_time = true;
    while ((status = push(queue, item)) == SLUICE_AGAIN && in_time) {
        queue->putters++;
        in_time = wait_for(&queue->not_full, &queue->lock, deadline);
        queue->putters--;
    }
    return unlock_after_push(queue, status);
}

SLUICE_INLINE enum sluice_status condvar_dequeue_wait(void *end, void **item, const struct timespec *deadline)
{
    struct condvar_queue *queue = end;
    enum sluice_status status;
    pthread_mutex_lock(&queue->lock);
    bool in_time = true;
    while ((status = pop(queue, item)) == SLUICE_AGAIN && in_time) {
        queue->getters++;
        in_time = wait_for(&queue->not_empty, &queue->lock, deadline);
        queue->getters--;
    }
    return unlock_after_pop(queue, status);
}

/* After so many items at once, there may be something for all who sleep. */
SLUICE_INLINE void wake(pthread_cond_t *condition, size_t items)
{
    if (items == 1)
        pthread_cond_signal(condition);
    else
        pthread_cond_broadcast(condition);
}

SLUICE_INLINE size_t condvar_enqueue_n(void *end, void *const *items, size_t n)
{
    struct condvar_queue *queue = end;
    size_t put = 0;
    pthread_mutex_lock(&queue->lock);
    while (put < n && push(queue, items[put]) == SLUICE_OK)
        put++;
    bool signal = put && queue->getters;
    pthread_mutex_unlock(&queue->lock);
    if (signal)
        wake(&queue->not_empty, put);
    return put;
}

SLUICE_INLINE size_t condvar_dequeue_n(void *end, void **items, size_t n)
{
    struct condvar_queue *queue = end;
    size_t taken = 0;
    pthread_mutex_lock(&queue->lock);
    while (taken < n && pop(queue, &items[taken]) == SLUICE_OK)
        taken++;
    bool signal = taken && queue->putters;
    pthread_mutex_unlock(&queue->lock);
    if (signal)
        wake(&queue->not_full, taken);
    return taken;
}

static int condvar_create(const struct sluice_queue_config *config, void **out)
{
    struct condvar_queue *queue = sluice_alloc(sizeof *queue);
    if (!queue)
        return -ENOMEM;
    pthread_condattr_t monotonic; /* the clock of the deadlines */
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->not_empty, &monotonic);
    pthread_cond_init(&queue->not_full, &monotonic);
    pthread_condattr_destroy(&monotonic);
    queue->capacity = config->capacity ? config->capacity : UINT64_MAX;
    fifo_init(&queue->fifo);
    *out = queue;
    return 0;
}

static void condvar_destroy(void *end)
{
    struct condvar_queue *queue = end;
    fifo_destroy(&queue->fifo);
    pthread_cond_destroy(&queue->not_full);
    pthread_cond_destroy(&queue->not_empty);
    pthread_mutex_destroy(&queue->lock);
    free(queue);
}

static int condvar_attach(void *queue, enum sluice_end side, unsigned index, void **end)
{
    (void)side, (void)index;
    *end = queue;
    return 0;
}

static void condvar_detach(void *end)
{
    (void)end;
}

static void condvar_close(void *end)
{
    struct condvar_queue *queue = end;
    pthread_mutex_lock(&queue->lock);
    queue->closed = true;
    pthread_mutex_unlock(&queue->lock);
    pthread_cond_broadcast(&queue->not_empty);
    pthread_cond_broadcast(&queue->not_full);
}

static uint64_t condvar_capacity(const void *end)
{
    const struct condvar_queue *queue = end;
    return queue->capacity == UINT64_MAX ? 0 : queue->capacity;
}

static size_t condvar_footprint(const void *end)
{
    const struct condvar_queue *queue = end;
    return sizeof *queue + atomic_load_explicit(&queue->fifo.bytes, memory_order_relaxed);
}

static const struct sluice_queue_ops ops = {
    .enqueue = condvar_enqueue,
    .dequeue = condvar_dequeue,
    .enqueue_n = condvar_enqueue_n,
    .dequeue_n = condvar_dequeue_n,
    .enqueue_wait = condvar_enqueue_wait,
    .dequeue_wait = condvar_dequeue_wait,
};

SLUICE_BACKEND(
    condvar, ops, false, .name = "condvar",
    .summary = "a deque under a mutex and two condition variables; blocks natively", .origin = "sluice",
    .reference = "B. Lampson, D. Redell, Experience with Processes and Monitors in Mesa, CACM 1980",
    .traits = {.max_producers = SLUICE_MANY,
               .max_consumers = SLUICE_MANY,
               .bound = SLUICE_EITHER,
               .order = SLUICE_FIFO,
               .enqueue = SLUICE_BLOCKING,
               .dequeue = SLUICE_BLOCKING,
               .memory = SLUICE_MEMORY_BLOCKS},
    .create = condvar_create, .destroy = condvar_destroy, .attach = condvar_attach, .detach = condvar_detach,
    .close = condvar_close, .capacity = condvar_capacity, .footprint = condvar_footprint);
