/* match.h - which configurations are to be compared: those that are the same but for what is asked about.

   What a configuration is, is told by its axes and by the signature of its placement (machine/signature.h),
   never by the numbers of CPUs, which mean another thing on each machine. */
#ifndef BENCH_MATCH_H
#define BENCH_MATCH_H

#include "report/summary.h"

struct match {
    const struct configuration *base, *other;
};

struct matches {
    struct match *match; /* in the order of the others */
    size_t count;
    const struct configuration **unmatched; /* others to which there is no base */
    size_t unmatched_count;
    size_t uneven; /* matches of a bounded with an unbounded queue */
};

/* Within a campaign: finds for each configuration of another queue the one of queue `baseline` in the same
   setting. A queue that knows no bounds, or no other capacity, is matched with one that does. Instruments are
   left out, since they are no queues. */
int match_queues(struct matches *matches, const struct summary *summary, const char *baseline,
                 struct fault *fault);

/* Between campaigns: finds for each configuration the one of the base that is the same, the queue too. */
int match_files(struct matches *matches, const struct summary *base, const struct summary *other,
                struct fault *fault);

/* Both: 0, or -1 with a sentence when memory ran out. Release in any case. */
void match_release(struct matches *matches);

/* What a configuration's setting is, as a text that is equal for equal ones: all axes but queue, capacity and
   placement, the placement's signature, and whether items or time are its end. The caller's to free; null:
   memory ran out. */
char *match_setting(const struct configuration *its);

/* Whether capacities allow a comparison: equal, or one of them unbounded. */
bool match_capacities(const struct configuration *a, const struct configuration *b);

#endif
