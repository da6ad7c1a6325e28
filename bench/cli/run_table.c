/* run_table.c - the options of `sluice run`: what each is called, where it stands in the help, and what it
   sets. The heading also says to what it belongs: see run_options.h. */
#include "cli/run_options.h"

#include "base/config_file.h"
#include "base/suggest.h"
#include "base/units.h"

#include <string.h>

#define TARGET struct run_options *options = target

#define AXIS_SETTER(name, axis)                                                                              \
    static int set_##name(void *target, const char *text, struct fault *fault)                               \
    {                                                                                                        \
        TARGET;                                                                                              \
        return axes_add(&options->part->axes, axis, text, fault);                                            \
    }
AXIS_SETTER(queue, AXIS_QUEUE)
AXIS_SETTER(wait, AXIS_WAIT)
AXIS_SETTER(transfer, AXIS_TRANSFER)
AXIS_SETTER(capacity, AXIS_CAPACITY)
AXIS_SETTER(shape, AXIS_SHAPE)
AXIS_SETTER(local, AXIS_LOCAL)
AXIS_SETTER(stages, AXIS_STAGES)
AXIS_SETTER(sources, AXIS_SOURCES)
AXIS_SETTER(workers, AXIS_WORKERS)
AXIS_SETTER(sinks, AXIS_SINKS)
AXIS_SETTER(work, AXIS_WORK)
AXIS_SETTER(place, AXIS_PLACE)
AXIS_SETTER(memory, AXIS_MEMORY)
AXIS_SETTER(close, AXIS_CLOSE)

#define TEXT_SETTER(name, field)                                                                             \
    static int set_##name(void *target, const char *text, struct fault *fault)                               \
    {                                                                                                        \
        TARGET;                                                                                              \
        (void)fault;                                                                                         \
        options->field = text;                                                                               \
        return 0;                                                                                            \
    }
TEXT_SETTER(output, output)
TEXT_SETTER(resume, resume)
TEXT_SETTER(fail, part->fail) /* whose syntax depends on the preset */
TEXT_SETTER(limits, limits)
TEXT_SETTER(topology, topology)

#define FLAG_SETTER(name, field)                                                                             \
    static int set_##name(void *target, const char *text, struct fault *fault)                               \
    {                                                                                                        \
        TARGET;                                                                                              \
        (void)text, (void)fault;                                                                             \
        options->field = true;                                                                               \
        return 0;                                                                                            \
    }
FLAG_SETTER(aa, part->twins)
FLAG_SETTER(quiet, quiet)
FLAG_SETTER(dry_run, dry_run)
FLAG_SETTER(show_config, show_config)

static int parse_duration(const char *text, uint64_t *ns, bool may_be_zero, struct fault *fault)
{
    if (units_parse_duration(text, ns, fault) || (!may_be_zero && units_require_positive(text, *ns, fault)))
        return -1;
    if (*ns > UINT64_C(86400) * 1000000000u)
        return fault_set(fault, "'%s' is too long: at most 24h", text);
    return 0;
}

#define DURATION_SETTER(name, field, may_be_zero)                                                            \
    static int set_##name(void *target, const char *text, struct fault *fault)                               \
    {                                                                                                        \
        TARGET;                                                                                              \
        return parse_duration(text, &options->field, may_be_zero, fault);                                    \
    }
DURATION_SETTER(duration, part->common.duration_ns, false)
DURATION_SETTER(warmup, part->common.warmup_ns, true)
DURATION_SETTER(drain, part->common.drain_ns, true)
DURATION_SETTER(timeout, part->common.timeout_ns, false)
DURATION_SETTER(budget, budget_ns, false)

static int set_items(void *target, const char *text, struct fault *fault)
{
    TARGET;
    struct spec *common = &options->part->common;
    if (units_parse_count(text, &common->items, fault)) /* 0 items are allowed, and end at once */
        return -1;
    if (common->items > SLUICE_MAX_SEQUENCE)
        return fault_set(fault, "'%s' is too many: at most 2^38 - 1", text);
    common->counted = true;
    return 0;
}

