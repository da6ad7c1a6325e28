/* wcq_ring.h - the wait-free ring of indices of wcq.c.

   R. Nikolaev, B. Ravindran, wCQ: A Fast Wait-Free Queue with Bounded Memory Usage, SPAA 2022, whose names
   the functions have. It is SCQ (scq.h) with a slow path. After some attempts an operation publishes a
   request, and then all that help with it, the owner included, go through the same tickets together:

   - The request's `local` word is the ticket that they are at. slow_inc moves it on, in two phases, for the
     side's counter is another word: local becomes (next ticket, INC); the counter goes up, and with the same
     cas2 a pointer to a record of that says for whom (phase 2) is left beside it; INC goes away again. Who
     finds such a record beside a counter does the last step first. FIN in local: the request is complete.
   - An entry has a note beside it: the last cycle for which helpers have agreed not to use it, so that a
     late one does not either.
   - An enqueuer's entry is at first not `final`, until FIN is set. A dequeuer that finds it so sets FIN
     itself, and only then consumes the entry, so that no helper can enqueue a second time.

   Where this departs from the paper, beside what scq.h says:
   - An entry that a dequeuer has spoilt for this very ticket is none that another helper has produced,
     though its cycle is the ticket's.
   - Helpers of a dequeue go on until FIN is set, also when they have found that nothing is left: others may
     have moved the request on. (So does the authors' code.)
   - A helper also leaves when the request's `seq1` says that it is another one by now, wherever it is; FIN of
     the old one is gone then, and without this there were no bound to what it does.
   - A dequeuer that spoils an entry in use sets the unsafe bit and the note in one cas2. A threshold below
     0 ends a slow dequeue wherever the tail is. (The authors' code does the second.)
   - The owner of an enqueue raises the threshold itself, for the helper that produced the entry may be late
     with it.
   - A record of phase 2 serves one side of the ring only, and who reads it looks again whether it is still
     beside the counter: it could have become that of another attempt, which has not succeeded yet.

   Everything is sequentially consistent, as in the paper; on x86 that costs something on slow paths, and
   where an enqueue that follows a failed dequeue sets the threshold. */
#ifndef QUEUES_WCQ_RING_H
#define QUEUES_WCQ_RING_H

#include "wcq_entries.h"

enum {
    WCQ_PATIENCE_ENQUEUE = QUEUES_HURRIED ? 1 : 16, /* attempts before the slow path */
    WCQ_PATIENCE_DEQUEUE = QUEUES_HURRIED ? 1 : 64,
    WCQ_HELP_DELAY = QUEUES_HURRIED ? 1 : 16, /* operations between looks at another's request */
    WCQ_CATCH_UP = 64,                        /* most attempts, which are an optimisation only */
    WCQ_NONE_LEFT = -1,                       /* wcq_take: the ring was empty */
};

/* ---- consuming ---- */

/* Sets FIN for the request that enqueues with this ticket, if it is still there. */
SLUICE_OUTLINE void wcq_finalize_request_slowly(struct wcq_ring *ring, uint64_t ticket)
{
    for (uint32_t i = 0; i < ring->count; i++) {
        uint64_t local = ticket << WCQ_FLAGS;
        if (wcq_load(&ring->records[i].local_tail) == local) {
            wcq_swap(&ring->records[i].local_tail, &local, local | WCQ_FIN);
            return;
        }
    }
}

SLUICE_INLINE int64_t wcq_consume(struct wcq_ring *ring, union pair *at, uint64_t ticket, uint64_t entry)
{
    if (SLUICE_UNLIKELY(!(entry & wcq_final(ring))))
        wcq_finalize_request_slowly(ring, ticket);
    cas2_or_a(at, wcq_final(ring) | wcq_consumed(ring));
    return (int64_t)wcq_index_of(ring, entry);
}

/* Moves the tail up to a head that overtook it. */
SLUICE_OUTLINE void wcq_catch_up_slowly(struct wcq_ring *ring, uint64_t tail, uint64_t head)
{
    for (int i = 0; i < WCQ_CATCH_UP && tail < head && !cas2_swap_a(&ring->tail, tail, head); i++) {
        head = wcq_load(&ring->head.a);
        tail = wcq_load(&ring->tail.a);
    }
}

