/* hazard.h - hazard pointers: M. Michael, Hazard Pointers: Safe Memory Reclamation for Lock-Free Objects,
   IEEE Transactions on Parallel and Distributed Systems 15(6), 2004.

   A thread that is about to use a node which others may remove says so in a hazard pointer of its own, and
   then looks whether the node is still where it found it. Who has removed a node retires it, and frees it
   only when no hazard pointer says it. What is retired and not yet freed is bounded: see `most`.

   Why the answer can be relied on: the store of the hazard (H), the look after it (V), the removal (R) and
   the scan's load of the hazard (L) are all sequentially consistent. If V still saw the node, V comes before
   R in their one order, so that H comes before L, and the scan sees the hazard. So the queue's operations
   that move a node out of V's sight have to be sequentially consistent too; and who retires a node that
   another thread has moved, must have seen that it is moved by such an operation, or an acquire of it.

   Departure: the threads are the queue's ends, which create knows, so that the list of their records is an
   array; and a retired node is noted in an array of its record instead of in the node, which others may still
   read. */
#ifndef QUEUES_HAZARD_H
#define QUEUES_HAZARD_H

#include <sluice/port.h>

#define HAZARDS 2 /* of an end: the paper's K */

/* An end's hazard pointers, which it alone writes and every scan reads. */
struct hazard_pointers {
    alignas(SLUICE_SEPARATE) _Atomic(void *) node[HAZARDS];
};

struct hazard_domain {
    struct hazard_pointers *of; /* by end */
    size_t ends;
    size_t most;  /* retired nodes of an end at which it scans: twice the number of all hazard pointers, and
                     some */
    void **noted; /* by end: `most` retired nodes, then room for all hazard pointers */
};

/* An end's part, private to its thread. */
struct hazard_record {
    struct hazard_domain *domain;
    struct hazard_pointers *own;
    void **retired; /* the paper's rlist */
    void **seen;    /* its plist */
    size_t count;   /* of the retired ones */
};

SLUICE_INLINE size_t hazard_bytes(const struct hazard_domain *domain)
{
    return domain->ends *
           (sizeof *domain->of + (domain->most + domain->ends * HAZARDS) * sizeof *domain->noted);
}

SLUICE_INLINE void hazard_destroy(struct hazard_domain *domain)
{
    free(domain->of);
    free(domain->noted);
}

/* False: no memory. */
SLUICE_INLINE bool hazard_init(struct hazard_domain *domain, size_t ends)
{
    domain->ends = ends;
    domain->most = 2 * ends * HAZARDS + 64;
    domain->of = sluice_alloc(ends * sizeof *domain->of);
    domain->noted = sluice_alloc(ends * (domain->most + ends * HAZARDS) * sizeof *domain->noted);
    if (domain->of && domain->noted)
        return true;
    hazard_destroy(domain);
    return false;
}

SLUICE_INLINE void hazard_record_init(struct hazard_record *record, struct hazard_domain *domain, size_t end)
{
    record->domain = domain;
    record->own = &domain->of[end];
    record->retired = domain->noted + end * (domain->most + domain->ends * HAZARDS);
    record->seen = record->retired + domain->most;
}

/* Says that the end uses the node; to be followed by a look, see above. */
SLUICE_INLINE void hazard_set(struct hazard_record *record, unsigned which, void *node)
{
    atomic_store_explicit(&record->own->node[which], node, memory_order_seq_cst);
}

/* What it says it uses: its own store. */
SLUICE_INLINE void *hazard_get(struct hazard_record *record, unsigned which)
{
    return atomic_load_explicit(&record->own->node[which], memory_order_relaxed);
}

/* Release: what the end has read of the node it read before another thread gets to reuse it. */
SLUICE_INLINE void hazard_clear(struct hazard_record *record, unsigned which)
{
    atomic_store_explicit(&record->own->node[which], NULL, memory_order_release);
}

/* Notes a node that the end has removed. True: it is time to scan. */
SLUICE_INLINE bool hazard_retire(struct hazard_record *record, void *node)
{
    record->retired[record->count++] = node;
    return SLUICE_UNLIKELY(record->count == record->domain->most);
}

/* The first stage of the paper's Scan: what all ends say they use, sorted for the second one. By insertion:
   they are few, and qsort may allocate. */
SLUICE_INLINE size_t hazard_gather(struct hazard_record *record)
{
    size_t count = 0;
    for (size_t i = 0; i < record->domain->ends * HAZARDS; i++) {
        void *node =
            atomic_load_explicit(&record->domain->of[i / HAZARDS].node[i % HAZARDS], memory_order_seq_cst);
        if (!node)
            continue;
        size_t at = count++;
        for (; at > 0 && (uintptr_t)record->seen[at - 1] > (uintptr_t)node; at--)
            record->seen[at] = record->seen[at - 1];
        record->seen[at] = node;
    }
    return count;
}

SLUICE_INLINE bool hazard_is_seen(const struct hazard_record *record, size_t count, const void *node)
{
    size_t low = 0;
    while (count > low) {
        size_t middle = low + (count - low) / 2;
        if (record->seen[middle] == node)
            return true;
        if ((uintptr_t)record->seen[middle] < (uintptr_t)node)
            low = middle + 1;
        else
            count = middle;
    }
    return false;
}

/* The second stage: gives every retired node that nobody uses to `give`, and keeps the others. */
SLUICE_INLINE void hazard_scan(struct hazard_record *record, void (*give)(void *to, void *node), void *to)
{
    size_t seen = hazard_gather(record), kept = 0;
    for (size_t i = 0; i < record->count; i++) {
        if (hazard_is_seen(record, seen, record->retired[i]))
            record->retired[kept++] = record->retired[i];
        else
            give(to, record->retired[i]);
    }
    record->count = kept;
}

#endif
