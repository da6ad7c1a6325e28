/* cmd_report.c - `sluice report`: the table of a campaign that was run. */
#include "cli/commands.h"

#include "base/options.h"
#include "limits/roofline.h"
#include "report/report.h"

struct report_options {
    enum report_format format;
    const char *limits; /* null: those in the campaign's file */
};

static int set_format(void *target, const char *text, struct fault *fault)
{
    return report_format_parse(text, &((struct report_options *)target)->format, fault);
}

static int set_limits(void *target, const char *text, struct fault *fault)
{
    (void)fault;
    ((struct report_options *)target)->limits = text;
    return 0;
}

static const struct option_spec option_table[] = {
    {"format", 'f', "FORMAT", NULL, "table, csv, json or markdown", set_format, "table"},
    {"limits", 0, "LIMITS", NULL,
     "a file of `sluice limits` on the same machine, in place of the limits that the campaign measured",
     set_limits, NULL},
};

static const struct command_spec command = {
    .name = "report",
    .summary = "print the table of a campaign that was run",
    .usage = "sluice report FILE [--format table|csv|json|markdown] [--limits LIMITS]",
    .examples = "sluice report results/runs/20261122-075000-host.jsonl\n"
                "sluice report FILE --format csv > table.csv",
    .notes = "FILE is what `sluice run` wrote; a campaign that was interrupted is reported as far as it "
             "went. Or it\n"
             "is what `sluice limits` wrote, which is printed as a table only.",
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
    .min_operands = 1,
    .max_operands = 1,
};

static int report_campaign(const char *path, const struct report_options *options, struct fault *fault)
{
    struct campaign_file file;
    if (record_read(path, &file, fault))
        return -1;
    int status = options->limits && roofline_attach(&file, options->limits, fault)
                     ? -1
                     : report_print(&file, options->format, stdout, fault);
    record_release(&file);
    return status;
}

static int report_limits(const char *path, const struct report_options *options, struct fault *fault)
{
    struct limits limits;
    if (options->limits)
        return fault_set(fault, "--limits: '%s' holds limits itself, which are printed as they are", path);
    if (options->format != REPORT_TABLE)
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
    struct report_options options = {.limits = NULL};
    int first, status = options_parse(&command, argc, argv, &options, &first, &fault);
    if (status == 1)
        return 0;
    if (status == 0)
        status =
            (limits_is_file(argv[first]) ? report_limits : report_campaign)(argv[first], &options, &fault);
    if (status == 0)
        return 0;
    fprintf(stderr, "sluice: %s\n", fault.text);
    return 2;
}
