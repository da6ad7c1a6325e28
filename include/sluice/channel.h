/* channel.h - a channel: a queue that only tries, with all that threads need to coordinate their work over
   it. This is the protocol of Python's queue.Queue (3.13) over any queue, for threads that call one operation
   at a time; the loops of stage.h speak the same protocol for many items at once.

     Python                          here
     Queue(maxsize)                  sluice_channel_init over a queue of that capacity
     put(item), get()                sluice_put, sluice_get
     put(item, timeout=..), get(..)  sluice_put_until, sluice_get_until
     put_nowait(item), get_nowait()  the same with a deadline that has passed
     task_done(), join()             sluice_task_done, sluice_join
     shutdown()                      sluice_shutdown(channel, false): the rest is drained
     shutdown(immediate=True)        sluice_shutdown(channel, true): the rest is dropped
     the lesson's close()            sluice_close: a sentinel for each getter

   What differs, because a lock-free queue gives items to its consumers only: what an immediate shutdown drops
   is taken out by the getters, each at its next look (one that waits is woken for that), and not by the
   thread that shuts down. Tasks are counted, and a shutdown is possible, in channels that end by shutdown.

     call                              by
     sluice_channel_init               one thread, before the threads start
     sluice_get*, sluice_put*, _close  the thread that owns the handle
     sluice_leave                      each producer once, after its last put
     the others                        any thread */
#ifndef SLUICE_CHANNEL_H
#define SLUICE_CHANNEL_H

#include <sluice/stamp.h>
#include <sluice/transfer.h>

/* --- tasks --- */

/* n items that were taken are done; n = 1 is Python's task_done. False, and nothing changes: there are not so
   many that are not done yet, which is a bug of the caller (in Python a ValueError). */
SLUICE_OUTLINE bool sluice_task_done(struct sluice_channel *channel, uint64_t n)
{
    return sluice_tasks_done(&channel->tasks, n);
}

/* Waits until every item that was put is done: SLUICE_OK; SLUICE_AGAIN: the deadline (CLOCK_MONOTONIC; null:
   none) has passed before. */
SLUICE_OUTLINE enum sluice_status sluice_join(struct sluice_channel *channel, const struct timespec *deadline)
{
    return sluice_tasks_join(&channel->tasks, deadline);
}

/* Brackets puts of a thread, at most n >= 1 items: what is put between the two is counted. False: the channel
   is shut down, and nothing is to be put or ended. */
SLUICE_OUTLINE bool sluice_begin_put(struct sluice_channel *channel, uint64_t n)
{
    if (SLUICE_LIKELY(sluice_tasks_begin_put(&channel->tasks, n)))
        return true;
    if (sluice_tasks_end_put(&channel->tasks, n))
        sluice_ec_signal(&channel->items);
    return false;
}

/* `unused`: how many of them were not put after all. */
SLUICE_OUTLINE void sluice_end_put(struct sluice_channel *channel, uint64_t unused)
{
    if (sluice_tasks_end_put(&channel->tasks, unused))
        sluice_ec_signal(&channel->items); /* getters wait for the last putter of a shut channel */
}

/* --- the end --- */

/* Nothing is put any more: who waits for room is woken and refused, and so is who comes later. Getters get
   what is left, or drop it, and are refused then. */
SLUICE_OUTLINE void sluice_shutdown(struct sluice_channel *channel, bool immediate)
{
    sluice_tasks_mark(&channel->tasks, SLUICE_TASK_SHUT | (immediate ? SLUICE_TASK_DROPPING : 0));
    if (channel->close_queue)
        channel->close_queue(channel->queue); /* for those that wait in the queue */
    sluice_channel_wake(channel);
}

/* Getters drop what is there and what still comes, until the channel is at its end. */
SLUICE_OUTLINE void sluice_drop(struct sluice_channel *channel)
{
    sluice_tasks_mark(&channel->tasks, SLUICE_TASK_DROPPING);
    sluice_channel_wake(channel);
}

SLUICE_INLINE bool sluice_is_dropping(struct sluice_channel *channel)
{
    return atomic_load_explicit(&channel->tasks.word, memory_order_acquire) & SLUICE_TASK_DROPPING;
}

/* A producer's farewell: it pays the wake-ups that it owes, and the last one closes a channel that ends so.
 */
SLUICE_OUTLINE void sluice_leave(struct sluice_thread *thread)
{
    struct sluice_channel *channel = thread->out.channel;
    sluice_flush(thread);
    /* Release: what this producer put is seen by whoever sees the channel closed; acquire: the last producer
       passes on what the others released. */
    if (channel->ending != SLUICE_ENDS_BY_LEAVING ||
        atomic_fetch_sub_explicit(&channel->producers, 1, memory_order_acq_rel) != 1)
        return;
    atomic_store_explicit(&channel->closed, 1, memory_order_release);
    if (channel->close_queue)
        channel->close_queue(channel->queue);
    sluice_channel_wake(channel);
}

/* --- one item at a time --- */

