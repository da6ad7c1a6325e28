/* cmd_compare.c - `sluice compare`: what is faster, and whether the data can tell. */
#include "cli/commands.h"

#include "campaign/axes.h"
#include "cli/compare_options.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int set_baseline(void *target, const char *text, struct fault *fault)
{
    struct compare_options *options = target;
    if (!*text)
        return fault_set(fault, "an empty name is no queue");
    options->comparing.baseline = text;
    return 0;
}

static int set_anyway(void *target, const char *text, struct fault *fault)
{
    struct compare_options *options = target;
    (void)text;
    (void)fault;
    options->comparing.anyway = true;
    return 0;
}

static const char *const verdict_words[] = {"slower", "inconclusive", "failed"};
static const struct option_values verdict_values = {.words = verdict_words, .count = 3, .separators = ","};

/* A list of verdicts; what failed is worse than slower, and fails with it. */
static int set_fail_on(void *target, const char *text, struct fault *fault)
{
    static const enum verdict verdicts[] = {VERDICT_WORSE, VERDICT_INCONCLUSIVE, VERDICT_FAILED};
    struct compare_options *options = target;
    char *list = strdup(text), *rest = list;
    int status = list ? 0 : fault_set(fault, "out of memory");
    for (char *name; status == 0 && (name = strsep(&rest, ","));) {
        int word = options_find_word(&verdict_values, "verdict to fail on", name, fault);
        if (word < 0)
            status = -1;
        else
            options->fail_on[verdicts[word]] = true;
    }
    options->fail_on[VERDICT_FAILED] |= options->fail_on[VERDICT_WORSE];
    free(list);
    return status;
}

static const struct option_spec option_table[] = {
    {"baseline", 'b', "QUEUE", NULL, "compare with this queue of the file; default: its first one",
     set_baseline, NULL, &queue_values},
    COMPARE_METRIC_OPTION,
    COMPARE_BAND_OPTION,
    {"fail-on", 0, "LIST", NULL,
     "exit with 1 where a verdict is slower (by the metric; or failed: without an ok trial), inconclusive or "
     "failed",
     set_fail_on, NULL, &verdict_values},
    {"anyway", 0, NULL, NULL, "compare across unlike machines, too", set_anyway, NULL, NULL},
    COMPARE_FORMAT_OPTION,
};

static const struct command_spec command = {
    .name = "compare",
    .summary = "compare queues within a campaign, or campaigns with each other",
    .usage = "sluice compare FILE [--baseline QUEUE] [options]\n"
             "sluice compare BASE.jsonl FILE.jsonl ... [options]",
    .examples = "sluice compare results/reference/default.jsonl --baseline ck-ring-spsc\n"
                "sluice compare before.jsonl after.jsonl --fail-on slower\n"
                "sluice compare FILE --metric cpu --band 5% --format csv",
    .notes =
        "Each configuration is compared with its like: of one file, with that of the baseline queue in the\n"
        "same setting; of several, with the same one of the first file. Placements are the same where\n"
        "their signatures are. A ratio comes with its exact interval of 95%, a test, and a verdict:\n"
        "faster, slower, equivalent (the interval is within the band), or inconclusive. results/METHOD.md\n"
        "says how. NO_COLOR=1 turns off colours.",
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
    .min_operands = 1,
    .max_operands = UINT_MAX,
    .operands = &option_files,
};

static bool wants_colour(void)
{
    const char *no_colour = getenv("NO_COLOR"), *terminal = getenv("TERM");
    return !(no_colour && *no_colour) && isatty(STDOUT_FILENO) && terminal && strcmp(terminal, "dumb") != 0;
}

/* The exit status, or -1 with a sentence. */
static int compare_files(const struct campaign_file *files, size_t count,
                         const struct compare_options *options, struct fault *fault)
{
    struct comparing comparing;
    int status = comparing_make(&comparing, files, count, &options->comparing, fault);
    if (status == 0)
        status = comparing_print(&comparing, options->format, wants_colour(), stdout, fault);
    for (int i = 0; status == 0 && i < VERDICTS; i++)
        if (options->fail_on[i] && comparing_count(&comparing, (enum verdict)i))
            status = 1;
    comparing_release(&comparing);
    return status;
}

static int read_and_compare(char *const *paths, size_t count, const struct compare_options *options,
                            struct fault *fault)
{
    struct campaign_file *files = calloc(count, sizeof *files);
    int status = files ? 0 : fault_set(fault, "out of memory");
    for (size_t i = 0; status == 0 && i < count; i++)
        status = record_read(paths[i], &files[i], fault);
    if (status == 0)
        status = compare_files(files, count, options, fault);
    for (size_t i = 0; files && i < count; i++)
        record_release(&files[i]);
    free(files);
    return status;
}

static int main_compare(int argc, char **argv)
{
    struct fault fault;
    struct compare_options options = {0};
    int first, status = options_parse(&command, argc, argv, &options, &first, &fault);
    if (status == 1)
        return 0;
    if (status == 0)
        status = read_and_compare(argv + first, (size_t)(argc - first), &options, &fault);
    if (status >= 0)
        return status;
    fprintf(stderr, "sluice: %s\n", fault.text);
    return 2;
}

const struct command cmd_compare = {&command, main_compare};
