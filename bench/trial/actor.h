/* actor.h - an actor: one thread of the pipeline, from its start on its PU to its last figures. */
#ifndef BENCH_ACTOR_H
#define BENCH_ACTOR_H

#include "trial/conductor.h"
#include "trial/maker.h"

#include <sluice/stage.h>

/* Aligned, so that no two threads' private state shares a line. */
struct actor {
    alignas(SLUICE_SEPARATE) struct sluice_worker worker;
    struct conductor *conductor;
    const struct makers *makers;
    sluice_loop *loop;
    uint32_t number, role, index; /* among all threads, of the pipeline, and within the role */
    _Atomic uint64_t *fail_items; /* counts the items of which one is made to fail; null: none is */
    _Atomic bool pulled;          /* its input was taken away */
    pthread_t thread;
    bool started;
    bool left; /* the conductor's: it has got to its end */
};

static_assert(sizeof(struct actor) % SLUICE_SEPARATE == 0, "no two threads' private state shares a line");

static inline struct actor *actor_of(struct sluice_worker *worker)
{
    return (struct actor *)((char *)worker - offsetof(struct actor, worker));
}

/* Fills in the actor, which is zeroed memory, for the thread `number` of the board. `stage_items`: STAGES
   counters for failure.h. 0 or -errno; released with actor_release in both cases. */
int actor_make(struct actor *, struct conductor *, const struct makers *, uint32_t number,
               _Atomic uint64_t *stage_items);
void actor_release(struct actor *);

/* Starts its thread where the board says. 0 or -errno. */
int actor_start(struct actor *);

/* For one that runs on when the trial ends: puts down what can be known of it. */
void actor_abandon(struct actor *);

#endif