/* ---- the fast path: SCQ ---- */

SLUICE_INLINE bool wcq_try_enq(struct wcq_ring *ring, uint64_t index, uint64_t *ticket)
{
    uint64_t t = cas2_fetch_add_a(&ring->tail, 1), cycle = wcq_cycle(ring, t), entry;
    union pair *at = wcq_at(ring, t);
    *ticket = t;
    do {
        entry = wcq_load(&at->a);
        if (SLUICE_UNLIKELY(wcq_cycle_of(ring, entry) >= cycle || !wcq_is_usable(ring, entry, t)))
            return false;
    } while (SLUICE_UNLIKELY(!cas2_swap_a(at, entry, wcq_entry(ring, cycle, wcq_final(ring) | index))));
    wcq_reset_threshold(ring);
    return true;
}

/* False: to be tried again. Else *index is an index or WCQ_NONE_LEFT. */
SLUICE_INLINE bool wcq_try_deq(struct wcq_ring *ring, int64_t *index, uint64_t *ticket)
{
    uint64_t h = cas2_fetch_add_a(&ring->head, 1), cycle = wcq_cycle(ring, h), entry, next;
    union pair *at = wcq_at(ring, h);
    *ticket = h;
    do {
        entry = wcq_load(&at->a);
        if (SLUICE_LIKELY(wcq_cycle_of(ring, entry) == cycle)) {
            *index = wcq_consume(ring, at, h, entry);
            return true;
        }
        next = wcq_is_free(ring, entry)
                   ? wcq_entry(ring, cycle, (entry & wcq_unsafe(ring)) | wcq_final(ring) | wcq_none(ring))
                   : entry | wcq_unsafe(ring);
    } while (wcq_cycle_of(ring, entry) < cycle && next != entry && !cas2_swap_a(at, entry, next));
    uint64_t t = wcq_load(&ring->tail.a);
    *index = WCQ_NONE_LEFT;
    if (t <= h + 1) {
        wcq_catch_up_slowly(ring, t, h + 1);
        atomic_fetch_sub_explicit(&ring->threshold, 1, memory_order_seq_cst);
        return true;
    }
    return atomic_fetch_sub_explicit(&ring->threshold, 1, memory_order_seq_cst) <= 0;
}

/* ---- the slow path ---- */

/* Whether its owner has got what it asked for: nobody need help any more. */
static bool wcq_is_over(const struct wcq_record *request, const _Atomic uint64_t *local, uint64_t seq)
{
    return wcq_load(local) & WCQ_FIN || wcq_load(&request->seq1) != seq;
}

/* Does the last step for the record beside the side's counter, if there is one. False: there was. */
static bool wcq_load_global_help_phase2(union pair *global, uint64_t *ticket)
{
    *ticket = wcq_load(&global->a);
    uint64_t beside = wcq_load(&global->b);
    struct wcq_phase2 *phase2 = (struct wcq_phase2 *)(uintptr_t)beside;
    if (!phase2)
        return true;
    uint64_t seq = wcq_load(&phase2->seq2);
    _Atomic uint64_t *local = wcq_load(&phase2->local);
    uint64_t mine = wcq_load(&phase2->ticket) << WCQ_FLAGS;
    /* In this order: it is beside the counter, and its owner does not prepare it again while it is, for
       slow_inc prepares only when it has seen that nothing is there. */
    if (wcq_load(&global->b) == beside && wcq_load(&phase2->seq1) == seq)
        wcq_try_swap(local, mine | WCQ_INC, mine);
    cas2(global, (struct words){*ticket, beside}, (struct words){*ticket, 0});
    return false;
}

static void wcq_prepare_phase2(struct wcq_phase2 *phase2, _Atomic uint64_t *local, uint64_t ticket)
{
    uint64_t seq = wcq_load(&phase2->seq1) + 1;
    wcq_store(&phase2->seq1, seq);
    wcq_store(&phase2->local, local);
    wcq_store(&phase2->ticket, ticket);
    wcq_store(&phase2->seq2, seq);
}

