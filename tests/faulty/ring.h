/* ring.h - a small bounded ring under a mutex, right as it stands, for plug-ins that break it on purpose.

   A plug-in defines FAULTY_NAME and may define FAULTY_DEQUEUE(ring, item), which sees every item on its way
   out: it evaluates to what the dequeue gives, and 0 to lose the item; or FAULTY_ATTACH(ring, side, index),
   which sees every attach; or FAULTY_CAPACITY(ring), what it says that it holds. good_plugin.c breaks
   nothing. */
#ifndef TESTS_FAULTY_RING_H
#define TESTS_FAULTY_RING_H

#include <sluice/backend.h>

#include <errno.h>
#include <pthread.h>

struct ring {
    pthread_mutex_t lock;
    uint64_t head, tail, capacity;
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
#ifndef FAULTY_TRAITS
#define FAULTY_TRAITS
#endif

SLUICE_INLINE enum sluice_status ring_enqueue(void *end, void *item)
{
    struct ring *ring = end;
    enum sluice_status status = SLUICE_AGAIN;
    pthread_mutex_lock(&ring->lock);
    if (ring->tail - ring->head < ring->capacity) {
        ring->slots[ring->tail++ % ring->capacity] = (uintptr_t)item;
        status = SLUICE_OK;
    }
    pthread_mutex_unlock(&ring->lock);
    return status;
}

SLUICE_INLINE enum sluice_status ring_dequeue(void *end, void **item)
{
    struct ring *ring = end;
    uintptr_t found = 0;
    pthread_mutex_lock(&ring->lock);
    while (!found && ring->head != ring->tail) {
        found = ring->slots[ring->head++ % ring->capacity];
        ring->taken++;
        found = FAULTY_DEQUEUE(ring, found);
    }
    pthread_mutex_unlock(&ring->lock);
    *item = (void *)found;
    return found ? SLUICE_OK : SLUICE_AGAIN;
}

static int ring_create(const struct sluice_queue_config *config, void **out)
{
    if (!config->capacity || config->capacity > 1 << 20)
        return -EINVAL;
    struct ring *ring = sluice_alloc(sizeof *ring + config->capacity * sizeof *ring->slots);
    if (!ring)
        return -ENOMEM;
    pthread_mutex_init(&ring->lock, NULL);
    ring->capacity = config->capacity;
    *out = ring;
    return 0;
}

static void ring_destroy(void *queue)
{
    struct ring *ring = queue;
    pthread_mutex_destroy(&ring->lock);
    free(ring);
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
    return sizeof *ring + ring->capacity * sizeof *ring->slots;
}

static const struct sluice_queue_ops ops = {.enqueue = ring_enqueue, .dequeue = ring_dequeue};

SLUICE_BACKEND(faulty, ops, false, .name = FAULTY_NAME, .summary = "a ring under a mutex, for tests",
               .origin = "the tests", .reference = "none",
               .traits = {.max_producers = SLUICE_MANY,
                          .max_consumers = SLUICE_MANY,
                          .bound = SLUICE_BOUNDED,
                          .order = SLUICE_FIFO,
                          .enqueue = SLUICE_BLOCKING,
                          .dequeue = SLUICE_BLOCKING,
                          .memory = SLUICE_MEMORY_FIXED FAULTY_TRAITS},
               .create = ring_create, .destroy = ring_destroy, .attach = ring_attach, .detach = ring_detach,
               .capacity = ring_capacity, .footprint = ring_footprint);

#endif
