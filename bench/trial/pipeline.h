/* pipeline.h - the three-stage pipeline over one backend, run once, inside a trial's process. */
#ifndef BENCH_PIPELINE_H
#define BENCH_PIPELINE_H

#include "trial/board.h"

/* Runs board->spec over the backend: builds the hops, starts the threads behind a barrier, keeps time,
   samples memory and depth, ends the stream, joins, and leaves counts, times, samples and an outcome on the
   board. May end the process itself when memory runs out. */
void pipeline_run(struct board *board, const struct sluice_backend *backend);

#endif