static int set_memory_limit(void *target, const char *text, struct fault *fault)
{
    TARGET;
    uint64_t *limit = &options->part->common.memory_limit;
    return units_parse_bytes(text, limit, fault) || units_require_positive(text, *limit, fault) ? -1 : 0;
}

static int parse_blocks(const char *text, unsigned *blocks, struct fault *fault)
{
    uint64_t count;
    if (units_parse_count(text, &count, fault) || units_require_positive(text, count, fault))
        return -1;
    if (count > 100000)
        return fault_set(fault, "'%s' is too many: at most 100000", text);
    *blocks = (unsigned)count;
    return 0;
}

static int set_blocks(void *target, const char *text, struct fault *fault)
{
    TARGET;
    const char *dots = strstr(text, "..");
    char least[32];
    snprintf(least, sizeof least, "%.*s", (int)(dots ? dots - text : 31), text);
    if (parse_blocks(least, &options->blocks_min, fault) ||
        parse_blocks(dots ? dots + 2 : text, &options->blocks_max, fault))
        return -1;
    return options->blocks_min <= options->blocks_max
               ? 0
               : fault_set(fault, "'%s' ends below its beginning: write MIN..MAX, such as 10..60", text);
}

static int set_precision(void *target, const char *text, struct fault *fault)
{
    TARGET;
    return units_parse_percent(text, &options->precision, fault);
}

static void tell_presets(option_teller *teller, void *context)
{
    for (const struct preset *preset = presets; preset->name; preset++)
        teller(context, preset->name, preset->summary);
    for (const struct scene *scene = scenes; scene->name; scene++)
        teller(context, scene->name, scene->summary);
}

static const struct option_values presets_known = {.tell = tell_presets};

/* A preset is a campaign or one of the lesson's small programs. */
static int set_preset(void *target, const char *text, struct fault *fault)
{
    TARGET;
    const char *names[64];
    size_t count = 0;
    options->part->preset = preset_find(text);
    options->part->scene = scene_find(text);
    if (options->part->preset || options->part->scene)
        return 0;
    for (const struct preset *preset = presets; preset->name; preset++)
        names[count++] = preset->name;
    for (const struct scene *scene = scenes; scene->name; scene++)
        names[count++] = scene->name;
    return suggest_unknown(fault, "preset", text, names, count);
}

static const char *const answer_words[] = {"drain", "stop"}, *const limits_words[] = {"measure", "none"};
static const struct option_values answers = {.words = answer_words, .count = 2},
                                  limits_values = {.words = limits_words, .count = 2, .is_file = true};

static int set_on_fail(void *target, const char *text, struct fault *fault)
{
    TARGET;
    int answer = options_find_word(&answers, "answer", text, fault);
    options->part->common.fail.stop = answer > 0;
    return answer < 0 ? -1 : 0;
}

