/* handle.h - a channel (a queue, how to wait at it, how it ends), a thread's handles on the two channels that
   it works between, and the wake-ups that a thread owes those who sleep at them. */
#ifndef SLUICE_HANDLE_H
#define SLUICE_HANDLE_H

#include <sluice/ledger.h>
#include <sluice/queue.h>
#include <sluice/tasks.h>
#include <sluice/wait.h>

/* How a channel ends. */
enum sluice_ending {
    SLUICE_ENDS_BY_LEAVING,  /* it closes when the last of its producers has left */
    SLUICE_ENDS_BY_SHUTDOWN, /* its tasks are counted; sluice_shutdown, or a sentinel for each getter, ends it
                              */
    SLUICE_NEVER_ENDS,       /* its threads have to be cut off, or are abandoned */
};

struct sluice_channel {
    /* Constant while threads run. */
    alignas(SLUICE_SEPARATE) void *queue;
    void (*close_queue)(void *queue); /* may be null */
    struct sluice_wait on_empty, on_full;
    enum sluice_ending ending;
    bool can_fill;  /* the queue is bounded */
    bool intrusive; /* items are payloads (stamp.h), not values */
    /* Written when a producer leaves, read by threads that wait. */
    alignas(SLUICE_SEPARATE) _Atomic(uint32_t) producers;
    _Atomic(uint32_t) closed;
    /* Written by all who put and finish tasks, where they are counted. */
    alignas(SLUICE_SEPARATE) struct sluice_tasks tasks;
    /* What getters sleep on, and what putters sleep on: each is written by the other side. */
    alignas(SLUICE_SEPARATE) struct ck_ec32 items;
    alignas(SLUICE_SEPARATE) struct ck_ec32 room;
};

static_assert(SLUICE_APART(struct sluice_channel, queue, producers) &&
                  SLUICE_APART(struct sluice_channel, producers, tasks) &&
                  SLUICE_APART(struct sluice_channel, tasks, items) &&
                  SLUICE_APART(struct sluice_channel, items, room) &&
                  sizeof(struct sluice_channel) % SLUICE_SEPARATE == 0,
              "what different sides write lies on separate lines, also in an array of channels");

/* A thread's end of a channel; private to the thread. */
struct sluice_handle {
    void *end; /* the queue's end */
    struct sluice_channel *channel;
    const struct sluice_wait *wait; /* what to do when a poll fails */
    struct ck_ec32 *await;          /* and what to sleep on */
    struct ck_ec32 *wake;           /* what the other side sleeps on */
    uint64_t owed,
        wake_every; /* items or slots since the last signal; signal at so many (never: UINT64_MAX) */
    enum sluice_end side;
    const _Atomic(bool) *cut; /* null, or: stop waiting here when this becomes true */
};

/* What the channel knows of the thread that calls it. */
struct sluice_thread {
    struct sluice_ledger count;
    struct sluice_slot *slot;
    struct sluice_handle in, out; /* a source has no `in`, a sink no `out`: their channel is null */
    /* The waiting that goes on: all zero while there is none. */
    const struct timespec *deadline; /* CLOCK_MONOTONIC; null: none */
    uint64_t failed;                 /* polls */
    bool late;                       /* the deadline has passed */
    bool armed, last;  /* `snapshot` was taken before the last poll; the channel was at its end before it */
    uint32_t snapshot; /* of the event count */
    ck_backoff_t backoff;
};

/* Makes a channel over a queue of the backend. `producers`: how many will leave it. */
SLUICE_INLINE void sluice_channel_init(struct sluice_channel *channel, const struct sluice_backend *backend,
                                       void *queue, uint32_t producers, enum sluice_ending ending,
                                       struct sluice_wait on_empty, struct sluice_wait on_full)
{
    channel->queue = queue;
    channel->close_queue = backend->close;
    channel->can_fill = backend->capacity(queue) > 0;
    channel->intrusive = backend->traits.item_room > 0;
    channel->ending = ending;
    channel->on_empty = on_empty;
    channel->on_full = on_full;
    atomic_init(&channel->producers, producers);
    atomic_init(&channel->closed, 0);
    sluice_tasks_init(&channel->tasks);
    ck_ec32_init(&channel->items, 0);
    ck_ec32_init(&channel->room, 0);
}

SLUICE_INLINE uint64_t sluice_wake_every(const struct sluice_wait *other_side)
{
    if (other_side->kind == SLUICE_WAIT_BLOCK)
        return 1;
    return other_side->kind == SLUICE_WAIT_LAZY ? other_side->every : UINT64_MAX;
}

/* Binds a thread's handle to a channel; `end` is the queue's end that was attached for it. */
SLUICE_INLINE void sluice_handle_init(struct sluice_handle *handle, struct sluice_channel *channel,
                                      enum sluice_end side, void *end)
{
    bool producer = side == SLUICE_PRODUCER;
    *handle = (struct sluice_handle){
        .end = end,
        .channel = channel,
        .wait = producer ? &channel->on_full : &channel->on_empty,
        .await = producer ? &channel->room : &channel->items,
        .wake = producer ? &channel->items : &channel->room,
        .wake_every = producer            ? sluice_wake_every(&channel->on_empty)
                      : channel->can_fill ? sluice_wake_every(&channel->on_full)
                                          : UINT64_MAX,
        .side = side,
    };
}

/* Gives the sleepers on the other side the wake-up they are owed. */
SLUICE_OUTLINE void sluice_signal(struct sluice_thread *thread, struct sluice_handle *handle)
{
    handle->owed = 0;
    thread->count.n[SLUICE_SIGNALS]++;
    sluice_ec_signal(handle->wake);
}

/* Both ends, before the thread itself blocks: else two lazy threads could sleep on each other's
   unsignalled items. */
SLUICE_OUTLINE void sluice_flush(struct sluice_thread *thread)
{
    if (thread->in.owed && thread->in.wake_every != UINT64_MAX)
        sluice_signal(thread, &thread->in);
    if (thread->out.owed && thread->out.wake_every != UINT64_MAX)
        sluice_signal(thread, &thread->out);
}

SLUICE_INLINE void sluice_moved(const enum sluice_signal signal, struct sluice_thread *thread,
                                struct sluice_handle *handle, size_t n)
{
    if (signal == SLUICE_SIGNALED && SLUICE_UNLIKELY((handle->owed += n) >= handle->wake_every))
        sluice_signal(thread, handle);
}

/* Makes every thread that waits at the channel look again. */
SLUICE_OUTLINE void sluice_channel_wake(struct sluice_channel *channel)
{
    sluice_ec_signal(&channel->items);
    sluice_ec_signal(&channel->room);
}

#endif
