/* scq.h - a bounded lock-free ring of indices (SCQ), for the two files that make a queue of it.

   R. Nikolaev, A Scalable, Portable, and Memory-Efficient Lock-Free FIFO Queue, DISC 2019. The ring
   has 2n entries for at most n indices, each 0 ... n - 1, and serves at most n threads at once. An entry is
   one word: (cycle, safe, index), where a cycle is a round of the ring and the index none (all bits set)
   means that the entry is free. Unlike LCRQ's, an enqueuer never gives up on a ring that has room, for
   `threshold` tells dequeuers when to stop: 3n - 1 failures after the last enqueue mean that there is
   nothing.

   Where this departs from the paper: a set bit says that an entry is unsafe. `closed`, the top bit of the
   tail, is the paper's finalization for LSCQ; scq_put without it is the paper's enqueue.

   Functions take the order, log2(n), which is a constant for LSCQ.

   All operations on head, tail, threshold and entries are sequentially consistent: the argument for the
   threshold needs that an enqueuer which sees it at its maximum after it wrote its entry, and a dequeuer
   which decreases it after it missed that entry, agree on what came first. On x86 this costs something for
   the store of the threshold only, which is rare. */
#ifndef QUEUES_SCQ_H
#define QUEUES_SCQ_H

#include "spread.h"

#include <sluice/backend.h>

#include <errno.h>

struct scq {
    alignas(SLUICE_SEPARATE) _Atomic uint64_t head;
    alignas(SLUICE_SEPARATE) _Atomic int64_t threshold;
    alignas(SLUICE_SEPARATE) _Atomic uint64_t tail;
    /* 2n entries follow. */
};

static_assert(SLUICE_APART(struct scq, head, threshold) && SLUICE_APART(struct scq, threshold, tail) &&
                  sizeof(struct scq) % SLUICE_SEPARATE == 0,
              "the two sides, the threshold and the entries lie on separate lines");

enum {
    SCQ_IN_BLOCK = 4,   /* logarithm of the words in SLUICE_SEPARATE bytes */
    SCQ_NONE_LEFT = -1, /* scq_take: the ring was empty */
};

#define SCQ_CLOSED (UINT64_C(1) << 63) /* in the tail */

SLUICE_INLINE size_t scq_bytes(unsigned order)
{
    return sizeof(struct scq) + (sizeof(uint64_t) << (order + 1));
}

SLUICE_INLINE _Atomic uint64_t *scq_at(struct scq *ring, unsigned order, uint64_t ticket)
{
    return (_Atomic uint64_t *)(ring + 1) + spread(ticket, order + 1, SCQ_IN_BLOCK);
}

/* Of an entry: index in the low order + 1 bits, unsafe above it, then the cycle. */
SLUICE_INLINE uint64_t scq_none(unsigned order)
{
    return (UINT64_C(2) << order) - 1;
}

SLUICE_INLINE uint64_t scq_unsafe(unsigned order)
{
    return UINT64_C(2) << order;
}

SLUICE_INLINE uint64_t scq_entry(unsigned order, uint64_t cycle, uint64_t unsafe, uint64_t index)
{
    return cycle << (order + 2) | unsafe | index;
}

SLUICE_INLINE int64_t scq_most_failures(unsigned order)
{
    return (INT64_C(3) << order) - 1; /* 3n - 1 */
}

/* Tickets of a cycle: as many as entries. */
SLUICE_INLINE uint64_t scq_cycle(unsigned order, uint64_t ticket)
{
    return ticket >> (order + 1);
}

/* A ring of zeroed memory becomes one with the indices from 0 to `count`, exclusive; the paper's head and
   tail start at 2n, cycle 1, so that all free entries are of a cycle before. */
SLUICE_INLINE void scq_init(struct scq *ring, unsigned order, uint64_t count)
{
    uint64_t start = UINT64_C(2) << order;
    for (uint64_t i = 0; i < start; i++)
        atomic_init(scq_at(ring, order, i),
                    i < count ? scq_entry(order, 1, 0, i) : scq_entry(order, 0, 0, scq_none(order)));
    atomic_init(&ring->head, start);
    atomic_init(&ring->tail, start + count);
    atomic_init(&ring->threshold, count ? scq_most_failures(order) : -1);
}