/* Moves the request on from `*local_seen`, a value of its local word, to the next ticket, which is the same
   for all its helpers. False: it is over. */
static bool wcq_slow_inc(union pair *global, struct wcq_phase2 *phase2, const struct wcq_record *request,
                         uint64_t seq, _Atomic uint64_t *local, uint64_t *local_seen,
                         _Atomic int64_t *threshold)
{
    uint64_t ticket;
    do {
        do
            if (wcq_is_over(request, local, seq))
                return false;
        while (!wcq_load_global_help_phase2(global, &ticket));
        uint64_t next = ticket << WCQ_FLAGS | WCQ_INC;
        if (wcq_swap(local, local_seen, next)) {
            *local_seen = next;
        } else {
            if (*local_seen & WCQ_FIN)
                return false;
            if (!(*local_seen & WCQ_INC))
                return true;
            ticket = *local_seen >> WCQ_FLAGS;
        }
        wcq_prepare_phase2(phase2, local, ticket);
    } while (!cas2(global, (struct words){ticket, 0}, (struct words){ticket + 1, (uintptr_t)phase2}));
    if (threshold)
        atomic_fetch_sub_explicit(threshold, 1, memory_order_seq_cst);
    *local_seen = ticket << WCQ_FLAGS;
    wcq_try_swap(local, *local_seen | WCQ_INC, *local_seen);
    cas2(global, (struct words){ticket + 1, (uintptr_t)phase2}, (struct words){ticket + 1, 0});
    return true;
}

static bool wcq_try_enq_slow(struct wcq_ring *ring, struct wcq_record *request, uint64_t ticket,
                             uint64_t index)
{
    union pair *at = wcq_at(ring, ticket);
    uint64_t cycle = wcq_cycle(ring, ticket), local = ticket << WCQ_FLAGS;
    for (;;) {
        struct words seen, produced;
        /* The note first: where it forbids this cycle, and the entry, which is read later, is of an earlier
           one, nobody has produced here or will. The other way round another helper could have in between. */
        seen.b = wcq_load(&at->b);
        seen.a = wcq_load(&at->a);
        if (wcq_cycle_of(ring, seen.a) == cycle)
            return wcq_index_of(ring, seen.a) != wcq_none(ring); /* another helper's; or spoilt */
        if (wcq_cycle_of(ring, seen.a) > cycle || seen.b >= cycle)
            return false;
        if (!wcq_is_usable(ring, seen.a, ticket)) {
            if (cas2(at, seen, (struct words){seen.a, cycle})) /* and no other helper shall use it */
                return false;
            continue;
        }
        produced = (struct words){wcq_entry(ring, cycle, index), seen.b};
        if (!cas2(at, seen, produced))
            continue;
        if (wcq_swap(&request->local_tail, &local, local | WCQ_FIN))
            cas2(at, produced, (struct words){produced.a | wcq_final(ring), produced.b});
        wcq_reset_threshold(ring);
        return true;
    }
}

static void wcq_enqueue_slow(struct wcq_ring *ring, struct wcq_record *mine, struct wcq_record *request,
                             uint64_t seq, uint64_t local, uint64_t index)
{
    while (wcq_slow_inc(&ring->tail, &mine->phase2[0], request, seq, &request->local_tail, &local, NULL))
        /* Looked at again: the ticket could be of the owner's next request, which has another index. */
        if (wcq_load(&request->seq1) != seq || wcq_try_enq_slow(ring, request, local >> WCQ_FLAGS, index))
            return;
}

