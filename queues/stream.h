/* stream.h - a queue over a stream of bytes that the kernel keeps, 8 bytes an item: for the files that make a
   backend of a pipe and of a socket pair. A batch is one write and one read.

   How many items fit into such a stream is not a number: a pipe's page that is read in part still counts, and
   so does a socket's buffer. The items are therefore counted beside it, and the stream is made so large that
   it is never full before the count is. A producer that finds no room waits for an event count instead of
   poll(2). The kernel locks the stream for each call, so that writes and reads of whole items never split
   one. */
#ifndef QUEUES_STREAM_H
#define QUEUES_STREAM_H

#include "transport.h"

#define STREAM_ITEM sizeof(void *)

/* Most items of one write: PIPE_BUF on Linux, and one buffer of a socket. */
#define STREAM_WRITE 512

struct stream_queue {
    alignas(SLUICE_SEPARATE) _Atomic(uint64_t) room; /* items that may still be put */
    struct ck_ec32 freed;                            /* counts when there is more */
    alignas(SLUICE_SEPARATE) struct transport transport;
    int in, out; /* written to; read from */
    uint64_t capacity;
    size_t item_bytes; /* that the kernel keeps for a waiting item, at most */
};

struct stream_end {
    struct stream_queue *queue;
    struct gate_end *gate; /* null: a consumer's */
    int descriptor;
};

/* Takes room for n items or, if there is less, all there is. */
SLUICE_INLINE uint64_t stream_take_room(struct stream_queue *queue, uint64_t n)
{
    uint64_t room = atomic_load_explicit(&queue->room, memory_order_relaxed), taken;
    do {
        taken = room < n ? room : n;
        /* Acquire pairs with stream_give_room: the items are out of the kernel's buffers. */
    } while (taken && !atomic_compare_exchange_weak_explicit(&queue->room, &room, room - taken,
                                                             memory_order_acquire, memory_order_relaxed));
    return taken;
}

SLUICE_INLINE void stream_give_room(struct stream_queue *queue, uint64_t n)
{
    atomic_fetch_add_explicit(&queue->room, n, memory_order_release);
    sluice_ec_signal(&queue->freed);
}

/* How many of n items were put; fewer, with a reason in *status. */
SLUICE_INLINE size_t stream_put(struct stream_end *end, void *const *items, size_t n,
                                enum sluice_status *status)
{
    struct stream_queue *queue = end->queue;
    if (SLUICE_UNLIKELY(!gate_enter(&queue->transport.gate, end->gate))) {
        *status = SLUICE_CLOSED;
        return 0;
    }
    size_t room = stream_take_room(queue, n), put = 0;
    *status = SLUICE_AGAIN;
    while (put < room) {
        size_t some = room - put < STREAM_WRITE ? room - put : STREAM_WRITE;
        ssize_t bytes = write(end->descriptor, items + put, some * STREAM_ITEM);
        if (SLUICE_UNLIKELY(bytes <= 0)) { /* not for lack of room: of memory */
            *status = errno == EAGAIN ? SLUICE_AGAIN : SLUICE_NO_MEMORY;
            stream_give_room(queue, room - put);
            break;
        }
        put += (size_t)bytes / STREAM_ITEM;
    }
    gate_leave(end->gate);
    return put;
}

SLUICE_INLINE enum sluice_status stream_enqueue(void *end, void *item)
{
    enum sluice_status status;
    return SLUICE_LIKELY(stream_put(end, &item, 1, &status)) ? SLUICE_OK : status;
}

SLUICE_INLINE size_t stream_enqueue_n(void *end, void *const *items, size_t n)
{
    enum sluice_status status;
    return stream_put(end, items, n, &status);
}

SLUICE_INLINE size_t stream_dequeue_n(void *end_, void **items, size_t n)
{
    struct stream_end *end = end_;
    ssize_t bytes = read(end->descriptor, items, n * STREAM_ITEM);
    if (SLUICE_UNLIKELY(bytes <= 0))
        return 0;
    stream_give_room(end->queue, (size_t)bytes / STREAM_ITEM);
    return (size_t)bytes / STREAM_ITEM;
}

SLUICE_INLINE enum sluice_status stream_dequeue(void *end_, void **item)
{
    struct stream_end *end = end_;
    if (SLUICE_LIKELY(stream_dequeue_n(end, item, 1)))
        return SLUICE_OK;
    enum sluice_status status = transport_empty(&end->queue->transport);
    /* What came in before the end may have come after the first look. */
    return status == SLUICE_CLOSED && stream_dequeue_n(end, item, 1) ? SLUICE_OK : status;
}

