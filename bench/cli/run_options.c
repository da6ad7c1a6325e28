/* run_options.c - see run_options.h. */
#include "cli/run_options.h"

#include "machine/memory.h"
#include "base/options.h"
#include "base/suggest.h"
#include "base/units.h"

#include <string.h>
#include <unistd.h>

#define TARGET struct run_options *options = target

#define AXIS_SETTER(name, axis)                                                                              \
    static int set_##name(void *target, const char *text, struct fault *fault)                               \
    {                                                                                                        \
        TARGET;                                                                                              \
        return axes_add(&options->axes, axis, text, fault);                                                  \
    }
AXIS_SETTER(queue, AXIS_QUEUE)
AXIS_SETTER(wait, AXIS_WAIT)
AXIS_SETTER(transfer, AXIS_TRANSFER)
AXIS_SETTER(capacity, AXIS_CAPACITY)
AXIS_SETTER(workers, AXIS_WORKERS)
AXIS_SETTER(work, AXIS_WORK)
AXIS_SETTER(place, AXIS_PLACE)
AXIS_SETTER(close, AXIS_CLOSE)

/* Texts whose default depends on the preset are read when all options are known. */
#define TEXT_SETTER(name, field)                                                                             \
    static int set_##name(void *target, const char *text, struct fault *fault)                               \
    {                                                                                                        \
        TARGET;                                                                                              \
        (void)fault;                                                                                         \
        options->field = text;                                                                               \
        return 0;                                                                                            \
    }
TEXT_SETTER(items, items)
TEXT_SETTER(duration, duration)
TEXT_SETTER(warmup, warmup)
TEXT_SETTER(drain, drain)
TEXT_SETTER(timeout, timeout)
TEXT_SETTER(memory_limit, memory_limit)
TEXT_SETTER(blocks, blocks_text)
TEXT_SETTER(output, output)
TEXT_SETTER(resume, resume)
TEXT_SETTER(fail, fail)
TEXT_SETTER(limits, limits)
TEXT_SETTER(topology, topology)

/* A preset is a campaign or one of the lesson's small programs. */
static int set_preset(void *target, const char *text, struct fault *fault)
{
    TARGET;
    const char *names[64];
    size_t count = 0;
    options->preset = preset_find(text);
    options->scene = scene_find(text);
    if (options->preset || options->scene)
        return 0;
    for (const struct preset *preset = presets; preset->name; preset++)
        names[count++] = preset->name;
    for (const struct scene *scene = scenes; scene->name; scene++)
        names[count++] = scene->name;
    return suggest_unknown(fault, "preset", text, names, count);
}

static int set_on_fail(void *target, const char *text, struct fault *fault)
{
    TARGET;
    static const char *const names[] = {"drain", "stop"};
    for (int i = 0; i < 2; i++)
        if (strcmp(text, names[i]) == 0) {
            options->common.fail.stop = i;
            return 0;
        }
    return suggest_unknown(fault, "answer", text, names, 2);
}

static int set_sample(void *target, const char *text, struct fault *fault)
{
    TARGET;
    if (units_parse_duration(text, &options->common.sample_ns, fault))
        return -1;
    if (options->common.sample_ns && options->common.sample_ns < 100000)
        return fault_set(fault, "'%s' is too often: give at least 100us, or 0 for no samples", text);
    return 0;
}

static int set_seed(void *target, const char *text, struct fault *fault)
{
    TARGET;
    if (units_parse_count(text, &options->seed, fault))
        return -1;
    if (options->seed > INT64_MAX / 2)
        return fault_set(fault, "'%s' is too large: give a number below 2^62", text);
    options->seeded = true;
    return 0;
}

static int set_quiet(void *target, const char *text, struct fault *fault)
{
    TARGET;
    (void)text, (void)fault;
    options->quiet = true;
    return 0;
}

static int set_dry_run(void *target, const char *text, struct fault *fault)
{
    TARGET;
    (void)text, (void)fault;
    options->dry_run = true;
    return 0;
}

static int set_format(void *target, const char *text, struct fault *fault)
{
    TARGET;
    return report_format_parse(text, &options->format, fault);
}

#define COMPARE "What to compare (lists are crossed; `sluice list` explains the values)"

