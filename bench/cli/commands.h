/* commands.h - the subcommands. Each takes its own name as argv[0] and returns the exit status: 0 all right,
   1 a trial failed or was invalid, 2 bad input (said in a sentence on stderr). */
#ifndef BENCH_COMMANDS_H
#define BENCH_COMMANDS_H

int cmd_run(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_topology(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_rank(int argc, char **argv);
int cmd_claims(int argc, char **argv);
int cmd_plot(int argc, char **argv);
int cmd_limits(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_new(int argc, char **argv);
int cmd_check(int argc, char **argv);

#endif
