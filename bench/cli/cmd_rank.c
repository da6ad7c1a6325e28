/* cmd_rank.c - `sluice rank`: a campaign's queues in order, with ties where the data cannot tell. */
#include "cli/commands.h"

#include "cli/compare_options.h"
#include "compare/rank.h"

static const struct option_spec option_table[] = {
    COMPARE_METRIC_OPTION,
    COMPARE_BAND_OPTION,
    COMPARE_FORMAT_OPTION,
};

static const struct command_spec command = {
    .name = "rank",
    .summary = "order a campaign's queues, with ties where the data cannot tell",
    .usage = "sluice rank FILE [options]",
    .examples = "sluice rank results/reference/default.jsonl\n"
                "sluice rank FILE --metric cpu --format markdown",
    .notes =
        "Queues are ranked within each setting: same wait, placement and so on. All pairs of a setting are\n"
        "tested; queues that cannot be told apart share a range of ranks, such as 2-3. Instruments are\n"
        "never ranked.",
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
    .min_operands = 1,
    .max_operands = 1,
    .operands = &option_files,
};

static int rank_file(const char *path, const struct compare_options *options, struct fault *fault)
{
    struct campaign_file file;
    struct ranking ranking;
    if (record_read(path, &file, fault))
        return -1;
    int status = rank_make(&ranking, &file, options->comparing.metric, options->comparing.band, fault);
    if (status == 0)
        status = rank_print(&ranking, options->format, stdout, fault);
    rank_release(&ranking);
    record_release(&file);
    return status;
}

static int main_rank(int argc, char **argv)
{
    struct fault fault;
    struct compare_options options = {0};
    int first, status = options_parse(&command, argc, argv, &options, &first, &fault);
    if (status == 1)
        return 0;
    if (status == 0)
        status = rank_file(argv[first], &options, &fault);
    if (status == 0)
        return 0;
    fprintf(stderr, "sluice: %s\n", fault.text);
    return 2;
}

const struct command cmd_rank = {&command, main_rank};
