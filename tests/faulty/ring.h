/* ring.h - a small bounded ring under a mutex, right as it stands, for plug-ins that break it on purpose.

   A plug-in defines FAULTY_NAME and may define any of
     FAULTY_DEQUEUE(ring, item)         sees every item on its way out: what the dequeue gives, 0 to lose the
   item FAULTY_ATTACH(ring, side, index)   sees every attach FAULTY_CAPACITY(ring)              what it says
   that it holds FAULTY_ROOM(ring)                  what it holds FAULTY_FOOTPRINT(ring)             what it
   says that it takes FAULTY_FREE(ring)                  gives it back FAULTY_WAKE(ring) wakes who waits
     FAULTY_WAIT(ring, deadline)        waits; true: until the deadline
     FAULTY_PROGRESS                    what its operations are said to be
     FAULTY_ORDER                       what order it is said to keep
   good_plugin.c breaks nothing, nor does unordered.c. */
#ifndef TESTS_FAULTY_RING_H
#define TESTS_FAULTY_RING_H

#include <sluice/backend.h>

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct ring {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool closed;
    uint64_t head, tail, capacity, size;
    uint64_t taken; /* dequeues so far, for faults that come after a while */
    uintptr_t kept; /* an item that a fault holds back or repeats; 0: none */
    uint64_t known; /* consumers' indices below 64 that were attached, a bit each */
    uintptr_t slots[];
};

enum { FAULT_AFTER = 1000 }; /* items of a hop that come out right first */

#ifndef FAULTY_DEQUEUE
#define FAULTY_DEQUEUE(ring, item) (item)
#endif
#ifndef FAULTY_ATTACH
#define FAULTY_ATTACH(ring, side, index) ((void)(side), (void)(index))
#endif
#ifndef FAULTY_CAPACITY
#define FAULTY_CAPACITY(ring) ((ring)->capacity)
#endif
#ifndef FAULTY_MOST
#define FAULTY_MOST UINT64_MAX
#endif
#ifndef FAULTY_ROOM
#define FAULTY_ROOM(ring) ((ring)->capacity)
#endif
#ifndef FAULTY_FOOTPRINT
#define FAULTY_FOOTPRINT(ring) (sizeof *(ring) + (ring)->capacity * sizeof *(ring)->slots)
#endif
#ifndef FAULTY_FREE
#define FAULTY_FREE(ring) free(ring)
#endif
#ifndef FAULTY_WAKE
#define FAULTY_WAKE(ring) pthread_cond_broadcast(&(ring)->changed)
#endif
#ifndef FAULTY_WAIT
#define FAULTY_WAIT(ring, deadline) wait_for_change(ring, deadline)
#endif
#ifndef FAULTY_PROGRESS
#define FAULTY_PROGRESS SLUICE_BLOCKING
#endif
#ifndef FAULTY_ORDER
#define FAULTY_ORDER SLUICE_FIFO
#endif
#ifndef FAULTY_TRAITS
#define FAULTY_TRAITS
#endif

/* True: the deadline has passed. */
static inline bool wait_for_change(struct ring *ring, const struct timespec *deadline)
{
    if (deadline)
        return pthread_cond_timedwait(&ring->changed, &ring->lock, deadline) == ETIMEDOUT;
    return pthread_cond_wait(&ring->changed, &ring->lock) != 0;
}

/* With the lock held. */
SLUICE_INLINE enum sluice_status put_locked(struct ring *ring, void *item)
{
    if (ring->closed)
        return SLUICE_CLOSED;
    if (ring->tail - ring->head >= FAULTY_ROOM(ring))
        return SLUICE_AGAIN;
    ring->slots[ring->tail++ % ring->size] = (uintptr_t)item;
    FAULTY_WAKE(ring);
    return SLUICE_OK;
}

SLUICE_INLINE enum sluice_status take_locked(struct ring *ring, void **item)
{
    uintptr_t found = 0;
    while (!found && ring->head != ring->tail) {
        found = ring->slots[ring->head++ % ring->size];
        ring->taken++;
        found = FAULTY_DEQUEUE(ring, found);
        FAULTY_WAKE(ring);
    }
    *item = (void *)found;
    return found ? SLUICE_OK : ring->closed ? SLUICE_CLOSED : SLUICE_AGAIN;
}

