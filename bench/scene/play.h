/* play.h - one play of a scene, seen from outside: its process, its time, its minutes. */
#ifndef BENCH_PLAY_H
#define BENCH_PLAY_H

#include "scene/cast.h"

#include <signal.h>

enum { PLAY_OK = 0, PLAY_FAILED = 1, PLAY_INTERRUPTED = 130 };

/* The signals that a play is waited with: blocked, so that none is missed. */
struct watch {
    sigset_t signals; /* SIGINT, SIGTERM, SIGCHLD */
    sigset_t mask;    /* the thread's before */
    struct sigaction child;
};
void watch_begin(struct watch *watch);
void watch_end(const struct watch *watch);

/* Plays in a process of its own, prints its ledger and its timings on play->out, and says on stderr what
   became of it where that was not its own end. One of the above; or -1 with a sentence: there is no process.
 */
int play_run(const struct play *play, const struct watch *watch, struct fault *fault);

/* "blocking-get over condvar, wait=block" */
const char *play_label(const struct play *play, char *text, size_t size);

/* The ledger, the timings and the account of a play that came to its end, and how it failed, if it did. */
void play_print(const struct play *play, const struct minutes *minutes);

#endif
