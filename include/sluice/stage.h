/* stage.h - what a thread of the pipeline does: source, worker and sink, one loop for all of them.

   The loop is a template: backend.h instantiates it for each backend, role, transfer and way of
   signalling, all of them compile-time constants, so that a step is the queue's code, the work and the
   check, and nothing else. It counts in locals and publishes once a chunk. */
#ifndef SLUICE_STAGE_H
#define SLUICE_STAGE_H

#include <sluice/worker.h>

/* The parts of a loop's state that live in registers. */
struct sluice_run {
    uint64_t next;  /* the stamp that continues the check's run */
    uint64_t stamp; /* given last */
    void *in, *out; /* the queues' ends */
};

/* What the template is instantiated for; every field is a compile-time constant. */
struct sluice_variant {
    const struct sluice_queue_ops *ops;
    enum sluice_role role;
    enum sluice_transfer transfer;
    enum sluice_signal signal;
    bool intrusive;
    bool works; /* there is work to do on an item; a source has none */
    /* What follows a poll that failed, out of the loop's way: see sluice_wait_for_item and _room. */
    void *(*take)(struct sluice_worker *, uint64_t next, uint64_t stamp, uint64_t most);
    enum sluice_status (*put)(struct sluice_worker *, void *item);
};

/* Settles a chunk and copies the ledger to the slot. */
SLUICE_INLINE void sluice_end_chunk(const struct sluice_variant v, struct sluice_worker *worker,
                                    struct sluice_run *run)
{
    sluice_settle(v.role, worker, run->next, run->stamp);
    if (v.role == SLUICE_SINK && worker->limit && worker->thread.count.n[SLUICE_TAKEN] == worker->limit)
        worker->reached_ns = sluice_now_ns();
    sluice_publish(&worker->thread.count, worker->thread.slot);
}

/* --- items --- */

/* Looks at an item that was taken. False: it is no item but a sentinel. */
SLUICE_INLINE bool sluice_check_item(const struct sluice_variant v, struct sluice_worker *worker,
                                     struct sluice_run *run, void *item)
{
    uint64_t stamp = sluice_stamp_of(v.intrusive, item);
    __asm__ volatile("" ::"r"(stamp)); /* the item is read, verified or not */
    if (!SLUICE_VERIFY)
        return true;
    if (SLUICE_LIKELY(stamp == run->next)) {
        run->next++;
        return true;
    }
    if (SLUICE_UNLIKELY(stamp == SLUICE_SENTINEL))
        return false;
    run->next = sluice_check_break(&worker->check, run->next, stamp);
    return true;
}

/* Drops an item that was checked. */
SLUICE_INLINE void sluice_drop_item(const struct sluice_variant v, struct sluice_worker *worker, void *item,
                                    enum sluice_count why)
{
    sluice_item_free(v.intrusive, item);
    worker->thread.count.n[SLUICE_TAKEN]++;
    worker->thread.count.n[why]++;
}

/* Takes the sentinels that a batch ends in; the first one is at `items`. */
SLUICE_INLINE void sluice_take_sentinels(const struct sluice_variant v, struct sluice_worker *worker,
                                         void **items, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sluice_item_free(v.intrusive, items[i]);
    worker->sentinels += (uint32_t)n;
    worker->over = true;
}

/* Items made but not put: nobody takes them any more, the thread was told to stop, or memory ran out. */
SLUICE_INLINE void sluice_unput(const struct sluice_variant v, struct sluice_worker *worker,
                                struct sluice_run *run, void **items, size_t n, enum sluice_status status)
{
    run->stamp -= n;
    for (size_t i = 0; i < n; i++)
        sluice_item_free(v.intrusive, items[i]);
    if (v.role == SLUICE_WORKER) {
        worker->thread.count.n[SLUICE_TAKEN] += n;
        worker->thread.count.n[SLUICE_DISCARDED] += n;
    }
    worker->refused = true;
    if (status == SLUICE_NO_MEMORY) {
        worker->over = true;
        sluice_no_memory(worker);
    }
}

/* The result of the work on an item that was taken, stamped for the next hop; a source makes it of nothing.
   Null: the work failed (and the item was dropped), a sink has no result, or a source has no memory. */
