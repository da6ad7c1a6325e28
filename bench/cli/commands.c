/* commands.c - see commands.h. */
#include "cli/commands.h"

#include "base/suggest.h"

#include <string.h>

const struct command *const commands[] = {
    &cmd_run,  &cmd_list,   &cmd_topology, &cmd_report, &cmd_compare, &cmd_rank,   &cmd_claims,
    &cmd_plot, &cmd_limits, &cmd_doctor,   &cmd_new,    &cmd_check,   &cmd_manual,
};

enum { COMMANDS = sizeof commands / sizeof *commands };
const size_t command_count = COMMANDS;

static void tell_commands(option_teller *teller, void *context)
{
    for (size_t i = 0; i < COMMANDS; i++)
        teller(context, commands[i]->spec->name, commands[i]->spec->summary);
}

const struct option_values command_names = {.tell = tell_commands};

const struct command *commands_find(const char *name, struct fault *fault)
{
    const char *names[COMMANDS];
    for (size_t i = 0; i < COMMANDS; i++) {
        names[i] = commands[i]->spec->name;
        if (strcmp(name, names[i]) == 0)
            return commands[i];
    }
    suggest_unknown(fault, "command", name, names, COMMANDS);
    return NULL;
}
