/* main.c - the program `sluice`: finds the subcommand. */
#include "cli/commands.h"
#include "base/fault.h"
#include "trial/trial.h"
#include "base/version.h"

#include <stdio.h>
#include <string.h>

static int usage(FILE *out)
{
    fprintf(out, "sluice - " PROGRAM_SUMMARY "\n\nusage: sluice COMMAND [options]\n\n");
    for (size_t i = 0; i < command_count; i++)
        fprintf(out, "  %-8s %s\n", commands[i]->spec->name, commands[i]->spec->summary);
    fprintf(out, "\nsluice COMMAND --help explains a command and shows examples; sluice --version tells the "
                 "version.\n");
    return out == stderr ? 2 : 0;
}

int main(int argc, char **argv)
{
    struct fault fault;
    if (argc == 3 && strcmp(argv[1], TRIAL_ARGUMENT) == 0)
        return trial_main(argv[2]);
    if (argc < 2)
        return usage(stderr);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0)
        return usage(stdout);
    if (strcmp(argv[1], "--version") == 0)
        return puts("sluice " SLUICE_VERSION) < 0;
    if (strcmp(argv[1], COMPLETE_ARGUMENT) == 0)
        return complete_main(argc - 1, argv + 1);
    const struct command *command = commands_find(argv[1], &fault);
    if (command)
        return command->main(argc - 1, argv + 1);
    fprintf(stderr, "sluice: %s\n", fault.text);
    return 2;
}
