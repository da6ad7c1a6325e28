/* faa_array.c - FAAArrayQueue: P. Ramalhete and A. Correia, FAAArrayQueue - MPMC lock-free queue (part 4 of
   4), Concurrency Freaks, November 2016. Memory is reclaimed by hazard pointers (hazard.h).

   The list of Michael and Scott, of arrays instead of nodes. Two counters of an array give each enqueue and
   each dequeue a slot of its own by a fetch-and-add. The enqueue puts its item into the slot if that is still
   empty; the dequeue takes by an exchange what is there, and leaves a mark, so that a slot which the dequeue
   reached first is lost to both, who try the next. A slot is used once. When the slots are used up the next
   array is linked in, with the item that had no room as its first.

   Departures.
   - A dequeue swings a lagging tail on before it retires the array that it leaves, as in Michael and
     Scott's queue. In the original the tail can stay behind at an array that is retired already, where
     another enqueue finds it and takes it for protected.
   - An end's hazard pointer keeps naming the array between operations, and as long as the queue is still
     at that array nothing has to be stored or looked at again: it has been protected all the time. That
     saves the only store with a fence; an idle end keeps one array from being reclaimed.
   - Slots that follow each other lie on different lines (spread.h), so that threads which hold successive
     slots do not write to the same one.
   - The original looks once more whether the tail is still the same before it appends; the append's
     compare-and-swap tells.
   - A few arrays that are free again are kept. */
#include "hazard.h"
#include "pool.h"
#include "spread.h"

#include <sluice/backend.h>

#include <errno.h>

enum {
    ORDER = QUEUES_HURRIED ? 5 : 10,
    SLOTS = 1 << ORDER,
    SLOTS_IN_BLOCK = 4, /* its logarithm: 16 of 8 bytes in SLUICE_SEPARATE */
};

static_assert(SLUICE_SEPARATE / sizeof(void *) == 1 << SLOTS_IN_BLOCK,
              "a block of slots is as spread() takes it");

struct array {
    alignas(SLUICE_SEPARATE) _Atomic uint64_t put; /* slots claimed; above SLOTS: in vain */
    alignas(SLUICE_SEPARATE) _Atomic uint64_t taken;
    alignas(SLUICE_SEPARATE) _Atomic(struct array *) next;
    alignas(SLUICE_SEPARATE) _Atomic(void *) slot[SLOTS]; /* null, an item, or the mark of a dequeue */
};

struct faa_array {
    alignas(SLUICE_SEPARATE) _Atomic(struct array *) head;
    alignas(SLUICE_SEPARATE) _Atomic(struct array *) tail;
    alignas(SLUICE_SEPARATE) uint32_t producers; /* constant from here on */
    uint32_t consumers;
    struct faa_array_end *ends; /* the producers', then the consumers' */
    struct hazard_domain hazards;
    struct shelves shelves; /* for arrays that are free */
};

struct faa_array_end {
    alignas(SLUICE_SEPARATE) struct faa_array *queue;
    struct hazard_record hazard;
    _Atomic size_t arrays; /* got from the allocator less those given back, as in pool.h */
};

static_assert(SLUICE_APART(struct faa_array, head, tail) && SLUICE_APART(struct faa_array, tail, producers) &&
                  SLUICE_APART(struct array, put, taken) && SLUICE_APART(struct array, taken, next) &&
                  SLUICE_APART(struct array, next, slot) &&
                  sizeof(struct faa_array_end) % SLUICE_SEPARATE == 0,
              "head, tail, counters, slots and ends lie on separate lines");

/* Left in a slot by the dequeue that it belongs to. Anything but null does: no other dequeue comes there, and
   an enqueue only asks whether the slot is null. */
#define TAKEN ((void *)1)

/* The array at one side of the list, protected by the end's hazard pointer. */
SLUICE_INLINE struct array *protect(struct faa_array_end *end, _Atomic(struct array *) *side)
{
    /* Acquire pairs with the releases that made the array and linked it in. */
    struct array *array = atomic_load_explicit(side, memory_order_acquire), *again;
    while (SLUICE_UNLIKELY(array != hazard_get(&end->hazard, 0))) {
        hazard_set(&end->hazard, 0, array);
        hurry_step();
        again = atomic_load_explicit(side, memory_order_seq_cst);
        if (again == array)
            break;
        array = again;
    }
    return array;
}

/* Swings one side of the list on, or sees that somebody else has. Sequentially consistent either way: the old
   array is out of sight then (hazard.h). */
SLUICE_INLINE bool swing(_Atomic(struct array *) *side, struct array *from, struct array *to)
{
    hurry_step();
    return atomic_compare_exchange_strong_explicit(side, &from, to, memory_order_seq_cst,
                                                   memory_order_seq_cst);
}

