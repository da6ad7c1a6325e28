/* ring_list.h - an unbounded queue made of bounded rings: the list of rings of LCRQ, which LPRQ and LSCQ
   share.

   A. Morrison, Y. Afek, Fast Concurrent Queues for x86 Processors, PPoPP 2013: the list is Michael & Scott's
   queue (PODC 1996) whose nodes are rings. Enqueues go to the ring at the tail. A ring that is full is closed
   for ever, and who finds it so appends a new one that holds its item. Dequeues go to the ring at the head;
   when that is empty and has a successor, it is unlinked.

   Where this departs from the paper:
   - A dequeue that finds a ring empty and then a successor looks into the ring once more before it unlinks
     it, as R. Nikolaev's LSCQ does (DISC 2019): an enqueue could have completed there between the two.
   - Whether the tail's ring has a successor is asked when the ring turns out to be closed, not at each
     enqueue: only a closed ring has one.
   - The tail is moved past a ring before the head is, so that neither leads to a ring that is retired.
   - Rings are reclaimed by hazard pointers (hazard.h). An end leaves its pointer set, so that it costs
     nothing to use the ring of the operation before.

   The file that includes this defines struct ring, whose first member is a ring_link, and the four functions
   declared below. */
#ifndef QUEUES_RING_LIST_H
#define QUEUES_RING_LIST_H

#include "hazard.h"

#include <sluice/backend.h>

#include <errno.h>

struct ring;

struct ring_link {
    _Atomic(struct ring *) next;
};

struct ring_list {
    alignas(SLUICE_SEPARATE) _Atomic(struct ring *) head;
    alignas(SLUICE_SEPARATE) _Atomic(struct ring *) tail;
    alignas(SLUICE_SEPARATE) _Atomic uint64_t rings;       /* linked, and retired but not yet released */
    alignas(SLUICE_SEPARATE) struct hazard_domain hazards; /* the rest never changes */
    uint32_t producers, consumers;
    struct ring_end *ends; /* the producers', then the consumers' */
};

struct ring_end {
    alignas(SLUICE_SEPARATE) struct ring_list *list;
    struct hazard_record hazard; /* its first pointer is the ring that it used last */
    uint64_t number;             /* of the end, from 0, in both sides */
};

static_assert(SLUICE_APART(struct ring_list, head, tail) && SLUICE_APART(struct ring_list, tail, rings) &&
                  SLUICE_APART(struct ring_list, rings, hazards) &&
                  sizeof(struct ring_end) % SLUICE_SEPARATE == 0,
              "the two sides, the count and the constants lie on separate lines");

/* ---- what a ring has to do ---- */

/* False: the ring is closed, and stays so; the item was not taken. */
SLUICE_INLINE bool ring_put(struct ring *ring, const struct ring_end *end, void *item);
/* Null: the ring was empty at a moment during the call. */
SLUICE_INLINE void *ring_take(struct ring *ring);
/* The same, for a ring that is closed. */
SLUICE_INLINE void *ring_take_rest(struct ring *ring);
/* Makes a ring of zeroed memory one that holds the item, or nothing where that is null. */
static void ring_init(struct ring *ring, void *item);
static const size_t ring_bytes;
static const size_t ring_most_ends; /* that it serves */

/* ---- the list ---- */

SLUICE_INLINE struct ring_link *link_of(struct ring *ring)
{
    return (struct ring_link *)ring;
}

static struct ring *list_new_ring(struct ring_list *list, void *item)
{
    struct ring *ring = sluice_alloc(ring_bytes);
    if (!ring)
        return NULL;
    ring_init(ring, item);
    atomic_fetch_add_explicit(&list->rings, 1, memory_order_relaxed);
    return ring;
}

static void list_release(void *list_, void *ring)
{
    struct ring_list *list = list_;
    atomic_fetch_sub_explicit(&list->rings, 1, memory_order_relaxed);
    free(ring);
}

