/* wcq_entries.h - wCQ's ring as data: its words, and what its entries say. See wcq_ring.h. */
#ifndef QUEUES_WCQ_ENTRIES_H
#define QUEUES_WCQ_ENTRIES_H

#include "cas2.h"
#include "spread.h"

#include <sluice/port.h>

enum { WCQ_IN_BLOCK = 3 /* logarithm of the pairs in SLUICE_SEPARATE bytes */ };

/* In a local word, below the ticket. */
#define WCQ_FIN   UINT64_C(1)
#define WCQ_INC   UINT64_C(2)
#define WCQ_FLAGS 2 /* how many bits */

struct wcq_phase2 {
    _Atomic uint64_t seq1;
    _Atomic(_Atomic uint64_t *) local;
    _Atomic uint64_t ticket;
    _Atomic uint64_t seq2;
};

enum wcq_request { WCQ_IDLE, WCQ_ENQUEUE, WCQ_DEQUEUE };

/* A thread's part of the ring. */
struct wcq_record {
    alignas(SLUICE_SEPARATE) uint32_t next_check, next_record; /* its own */
    alignas(SLUICE_SEPARATE) struct wcq_phase2 phase2[2];      /* of tail and head */
    _Atomic uint32_t pending;                                  /* enum wcq_request */
    _Atomic uint64_t seq1;
    _Atomic uint64_t local_tail, init_tail, local_head, init_head, index;
    _Atomic uint64_t seq2;
};

struct wcq_ring {
    alignas(SLUICE_SEPARATE) union pair head; /* a: the next ticket; b: null, or a wcq_phase2 */
    alignas(SLUICE_SEPARATE) _Atomic int64_t threshold;
    alignas(SLUICE_SEPARATE) union pair tail;
    alignas(SLUICE_SEPARATE) uint64_t size; /* 2n; the rest never changes */
    unsigned order;                         /* log2(n) */
    uint32_t count;                         /* of the records */
    struct wcq_record *records;
    union pair *entries; /* a: (cycle, unsafe, final, index); b: the note, a cycle */
};

static_assert(SLUICE_APART(struct wcq_ring, head, threshold) &&
                  SLUICE_APART(struct wcq_ring, threshold, tail) &&
                  SLUICE_APART(struct wcq_ring, tail, size) &&
                  sizeof(struct wcq_record) % SLUICE_SEPARATE == 0,
              "the two sides, the threshold, the constants and the records lie on separate lines");

#define wcq_load(word)        (hurry_step(), atomic_load_explicit(word, memory_order_seq_cst))
#define wcq_store(word, what) (hurry_step(), atomic_store_explicit(word, what, memory_order_seq_cst))

SLUICE_INLINE bool wcq_swap(_Atomic uint64_t *word, uint64_t *expected, uint64_t desired)
{
    hurry_step();
    return atomic_compare_exchange_strong_explicit(word, expected, desired, memory_order_seq_cst,
                                                   memory_order_seq_cst);
}

/* May fail, for somebody else did the same. */
SLUICE_INLINE void wcq_try_swap(_Atomic uint64_t *word, uint64_t expected, uint64_t desired)
{
    wcq_swap(word, &expected, desired);
}

/* ---- entries: index in the low bits, below 2n, then final, unsafe, cycle ---- */

SLUICE_INLINE uint64_t wcq_consumed(const struct wcq_ring *ring)
{
    return ring->size - 1; /* all bits: set by an OR */
}

SLUICE_INLINE uint64_t wcq_none(const struct wcq_ring *ring)
{
    return ring->size - 2;
}

SLUICE_INLINE uint64_t wcq_final(const struct wcq_ring *ring)
{
    return ring->size;
}

SLUICE_INLINE uint64_t wcq_unsafe(const struct wcq_ring *ring)
{
    return 2 * ring->size;
}

/* A cycle lies above them. With all bits below it set, cycles are compared where they lie: what is shifted by
   a variable cannot be had as fast. */
SLUICE_INLINE uint64_t wcq_below_cycle(const struct wcq_ring *ring)
{
    return 4 * ring->size - 1;
}

SLUICE_INLINE uint64_t wcq_cycle_of(const struct wcq_ring *ring, uint64_t entry)
{
    return entry | wcq_below_cycle(ring);
}

SLUICE_INLINE uint64_t wcq_entry(const struct wcq_ring *ring, uint64_t cycle, uint64_t bits)
{
    return (cycle & ~wcq_below_cycle(ring)) | bits;
}

SLUICE_INLINE uint64_t wcq_index_of(const struct wcq_ring *ring, uint64_t entry)
{
    return entry & wcq_consumed(ring);
}

SLUICE_INLINE bool wcq_is_free(const struct wcq_ring *ring, uint64_t entry)
{
    return wcq_index_of(ring, entry) >= wcq_none(ring);
}

SLUICE_INLINE uint64_t wcq_cycle(const struct wcq_ring *ring, uint64_t ticket)
{
    return ticket << 2 | wcq_below_cycle(ring); /* it has 2n tickets, and begins at bit 8n */
}

SLUICE_INLINE union pair *wcq_at(const struct wcq_ring *ring, uint64_t ticket)
{
    return &ring->entries[spread_within(ring->size - 1, ticket, ring->order + 1, WCQ_IN_BLOCK)];
}

/* Whether an enqueuer with that ticket may use the entry. */
SLUICE_INLINE bool wcq_is_usable(struct wcq_ring *ring, uint64_t entry, uint64_t ticket)
{
    return wcq_is_free(ring, entry) && (!(entry & wcq_unsafe(ring)) || wcq_load(&ring->head.a) <= ticket);
}

SLUICE_INLINE void wcq_reset_threshold(struct wcq_ring *ring)
{
    int64_t most_failures = (int64_t)(3 * (ring->size / 2) - 1); /* 3n - 1 */
    if (wcq_load(&ring->threshold) != most_failures)
        wcq_store(&ring->threshold, most_failures);
}

#endif
