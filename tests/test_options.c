/* test_options.c - the option table: what is set, in which order, what is refused, what the help shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/options.h"
#include "base/units.h"

struct settings {
    uint64_t capacity, duration_ns;
    const char *queue;
    unsigned times_queue_was_set;
    bool is_dry;
};

static int set_capacity(void *target, const char *text, struct fault *fault)
{
    struct settings *settings = target;
    return units_parse_count(text, &settings->capacity, fault);
}

static int set_duration(void *target, const char *text, struct fault *fault)
{
    struct settings *settings = target;
    return units_parse_duration(text, &settings->duration_ns, fault);
}

static int set_queue(void *target, const char *text, struct fault *fault)
{
    struct settings *settings = target;
    (void)fault;
    settings->queue = text;
    settings->times_queue_was_set++;
    return 0;
}

static int set_dry(void *target, const char *text, struct fault *fault)
{
    struct settings *settings = target;
    (void)fault;
    settings->is_dry = text == NULL;
    return 0;
}

static const struct option_spec options[] = {
    {"queue", 'q', "NAME", "What runs", "the queue under test, one of those that sluice list shows",
     set_queue, NULL, NULL},
    {"duration", 'd', "DURATION", "How long",
     "how long a trial runs; it is stopped after that, whatever is left,"
     " and what was counted so far is what is reported",
     set_duration, "1s", NULL},
    {"capacity", 0, "ITEMS", "What runs", "slots of every hop", set_capacity, "1Ki", NULL},
    {"dry-run", 'n', NULL, "How long", "print the plan only", set_dry, NULL, NULL},
    {"a-name-that-is-far-too-wide-for-its-column", 0, "ITEMS", NULL, "wide", set_capacity, NULL, NULL},
};

static const struct command_spec command = {
    .name = "run",
    .summary = "run one pipeline",
    .usage = "sluice run [options] [FILE]\nsluice run --help",
    .examples = "sluice run --queue ck-ring-spsc\nsluice run --dry-run",
    .notes = "A note.\n\nAnother.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .min_operands = 0,
    .max_operands = 1,
};

enum { MAX_WORDS = 16 };

/* Parses a command line of words that a blank separates. The words live until the next call. */
static int parse(const struct command_spec *spec, const char *line, struct settings *settings, int *first,
                 struct fault *fault)
{
    static char words[512];
    char *argv[MAX_WORDS] = {"run"};
    int argc = 1;

    snprintf(words, sizeof words, "%s", line);
    for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
        argv[argc++] = word;
    *settings = (struct settings){0};
    *fault = (struct fault){0};
    return options_parse(spec, argc, argv, settings, first, fault);
}

static void expect_refusal(const struct command_spec *spec, const char *line, const char *sentence)
{
    struct settings settings;
    struct fault fault;
    int first = -7;

    assert_int_equal(parse(spec, line, &settings, &first, &fault), -1);
    assert_string_equal(fault.text, sentence);
    assert_int_equal(first, -7);
}

static void defaults_come_first(void **state)
{
    struct settings settings;
    struct fault fault;
    int first;
    (void)state;

    assert_int_equal(parse(&command, "", &settings, &first, &fault), 0);
    assert_int_equal(settings.capacity, 1024);
    assert_int_equal(settings.duration_ns, 1000000000);
    assert_null(settings.queue);
    assert_false(settings.is_dry);
    assert_int_equal(first, 1);
}

static void every_spelling_is_read(void **state)
{
    static const char *const lines[] = {
        "--queue x --capacity 8 --dry-run",
        "--capacity=8 --queue=x -n",
        "-qx -n --capacity 8",
        "-nq x --capacity 8",
        "-nqx --capacity=9 --capacity=8",
    };
    struct settings settings;
    struct fault fault;
    int first;
    (void)state;

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        assert_int_equal(parse(&command, lines[i], &settings, &first, &fault), 0);
        assert_string_equal(settings.queue, "x");
        assert_int_equal(settings.times_queue_was_set, 1);
        assert_int_equal(settings.capacity, 8);
        assert_true(settings.is_dry);
    }
}

static void operands_are_found(void **state)
{
    static const struct {
        const char *line;
        int first;
    } cases[] = {{"file", 1}, {"file -n", 2}, {"-n file --queue x", 4}, {"-n -- -q", 3}};
    struct settings settings;
    struct fault fault;
    int first;
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(parse(&command, cases[i].line, &settings, &first, &fault), 0);
        assert_int_equal(first, cases[i].first);
    }
}