SLUICE_INLINE void *sluice_make(const struct sluice_variant v, struct sluice_worker *worker,
                                struct sluice_run *run, void *item)
{
    if (v.works && SLUICE_UNLIKELY(!sluice_do_work(worker))) {
        sluice_drop_item(v, worker, item, SLUICE_FAILED);
        return NULL;
    }
    ++run->stamp;
    if (v.role == SLUICE_SINK) {
        sluice_item_free(v.intrusive, item);
        return NULL;
    }
    if (!v.intrusive || v.role == SLUICE_SOURCE)
        return sluice_item_of(v.intrusive, run->stamp);
    ((struct sluice_payload *)item)->stamp = run->stamp;
    return item;
}

/* One item; false: see sluice_wait_for_item. */
SLUICE_INLINE bool sluice_take(const struct sluice_variant v, struct sluice_worker *worker,
                               struct sluice_run *run, void **item, uint64_t most)
{
    if (SLUICE_LIKELY(v.ops->dequeue(run->in, item) == SLUICE_OK)) {
        sluice_moved(v.signal, &worker->thread, &worker->thread.in, 1);
        return true;
    }
    *item = v.take(worker, run->next, run->stamp, most);
    return *item != NULL;
}

SLUICE_INLINE enum sluice_status sluice_give(const struct sluice_variant v, struct sluice_worker *worker,
                                             struct sluice_run *run, void *item)
{
    enum sluice_status status = v.ops->enqueue(run->out, item);
    if (SLUICE_UNLIKELY(status != SLUICE_OK))
        return status == SLUICE_AGAIN ? v.put(worker, item) : status;
    sluice_moved(v.signal, &worker->thread, &worker->thread.out, 1);
    return status;
}

/* --- a step, by transfer; false: look at the flags before the next one --- */

SLUICE_INLINE bool sluice_step_item(const struct sluice_variant v, struct sluice_worker *worker,
                                    struct sluice_run *run, uint64_t most)
{
    void *item = NULL;
    if (v.role != SLUICE_SOURCE) {
        if (SLUICE_UNLIKELY(!sluice_take(v, worker, run, &item, most)))
            return false;
        if (SLUICE_UNLIKELY(!sluice_check_item(v, worker, run, item))) {
            sluice_take_sentinels(v, worker, &item, 1);
            return false;
        }
    }
    item = sluice_make(v, worker, run, item);
    if (v.role == SLUICE_SINK)
        return true;
    if (v.works && SLUICE_UNLIKELY(!item))
        return false;
    enum sluice_status status = v.intrusive && !item ? SLUICE_NO_MEMORY : sluice_give(v, worker, run, item);
    if (SLUICE_UNLIKELY(status != SLUICE_OK))
        sluice_unput(v, worker, run, &item, 1, status);
    return SLUICE_LIKELY(status == SLUICE_OK);
}

/* Takes a batch into worker->items; 0 where sluice_take gives null. */
SLUICE_INLINE size_t sluice_take_batch(const struct sluice_variant v, struct sluice_worker *worker,
                                       struct sluice_run *run, size_t n, uint64_t most)
{
    size_t taken = sluice_try_get_n(v.ops, run->in, worker->items, n);
    if (SLUICE_UNLIKELY(taken == 0)) {
        worker->items[0] = v.take(worker, run->next, run->stamp, most);
        return worker->items[0] != NULL;
    }
    sluice_moved(v.signal, &worker->thread, &worker->thread.in, taken);
    return taken;
}

/* Puts a batch; returns how many were put, fewer than n only with a status that says why. */
SLUICE_INLINE size_t sluice_give_batch(const struct sluice_variant v, struct sluice_worker *worker,
                                       struct sluice_run *run, void *const *items, size_t n,
                                       enum sluice_status *status)
{
    size_t put = 0;
    for (;;) {
        size_t now = sluice_try_put_n(v.ops, run->out, items + put, n - put);
        if (now)
            sluice_moved(v.signal, &worker->thread, &worker->thread.out, now);
        put += now;
        if (SLUICE_LIKELY(put == n))
            return n;
        *status = v.put(worker, items[put]);
        if (*status != SLUICE_OK || ++put == n)
            return put;
    }
}

