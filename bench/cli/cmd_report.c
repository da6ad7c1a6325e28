/* cmd_report.c - `sluice report`: the table of a campaign that was run. */
#include "cli/commands.h"

#include "base/options.h"
#include "limits/limits.h"
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
    .notes = "FILE is what `sluice run` wrote; a campaign that was interrupted is reported as far as it "
             "went. Or it\n"
             "is what `sluice limits` wrote, which is printed as a table only.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .min_operands = 1,
    .max_operands = 1,
};

static int report_campaign(const char *path, enum report_format format, struct fault *fault)
{
    struct campaign_file file;
    if (record_read(path, &file, fault))
        return -1;
    int status = report_print(&file, format, stdout, fault);
    record_release(&file);
    return status;
}

static int report_limits(const char *path, enum report_format format, struct fault *fault)
{
    struct limits limits;
    if (format != REPORT_TABLE)
        return fault_set(fault,
                         "'%s' holds limits, which are printed as a table only; each line of the file "
                         "is a JSON object",
                         path);
    if (limits_read(path, &limits, fault))
        return -1;
    limits_print(&limits, stdout);
    limits_release(&limits);
    return 0;
}

int cmd_report(int argc, char **argv)
{
    struct fault fault;
    enum report_format format;
    int first, status = options_parse(&command, argc, argv, &format, &first, &fault);
    if (status == 1)
        return 0;
    if (status == 0)
        status = (limits_is_file(argv[first]) ? report_limits : report_campaign)(argv[first], format, &fault);
    if (status == 0)
        return 0;
    fprintf(stderr, "sluice: %s\n", fault.text);
    return 2;
}
