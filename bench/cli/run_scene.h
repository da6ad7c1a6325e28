/* run_scene.h - plays one of the lesson's small programs instead of a campaign. */
#ifndef BENCH_RUN_SCENE_H
#define BENCH_RUN_SCENE_H

#include "cli/run_options.h"

/* The exit status, or -1 with a sentence: as scene_run. */
int run_scene(const struct run_options *options, FILE *out, struct fault *fault);

#endif
