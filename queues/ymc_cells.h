/* ymc_cells.h - the endless array of cells of ymc.c: its segments, and how they are released. */
#ifndef QUEUES_YMC_CELLS_H
#define QUEUES_YMC_CELLS_H

#include "spread.h"

#include <sluice/backend.h>

enum {
    ORDER = QUEUES_HURRIED ? 3 : 8,
    CELLS = 1 << ORDER,                 /* N, in a segment */
    CELLS_IN_BLOCK = 2,                 /* its logarithm: 4 of 32 bytes in SLUICE_SEPARATE */
    PATIENCE = QUEUES_HURRIED ? 1 : 10, /* fast attempts */
    WAIT = 200,       /* looks at a cell whose enqueuer has its ticket but has not been there yet */
    FIRST_TICKET = 1, /* request 0 is none */
};

#define EMPTY     UINT64_C(0)         /* instead of an item */
#define TOP       (UINT64_C(1) << 63) /* a cell's value */
#define PENDING   (UINT64_C(1) << 63) /* of a request's state; the rest is a cell's number */
#define WITHDRAWN (PENDING - 1)       /* such a number, of no cell */
#define NO_HAZARD UINT64_MAX

struct request {
    _Atomic uint64_t
        value; /* of an enqueue: the item; of a dequeue: its id, the cell of the failed attempt */
    _Atomic uint64_t state;
};

/* Instead of a request in a cell: no request can have it any more. */
static struct request none;

struct cell {
    alignas(32) _Atomic uint64_t value; /* 0: none yet */
    _Atomic(struct request *) enq, deq;
};

struct segment {
    uint64_t number;
    _Atomic(struct segment *) next;
    alignas(SLUICE_SEPARATE) struct cell cells[CELLS];
};

struct end {
    alignas(SLUICE_SEPARATE) _Atomic(struct segment *) segment; /* head or tail; also moved on by cleanup */
    _Atomic uint64_t hazard; /* the oldest segment that the operation may read, by number */
    uint64_t number;         /* of the segment, as the end last knew it; this and the rest is the end's own */
    struct ymc *queue;
    uint32_t index, enq_peer, deq_peer; /* in queue->ends: itself, and whom it helps next */
    uint64_t enq_id;                    /* the request of enq_peer that it has failed to help; 0: none */
    uint64_t owed;                      /* a ticket for whose cell there was no memory; 0: none */
    alignas(SLUICE_SEPARATE) struct request request;
};

struct ymc {
    alignas(SLUICE_SEPARATE) _Atomic uint64_t tail;
    alignas(SLUICE_SEPARATE) _Atomic uint64_t head;
    alignas(
        SLUICE_SEPARATE) _Atomic uint64_t oldest; /* number of the first segment; NO_HAZARD: being cleaned */
    struct segment *first;                        /* of who cleans */
    alignas(SLUICE_SEPARATE) _Atomic uint64_t segments;
    alignas(SLUICE_SEPARATE) uint32_t producers, consumers; /* the rest never changes */
    struct end *ends;                                       /* the producers', then the consumers' */
};

static_assert(SLUICE_APART(struct ymc, tail, head) && SLUICE_APART(struct ymc, head, oldest) &&
                  SLUICE_APART(struct ymc, oldest, segments) &&
                  SLUICE_APART(struct ymc, segments, producers) &&
                  SLUICE_APART(struct end, segment, request) && sizeof(struct end) % SLUICE_SEPARATE == 0,
              "the two sides, the rarely written, the constants and the ends lie on separate lines");

/* Sequentially consistent where nothing else is said: the paper argues about one order of all operations. On
   x86 that costs more than less would for stores only, and there is none on the fast paths but the hazard's.
 */
#define load(word)        (hurry_step(), atomic_load_explicit(word, memory_order_seq_cst))
#define store(word, what) (hurry_step(), atomic_store_explicit(word, what, memory_order_seq_cst))

SLUICE_INLINE bool swap(_Atomic uint64_t *word, uint64_t expected, uint64_t desired)
{
    hurry_step();
    return atomic_compare_exchange_strong_explicit(word, &expected, desired, memory_order_seq_cst,
                                                   memory_order_seq_cst);
}

/* Of a cell's enq or deq, from no request. */
SLUICE_INLINE bool reserve(_Atomic(struct request *) *word, struct request *request)
{
    hurry_step();
    struct request *expected = NULL;
    return atomic_compare_exchange_strong_explicit(word, &expected, request, memory_order_seq_cst,
                                                   memory_order_seq_cst);
}

/* ---- segments ---- */

static struct segment *new_segment(struct ymc *queue, uint64_t number)
{
    struct segment *segment = sluice_alloc(sizeof *segment);
    if (!segment)
        return NULL;
    segment->number = number;
    atomic_fetch_add_explicit(&queue->segments, 1, memory_order_relaxed);
    return segment;
}

static void free_segment(struct ymc *queue, struct segment *segment)
{
    atomic_fetch_sub_explicit(&queue->segments, 1, memory_order_relaxed);
    free(segment);
}

