/* limits_watch.h - says on a terminal how far the measuring of limits is, and ends it on an interrupt. */
#ifndef BENCH_LIMITS_WATCH_H
#define BENCH_LIMITS_WATCH_H

#include "limits/limits.h"

#include <signal.h>

struct limits_watch {
    const volatile sig_atomic_t *interrupted;
    bool shows;        /* a terminal is there, and progress is wanted */
    uint64_t shown_ns; /* when it was written last */
};

/* A limits_watcher; the watcher is a struct limits_watch. */
limits_watcher limits_watch_step;
/* Removes the line. */
void limits_watch_end(const struct limits_watch *watch);

#endif
