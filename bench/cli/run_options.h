/* run_options.h - the options of `sluice run`, read and completed. */
#ifndef BENCH_RUN_OPTIONS_H
#define BENCH_RUN_OPTIONS_H

#include "campaign/axes.h"
#include "campaign/preset.h"
#include "report/report.h"
#include "scene/scene.h"

struct run_options {
    struct axes axes;
    struct spec common; /* what is the same for all trials */
    const struct preset *preset;
    const struct scene *scene; /* in place of a campaign; null: none */
    const char *items, *duration, *warmup, *drain, *blocks_text, *timeout, *memory_limit,
        *fail;                   /* null: not given */
    const char *output, *resume; /* likewise */
    const char *limits;          /* "measure", "none", or a file of `sluice limits`; null: not given */
    const char *topology;        /* a machine to plan for instead of this one; null: this one */
    unsigned blocks;
    uint64_t seed;
    bool seeded, quiet, dry_run;
    enum report_format format;
};

/* Reads the command line of `sluice run`, argv[0] being "run", and fills in what was not given: 0; 1 after
   --help; -1 with a sentence. The strings are argv's. Release with run_options_release in any case. */
int run_options_parse(struct run_options *options, int argc, char **argv, struct fault *fault);
void run_options_release(struct run_options *options);

#endif
