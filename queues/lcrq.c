/* lcrq.c - A. Morrison, Y. Afek, Fast Concurrent Queues for x86 Processors, PPoPP 2013: a list of rings
   (LCRQ, ring_list.h), each of which hands out its cells by fetch-and-add (CRQ, here).

   Each operation on a ring takes a ticket from the head or the tail and meets its counterpart in the cell of
   that ticket. A cell holds (safe, index, value): index is the ticket that may next be served there. The
   transitions, each one CAS of 16 bytes, have the paper's names; the two last come from a dequeuer that is
   early:

     enqueue   (s, i <= t, none) -> (1, t, item)      by who has ticket t at the tail

     dequeue   (s, h, item) -> (s, h + R, none)       by who has ticket h at the head

     empty     (s, i <= h, none) -> (s, h + R, none)  nothing can be enqueued with ticket h any more

     unsafe    (s, i < h, item) -> (0, i, item)       likewise, and the item of the round before stays

   The enqueue transition needs s = 1, or that the head is not past t: then the dequeuer is still to come.
   An enqueuer that gets nowhere closes the ring, by the top bit of the tail.

   Where this departs from the paper: a set bit says that a cell is unsafe, where the paper's says that it is
   safe; cells are not padded to a line each, but spread over the lines (spread.h). R is 2^12, as in the
   authors' code. The paper's optimisations are there: the wait for a matching enqueuer, which is 200 looks
   here, and the repair of a head that overtook the tail. */
#include "cas2.h"
#include "ring_list.h"
#include "spread.h"

enum {
    ORDER = QUEUES_HURRIED ? 2 : 12,
    CELLS = 1 << ORDER, /* R */
    CELLS_IN_BLOCK = 3, /* its logarithm: 8 of 16 bytes in SLUICE_SEPARATE */
    TRIES = 10,         /* tickets that an enqueuer spends before it closes the ring: it starves */
    WAIT = 200,         /* looks at a cell whose enqueuer has its ticket but has not been there yet */
};

#define CLOSED (UINT64_C(1) << 63) /* in the tail */
#define UNSAFE (UINT64_C(1) << 63) /* in a cell's tag */

struct ring {
    struct ring_link link;
    alignas(SLUICE_SEPARATE) _Atomic uint64_t head;
    alignas(SLUICE_SEPARATE) _Atomic uint64_t tail;
    alignas(SLUICE_SEPARATE) union pair cells[CELLS]; /* a: unsafe and index; b: the item, or 0 */
};

static const size_t ring_bytes = sizeof(struct ring);
static const size_t ring_most_ends = SIZE_MAX;

static_assert(SLUICE_APART(struct ring, link, head) && SLUICE_APART(struct ring, head, tail) &&
                  SLUICE_APART(struct ring, tail, cells),
              "the link, the two sides and the cells lie on separate lines");

SLUICE_INLINE union pair *cell_of(struct ring *ring, uint64_t ticket)
{
    return &ring->cells[spread(ticket, ORDER, CELLS_IN_BLOCK)];
}

static void ring_init(struct ring *ring, void *item)
{
    for (uint64_t i = 0; i < CELLS; i++)
        atomic_init(&cell_of(ring, i)->a, i);
    if (item) {
        atomic_init(&cell_of(ring, 0)->b, (uintptr_t)item);
        atomic_init(&ring->tail, 1);
    }
}

/* All operations on head and tail are sequentially consistent, and cas2 is a full barrier. The argument of
   the paper needs that of a dequeuer that takes ticket h and finds nothing in its cell, and an enqueuer with
   the same ticket, one sees the other: the dequeuer's ticket comes before its transition of the cell, and the
   enqueuer reads the head after the cell. On x86 loads cost nothing more by it. */

