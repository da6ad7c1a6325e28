/* progress.h - what a person sees while a campaign runs, on stderr: one line that is written over on a
   terminal, a line a block elsewhere. */
#ifndef BENCH_PROGRESS_H
#define BENCH_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
    size_t trials, done;
    unsigned blocks;
    uint64_t begin_ns;
    double estimate_s; /* for all of it, before anything was measured */
    bool quiet, terminal;
    long long block; /* of the last line where it is no terminal; -1: none */
};

void progress_begin(struct progress *, size_t trials, unsigned blocks, double estimate_s, bool quiet);
/* A trial starts. */
void progress_step(struct progress *, unsigned block, const char *label);
/* A line that stays. */
void progress_note(struct progress *, const char *format, ...) __attribute__((format(printf, 2, 3)));
void progress_end(struct progress *);

#endif
