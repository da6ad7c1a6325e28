/* cmd_claims.c - `sluice claims`: which claims the records bear out. */
#include "cli/commands.h"

#include "base/options.h"
#include "compare/claims.h"

#include <stdlib.h>
#include <string.h>

struct claims_options {
    const char *folder;    /* null: `reference` beside the file */
    const char *reference; /* null: none */
    enum report_format format;
};

static int set_folder(void *target, const char *text, struct fault *fault)
{
    struct claims_options *options = target;
    options->folder = text;
    return *text ? 0 : fault_set(fault, "an empty name is no folder");
}

static int set_reference(void *target, const char *text, struct fault *fault)
{
    struct claims_options *options = target;
    options->reference = text;
    return *text ? 0 : fault_set(fault, "an empty name is no folder");
}

static int set_format(void *target, const char *text, struct fault *fault)
{
    struct claims_options *options = target;
    return report_format_parse_before(text, REPORT_LATEX, &options->format, fault);
}

static const struct option_spec option_table[] = {
    {"in", 'i', "DIR", NULL, "the folder of the records; default: the folder reference beside FILE",
     set_folder, NULL, &option_files},
    {"reference", 'r', "DIR", NULL, "show the figures of the records in this folder, too", set_reference,
     NULL, &option_files},
    {"format", 'f', "FORMAT", NULL, "table, csv, json or markdown", set_format, "table",
     &report_table_values},
};

static const struct command_spec command = {
    .name = "claims",
    .summary = "say which claims about campaigns their records bear out",
    .usage = "sluice claims FILE [--in DIR] [--reference DIR] [--format FORMAT]",
    .examples = "sluice claims results/claims\n"
                "sluice claims results/claims --in results/runs/mine --reference results/reference",
    .notes =
        "FILE has a section a claim, in the syntax of campaign files (results/CAMPAIGN.md), with the keys\n"
        "  says       the sentence; in double quotes where it has commas\n"
        "  file       the records, within DIR\n"
        "  of         which configuration: axis=value, as many as it takes to mean one\n"
        "  every      or which ones: it must hold of each, and the worst is shown\n"
        "  over       the claim is about the ratio to this configuration; may be left out\n"
        "  metric     as in `sluice compare`, or share (of the limit); default: throughput\n"
        "  at-least, at-most\n"
        "             the bounds, one or both; without `over` in the metric's base unit: /s, s, B, ns\n"
        "  reference  what its authors got\n"
        "A claim is reproduced where the whole interval of 95% is within the bounds, not reproduced\n"
        "where it is wholly outside, inconclusive otherwise. The exit status is 1 where one is not\n"
        "reproduced.",
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
    .min_operands = 1,
    .max_operands = 1,
    .operands = &option_files,
};

/* The folder of the records, the caller's to free; null: memory ran out. */
static char *folder_of(const char *path, const struct claims_options *options)
{
    const char *slash = strrchr(path, '/');
    char *folder;
    int length = options->folder
                     ? asprintf(&folder, "%s", options->folder)
                     : asprintf(&folder, "%.*sreference", slash ? (int)(slash + 1 - path) : 0, path);
    return length < 0 ? NULL : folder;
}

static int read_and_judge(struct claims *claims, const char *path, const char *folder, struct fault *fault)
{
    return claims_read(claims, path, fault) || claims_judge(claims, folder, fault) ? -1 : 0;
}

/* The exit status, or -1 with a sentence. */
static int judge_file(const char *path, const struct claims_options *options, struct fault *fault)
{
    struct claims claims = {0}, reference = {0};
    char *folder = folder_of(path, options);
    int status = folder ? read_and_judge(&claims, path, folder, fault) : fault_set(fault, "out of memory");
    if (status == 0 && options->reference)
        status = read_and_judge(&reference, path, options->reference, fault);
    if (status == 0)
        status =
            claims_print(&claims, options->reference ? &reference : NULL, options->format, stdout, fault);
    if (status == 0)
        status = claims_count(&claims, CLAIM_NOT_REPRODUCED) > 0;
    claims_release(&claims);
    claims_release(&reference);
    free(folder);
    return status;
}

static int main_claims(int argc, char **argv)
{
    struct fault fault;
    struct claims_options options = {0};
    int first, status = options_parse(&command, argc, argv, &options, &first, &fault);
    if (status == 1)
        return 0;
    if (status == 0)
        status = judge_file(argv[first], &options, &fault);
    if (status >= 0)
        return status;
    fprintf(stderr, "sluice: %s\n", fault.text);
    return 2;
}

const struct command cmd_claims = {&command, main_claims};