SLUICE_OUTLINE enum sluice_status stream_enqueue_slowly(struct stream_end *end, void *item,
                                                        const struct timespec *deadline)
{
    for (;;) {
        uint32_t seen = ck_ec32_value(&end->queue->freed);
        enum sluice_status status = stream_enqueue(end, item);
        if (status != SLUICE_AGAIN || ck_ec32_wait(&end->queue->freed, &sluice_ec_mode, seen, deadline) != 0)
            return status;
    }
}

SLUICE_OUTLINE enum sluice_status stream_dequeue_slowly(struct stream_end *end, void **item,
                                                        const struct timespec *deadline)
{
    for (;;) {
        enum sluice_status status = stream_dequeue(end, item);
        if (status != SLUICE_AGAIN ||
            !transport_wait_slowly(&end->queue->transport, end->descriptor, POLLIN, deadline))
            return status;
    }
}

SLUICE_INLINE enum sluice_status stream_enqueue_wait(void *end, void *item, const struct timespec *deadline)
{
    return stream_enqueue_slowly(end, item, deadline);
}

SLUICE_INLINE enum sluice_status stream_dequeue_wait(void *end, void **item, const struct timespec *deadline)
{
    return stream_dequeue_slowly(end, item, deadline);
}

static void stream_destroy(void *queue_)
{
    struct stream_queue *queue = queue_;
    if (queue->in >= 0)
        close(queue->in);
    if (queue->out >= 0)
        close(queue->out);
    transport_destroy(&queue->transport);
    free(queue);
}

/* `open` makes the two descriptors, which do not block, sets item_bytes, and returns the largest capacity not
   above the one it is given for which the stream is large enough; or -errno. */
static int stream_create(const struct sluice_queue_config *config,
                         int64_t (*open)(struct stream_queue *, uint64_t), void **out)
{
    if (!config->capacity)
        return -EINVAL;
    struct stream_queue *queue = sluice_alloc(sizeof *queue);
    if (!queue)
        return -ENOMEM;
    queue->in = queue->out = -1;
    int error = transport_init(&queue->transport, config->producers);
    int64_t capacity =
        error ? error : open(queue, config->capacity < INT32_MAX ? config->capacity : INT32_MAX);
    if (capacity < 0) {
        stream_destroy(queue);
        return (int)capacity;
    }
    queue->capacity = (uint64_t)capacity;
    atomic_init(&queue->room, queue->capacity);
    *out = queue;
    return 0;
}

static int stream_attach(void *queue_, enum sluice_end side, unsigned index, void **out)
{
    struct stream_queue *queue = queue_;
    struct stream_end *end = sluice_alloc(sizeof *end);
    if (!end)
        return -ENOMEM;
    bool puts = side == SLUICE_PRODUCER;
    *end = (struct stream_end){.queue = queue,
                               .gate = puts ? &queue->transport.gate.ends[index] : NULL,
                               .descriptor = puts ? queue->in : queue->out};
    *out = end;
    return 0;
}

static void stream_close(void *queue_)
{
    struct stream_queue *queue = queue_;
    transport_close(&queue->transport);
    sluice_ec_signal(&queue->freed);
}

static uint64_t stream_capacity(const void *queue)
{
    return ((const struct stream_queue *)queue)->capacity;
}

/* What is ours, and what the kernel needs at most for the items that wait: its buffers are no heap, but
 * memory. */
static size_t stream_footprint(const void *queue_)
{
    const struct stream_queue *queue = queue_;
    uint64_t waiting = queue->capacity - atomic_load_explicit(&queue->room, memory_order_relaxed);
    return sizeof *queue + queue->transport.gate.count * sizeof *queue->transport.gate.ends +
           waiting * queue->item_bytes;
}

static const struct sluice_queue_ops ops = {
    .enqueue = stream_enqueue,
    .dequeue = stream_dequeue,
    .enqueue_n = stream_enqueue_n,
    .dequeue_n = stream_dequeue_n,
    .enqueue_wait = stream_enqueue_wait,
    .dequeue_wait = stream_dequeue_wait,
};

#define STREAM_BACKEND(id, backend_name, backend_summary, backend_reference, backend_memory, backend_create) \
    SLUICE_BACKEND(id, ops, false, .name = backend_name, .summary = backend_summary, .origin = "Linux",      \
                   .reference = backend_reference,                                                           \
                   .traits = {.max_producers = SLUICE_MANY,                                                  \
                              .max_consumers = SLUICE_MANY,                                                  \
                              .bound = SLUICE_BOUNDED,                                                       \
                              .order = SLUICE_FIFO,                                                          \
                              .enqueue = SLUICE_BLOCKING,                                                    \
                              .dequeue = SLUICE_BLOCKING,                                                    \
                              .memory = backend_memory},                                                     \
                   .create = backend_create, .destroy = stream_destroy, .attach = stream_attach,             \
                   .detach = free, .close = stream_close, .capacity = stream_capacity,                       \
                   .footprint = stream_footprint)

#endif
