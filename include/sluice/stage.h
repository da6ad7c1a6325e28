/* stage.h - what a thread of the pipeline does: source, worker and sink, one loop for all of them.

   The loop is a template: backend.h instantiates it for each backend, role, transfer and way of
   signalling, all of them compile-time constants, so that a step is the queue's code, the work and the
   check, and nothing else. It counts in locals and publishes once a chunk. */
#ifndef SLUICE_STAGE_H
#define SLUICE_STAGE_H

#include <sluice/channel.h>
#include <sluice/stamp.h>

/* What intrusive queues are given: an item with room for the queue's node in front. The source allocates one
   for each item and the sink frees it, as a program does whose items carry their queue nodes. */
struct sluice_payload {
    alignas(max_align_t) unsigned char room[32];
    uint64_t stamp;
};

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
    struct sluice_check check; /* of what it takes */
    uint64_t stamp;            /* of what it put last */
    uint64_t limit; /* source: items to put; sink: items after which `reached_ns` is noted; else 0 */
    uint32_t chunk; /* items between two looks at the flags and two publications, at least 1 */
    uint32_t batch; /* batch and span transfer: most items at once, at least 1 */
    void **items;   /* batch transfer: `batch` long */
    const _Atomic bool *discard; /* when this becomes true, take and drop */
    /* Called once, with the ledger published, when an item could not be put for want of memory; need not
     * return. */
    void (*out_of_memory)(struct sluice_worker *);
    uint64_t reached_ns; /* CLOCK_MONOTONIC when the sink had `limit` items; 0: not yet */
};

/* Rounds of arithmetic that depend on each other, for work that takes CPU time and touches no memory; about a
   nanosecond each, which the harness calibrates. */
SLUICE_INLINE void sluice_burn(uint64_t rounds)
{
    uint64_t x = rounds;
    for (uint64_t i = 0; i < rounds; i++) {
        x = x * UINT64_C(6364136223846793005) + 1;
        __asm__ volatile("" : "+r"(x));
    }
}

SLUICE_INLINE uint64_t sluice_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

SLUICE_OUTLINE void sluice_do_work(struct sluice_worker *worker)
{
    const struct sluice_work *work = &worker->work;
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
        for (uint64_t i = 0; i < work->amount; i += 64)
            ++*(volatile unsigned char *)&work->buffer[i];
        break;
    }
}

SLUICE_OUTLINE void sluice_no_memory(struct sluice_worker *worker)
{
    sluice_publish(&worker->thread.count, worker->thread.slot);
    worker->out_of_memory(worker);
}

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
};

SLUICE_INLINE uint64_t sluice_stamp_of(const struct sluice_variant v, const void *item)
{
    return v.intrusive ? ((const struct sluice_payload *)item)->stamp : (uint64_t)(uintptr_t)item;
}

/* The result of the work on an item, stamped for the next hop; `item` is null in a source. Null: no memory.
 */
SLUICE_INLINE void *sluice_stamped(const struct sluice_variant v, void *item, uint64_t stamp)
{
    if (!v.intrusive)
        return (void *)(uintptr_t)stamp;
    struct sluice_payload *payload = v.role == SLUICE_SOURCE ? malloc(sizeof *payload) : item;
    if (SLUICE_LIKELY(payload != NULL))
        payload->stamp = stamp;
    return payload;
}

SLUICE_INLINE void sluice_consume(const struct sluice_variant v, void *item)
{
    if (v.intrusive)
        free(item);
}

SLUICE_INLINE void *sluice_make(const struct sluice_variant v, struct sluice_worker *worker,
                                struct sluice_run *run, void *item)
{
    if (v.role != SLUICE_SOURCE) {
        uint64_t stamp = sluice_stamp_of(v, item);
        __asm__ volatile("" ::"r"(stamp)); /* the item is read, verified or not */
        run->next = sluice_check_stamp(&worker->check, run->next, stamp);
    }
    if (v.works)
        sluice_do_work(worker);
    if (v.role == SLUICE_SINK) {
        sluice_consume(v, item);
        return NULL;
    }
    return sluice_stamped(v, item, ++run->stamp);
}

