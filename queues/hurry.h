/* hurry.h - for tests: queues that use this can be built so that what is rare otherwise happens all the time,
   with rings of few slots, no patience, and threads that give their CPU away between any two steps; or, with
   QUEUES_STEPPED, stop there for as long as the test wants. */
#ifndef QUEUES_HURRY_H
#define QUEUES_HURRY_H

#include <sluice/port.h>

#ifndef QUEUES_HURRIED
#define QUEUES_HURRIED 0
#endif

#ifdef QUEUES_STEPPED
static void hurry_step(void); /* the test's */
#elif QUEUES_HURRIED
#include <sched.h>

/* A step of the algorithm ends here. A thread gives its CPU away so many times only, or tests would take long
   where many other threads want it. */
static inline void hurry_step(void)
{
    static _Thread_local uint32_t random, left = 100;
    if (left == 0)
        return;
    if (random == 0)
        random = (uint32_t)((uintptr_t)&random >> 4);
    /* Knuth, The Art of Computer Programming, 3.3.4 */
    random = random * UINT32_C(1664525) + UINT32_C(1013904223);
    if (random >> 27 == 0) {
        left--;
        sched_yield();
    }
}
#else
SLUICE_INLINE void hurry_step(void)
{
}
#endif

#endif