/* The segment of that number, from an earlier one; null: no memory. */
SLUICE_OUTLINE struct segment *find_segment_slowly(struct ymc *queue, struct segment *segment,
                                                   uint64_t number)
{
    while (segment->number < number) {
        struct segment *next = load(&segment->next);
        if (!next) {
            struct segment *fresh = new_segment(queue, segment->number + 1);
            if (!fresh)
                return NULL;
            if (atomic_compare_exchange_strong_explicit(&segment->next, &next, fresh, memory_order_seq_cst,
                                                        memory_order_seq_cst))
                next = fresh;
            else
                free_segment(queue, fresh);
        }
        segment = next;
    }
    return segment;
}

/* Cell i, from the segment *at, which becomes the cell's; null: no memory. */
SLUICE_INLINE struct cell *find_cell(struct ymc *queue, struct segment **at, uint64_t i)
{
    if (SLUICE_UNLIKELY((*at)->number != i >> ORDER)) {
        struct segment *found = find_segment_slowly(queue, *at, i >> ORDER);
        if (!found)
            return NULL;
        *at = found;
    }
    return &(*at)->cells[spread(i, ORDER, CELLS_IN_BLOCK)];
}

/* The same from the end's own segment. */
SLUICE_INLINE struct cell *find_own_cell(struct end *end, uint64_t i)
{
    struct segment *before = load(&end->segment), *at = before;
    struct cell *cell = find_cell(end->queue, &at, i);
    if (SLUICE_UNLIKELY(at != before))
        store(&end->segment, at);
    return cell;
}

SLUICE_INLINE void advance_end_for_linearizability(_Atomic uint64_t *side, uint64_t i)
{
    uint64_t now = load(side);
    while (now < i &&
           !atomic_compare_exchange_weak_explicit(side, &now, i, memory_order_seq_cst, memory_order_seq_cst))
        continue;
}

/* ---- the hazard of an operation ---- */

/* Before the operation's first fetch-and-add on `tail` (a producer's) or `head`, and before it reads
   end->segment. Relaxed: cleanup changes that word too, between moving end->segment on and reading the
   hazard. Either its change comes first, and the operation then reads the segment that it was moved on to, or
   it sees this store. */
SLUICE_INLINE void enter(struct end *end)
{
    atomic_store_explicit(&end->hazard, end->number, memory_order_relaxed);
}

/* Release: cleanup that sees it sees all reads done. */
SLUICE_INLINE void leave(struct end *end)
{
    atomic_store_explicit(&end->hazard, NO_HAZARD, memory_order_release);
}

/* ---- cleanup: only one end at a time, which has taken queue->oldest ---- */

/* The newest segment that is not after `limit` nor after one that a hazard holds. */
static struct segment *verify(const struct ymc *queue, struct segment *limit, uint64_t hazard)
{
    if (hazard >= limit->number)
        return limit;
    limit = queue->first;
    while (limit->number < hazard)
        limit = load(&limit->next);
    return limit;
}

/* Moves another end on to the limit, unless it is within an operation that needs an earlier segment; then the
   limit is that one. */
static struct segment *update(struct ymc *queue, struct end *end, struct segment *limit)
{
    limit = verify(queue, limit, load(&end->hazard));
    struct segment *at = load(&end->segment);
    if (at->number < limit->number &&
        !atomic_compare_exchange_strong_explicit(&end->segment, &at, limit, memory_order_seq_cst,
                                                 memory_order_seq_cst) &&
        at->number < limit->number)
        limit = at;
    /* The change of the end's side that `enter` speaks of. */
    atomic_fetch_add_explicit(end->index < queue->producers ? &queue->tail : &queue->head, 0,
                              memory_order_acq_rel);
    return verify(queue, limit, load(&end->hazard));
}

SLUICE_OUTLINE void cleanup_slowly(struct end *end)
{
    struct ymc *queue = end->queue;
    uint32_t ends = queue->producers + queue->consumers, visited = 0;
    uint64_t oldest = load(&queue->oldest);
    if (oldest == NO_HAZARD || end->number - oldest < 2 * ends || !swap(&queue->oldest, oldest, NO_HAZARD))
        return;
    struct segment *limit = load(&end->segment);
    advance_end_for_linearizability(&queue->tail, limit->number << ORDER);
    for (; visited < ends - 1 && limit->number > oldest; visited++)
        limit = update(queue, &queue->ends[(end->index + 1 + visited) % ends], limit);
    /* Back again: an end that helps takes over the hazard of one that may have been looked at after it. */
    while (visited-- > 0)
        limit = verify(queue, limit, load(&queue->ends[(end->index + 1 + visited) % ends].hazard));
    struct segment *segment = queue->first;
    queue->first = limit;
    store(&queue->oldest, limit->number);
    while (segment != limit) {
        struct segment *next = load(&segment->next);
        free_segment(queue, segment);
        segment = next;
    }
}

#endif
