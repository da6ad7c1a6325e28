/* hand_ck_ring.c - the pipeline over Concurrency Kit's SPSC ring, its loops written out by hand: what the
   loops that SLUICE_BACKEND instantiates for ck-ring-spsc are held against. It counts, checks and publishes
   the same, waits by sched_yield only, and knows one transfer, item by item. A plug-in. */
#include "../../queues/ck_ring.h"

enum { PUBLISH_EVERY = 256 };

static void publish(struct sluice_worker *worker)
{
    sluice_publish(&worker->thread.count, worker->thread.slot);
}

/* One poll failed. True: poll again. */
SLUICE_OUTLINE bool wait_at(struct sluice_handle *handle, const _Atomic bool *stop, uint64_t *failed,
                            uint64_t *yields, bool *last)
{
    ++*failed;
    if (*last)
        return false;
    *last = atomic_load_explicit(&handle->channel->closed, memory_order_acquire) ||
            (stop && atomic_load_explicit(stop, memory_order_relaxed));
    if (!*last) {
        sched_yield();
        ++*yields;
    }
    return true;
}

/* The state for the sampler; the loop's fast path does not pass here. */
static void set_state(struct sluice_worker *worker, enum sluice_state state)
{
    sluice_set_state(worker->thread.slot, state);
}

static void hand_source(struct sluice_worker *worker)
{
    struct ck_ring_queue *out = worker->thread.out.end;
    uint64_t *n = worker->thread.count.n, stamp = worker->stamp;
    bool open = true;
    set_state(worker, SLUICE_WORKING);
    while (open && n[SLUICE_PUT] < worker->limit &&
           !atomic_load_explicit(worker->thread.out.cut, memory_order_relaxed)) {
        uint64_t done = 0;
        for (; done < PUBLISH_EVERY && n[SLUICE_PUT] + done < worker->limit; done++) {
            void *item = (void *)(uintptr_t)(stamp + 1);
            if (SLUICE_UNLIKELY(!ck_ring_enqueue_spsc(&out->ring, out->slots, item))) {
                bool last = false;
                set_state(worker, SLUICE_CLOGGED);
                do
                    open = wait_at(&worker->thread.out, worker->thread.out.cut, &n[SLUICE_FULL_POLLS],
                                   &n[SLUICE_YIELDS], &last);
                while (open && !ck_ring_enqueue_spsc(&out->ring, out->slots, item));
                set_state(worker, SLUICE_WORKING);
                if (!open)
                    break;
            }
            stamp++;
        }
        n[SLUICE_PUT] += done;
        publish(worker);
    }
    sluice_leave(&worker->thread);
    publish(worker);
    set_state(worker, SLUICE_ENDED);
}

/* Takes one item; false at the end. */
static inline __attribute__((always_inline)) bool take(struct sluice_worker *worker, struct ck_ring_queue *in,
                                                       void **item)
{
    if (SLUICE_LIKELY(ck_ring_dequeue_spsc(&in->ring, in->slots, item)))
        return true;
    uint64_t *n = worker->thread.count.n;
    bool last = false, taken = false;
    set_state(worker, SLUICE_STARVED);
    while (!taken && wait_at(&worker->thread.in, NULL, &n[SLUICE_EMPTY_POLLS], &n[SLUICE_YIELDS], &last))
        taken = ck_ring_dequeue_spsc(&in->ring, in->slots, item);
    set_state(worker, SLUICE_WORKING);
    return taken;
}

static void store_sums(struct sluice_worker *worker, uint64_t next)
{
    sluice_check_cut(&worker->check, next);
    worker->thread.count.n[SLUICE_SUM] = worker->check.sum;
    worker->thread.count.n[SLUICE_SQUARES] = worker->check.squares;
    worker->thread.count.n[SLUICE_DISORDERED] = worker->check.disordered;
    worker->thread.count.n[SLUICE_FOREIGN] = worker->check.foreign;
}

