/* plot_program.h - the gnuplot programs that draw the plots, copied beside the data for people to change. */
#ifndef BENCH_PLOT_PROGRAM_H
#define BENCH_PLOT_PROGRAM_H

#include "base/fault.h"

#include <stdio.h>

/* Copies plot-NAME.gp of each name, and what they load, from `scripts_dir` to `folder`. A program that is
   there and differs is somebody's work, or of another version: it is kept, and `talk` says so. 0, or -1 with
   a sentence. */
int plot_copy_programs(const char *const *names, size_t count, const char *scripts_dir, const char *folder,
                       struct fault *fault, FILE *talk);

#endif