SLUICE_INLINE bool sluice_step_batch(const struct sluice_variant v, struct sluice_worker *worker,
                                     struct sluice_run *run, uint64_t most)
{
    void **items = worker->items;
    enum sluice_status status = SLUICE_OK;
    size_t n = most < worker->batch ? most : worker->batch, made = 0;
    if (v.role != SLUICE_SOURCE && !(n = sluice_take_batch(v, worker, run, n, most)))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (v.role != SLUICE_SOURCE && SLUICE_UNLIKELY(!sluice_check_item(v, worker, run, items[i]))) {
            sluice_take_sentinels(v, worker, items + i, n - i);
            break;
        }
        void *item = sluice_make(v, worker, run, v.role == SLUICE_SOURCE ? NULL : items[i]);
        if (v.role == SLUICE_SINK)
            continue;
        if (SLUICE_LIKELY(!(v.works || (v.intrusive && v.role == SLUICE_SOURCE)) || item)) {
            items[made++] = item;
        } else if (v.role == SLUICE_SOURCE) {
            items[made++] = NULL;
            sluice_unput(v, worker, run, items, made, SLUICE_NO_MEMORY);
            return false;
        }
    }
    if (v.role == SLUICE_SINK)
        return !worker->over;
    if (made == 0)
        return false;
    size_t put = sluice_give_batch(v, worker, run, items, made, &status);
    if (SLUICE_UNLIKELY(put < made))
        sluice_unput(v, worker, run, items + put, made - put, status);
    return put == n;
}

/* Finds at most n items in place; 0: there are none, or the next hop takes none any more. */
SLUICE_INLINE size_t sluice_find_span(const struct sluice_variant v, struct sluice_worker *worker,
                                      struct sluice_run *run, size_t n, void ***slots, uint64_t most)
{
    size_t there = v.ops->peek(run->in, n, slots);
    if (SLUICE_LIKELY(there))
        return there;
    sluice_settle(v.role, worker, run->next, run->stamp);
    there = sluice_keep_peeking(v.ops, &worker->thread, n, slots);
    worker->over = there == 0;
    return v.role == SLUICE_SINK || worker->over || sluice_announce(worker, most) ? there : 0;
}

SLUICE_INLINE bool sluice_step_span(const struct sluice_variant v, struct sluice_worker *worker,
                                    struct sluice_run *run, uint64_t most)
{
    void **from = NULL, **to = NULL;
    size_t n = most < worker->batch ? most : worker->batch, made = 0;
    if (v.role != SLUICE_SOURCE && !(n = sluice_find_span(v, worker, run, n, &from, most)))
        return false;
    if (v.role != SLUICE_SINK && !(n = sluice_reserve(v.ops, &worker->thread, n, &to))) {
        worker->refused = true; /* what was found stays in the queue */
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (v.role != SLUICE_SOURCE && SLUICE_UNLIKELY(!sluice_check_item(v, worker, run, from[i]))) {
            sluice_take_sentinels(v, worker, from + i, n - i);
            break;
        }
        void *item = sluice_make(v, worker, run, v.role == SLUICE_SOURCE ? NULL : from[i]);
        if (v.role != SLUICE_SINK && (!v.works || SLUICE_LIKELY(item)))
            to[made++] = item;
    }
    if (v.role != SLUICE_SINK && made)
        sluice_commit(v.ops, v.signal, &worker->thread, made);
    if (v.role != SLUICE_SOURCE)
        sluice_release(v.ops, v.signal, &worker->thread, n);
    return v.role == SLUICE_SINK ? !worker->over : made == n;
}

SLUICE_INLINE bool sluice_step(const struct sluice_variant v, struct sluice_worker *worker,
                               struct sluice_run *run, uint64_t most)
{
    if (v.transfer == SLUICE_ITEM)
        return sluice_step_item(v, worker, run, most);
    if (v.transfer == SLUICE_BATCH)
        return sluice_step_batch(v, worker, run, most);
    return sluice_step_span(v, worker, run, most);
}

/* --- chunks of steps --- */

