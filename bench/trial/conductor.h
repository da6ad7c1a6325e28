/* conductor.h - keeps a trial's time: starts all threads at once, opens and closes the measured window, stops
   the source, samples memory and depth meanwhile, and sees the end. One thread, the trial's main one.

   The instants: the start is the moment before the barrier opens. With a duration the window is from the end
   of the warm-up to the stop, and its items are those the sink had published by then (a chunk late at most).
   With a count it is from the start to the sink's last item. */
#ifndef BENCH_CONDUCTOR_H
#define BENCH_CONDUCTOR_H

#include "trial/board.h"
#include "base/clock.h"

#include <sluice/channel.h>

#include <pthread.h>

struct conductor {
    struct board *board;
    const struct sluice_backend *backend;
    struct sluice_channel *channels;
    /* Read by the threads in their loops, written once. */
    alignas(SLUICE_SEPARATE) _Atomic bool stop; /* the source puts no more */
    _Atomic bool discard;                       /* what is left is dropped */
    alignas(SLUICE_SEPARATE) pthread_mutex_t lock;
    pthread_cond_t changed;
    uint32_t ready, failed, running;
    enum { CONDUCTOR_HOLD, CONDUCTOR_GO, CONDUCTOR_ABORT } signal;
    uint64_t start_ns, ended_at_ns; /* absolute */
    uint64_t next_sample_ns;        /* since the start, as below */
    uint64_t controller_cpu_ns;
    int statm; /* descriptor of /proc/self/statm */
    bool measuring;
};

static_assert(SLUICE_APART(struct conductor, stop, lock) && SLUICE_APART(struct conductor, channels, stop),
              "the flags that the loops read lie apart from what is written meanwhile");

void conductor_init(struct conductor *, struct board *, const struct sluice_backend *,
                    struct sluice_channel *);

/* By each thread, when it is set up (or could not be): waits for the start; false: there will be none. */
bool conductor_wait_for_start(struct conductor *, bool is_ready);
/* By each thread, at its end. */
void conductor_leave(struct conductor *);

/* By the main thread: waits until all `threads` threads are ready, starts them (or sends them home when `go`
   is false or one of them failed), and returns when all have ended. */
void conductor_run(struct conductor *, uint32_t threads, bool go);

/* After the threads were joined: the last figures. reached_ns: when the sink had its last item, on
   the clock of clock.h; 0: never. */
void conductor_finish(struct conductor *, uint64_t reached_ns);

#endif
