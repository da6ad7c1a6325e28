/* cmd_limits.c - `sluice limits`: what this machine can do at most. */
#include "cli/commands.h"

#include "base/clock.h"
#include "base/options.h"
#include "base/units.h"
#include "cli/limits_watch.h"
#include "cli/output.h"
#include "record/record.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECONDS(n) ((n)*CLOCK_NS_PER_SECOND)

struct limits_run {
    struct limits_options measure;
    const char *output; /* null: in results/runs */
    bool quick, quiet;
    struct record_file file;
    uint64_t begin_ns;
};

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
}

/* --- options --- */

static int set_output(void *target, const char *text, struct fault *fault)
{
    ((struct limits_run *)target)->output = text;
    return *text ? 0 : fault_set(fault, "an empty name is no file");
}

static int set_duration(void *target, const char *text, struct fault *fault)
{
    struct limits_run *run = target;
    if (units_parse_duration(text, &run->measure.duration_ns, fault) ||
        units_require_positive(text, run->measure.duration_ns, fault))
        return -1;
    if (run->measure.duration_ns > SECONDS(86400))
        return fault_set(fault, "'%s' is longer than a day", text);
    return 0;
}

static int set_quick(void *target, const char *text, struct fault *fault)
{
    (void)text;
    (void)fault;
    ((struct limits_run *)target)->quick = true;
    return 0;
}

static int set_full(void *target, const char *text, struct fault *fault)
{
    (void)text;
    (void)fault;
    ((struct limits_run *)target)->measure.full = true;
    return 0;
}

static int set_quiet(void *target, const char *text, struct fault *fault)
{
    (void)text;
    (void)fault;
    ((struct limits_run *)target)->quiet = true;
    return 0;
}

static const struct option_spec option_table[] = {
    {"output", 'o', "FILE", NULL,
     "the file for the records, which must not be there yet; default: results/runs/TIME-HOST.limits.jsonl",
     set_output, NULL, &option_files},
    {"duration", 'd', "TIME", NULL,
     "how long it may take, such as 30s; default: 12s, with --full 60s. Seven rounds are made however long "
     "they take",
     set_duration, NULL, NULL},
    {"quick", 0, NULL, NULL, "a quarter of the time, and wider intervals", set_quick, NULL, NULL},
    {"full", 0, NULL, NULL,
     "every pair of PUs and every number of threads, also where that is many (more than 32 and 8 PUs)",
     set_full, NULL, NULL},
    {"quiet", 0, NULL, NULL, "the table only", set_quiet, NULL, NULL},
};

static const struct command_spec command = {
    .name = "limits",
    .summary = "measure what this machine can do at most",
    .usage = "sluice limits [--output FILE] [--duration TIME] [--quick] [--full]",
    .examples = "sluice limits\n"
                "sluice limits --duration 1m --output limits.jsonl\n"
                "taskset -c 0,2 sluice limits --quick\n"
                "sluice plot limits.jsonl",
    .notes = "Measures, on the PUs that the program may use, moving cache lines between PUs, atomic\n"
             "operations, waking, yielding, sleeping and the clock; results/MODEL.md says what follows\n"
             "from them for a queue. Leave the machine alone meanwhile. `sluice report FILE` prints\n"
             "the table again, `sluice plot FILE` draws the round trips between PUs.",
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
};

/* --- the run --- */

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_interrupt};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGXFSZ, SIG_IGN); /* a file size limit is then an error of write */
    signal(SIGPIPE, SIG_IGN);
}

static int open_file(struct limits_run *run, struct fault *fault)
{
    char path[4096];
    output_default(".limits.jsonl", path, sizeof path);
    if (run->output && (size_t)snprintf(path, sizeof path, "%s", run->output) >= sizeof path)
        return fault_set(fault, "the name of the output file is too long");
    return output_make_folder(path, fault) || record_create(&run->file, path, fault) ? -1 : 0;
}

static int write_lines(struct limits_run *run, const struct limits *limits, struct fault *fault)
{
    if (record_write(&run->file, json_incref(limits->header), fault))
        return -1;
    for (size_t i = 0; i < limits->count; i++)
        if (record_write(&run->file, limits_line(&limits->each[i]), fault))
            return -1;
    double seconds = (double)(clock_now_ns() - run->begin_ns) / 1e9;
    return record_write(&run->file, limits_end(limits, seconds), fault) || record_sync(&run->file, fault) ? -1
                                                                                                          : 0;
}

/* Whether every figure has a sample. */
static bool has_samples(const struct limits *limits)
{
    for (size_t i = 0; i < limits->count; i++)
        if (!limits->each[i].count)
            return false;
    return true;
}

/* The exit status, or -1 with a sentence; a file in which nothing is, is removed. */
static int measure(struct limits_run *run, struct limits *limits, struct fault *fault)
{
    struct limits_watch progress = {.interrupted = &interrupted,
                                    .shows = !run->quiet && isatty(STDERR_FILENO)};
    run->begin_ns = clock_now_ns();
    int status = limits_measure(limits, &run->measure, limits_watch_step, &progress, fault);
    limits_watch_end(&progress);
    if (status < 0 || (status == 1 && !has_samples(limits))) {
        unlink(run->file.path);
        if (status == 1)
            fputs("interrupted before a round was complete: nothing is kept\n", stderr);
        return status < 0 ? -1 : 130;
    }
    if (write_lines(run, limits, fault))
        return -1;
    limits_print(limits, stdout);
    if (!run->quiet)
        fprintf(stderr, "records: %s\nplot:    sluice plot %s\n", run->file.path, run->file.path);
    return status == 1 ? 130 : 0;
}

static int prepare_and_measure(struct limits_run *run, int argc, char **given, struct fault *fault)
{
    struct topology *topology;
    struct limits limits = {0};
    int status = -1;
    if (run->measure.duration_ns == 0)
        run->measure.duration_ns = run->measure.full ? SECONDS(60) : SECONDS(12);
    if (run->quick)
        run->measure.duration_ns /= 4;
    if (topology_load(&topology, fault))
        return -1;
    if (limits_plan(&limits, topology, &run->measure, fault) == 0 && open_file(run, fault) == 0) {
        limits.header =
            limits_header(topology, &run->measure, (const char *const *)given + 1, (size_t)argc - 1);
        status = measure(run, &limits, fault);
    }
    limits_release(&limits);
    topology_free(topology);
    return status;
}

static int main_limits(int argc, char **argv)
{
    struct limits_run run = {.file.descriptor = -1};
    struct fault fault = {"out of memory"};
    int first, status = -1;
    char **given = calloc((size_t)argc + 1, sizeof *given); /* getopt moves argv about */
    if (given) {
        memcpy(given, argv, (size_t)argc * sizeof *given);
        status = options_parse(&command, argc, argv, &run, &first, &fault);
    }
    if (status == 1) {
        status = 0;
    } else if (status == 0) {
        catch_signals();
        status = prepare_and_measure(&run, argc, given, &fault);
    }
    if (status < 0)
        fprintf(stderr, "sluice: %s\n", fault.text);
    record_close(&run.file);
    free(given);
    return status < 0 ? 2 : status;
}

const struct command cmd_limits = {&command, main_limits};