SLUICE_INLINE bool sluice_is_cut(const struct sluice_handle *handle)
{
    return handle->cut && atomic_load_explicit(handle->cut, memory_order_relaxed);
}

/* Items until the next look at the flags; 0: the source has put all, or was told to stop. */
SLUICE_INLINE uint64_t sluice_next_chunk(const struct sluice_variant v, const struct sluice_worker *worker)
{
    uint64_t chunk = worker->chunk, left = UINT64_MAX;
    if (v.role == SLUICE_SOURCE) {
        left = sluice_is_cut(&worker->thread.out) ? 0 : worker->limit - worker->thread.count.n[SLUICE_PUT];
        if (left <= chunk)
            atomic_store_explicit(worker->ending, true, memory_order_relaxed);
    } else if (v.role == SLUICE_SINK && worker->thread.count.n[SLUICE_TAKEN] < worker->limit) {
        left = worker->limit - worker->thread.count.n[SLUICE_TAKEN];
    }
    return left < chunk ? left : chunk;
}

/* Takes and drops a chunk of what comes. */
SLUICE_INLINE void sluice_drop_chunk(const struct sluice_variant v, struct sluice_worker *worker,
                                     struct sluice_run *run)
{
    for (uint32_t i = 0; i < worker->chunk && !worker->over; i++) {
        void *item = worker->held;
        worker->held = NULL;
        if (!item && !sluice_take(v, worker, run, &item, 0))
            break;
        if (sluice_check_item(v, worker, run, item))
            sluice_drop_item(v, worker, item, SLUICE_DISCARDED);
        else
            sluice_take_sentinels(v, worker, &item, 1);
    }
    sluice_end_chunk(v, worker, run);
}

/* Works on at most so many items; ends earlier where the flags want to be looked at. Counts by the stamps, so
   that the loop needs no register for a counter. */
SLUICE_INLINE void sluice_run_chunk(const struct sluice_variant v, struct sluice_worker *worker,
                                    struct sluice_run *run, uint64_t chunk)
{
    uint64_t end = run->stamp + chunk;
    while (run->stamp < end && SLUICE_LIKELY(sluice_step(v, worker, run, end - run->stamp)))
        ;
}

SLUICE_INLINE bool sluice_has_work(const struct sluice_worker *worker)
{
    return worker->work.kind != SLUICE_WORK_NONE || worker->attempt;
}

/* The loop of a thread's life in the pipeline. Who is refused by the next hop goes on taking, and drops, so
   that nobody stays blocked before it. */
SLUICE_INLINE void sluice_run_role(const struct sluice_variant v, struct sluice_worker *worker)
{
    struct sluice_run run = {.next = worker->check.begin,
                             .stamp = worker->stamp,
                             .in = worker->thread.in.end,
                             .out = worker->thread.out.end};
    struct sluice_variant working = v;
    working.works = v.role != SLUICE_SOURCE;
    worker->settled = run.stamp;
    sluice_set_state(worker->thread.slot, SLUICE_WORKING);
    while (!worker->over) {
        if (v.role != SLUICE_SOURCE && (worker->refused || sluice_is_dropping(worker->thread.in.channel))) {
            sluice_drop_chunk(v, worker, &run);
            continue;
        }
        uint64_t chunk = sluice_next_chunk(v, worker);
        if (chunk > 0 && (v.role == SLUICE_SINK || sluice_announce(worker, chunk))) {
            if (sluice_has_work(worker))
                sluice_run_chunk(working, worker, &run, chunk);
            else
                sluice_run_chunk(v, worker, &run, chunk);
            sluice_end_chunk(v, worker, &run);
        }
        if (v.role == SLUICE_SOURCE)
            worker->over |= chunk == 0 || worker->refused;
        else
            worker->over |= !worker->held && sluice_is_cut(&worker->thread.in);
    }
    worker->stamp = run.stamp;
    if (v.role == SLUICE_SOURCE)
        worker->last_ns = sluice_now_ns();
    if (v.role == SLUICE_SINK)
        sluice_flush(&worker->thread);
    else
        sluice_leave(&worker->thread);
    sluice_end_chunk(v, worker, &run);
    sluice_set_state(worker->thread.slot, SLUICE_ENDED);
}

#endif