static void hand_worker(struct sluice_worker *worker)
{
    struct ck_ring_queue *in = worker->thread.in.end, *out = worker->thread.out.end;
    uint64_t *n = worker->thread.count.n, stamp = worker->stamp, next = worker->check.begin;
    bool open = true;
    set_state(worker, SLUICE_WORKING);
    while (open) {
        uint64_t done = 0;
        for (; done < PUBLISH_EVERY; done++) {
            void *item;
            if (!take(worker, in, &item)) {
                open = false;
                break;
            }
            next = sluice_check_stamp(&worker->check, next, (uint64_t)(uintptr_t)item);
            item = (void *)(uintptr_t)++stamp;
            if (SLUICE_UNLIKELY(!ck_ring_enqueue_spsc(&out->ring, out->slots, item))) {
                bool last = false;
                set_state(worker, SLUICE_CLOGGED);
                do
                    wait_at(&worker->thread.out, NULL, &n[SLUICE_FULL_POLLS], &n[SLUICE_YIELDS], &last);
                while (!ck_ring_enqueue_spsc(&out->ring, out->slots, item));
                set_state(worker, SLUICE_WORKING);
            }
        }
        n[SLUICE_TAKEN] += done;
        n[SLUICE_PUT] += done;
        store_sums(worker, next);
        publish(worker);
    }
    sluice_leave(&worker->thread);
    set_state(worker, SLUICE_ENDED);
}

static void hand_sink(struct sluice_worker *worker)
{
    struct ck_ring_queue *in = worker->thread.in.end;
    uint64_t *n = worker->thread.count.n, next = worker->check.begin;
    bool open = true;
    set_state(worker, SLUICE_WORKING);
    while (open) {
        uint64_t done = 0,
                 most = worker->limit > n[SLUICE_TAKEN] && worker->limit - n[SLUICE_TAKEN] < PUBLISH_EVERY
                            ? worker->limit - n[SLUICE_TAKEN]
                            : PUBLISH_EVERY;
        for (; done < most; done++) {
            void *item;
            if (!take(worker, in, &item)) {
                open = false;
                break;
            }
            next = sluice_check_stamp(&worker->check, next, (uint64_t)(uintptr_t)item);
        }
        n[SLUICE_TAKEN] += done;
        if (worker->limit && n[SLUICE_TAKEN] == worker->limit)
            worker->reached_ns = sluice_now_ns();
        store_sums(worker, next);
        publish(worker);
    }
    set_state(worker, SLUICE_ENDED);
}

static enum sluice_status hand_enqueue(void *end, void *item)
{
    struct ck_ring_queue *queue = end;
    return ck_ring_enqueue_spsc(&queue->ring, queue->slots, item) ? SLUICE_OK : SLUICE_AGAIN;
}

static enum sluice_status hand_dequeue(void *end, void **item)
{
    struct ck_ring_queue *queue = end;
    return ck_ring_dequeue_spsc(&queue->ring, queue->slots, item) ? SLUICE_OK : SLUICE_AGAIN;
}

static const struct sluice_queue_ops ops = {.enqueue = hand_enqueue, .dequeue = hand_dequeue};

const struct sluice_backend sluice_plugin = {
    .abi = SLUICE_ABI,
    .size = sizeof(struct sluice_backend),
    .worker_size = sizeof(struct sluice_worker),
    .name = "ck-ring-spsc-by-hand",
    .summary = "ck-ring-spsc in loops written by hand",
    .origin = "Concurrency Kit",
    .reference = "queues/ck_ring_spsc.c",
    .traits = {.max_producers = 1,
               .max_consumers = 1,
               .bound = SLUICE_BOUNDED,
               .order = SLUICE_FIFO,
               .enqueue = SLUICE_WAIT_FREE,
               .dequeue = SLUICE_WAIT_FREE,
               .memory = SLUICE_MEMORY_FIXED},
    .create = ring_create,
    .destroy = ring_destroy,
    .attach = ring_attach,
    .detach = ring_detach,
    .capacity = ring_capacity,
    .footprint = ring_footprint,
    .loops = {.run = {[SLUICE_SOURCE][SLUICE_ITEM][SLUICE_SILENT] = hand_source,
                      [SLUICE_WORKER][SLUICE_ITEM][SLUICE_SILENT] = hand_worker,
                      [SLUICE_SINK][SLUICE_ITEM][SLUICE_SILENT] = hand_sink}},
    .ops = &ops,
};
