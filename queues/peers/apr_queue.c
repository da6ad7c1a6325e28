/* apr_queue.c - the Apache Portable Runtime's bounded queue: a ring under a mutex with two condition
   variables.

   Its own end, apr_queue_term, drops what is left, where a close is to drain it: here the ends pass gates
   instead (gate.h), the producers around every operation, both sides around one that blocks, and closing
   wakes those that are inside with apr_queue_interrupt_all until they have left. The library has no
   operations with a deadline: those try again and again, asleep in between. */
#include "../gate.h"

#include <sluice/backend.h>

#include <apr_general.h>
#include <apr_queue.h>
#include <apr_version.h>
#include <apu_version.h>
#include <errno.h>
#include <stdio.h>

#define RETRY_NS 50000 /* between two tries before a deadline */

struct apr_queue {
    apr_pool_t *pool;
    apr_queue_t *ring;
    uint64_t capacity;
    uint32_t producers;
    struct gate gate; /* the producers' ends, then the consumers' */
};

struct apr_end {
    apr_queue_t *ring;
    struct gate *all;
    struct gate_end *gate;
};

SLUICE_INLINE enum sluice_status apr_enqueue(void *end_, void *item)
{
    struct apr_end *end = end_;
    if (SLUICE_UNLIKELY(!gate_enter(end->all, end->gate)))
        return SLUICE_CLOSED;
    apr_status_t status = apr_queue_trypush(end->ring, item);
    gate_leave(end->gate);
    return SLUICE_LIKELY(status == APR_SUCCESS) ? SLUICE_OK : SLUICE_AGAIN;
}

SLUICE_INLINE enum sluice_status apr_dequeue(void *end_, void **item)
{
    struct apr_end *end = end_;
    if (SLUICE_LIKELY(apr_queue_trypop(end->ring, item) == APR_SUCCESS))
        return SLUICE_OK;
    if (SLUICE_LIKELY(gate_state(end->all) != GATE_SHUT))
        return SLUICE_AGAIN;
    /* What came in before the gate was shut may have come after the first look. */
    return apr_queue_trypop(end->ring, item) == APR_SUCCESS ? SLUICE_OK : SLUICE_CLOSED;
}

/* An operation of the library ends with APR_EINTR, too, when it was woken and somebody else was faster. */
SLUICE_OUTLINE enum sluice_status apr_enqueue_slowly(struct apr_end *end, void *item,
                                                     const struct timespec *deadline)
{
    enum sluice_status status = SLUICE_AGAIN;
    while (deadline && (status = apr_enqueue(end, item)) == SLUICE_AGAIN && !sluice_is_past(deadline))
        sluice_sleep_until(RETRY_NS, deadline);
    while (!deadline && status == SLUICE_AGAIN) {
        if (!gate_enter(end->all, end->gate))
            return SLUICE_CLOSED;
        if (apr_queue_push(end->ring, item) == APR_SUCCESS)
            status = SLUICE_OK;
        gate_leave(end->gate);
    }
    return status;
}

SLUICE_OUTLINE enum sluice_status apr_dequeue_slowly(struct apr_end *end, void **item,
                                                     const struct timespec *deadline)
{
    enum sluice_status status;
    while ((status = apr_dequeue(end, item)) == SLUICE_AGAIN && !sluice_is_past(deadline)) {
        if (deadline) {
            sluice_sleep_until(RETRY_NS, deadline);
        } else if (gate_enter(end->all, end->gate)) {
            apr_status_t popped = apr_queue_pop(end->ring, item);
            gate_leave(end->gate);
            if (popped == APR_SUCCESS)
                return SLUICE_OK;
        } else {
            sched_yield(); /* the gate is about to be shut */
        }
    }
    return status;
}

SLUICE_INLINE enum sluice_status apr_enqueue_wait(void *end, void *item, const struct timespec *deadline)
{
    return apr_enqueue_slowly(end, item, deadline);
}