SLUICE_INLINE enum sluice_status ring_enqueue(void *end, void *item)
{
    struct ring *ring = end;
    pthread_mutex_lock(&ring->lock);
    enum sluice_status status = put_locked(ring, item);
    pthread_mutex_unlock(&ring->lock);
    return status;
}

SLUICE_INLINE enum sluice_status ring_dequeue(void *end, void **item)
{
    struct ring *ring = end;
    pthread_mutex_lock(&ring->lock);
    enum sluice_status status = take_locked(ring, item);
    pthread_mutex_unlock(&ring->lock);
    return status;
}

SLUICE_INLINE enum sluice_status ring_enqueue_wait(void *end, void *item, const struct timespec *deadline)
{
    struct ring *ring = end;
    enum sluice_status status;
    bool late = false;
    pthread_mutex_lock(&ring->lock);
    while ((status = put_locked(ring, item)) == SLUICE_AGAIN && !late)
        late = FAULTY_WAIT(ring, deadline);
    pthread_mutex_unlock(&ring->lock);
    return status;
}

SLUICE_INLINE enum sluice_status ring_dequeue_wait(void *end, void **item, const struct timespec *deadline)
{
    struct ring *ring = end;
    enum sluice_status status;
    bool late = false;
    pthread_mutex_lock(&ring->lock);
    while ((status = take_locked(ring, item)) == SLUICE_AGAIN && !late)
        late = FAULTY_WAIT(ring, deadline);
    pthread_mutex_unlock(&ring->lock);
    return status;
}

static int ring_create(const struct sluice_queue_config *config, void **out)
{
    if (!config->capacity || config->capacity > 1 << 20)
        return -EINVAL;
    const uint64_t capacity = config->capacity < FAULTY_MOST ? config->capacity : FAULTY_MOST;
    const uint64_t size = capacity + 1; /* one to spare, for faults */
    struct ring *ring = sluice_alloc(sizeof *ring + size * sizeof *ring->slots);
    pthread_condattr_t monotonic;
    if (!ring)
        return -ENOMEM;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&ring->lock, NULL);
    pthread_cond_init(&ring->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    ring->capacity = capacity;
    ring->size = size;
    *out = ring;
    return 0;
}

static void ring_destroy(void *queue)
{
    struct ring *ring = queue;
    pthread_cond_destroy(&ring->changed);
    pthread_mutex_destroy(&ring->lock);
    FAULTY_FREE(ring);
}

static void ring_close(void *queue)
{
    struct ring *ring = queue;
    pthread_mutex_lock(&ring->lock);
    ring->closed = true;
    FAULTY_WAKE(ring);
    pthread_mutex_unlock(&ring->lock);
}

static int ring_attach(void *queue, enum sluice_end side, unsigned index, void **end)
{
    struct ring *ring = queue;
    pthread_mutex_lock(&ring->lock);
    FAULTY_ATTACH(ring, side, index);
    pthread_mutex_unlock(&ring->lock);
    *end = ring;
    return 0;
}

static void ring_detach(void *end)
{
    (void)end;
}

static uint64_t ring_capacity(const void *queue)
{
    return FAULTY_CAPACITY((const struct ring *)queue);
}

static size_t ring_footprint(const void *queue)
{
    const struct ring *ring = queue;
    return FAULTY_FOOTPRINT(ring);
}

static const struct sluice_queue_ops ops = {.enqueue = ring_enqueue,
                                            .dequeue = ring_dequeue,
                                            .enqueue_wait = ring_enqueue_wait,
                                            .dequeue_wait = ring_dequeue_wait};

SLUICE_BACKEND(faulty, ops, false, .name = FAULTY_NAME, .summary = "a ring under a mutex, for tests",
               .origin = "the tests", .reference = "none",
               .traits = {.max_producers = SLUICE_MANY,
                          .max_consumers = SLUICE_MANY,
                          .bound = SLUICE_BOUNDED,
                          .order = FAULTY_ORDER,
                          .enqueue = FAULTY_PROGRESS,
                          .dequeue = FAULTY_PROGRESS,
                          .memory = SLUICE_MEMORY_FIXED FAULTY_TRAITS},
               .create = ring_create, .destroy = ring_destroy, .attach = ring_attach, .detach = ring_detach,
               .close = ring_close, .capacity = ring_capacity, .footprint = ring_footprint);

#endif
