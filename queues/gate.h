/* gate.h - close, for a queue that has none. Each end passes a gate of its own around an operation; closing
   shuts them all and waits until nobody is inside. What came in before is then in the queue, and nothing more
   will come: a consumer that finds it empty knows that it stays so.

   An end says that it is inside by a plain store, and looks whether the gate is shut by a plain load. That
   these two are not reordered is the closer's business: membarrier(2) puts a full fence into every running
   thread, after which each of them either is seen inside or sees the gate shut (Dekker's argument). Thus
   passing costs two stores to a line of the end's own, and no fence. Where the kernel has no membarrier,
   there is a fence in the pass. */
#ifndef QUEUES_GATE_H
#define QUEUES_GATE_H

#include <sluice/port.h>

#include <linux/membarrier.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

enum gate_state {
    GATE_OPEN,
    GATE_SHUTTING, /* nobody enters, somebody may be inside */
    GATE_SHUT,     /* nobody is inside */
};

struct gate_end {
    alignas(SLUICE_SEPARATE) _Atomic(uint32_t) inside; /* 1: between enter and leave */
};

struct gate {
    alignas(SLUICE_SEPARATE) _Atomic(uint32_t) state;
    bool fences; /* there is no membarrier */
    uint32_t count;
    struct gate_end *ends;
};

/* False: no memory. */
static inline bool gate_init(struct gate *gate, uint32_t ends)
{
    gate->ends = (struct gate_end *)sluice_alloc(ends * sizeof *gate->ends);
    gate->count = ends;
    gate->fences = syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) != 0;
    return gate->ends != NULL;
}

static inline void gate_destroy(struct gate *gate)
{
    free(gate->ends);
}

SLUICE_INLINE enum gate_state gate_state(const struct gate *gate)
{
    /* Acquire pairs with gate_shut's release: who sees it shut sees what came in before. */
    return (enum gate_state)atomic_load_explicit(&gate->state, memory_order_acquire);
}

SLUICE_INLINE void gate_leave(struct gate_end *end)
{
    /* Release pairs with gate_shut's look: what was done inside is seen by whoever sees the gate shut. */
    atomic_store_explicit(&end->inside, 0, memory_order_release);
}

/* False: the gate is shut, or about to be. */
SLUICE_INLINE bool gate_enter(struct gate *gate, struct gate_end *end)
{
    if (SLUICE_UNLIKELY(gate->fences)) {
        /* An exchange is a full fence; its partner is the closer's. */
        atomic_exchange_explicit(&end->inside, 1, memory_order_seq_cst);
    } else {
        atomic_store_explicit(&end->inside, 1, memory_order_relaxed);
        atomic_signal_fence(memory_order_seq_cst); /* the rest of the fence is gate_shut's membarrier */
    }
    if (SLUICE_LIKELY(atomic_load_explicit(&gate->state, memory_order_seq_cst) == GATE_OPEN))
        return true;
    gate_leave(end);
    return false;
}

/* Shuts the gate; `rouse`, if not null, is called again and again while somebody is inside, to wake those
   that wait there. False: somebody else shuts it, or has. */
static inline bool gate_shut(struct gate *gate, void (*rouse)(void *queue), void *queue)
{
    uint32_t open = GATE_OPEN;
    if (!atomic_compare_exchange_strong_explicit(&gate->state, &open, GATE_SHUTTING, memory_order_seq_cst,
                                                 memory_order_relaxed))
        return false;
    if (!gate->fences)
        syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
    /* An end once seen outside does not come in again. */
    for (uint32_t i = 0; i < gate->count; i++) {
        while (atomic_load_explicit(&gate->ends[i].inside, memory_order_seq_cst)) {
            if (rouse)
                rouse(queue);
            sched_yield();
        }
    }
    atomic_store_explicit(&gate->state, GATE_SHUT, memory_order_release);
    return true;
}

#endif
