/* channel.h - a channel is a queue, how to wait at it, and how it ends.

   The queue only tries. The channel's get and put wait by the policy until they succeed or the channel
   is closed: it closes when the last of its producers has left, and every getter drains it first. The queue's
   operations come as a constant table, so that the success path is the queue's own code; all waiting is
   out of line.

     call                      by
     sluice_channel_init       one thread, before the threads start
     sluice_get*, sluice_put*  the thread that owns the handle
     sluice_leave              each producer once, after its last put
     sluice_channel_wake       any thread: makes waiting threads look again */
#ifndef SLUICE_CHANNEL_H
#define SLUICE_CHANNEL_H

#include <sluice/ledger.h>
#include <sluice/queue.h>
#include <sluice/wait.h>

struct sluice_channel {
    /* Constant while threads run. */
    alignas(SLUICE_SEPARATE) void *queue;
    void (*close_queue)(void *queue); /* may be null */
    struct sluice_wait on_empty, on_full;
    bool can_fill; /* the queue is bounded */
    /* Written when a producer leaves, read by threads that wait. */
    alignas(SLUICE_SEPARATE) _Atomic uint32_t producers;
    _Atomic uint32_t closed;
    /* What getters sleep on, and what putters sleep on: each is written by the other side. */
    alignas(SLUICE_SEPARATE) struct ck_ec32 items;
    alignas(SLUICE_SEPARATE) struct ck_ec32 room;
};

static_assert(SLUICE_APART(struct sluice_channel, queue, producers) &&
                  SLUICE_APART(struct sluice_channel, producers, items) &&
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
    enum sluice_count failed_polls; /* where failed polls are counted */
    enum sluice_state waiting;      /* the state while waiting */
};

/* What the channel knows of the thread that calls it. */
struct sluice_thread {
    struct sluice_ledger count;
    struct sluice_slot *slot;
    struct sluice_handle in, out; /* a source has no `in`, a sink no `out`: their channel is null */
    const _Atomic bool *stop;     /* null, or: stop waiting for room when this becomes true */
    /* The waiting that goes on: all zero while there is none. */
    uint64_t failed;   /* polls */
    bool armed, last;  /* `snapshot` was taken before the last poll; the channel was closed before it */
    uint32_t snapshot; /* of the event count */
    ck_backoff_t backoff;
};