/* The slot of a number below SLOTS; that of 0 is the first. */
SLUICE_INLINE _Atomic(void *) *slot_of(struct array *array, uint64_t at)
{
    return &array->slot[spread(at, ORDER, SLOTS_IN_BLOCK)];
}

/* ---- enqueue ---- */

/* Single writer, so that a load and a store make a sum; relaxed: readers only want the figure. */
SLUICE_INLINE void account(struct faa_array_end *end, size_t arrays)
{
    size_t sum = atomic_load_explicit(&end->arrays, memory_order_relaxed);
    atomic_store_explicit(&end->arrays, sum + arrays, memory_order_relaxed);
}

/* Takes back an array that nobody uses. */
static void give(void *end_, void *array)
{
    struct faa_array_end *end = end_;
    POOL_HIDE(array, sizeof(struct array));
    if (!shelves_put(&end->queue->shelves, array)) {
        free(array);
        account(end, (size_t)-1);
    }
}

/* An array whose first slot has the item; null: no memory. */
SLUICE_INLINE struct array *new_array(struct faa_array_end *end, void *item)
{
    struct array *array = shelves_take(&end->queue->shelves);
    if (!array) {
        if (!(array = aligned_alloc(alignof(struct array), sizeof *array)))
            return NULL;
        account(end, 1);
    }
    POOL_SHOW(array, sizeof *array);
    /* Plain initialisation: it is published by the compare-and-swap that links it in. */
    for (size_t i = 1; i < SLOTS; i++)
        atomic_store_explicit(&array->slot[i], NULL, memory_order_relaxed);
    atomic_store_explicit(&array->slot[0], item, memory_order_relaxed);
    atomic_store_explicit(&array->put, item ? 1 : 0, memory_order_relaxed);
    atomic_store_explicit(&array->taken, 0, memory_order_relaxed);
    atomic_store_explicit(&array->next, NULL, memory_order_relaxed);
    return array;
}

/* The array has no slot left: puts the item into a new one behind it, or, where another enqueue was faster,
   goes on to that one's. SLUICE_AGAIN: the latter, the item is not in yet. */
SLUICE_OUTLINE enum sluice_status faa_array_append(struct faa_array_end *end, struct array *array, void *item)
{
    struct faa_array *queue = end->queue;
    struct array *next = atomic_load_explicit(&array->next, memory_order_acquire);
    enum sluice_status status = SLUICE_AGAIN;
    if (!next) {
        struct array *made = new_array(end, item);
        if (!made)
            return SLUICE_NO_MEMORY;
        if (atomic_compare_exchange_strong_explicit(&array->next, &next, made, memory_order_acq_rel,
                                                    memory_order_acquire)) {
            next = made;
            status = SLUICE_OK;
        } else {
            give(end, made); /* `next` is now the other's */
        }
    }
    swing(&queue->tail, array, next);
    return status;
}

SLUICE_INLINE enum sluice_status faa_array_enqueue(void *end_, void *item)
{
    struct faa_array_end *end = end_;
    for (;;) {
        struct array *array = protect(end, &end->queue->tail);
        /* Relaxed: the number hands nothing over, the slot does. */
        uint64_t at = atomic_fetch_add_explicit(&array->put, 1, memory_order_relaxed);
        if (SLUICE_UNLIKELY(at >= SLOTS)) {
            enum sluice_status status = faa_array_append(end, array, item);
            if (status != SLUICE_AGAIN)
                return status;
            continue;
        }
        void *empty = NULL;
        /* Release pairs with the acquire of the dequeue's exchange. */
        if (SLUICE_LIKELY(atomic_compare_exchange_strong_explicit(
                slot_of(array, at), &empty, item, memory_order_release, memory_order_relaxed)))
            return SLUICE_OK;
    }
}

/* ---- dequeue ---- */

/* All slots of the array are claimed: goes on to the next one. False: there is none, the queue is empty. */
SLUICE_OUTLINE bool faa_array_advance(struct faa_array_end *end, struct array *array)
{
    struct faa_array *queue = end->queue;
    struct array *next = atomic_load_explicit(&array->next, memory_order_acquire);
    if (!next)
        return false;
    /* The tail is never behind the head: it is not at this array any more when the head leaves it. */
    swing(&queue->tail, array, next);
    if (swing(&queue->head, array, next)) {
        hazard_clear(&end->hazard, 0);
        hazard_retire(&end->hazard, array);
        /* A scan for each: it is a small price for an array's worth of items, and nothing piles up. */
        hazard_scan(&end->hazard, give, end);
    }
    return true;
}

