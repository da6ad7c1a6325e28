/* cmd_run.c - `sluice run`: plan, run, report. */
#include "cli/commands.h"

#include "trial/calibrate.h"
#include "campaign/campaign.h"
#include "base/clock.h"
#include "cli/output.h"
#include "cli/run_limits.h"
#include "cli/run_options.h"
#include "cli/run_scene.h"
#include "trial/trial.h"
#include "report/ledger.h"

#include <stdlib.h>
#include <string.h>

struct run {
    struct run_options options;
    struct plan plan;
    struct topology *topology;
    struct campaign campaign;
    struct record_file file;
    json_t *limits;
    char *config;                /* the campaign file that says what the options say */
    struct campaign_file before; /* what a resumed campaign has already */
    bool resuming;
};

static void on_interrupt(int signal)
{
    (void)signal;
    trial_interrupted = 1;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_interrupt}; /* no SA_RESTART: waits are to end */
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGCHLD, SIG_DFL); /* ignored, as some parents leave it, no trial could be waited for */
    signal(SIGXFSZ, SIG_IGN); /* a file size limit is then an error of write */
    signal(SIGPIPE, SIG_IGN);
}

static int make_plan(struct run *run, struct fault *fault)
{
    const struct run_options *options = &run->options;
    struct plan_part *parts = calloc(options->part_count, sizeof *parts);
    if (!parts)
        return fault_set(fault, "out of memory");
    for (size_t i = 0; i < options->part_count; i++)
        parts[i] = (struct plan_part){.name = options->parts[i].name,
                                      .path = options->parts[i].settings.path,
                                      .axes = &options->parts[i].axes,
                                      .common = &options->parts[i].common,
                                      .twins = options->parts[i].twins};
    int status = options->topology ? topology_load_described(&run->topology, options->topology, fault)
                                   : topology_load(&run->topology, fault);
    if (status == 0)
        status = plan_make(&run->plan, parts, options->part_count, run->topology, fault);
    free(parts);
    return status;
}

/* The campaign file that says what the options say, to be freed; null when memory ran out. */
static char *show_config(const struct run_options *options)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (out) {
        run_options_show(options, out);
        fclose(out);
    }
    return text;
}

static void set_campaign(struct run *run, int argc, char **arguments)
{
    const struct run_options *options = &run->options;
    run->config = show_config(options);
    run->campaign = (struct campaign){
        .plan = &run->plan,
        .topology = run->topology,
        .arguments = (const char *const *)arguments + 1,
        .argument_count = (size_t)argc - 1,
        .config = run->config,
        .preset = options->parts[0].preset == &preset_plain ? NULL : options->parts[0].preset->name,
        .rule = {.blocks_min = options->blocks_min,
                 .blocks_max = options->blocks_max,
                 .precision = options->precision,
                 .budget_s = (double)options->budget_ns / 1e9},
        .seed = options->seeded ? options->seed : clock_now_ns() >> 10,
        .quiet = options->quiet,
    };
}

static void calibrate(struct run *run, double rounds_per_ns)
{
    run->campaign.burn_rounds_per_ns = rounds_per_ns;
    for (size_t i = 0; i < run->plan.count; i++)
        run->plan.specs[i].burn_rounds_per_ns = rounds_per_ns;
}

/* The options of the interrupted campaign, from its header, in place of those given now. */
static int reread_options(struct run *run, const char *path, struct fault *fault)
{
    const char *config = json_string_value(json_object_get(run->before.header, "config"));
    bool quiet = run->options.quiet;
    enum report_format format = run->options.format;
    if (!config)
        return fault_set(fault,
                         "'%s' does not hold the options that it was begun with: an older version of the "
                         "program wrote it, or they were no text; start a new campaign",
                         path);
    run_options_release(&run->options);
    if (run_options_parse_text(&run->options, config, path, fault))
        return -1;
    if (run->options.parts[0].scene)
        return fault_set(fault, "'%s' has the options of no campaign: it was changed since", path);
    run->options.quiet = quiet;
    run->options.format = format;
    return 0;
}

/* A resumed campaign may have its limits already. 0; 1: interrupted; -1 with a sentence. */
static int take_limits(struct run *run, struct fault *fault)
{
    const char *what = run->before.limits ? "none" : run->options.limits ? run->options.limits : "measure";
    int status = run_limits(&run->campaign, what, &run->limits, fault);
    run->campaign.limits = run->limits;
    return status;
}

/* As start. */
static int resume(struct run *run, struct fault *fault)
{
    char *none[] = {NULL}; /* the header is there already */
    const char *path = run->file.path;
    run->resuming = true;
    if (record_reopen(&run->file, run->options.resume, fault) || record_read(path, &run->before, fault))
        return -1;
    if (run->before.complete)
        return fault_set(fault, "'%s' is complete: there is nothing left to run", path);
    if (reread_options(run, path, fault) || make_plan(run, fault))
        return -1;
    set_campaign(run, 1, none);
    if (campaign_check_resumable(&run->campaign, run->before.header, path, fault))
        return -1;
    run->campaign.seed = (uint64_t)json_integer_value(json_object_get(run->before.header, "seed"));
    calibrate(run, json_number_value(json_object_get(run->before.header, "burn_rounds_per_ns")));
    return take_limits(run, fault);
}