SLUICE_OUTLINE struct ring *list_hold_slowly(struct ring_end *end, _Atomic(struct ring *) *from,
                                             struct ring *ring)
{
    for (;;) {
        hazard_set(&end->hazard, 0, ring);
        struct ring *now = atomic_load_explicit(from, memory_order_seq_cst);
        if (now == ring)
            return ring;
        ring = now;
    }
}

/* The ring that `from` leads to, which is not released until the end holds another. */
SLUICE_INLINE struct ring *list_hold(struct ring_end *end, _Atomic(struct ring *) *from)
{
    /* Acquire pairs with the release of who appended the ring: it is initialised. When the end's pointer is
       set to it already, it was so since before the ring could be retired, and there is nothing to look at
       again. */
    struct ring *ring = atomic_load_explicit(from, memory_order_acquire);
    return SLUICE_LIKELY(hazard_get(&end->hazard, 0) == ring) ? ring : list_hold_slowly(end, from, ring);
}

/* Moves the tail from a ring to its successor, unless another thread has. Sequentially consistent: hazard.h.
 */
SLUICE_INLINE void list_move_tail(struct ring_list *list, struct ring *ring, struct ring *next)
{
    if (atomic_load_explicit(&list->tail, memory_order_seq_cst) == ring)
        atomic_compare_exchange_strong_explicit(&list->tail, &ring, next, memory_order_seq_cst,
                                                memory_order_seq_cst);
}

/* The end holds the closed ring. SLUICE_AGAIN: there is a new ring at the tail. */
static enum sluice_status list_append(struct ring_end *end, struct ring *ring, void *item)
{
    struct ring_list *list = end->list;
    struct ring *next = atomic_load_explicit(&link_of(ring)->next, memory_order_acquire), *fresh = NULL;
    if (!next) {
        if (!(fresh = list_new_ring(list, item)))
            return SLUICE_NO_MEMORY;
        /* Release: who follows the link finds the ring initialised, and the item in it. */
        if (atomic_compare_exchange_strong_explicit(&link_of(ring)->next, &next, fresh, memory_order_acq_rel,
                                                    memory_order_acquire)) {
            list_move_tail(list, ring, fresh);
            return SLUICE_OK;
        }
        list_release(list, fresh);
    }
    list_move_tail(list, ring, next);
    return SLUICE_AGAIN;
}

SLUICE_OUTLINE enum sluice_status list_enqueue_slowly(struct ring_end *end, struct ring *ring, void *item)
{
    enum sluice_status status;
    while ((status = list_append(end, ring, item)) == SLUICE_AGAIN) {
        ring = list_hold(end, &end->list->tail);
        if (ring_put(ring, end, item))
            return SLUICE_OK;
    }
    return status;
}

SLUICE_INLINE enum sluice_status list_enqueue(void *end_, void *item)
{
    struct ring_end *end = end_;
    struct ring *ring = list_hold(end, &end->list->tail);
    return SLUICE_LIKELY(ring_put(ring, end, item)) ? SLUICE_OK : list_enqueue_slowly(end, ring, item);
}

/* The end holds the ring, which is empty for ever. */
static void list_unlink(struct ring_end *end, struct ring *ring, struct ring *next)
{
    struct ring_list *list = end->list;
    struct ring *head = ring;
    list_move_tail(list, ring, next);
    if (atomic_compare_exchange_strong_explicit(&list->head, &head, next, memory_order_seq_cst,
                                                memory_order_seq_cst)) {
        hazard_clear(&end->hazard, 0);
        hazard_retire(&end->hazard, ring);
        hazard_scan(&end->hazard, list_release, list); /* each time: rings are large, and retired rarely */
    }
}

SLUICE_OUTLINE void *list_dequeue_slowly(struct ring_end *end, struct ring *ring)
{
    for (;;) {
        /* The ring was empty: without a successor now, it had none then, and so was the queue. */
        struct ring *next = atomic_load_explicit(&link_of(ring)->next, memory_order_acquire);
        if (!next)
            return NULL;
        void *item = ring_take_rest(ring);
        if (item)
            return item;
        list_unlink(end, ring, next);
        ring = list_hold(end, &end->list->head);
        if ((item = ring_take(ring)))
            return item;
    }
}

