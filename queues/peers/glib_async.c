/* glib_async.c - GLib's GAsyncQueue: a doubly linked list under a mutex, with a condition variable for its
   consumers.

   It is unbounded and has no close. Closing shuts the producers out (gate.h) and then puts in a mark, behind
   all items; who takes the mark puts it back for the others and is told that the queue is closed. */
#include "../deadline.h"
#include "../gate.h"

#include <sluice/backend.h>

#include <errno.h>
#include <glib.h>
#include <stdio.h>

struct glib_queue {
    GAsyncQueue *items;
    struct gate gate; /* of the producers */
};

struct glib_end {
    GAsyncQueue *items;
    struct glib_queue *queue;
    struct gate_end *gate;
};

/* An address that no item has. */
static char closing;

SLUICE_INLINE enum sluice_status glib_async_enqueue(void *end_, void *item)
{
    struct glib_end *end = end_;
    if (SLUICE_UNLIKELY(!gate_enter(&end->queue->gate, end->gate)))
        return SLUICE_CLOSED;
    g_async_queue_push(end->items, item);
    gate_leave(end->gate);
    return SLUICE_OK;
}

SLUICE_INLINE enum sluice_status glib_async_enqueue_wait(void *end, void *item,
                                                         const struct timespec *deadline)
{
    (void)deadline; /* there is always room */
    return glib_async_enqueue(end, item);
}

SLUICE_OUTLINE enum sluice_status glib_async_close_slowly(GAsyncQueue *items)
{
    g_async_queue_push(items, &closing);
    return SLUICE_CLOSED;
}

/* What was taken, as a status. */
SLUICE_INLINE enum sluice_status given(struct glib_end *end, void *taken, void **item)
{
    if (!taken)
        return SLUICE_AGAIN;
    if (SLUICE_UNLIKELY(taken == &closing))
        return glib_async_close_slowly(end->items);
    *item = taken;
    return SLUICE_OK;
}

SLUICE_INLINE enum sluice_status glib_async_dequeue(void *end_, void **item)
{
    struct glib_end *end = end_;
    return given(end, g_async_queue_try_pop(end->items), item);
}

SLUICE_INLINE enum sluice_status glib_async_dequeue_wait(void *end_, void **item,
                                                         const struct timespec *deadline)
{
    struct glib_end *end = end_;
    if (!deadline)
        return given(end, g_async_queue_pop(end->items), item);
    /* In microseconds, to which GLib cuts its look at the clock: never fewer. */
    uint64_t left_us = ((uint64_t)deadline_left_slowly(deadline) + 1999) / 1000;
    return given(end, g_async_queue_timeout_pop(end->items, left_us), item);
}

static int glib_async_create(const struct sluice_queue_config *config, void **out)
{
    if (config->capacity)
        return -EINVAL;
    struct glib_queue *queue = sluice_alloc(sizeof *queue);
    if (!queue)
        return -ENOMEM;
    if (!gate_init(&queue->gate, config->producers)) {
        free(queue);
        return -ENOMEM;
    }
    queue->items = g_async_queue_new(); /* GLib ends the process where there is no memory */
    *out = queue;
    return 0;
}

static void glib_async_destroy(void *queue_)
{
    struct glib_queue *queue = queue_;
    g_async_queue_unref(queue->items);
    gate_destroy(&queue->gate);
    free(queue);
}

static int glib_async_attach(void *queue_, enum sluice_end side, unsigned index, void **out)
{
    struct glib_queue *queue = queue_;
    struct glib_end *end = sluice_alloc(sizeof *end);
    if (!end)
        return -ENOMEM;
    *end = (struct glib_end){.items = queue->items,
                             .queue = queue,
                             .gate = side == SLUICE_PRODUCER ? &queue->gate.ends[index] : NULL};
    *out = end;
    return 0;
}

static void glib_async_close(void *queue_)
{
    struct glib_queue *queue = queue_;
    if (gate_shut(&queue->gate, NULL, NULL))
        glib_async_close_slowly(queue->items);
}

static uint64_t glib_async_capacity(const void *queue)
{
    (void)queue;
    return 0;
}

/* The nodes that wait, by the queue's own count, which is less by the consumers that wait. What GLib keeps
   for itself (the lock, freed nodes) is not known. */
static size_t glib_async_footprint(const void *queue_)
{
    const struct glib_queue *queue = queue_;
    gint length = g_async_queue_length(queue->items);
    return sizeof *queue + queue->gate.count * sizeof *queue->gate.ends +
           (length > 0 ? (size_t)length : 0) * sizeof(GList);
}

/* The version that is loaded, which need not be the one that it was built with. */
static char origin[64];

__attribute__((constructor)) static void name_origin(void)
{
    snprintf(origin, sizeof origin, "GLib %u.%u.%u", glib_major_version, glib_minor_version,
             glib_micro_version);
}

static const struct sluice_queue_ops ops = {
    .enqueue = glib_async_enqueue,
    .dequeue = glib_async_dequeue,
    .enqueue_wait = glib_async_enqueue_wait,
    .dequeue_wait = glib_async_dequeue_wait,
};

SLUICE_BACKEND(
    glib_async, ops, false, .name = "glib-async",
    .summary = "GLib's GAsyncQueue: a list under a mutex and a condition variable; blocks natively",
    .origin = origin, .reference = "GLib Reference Manual, Asynchronous Queues",
    .traits = {.max_producers = SLUICE_MANY,
               .max_consumers = SLUICE_MANY,
               .bound = SLUICE_UNBOUNDED,
               .order = SLUICE_FIFO,
               .enqueue = SLUICE_BLOCKING,
               .dequeue = SLUICE_BLOCKING,
               .memory = SLUICE_MEMORY_NODES},
    .create = glib_async_create, .destroy = glib_async_destroy, .attach = glib_async_attach, .detach = free,
    .close = glib_async_close, .capacity = glib_async_capacity, .footprint = glib_async_footprint);
