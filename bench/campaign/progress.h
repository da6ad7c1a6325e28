/* progress.h - what a person sees while a campaign runs, on stderr: one line that is written over on a
   terminal, a line a block elsewhere. */
#ifndef BENCH_PROGRESS_H
#define BENCH_PROGRESS_H

#include "campaign/stopping.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
    const struct stopping *stopping; /* what was measured so far, and when it is enough */
    size_t done;                     /* trials that ended, of this run */
    uint64_t begin_ns;
    double trial_s; /* a guess of how long a trial takes, before one was run */
    bool quiet, terminal;
    long long block;     /* that was shown last; -1: none */
    double widest;       /* of the intervals, when it began; NAN: one is not known */
    char intervals[128]; /* what was to be said of them then */
};

/* `trial_s`: a guess. What `stopping` points at must outlive the progress. */
void progress_begin(struct progress *, const struct stopping *stopping, double trial_s, bool quiet);
/* A trial starts: behind `position` others of its block, which is counted from 0. */
void progress_step(struct progress *, unsigned block, size_t position, const char *label);
/* It ended. */
void progress_done(struct progress *);
/* A line that stays. */
void progress_note(struct progress *, const char *format, ...) __attribute__((format(printf, 2, 3)));
void progress_end(struct progress *);

#endif
