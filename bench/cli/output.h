/* output.h - where records go that the user did not name a file for. */
#ifndef BENCH_OUTPUT_H
#define BENCH_OUTPUT_H

#include "base/fault.h"

#include <stddef.h>

/* Writes results/runs/TIME-HOST and the suffix, such as ".jsonl". */
void output_default(const char *suffix, char *path, size_t size);
/* mkdir -p of the folder that a file is to be in. 0, or -1 with a sentence. */
int output_make_folder(const char *path, struct fault *fault);

#endif
