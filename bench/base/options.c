/* options.c - see options.h. */
#include "base/options.h"

#include "base/fault.h"
#include "base/suggest.h"
#include "base/wrap.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* getopt_long answers with a letter for a short option and with this plus the option's index for a
   long one. Beyond every char, so that the two can be told apart. */
enum { LONG_OPTION = 256 };

static const struct option_spec help_option = {.name = "help", .letter = 'h', .help = "print this page"};

const struct option_values option_files = {.is_file = true};

/* ---- the table in getopt's form ---- */

struct getopt_tables {
    struct option *words; /* the options in their order, then --help, then the end mark */
    char *letters;
};

const struct option_spec *options_at(const struct command_spec *command, size_t index)
{
    return index < command->option_count ? &command->options[index] : &help_option;
}

static int build_tables(const struct command_spec *command, struct getopt_tables *tables, struct fault *fault)
{
    size_t count = command->option_count + 1;
    tables->words = calloc(count + 1, sizeof *tables->words);
    tables->letters = calloc(count + 1, 2);
    if (!tables->words || !tables->letters)
        return fault_set(fault, "no memory for the table of %zu options", count);

    char *letters = tables->letters;
    *letters++ = ':'; /* makes getopt tell a missing argument from an unknown option */
    for (size_t i = 0; i < count; i++) {
        const struct option_spec *option = options_at(command, i);
        tables->words[i].name = option->name;
        tables->words[i].has_arg = option->argument ? required_argument : no_argument;
        tables->words[i].val = LONG_OPTION + (int)i;
        if (option->letter)
            *letters++ = option->letter;
        if (option->letter && option->argument)
            *letters++ = ':';
    }
    return 0;
}

static void free_tables(struct getopt_tables *tables)
{
    free(tables->words);
    free(tables->letters);
}

/* The option that getopt's answer stands for, or null. */
static const struct option_spec *find_option(const struct command_spec *command, int answer)
{
    if (answer >= LONG_OPTION)
        return options_at(command, (size_t)(answer - LONG_OPTION));
    for (size_t i = 0; answer && i <= command->option_count; i++)
        if (options_at(command, i)->letter == answer)
            return options_at(command, i);
    return NULL;
}

/* ---- mistakes ---- */

/* Says that there is no option `word` ("--capcity" or "--capcity=4"), with the nearest one. */
static int refuse_word(const struct command_spec *command, const char *word, struct fault *fault)
{
    char name[80];
    const char **names = calloc(command->option_count + 1, sizeof *names);
    const char *nearest = NULL;

    snprintf(name, sizeof name, "%.*s", (int)strcspn(word + 2, "="), word + 2);
    if (names) {
        for (size_t i = 0; i <= command->option_count; i++)
            names[i] = options_at(command, i)->name;
        nearest = suggest_nearest(name, names, command->option_count + 1);
    }
    free(names);
    if (nearest)
        return fault_set(fault, "%s has no option '--%s': did you mean '--%s'? (--help lists all)",
                         command->name, name, nearest);
    return fault_set(fault, "%s has no option '--%s': --help lists all", command->name, name);
}

/* The element of argv that held the long option which getopt has just read: it is the one before the next
   to be read, or one further back where the argument is an element of its own. */
static const char *word_just_read(char **argv)
{
    bool is_argument = optarg && optarg == argv[optind - 1];
    return argv[optind - 1 - is_argument];
}

/* getopt_long accepts any beginning of a name that fits one option alone, and has no switch against it. */
static bool is_abbreviated(const char *word, const char *name)
{
    return strlen(name) != strcspn(word + 2, "=");
}

/* Answers the two replies of getopt that are no option: '?' and ':'. */
static int refuse(const struct command_spec *command, int reply, char **argv, struct fault *fault)
{
    const struct option_spec *option = find_option(command, optopt);
    bool is_long = optopt == 0 || optopt >= LONG_OPTION;
    const char *word = is_long ? word_just_read(argv) : "";

    if (is_long && (!option || is_abbreviated(word, option->name)))
        return refuse_word(command, word, fault);
    if (!option)
        return fault_set(fault, "%s has no option '-%c': --help lists all", command->name, optopt);
    if (reply == ':' && is_long)
        return fault_set(fault, "--%s lacks its argument: write --%s %s", option->name, option->name,
                         option->argument);
    if (reply == ':')
        return fault_set(fault, "-%c lacks its argument: write -%c %s", optopt, optopt, option->argument);
    return fault_set(fault, "--%s takes no argument, but was given '%.80s'", option->name,
                     word + 2 + strlen(option->name) + 1);
}

static int check_operands(const struct command_spec *command, char **operands, unsigned count,
                          struct fault *fault)
{
    unsigned least = command->min_operands, most = command->max_operands;
    int usage = (int)strcspn(command->usage, "\n"); /* a fault is one line */

    if (count < least)
        return fault_set(fault, "%s needs %s%u operand%s, but was given %u: the usage is %.*s", command->name,
                         least < most ? "at least " : "", least, least == 1 ? "" : "s", count, usage,
                         command->usage);
    if (count <= most)
        return 0;
    if (most == 0)
        return fault_set(fault, "%s takes no operand, but was given '%.80s': the usage is %.*s",
                         command->name, operands[0], usage, command->usage);
    return fault_set(fault, "%s takes no more than %u operand%s, and '%.80s' is one more: the usage is %.*s",
                     command->name, most, most == 1 ? "" : "s", operands[most], usage, command->usage);
}

/* ---- parsing ---- */

typedef int taker(void *context, const struct option_spec *option, const char *text, struct fault *fault);