/* Puts an item, waiting for room as the policy says. SLUICE_OK; else it was not taken: SLUICE_CLOSED: the
   channel is shut down, or the thread was cut off; SLUICE_NO_MEMORY; SLUICE_AGAIN: the thread's deadline has
   passed. */
SLUICE_INLINE enum sluice_status sluice_put(const struct sluice_queue_ops *ops,
                                            const enum sluice_signal signal, struct sluice_thread *thread,
                                            void *item)
{
    struct sluice_channel *channel = thread->out.channel;
    if (channel->ending != SLUICE_ENDS_BY_SHUTDOWN)
        return sluice_put_at(ops, signal, thread, thread->out.end, item);
    if (!sluice_begin_put(channel, 1))
        return SLUICE_CLOSED;
    enum sluice_status status = sluice_put_at(ops, signal, thread, thread->out.end, item);
    sluice_end_put(channel, status != SLUICE_OK);
    return status;
}

SLUICE_INLINE bool sluice_is_sentinel(const struct sluice_channel *channel, const void *item)
{
    return sluice_stamp_of(channel->intrusive, item) == SLUICE_SENTINEL;
}

/* Drops what is left, as tasks that are done. SLUICE_CLOSED, or SLUICE_AGAIN: the deadline has passed before
   the last putter had left, so that there may come more. */
SLUICE_INLINE enum sluice_status sluice_drop_rest(const struct sluice_queue_ops *ops,
                                                  const enum sluice_signal signal,
                                                  struct sluice_thread *thread)
{
    struct sluice_channel *channel = thread->in.channel;
    enum sluice_status status;
    void *item;
    while ((status = sluice_get_at(ops, signal, thread, thread->in.end, &item)) == SLUICE_OK) {
        thread->count.n[SLUICE_DISCARDED] += !sluice_is_sentinel(channel, item);
        sluice_item_free(channel->intrusive, item);
        sluice_task_done(channel, 1);
    }
    return status;
}

/* Takes an item, waiting for one as the policy says. SLUICE_OK; SLUICE_CLOSED: the channel is at its end, a
   sentinel came (which must be the last thing that this thread gets), or the thread was cut off;
   SLUICE_AGAIN: the thread's deadline has passed. */
SLUICE_INLINE enum sluice_status sluice_get(const struct sluice_queue_ops *ops,
                                            const enum sluice_signal signal, struct sluice_thread *thread,
                                            void **item)
{
    struct sluice_channel *channel = thread->in.channel;
    enum sluice_status status = SLUICE_CLOSED;
    if (!sluice_is_dropping(channel))
        status = sluice_get_at(ops, signal, thread, thread->in.end, item);
    bool got = status == SLUICE_OK, drops = sluice_is_dropping(channel);
    bool is_sentinel = got && sluice_is_sentinel(channel, *item);
    if (got && !drops && !is_sentinel)
        return SLUICE_OK;
    if (got) {
        sluice_item_free(channel->intrusive, *item);
        thread->count.n[SLUICE_DISCARDED] += drops && !is_sentinel;
        sluice_task_done(channel, 1);
    }
    if (!drops) {
        sluice_flush(thread); /* who puts sentinels may wait for the room of this one */
        return got ? SLUICE_CLOSED : status;
    }
    return sluice_drop_rest(ops, signal, thread);
}

/* The same two until an absolute CLOCK_MONOTONIC time, which has passed where they answer SLUICE_AGAIN. */
SLUICE_INLINE enum sluice_status sluice_put_until(const struct sluice_queue_ops *ops,
                                                  const enum sluice_signal signal,
                                                  struct sluice_thread *thread, void *item,
                                                  const struct timespec *deadline)
{
    thread->deadline = deadline;
    enum sluice_status status = sluice_put(ops, signal, thread, item);
    thread->deadline = NULL;
    return status;
}

SLUICE_INLINE enum sluice_status sluice_get_until(const struct sluice_queue_ops *ops,
                                                  const enum sluice_signal signal,
                                                  struct sluice_thread *thread, void **item,
                                                  const struct timespec *deadline)
{
    thread->deadline = deadline;
    enum sluice_status status = sluice_get(ops, signal, thread, item);
    thread->deadline = NULL;
    return status;
}

/* Puts a sentinel for each of so many getters, behind all items that were put before: each takes one and
   ends. It is a task like any item. Needs a queue that is FIFO over all producers. As sluice_put. */
SLUICE_INLINE enum sluice_status sluice_close(const struct sluice_queue_ops *ops,
                                              const enum sluice_signal signal, struct sluice_thread *thread,
                                              uint32_t getters)
{
    bool intrusive = thread->out.channel->intrusive;
    enum sluice_status status = SLUICE_OK;
    while (status == SLUICE_OK && getters-- > 0) {
        void *sentinel = sluice_item_of(intrusive, SLUICE_SENTINEL);
        status = sentinel ? sluice_put(ops, signal, thread, sentinel) : SLUICE_NO_MEMORY;
        if (status != SLUICE_OK)
            sluice_item_free(intrusive, sentinel);
    }
    sluice_flush(thread);
    return status;
}

#endif
