/* limits_watch.c - see limits_watch.h. */
#include "cli/limits_watch.h"

#include "base/clock.h"

#include <math.h>

bool limits_watch_step(void *watch_, const struct limit *next, unsigned round, unsigned rounds,
                       double seconds_left)
{
    struct limits_watch *watch = watch_;
    uint64_t now_ns = clock_now_ns();
    if (watch->shows && now_ns - watch->shown_ns > CLOCK_NS_PER_SECOND / 10) {
        watch->shown_ns = now_ns;
        if (rounds)
            fprintf(stderr, "\r\033[Klimits: round %u/%u, %.0f s left: %s", round, rounds, ceil(seconds_left),
                    next->name);
        else
            fprintf(stderr, "\r\033[Klimits: warming up: %s", next->name);
        fflush(stderr);
    }
    return !*watch->interrupted;
}

void limits_watch_end(const struct limits_watch *watch)
{
    if (watch->shows)
        fputs("\r\033[K", stderr);
}
