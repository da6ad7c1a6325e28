/* main.c - the program `sluice`: finds the subcommand. */
#include "cli/commands.h"
#include "base/fault.h"
#include "base/suggest.h"
#include "trial/trial.h"
#include "base/version.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name, *summary;
    int (*main)(int argc, char **argv);
} commands[] = {
    {"run", "run a campaign and print its table", cmd_run},
    {"list", "list queues, wait policies, transfers, work, placements, presets", cmd_list},
    {"topology", "show the machine, and where placements put the threads on it", cmd_topology},
    {"report", "print the table of a campaign that was run", cmd_report},
    {"compare", "compare queues within a campaign, or campaigns with each other", cmd_compare},
    {"rank", "order a campaign's queues, with ties where the data cannot tell", cmd_rank},
    {"claims", "say which claims about campaigns their records bear out", cmd_claims},
    {"plot", "draw the plots of a campaign that was run, or of limits", cmd_plot},
    {"limits", "measure what this machine can do at most", cmd_limits},
    {"doctor", "say how far this machine can be trusted with measurements", cmd_doctor},
    {"new", "write a queue to start from: one C file that works", cmd_new},
    {"check", "try a queue in the shapes and capacities that its traits claim, and say what is wrong", cmd_check},
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static int usage(FILE *out)
{
    fprintf(out, "sluice - benchmarks concurrent queues in a three-stage pipeline\n\nusage: sluice COMMAND "
                 "[options]\n\n");
    for (int i = 0; i < COMMANDS; i++)
        fprintf(out, "  %-8s %s\n", commands[i].name, commands[i].summary);
    fprintf(out, "\nsluice COMMAND --help explains a command and shows examples; sluice --version tells the "
                 "version.\n");
    return out == stderr ? 2 : 0;
}

int main(int argc, char **argv)
{
    const char *names[COMMANDS];
    struct fault fault;
    if (argc == 3 && strcmp(argv[1], TRIAL_ARGUMENT) == 0)
        return trial_main(argv[2]);
    if (argc < 2)
        return usage(stderr);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0)
        return usage(stdout);
    if (strcmp(argv[1], "--version") == 0)
        return puts("sluice " SLUICE_VERSION) < 0;
    for (int i = 0; i < COMMANDS; i++) {
        names[i] = commands[i].name;
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].main(argc - 1, argv + 1);
    }
    suggest_unknown(&fault, "command", argv[1], names, COMMANDS);
    fprintf(stderr, "sluice: %s\n", fault.text);
    return 2;
}
