/* maker.h - makes the queues of the four hops, each on the NUMA nodes that the board says, and reads back
   where their memory lies.

   Where memory is bound, each is made by a thread of its own, which stays until the queues are released:
   malloc then takes the queue's memory from that thread's arena, so that no page holds two hops' memory, or a
   hop's and what else the trial allocates. A page can lie on one node only. With small queues most of their
   memory would otherwise lie on pages that had their place before. Where nothing is bound, the queues lie
   where they would in any program: trials with `default` differ from the others in that, too. */
#ifndef BENCH_MAKER_H
#define BENCH_MAKER_H

#include "trial/board.h"

#include <pthread.h>

struct maker {
    struct makers *all;
    uint32_t hop;
    pthread_t thread;
    bool started;
};

struct makers {
    struct board *board;
    const struct sluice_backend *backend;
    void *queue[HOPS]; /* null: not made */
    struct maker maker[HOPS];
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint32_t made; /* or failed: how many have answered */
    int error;     /* the first one's, -errno */
    bool released;
};

/* Makes the queues one after the other, and puts down their capacities and where they lie. 0 or -errno; where
   the kernel refuses to bind memory the board has the sentence then. Release with makers_release in any case.
 */
int makers_make(struct makers *, struct board *, const struct sluice_backend *);
void makers_release(struct makers *);

/* By a thread that is about to attach to a hop, or to put into it: what it touches first from then on goes
   where the hop's memory does. 0, or -1 when the board has the sentence. */
int makers_bind(const struct makers *, uint32_t hop);

#endif
