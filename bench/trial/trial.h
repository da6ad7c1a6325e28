/* trial.h - a trial: one run of the pipeline in a process of its own.

   The process is this program again, executed anew, so that its memory figures start clean and its address
   space is laid out afresh; its environment has a random size besides (Mytkowicz et al., ASPLOS 2009). What
   happens to it (crash, hang, hunger) is a result on the board. */
#ifndef BENCH_TRIAL_H
#define BENCH_TRIAL_H

#include "trial/board.h"

#include <signal.h>

/* The hidden first argument that makes this program a trial's process; the second one is the board's
   descriptor. */
#define TRIAL_ARGUMENT "--trial"

/* Set by a signal handler: the campaign is to end. A trial that runs is killed then. */
extern volatile sig_atomic_t trial_interrupted;

/* Runs one trial. pu: per thread the PU's OS index or -1. memory: per hop where its queue's memory goes;
   null: not bound. `padding`: a random number, from which the size of the environment is made. 0 with *board,
   which the caller releases with trial_release; its outcome is never `crashed` without a text. 1:
   interrupted. -1: the trial could not be started, with a sentence. */
int trial_run(const struct spec *spec, const int *pu, const struct pages_policy memory[HOPS],
              uint64_t padding, struct board **board, struct fault *fault);
void trial_release(struct board *board);

/* The main program of a trial's process; returns its exit status. */
int trial_main(const char *descriptor);

#endif
