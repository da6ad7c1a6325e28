/* conductor.h - keeps a trial's time: starts all threads at once, opens and closes the measured window, stops
   the source, samples memory and depth meanwhile, and sees the end. One thread, the trial's main one.

   The instants: the start is the moment before the barrier opens. With a duration the window is from the end
   of the warm-up to the stop, and its items are those the sink had published by then (a chunk late at most).
   With a count it is from the start to the sink's last item. On which NUMA nodes the memory lies is looked at
   before the start and when the source has put its last item, or was told to: then the queues hold most. */
#ifndef BENCH_CONDUCTOR_H
#define BENCH_CONDUCTOR_H

#include "trial/board.h"
#include "base/clock.h"

#include <sluice/stage.h>

#include <pthread.h>

struct conductor {
    struct board *board;
    const struct sluice_backend *backend;
    struct sluice_channel *channels;
    /* Read by the threads in their loops, written once. */
    alignas(SLUICE_SEPARATE) _Atomic bool stop; /* the source puts no more */
    _Atomic bool ending;                        /* nor has it much left to put */
    alignas(SLUICE_SEPARATE) pthread_mutex_t lock;
    pthread_cond_t changed;
    uint32_t ready, failed;
    uint32_t running[ROLES]; /* threads */
    uint32_t spares[ROLES];  /* sentinels that a thread of the role took beyond its own */
    bool hurried;            /* the source was told to stop, whatever the time */
    bool given_up;           /* threads that still run are not waited for */
    enum { CONDUCTOR_HOLD, CONDUCTOR_GO, CONDUCTOR_ABORT } signal;
    uint64_t start_ns, ended_at_ns; /* absolute */
    uint64_t next_sample_ns;        /* since the start, as below */
    uint64_t controller_cpu_ns;
    int statm;                /* descriptor of /proc/self/statm */
    struct pages_found start; /* where the process's memory lay at the start */
    bool measuring;
};

static_assert(SLUICE_APART(struct conductor, stop, lock) && SLUICE_APART(struct conductor, channels, stop),
              "the flags that the loops read lie apart from what is written meanwhile");

void conductor_init(struct conductor *, struct board *, const struct sluice_backend *,
                    struct sluice_channel *);

/* By each thread, when it is set up (or could not be): waits for the start; false: there will be none. */
bool conductor_wait_for_start(struct conductor *, bool is_ready);
/* By each thread, at its end, with the sentinels that it took; *left becomes true. */
void conductor_leave(struct conductor *, uint32_t role, uint32_t sentinels, bool *left);
/* By a worker whose work failed, and which is the first: nothing more is put, and what is in the pipeline is
   drained, or dropped. */
void conductor_fail(struct conductor *, bool drop);

/* By the closer (closer.h): waits until the source has ended, or where `stopped` is set until it was told to
   stop. False: nothing was started. */
bool conductor_wait_for_end_of_puts(struct conductor *, bool stopped);
/* Waits until all threads of a role have ended; false: not in this time (0: for ever). */
bool conductor_wait_for_role(struct conductor *, uint32_t role, uint64_t patience_ns);
/* Waits until they have ended (0), or until some have with more sentinels than their own: how many. */
uint32_t conductor_wait_for_spares(struct conductor *, uint32_t role);
/* The threads that still run are left to themselves. */
void conductor_give_up(struct conductor *);

/* By the main thread: waits until all `threads` threads are ready, starts them (or sends them home when `go`
   is false or one of them failed), and returns when all have ended or were given up. */
void conductor_run(struct conductor *, uint32_t threads, bool go);
/* Whether a thread, by its `left`, has ended. */
bool conductor_has_left(struct conductor *, const bool *left);

/* After the threads were joined: the last figures. put_ns, delivered_ns: when the last item was put, and when it
   was delivered; all_ns: when all planned items had been delivered; each 0: did not come, or is not known. */
void conductor_finish(struct conductor *, uint64_t put_ns, uint64_t delivered_ns, uint64_t all_ns);

#endif