/* Sets FIN when the item is there, or there is none. */
static void wcq_try_deq_slow(struct wcq_ring *ring, struct wcq_record *request, uint64_t ticket)
{
    union pair *at = wcq_at(ring, ticket);
    uint64_t cycle = wcq_cycle(ring, ticket), local = ticket << WCQ_FLAGS;
    for (;;) {
        struct words seen = {wcq_load(&at->a), wcq_load(&at->b)}, next = seen;
        uint64_t entry_cycle = wcq_cycle_of(ring, seen.a);
        if (entry_cycle == cycle && wcq_index_of(ring, seen.a) != wcq_none(ring)) {
            wcq_try_swap(&request->local_head, local, local | WCQ_FIN); /* its owner consumes it */
            return;
        }
        if (entry_cycle >= cycle)
            break;
        if (wcq_is_free(ring, seen.a))
            next.a = wcq_entry(ring, cycle, (seen.a & wcq_unsafe(ring)) | wcq_final(ring) | wcq_none(ring));
        else
            next = (struct words){seen.a | wcq_unsafe(ring), seen.b < cycle ? cycle : seen.b};
        if (cas2(at, seen, next))
            break;
    }
    uint64_t t = wcq_load(&ring->tail.a);
    if (t <= ticket + 1)
        wcq_catch_up_slowly(ring, t, ticket + 1);
    if (wcq_load(&ring->threshold) < 0)
        wcq_try_swap(&request->local_head, local, local | WCQ_FIN);
}

/* Ends when the request is over and not before: others may have moved the request on meanwhile, and leave an
   item for its owner. */
static void wcq_dequeue_slow(struct wcq_ring *ring, struct wcq_record *mine, struct wcq_record *request,
                             uint64_t seq, uint64_t local)
{
    while (wcq_slow_inc(&ring->head, &mine->phase2[1], request, seq, &request->local_head, &local,
                        &ring->threshold))
        wcq_try_deq_slow(ring, request, local >> WCQ_FLAGS);
}

/* Helps the next record in turn with its request, if it has one. */
SLUICE_OUTLINE void wcq_help_slowly(struct wcq_ring *ring, struct wcq_record *mine)
{
    struct wcq_record *request = &ring->records[mine->next_record];
    mine->next_check = WCQ_HELP_DELAY;
    mine->next_record = mine->next_record + 1 == ring->count ? 0 : mine->next_record + 1;
    /* seq2, then what is asked for, then seq1: when they are equal it belongs together, and is not complete.
     */
    uint64_t seq = wcq_load(&request->seq2);
    uint32_t pending = wcq_load(&request->pending);
    uint64_t index = wcq_load(&request->index);
    uint64_t tail = wcq_load(&request->init_tail), head = wcq_load(&request->init_head);
    if (pending == WCQ_IDLE || request == mine || wcq_load(&request->seq1) != seq)
        return;
    if (pending == WCQ_ENQUEUE)
        wcq_enqueue_slow(ring, mine, request, seq, tail, index);
    else
        wcq_dequeue_slow(ring, mine, request, seq, head);
}

SLUICE_INLINE void wcq_help_threads(struct wcq_ring *ring, struct wcq_record *mine)
{
    if (SLUICE_UNLIKELY(--mine->next_check == 0))
        wcq_help_slowly(ring, mine);
}

/* ---- the operations ---- */

/* After a first attempt with that ticket. */
SLUICE_OUTLINE void wcq_put_slowly(struct wcq_ring *ring, struct wcq_record *mine, uint64_t ticket,
                                   uint64_t index)
{
    for (int tries = 1; tries < WCQ_PATIENCE_ENQUEUE; tries++)
        if (wcq_try_enq(ring, index, &ticket))
            return;
    uint64_t seq = wcq_load(&mine->seq1), local = ticket << WCQ_FLAGS;
    wcq_store(&mine->local_tail, local);
    wcq_store(&mine->init_tail, local);
    wcq_store(&mine->index, index);
    wcq_store(&mine->pending, WCQ_ENQUEUE);
    wcq_store(&mine->seq2, seq);
    wcq_enqueue_slow(ring, mine, mine, seq, local, index);
    wcq_reset_threshold(ring); /* a helper may have produced the entry, and not done this yet */
    wcq_store(&mine->pending, WCQ_IDLE);
    wcq_store(&mine->seq1, seq + 1);
}