static const struct option_spec option_table[] = {
    {"queue", 'q', "LIST", COMPARE, "queues, or paths of plug-ins (./my_queue.so)", set_queue, NULL},
    {"wait", 'w', "LIST", COMPARE,
     "what a thread does at an empty or a full hop: spin, yield, sleep:10ms, backoff, block, lazy:64, "
     "native; or "
     "EMPTY/FULL",
     set_wait, NULL},
    {"transfer", 't', "LIST", COMPARE, "item, batch:32, span:1024", set_transfer, NULL},
    {"capacity", 'c', "LIST", COMPARE, "most items in a hop, or unbounded; four with '/' between: one a hop",
     set_capacity, NULL},
    {"workers", 0, "N[,N,N]", COMPARE,
     "workers of each stage, or of download, resize and upload; repeat the option to compare", set_workers,
     NULL},
    {"work", 0, "W[,W,W]", COMPARE,
     "what a stage does with an item: none, spin:200ns, sleep:1ms, touch:4KiB; repeat the option to compare",
     set_work, NULL},
    {"place", 'p', "LIST", COMPARE,
     "where threads run: unbound, compact, spread, same-l3, smt, cross-numa, pu:0, cpus:0,2,4-6, "
     "source=0,download=1-3,...; classes: each class that the machine has; all: every distinct placement",
     set_place, NULL},
    {"close", 0, "LIST", COMPARE,
     "how the pipeline ends: close, sentinel, shutdown, shutdown:immediate, pull:100ms, abandon", set_close,
     NULL},
    {"preset", 0, "NAME", COMPARE,
     "values for all that is not given, or one of the lesson's programs: `sluice list presets`; `default` is "
     "meant when nothing of this heading is given",
     set_preset, NULL},
    {"duration", 'd', "TIME", "How long",
     "run each trial for this long, warm-up included (default: the preset's)", set_duration, NULL},
    {"items", 'n', "COUNT", "How long", "run each trial until so many items are through, instead", set_items,
     NULL},
    {"warmup", 0, "TIME", "How long", "the part of the duration that is not measured (default: the preset's)",
     set_warmup, NULL},
    {"drain", 0, "TIME", "How long",
     "how long the pipeline may work off what is left after the duration, before it is discarded (default: "
     "the preset's)",
     set_drain, NULL},
    {"timeout", 0, "TIME", "How long", "kill a trial that takes this much longer (default: 60s)", set_timeout,
     NULL},
    {"blocks", 'b', "N", "How long", "repetitions of each configuration (default: the preset's)", set_blocks,
     NULL},
    {"fail", 0, "WHAT", "Failures",
     "make a worker fail: stage=resize,item=500,how=error (or crash, hang); also worker=2, every=1000",
     set_fail, NULL},
    {"on-fail", 0, "HOW", "Failures",
     "after the first error: drain what is in the pipeline, or stop and drop it (default: drain)",
     set_on_fail, NULL},
    {"memory-limit", 0, "SIZE", "Instruments",
     "end a trial whose resident set is larger (default: half of what is available now)", set_memory_limit,
     NULL},
    {"sample", 0, "TIME", "Instruments", "between two looks at memory and depths; 0: none", set_sample,
     "4ms"},
    {"limits", 0, "WHAT", "Instruments",
     "what the machine can do at most, for each queue's share of it: measure (on the PUs that the placements "
     "use, in a twentieth of the campaign's time but 3s at most), none, or a FILE of `sluice limits` "
     "(default: "
     "measure)",
     set_limits, NULL},
    {"seed", 0, "N", "Instruments", "of the order of trials (default: from the clock)", set_seed, NULL},
    {"output", 'o', "FILE", "Results", "where the records go (default: results/runs/TIME-HOST.jsonl)",
     set_output, NULL},
    {"format", 'f', "FORMAT", "Results", "of what is printed at the end: table, csv, json, markdown",
     set_format, "table"},
    {"resume", 0, "FILE", "Results", "go on with an interrupted campaign", set_resume, NULL},
    {"dry-run", 0, NULL, "Results", "print the plan and its time, and run nothing", set_dry_run, NULL},
    {"topology", 0, "MACHINE", "Results",
     "with --dry-run: plan for another machine, an XML file of lstopo or such as 'package:2 l3:4 core:8 "
     "pu:2'",
     set_topology, NULL},
    {"quiet", 0, NULL, "Results", "no progress on stderr", set_quiet, NULL},
};

static const struct command_spec command = {
    .name = "run",
    .summary =
        "run a campaign: every configuration once in each block, in a random order, each in a fresh process",
    .usage = "sluice run [options]",
    .examples = "sluice run                                    the default campaign\n"
                "sluice run -q ck-ring-spsc,spsc-ring -w spin,yield,block -d 1s\n"
                "sluice run -q ck-ring-mpmc --workers 1 --workers 3,4,5 --work none,spin:2us,none\n"
                "sluice run -q spsc-ring -t item,batch:32,span:1024 -c 64Ki -w yield\n"
                "sluice run -q deque-lock -w sleep:10ms -n 1000 -b 6       the lesson's pipeline\n"
                "sluice run --preset explosion --memory-limit 256MiB",
    .notes = "stdout has the report, stderr the rest. Exit status: 0, 1 a trial failed or was invalid,\n"
             "2 bad input, 130 interrupted.",
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
};

static int positive_duration(const char *option, const char *text, uint64_t *ns, struct fault *fault)
{
    struct fault reason;
    if (units_parse_duration(text, ns, &reason) || units_require_positive(text, *ns, &reason))
        return fault_set(fault, "--%s: %s", option, reason.text);
    if (*ns > UINT64_C(86400) * 1000000000u)
        return fault_set(fault, "--%s: '%s' is too long: at most 24h", option, text);
    return 0;
}