SLUICE_INLINE void sluice_channel_init(struct sluice_channel *channel, void *queue,
                                       void (*close_queue)(void *), bool can_fill, uint32_t producers,
                                       struct sluice_wait on_empty, struct sluice_wait on_full)
{
    channel->queue = queue;
    channel->close_queue = close_queue;
    channel->can_fill = can_fill;
    channel->on_empty = on_empty;
    channel->on_full = on_full;
    atomic_init(&channel->producers, producers);
    atomic_init(&channel->closed, 0);
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
        .failed_polls = producer ? SLUICE_FULL_POLLS : SLUICE_EMPTY_POLLS,
        .waiting = producer ? SLUICE_CLOGGED : SLUICE_STARVED,
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

SLUICE_OUTLINE void sluice_block(struct sluice_thread *thread, struct sluice_handle *handle)
{
    if (thread->armed) {
        sluice_flush(thread);
        ck_ec32_wait(handle->await, &sluice_ec_mode, thread->snapshot, NULL);
        thread->count.n[SLUICE_WAKEUPS]++;
    }
    /* Taken before the next poll, as the protocol in wait.h asks; the first time only that. */
    thread->snapshot = ck_ec32_value(handle->await);
    thread->armed = true;
}

SLUICE_OUTLINE void sluice_back_off(struct sluice_thread *thread)
{
    const ck_backoff_t first = 1u << 5, most = 1u << 12;
    if (thread->backoff < first)
        thread->backoff = first;
    if (thread->backoff < most) {
        ck_backoff_eb(&thread->backoff);
    } else {
        sched_yield();
        thread->count.n[SLUICE_YIELDS]++;
    }
}

SLUICE_OUTLINE void sluice_pause(struct sluice_thread *thread, struct sluice_handle *handle)
{
    switch (handle->wait->kind) {
    case SLUICE_WAIT_SPIN:
        sluice_cpu_pause();
        break;
    case SLUICE_WAIT_YIELD:
        sched_yield();
        thread->count.n[SLUICE_YIELDS]++;
        break;
    case SLUICE_WAIT_SLEEP:
        sluice_sleep(handle->wait->sleep_ns);
        thread->count.n[SLUICE_SLEEPS]++;
        break;
    case SLUICE_WAIT_BACKOFF:
        sluice_back_off(thread);
        break;
    case SLUICE_WAIT_BLOCK:
    case SLUICE_WAIT_LAZY:
        sluice_block(thread, handle);
        break;
    case SLUICE_WAIT_NATIVE: /* the caller blocks in the queue */
        break;
    }
}

/* After a poll that failed: waits as the policy says. False: give up, the channel is closed or the thread was
   told to stop. */
SLUICE_OUTLINE bool sluice_await(struct sluice_thread *thread, struct sluice_handle *handle)
{
    thread->count.n[handle->failed_polls]++;
    if (thread->last) /* it was closed before this poll, so the poll has seen all there was */
        return false;
    if (thread->failed++ == 0)
        sluice_set_state(thread->slot, handle->waiting);
    /* Acquire pairs with the release in sluice_leave: the next poll sees all that was ever put. */
    thread->last =
        atomic_load_explicit(&handle->channel->closed, memory_order_acquire) ||
        (thread->stop && handle == &thread->out && atomic_load_explicit(thread->stop, memory_order_relaxed));
    if (thread->last)
        return true;
    /* Before the first long wait, and in a spin once it has become long, others are told what they cannot
       know otherwise: the counts, and what is owed to sleepers of the other hop, who might be what is waited
       for. Who blocks pays in sluice_block, not earlier than need be. */
    if ((thread->failed & 63) == (handle->wait->kind > SLUICE_WAIT_YIELD)) {
        if (!sluice_wait_blocks(handle->wait))
            sluice_flush(thread);
        sluice_publish(&thread->count, thread->slot);
    }
    sluice_pause(thread, handle);
    return true;
}

/* After waiting. */
SLUICE_OUTLINE void sluice_resume(struct sluice_thread *thread)
{
    thread->failed = 0;
    thread->armed = thread->last = false;
    thread->backoff = 0;
    sluice_set_state(thread->slot, SLUICE_WORKING);
}

/* sluice_get with the handle's end given apart, so that a loop can keep it in a register. */
SLUICE_INLINE enum sluice_status sluice_get_at(const struct sluice_queue_ops *ops,
                                               const enum sluice_signal signal, struct sluice_thread *thread,
                                               void *end, void **item)
{
    struct sluice_handle *in = &thread->in;
    enum sluice_status status = ops->dequeue(end, item);
    if (SLUICE_UNLIKELY(status != SLUICE_OK)) {
        while (status == SLUICE_AGAIN && sluice_await(thread, in)) {
            if (signal == SLUICE_NATIVE && ops->dequeue_wait) {
                status = ops->dequeue_wait(end, item);
                thread->count.n[SLUICE_WAKEUPS]++;
            } else {
                status = ops->dequeue(end, item);
            }
        }
        sluice_resume(thread);
        if (status != SLUICE_OK)
            return SLUICE_CLOSED;
    }
    sluice_moved(signal, thread, in, 1);
    return SLUICE_OK;
}

/* sluice_put, likewise. */
SLUICE_INLINE enum sluice_status sluice_put_at(const struct sluice_queue_ops *ops,
                                               const enum sluice_signal signal, struct sluice_thread *thread,
                                               void *end, void *item)
{
    struct sluice_handle *out = &thread->out;
    enum sluice_status status = ops->enqueue(end, item);
    if (SLUICE_UNLIKELY(status != SLUICE_OK)) {
        while (status == SLUICE_AGAIN && sluice_await(thread, out)) {
            if (signal == SLUICE_NATIVE && ops->enqueue_wait) {
                status = ops->enqueue_wait(end, item);
                thread->count.n[SLUICE_WAKEUPS]++;
            } else {
                status = ops->enqueue(end, item);
            }
        }
        sluice_resume(thread);
        if (status != SLUICE_OK)
            return status == SLUICE_NO_MEMORY ? status : SLUICE_CLOSED;
    }
    sluice_moved(signal, thread, out, 1);
    return SLUICE_OK;
}

/* One item from the channel. SLUICE_OK, or SLUICE_CLOSED when it is closed and empty. */
SLUICE_INLINE enum sluice_status sluice_get(const struct sluice_queue_ops *ops,
                                            const enum sluice_signal signal, struct sluice_thread *thread,
                                            void **item)
{
    return sluice_get_at(ops, signal, thread, thread->in.end, item);
}

/* One item into the channel. SLUICE_OK; SLUICE_CLOSED when it is closed or the thread was told to
   stop, SLUICE_NO_MEMORY: in both cases the item was not taken. */
SLUICE_INLINE enum sluice_status sluice_put(const struct sluice_queue_ops *ops,
                                            const enum sluice_signal signal, struct sluice_thread *thread,
                                            void *item)
{
    return sluice_put_at(ops, signal, thread, thread->out.end, item);
}

/* The queue's own batch operation, or one made of single operations (an emulated batch). */
SLUICE_INLINE size_t sluice_try_get_n(const struct sluice_queue_ops *ops, void *end, void **items, size_t n)
{
    if (ops->dequeue_n)
        return ops->dequeue_n(end, items, n);
    size_t taken = 0;
    while (taken < n && ops->dequeue(end, &items[taken]) == SLUICE_OK)
        taken++;
    return taken;
}

SLUICE_INLINE size_t sluice_try_put_n(const struct sluice_queue_ops *ops, void *end, void *const *items,
                                      size_t n)
{
    if (ops->enqueue_n)
        return ops->enqueue_n(end, items, n);
    size_t put = 0;
    while (put < n && ops->enqueue(end, items[put]) == SLUICE_OK)
        put++;
    return put;
}

/* What there is, at least one and at most n items. 0: closed and empty. */
SLUICE_INLINE size_t sluice_get_n(const struct sluice_queue_ops *ops, const enum sluice_signal signal,
                                  struct sluice_thread *thread, void **items, size_t n)
{
    size_t taken = sluice_try_get_n(ops, thread->in.end, items, n);
    if (SLUICE_UNLIKELY(taken == 0)) /* a single get waits, and tells the end from emptiness */
        return sluice_get(ops, signal, thread, items) == SLUICE_OK;
    sluice_moved(signal, thread, &thread->in, taken);
    return taken;
}

/* All n items, in order, waiting for room as often as need be. Returns how many were put; fewer than n only
   with *status SLUICE_CLOSED or SLUICE_NO_MEMORY. */
SLUICE_INLINE size_t sluice_put_n(const struct sluice_queue_ops *ops, const enum sluice_signal signal,
                                  struct sluice_thread *thread, void *const *items, size_t n,
                                  enum sluice_status *status)
{
    size_t put = 0;
    for (;;) {
        size_t now = sluice_try_put_n(ops, thread->out.end, items + put, n - put);
        if (now)
            sluice_moved(signal, thread, &thread->out, now);
        put += now;
        if (SLUICE_LIKELY(put == n))
            return n;
        /* A single put waits, and tells fullness from failure. */
        *status = sluice_put(ops, signal, thread, items[put]);
        if (*status != SLUICE_OK || ++put == n)
            return put;
    }
}

/* At least one and at most n items in place, to be given back by sluice_release. 0: closed and empty. */
SLUICE_INLINE size_t sluice_peek(const struct sluice_queue_ops *ops, struct sluice_thread *thread, size_t n,
                                 void ***slots)
{
    size_t there = ops->peek(thread->in.end, n, slots);
    if (SLUICE_UNLIKELY(there == 0)) {
        while (there == 0 && sluice_await(thread, &thread->in))
            there = ops->peek(thread->in.end, n, slots);
        sluice_resume(thread);
    }
    return there;
}

SLUICE_INLINE void sluice_release(const struct sluice_queue_ops *ops, const enum sluice_signal signal,
                                  struct sluice_thread *thread, size_t n)
{
    ops->release(thread->in.end, n);
    sluice_moved(signal, thread, &thread->in, n);
}

/* At least one and at most n free slots, to be published by sluice_commit. 0: told to stop. */
SLUICE_INLINE size_t sluice_reserve(const struct sluice_queue_ops *ops, struct sluice_thread *thread,
                                    size_t n, void ***slots)
{
    size_t there = ops->reserve(thread->out.end, n, slots);
    if (SLUICE_UNLIKELY(there == 0)) {
        while (there == 0 && sluice_await(thread, &thread->out))
            there = ops->reserve(thread->out.end, n, slots);
        sluice_resume(thread);
    }
    return there;
}

SLUICE_INLINE void sluice_commit(const struct sluice_queue_ops *ops, const enum sluice_signal signal,
                                 struct sluice_thread *thread, size_t n)
{
    ops->commit(thread->out.end, n);
    sluice_moved(signal, thread, &thread->out, n);
}

/* Makes every waiting thread of the channel look again. */
SLUICE_OUTLINE void sluice_channel_wake(struct sluice_channel *channel)
{
    sluice_ec_signal(&channel->items);
    sluice_ec_signal(&channel->room);
}

/* A producer's farewell. The last one closes the channel; each first pays the wake-ups it owes. */
SLUICE_OUTLINE void sluice_leave(struct sluice_thread *thread)
{
    struct sluice_channel *channel = thread->out.channel;
    sluice_flush(thread);
    /* Release: what this producer put is seen by whoever sees the channel closed; acquire: the last producer
       passes on what the others released. */
    if (atomic_fetch_sub_explicit(&channel->producers, 1, memory_order_acq_rel) != 1)
        return;
    atomic_store_explicit(&channel->closed, 1, memory_order_release);
    if (channel->close_queue)
        channel->close_queue(channel->queue);
    sluice_channel_wake(channel);
}

#endif