static int set_sample(void *target, const char *text, struct fault *fault)
{
    TARGET;
    if (units_parse_duration(text, &options->part->common.sample_ns, fault))
        return -1;
    if (options->part->common.sample_ns && options->part->common.sample_ns < 100000)
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

static int set_format(void *target, const char *text, struct fault *fault)
{
    TARGET;
    return report_format_parse(text, &options->format, fault);
}

#define COMPARE "What to compare (lists are crossed; `sluice list` explains the values)"

static const struct option_spec option_table[] = {
    {"queue", 'q', "LIST", COMPARE, "queues, or paths of plug-ins (./my_queue.so)", set_queue, NULL,
     &axis_values[AXIS_QUEUE]},
    {"wait", 'w', "LIST", COMPARE,
     "what a thread does at an empty or a full hop: spin, yield, sleep:10ms, backoff, block, lazy:64, "
     "native; or "
     "EMPTY/FULL",
     set_wait, NULL, &axis_values[AXIS_WAIT]},
    {"transfer", 't', "LIST", COMPARE, "item, batch:32, span:1024", set_transfer, NULL,
     &axis_values[AXIS_TRANSFER]},
    {"capacity", 'c', "LIST", COMPARE, "most items in a hop, or unbounded; four with '/' between: one a hop",
     set_capacity, NULL, &axis_values[AXIS_CAPACITY]},
    {"shape", 0, "LIST", COMPARE,
     "pipeline, or as in the papers: pairs, fifty, burst:64, ping-pong; `sluice list shapes` explains",
     set_shape, NULL, &axis_values[AXIS_SHAPE]},
    {"local", 0, "LIST", COMPARE,
     "work between the operations of pairs, fifty and burst: 100ns, 50ns..150ns, none", set_local, NULL,
     &axis_values[AXIS_LOCAL]},
    {"stages", 0, "LIST", COMPARE,
     "0 to 3: the first of download, resize and upload; 0: the sources put into the hop that the sinks take "
     "from",
     set_stages, NULL, &axis_values[AXIS_STAGES]},
    {"sources", 0, "LIST", COMPARE,
     "threads that make items; of pairs, fifty and burst: all. Also pus, pus/2, 2*pus, powers", set_sources,
     NULL, &axis_values[AXIS_SOURCES]},
    {"sinks", 0, "LIST", COMPARE, "threads that take them at the end; also sources: as many as those",
     set_sinks, NULL, &axis_values[AXIS_SINKS]},
    {"workers", 0, "N[,N,N]", COMPARE,
     "workers of each stage, or of download, resize and upload; repeat the option to compare", set_workers,
     NULL, &axis_values[AXIS_WORKERS]},
    {"work", 0, "W[,W,W]", COMPARE,
     "what a stage does with an item: none, spin:200ns, sleep:1ms, touch:4KiB; repeat the option to compare",
     set_work, NULL, &axis_values[AXIS_WORK]},
    {"place", 'p', "LIST", COMPARE,
     "where threads run: unbound, compact, spread, same-l3, smt, cross-numa, pu:0, cpus:0,2,4-6, "
     "source=0,download=1-3,...; classes: each class that the machine has; all: every distinct placement",
     set_place, NULL, &axis_values[AXIS_PLACE]},
    {"memory", 0, "LIST", COMPARE,
     "on which NUMA nodes the queues' memory lies: default, local, interleave, node:0, source, sink",
     set_memory, NULL, &axis_values[AXIS_MEMORY]},
    {"close", 0, "LIST", COMPARE,
     "how the pipeline ends: close, sentinel, shutdown, shutdown:immediate, pull:100ms, abandon", set_close,
     NULL, &axis_values[AXIS_CLOSE]},
    {"preset", 0, "NAME", COMPARE,
     "values for all that is not given, or one of the lesson's programs: `sluice list presets`; `default` is "
     "meant when nothing of this heading is given",
     set_preset, NULL, &presets_known},
    {"aa", 0, NULL, COMPARE,
     "run each configuration a second time under another label, as its A/A twin: what differs between the "
     "two "
     "is noise",
     set_aa, NULL, NULL},
    {"duration", 'd', "TIME", "How long",
     "run each trial for this long, warm-up included (default: the preset's)", set_duration, NULL, NULL},
    {"items", 'n', "COUNT", "How long", "run each trial until so many items are through, instead", set_items,
     NULL, NULL},
    {"warmup", 0, "TIME", "How long", "the part of the duration that is not measured (default: the preset's)",
     set_warmup, NULL, NULL},
    {"drain", 0, "TIME", "How long",
     "how long the pipeline may work off what is left after the duration, before it is discarded (default: "
     "the preset's)",
     set_drain, NULL, NULL},
    {"timeout", 0, "TIME", "How long", "kill a trial that takes this much longer (default: 60s)", set_timeout,
     NULL, NULL},
    {"blocks", 'b', "N[..MAX]", RUN_CAMPAIGN,
     "repetitions of each configuration; from N to MAX as --precision and --budget say (default: the "
     "preset's)",
     set_blocks, NULL, NULL},
    {"precision", 0, "PERCENT", RUN_CAMPAIGN,
     "go on, from N to MAX blocks, until the 95% interval of each configuration's median throughput is "
     "within so much of it, such as 2% (default: the preset's)",
     set_precision, NULL, NULL},
    {"budget", 0, "TIME", RUN_CAMPAIGN, "begin no block that would end later than this", set_budget, NULL,
     NULL},
    {"limits", 0, "WHAT", RUN_CAMPAIGN,
     "what the machine can do at most, for each queue's share of it: measure (on the PUs that the placements "
     "use, in a twentieth of the campaign's time but 3s at most), none, or a FILE of `sluice limits` "
     "(default: measure)",
     set_limits, NULL, &limits_values},
    {"seed", 0, "N", RUN_CAMPAIGN, "of the order of trials (default: from the clock)", set_seed, NULL, NULL},
    {"fail", 0, "WHAT", "Failures",
     "make a worker fail: stage=resize,item=500,how=error (or crash, hang); also worker=2, every=1000",
     set_fail, NULL, NULL},
    {"on-fail", 0, "HOW", "Failures",
     "after the first error: drain what is in the pipeline, or stop and drop it (default: drain)",
     set_on_fail, NULL, &answers},
    {"memory-limit", 0, "SIZE", "Instruments",
     "end a trial whose resident set is larger (default: half of what is available now)", set_memory_limit,
     NULL, NULL},
    {"sample", 0, "TIME", "Instruments", "between two looks at memory and depths; 0: none", set_sample, "4ms",
     NULL},
    {"output", 'o', "FILE", RUN_RESULTS, "where the records go (default: results/runs/TIME-HOST.jsonl)",
     set_output, NULL, &option_files},
    {"format", 'f', "FORMAT", RUN_RESULTS,
     "of what is printed at the end: table, markdown, csv, json, latex, html", set_format, "table",
     &report_values},
    {"quiet", 0, NULL, RUN_RESULTS, "no progress on stderr", set_quiet, NULL, NULL},
    {"dry-run", 0, NULL, RUN_RESULTS, "print the plan, its time and its records' size, and run nothing",
     set_dry_run, NULL, NULL},
    {"topology", 0, "MACHINE", RUN_RESULTS,
     "with --dry-run: plan for another machine, an XML file of lstopo or such as 'package:2 l3:4 core:8 "
     "pu:2'",
     set_topology, NULL, &option_files},
    {"show-config", 0, NULL, RUN_INSTEAD, "print the campaign file that says the same, and run nothing",
     set_show_config, NULL, NULL},
    {"resume", 0, "FILE", RUN_INSTEAD,
     "go on with an interrupted campaign, as it was planned; FILE is its records", set_resume, NULL,
     &option_files},
};

const struct command_spec run_command = {
    .name = "run",
    .summary = "run a campaign and print its table",
    .usage = "sluice run [options] [CAMPAIGN-FILE]",
    .examples = "sluice run                                    the default campaign\n"
                "sluice run -q ck-ring-spsc,spsc-ring -w spin,yield,block -d 1s\n"
                "sluice run -q ck-ring-mpmc --workers 1 --workers 3,4,5 --work none,spin:2us,none\n"
                "sluice run -q spsc-ring -t item,batch:32,span:1024 -c 64Ki -w yield\n"
                "sluice run -q deque-lock -w sleep:10ms -n 1000 -b 6       the lesson's pipeline\n"
                "sluice run --preset explosion --memory-limit 256MiB\n"
                "sluice run --precision 2% -b 10..200 --budget 10m -q condvar,ck-ring-spsc --aa\n"
                "sluice run --preset default --show-config > my.campaign\n"
                "sluice run my.campaign --duration 1s",
    .notes =
        "A campaign runs every configuration once in each block, in a random order, each in a fresh "
        "process.\n"
        "\n"
        "A campaign file has `key = value` lines under [sections], the keys being the options above; each\n"
        "section but [global], which holds for all, is crossed for itself, and all run in the same\n"
        "blocks. Options of the command line override the file's. results/CAMPAIGN.md explains it.\n"
        "\n"
        "stdout has the report, stderr the rest. Exit status: 0, 1 a trial failed or was invalid,\n"
        "2 bad input, 130 interrupted.",
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
    .max_operands = 1,
    .operands = &option_files,
};