static int set_option(void *target, const struct option_spec *option, const char *text, struct fault *fault)
{
    struct fault cause = {0};
    if (option->set(target, text, &cause) == 0)
        return 0;
    return fault_set(fault, "--%s: %s", option->name, cause.text);
}

static int set_defaults(const struct command_spec *command, void *target, struct fault *fault)
{
    for (size_t i = 0; i < command->option_count; i++) {
        const struct option_spec *option = &command->options[i];
        if (option->argument && option->initial && set_option(target, option, option->initial, fault))
            return -1;
    }
    return 0;
}

static int read_options(const struct command_spec *command, const struct getopt_tables *tables, int argc,
                        char **argv, taker *take, void *context, struct fault *fault)
{
    int reply;

    opterr = 0; /* the faults here say it better */
    optind = 0; /* makes glibc start over; 1 would keep what an earlier, failed call left half read */
    while ((reply = getopt_long(argc, argv, tables->letters, tables->words, NULL)) != -1) {
        if (reply == '?' || reply == ':')
            return refuse(command, reply, argv, fault);
        const struct option_spec *option = find_option(command, reply);
        if (reply >= LONG_OPTION && is_abbreviated(word_just_read(argv), option->name))
            return refuse_word(command, word_just_read(argv), fault);
        if (option == &help_option) {
            options_print_help(command, stdout);
            return 1;
        }
        if (take(context, option, optarg, fault))
            return -1;
    }
    return check_operands(command, argv + optind, (unsigned)(argc - optind), fault);
}

int options_read(const struct command_spec *command, int argc, char **argv, taker *take, void *context,
                 int *first_operand, struct fault *fault)
{
    struct getopt_tables tables;
    int result = build_tables(command, &tables, fault);

    if (!result)
        result = read_options(command, &tables, argc, argv, take, context, fault);
    if (!result)
        *first_operand = optind;
    free_tables(&tables);
    return result;
}

int options_parse(const struct command_spec *command, int argc, char **argv, void *target, int *first_operand,
                  struct fault *fault)
{
    return set_defaults(command, target, fault)
               ? -1
               : options_read(command, argc, argv, set_option, target, first_operand, fault);
}

int options_find_word(const struct option_values *values, const char *what, const char *text,
                      struct fault *fault)
{
    for (size_t i = 0; i < values->count; i++)
        if (strcmp(text, values->words[i]) == 0)
            return (int)i;
    return suggest_unknown(fault, what, text, values->words, values->count);
}

/* ---- the help ---- */

enum { PAGE_WIDTH = 80, WIDEST_LABEL = 30, LABEL_SIZE = 128 };

/* "-c, --capacity N", with room kept for a letter that is not there. Returns its length. */
static size_t format_label(const struct option_spec *option, char label[LABEL_SIZE])
{
    const char letter[] = {'-', option->letter, ',', ' ', '\0'};
    int length = snprintf(label, LABEL_SIZE, "  %s--%s%s%s", option->letter ? letter : "    ", option->name,
                          option->argument ? " " : "", option->argument ? option->argument : "");
    return length < LABEL_SIZE ? (size_t)length : LABEL_SIZE - 1;
}

/* The column at which all help texts start: two blanks behind the widest label that is not too wide. */
static size_t find_help_column(const struct command_spec *command)
{
    char label[LABEL_SIZE];
    size_t widest = 0;

    for (size_t i = 0; i <= command->option_count; i++) {
        size_t length = format_label(options_at(command, i), label);
        if (length > widest && length <= WIDEST_LABEL)
            widest = length;
    }
    return widest + 2;
}

static void print_option(FILE *out, const struct option_spec *option, size_t help_column)
{
    char label[LABEL_SIZE], initial[LABEL_SIZE];
    size_t column = format_label(option, label);

    fputs(label, out);
    if (column + 2 > help_column) {
        fputc('\n', out);
        column = 0;
    }
    column = wrap_words(out, option->help, column, help_column, PAGE_WIDTH);
    if (option->argument && option->initial && *option->initial) {
        snprintf(initial, sizeof initial, "(default: %s)", option->initial);
        wrap_words(out, initial, column, help_column, PAGE_WIDTH);
    }
    fputc('\n', out);
}

const char *options_heading(const struct option_spec *option)
{
    if (option == &help_option)
        return "Help";
    return option->group ? option->group : "Options";
}

/* Prints the heading of option `first` and all options under it, unless an earlier one has done so. */
static void print_group(FILE *out, const struct command_spec *command, size_t first, size_t help_column)
{
    const char *group = options_heading(options_at(command, first));

    for (size_t i = 0; i < first; i++)
        if (!strcmp(options_heading(options_at(command, i)), group))
            return;
    fprintf(out, "\n%s:\n", group);
    for (size_t i = first; i <= command->option_count; i++)
        if (!strcmp(options_heading(options_at(command, i)), group))
            print_option(out, options_at(command, i), help_column);
}

/* Prints each line behind `prefix`; empty lines stay empty. */
static void print_lines(FILE *out, const char *prefix, const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        fprintf(out, "%s%.*s\n", length ? prefix : "", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

void options_print_help(const struct command_spec *command, FILE *out)
{
    size_t help_column = find_help_column(command);

    fprintf(out, "%s: %s\n\nUsage:\n", command->name, command->summary);
    print_lines(out, "  ", command->usage);
    for (size_t i = 0; i <= command->option_count; i++)
        print_group(out, command, i, help_column);
    if (command->examples) {
        fputs("\nExamples:\n", out);
        print_lines(out, "  ", command->examples);
    }
    if (command->notes) {
        fputc('\n', out);
        print_lines(out, "", command->notes);
    }
}