/* Items made but not put, because the channel closed, the thread was told to stop or memory ran out. */
SLUICE_INLINE void sluice_unput(const struct sluice_variant v, struct sluice_worker *worker,
                                struct sluice_run *run, void **items, size_t n, enum sluice_status status)
{
    run->stamp -= n;
    for (size_t i = 0; i < n; i++)
        sluice_consume(v, items[i]);
    if (v.role == SLUICE_WORKER) {
        worker->thread.count.n[SLUICE_TAKEN] += n;
        worker->thread.count.n[SLUICE_DISCARDED] += n;
    }
    if (status == SLUICE_NO_MEMORY)
        sluice_no_memory(worker);
}

/* One item. Returns how many went through, 0 at the end; likewise below. */
SLUICE_INLINE size_t sluice_step_item(const struct sluice_variant v, struct sluice_worker *worker,
                                      struct sluice_run *run)
{
    void *item = NULL;
    if (v.role != SLUICE_SOURCE &&
        sluice_get_at(v.ops, v.signal, &worker->thread, run->in, &item) != SLUICE_OK)
        return 0;
    item = sluice_make(v, worker, run, item);
    if (v.role != SLUICE_SINK) {
        enum sluice_status status = v.intrusive && !item
                                        ? SLUICE_NO_MEMORY
                                        : sluice_put_at(v.ops, v.signal, &worker->thread, run->out, item);
        if (SLUICE_UNLIKELY(status != SLUICE_OK)) {
            sluice_unput(v, worker, run, &item, 1, status);
            return 0;
        }
    }
    return 1;
}

SLUICE_INLINE size_t sluice_step_batch(const struct sluice_variant v, struct sluice_worker *worker,
                                       struct sluice_run *run, size_t most)
{
    void **items = worker->items;
    enum sluice_status status = SLUICE_OK;
    size_t n = most < worker->batch ? most : worker->batch, made = 0;
    if (v.role != SLUICE_SOURCE && !(n = sluice_get_n(v.ops, v.signal, &worker->thread, items, n)))
        return 0;
    for (; made < n; made++) {
        items[made] = sluice_make(v, worker, run, v.role == SLUICE_SOURCE ? NULL : items[made]);
        if (v.intrusive && v.role == SLUICE_SOURCE && SLUICE_UNLIKELY(!items[made])) {
            sluice_unput(v, worker, run, items, made + 1, SLUICE_NO_MEMORY);
            return 0;
        }
    }
    if (v.role == SLUICE_SINK)
        return n;
    size_t put = sluice_put_n(v.ops, v.signal, &worker->thread, items, n, &status);
    if (SLUICE_UNLIKELY(put < n))
        sluice_unput(v, worker, run, items + put, n - put, status);
    return put;
}

SLUICE_INLINE size_t sluice_step_span(const struct sluice_variant v, struct sluice_worker *worker,
                                      struct sluice_run *run, size_t most)
{
    void **from = NULL, **to = NULL;
    size_t n = most < worker->batch ? most : worker->batch;
    if (v.role != SLUICE_SOURCE && !(n = sluice_peek(v.ops, &worker->thread, n, &from)))
        return 0;
    if (v.role != SLUICE_SINK && !(n = sluice_reserve(v.ops, &worker->thread, n, &to)))
        return 0; /* what was peeked stays in the queue */
    for (size_t i = 0; i < n; i++) {
        void *made = sluice_make(v, worker, run, v.role == SLUICE_SOURCE ? NULL : from[i]);
        if (v.role != SLUICE_SINK)
            to[i] = made;
    }
    if (v.role != SLUICE_SINK)
        sluice_commit(v.ops, v.signal, &worker->thread, n);
    if (v.role != SLUICE_SOURCE)
        sluice_release(v.ops, v.signal, &worker->thread, n);
    return n;
}

SLUICE_INLINE size_t sluice_step(const struct sluice_variant v, struct sluice_worker *worker,
                                 struct sluice_run *run, size_t most)
{
    if (v.transfer == SLUICE_ITEM)
        return sluice_step_item(v, worker, run);
    if (v.transfer == SLUICE_BATCH)
        return sluice_step_batch(v, worker, run, most);
    return sluice_step_span(v, worker, run, most);
}