static int complete_durations(struct run_options *options, struct fault *fault)
{
    struct spec *common = &options->common;
    const struct preset *preset = options->preset;
    const char *warmup = options->warmup ? options->warmup : preset->warmup;
    struct fault reason;
    const char *items = options->items ? options->items : options->duration ? NULL : preset->items;
    if (options->items && options->duration)
        return fault_set(fault, "--items and --duration cannot both be given: a trial ends by one of them");
    if (items) {
        /* 0 items are allowed, and end at once. */
        if (units_parse_count(items, &common->items, &reason))
            return fault_set(fault, "--items: %s", reason.text);
        if (common->items > SLUICE_MAX_SEQUENCE)
            return fault_set(fault, "--items: '%s' is too many: at most 2^38 - 1", items);
        common->counted = true;
    }
    if (positive_duration("duration", options->duration ? options->duration : preset->duration,
                          &common->duration_ns, fault) ||
        positive_duration("timeout", options->timeout ? options->timeout : "60s", &common->timeout_ns, fault))
        return -1;
    if (units_parse_duration(warmup, &common->warmup_ns, &reason))
        return fault_set(fault, "--warmup: %s", reason.text);
    if (!options->warmup && options->duration) /* a fifth, but not more than the preset's */
        common->warmup_ns =
            common->duration_ns / 5 < common->warmup_ns ? common->duration_ns / 5 : common->warmup_ns;
    if (common->warmup_ns >= common->duration_ns)
        return fault_set(fault, "--warmup: '%s' leaves nothing to measure of the duration", warmup);
    if (units_parse_duration(options->drain ? options->drain : preset->drain, &common->drain_ns, &reason))
        return fault_set(fault, "--drain: %s", reason.text);
    if (!items)
        common->timeout_ns += common->duration_ns + common->drain_ns;
    return 0;
}

static int complete_limits(struct run_options *options, struct fault *fault)
{
    struct fault reason;
    uint64_t blocks;
    const char *text = options->blocks_text ? options->blocks_text : options->preset->blocks;
    if (units_parse_count(text, &blocks, &reason) || units_require_positive(text, blocks, &reason))
        return fault_set(fault, "--blocks: %s", reason.text);
    if (blocks > 100000)
        return fault_set(fault, "--blocks: '%s' is too many: at most 100000", text);
    options->blocks = (unsigned)blocks;
    options->common.memory_limit = memory_available() / 2;
    if (!options->memory_limit)
        return 0;
    if (units_parse_bytes(options->memory_limit, &options->common.memory_limit, &reason) ||
        units_require_positive(options->memory_limit, options->common.memory_limit, &reason))
        return fault_set(fault, "--memory-limit: %s", reason.text);
    return 0;
}

static int complete_failure(struct run_options *options, struct fault *fault)
{
    struct fault reason;
    bool stop = options->common.fail.stop;
    if (options->fail && spec_parse_fail(options->fail, &options->common.fail, &reason))
        return fault_set(fault, "--fail: %s", reason.text);
    options->common.fail.stop = stop;
    return 0;
}

/* A scene is no campaign: what it does not look at is refused. */
static int check_scene(const struct run_options *options, struct fault *fault)
{
    bool other = options->topology || options->duration || options->warmup || options->drain ||
                 options->blocks_text || options->memory_limit || options->output || options->resume ||
                 options->dry_run || options->seeded || options->limits;
    for (int axis = 0; axis < AXES; axis++)
        other |= options->axes.count[axis] && axis != AXIS_QUEUE && axis != AXIS_WAIT &&
                 !(axis == AXIS_WORKERS && options->scene->is_crew);
    if (!options->scene->is_crew)
        other |= options->items || options->fail;
    return other
               ? fault_set(
                     fault,
                     "--preset %s is a small program and no campaign: it takes --queue, --wait, --timeout%s",
                     options->scene->name,
                     options->scene->is_crew ? ", --workers (how many consumers), --items and --fail" : "")
               : 0;
}

static int complete(struct run_options *options, struct fault *fault)
{
    bool in_part = false;
    if (options->scene)
        return check_scene(options, fault);
    if (options->topology && (!options->dry_run || options->resume))
        return fault_set(fault, "--topology describes another machine, for which trials can only be planned: "
                                "add --dry-run, or leave it out");
    for (int axis = 0; axis < AXES; axis++)
        in_part |= options->axes.count[axis] > 0;
    if (!options->preset)
        options->preset = in_part ? &preset_plain : &presets[0];
    for (int axis = 0; axis < AXES; axis++) {
        struct fault reason;
        const char *text = options->preset->axis[axis];
        if (axes_default(&options->axes, (enum axis)axis, text, &reason))
            return fault_set(fault, "--%s: %s", axis_names[axis], reason.text);
    }
    return complete_durations(options, fault) || complete_limits(options, fault) ||
                   complete_failure(options, fault)
               ? -1
               : 0;
}

int run_options_parse(struct run_options *options, int argc, char **argv, struct fault *fault)
{
    int first;
    memset(options, 0, sizeof *options);
    int status = options_parse(&command, argc, argv, options, &first, fault);
    return status ? status : complete(options, fault);
}

void run_options_release(struct run_options *options)
{
    axes_release(&options->axes);
}
