/* deadline.h - how long it is until a deadline, for calls that take a duration. */
#ifndef QUEUES_DEADLINE_H
#define QUEUES_DEADLINE_H

#include <sluice/port.h>

#include <time.h>

/* Nanoseconds until a time of CLOCK_MONOTONIC, thirty years at most; 0: it has passed. */
SLUICE_OUTLINE int64_t deadline_left_slowly(const struct timespec *deadline)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t seconds = (int64_t)deadline->tv_sec - now.tv_sec;
    if (seconds > 1000000000)
        seconds = 1000000000;
    int64_t ns = seconds * 1000000000 + deadline->tv_nsec - now.tv_nsec;
    return ns > 0 ? ns : 0;
}

#endif
