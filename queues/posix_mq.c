/* posix_mq.c - a POSIX message queue, one message an item. The kernel knows its capacity, which an
   unprivileged user may choose up to fs.mqueue.msg_max; what all queues of a user take at most is
   RLIMIT_MSGQUEUE. The queue has a name only until it is open. */
#include "transport.h"

#include <fcntl.h>
#include <limits.h>
#include <mqueue.h>
#include <stdio.h>

struct mq_queue {
    struct transport transport;
    mqd_t messages; /* a descriptor that poll(2) takes, on Linux */
    uint64_t capacity;
};

struct mq_end {
    struct mq_queue *queue;
    struct gate_end *gate; /* null: a consumer's */
    mqd_t messages;
};

/* HARD_MSGMAX of the kernel, which no header tells. */
#define HARD_LIMIT 65536

/* What the kernel keeps for a message of 8 bytes, its header of 48 included. */
#define MESSAGE_BYTES 64

SLUICE_INLINE enum sluice_status mq_enqueue(void *end_, void *item)
{
    struct mq_end *end = end_;
    if (SLUICE_UNLIKELY(!gate_enter(&end->queue->transport.gate, end->gate)))
        return SLUICE_CLOSED;
    int error = mq_send(end->messages, (const char *)&item, sizeof item, 0) == 0 ? 0 : errno;
    gate_leave(end->gate);
    return SLUICE_LIKELY(!error) ? SLUICE_OK : error == ENOMEM ? SLUICE_NO_MEMORY : SLUICE_AGAIN;
}

SLUICE_INLINE bool mq_take(struct mq_end *end, void **item)
{
    return mq_receive(end->messages, (char *)item, sizeof *item, NULL) == sizeof *item;
}

SLUICE_INLINE enum sluice_status mq_dequeue(void *end_, void **item)
{
    struct mq_end *end = end_;
    if (SLUICE_LIKELY(mq_take(end, item)))
        return SLUICE_OK;
    enum sluice_status status = transport_empty(&end->queue->transport);
    /* What came in before the end may have come after the first look. */
    return status == SLUICE_CLOSED && mq_take(end, item) ? SLUICE_OK : status;
}

SLUICE_OUTLINE enum sluice_status mq_enqueue_slowly(struct mq_end *end, void *item,
                                                    const struct timespec *deadline)
{
    for (;;) {
        enum sluice_status status = mq_enqueue(end, item);
        if (status != SLUICE_AGAIN ||
            !transport_wait_slowly(&end->queue->transport, (int)end->messages, POLLOUT, deadline))
            return status;
    }
}

SLUICE_OUTLINE enum sluice_status mq_dequeue_slowly(struct mq_end *end, void **item,
                                                    const struct timespec *deadline)
{
    for (;;) {
        enum sluice_status status = mq_dequeue(end, item);
        if (status != SLUICE_AGAIN ||
            !transport_wait_slowly(&end->queue->transport, (int)end->messages, POLLIN, deadline))
            return status;
    }
}

SLUICE_INLINE enum sluice_status mq_enqueue_wait(void *end, void *item, const struct timespec *deadline)
{
    return mq_enqueue_slowly(end, item, deadline);
}

SLUICE_INLINE enum sluice_status mq_dequeue_wait(void *end, void **item, const struct timespec *deadline)
{
    return mq_dequeue_slowly(end, item, deadline);
}

/* A new queue without a name; or -1 with errno. */
static mqd_t open_nameless(uint64_t capacity)
{
    static _Atomic(unsigned) made;
    char name[64];
    struct mq_attr attributes = {.mq_maxmsg = (long)capacity, .mq_msgsize = sizeof(void *)};
    snprintf(name, sizeof name, "/sluice-%d-%u", (int)getpid(),
             atomic_fetch_add_explicit(&made, 1, memory_order_relaxed));
    mqd_t messages = mq_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NONBLOCK, 0600, &attributes);
    if (messages >= 0)
        mq_unlink(name);
    return messages;
}