/* False: the ring is closed. The index is not in the ring, so that there is room. */
SLUICE_INLINE bool scq_put(struct scq *ring, unsigned order, uint64_t index)
{
    for (;;) {
        uint64_t t = atomic_fetch_add_explicit(&ring->tail, 1, memory_order_seq_cst);
        if (SLUICE_UNLIKELY(t & SCQ_CLOSED))
            return false;
        _Atomic uint64_t *at = scq_at(ring, order, t);
        uint64_t entry = atomic_load_explicit(at, memory_order_seq_cst), cycle = scq_cycle(order, t);
        while (SLUICE_LIKELY(
            entry >> (order + 2) < cycle && (entry & scq_none(order)) == scq_none(order) &&
            (!(entry & scq_unsafe(order)) || atomic_load_explicit(&ring->head, memory_order_seq_cst) <= t))) {
            if (SLUICE_UNLIKELY(
                    !atomic_compare_exchange_weak_explicit(at, &entry, scq_entry(order, cycle, 0, index),
                                                           memory_order_seq_cst, memory_order_seq_cst)))
                continue;
            hurry_step();
            if (atomic_load_explicit(&ring->threshold, memory_order_seq_cst) != scq_most_failures(order))
                atomic_store_explicit(&ring->threshold, scq_most_failures(order), memory_order_seq_cst);
            return true;
        }
    }
}

/* Moves the tail up to a head that overtook it. Of a closed ring it stays as it is. */
SLUICE_OUTLINE void scq_catch_up_slowly(struct scq *ring, uint64_t tail, uint64_t head)
{
    while (tail < head && !atomic_compare_exchange_weak_explicit(
                              &ring->tail, &tail, head, memory_order_seq_cst, memory_order_seq_cst)) {
        head = atomic_load_explicit(&ring->head, memory_order_seq_cst);
        tail = atomic_load_explicit(&ring->tail, memory_order_seq_cst);
    }
}

/* An index, or SCQ_NONE_LEFT. */
SLUICE_INLINE int64_t scq_take(struct scq *ring, unsigned order)
{
    if (atomic_load_explicit(&ring->threshold, memory_order_seq_cst) < 0)
        return SCQ_NONE_LEFT;
    for (;;) {
        uint64_t h = atomic_fetch_add_explicit(&ring->head, 1, memory_order_seq_cst);
        _Atomic uint64_t *at = scq_at(ring, order, h);
        uint64_t entry = atomic_load_explicit(at, memory_order_seq_cst), cycle = scq_cycle(order, h), next;
        do {
            if (SLUICE_LIKELY(entry >> (order + 2) == cycle)) {
                /* An item, for only who has ticket h spoils the entry for it. Consumed: an entry of this
                 * cycle changes in its unsafe bit at most, hence an OR. */
                atomic_fetch_or_explicit(at, scq_none(order), memory_order_seq_cst);
                return (int64_t)(entry & scq_none(order));
            }
            if (entry >> (order + 2) > cycle)
                break;
            next = (entry & scq_none(order)) == scq_none(order)
                       /* No enqueuer with ticket h can use it now. */
                       ? scq_entry(order, cycle, entry & scq_unsafe(order), scq_none(order))
                       : entry | scq_unsafe(order); /* a cycle behind */
        } while (next != entry && !atomic_compare_exchange_weak_explicit(
                                      at, &entry, next, memory_order_seq_cst, memory_order_seq_cst));
        hurry_step();
        uint64_t t = atomic_load_explicit(&ring->tail, memory_order_seq_cst);
        if ((t & ~SCQ_CLOSED) <= h + 1) {
            scq_catch_up_slowly(ring, t, h + 1);
            atomic_fetch_sub_explicit(&ring->threshold, 1, memory_order_seq_cst);
            return SCQ_NONE_LEFT;
        }
        if (atomic_fetch_sub_explicit(&ring->threshold, 1, memory_order_seq_cst) <= 0)
            return SCQ_NONE_LEFT;
    }
}

#endif
