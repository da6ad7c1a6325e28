/* cmd_run.c - `sluice run`: plan, run, report. */
#include "cli/commands.h"

#include "trial/calibrate.h"
#include "campaign/campaign.h"
#include "base/clock.h"
#include "cli/output.h"
#include "cli/run_limits.h"
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
    const char *other = run->options.topology;
    return (other ? topology_load_described(&run->topology, other, fault)
                  : topology_load(&run->topology, fault)) ||
                   plan_make(&run->plan, &run->options.axes, &run->options.common, run->topology, fault)
               ? -1
               : 0;
}

static void set_campaign(struct run *run, int argc, char **arguments)
{
    run->campaign = (struct campaign){
        .plan = &run->plan,
        .topology = run->topology,
        .arguments = (const char *const *)arguments + 1,
        .argument_count = (size_t)argc - 1,
        .preset = run->options.preset == &preset_plain ? NULL : run->options.preset->name,
        .blocks = run->options.blocks,
        .seed = run->options.seeded ? run->options.seed : clock_now_ns() >> 10,
        .quiet = run->options.quiet,
    };
}

static void calibrate(struct run *run, double rounds_per_ns)
{
    run->campaign.burn_rounds_per_ns = rounds_per_ns;
    for (size_t i = 0; i < run->plan.count; i++)
        run->plan.specs[i].burn_rounds_per_ns = rounds_per_ns;
}

/* The options of the interrupted campaign, from its header, in place of those given now. */
static int reread_options(struct run *run, char ***arguments, int *argc, struct fault *fault)
{
    const json_t *list = json_object_get(run->before.header, "arguments"), *argument;
    size_t i;
    bool quiet = run->options.quiet;
    enum report_format format = run->options.format;
    *argc = 1 + (int)json_array_size(list);
    if (!(*arguments = calloc((size_t)*argc + 1, sizeof **arguments)))
        return fault_set(fault, "out of memory");
    (*arguments)[0] = "run";
    json_array_foreach (list, i, argument)
        (*arguments)[i + 1] = (char *)json_string_value(argument);
    run_options_release(&run->options);
    if (run_options_parse(&run->options, *argc, *arguments, fault))
        return -1;
    run->options.quiet = quiet;
    run->options.format = format;
    return 0;
}

static int check_same_plan(const struct run *run, const char *path, struct fault *fault)
{
    const json_t *labels = json_object_get(run->before.header, "configurations");
    char label[2 * SPEC_TEXT_SIZE];
    bool same = json_array_size(labels) == run->plan.count;
    for (size_t i = 0; same && i < run->plan.count; i++) {
        spec_label(&run->plan.specs[i], label, sizeof label);
        same = strcmp(label, json_string_value(json_array_get(labels, i))) == 0;
    }
    return same ? 0
                : fault_set(fault,
                            "'%s' was planned by another version of the program or on another machine: its "
                            "configurations are not those of today, start a new campaign",
                            path);
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
static int resume(struct run *run, char ***arguments, struct fault *fault)
{
    char *path = strdup(run->options.resume); /* the options are about to be read again */
    int argc, status = -1;
    run->resuming = true;
    if (!path)
        return fault_set(fault, "out of memory");
    if (record_reopen(&run->file, path, fault) || record_read(path, &run->before, fault))
        goto out;
    if (run->before.complete) {
        fault_set(fault, "'%s' is complete: there is nothing left to run", path);
        goto out;
    }
    if (reread_options(run, arguments, &argc, fault) || make_plan(run, fault) ||
        check_same_plan(run, path, fault))
        goto out;
    set_campaign(run, argc, *arguments);
    run->campaign.seed = (uint64_t)json_integer_value(json_object_get(run->before.header, "seed"));
    run->campaign.blocks = (unsigned)json_integer_value(json_object_get(run->before.header, "blocks"));
    calibrate(run, json_number_value(json_object_get(run->before.header, "burn_rounds_per_ns")));
    status = take_limits(run, fault);
out:
    free(path);
    return status;
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
    bool tells =
        run->options.preset->story != STORY_NONE && (format == REPORT_TABLE || format == REPORT_MARKDOWN);
    if (tells)
        tell(&file, run->options.preset->story);
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

/* The exit status, or -1 with a sentence. */
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

int cmd_run(int argc, char **argv)
{
    struct run run = {.file.descriptor = -1};
    struct fault fault = {""};
    char **given = copy_arguments(argc, argv), **original = NULL; /* getopt moves argv about */
    int status = given ? run_options_parse(&run.options, argc, argv, &fault) : -1;
    if (status == 0 && !run.options.scene)
        catch_signals();
    if (status == 1) {
        status = 0;
    } else if (status == 0 && run.options.scene) {
        status = run_scene(&run.options, stdout, &fault);
    } else if (status == 0) {
        status = run.options.resume ? resume(&run, &original, &fault) : start(&run, argc, given, &fault);
        if (status == 1)
            status = interrupted_early();
        else if (status == 0 && run.options.dry_run)
            campaign_print(&run.campaign, stdout);
        else if (status == 0)
            status = run_and_report(&run, &fault);
    }
    if (status < 0)
        fprintf(stderr, "sluice: %s\n", fault.text);
    record_close(&run.file);
    record_release(&run.before);
    json_decref(run.limits);
    plan_release(&run.plan);
    topology_free(run.topology);
    run_options_release(&run.options);
    free(given);
    free(original);
    return status < 0 ? 2 : status;
}