static void the_number_of_operands_is_checked(void **state)
{
    struct command_spec none = command, two = command, many = command;
    struct settings settings;
    struct fault fault;
    int first;
    (void)state;

    none.max_operands = 0;
    two.min_operands = two.max_operands = 2;
    many.min_operands = 1;
    many.max_operands = UINT_MAX;
    expect_refusal(&command, "a -n b",
                   "run takes no more than 1 operand, and 'b' is one more: the usage is "
                   "sluice run [options] [FILE]");
    expect_refusal(&none, "a",
                   "run takes no operand, but was given 'a': the usage is sluice run [options] [FILE]");
    expect_refusal(&two, "a",
                   "run needs 2 operands, but was given 1: the usage is sluice run [options] [FILE]");
    expect_refusal(&many, "-n",
                   "run needs at least 1 operand, but was given 0: the usage is sluice run [options] [FILE]");
    assert_int_equal(parse(&many, "a b c d", &settings, &first, &fault), 0);
}

static void unknown_options_meet_the_nearest(void **state)
{
    (void)state;
    expect_refusal(&command, "--capcity 8",
                   "run has no option '--capcity': did you mean '--capacity'? (--help lists all)");
    expect_refusal(&command, "--capcity=8",
                   "run has no option '--capcity': did you mean '--capacity'? (--help lists all)");
    expect_refusal(&command, "file --zebra", "run has no option '--zebra': --help lists all");
    expect_refusal(&command, "--hlep",
                   "run has no option '--hlep': did you mean '--help'? (--help lists all)");
    expect_refusal(&command, "-nz", "run has no option '-z': --help lists all");
}

static void abbreviations_are_refused(void **state)
{
    static const char sentence[] = "run has no option '--cap': did you mean '--capacity'? (--help lists all)";
    (void)state;
    expect_refusal(&command, "--cap 8", sentence);
    expect_refusal(&command, "--cap=8", sentence);
    expect_refusal(&command, "--cap", sentence);
    expect_refusal(&command, "file -n --cap 8 file", sentence);
    expect_refusal(&command, "--dry",
                   "run has no option '--dry': did you mean '--dry-run'? (--help lists all)");
    expect_refusal(&command, "--dry=8",
                   "run has no option '--dry': did you mean '--dry-run'? (--help lists all)");
    expect_refusal(&command, "--d", "run has no option '--d': did you mean '--dry-run'? (--help lists all)");
    expect_refusal(&command, "--hel", "run has no option '--hel': did you mean '--help'? (--help lists all)");
}

static void arguments_are_checked(void **state)
{
    (void)state;
    expect_refusal(&command, "--capacity", "--capacity lacks its argument: write --capacity ITEMS");
    expect_refusal(&command, "-n -q", "-q lacks its argument: write -q NAME");
    expect_refusal(&command, "--dry-run=yes", "--dry-run takes no argument, but was given 'yes'");
    expect_refusal(
        &command, "-d 10parsecs",
        "--duration: '10parsecs' is no duration: give a number with ns, us, ms, s, m or h, such as 10ms");
    expect_refusal(
        &command, "--duration -5s",
        "--duration: '-5s' is no duration: it is negative; give a number with ns, us, ms, s, m or h, "
        "such as 10ms");
}

static void a_null_fault_is_allowed(void **state)
{
    struct settings settings;
    char *unknown[] = {"run", "--zebra", NULL}, *bad[] = {"run", "--capacity=x", NULL};
    int first;
    (void)state;
    assert_int_equal(options_parse(&command, 2, unknown, &settings, &first, NULL), -1);
    assert_int_equal(options_parse(&command, 2, bad, &settings, &first, NULL), -1);
}

static void empty_arguments_reach_the_setter(void **state)
{
    struct settings settings = {0};
    struct fault fault;
    char *argv[] = {"run", "--queue", "", "--queue=", NULL};
    int first;
    (void)state;
    assert_int_equal(options_parse(&command, 4, argv, &settings, &first, &fault), 0);
    assert_int_equal(settings.times_queue_was_set, 2);
    assert_string_equal(settings.queue, "");
}

