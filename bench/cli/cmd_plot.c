/* cmd_plot.c - `sluice plot`: the plots of a campaign that was run, or of limits. */
#include "cli/commands.h"

#include "base/options.h"
#include "base/paths.h"
#include "limits/limits.h"
#include "report/plot.h"

#include <limits.h>
#include <string.h>

struct plot_options {
    const char *output; /* null: beside the campaign's file */
    const char *limits; /* null: those in the campaign's file */
    unsigned formats;
};

static int set_output(void *target, const char *text, struct fault *fault)
{
    struct plot_options *options = target;
    if (!*text)
        return fault_set(fault, "an empty name is no folder");
    options->output = text;
    return 0;
}

static int set_limits(void *target, const char *text, struct fault *fault)
{
    (void)fault;
    ((struct plot_options *)target)->limits = text;
    return 0;
}

static int set_formats(void *target, const char *text, struct fault *fault)
{
    struct plot_options *options = target;
    return plot_formats_parse(text, &options->formats, fault);
}

static const struct option_spec option_table[] = {
    {"output", 'o', "DIR", NULL,
     "the folder for the plots and their data; default: FILE with .plots for .jsonl", set_output, NULL,
     &option_files},
    {"format", 'f', "LIST", NULL, "svg, pdf, png, tex (words in the fonts of the document that has it)",
     set_formats, "svg,pdf,png", &plot_values},
    {"limits", 0, "LIMITS", NULL,
     "a file of `sluice limits` on the same machine, in place of the limits that the campaign measured",
     set_limits, NULL, &option_files},
};

static const struct command_spec command = {
    .name = "plot",
    .summary = "draw the plots of a campaign that was run, or of limits",
    .usage = "sluice plot FILE [--output DIR] [--format svg,pdf,png,tex]",
    .examples = "sluice plot results/runs/20261122-075000-host.jsonl\n"
                "sluice plot FILE --format pdf --output figures",
    .notes =
        "Draws throughput, polls, memory, CPU time, the time to stop, and what shapes do in a second or\n"
        "for a round trip, with gnuplot; of a file of `sluice limits` the round trips between PUs. The\n"
        "data of each plot and the gnuplot program that draws it are written beside it, to be changed and\n"
        "run again by hand, as the last line says; a program that was changed is used and not overwritten.",
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
    .min_operands = 1,
    .max_operands = 1,
    .operands = &option_files,
};

/* FILE.jsonl: FILE.plots. */
static void default_output(const char *path, char *output, size_t size)
{
    static const char suffix[] = ".jsonl";
    size_t length = strlen(path), tail = sizeof suffix - 1;
    if (length > tail && strcmp(path + length - tail, suffix) == 0)
        length -= tail;
    snprintf(output, size, "%.*s.plots", (int)length, path);
}

static int draw_limits(const char *path, const char *output, const struct plot_options *options,
                       struct fault *fault)
{
    if (options->limits)
        return fault_set(fault, "--limits: '%s' holds limits itself, which are drawn as they are", path);
    return plot_limits(path, output, options->formats, paths_scripts(), fault, stdout);
}

static int main_plot(int argc, char **argv)
{
    char output[PATH_MAX];
    struct fault fault;
    struct plot_options options = {0};
    int first, status = options_parse(&command, argc, argv, &options, &first, &fault);
    if (status == 1)
        return 0;
    if (status == 0) {
        default_output(argv[first], output, sizeof output);
        if (options.output)
            snprintf(output, sizeof output, "%s", options.output);
        status = limits_is_file(argv[first]) ? draw_limits(argv[first], output, &options, &fault)
                                             : plot_draw(argv[first], options.limits, output, options.formats,
                                                         paths_scripts(), &fault, stdout);
    }
    if (status == 0)
        return 0;
    fprintf(stderr, "sluice: %s\n", fault.text);
    return 2;
}

const struct command cmd_plot = {&command, main_plot};
