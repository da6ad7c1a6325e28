/* cmd_complete.c - `sluice complete -- WORD...`: what may stand in the place of the last word, which may be
   empty or begun, for the scripts of shells (scripts/completions). The words are those of a command line,
   without the program. Prints a line a candidate, the whole word that it would be; behind a tab what it
   means, where that is known. Where a name of a file may stand and nothing that is known fits, the one line
   ":files", and behind a tab what of the word is before the name. Never fails: of words that make no sense
   nothing comes. */
#include "cli/commands.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* ---- candidates ---- */

struct completion {
    const char *word;
    size_t kept; /* how much of the word stays before a candidate: "--queue=lcrq," */
    size_t found;
};

/* Offers the first `length` characters of the text, if the word begins like them. */
static void offer(struct completion *completion, const char *text, size_t length, const char *summary)
{
    const char *begun = completion->word + completion->kept;
    size_t typed = strlen(begun);
    if (typed > length || strncmp(begun, text, typed) != 0)
        return;
    printf("%.*s%.*s", (int)completion->kept, completion->word, (int)length, text);
    if (summary)
        printf("\t%.*s", (int)strcspn(summary, "\n\t"), summary);
    putchar('\n');
    completion->found++;
}

/* Of "lazy:N" what is before the argument, of "pull[:TIME]" that with and without a colon, and of
   "shutdown[:immediate]", whose argument is meant literally, both. */
static void offer_value(void *context, const char *value, const char *summary)
{
    struct completion *completion = context;
    size_t name = strcspn(value, "[:");
    char both[64];
    if (!value[name]) {
        offer(completion, value, name, summary);
        return;
    }
    if (value[name] == '[')
        offer(completion, value, name, summary);
    const char *argument = value + name + (value[name] == '[') + 1;
    bool is_literal = islower((unsigned char)*argument);
    int length = snprintf(both, sizeof both, "%.*s:%.*s", (int)name, value,
                          is_literal ? (int)strcspn(argument, "]") : 0, argument);
    if (length < (int)sizeof both)
        offer(completion, both, (size_t)length, summary);
}

/* What begins at word + kept is the argument, or a list of which the last one is completed. */
static void complete_value(struct completion *completion, const struct option_values *values)
{
    if (!values)
        return;
    for (size_t i = completion->kept; values->separators && completion->word[i]; i++)
        if (strchr(values->separators, completion->word[i]))
            completion->kept = i + 1;
    for (size_t i = 0; i < values->count; i++)
        offer_value(completion, values->words[i], NULL);
    if (values->tell)
        values->tell(offer_value, completion);
    if (values->is_file && !completion->found)
        printf(":files\t%.*s\n", (int)completion->kept, completion->word);
}

static void complete_option(struct completion *completion, const struct command_spec *spec)
{
    char word[64];
    for (size_t i = 0; i <= spec->option_count; i++) {
        const struct option_spec *option = options_at(spec, i);
        int length = snprintf(word, sizeof word, "--%s", option->name);
        if (length < (int)sizeof word)
            offer(completion, word, (size_t)length, option->help);
    }
}

/* ---- what the word is ---- */

/* The option that a word names, "-q", "--queue" or "--queue=x"; null: it names none. */
static const struct option_spec *find_option(const struct command_spec *spec, const char *word)
{
    size_t length = strcspn(word, "=");
    for (size_t i = 0; i <= spec->option_count; i++) {
        const struct option_spec *option = options_at(spec, i);
        if ((word[1] == '-' && strlen(option->name) == length - 2 &&
             strncmp(word + 2, option->name, length - 2) == 0) ||
            (option->letter && word[1] == option->letter && !word[2]))
            return option;
    }
    return NULL;
}

static bool is_option(const char *word)
{
    return word[0] == '-' && word[1];
}

/* As options_parse reads the words, argv[0] being the command and the last one to be completed. */
static void complete_argument(struct completion *completion, const struct command_spec *spec, int argc,
                              char **argv)
{
    const struct option_spec *open = NULL, *option; /* open: its argument is the next word */
    unsigned operands = 0;
    bool only_operands = false;
    for (int i = 1; i < argc - 1; i++) {
        if (open)
            open = NULL;
        else if (only_operands || !is_option(argv[i]))
            operands++;
        else if (strcmp(argv[i], "--") == 0)
            only_operands = true;
        else if ((option = find_option(spec, argv[i])) && option->argument && !strchr(argv[i], '='))
            open = option;
    }
    const char *word = completion->word, *equals = strchr(word, '=');
    if (open) {
        complete_value(completion, open->values);
    } else if (!only_operands && strncmp(word, "--", 2) == 0 && equals) {
        completion->kept = (size_t)(equals + 1 - word);
        if ((option = find_option(spec, word)) && option->argument)
            complete_value(completion, option->values);
    } else if (!only_operands && *word == '-') {
        complete_option(completion, spec);
    } else if (operands < spec->max_operands) {
        complete_value(completion, spec->operands);
    }
}

static void complete_command(struct completion *completion)
{
    complete_value(completion, &command_names);
    offer(completion, "--help", 6, "print the commands");
    offer(completion, "--version", 9, "print the version");
}

/* Whether the word can stand on a line of its own. */
static bool is_line(const char *word)
{
    while (*word && !iscntrl((unsigned char)*word))
        word++;
    return !*word;
}

int complete_main(int argc, char **argv)
{
    if (argc < 3 || strcmp(argv[1], "--") != 0 || !is_line(argv[argc - 1]))
        return 0;
    struct completion completion = {.word = argv[argc - 1]};
    const struct command *command = commands_find(argv[2], NULL);
    if (argc == 3)
        complete_command(&completion);
    else if (command)
        complete_argument(&completion, command->spec, argc - 2, argv + 2);
    return 0;
}
