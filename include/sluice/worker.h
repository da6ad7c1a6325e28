/* worker.h - one thread of the pipeline between its two channels: its work, its books, and how it waits. The
   loops that move the items are in stage.h. */
#ifndef SLUICE_WORKER_H
#define SLUICE_WORKER_H

#include <sluice/channel.h>
#include <sluice/local.h>

enum sluice_work_kind {
    SLUICE_WORK_NONE,  /* identity */
    SLUICE_WORK_SPIN,  /* amount: rounds of sluice_burn */
    SLUICE_WORK_SLEEP, /* amount: nanoseconds asleep, as blocking I/O would be */
    SLUICE_WORK_TOUCH, /* amount: bytes of the worker's buffer, read and written, a line at a time */
};

struct sluice_work {
    enum sluice_work_kind kind;
    uint64_t amount;
    unsigned char *buffer; /* touch: `amount` bytes, the worker's own */
};

struct sluice_worker {
    struct sluice_thread thread;
    struct sluice_work work;
    struct sluice_local local; /* shapes: between operations */
    struct sluice_check check; /* of what it takes */
    uint64_t stamp;            /* of what it put last; a sink, which puts nothing, counts likewise */
    uint64_t limit; /* source, shapes: items to put; sink: items after which `reached_ns` is noted; else 0 */
    uint32_t chunk; /* items between two looks at the flags and two publications, at least 1 */
    uint32_t batch; /* batch and span transfer: most items at once; burst: items in a row; at least 1 */
    void **items;   /* batch transfer: `batch` long */
    /* Called once, with the ledger published, when an item could not be put for want of memory; need not
     * return. */
    void (*out_of_memory)(struct sluice_worker *);
    /* Null, or called for each item before the work on it. False: the work on this one failed. */
    bool (*attempt)(struct sluice_worker *);
    _Atomic(bool)
        *ending;         /* the end is near: the sink notes when its last item came; the source may set it */
    uint64_t reached_ns; /* CLOCK_MONOTONIC when the sink had `limit` items; 0: not yet */
    uint64_t last_ns;    /* when it put its last item (source), or got its last one while ending (sink) */
    /* The loop's own. */
    uint64_t settled;   /* the stamp up to which the ledger counts */
    uint64_t announced; /* items that its channel was promised and does not have yet */
    uint64_t told_done; /* tasks that its channel was told are done */
    uint32_t sentinels; /* taken; more than one only in batches and spans */
    void *held;         /* an item that it took when the next hop had just ceased to take any */
    bool refused;       /* its items are not taken any more */
    bool over;
};

/* False: it failed. */
SLUICE_OUTLINE bool sluice_do_work(struct sluice_worker *worker)
{
    const struct sluice_work *work = &worker->work;
    if (worker->attempt && !worker->attempt(worker))
        return false;
    switch (work->kind) {
    case SLUICE_WORK_NONE:
        break;
    case SLUICE_WORK_SPIN:
        sluice_burn(work->amount);
        break;
    case SLUICE_WORK_SLEEP:
        sluice_flush(&worker->thread); /* a thread that blocks owes nobody a wake-up */
        sluice_sleep(work->amount);
        break;
    case SLUICE_WORK_TOUCH:
        for (uint64_t i = 0; i < work->amount; i += 64) {
            volatile unsigned char *byte = &work->buffer[i];
            *byte = *byte + 1;
        }
        break;
    }
    return true;
}

SLUICE_OUTLINE void sluice_no_memory(struct sluice_worker *worker)
{
    sluice_publish(&worker->thread.count, worker->thread.slot);
    worker->out_of_memory(worker);
}

/* --- the books --- */

/* Promises the next hop at most n items, where it counts tasks. False: it takes none any more. */
SLUICE_OUTLINE bool sluice_announce(struct sluice_worker *worker, uint64_t n)
{
    struct sluice_channel *out = worker->thread.out.channel;
    if (!out || out->ending != SLUICE_ENDS_BY_SHUTDOWN)
        return true;
    worker->refused = !sluice_begin_put(out, n);
    worker->announced = worker->refused ? 0 : n;
    return !worker->refused;
}

SLUICE_INLINE void sluice_settle_check(struct sluice_worker *worker, uint64_t next)
{
    uint64_t *n = worker->thread.count.n;
    sluice_check_cut(&worker->check, next);
    n[SLUICE_SUM] = worker->check.sum;
    n[SLUICE_SQUARES] = worker->check.squares;
    n[SLUICE_DISORDERED] = worker->check.disordered;
    n[SLUICE_FOREIGN] = worker->check.foreign;
}

/* Brings the ledger and the tasks up to date; no item is in hand. Called at the end of a chunk and before a
   wait for items, so that the counts of a thread that waits are right. */
SLUICE_OUTLINE void sluice_settle(const enum sluice_role role, struct sluice_worker *worker, uint64_t next,
                                  uint64_t stamp)
{
    uint64_t *n = worker->thread.count.n, moved = stamp - worker->settled;
    worker->settled = stamp;
    if (role != SLUICE_SINK)
        n[SLUICE_PUT] += moved;
    if (worker->announced) { /* first: what was made of a task is put before the task is done */
        sluice_end_put(worker->thread.out.channel, worker->announced - moved);
        worker->announced = 0;
    }
    if (role == SLUICE_SOURCE)
        return;
    n[SLUICE_TAKEN] += moved;
    sluice_settle_check(worker, next);
    struct sluice_channel *in = worker->thread.in.channel;
    if (in->ending == SLUICE_ENDS_BY_SHUTDOWN) {
        uint64_t done = n[SLUICE_TAKEN] + worker->sentinels - worker->told_done;
        worker->told_done += done;
        /* At most: where the queue made items up, they hold nobody up, and verification will say so. */
        sluice_tasks_take(&in->tasks, 0, done);
    }
    if (role == SLUICE_SINK && moved && atomic_load_explicit(worker->ending, memory_order_relaxed))
        worker->last_ns = sluice_now_ns();
}

/* --- waiting: instantiated by backend.h as functions of their own, so that the loops have the registers ---
 */

/* The item that comes after a wait, of which at most `most` may be put from here on (0: none will). Null:
   there comes none any more, and the worker is over; or the next hop takes none any more, and the item is
   held. */
SLUICE_INLINE void *sluice_wait_for_item(const struct sluice_queue_ops *ops, const enum sluice_role role,
                                         const enum sluice_signal signal, struct sluice_worker *worker,
                                         uint64_t next, uint64_t stamp, uint64_t most)
{
    struct sluice_thread *thread = &worker->thread;
    void *item = NULL;
    sluice_settle(role, worker, next, stamp);
    if (sluice_keep_getting(ops, signal, thread, thread->in.end, &item, SLUICE_AGAIN) != SLUICE_OK) {
        worker->over = true;
        return NULL;
    }
    sluice_moved(signal, thread, &thread->in, 1);
    if (role == SLUICE_SINK || !most || sluice_announce(worker, most))
        return item;
    worker->held = item;
    return NULL;
}

/* Puts an item that there was no room for. */
SLUICE_INLINE enum sluice_status sluice_wait_for_room(const struct sluice_queue_ops *ops,
                                                      const enum sluice_signal signal,
                                                      struct sluice_worker *worker, void *item)
{
    struct sluice_thread *thread = &worker->thread;
    enum sluice_status status = sluice_keep_putting(ops, signal, thread, thread->out.end, item, SLUICE_AGAIN);
    if (status == SLUICE_OK)
        sluice_moved(signal, thread, &thread->out, 1);
    return status;
}

#endif
