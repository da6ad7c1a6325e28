/* settings.h - what was given for the options of a command, as texts, before any of it is acted upon: so that
   it may come from a file as well as from a command line, be laid over one another, and be written down
   again.

   A flag's text is "yes" or "no". An option may be given several times: whether the texts are a list or the
   last one counts is the option's business. */
#ifndef BENCH_SETTINGS_H
#define BENCH_SETTINGS_H

#include "base/options.h"

#include <stdbool.h>
#include <stddef.h>

/* One option's. */
struct setting {
    char **text;  /* owned */
    size_t *line; /* of each: where in the file it stands; 0: nowhere */
    size_t count; /* 0: not given */
};

struct settings {
    const struct command_spec *command;
    const char *path;   /* of the file that lines are of, the caller's; null: there is none */
    struct setting *of; /* owned: one an option, in the order of the table */
};

/* Makes empty ones. 0, or -1 with a sentence when memory ran out, as with all that is made below. Release
   with settings_release, which takes an all-zero struct too. */
int settings_make(struct settings *settings, const struct command_spec *command, struct fault *fault);
void settings_release(struct settings *settings);

/* Adds the options of a command line; as options_parse, but that nothing is set. */
int settings_read(struct settings *settings, int argc, char **argv, int *first_operand, struct fault *fault);

/* The option of a name: its index in the table, or the table's length where there is none. */
size_t settings_find(const struct settings *settings, const char *name);
/* Adds one text to an option; `line` is 0 where it is of no file. */
int settings_add(struct settings *settings, size_t option, const char *text, size_t line,
                 struct fault *fault);
void settings_clear(struct settings *settings, const char *name);
/* Leaves but the last text of an option. */
void settings_keep_last(struct settings *settings, size_t option);
/* Gives an option a text unless it has one, or the text is null. */
int settings_default(struct settings *settings, const char *name, const char *text, struct fault *fault);
/* Puts all that `over` has in the place of what `settings` have of the same options. */
int settings_overlay(struct settings *settings, const struct settings *over, struct fault *fault);

/* The last text that was given; null: none. */
const char *settings_get(const struct settings *settings, const char *name);
/* Whether an option has the same texts in both. */
bool settings_agree(const struct settings *a, const struct settings *b, size_t option);

/* Gives each text to its option's set(), in the order of the table: 0, or -1 with a sentence that begins with
   where it was given: "line 3 of 'x.campaign': wait: ..." or "--wait: ...". */
int settings_apply(const struct settings *settings, void *target, struct fault *fault);
/* Writes such a sentence about the last text of an option; -1. */
int settings_refuse(const struct settings *settings, const char *name, struct fault *fault,
                    const char *reason);

#endif
