/* cmd_report.c - `sluice report`: the table of a campaign that was run. */
#include "cli/commands.h"

#include "base/options.h"
#include "report/report.h"

static int set_format(void *target, const char *text, struct fault *fault)
{
    return report_format_parse(text, target, fault);
}

static const struct option_spec options[] = {
    {"format", 'f', "FORMAT", NULL, "table, csv, json or markdown", set_format, "table"},
};

static const struct command_spec command = {
    .name = "report",
    .summary = "print the table of a campaign that was run",
    .usage = "sluice report FILE [--format table|csv|json|markdown]",
    .examples = "sluice report results/runs/20261122-075000-host.jsonl\n"
                "sluice report FILE --format csv > table.csv",
    .notes =
        "FILE is what `sluice run` wrote. A campaign that was interrupted is reported as far as it went.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .min_operands = 1,
    .max_operands = 1,
};

int cmd_report(int argc, char **argv)
{
    struct fault fault;
    struct campaign_file file;
    enum report_format format;
    int first, status = options_parse(&command, argc, argv, &format, &first, &fault);
    if (status == 1)
        return 0;
    if (status == 0)
        status = record_read(argv[first], &file, &fault);
    if (status == 0) {
        status = report_print(&file, format, stdout, &fault);
        record_release(&file);
    }
    if (status == 0)
        return 0;
    fprintf(stderr, "sluice: %s\n", fault.text);
    return 2;
}
