/* failure.h - workers that fail: made to by --fail, or by a crash of their own. */
#ifndef BENCH_FAILURE_H
#define BENCH_FAILURE_H

#include "trial/actor.h"

/* Makes the actor fail where the specification says so. `stage_items` counts the items of its stage, for all
   its workers together. */
void failure_prepare(struct actor *actor, _Atomic uint64_t *stage_items);

/* A crash of a thread is put down on the board before it ends the process. For the whole process; not where a
   sanitizer reports crashes itself. */
void failure_catch_crashes(void);
/* By each thread: whose crash it would be. */
void failure_is_mine(const struct actor *actor);

#endif