SLUICE_INLINE enum sluice_status faa_array_dequeue(void *end_, void **item)
{
    struct faa_array_end *end = end_;
    for (;;) {
        struct array *array = protect(end, &end->queue->head);
        /* In this order, hence the acquires: `taken` had come so far when `put` had not got beyond it, and
           there was no next array even after that; so the queue was empty when `put` was read. */
        if (atomic_load_explicit(&array->taken, memory_order_acquire) >=
                atomic_load_explicit(&array->put, memory_order_acquire) &&
            !atomic_load_explicit(&array->next, memory_order_acquire))
            return SLUICE_AGAIN;
        uint64_t at = atomic_fetch_add_explicit(&array->taken, 1, memory_order_relaxed);
        if (SLUICE_UNLIKELY(at >= SLOTS)) {
            if (!faa_array_advance(end, array))
                return SLUICE_AGAIN;
            continue;
        }
        /* Acquire pairs with the release of the enqueue. */
        void *found = atomic_exchange_explicit(slot_of(array, at), TAKEN, memory_order_acquire);
        if (SLUICE_LIKELY(found != NULL)) {
            *item = found;
            return SLUICE_OK;
        }
    }
}

/* ---- the queue ---- */

static void faa_array_destroy(void *queue_)
{
    struct faa_array *queue = queue_;
    size_t ends = queue->hazards.ends;
    struct array *array = atomic_load_explicit(&queue->head, memory_order_relaxed), *next;
    for (; array; array = next) {
        next = atomic_load_explicit(&array->next, memory_order_relaxed);
        free(array);
    }
    for (size_t i = 0; i < ends; i++)
        hazard_clear(&queue->ends[i].hazard, 0);
    for (size_t i = 0; i < ends; i++)
        hazard_scan(&queue->ends[i].hazard, give, &queue->ends[i]);
    shelves_clear(&queue->shelves);
    hazard_destroy(&queue->hazards);
    free(queue->ends);
    free(queue);
}

static int faa_array_create(const struct sluice_queue_config *config, void **out)
{
    if (config->capacity)
        return -EINVAL;
    size_t ends = (size_t)config->producers + config->consumers;
    struct faa_array *queue = sluice_alloc(sizeof *queue);
    struct faa_array_end *end = sluice_alloc(ends * sizeof *end);
    if (!queue || !end || !hazard_init(&queue->hazards, ends)) {
        free(queue);
        free(end);
        return -ENOMEM;
    }
    queue->producers = config->producers;
    queue->consumers = config->consumers;
    queue->ends = end;
    for (size_t i = 0; i < ends; i++) {
        end[i].queue = queue;
        hazard_record_init(&end[i].hazard, &queue->hazards, i);
    }
    struct array *first = new_array(end, NULL);
    atomic_init(&queue->head, first);
    atomic_init(&queue->tail, first);
    if (!first) {
        faa_array_destroy(queue);
        return -ENOMEM;
    }
    *out = queue;
    return 0;
}

static int faa_array_attach(void *queue_, enum sluice_end side, unsigned index, void **out)
{
    struct faa_array *queue = queue_;
    *out = &queue->ends[index + (side == SLUICE_CONSUMER ? queue->producers : 0)];
    return 0;
}

/* A thread that is gone uses nothing. */
static void faa_array_detach(void *end_)
{
    struct faa_array_end *end = end_;
    hazard_clear(&end->hazard, 0);
}

static uint64_t faa_array_capacity(const void *queue)
{
    (void)queue;
    return 0;
}

static size_t faa_array_footprint(const void *queue_)
{
    const struct faa_array *queue = queue_;
    size_t arrays = 0, ends = queue->hazards.ends;
    for (size_t i = ends; i-- > 0;) /* the consumers, who give back, first: the sum is not short */
        arrays += atomic_load_explicit(&queue->ends[i].arrays, memory_order_relaxed);
    return sizeof *queue + ends * sizeof *queue->ends + hazard_bytes(&queue->hazards) +
           (arrays <= PTRDIFF_MAX ? arrays : 0) * sizeof(struct array);
}

static const struct sluice_queue_ops ops = {.enqueue = faa_array_enqueue, .dequeue = faa_array_dequeue};

SLUICE_BACKEND(faa_array, ops, false, .name = "faa-array",
               .summary = "FAAArrayQueue: a list of arrays, a fetch-and-add for each slot",
               .origin = "sluice",
               .reference = "P. Ramalhete, A. Correia, FAAArrayQueue, Concurrency Freaks, 2016",
               .traits = {.max_producers = SLUICE_MANY,
                          .max_consumers = SLUICE_MANY,
                          .bound = SLUICE_UNBOUNDED,
                          .order = SLUICE_FIFO,
                          .enqueue = SLUICE_LOCK_FREE,
                          .dequeue = SLUICE_LOCK_FREE,
                          .memory = SLUICE_MEMORY_BLOCKS},
               .create = faa_array_create, .destroy = faa_array_destroy, .attach = faa_array_attach,
               .detach = faa_array_detach, .capacity = faa_array_capacity, .footprint = faa_array_footprint);
