/* ledger.h - a thread's own counters, and the slot in which others may read them.

   A thread counts in its own memory and copies the counts to its slot once in a while (stage.h: once a
   chunk). The slot has cache lines of its own and one writer; readers (the sampler, the parent process
   of a trial) see each count whole, and together a state at most one chunk old. */
#ifndef SLUICE_LEDGER_H
#define SLUICE_LEDGER_H

#include <sluice/port.h>

#include <sched.h>

int sched_getcpu(void) __attribute__((nothrow)); /* <sched.h> declares it only for _GNU_SOURCE */

enum sluice_count {
    SLUICE_TAKEN,       /* items dequeued: the polls that hit */
    SLUICE_PUT,         /* items enqueued */
    SLUICE_DISCARDED,   /* items taken and dropped instead of worked on */
    SLUICE_FAILED,      /* items taken whose work failed */
    SLUICE_EMPTY_POLLS, /* dequeues that found nothing */
    SLUICE_FULL_POLLS,  /* enqueues that were refused */
    SLUICE_YIELDS,      /* sched_yield calls */
    SLUICE_SLEEPS,      /* sleeps of the wait policy */
    SLUICE_WAKEUPS,     /* returns from blocking */
    SLUICE_SIGNALS,     /* times sleepers were looked for, and woken if there were any */
    SLUICE_SUM,         /* of the stamps taken, modulo 2^64 (stamp.h) */
    SLUICE_SQUARES,     /* of the squares of the stamps taken, modulo 2^64 */
    SLUICE_DISORDERED,  /* stamps that came after a later one of the same producer */
    SLUICE_FOREIGN,     /* stamps that no producer of the hop makes */
    SLUICE_MIGRATIONS,  /* times that it was seen on another CPU than the time before */
    SLUICE_COUNTS
};

struct sluice_ledger {
    uint64_t n[SLUICE_COUNTS];
};

enum sluice_state {
    SLUICE_WAITING_TO_START,
    SLUICE_WORKING, /* or runnable: the scheduler may have taken its CPU */
    SLUICE_STARVED, /* waits for items */
    SLUICE_CLOGGED, /* waits for room */
    SLUICE_ENDED,
};

struct sluice_slot {
    alignas(SLUICE_SEPARATE) _Atomic(uint64_t) n[SLUICE_COUNTS];
    _Atomic(uint32_t) state; /* enum sluice_state */
    _Atomic(int32_t) cpu;    /* OS index of the PU where it was seen last */
};
static_assert(sizeof(struct sluice_slot) % SLUICE_SEPARATE == 0, "slots of two threads share no cache line");

/* Counts are statistics; but who sees a thread's last change of state, or how many items it took, also sees
   the sums of the items: hence release here, and acquire in a reader that relies on it. */
SLUICE_INLINE void sluice_set_state(struct sluice_slot *slot, enum sluice_state state)
{
    atomic_store_explicit(&slot->state, (uint32_t)state, memory_order_release);
}

/* Copies the ledger to the slot, SLUICE_TAKEN last, and notes where the thread runs. Called once a chunk and
   before long waits. */
SLUICE_OUTLINE void sluice_publish(struct sluice_ledger *ledger, struct sluice_slot *slot)
{
    int32_t before = atomic_load_explicit(&slot->cpu, memory_order_relaxed);
    int32_t cpu = sched_getcpu();
    if (cpu != before) {
        ledger->n[SLUICE_MIGRATIONS] += before >= 0;
        atomic_store_explicit(&slot->cpu, cpu, memory_order_relaxed);
    }
    for (unsigned i = SLUICE_COUNTS; i-- > 0;)
        atomic_store_explicit(&slot->n[i], ledger->n[i], memory_order_release);
}

#endif
