/* options.h - a command's options as a table, read with getopt_long and printed as its --help. Manual pages
   and the completion of shells are made from the same table.

   Option words are written in full: abbreviations, which getopt_long would take, are refused, since a
   script that relies on one changes its meaning when an option is added. -h and --help belong to
   every command and stand in no table.

   getopt's state is global, so only one thread may parse at a time; parsing twice in a row is fine. */
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct fault;

/* Told a value, as listings write it, "lazy:N" or "pull[:TIME]", and what it means; null: that is not said.
 */
typedef void option_teller(void *context, const char *value, const char *summary);

/* What an argument can be, as far as that is known beforehand. */
struct option_values {
    const char *const *words; /* `count` of them */
    size_t count;
    void (*tell)(option_teller *teller,
                 void *context); /* tells those that are no words; null: there are none */
    const char *separators; /* characters behind each of which another value begins; null: it is one value */
    bool is_file;           /* or the name of a file or folder */
};

/* The values of an argument that names a file or folder and nothing else. */
extern const struct option_values option_files;

/* One option. All strings are borrowed and must outlive the calls; usually all is static const. */
struct option_spec {
    const char *name;     /* the long name, without dashes */
    char letter;          /* the short name, or 0 for none */
    const char *argument; /* what the argument is called in the help, such as "DURATION"; null: a flag */
    const char *group;    /* heading in the help; null: "Options" */
    const char *help;     /* a phrase or more, wrapped when printed; a newline starts a new line */

    /* Takes the argument into `target` (the object that options_parse() was given). `text` is null for a
       flag; else it is an element of argv, or `initial`, and lives as long as these. Called once each
       time that the option is given, in the order of the command line. Returns 0, or -1 with a sentence,
       to which the caller adds the option's name. */
    int (*set)(void *target, const char *text, struct fault *fault);

    /* The default as the user would write it, shown in the help, and given to set() before anything of
       the command line is; null: none. An option that gathers what it is given should have none, since
       set() cannot tell the default from the user's first. Ignored for flags. */
    const char *initial;

    /* For completion; null: nothing is known. */
    const struct option_values *values;
};

/* One command. */
struct command_spec {
    const char *name;     /* as errors call it: "run" */
    const char *summary;  /* a phrase: what it does */
    const char *usage;    /* "sluice run [options]"; more lines are indented under the first */
    const char *examples; /* lines, printed as they are, indented; null: none */
    const char *notes;    /* lines, printed as they are, at the end; null: none */
    const struct option_spec *options;
    size_t option_count;
    unsigned min_operands, max_operands;  /* how many non-options; UINT_MAX: no limit */
    const struct option_values *operands; /* what each can be; null: nothing is known */
};

/* Gives every default to set(), then the options of argv[1] to argv[argc - 1] in their order. argv is
   reordered, as getopt does, so that the operands stand together at its end, from argv[*first_operand] to
   argv[argc - 1]; "--" ends the options.
   Returns 0; or 1 where --help came before any mistake, after printing the help on stdout; or -1, with a
   sentence in `fault` (may be null), where an option is unknown or abbreviated (the sentence names the
   nearest one), lacks its argument or has one too many, was refused by set() ("--capacity: " and set()'s own
   sentence), or where there are too few or too many operands, or memory ran out. *first_operand is stored
   only with 0; `target` is then complete, and otherwise may be set in part. */
int options_parse(const struct command_spec *command, int argc, char **argv, void *target, int *first_operand,
                  struct fault *fault);

/* The same, but without the defaults, and each option that is given goes to `take` (with a null text: a flag)
   in the place of its set(); what that refuses is the fault as it stands. */
int options_read(const struct command_spec *command, int argc, char **argv,
                 int (*take)(void *context, const struct option_spec *option, const char *text,
                             struct fault *fault),
                 void *context, int *first_operand, struct fault *fault);

/* Prints the command's help, up to 80 columns wide: summary, usage, the options grouped by heading in the
   order in which the headings first appear, examples and notes. Examples and notes keep their own lines. */
void options_print_help(const struct command_spec *command, FILE *out);

/* The option at an index of the table; behind its last one stands --help. */
const struct option_spec *options_at(const struct command_spec *command, size_t index);

/* The heading of the help under which it stands. */
const char *options_heading(const struct option_spec *option);

/* Which of the values' words the text is; -1 with a sentence: none, and there is no `what` called so. */
int options_find_word(const struct option_values *values, const char *what, const char *text,
                      struct fault *fault);

#endif