SLUICE_INLINE enum sluice_status apr_dequeue_wait(void *end, void **item, const struct timespec *deadline)
{
    return apr_dequeue_slowly(end, item, deadline);
}

static void apr_destroy(void *queue_)
{
    struct apr_queue *queue = queue_;
    if (queue->pool)
        apr_pool_destroy(queue->pool); /* and what was allocated from it: the ring */
    gate_destroy(&queue->gate);
    free(queue);
}

/* The library does not look whether it got the memory for its slots. */
static bool has_memory_for(uint64_t slots)
{
    void *volatile probe = malloc(slots * sizeof(void *));
    free(probe);
    return probe != NULL;
}

static int apr_create(const struct sluice_queue_config *config, void **out)
{
    if (!config->capacity || config->capacity > INT32_MAX)
        return -EINVAL;
    struct apr_queue *queue = sluice_alloc(sizeof *queue);
    if (!queue)
        return -ENOMEM;
    queue->capacity = config->capacity;
    queue->producers = config->producers;
    if (!gate_init(&queue->gate, config->producers + config->consumers) ||
        !has_memory_for(config->capacity) || apr_pool_create(&queue->pool, NULL) != APR_SUCCESS ||
        apr_queue_create(&queue->ring, (unsigned)config->capacity, queue->pool) != APR_SUCCESS) {
        apr_destroy(queue);
        return -ENOMEM;
    }
    *out = queue;
    return 0;
}

static int apr_attach(void *queue_, enum sluice_end side, unsigned index, void **out)
{
    struct apr_queue *queue = queue_;
    struct apr_end *end = sluice_alloc(sizeof *end);
    if (!end)
        return -ENOMEM;
    *end = (struct apr_end){
        .ring = queue->ring,
        .all = &queue->gate,
        .gate = &queue->gate.ends[side == SLUICE_PRODUCER ? index : queue->producers + index]};
    *out = end;
    return 0;
}

static void rouse(void *ring)
{
    apr_queue_interrupt_all(ring);
}

static void apr_close(void *queue_)
{
    struct apr_queue *queue = queue_;
    gate_shut(&queue->gate, rouse, queue->ring);
}

static uint64_t apr_capacity(const void *queue)
{
    return ((const struct apr_queue *)queue)->capacity;
}

/* The slots and what is ours: the library's own struct and its pool are not known. */
static size_t apr_footprint(const void *queue_)
{
    const struct apr_queue *queue = queue_;
    return sizeof *queue + queue->gate.count * sizeof *queue->gate.ends + queue->capacity * sizeof(void *);
}

/* The versions that are loaded, which need not be those that it was built with. */
static char origin[64];

__attribute__((constructor)) static void start_library(void)
{
    apr_initialize();
    snprintf(origin, sizeof origin, "APR-util %s, APR %s", apu_version_string(), apr_version_string());
}

__attribute__((destructor)) static void end_library(void)
{
    apr_terminate();
}

static const struct sluice_queue_ops ops = {
    .enqueue = apr_enqueue,
    .dequeue = apr_dequeue,
    .enqueue_wait = apr_enqueue_wait,
    .dequeue_wait = apr_dequeue_wait,
};

SLUICE_BACKEND(
    apr_queue, ops, false, .name = "apr-queue",
    .summary = "Apache's apr_queue: a ring under a mutex and two condition variables; blocks natively",
    .origin = origin, .reference = "APR-util, Thread Safe FIFO bounded queue (apr_queue.h)",
    .traits = {.max_producers = SLUICE_MANY,
               .max_consumers = SLUICE_MANY,
               .bound = SLUICE_BOUNDED,
               .order = SLUICE_FIFO,
               .enqueue = SLUICE_BLOCKING,
               .dequeue = SLUICE_BLOCKING,
               .memory = SLUICE_MEMORY_FIXED},
    .create = apr_create, .destroy = apr_destroy, .attach = apr_attach, .detach = free, .close = apr_close,
    .capacity = apr_capacity, .footprint = apr_footprint);
