/* cmd_report.c - `sluice report`: what a campaign that was run has found, in many formats. */
#include "cli/commands.h"

#include "base/options.h"
#include "base/paths.h"
#include "limits/roofline.h"
#include "report/report.h"
#include "report/report_macros.h"
#include "report/report_paper.h"

struct report_options {
    enum report_format format;
    const char *output, *prefix; /* output null: stdout */
    const char *limits;          /* null: those in the campaign's file */
};

static int set_format(void *target, const char *text, struct fault *fault)
{
    struct report_options *options = target;
    return report_format_parse(text, &options->format, fault);
}

static int set_output(void *target, const char *text, struct fault *fault)
{
    struct report_options *options = target;
    options->output = text;
    return *text ? 0 : fault_set(fault, "an empty name is no folder");
}

static int set_prefix(void *target, const char *text, struct fault *fault)
{
    struct report_options *options = target;
    options->prefix = text;
    return macros_check_prefix(text, fault);
}

static int set_limits(void *target, const char *text, struct fault *fault)
{
    struct report_options *options = target;
    (void)fault;
    options->limits = text;
    return 0;
}

static const struct option_spec option_table[] = {
    {"format", 'f', "FORMAT", NULL, "table, markdown, csv, json, latex or html", set_format, "table",
     &report_values},
    {"output", 'o', "DIR", NULL,
     "with latex: write a folder of table, macros and plots, and a document that shows how to use them",
     set_output, NULL, &option_files},
    {"prefix", 0, "NAME", NULL, "with latex and --output: what the names of the macros begin with",
     set_prefix, "Sluice", NULL},
    {"limits", 0, "LIMITS", NULL,
     "a file of `sluice limits` on the same machine, in place of the limits that the campaign measured",
     set_limits, NULL, &option_files},
};

static const struct command_spec command = {
    .name = "report",
    .summary = "print the table of a campaign that was run, or all of it for a paper or a browser",
    .usage = "sluice report FILE [--format table|markdown|csv|json|latex|html] [--limits LIMITS]\n"
             "sluice report FILE --format latex --output DIR [--prefix NAME] [--limits LIMITS]",
    .examples = "sluice report results/runs/20261122-075000-host.jsonl\n"
                "sluice report FILE --format csv > trials.csv     a row a trial\n"
                "sluice report FILE --format html > report.html   one file, with plots and every trial\n"
                "sluice report FILE --format latex --output figures",
    .notes = "FILE is what `sluice run` wrote; a campaign that was interrupted is reported as far as it "
             "went. Or it\n"
             "is what `sluice limits` wrote, which is printed as a table only.",
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
    .min_operands = 1,
    .max_operands = 1,
    .operands = &option_files,
};

static int report_campaign(const char *path, const struct report_options *options, struct fault *fault)
{
    struct campaign_file file;
    if (options->output && options->format != REPORT_LATEX)
        return fault_set(fault, "--output is the folder of --format latex: the other formats are printed, so "
                                "that '> FILE' keeps them");
    if (record_read(path, &file, fault))
        return -1;
    int status = options->limits && roofline_attach(&file, options->limits, fault) ? -1
                 : options->output
                     ? report_paper(&file, options->output, options->prefix, paths_scripts(), fault, stdout)
                     : report_print(&file, options->format, stdout, fault);
    record_release(&file);
    return status;
}

static int report_limits(const char *path, const struct report_options *options, struct fault *fault)
{
    struct limits limits;
    if (options->limits)
        return fault_set(fault, "--limits: '%s' holds limits itself, which are printed as they are", path);
    if (options->format != REPORT_TABLE || options->output)
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

static int main_report(int argc, char **argv)
{
    struct fault fault;
    struct report_options options = {0};
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

const struct command cmd_report = {&command, main_report};