/* 0; 1: interrupted; -1 with a sentence. */
static int start(struct run *run, int argc, char **arguments, struct fault *fault)
{
    char path[4096];
    if (make_plan(run, fault))
        return -1;
    set_campaign(run, argc, arguments);
    if (run->options.dry_run)
        return 0;
    output_default(".jsonl", path, sizeof path);
    if (run->options.output)
        snprintf(path, sizeof path, "%s", run->options.output);
    calibrate(run, calibrate_burn()); /* before there is a file that a Ctrl-C would leave empty */
    int status = take_limits(run, fault);
    if (status)
        return status;
    return output_make_folder(path, fault) || record_create(&run->file, path, fault) ? -1 : 0;
}

/* What the lesson's program would have printed of each trial, and the ledger under it. */
static void tell(const struct campaign_file *file, enum story story)
{
    for (size_t i = 0; i < file->count; i++) {
        const struct trial_figures *trial = &file->trials[i];
        if (file->count > 1)
            printf("%s, block %u:\n", trial->label, trial->block);
        if (story == STORY_POLLED)
            printf("Processed %.0f items after polling %.0f times\n", trial->items,
                   trial->worker_taken + trial->empty_polls);
        else
            printf("%.0f items finished\n", trial->items);
        ledger_print(file, trial, stdout);
        putchar('\n');
    }
}

static int report(const struct run *run, struct fault *fault)
{
    struct campaign_file file;
    if (record_read(run->file.path, &file, fault))
        return -1;
    enum report_format format = run->options.format;
    enum story story = run->options.parts[0].preset->story;
    bool tells = story != STORY_NONE && (format == REPORT_TABLE || format == REPORT_MARKDOWN);
    if (tells)
        tell(&file, story);
    /* One trial is told in full: a table of medians would add nothing. */
    bool is_told = tells && file.count == 1 && file.complete;
    int status = is_told ? 0 : report_print(&file, format, stdout, fault);
    record_release(&file);
    return status;
}

static int interrupted_early(void)
{
    fputs("interrupted before the first trial had ended\n", stderr);
    return 130;
}

/* The exit status. */
static int run_and_report(struct run *run, struct fault *fault)
{
    struct campaign_result result;
    int status =
        campaign_run(&run->campaign, &run->file, run->resuming ? &run->before : NULL, &result, fault);
    record_close(&run->file);
    if (status)
        return -1;
    if (!result.trials && result.interrupted) {
        interrupted_early();
    } else if (report(run, fault)) {
        return -1;
    }
    if (!run->options.quiet)
        fprintf(stderr, "records: %s\n", run->file.path);
    if (result.interrupted) {
        fprintf(stderr, "interrupted: all finished trials are kept; go on with: sluice run --resume %s\n",
                run->file.path);
        return 130;
    }
    if (!run->options.quiet)
        fprintf(stderr, "plots:   sluice plot %s\n", run->file.path);
    return result.not_ok ? 1 : 0;
}

static char **copy_arguments(int argc, char **argv)
{
    char **copy = calloc((size_t)argc + 1, sizeof *copy);
    for (int i = 0; copy && i < argc; i++)
        copy[i] = argv[i];
    return copy;
}

/* What the options ask for, once they are read; the exit status, or -1 with a sentence. */
static int do_run(struct run *run, int argc, char **arguments, struct fault *fault)
{
    const struct run_options *options = &run->options;
    if (options->show_config) {
        run_options_show(options, stdout);
        return fflush(stdout) == EOF ? fault_set(fault, "the campaign file cannot be written: %m") : 0;
    }
    if (!options->resume && options->parts[0].scene)
        return run_scene(options, stdout, fault);
    catch_signals();
    int status = options->resume ? resume(run, fault) : start(run, argc, arguments, fault);
    if (status)
        return status < 0 ? -1 : interrupted_early();
    if (!options->dry_run)
        return run_and_report(run, fault);
    campaign_print(&run->campaign, stdout);
    return 0;
}

static int main_run(int argc, char **argv)
{
    struct run run = {.file.descriptor = -1};
    struct fault fault = {""};
    char **given = copy_arguments(argc, argv); /* getopt moves argv about */
    int status = given ? run_options_parse(&run.options, argc, argv, &fault) : -1;
    if (status == 0)
        status = do_run(&run, argc, given, &fault);
    else if (status == 1)
        status = 0;
    if (status < 0)
        fprintf(stderr, "sluice: %s\n", fault.text);
    record_close(&run.file);
    record_release(&run.before);
    json_decref(run.limits);
    plan_release(&run.plan);
    topology_free(run.topology);
    run_options_release(&run.options);
    free(run.config);
    free(given);
    return status < 0 ? 2 : status;
}

const struct command cmd_run = {&run_command, main_run};