SLUICE_INLINE bool ring_put(struct ring *ring, const struct ring_end *end, void *item)
{
    (void)end;
    for (int tries = 1;; tries++) {
        uint64_t t = atomic_fetch_add_explicit(&ring->tail, 1, memory_order_seq_cst);
        if (SLUICE_UNLIKELY(t & CLOSED))
            return false;
        union pair *cell = cell_of(ring, t);
        /* Acquire: the head read below is not older than the tag, which may be unsafe because of it. */
        uint64_t value = atomic_load_explicit(&cell->b, memory_order_acquire);
        uint64_t tag = atomic_load_explicit(&cell->a, memory_order_acquire);
        if (SLUICE_LIKELY(!value && (tag & ~UNSAFE) <= t) &&
            (SLUICE_LIKELY(!(tag & UNSAFE)) ||
             atomic_load_explicit(&ring->head, memory_order_seq_cst) <= t) &&
            SLUICE_LIKELY(cas2(cell, (struct words){tag, 0}, (struct words){t, (uintptr_t)item})))
            return true;
        /* Full, when the head is not past: signed, for it may be. */
        uint64_t head = atomic_load_explicit(&ring->head, memory_order_seq_cst);
        if ((int64_t)(t - head) >= CELLS || tries == TRIES) {
            atomic_fetch_or_explicit(&ring->tail, CLOSED, memory_order_seq_cst);
            return false;
        }
    }
}

/* Moves the tail up to a head that overtook it (fixState). Of a closed ring it stays as it is. */
SLUICE_OUTLINE void ring_repair_slowly(struct ring *ring)
{
    for (;;) {
        uint64_t t = atomic_load_explicit(&ring->tail, memory_order_seq_cst);
        uint64_t h = atomic_load_explicit(&ring->head, memory_order_seq_cst);
        if (atomic_load_explicit(&ring->tail, memory_order_seq_cst) != t)
            continue;
        if (h <= t || atomic_compare_exchange_strong_explicit(&ring->tail, &t, h, memory_order_seq_cst,
                                                              memory_order_relaxed))
            return;
    }
}

/* The item of ticket h; 0: there is none and there will be none. */
SLUICE_INLINE uint64_t cell_take(struct ring *ring, uint64_t h)
{
    union pair *cell = cell_of(ring, h);
    for (int looks = 0;;) {
        /* Acquire pairs with the enqueuer's cas2: what it wrote before is there with the item. */
        uint64_t tag = atomic_load_explicit(&cell->a, memory_order_acquire);
        uint64_t value = atomic_load_explicit(&cell->b, memory_order_acquire);
        uint64_t index = tag & ~UNSAFE, unsafe = tag & UNSAFE;
        struct words seen = {tag, value};
        if (SLUICE_UNLIKELY(index > h))
            return 0;
        if (SLUICE_LIKELY(value != 0)) {
            if (SLUICE_LIKELY(index == h)) {
                if (SLUICE_LIKELY(cas2(cell, seen, (struct words){unsafe | (h + CELLS), 0})))
                    return value; /* dequeue transition */
            } else if (cas2(cell, seen, (struct words){UNSAFE | index, value})) {
                return 0; /* unsafe transition */
            }
        } else {
            /* Signed: the tail of a closed ring is not above. Relaxed: only whether to wait depends on it. */
            if (looks++ < WAIT && !unsafe &&
                (int64_t)atomic_load_explicit(&ring->tail, memory_order_relaxed) > (int64_t)h)
                continue; /* a matching enqueuer is on its way, or has given up */
            if (cas2(cell, seen, (struct words){unsafe | (h + CELLS), 0}))
                return 0; /* empty transition */
        }
    }
}

SLUICE_INLINE void *ring_take(struct ring *ring)
{
    for (;;) {
        uint64_t h = atomic_fetch_add_explicit(&ring->head, 1, memory_order_seq_cst);
        uint64_t value = cell_take(ring, h);
        if (SLUICE_LIKELY(value != 0))
            return (void *)(uintptr_t)value;
        uint64_t t = atomic_load_explicit(&ring->tail, memory_order_seq_cst) & ~CLOSED;
        if (t <= h + 1) {
            ring_repair_slowly(ring);
            return NULL;
        }
    }
}

SLUICE_INLINE void *ring_take_rest(struct ring *ring)
{
    return ring_take(ring);
}

RING_LIST_BACKEND(lcrq, "lcrq", "a list of rings whose cells are handed out by fetch-and-add",
                  "A. Morrison, Y. Afek, Fast Concurrent Queues for x86 Processors, PPoPP 2013",
                  SLUICE_NEEDS_CAS2);