/* The index is not in the ring, so that there is room. */
SLUICE_INLINE void wcq_put(struct wcq_ring *ring, struct wcq_record *mine, uint64_t index)
{
    uint64_t ticket = 0;
    wcq_help_threads(ring, mine);
    if (SLUICE_UNLIKELY(!wcq_try_enq(ring, index, &ticket)))
        wcq_put_slowly(ring, mine, ticket, index);
}

/* After a first attempt with that ticket. */
SLUICE_OUTLINE int64_t wcq_take_slowly(struct wcq_ring *ring, struct wcq_record *mine, uint64_t ticket)
{
    int64_t index;
    for (int tries = 1; tries < WCQ_PATIENCE_DEQUEUE; tries++)
        if (wcq_try_deq(ring, &index, &ticket))
            return index;
    uint64_t seq = wcq_load(&mine->seq1), local = ticket << WCQ_FLAGS;
    wcq_store(&mine->local_head, local);
    wcq_store(&mine->init_head, local);
    wcq_store(&mine->pending, WCQ_DEQUEUE);
    wcq_store(&mine->seq2, seq);
    wcq_dequeue_slow(ring, mine, mine, seq, local);
    wcq_store(&mine->pending, WCQ_IDLE);
    wcq_store(&mine->seq1, seq + 1);
    ticket = wcq_load(&mine->local_head) >> WCQ_FLAGS;
    union pair *at = wcq_at(ring, ticket);
    uint64_t entry = wcq_load(&at->a);
    if (wcq_cycle_of(ring, entry) != wcq_cycle(ring, ticket) || wcq_index_of(ring, entry) == wcq_none(ring))
        return WCQ_NONE_LEFT;
    return wcq_consume(ring, at, ticket, entry);
}

/* An index, or WCQ_NONE_LEFT. */
SLUICE_INLINE int64_t wcq_take(struct wcq_ring *ring, struct wcq_record *mine)
{
    uint64_t ticket = 0;
    int64_t index;
    if (wcq_load(&ring->threshold) < 0)
        return WCQ_NONE_LEFT;
    wcq_help_threads(ring, mine);
    if (SLUICE_LIKELY(wcq_try_deq(ring, &index, &ticket)))
        return index;
    return wcq_take_slowly(ring, mine, ticket);
}

/* ---- the ring itself ---- */

static inline size_t wcq_ring_bytes(const struct wcq_ring *ring)
{
    return ring->size * sizeof(union pair) + ring->count * sizeof *ring->records;
}

static inline void wcq_ring_free(struct wcq_ring *ring)
{
    free(ring->records);
    free(ring->entries);
}

/* A ring of 2^order indices, order at least 1, for so many threads, at most 2^order; it has the
   indices from 0 to `count`, exclusive. False: no memory; wcq_ring_free in either case. */
static inline bool wcq_ring_make(struct wcq_ring *ring, unsigned order, uint32_t threads, uint64_t count)
{
    uint64_t start = UINT64_C(2) << order; /* cycle 1: all free entries are of the cycle before */
    ring->order = order;
    ring->size = start;
    ring->count = threads;
    ring->records = sluice_alloc(threads * sizeof *ring->records);
    ring->entries = sluice_alloc(start * sizeof *ring->entries);
    if (!ring->records || !ring->entries)
        return false;
    for (uint64_t i = 0; i < start; i++)
        atomic_init(&wcq_at(ring, i)->a, wcq_entry(ring, wcq_cycle(ring, i < count ? start : 0),
                                                   wcq_final(ring) | (i < count ? i : wcq_none(ring))));
    atomic_init(&ring->head.a, start);
    atomic_init(&ring->tail.a, start + count);
    atomic_init(&ring->threshold, -1);
    if (count)
        wcq_reset_threshold(ring);
    for (uint32_t i = 0; i < threads; i++) {
        struct wcq_record *record = &ring->records[i];
        record->next_check = WCQ_HELP_DELAY;
        record->next_record = (i + 1) % threads;
        atomic_init(&record->seq1, 1);
        atomic_init(&record->phase2[0].seq1, 1);
        atomic_init(&record->phase2[1].seq1, 1);
    }
    return true;
}

#endif
