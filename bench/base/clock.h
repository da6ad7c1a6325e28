/* clock.h - the one clock of the harness: CLOCK_MONOTONIC, in nanoseconds.

   Every function may be called from any thread at any time. Unsigned 64-bit nanoseconds last for
   584 years of uptime. */
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

#include <errno.h>
#include <stdint.h>
#include <time.h>

#define CLOCK_NS_PER_SECOND UINT64_C(1000000000)

/* Nanoseconds since an arbitrary instant, the same one for every process until the machine reboots.
   Never steps back; its rate is disciplined by NTP. Costs some 20 ns through the vDSO, so it is read
   rarely, and never once per item unless that is what is being measured. */
static inline uint64_t clock_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * CLOCK_NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

/* A moment of clock_now_ns() as the kernel takes it: an absolute deadline of CLOCK_MONOTONIC. */
static inline struct timespec clock_timespec(uint64_t ns)
{
    return (struct timespec){.tv_sec = (time_t)(ns / CLOCK_NS_PER_SECOND),
                             .tv_nsec = (long)(ns % CLOCK_NS_PER_SECOND)};
}

/* Sleeps until clock_now_ns() is at least `deadline_ns`; returns at once where that has passed. The
   deadline is absolute, so that a signal (after which the sleep goes on) or a late start adds no
   drift to a periodic caller. */
static inline void clock_sleep_until_ns(uint64_t deadline_ns)
{
    struct timespec deadline = clock_timespec(deadline_ns);
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, NULL) == EINTR)
        continue;
}

/* CPU time (user and system) that the calling thread has used so far, in nanoseconds, or -1 where
   the kernel does not tell. A system call on most machines: read it at the ends of a run only. */
static inline int64_t clock_thread_cpu_ns(void)
{
    struct timespec used;
    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used))
        return -1;
    return (int64_t)used.tv_sec * (int64_t)CLOCK_NS_PER_SECOND + used.tv_nsec;
}

#endif
