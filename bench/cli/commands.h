/* commands.h - the subcommands. Each takes its own name as argv[0] and returns the exit status: 0 all right,
   1 a trial failed or was invalid, 2 bad input (said in a sentence on stderr). */
#ifndef BENCH_COMMANDS_H
#define BENCH_COMMANDS_H

#include "base/options.h"

#define PROGRAM_SUMMARY "benchmarks concurrent queues in a three-stage pipeline"

struct command {
    const struct command_spec *spec;
    int (*main)(int argc, char **argv);
};

extern const struct command cmd_run, cmd_list, cmd_topology, cmd_report, cmd_compare, cmd_rank, cmd_claims,
    cmd_plot, cmd_limits, cmd_doctor, cmd_new, cmd_check, cmd_manual;

/* All of them, in the order of the program's help. */
extern const struct command *const commands[];
extern const size_t command_count;
extern const struct option_values command_names;

/* The command of this name; null, with a sentence that lists them. */
const struct command *commands_find(const char *name, struct fault *fault);

/* What the shells' completion runs, `sluice complete -- WORD...`, and no user: see cmd_complete.c. */
#define COMPLETE_ARGUMENT "complete"
int complete_main(int argc, char **argv);

#endif
