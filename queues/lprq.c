/* lprq.c - R. Romanov, N. Koval, The State-of-the-Art LCRQ Concurrent Queue Algorithm Does NOT Require CAS2,
   PPoPP 2023: LCRQ with a ring (PRQ, here) whose cells are changed one word at a time.

   A cell holds (safe, epoch) in one word and the value in the other. The epoch is the round that the cell was
   last used in, or spoilt for. An enqueuer of ticket t, in round t / R, needs three steps where LCRQ has one:

     1. lock       value: none -> the enqueuer's own token
     2. advance    (safe, epoch < round) -> (1, round)
     3. publish    value: the token -> the item

   A dequeuer that finds a token there in its round takes it away, and step 3 fails. Tokens differ from end to
   end, so that a late step 3 cannot succeed over another's token, nor over the end's own, which it is not
   putting there meanwhile.

   Where this departs from the paper: a set bit says that a cell is unsafe; cells are not padded to a line
   each, but spread over the lines (spread.h). The tokens are values with the top bit set, so that items have
   to be below 2^48 (SLUICE_NEEDS_SMALL_VALUES). The list of rings is ring_list.h. The authors' code also asks
   whether the ring is empty before it takes a ticket, and closes a full ring by a compare-and-swap first; it
   lacks the second look in cell_take where there is an item. */
#include "ring_list.h"
#include "spread.h"

enum {
    ORDER = QUEUES_HURRIED ? 2 : 12,
    CELLS = 1 << ORDER, /* R */
    CELLS_IN_BLOCK = 3, /* its logarithm: 8 of 16 bytes in SLUICE_SEPARATE */
    TRIES = 10,         /* tickets that an enqueuer spends before it closes the ring: it starves */
    WAIT = 200,         /* looks at a cell whose enqueuer has its ticket but has not ended */
};

#define CLOSED (UINT64_C(1) << 63) /* in the tail */
#define UNSAFE (UINT64_C(1) << 63) /* in a cell's epoch */
#define TOKEN  (UINT64_C(1) << 63) /* in a cell's value */

struct cell {
    alignas(16) _Atomic uint64_t epoch; /* and unsafe */
    _Atomic uint64_t value;             /* an item, a token, or 0 */
};

struct ring {
    struct ring_link link;
    alignas(SLUICE_SEPARATE) _Atomic uint64_t head;
    alignas(SLUICE_SEPARATE) _Atomic uint64_t tail;
    alignas(SLUICE_SEPARATE) struct cell cells[CELLS];
};

static const size_t ring_bytes = sizeof(struct ring);
static const size_t ring_most_ends = SIZE_MAX;

static_assert(SLUICE_APART(struct ring, link, head) && SLUICE_APART(struct ring, head, tail) &&
                  SLUICE_APART(struct ring, tail, cells),
              "the link, the two sides and the cells lie on separate lines");

/* Rounds are counted from 1: the epoch 0 of a new cell is over. */
SLUICE_INLINE uint64_t round_of(uint64_t ticket)
{
    return (ticket >> ORDER) + 1;
}

SLUICE_INLINE struct cell *cell_of(struct ring *ring, uint64_t ticket)
{
    return &ring->cells[spread(ticket, ORDER, CELLS_IN_BLOCK)];
}

SLUICE_INLINE bool is_item(uint64_t value)
{
    return value != 0 && !(value & TOKEN);
}

static void ring_init(struct ring *ring, void *item)
{
    if (item) {
        struct cell *cell = cell_of(ring, 0);
        atomic_init(&cell->epoch, round_of(0));
        atomic_init(&cell->value, (uintptr_t)item);
        atomic_init(&ring->tail, 1);
    }
}

/* Sequentially consistent, for the argument of the paper is about one order of all operations. On x86 only
   the loads are affected, and cost nothing more. */
SLUICE_INLINE bool swap(_Atomic uint64_t *word, uint64_t expected, uint64_t desired)
{
    hurry_step();
    return atomic_compare_exchange_strong_explicit(word, &expected, desired, memory_order_seq_cst,
                                                   memory_order_seq_cst);
}

SLUICE_INLINE uint64_t load(const _Atomic uint64_t *word)
{
    hurry_step();
    return atomic_load_explicit(word, memory_order_seq_cst);
}