/* Collects what options_print_help() writes; to be freed. */
static char *help_text(void)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    options_print_help(&command, out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void the_help_is_laid_out(void **state)
{
    static const char expected[] =
        "run: run one pipeline\n"
        "\n"
        "Usage:\n"
        "  sluice run [options] [FILE]\n"
        "  sluice run --help\n"
        "\n"
        "What runs:\n"
        "  -q, --queue NAME         the queue under test, one of those that sluice list\n"
        "                           shows\n"
        "      --capacity ITEMS     slots of every hop (default: 1Ki)\n"
        "\n"
        "How long:\n"
        "  -d, --duration DURATION  how long a trial runs; it is stopped after that,\n"
        "                           whatever is left, and what was counted so far is what\n"
        "                           is reported (default: 1s)\n"
        "  -n, --dry-run            print the plan only\n"
        "\n"
        "Options:\n"
        "      --a-name-that-is-far-too-wide-for-its-column ITEMS\n"
        "                           wide\n"
        "\n"
        "Help:\n"
        "  -h, --help               print this page\n"
        "\n"
        "Examples:\n"
        "  sluice run --queue ck-ring-spsc\n"
        "  sluice run --dry-run\n"
        "\n"
        "A note.\n"
        "\n"
        "Another.\n";
    char *text = help_text();
    (void)state;
    assert_string_equal(text, expected);
    free(text);
}

/* --help goes to stdout and ends the parse with 1; stdout is turned to a file meanwhile. */
static void help_is_printed_on_request(void **state)
{
    static const char *const lines[] = {"--help", "-h", "-n --help --zebra"};
    char *expected = help_text();
    (void)state;

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct settings settings;
        struct fault fault;
        char text[4096] = "";
        int first;
        FILE *captured = tmpfile();
        assert_non_null(captured);
        fflush(stdout);
        int saved = dup(STDOUT_FILENO);
        dup2(fileno(captured), STDOUT_FILENO);
        int result = parse(&command, lines[i], &settings, &first, &fault);
        fflush(stdout);
        dup2(saved, STDOUT_FILENO);
        close(saved);
        rewind(captured);
        assert_true(fread(text, 1, sizeof text - 1, captured) > 0);
        fclose(captured);
        assert_int_equal(result, 1);
        assert_string_equal(text, expected);
    }
    free(expected);
}

static void a_bad_default_is_reported(void **state)
{
    static const struct option_spec broken_option = {"capacity",   0,      "N", NULL, "",
                                                     set_capacity, "many", NULL};
    struct command_spec broken = command;
    (void)state;
    broken.options = &broken_option;
    broken.option_count = 1;
    expect_refusal(&broken, "",
                   "--capacity: 'many' is no count: give a whole number, alone or with k, M, G, T, Ki, "
                   "Mi, Gi or Ti, such as 1000, 1.5M or 64Ki");
}

static void the_table_can_be_gone_through(void **state)
{
    const size_t count = command.option_count;
    (void)state;

    assert_string_equal(options_at(&command, 0)->name, "queue");
    assert_string_equal(options_at(&command, count)->name, "help");
    assert_string_equal(options_heading(options_at(&command, 0)), "What runs");
    assert_string_equal(options_heading(options_at(&command, 4)), "Options");
    assert_string_equal(options_heading(options_at(&command, count)), "Help");
}

static void words_are_found(void **state)
{
    static const char *const words[] = {"drain", "stop"};
    static const struct option_values values = {.words = words, .count = 2};
    struct fault fault;
    (void)state;

    assert_int_equal(options_find_word(&values, "answer", "drain", &fault), 0);
    assert_int_equal(options_find_word(&values, "answer", "stop", &fault), 1);
    assert_int_equal(options_find_word(&values, "answer", "stpo", &fault), -1);
    assert_string_equal(fault.text,
                        "there is no answer 'stpo': did you mean 'stop'? The answers are drain, stop");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_come_first),
        cmocka_unit_test(every_spelling_is_read),
        cmocka_unit_test(operands_are_found),
        cmocka_unit_test(the_number_of_operands_is_checked),
        cmocka_unit_test(unknown_options_meet_the_nearest),
        cmocka_unit_test(abbreviations_are_refused),
        cmocka_unit_test(arguments_are_checked),
        cmocka_unit_test(a_null_fault_is_allowed),
        cmocka_unit_test(empty_arguments_reach_the_setter),
        cmocka_unit_test(the_help_is_laid_out),
        cmocka_unit_test(help_is_printed_on_request),
        cmocka_unit_test(a_bad_default_is_reported),
        cmocka_unit_test(the_table_can_be_gone_through),
        cmocka_unit_test(words_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
