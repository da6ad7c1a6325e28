/* transfer.h - items, batches and spans through a channel, waiting as its policies say. These are what the
   loops of stage.h are made of: their success path is the queue's own code, and all waiting is out of line.
   They notice the end of a channel when they have to wait; channel.h has the calls that notice it at once.

   They take the queue's operations as a constant table, so that the compiler folds the calls away. The end is
   given apart from the handle where a loop can then keep it in a register. */
#ifndef SLUICE_TRANSFER_H
#define SLUICE_TRANSFER_H

#include <sluice/await.h>

/* Gets on trying after a poll that failed with `status`. */
SLUICE_INLINE enum sluice_status sluice_keep_getting(const struct sluice_queue_ops *ops,
                                                     const enum sluice_signal signal,
                                                     struct sluice_thread *thread, void *end, void **item,
                                                     enum sluice_status status)
{
    while (status == SLUICE_AGAIN && sluice_await(thread, &thread->in)) {
        if (signal == SLUICE_NATIVE && ops->dequeue_wait) {
            status = ops->dequeue_wait(end, item, thread->deadline);
            thread->count.n[SLUICE_WAKEUPS]++;
        } else {
            status = ops->dequeue(end, item);
        }
    }
    return sluice_resume(thread, status);
}

/* One item. SLUICE_OK; SLUICE_CLOSED when the channel is at its end, or the thread was cut off; SLUICE_AGAIN
   when the thread's deadline has passed. */
SLUICE_INLINE enum sluice_status sluice_get_at(const struct sluice_queue_ops *ops,
                                               const enum sluice_signal signal, struct sluice_thread *thread,
                                               void *end, void **item)
{
    enum sluice_status status = ops->dequeue(end, item);
    if (SLUICE_UNLIKELY(status != SLUICE_OK)) {
        status = sluice_keep_getting(ops, signal, thread, end, item, status);
        if (status != SLUICE_OK)
            return status;
    }
    sluice_moved(signal, thread, &thread->in, 1);
    return SLUICE_OK;
}

/* Gets on trying after a put that failed with `status`. */
SLUICE_INLINE enum sluice_status sluice_keep_putting(const struct sluice_queue_ops *ops,
                                                     const enum sluice_signal signal,
                                                     struct sluice_thread *thread, void *end, void *item,
                                                     enum sluice_status status)
{
    while (status == SLUICE_AGAIN && sluice_await(thread, &thread->out)) {
        if (signal == SLUICE_NATIVE && ops->enqueue_wait) {
            status = ops->enqueue_wait(end, item, thread->deadline);
            thread->count.n[SLUICE_WAKEUPS]++;
        } else {
            status = ops->enqueue(end, item);
        }
    }
    return sluice_resume(thread, status);
}

/* Likewise into the channel. All but SLUICE_OK: the item was not taken; SLUICE_NO_MEMORY: nor can it be. */
SLUICE_INLINE enum sluice_status sluice_put_at(const struct sluice_queue_ops *ops,
                                               const enum sluice_signal signal, struct sluice_thread *thread,
                                               void *end, void *item)
{
    enum sluice_status status = ops->enqueue(end, item);
    if (SLUICE_UNLIKELY(status != SLUICE_OK)) {
        status = sluice_keep_putting(ops, signal, thread, end, item, status);
        if (status != SLUICE_OK)
            return status;
    }
    sluice_moved(signal, thread, &thread->out, 1);
    return SLUICE_OK;
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

/* What there is, at least one and at most n items. 0: see sluice_get_at. */
SLUICE_INLINE size_t sluice_get_n(const struct sluice_queue_ops *ops, const enum sluice_signal signal,
                                  struct sluice_thread *thread, void **items, size_t n)
{
    size_t taken = sluice_try_get_n(ops, thread->in.end, items, n);
    if (SLUICE_UNLIKELY(taken == 0)) /* a single get waits, and tells the end from emptiness */
        return sluice_get_at(ops, signal, thread, thread->in.end, items) == SLUICE_OK;
    sluice_moved(signal, thread, &thread->in, taken);
    return taken;
}

/* All n items, in order, waiting for room as often as need be. Returns how many were put; where they are
   fewer than n, *status says why. */
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
        *status = sluice_put_at(ops, signal, thread, thread->out.end, items[put]);
        if (*status != SLUICE_OK || ++put == n)
            return put;
    }
}

/* Gets on trying after a peek that found nothing. */
SLUICE_INLINE size_t sluice_keep_peeking(const struct sluice_queue_ops *ops, struct sluice_thread *thread,
                                         size_t n, void ***slots)
{
    size_t there = 0;
    while (there == 0 && sluice_await(thread, &thread->in))
        there = ops->peek(thread->in.end, n, slots);
    sluice_resume(thread, there ? SLUICE_OK : SLUICE_AGAIN);
    return there;
}

/* At least one and at most n items in place, to be given back by sluice_release. 0: see sluice_get_at. */
SLUICE_INLINE size_t sluice_peek(const struct sluice_queue_ops *ops, struct sluice_thread *thread, size_t n,
                                 void ***slots)
{
    size_t there = ops->peek(thread->in.end, n, slots);
    return SLUICE_LIKELY(there) ? there : sluice_keep_peeking(ops, thread, n, slots);
}

SLUICE_INLINE void sluice_release(const struct sluice_queue_ops *ops, const enum sluice_signal signal,
                                  struct sluice_thread *thread, size_t n)
{
    ops->release(thread->in.end, n);
    sluice_moved(signal, thread, &thread->in, n);
}

/* At least one and at most n free slots, to be published by sluice_commit. 0: see sluice_put_at. */
SLUICE_INLINE size_t sluice_reserve(const struct sluice_queue_ops *ops, struct sluice_thread *thread,
                                    size_t n, void ***slots)
{
    size_t there = ops->reserve(thread->out.end, n, slots);
    if (SLUICE_UNLIKELY(there == 0)) {
        while (there == 0 && sluice_await(thread, &thread->out))
            there = ops->reserve(thread->out.end, n, slots);
        sluice_resume(thread, there ? SLUICE_OK : SLUICE_AGAIN);
    }
    return there;
}

SLUICE_INLINE void sluice_commit(const struct sluice_queue_ops *ops, const enum sluice_signal signal,
                                 struct sluice_thread *thread, size_t n)
{
    ops->commit(thread->out.end, n);
    sluice_moved(signal, thread, &thread->out, n);
}

#endif