/* Puts the item into the cell of ticket t, unless that was spoilt. */
SLUICE_INLINE bool cell_put(struct ring *ring, uint64_t t, uint64_t token, uint64_t item)
{
    struct cell *cell = cell_of(ring, t);
    uint64_t epoch = load(&cell->epoch), round = round_of(t);
    if (SLUICE_UNLIKELY(load(&cell->value) != 0 || (epoch & ~UNSAFE) >= round))
        return false;
    if (SLUICE_UNLIKELY((epoch & UNSAFE) && load(&ring->head) > t))
        return false;
    if (SLUICE_UNLIKELY(!swap(&cell->value, 0, token)))
        return false;
    if (SLUICE_UNLIKELY(!swap(&cell->epoch, epoch, round))) {
        swap(&cell->value, token, 0);
        return false;
    }
    return SLUICE_LIKELY(swap(&cell->value, token, item));
}

SLUICE_INLINE bool ring_put(struct ring *ring, const struct ring_end *end, void *item)
{
    for (int tries = 1;; tries++) {
        uint64_t t = atomic_fetch_add_explicit(&ring->tail, 1, memory_order_seq_cst);
        if (SLUICE_UNLIKELY(t & CLOSED))
            return false;
        if (SLUICE_LIKELY(cell_put(ring, t, TOKEN | end->number, (uintptr_t)item)))
            return true;
        /* Full, when the head is not past: signed, for it may be. */
        if ((int64_t)(t - load(&ring->head)) >= CELLS || tries == TRIES) {
            atomic_fetch_or_explicit(&ring->tail, CLOSED, memory_order_seq_cst);
            return false;
        }
    }
}

/* Moves the tail up to a head that overtook it. Of a closed ring it stays as it is. */
SLUICE_OUTLINE void ring_repair_slowly(struct ring *ring)
{
    for (;;) {
        uint64_t t = load(&ring->tail), h = load(&ring->head);
        if (load(&ring->tail) == t && (h <= t || swap(&ring->tail, t, h)))
            return;
    }
}

/* The item of ticket h; 0: there is none and there will be none. */
SLUICE_INLINE uint64_t cell_take(struct ring *ring, uint64_t h)
{
    struct cell *cell = cell_of(ring, h);
    uint64_t round = round_of(h);
    for (int looks = 0;;) {
        /* The value between two looks at the epoch, which only grows: they were there together. Without the
           second look it could be an item of a later round, after others spoilt this one. */
        uint64_t word = load(&cell->epoch), value = load(&cell->value);
        uint64_t epoch = word & ~UNSAFE, unsafe = word & UNSAFE;
        if (SLUICE_UNLIKELY(load(&cell->epoch) != word))
            continue;
        if (SLUICE_LIKELY(is_item(value))) {
            if (SLUICE_LIKELY(epoch == round)) {
                /* Nobody else changes a value that is an item. Release: the next round's enqueuer locks it.
                 */
                atomic_store_explicit(&cell->value, 0, memory_order_release);
                return value;
            }
            if (epoch > round || unsafe || swap(&cell->epoch, word, UNSAFE | epoch))
                return 0; /* of another round; where that is an earlier one, after the unsafe transition */
            continue;
        }
        if (epoch > round)
            return 0;
        /* Signed: the tail of a closed ring is not above. Relaxed: only whether to wait depends on it. */
        if (looks++ < WAIT && !unsafe && (epoch < round || value != 0) &&
            (int64_t)atomic_load_explicit(&ring->tail, memory_order_relaxed) > (int64_t)h)
            continue;
        /* Empty transition: first the token goes, then no other may come in this round. */
        if (value != 0 && !swap(&cell->value, value, 0))
            continue;
        if (epoch == round || swap(&cell->epoch, word, unsafe | round))
            return 0;
    }
}

SLUICE_INLINE void *ring_take(struct ring *ring)
{
    for (;;) {
        uint64_t h = atomic_fetch_add_explicit(&ring->head, 1, memory_order_seq_cst);
        uint64_t value = cell_take(ring, h);
        if (SLUICE_LIKELY(value != 0))
            return (void *)(uintptr_t)value;
        if ((load(&ring->tail) & ~CLOSED) <= h + 1) {
            ring_repair_slowly(ring);
            return NULL;
        }
    }
}

SLUICE_INLINE void *ring_take_rest(struct ring *ring)
{
    return ring_take(ring);
}

RING_LIST_BACKEND(
    lprq, "lprq", "a list of rings as LCRQ's, without the compare-and-swap of 16 bytes",
    "R. Romanov, N. Koval, The State-of-the-Art LCRQ Concurrent Queue Algorithm Does NOT Require "
    "CAS2, PPoPP 2023",
    SLUICE_NEEDS_SMALL_VALUES);