/* The largest capacity for a user without privileges. */
static uint64_t most_messages(void)
{
    unsigned long long most = 10;
    FILE *file = fopen("/proc/sys/fs/mqueue/msg_max", "re");
    if (file) {
        if (fscanf(file, "%llu", &most) != 1)
            most = 10;
        fclose(file);
    }
    return most;
}

/* The largest that can be had: without privileges at most msg_max, with them at most the kernel's own limit;
   and what the user's other queues leave of RLIMIT_MSGQUEUE, bytes that mq_open counts and cannot be asked
   for. */
static int open_messages(struct mq_queue *queue, uint64_t capacity)
{
    const uint64_t limits[] = {capacity, HARD_LIMIT, most_messages()};
    queue->messages = -1;
    errno = EINVAL;
    for (size_t i = 0; i < sizeof limits / sizeof *limits && queue->messages < 0 && errno == EINVAL; i++) {
        queue->capacity = limits[i] < capacity ? limits[i] : capacity;
        queue->messages = queue->capacity > INT_MAX ? -1 : open_nameless(queue->capacity);
    }
    while (queue->messages < 0 && errno == EMFILE && queue->capacity > 1) {
        queue->capacity /= 2;
        queue->messages = open_nameless(queue->capacity);
    }
    return queue->messages < 0 ? -errno : 0;
}

static void mq_destroy(void *queue_)
{
    struct mq_queue *queue = queue_;
    if (queue->messages >= 0)
        mq_close(queue->messages);
    transport_destroy(&queue->transport);
    free(queue);
}

static int mq_create(const struct sluice_queue_config *config, void **out)
{
    if (!config->capacity)
        return -EINVAL;
    struct mq_queue *queue = sluice_alloc(sizeof *queue);
    if (!queue)
        return -ENOMEM;
    queue->messages = -1;
    int error = transport_init(&queue->transport, config->producers);
    if (!error)
        error = open_messages(queue, config->capacity);
    if (error) {
        mq_destroy(queue);
        return error;
    }
    *out = queue;
    return 0;
}

static int mq_attach(void *queue_, enum sluice_end side, unsigned index, void **out)
{
    struct mq_queue *queue = queue_;
    struct mq_end *end = sluice_alloc(sizeof *end);
    if (!end)
        return -ENOMEM;
    *end = (struct mq_end){.queue = queue,
                           .gate = side == SLUICE_PRODUCER ? &queue->transport.gate.ends[index] : NULL,
                           .messages = queue->messages};
    *out = end;
    return 0;
}

static void mq_close_all(void *queue)
{
    transport_close(&((struct mq_queue *)queue)->transport);
}

static uint64_t mq_capacity(const void *queue)
{
    return ((const struct mq_queue *)queue)->capacity;
}

static size_t mq_footprint(const void *queue_)
{
    const struct mq_queue *queue = queue_;
    struct mq_attr attributes = {0};
    mq_getattr(queue->messages, &attributes);
    return sizeof *queue + queue->transport.gate.count * sizeof *queue->transport.gate.ends +
           (size_t)attributes.mq_curmsgs * MESSAGE_BYTES;
}

static const struct sluice_queue_ops ops = {
    .enqueue = mq_enqueue,
    .dequeue = mq_dequeue,
    .enqueue_wait = mq_enqueue_wait,
    .dequeue_wait = mq_dequeue_wait,
};

SLUICE_BACKEND(posix_mq, ops, false, .name = "posix-mq",
               .summary = "a POSIX message queue, one message an item; blocks natively", .origin = "Linux",
               .reference = "mq_overview(7)",
               .traits = {.max_producers = SLUICE_MANY,
                          .max_consumers = SLUICE_MANY,
                          .bound = SLUICE_BOUNDED,
                          .order = SLUICE_FIFO,
                          .enqueue = SLUICE_BLOCKING,
                          .dequeue = SLUICE_BLOCKING,
                          .memory = SLUICE_MEMORY_NODES},
               .create = mq_create, .destroy = mq_destroy, .attach = mq_attach, .detach = free,
               .close = mq_close_all, .capacity = mq_capacity, .footprint = mq_footprint);