/* Adds a chunk to the ledger and copies the ledger to the slot. */
SLUICE_INLINE void sluice_end_chunk(const struct sluice_variant v, struct sluice_worker *worker,
                                    struct sluice_run *run, uint64_t taken, uint64_t put)
{
    uint64_t *n = worker->thread.count.n;
    if (v.role != SLUICE_SOURCE) {
        n[SLUICE_TAKEN] += taken;
        run->next = sluice_check_cut(&worker->check, run->next);
        n[SLUICE_SUM] = worker->check.sum;
        n[SLUICE_SQUARES] = worker->check.squares;
        n[SLUICE_DISORDERED] = worker->check.disordered;
        n[SLUICE_FOREIGN] = worker->check.foreign;
        if (v.role == SLUICE_SINK && worker->limit && n[SLUICE_TAKEN] == worker->limit)
            worker->reached_ns = sluice_now_ns();
    }
    if (v.role != SLUICE_SINK)
        n[SLUICE_PUT] += put;
    sluice_publish(&worker->thread.count, worker->thread.slot);
}

/* Items until the next look at the flags; 0: the source has put all, or was told to stop. */
SLUICE_INLINE uint64_t sluice_next_chunk(const struct sluice_variant v, const struct sluice_worker *worker)
{
    uint64_t chunk = worker->chunk;
    const uint64_t *n = worker->thread.count.n;
    if (v.role == SLUICE_SOURCE) {
        if (atomic_load_explicit(worker->thread.stop, memory_order_relaxed))
            return 0;
        uint64_t left = worker->limit - n[SLUICE_PUT];
        return left < chunk ? left : chunk;
    }
    if (v.role == SLUICE_SINK && n[SLUICE_TAKEN] < worker->limit) {
        uint64_t left = worker->limit - n[SLUICE_TAKEN];
        return left < chunk ? left : chunk;
    }
    return chunk;
}

/* Takes and drops a chunk of what comes. False: the channel is closed and empty. */
SLUICE_INLINE bool sluice_drop_chunk(const struct sluice_variant v, struct sluice_worker *worker,
                                     struct sluice_run *run)
{
    uint64_t dropped = 0;
    void *item = NULL;
    while (dropped < worker->chunk && sluice_get(v.ops, v.signal, &worker->thread, &item) == SLUICE_OK) {
        run->next = sluice_check_stamp(&worker->check, run->next, sluice_stamp_of(v, item));
        sluice_consume(v, item);
        dropped++;
    }
    worker->thread.count.n[SLUICE_DISCARDED] += dropped;
    sluice_end_chunk(v, worker, run, dropped, 0);
    return dropped == worker->chunk;
}

/* A chunk of items. Returns how many went through: fewer at the end. Who puts counts by its stamps, so that
   the loop needs no register for a counter. */
SLUICE_INLINE uint64_t sluice_run_chunk(const struct sluice_variant v, struct sluice_worker *worker,
                                        struct sluice_run *run, uint64_t chunk)
{
    uint64_t left = chunk;
    if (v.role == SLUICE_SINK) {
        while (left > 0) {
            size_t n = sluice_step(v, worker, run, left);
            if (SLUICE_UNLIKELY(n == 0))
                break;
            left -= n;
        }
    } else {
        uint64_t end = run->stamp + chunk;
        while (run->stamp < end && SLUICE_LIKELY(sluice_step(v, worker, run, end - run->stamp) > 0))
            ;
        left = end - run->stamp;
    }
    return chunk - left;
}

/* The loop of a thread's life in the pipeline. */
SLUICE_INLINE void sluice_run_role(const struct sluice_variant v, struct sluice_worker *worker)
{
    struct sluice_run run = {.next = worker->check.begin,
                             .stamp = worker->stamp,
                             .in = worker->thread.in.end,
                             .out = worker->thread.out.end};
    struct sluice_variant working = v;
    working.works = v.role != SLUICE_SOURCE;
    bool open = true;
    sluice_set_state(worker->thread.slot, SLUICE_WORKING);
    while (open) {
        if (v.role != SLUICE_SOURCE && atomic_load_explicit(worker->discard, memory_order_relaxed)) {
            open = sluice_drop_chunk(v, worker, &run);
            continue;
        }
        uint64_t chunk = sluice_next_chunk(v, worker);
        uint64_t done = worker->work.kind == SLUICE_WORK_NONE
                            ? sluice_run_chunk(v, worker, &run, chunk)
                            : sluice_run_chunk(working, worker, &run, chunk);
        open = chunk > 0 && done == chunk;
        sluice_end_chunk(v, worker, &run, done, done);
    }
    worker->stamp = run.stamp;
    if (v.role != SLUICE_SINK)
        sluice_leave(&worker->thread);
    sluice_end_chunk(v, worker, &run, 0, 0);
    sluice_set_state(worker->thread.slot, SLUICE_ENDED);
}

#endif