SLUICE_INLINE enum sluice_status list_dequeue(void *end_, void **item)
{
    struct ring_end *end = end_;
    struct ring *ring = list_hold(end, &end->list->head);
    void *taken = ring_take(ring);
    if (SLUICE_UNLIKELY(!taken) && !(taken = list_dequeue_slowly(end, ring)))
        return SLUICE_AGAIN;
    *item = taken;
    return SLUICE_OK;
}

static void list_destroy(void *queue)
{
    struct ring_list *list = queue;
    struct ring *ring = atomic_load_explicit(&list->head, memory_order_relaxed);
    while (ring) {
        struct ring *next = atomic_load_explicit(&link_of(ring)->next, memory_order_relaxed);
        list_release(list, ring);
        ring = next;
    }
    for (size_t i = 0; list->ends && i < (size_t)list->producers + list->consumers; i++)
        for (struct hazard_record *record = &list->ends[i].hazard; record->count > 0;)
            list_release(list, record->retired[--record->count]);
    hazard_destroy(&list->hazards);
    free(list->ends);
    free(list);
}

static int list_create(const struct sluice_queue_config *config, void **out)
{
    size_t ends = (size_t)config->producers + config->consumers;
    if (config->capacity || ends > ring_most_ends)
        return -EINVAL;
    struct ring_list *list = sluice_alloc(sizeof *list);
    if (!list)
        return -ENOMEM;
    struct ring *first = list_new_ring(list, NULL);
    atomic_init(&list->head, first);
    atomic_init(&list->tail, first);
    list->producers = config->producers;
    list->consumers = config->consumers;
    list->ends = sluice_alloc(ends * sizeof *list->ends);
    if (!first || !list->ends || !hazard_init(&list->hazards, ends)) {
        list->hazards = (struct hazard_domain){0}; /* it has released what it had */
        list_destroy(list);
        return -ENOMEM;
    }
    for (size_t i = 0; i < ends; i++) {
        list->ends[i].list = list;
        list->ends[i].number = i;
        hazard_record_init(&list->ends[i].hazard, &list->hazards, i);
    }
    *out = list;
    return 0;
}

static int list_attach(void *queue, enum sluice_end side, unsigned index, void **out)
{
    struct ring_list *list = queue;
    *out = &list->ends[index + (side == SLUICE_CONSUMER ? list->producers : 0)];
    return 0;
}

static void list_detach(void *end_)
{
    struct ring_end *end = end_;
    hazard_clear(&end->hazard, 0);
}

static uint64_t list_capacity(const void *queue)
{
    (void)queue;
    return 0;
}

static size_t list_footprint(const void *queue)
{
    const struct ring_list *list = queue;
    return sizeof *list + ((size_t)list->producers + list->consumers) * sizeof *list->ends +
           hazard_bytes(&list->hazards) +
           atomic_load_explicit(&list->rings, memory_order_relaxed) * ring_bytes;
}

static const struct sluice_queue_ops list_ops = {.enqueue = list_enqueue, .dequeue = list_dequeue};

#define RING_LIST_BACKEND(id, backend_name, backend_summary, backend_reference, backend_needs)               \
    SLUICE_BACKEND(id, list_ops, false, .name = backend_name, .summary = backend_summary,                    \
                   .origin = "sluice", .reference = backend_reference,                                       \
                   .traits = {.max_producers = SLUICE_MANY,                                                  \
                              .max_consumers = SLUICE_MANY,                                                  \
                              .bound = SLUICE_UNBOUNDED,                                                     \
                              .order = SLUICE_FIFO,                                                          \
                              .enqueue = SLUICE_LOCK_FREE, /* but for malloc, once a ring */                 \
                              .dequeue = SLUICE_LOCK_FREE,                                                   \
                              .memory = SLUICE_MEMORY_BLOCKS,                                                \
                              .needs = (backend_needs)},                                                     \
                   .create = list_create, .destroy = list_destroy, .attach = list_attach,                    \
                   .detach = list_detach, .capacity = list_capacity, .footprint = list_footprint)

#endif
