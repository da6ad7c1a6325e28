/* crew.h - threads that are bound to their PUs, start together and are joined: what a measurement runs in. */
#ifndef BENCH_CREW_H
#define BENCH_CREW_H

#include "base/fault.h"

#include <sluice/port.h>

#include <sched.h>

/* What a member does; `member` counts from 0 in the order of `pus`. */
typedef void crew_body(void *task, unsigned member);

/* Starts a thread for each of `count` (1 or more) OS indices in `pus`, each bound to its PU, repetitions
   allowed; lets them go when all of them run; returns when all have ended. Their timer slack is 1 ns, as it
   is in trials. *preempted is by how many involuntary context switches the bodies were interrupted, in all; a
   thread that must share its PU counts the switches to its partner, too. 0, or -1 with a sentence, in which
   case no body has run: a PU that may not be used, too many threads. */
int crew_run(const unsigned *pus, unsigned count, crew_body *body, void *task, unsigned *preempted,
             struct fault *fault);

enum { CREW_SPINS = 32768 }; /* some 30 us: many round trips between cores, and far less than a time slice */

/* A round of a wait for another member, `spins` being what this wait counts, from 0. There is no pause
   instruction, whose 40 to 140 cycles would be a good part of what is measured. After CREW_SPINS rounds the
   PU is offered to others at each further round: the partner may be one of those who wait for it. */
SLUICE_INLINE void crew_spin(unsigned *spins)
{
    if (SLUICE_UNLIKELY(++*spins > CREW_SPINS))
        sched_yield();
}

/* Waits until the word is at least `value`. Acquire pairs with the release by which it is written: what the
   writer did before is seen. */
SLUICE_INLINE void crew_await(const _Atomic uint64_t *word, uint64_t value)
{
    unsigned spins = 0;
    while (atomic_load_explicit(word, memory_order_acquire) < value)
        crew_spin(&spins);
}

#endif
