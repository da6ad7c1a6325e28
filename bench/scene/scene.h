/* scene.h - the lesson's small programs, each a scene: a few threads around one channel, over any queue.

   A scene prints what its original prints, as it happens, one write a line; then a ledger with a row a
   thread, and what it timed. It is played in a process of its own, which is killed when its time is over, so
   that a queue that hangs or crashes costs a sentence and no more. */
#ifndef BENCH_SCENE_H
#define BENCH_SCENE_H

#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct cast;

struct scene {
    const char *name, *summary;
    uint64_t items;    /* that are put, unless the user says otherwise */
    uint64_t capacity; /* that the queue is given; 0: as the lesson's, which never fills */
    bool is_crew;      /* a producer and several consumers, whose number, items and failures can be chosen */
    void (*play)(struct cast *);
};

extern const struct scene scenes[]; /* the last one's name is null */

/* Null: there is none of that name. */
const struct scene *scene_find(const char *name);

/* All strings are the caller's. */
struct scene_options {
    const char *const *queues; /* names and plug-ins' paths; none: condvar */
    size_t queue_count;
    const char *const *waits; /* wait policies; none: block */
    size_t wait_count;
    uint32_t consumers; /* 0: not given, which means 2 */
    uint64_t items;     /* where items_given */
    bool items_given;
    const char *fail;    /* "stage=consumer,item=5"; null: nobody is made to fail */
    uint64_t timeout_ns; /* a play that takes longer is killed; 0: 10 s */
    bool quiet;          /* no remarks on stderr; failures are said nevertheless */
};

/* Plays the scene over every queue with every wait policy, and prints on `out`, which needs a file
   descriptor; what went wrong is said on stderr. What cannot be played is left out with the reason, but a
   queue of which nothing can be played is bad input. The exit status: 0, 1 a play failed, 130 interrupted; -1
   with a sentence for bad input, or when no process could be started. Blocks SIGINT, SIGTERM and SIGCHLD of
   the calling thread, which has to be the only one, while it runs. */
int scene_run(const struct scene *scene, const struct scene_options *options, FILE *out, struct fault *fault);

#endif
