/* closer.h - the closer: the thread that stands for the program whose workers these are. When the source has
   put its last item it brings the pipeline to its end by the close protocol, and what that costs it is its
   CPU time. With CLOSE_CLOSE there is none: the hops close one after the other by themselves. */
#ifndef BENCH_CLOSER_H
#define BENCH_CLOSER_H

#include "trial/actor.h"

struct closer {
    struct conductor *conductor;
    struct actor *actors;
    struct sluice_slot slot; /* of the thread as a putter of sentinels; nobody reads it */
    pthread_t thread;
    bool started;
};

/* After the actors' threads. 0 or -errno. */
int closer_start(struct closer *, struct conductor *, struct actor *actors);
void closer_join(struct closer *);

#endif
