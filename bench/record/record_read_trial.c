/* record_read_trial.c - reading a trial's line: see reader.h. */
#include "record/reader.h"

#include <math.h>
#include <string.h>

#define INTO(member) offsetof(struct trial_figures, member)

static const struct field trial_fields[] = {
    {"label", FIELD_TEXT, INTO(label)},
    {"block", FIELD_INDEX, INTO(block)},
    {"outcome", FIELD_TEXT, FIELD_CHECKED},
    {"text", FIELD_TEXT, INTO(text)},
    {"window_s", FIELD_MEASURE_OR_NULL, INTO(window_seconds)},
    {"throughput", FIELD_MEASURE_OR_NULL, INTO(throughput)},
    {"items", FIELD_COUNT, INTO(items)},
    {"discarded", FIELD_COUNT, INTO(discarded)},
    {"failed", FIELD_COUNT, INTO(failed)},
    {"elapsed_s", FIELD_MEASURE_OR_NULL, INTO(elapsed_seconds)},
    {"drain_s", FIELD_MEASURE_OR_NULL, INTO(drain_seconds)},
    {"join_s", FIELD_MEASURE_OR_NULL, INTO(join_seconds)},
    {"abandoned", FIELD_COUNT_OR_NULL, INTO(abandoned)},
    {"cpu_s", FIELD_MEASURE_OR_NULL, INTO(cpu_seconds)},
    {"cpu_ns_per_item", FIELD_MEASURE_OR_NULL, INTO(cpu_ns_per_item)},
    {"caller_cpu_s", FIELD_MEASURE_OR_NULL, INTO(caller_cpu_seconds)},
    {"voluntary_switches", FIELD_COUNT_OR_NULL, INTO(voluntary_switches)},
    {"involuntary_switches", FIELD_COUNT_OR_NULL, INTO(involuntary_switches)},
    {"bottleneck", FIELD_TEXT_OR_NULL, INTO(bottleneck)},
    {"signature", FIELD_TEXT, INTO(signature)},
    {"config", FIELD_OBJECT, FIELD_CHECKED},
    {"memory", FIELD_OBJECT, FIELD_CHECKED},
    {"roles", FIELD_ARRAY, FIELD_CHECKED},
    {"threads", FIELD_ARRAY, FIELD_CHECKED},
    {"series", FIELD_OBJECT, FIELD_CHECKED},
};

static const struct field config_fields[] = {
    {"instrument", FIELD_FLAG, INTO(instrument)},
    {"queue", FIELD_TEXT, INTO(queue)},
    {"wait", FIELD_TEXT, INTO(wait)},
    {"transfer", FIELD_TEXT, INTO(transfer)},
    {"workers", FIELD_TEXT, INTO(workers)},
    {"work", FIELD_TEXT, INTO(work)},
    {"placement", FIELD_TEXT, INTO(placement)},
    {"close", FIELD_TEXT, INTO(close)},
    {"fail", FIELD_TEXT_OR_NULL, INTO(fail)},
    {"on_fail", FIELD_TEXT_OR_NULL, INTO(on_fail)},
    {"items", FIELD_COUNT_OR_NULL, INTO(items_planned)},
    {"duration_s", FIELD_MEASURE_OR_NULL, INTO(duration_seconds)},
    {"warmup_s", FIELD_MEASURE_OR_NULL, INTO(warmup_seconds)},
};

static int read_outcome(const struct reader *reader, const struct tape_node *trial, enum outcome *outcome)
{
    const struct tape_node *name = tape_member(trial, "outcome", NULL);
    for (int i = 0; i < OUTCOMES; i++) {
        *outcome = (enum outcome)i;
        if (tape_is_text(name, outcome_names[i]))
            return 0;
    }
    return reader_refuse(reader, "has an outcome '%.*s', which schema %d does not have",
                         name->count < 40 ? (int)name->count : 40, name->text, RECORD_SCHEMA);
}

static bool is_count(const struct tape_node *value)
{
    return tape_is(value, TAPE_INTEGER) && value->number >= 0;
}

/* As asked for: of all hops, or of each; and as made. */
static int read_capacity(const struct reader *reader, const struct tape_node *trial,
                         struct trial_figures *figures)
{
    const struct tape_node *asked = tape_member(tape_member(trial, "config", NULL), "capacity", NULL);
    const struct tape_node *made = tape_member(trial, "capacity", NULL), *value = tape_first(made);
    struct capacity_choice choice;
    figures->capacities = tape_text(asked, &reader->file->texts);
    figures->capacity = is_count(asked) ? asked->number : NAN;
    if (!tape_is(asked, TAPE_NULL) && !is_count(asked) &&
        (!figures->capacities || spec_parse_capacity(figures->capacities, &choice, NULL)))
        return reader_refuse(reader,
                             "has a wrong 'config.capacity': it must be an integer of 0 or more, or null, "
                             "or a text such as \"1023/100/100/unbounded\"");
    for (size_t hop = 0; hop < HOPS; hop++, value = tape_next(value)) {
        if (tape_size(made) != HOPS || !(tape_is(value, TAPE_NULL) || is_count(value)))
            return reader_refuse(reader,
                                 "has a wrong 'capacity': it must be an array of %d, each an integer of 0 or "
                                 "more, or null",
                                 HOPS);
        figures->real_capacity[hop] = is_count(value) ? value->number : NAN;
    }
    return 0;
}

struct mixed {
    double operations, failed, rate, round_trip_s;
};

static const struct field mixed_fields[] = {
    {"window_operations", FIELD_COUNT_OR_NULL, offsetof(struct mixed, operations)},
    {"window_failed_operations", FIELD_COUNT_OR_NULL, offsetof(struct mixed, failed)},
    {"operations_per_s", FIELD_MEASURE_OR_NULL, offsetof(struct mixed, rate)},
    {"round_trip_s", FIELD_MEASURE_OR_NULL, offsetof(struct mixed, round_trip_s)},
};

struct local {
    double wanted_ns, took_ns, ceiling;
};

static const struct field local_fields[] = {
    {"wanted_ns", FIELD_MEASURE, offsetof(struct local, wanted_ns)},
    {"took_ns", FIELD_MEASURE_OR_NULL, offsetof(struct local, took_ns)},
    {"ceiling_operations_per_s", FIELD_MEASURE_OR_NULL, offsetof(struct local, ceiling)},
};

/* What papers count of their shapes; records of before there were any have none of the keys. */
static int read_mixed(const struct reader *reader, const struct tape_node *trial,
                      struct trial_figures *figures)
{
    struct mixed mixed = {NAN, NAN, NAN, NAN};
    struct local local = {NAN, NAN, NAN};
    const struct tape_node *object = tape_member(trial, "local", NULL);
    if (tape_member(trial, "operations_per_s", NULL) && READ(reader, trial, "", mixed_fields, &mixed))
        return -1;
    if (object && !tape_is(object, TAPE_NULL) && READ(reader, object, "local.", local_fields, &local))
        return -1;
    figures->operations = mixed.rate;
    figures->failed_share = mixed.operations > 0 ? mixed.failed / mixed.operations : NAN;
    figures->round_trip_seconds = mixed.round_trip_s;
    figures->local_wanted_ns = local.wanted_ns;
    figures->local_took_ns = local.took_ns;
    figures->local_ceiling = local.ceiling;
    return 0;
}

/* Records of before there was a choice have no such keys. */
static int read_shape(const struct reader *reader, const struct tape_node *config,
                      struct trial_figures *figures)
{
    const struct {
        const char *key;
        unsigned usual;
        const char **into;
    } counts[] = {{"stages", STAGES, &figures->stages},
                  {"sources", 1, &figures->sources},
                  {"sinks", 1, &figures->sinks}};
    char text[16];
    const struct tape_node *shape = tape_member(config, "shape", NULL),
                           *local = tape_member(config, "local", NULL);
    figures->shape = shape ? tape_text(shape, &reader->file->texts) : "pipeline";
    figures->local = local ? tape_text(local, &reader->file->texts) : "none";
    if (!figures->shape || !figures->local)
        return reader_refuse(reader, "has a wrong 'config.%s': it must be a text",
                             figures->shape ? "local" : "shape");
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        const struct tape_node *value = tape_member(config, counts[i].key, NULL);
        if (value && !(is_count(value) && value->number <= SLUICE_MAX_PRODUCERS))
            return reader_refuse(reader, "has a wrong 'config.%s': it must be an integer of 0 to %u",
                                 counts[i].key, SLUICE_MAX_PRODUCERS);
        int length = snprintf(text, sizeof text, "%u", value ? (unsigned)value->number : counts[i].usual);
        *counts[i].into = text_set_own(&reader->file->texts, text, (size_t)length);
        if (!*counts[i].into)
            return reader_refuse(reader, "could not be read: out of memory");
    }
    return 0;
}

/* Records of before there was a choice have no such key. */
static int read_memory_place(const struct reader *reader, const struct tape_node *config,
                             struct trial_figures *figures)
{
    const struct tape_node *value = tape_member(config, "memory", NULL);
    figures->memory = value ? tape_text(value, &reader->file->texts) : "default";
    return figures->memory ? 0 : reader_refuse(reader, "has a wrong 'config.memory': it must be a text");
}

struct error {
    const char *stage, *text;
};

static const struct field error_fields[] = {
    {"stage", FIELD_TEXT, offsetof(struct error, stage)},
    {"worker", FIELD_COUNT, FIELD_CHECKED},
    {"item", FIELD_COUNT_OR_NULL, FIELD_CHECKED},
    {"text", FIELD_TEXT, offsetof(struct error, text)},
};

static int read_error(const struct reader *reader, const struct tape_node *value,
                      struct trial_figures *figures)
{
    struct error error;
    if (tape_is(value, TAPE_NULL))
        return 0;
    if (!tape_is(value, TAPE_OBJECT))
        return reader_refuse(reader, "%s must be an object or null",
                             value ? "has a wrong 'error': it" : "lacks 'error', which");
    if (READ(reader, value, "error.", error_fields, &error))
        return -1;
    figures->error_stage = error.stage;
    figures->error_text = error.text;
    for (int role = 0; role < ROLES; role++)
        if (strcmp(error.stage, role_names[role]) == 0)
            return 0;
    return reader_refuse(reader, "has a wrong 'error.stage': there is none '%.40s'", error.stage);
}

struct role {
    const char *name;
    double taken, empty_polls, full_polls, busy;
};

static const struct field role_fields[] = {
    {"role", FIELD_TEXT, offsetof(struct role, name)},
    {"taken", FIELD_COUNT, offsetof(struct role, taken)},
    {"empty_polls", FIELD_COUNT, offsetof(struct role, empty_polls)},
    {"full_polls", FIELD_COUNT, offsetof(struct role, full_polls)},
    {"busy", FIELD_MEASURE_OR_NULL, offsetof(struct role, busy)},
};

static int read_roles(const struct reader *reader, const struct tape_node *roles,
                      struct trial_figures *figures)
{
    const struct tape_node *object = tape_first(roles);
    bool no_stages = strcmp(figures->stages, "0") == 0;
    if (tape_size(roles) != ROLES)
        return reader_refuse(reader, "has %zu 'roles', not %d", tape_size(roles), ROLES);
    for (size_t i = 0; i < ROLES; i++, object = tape_next(object)) {
        struct role role;
        char within[48];
        snprintf(within, sizeof within, "roles[%zu].", i);
        if (READ(reader, object, within, role_fields, &role))
            return -1;
        if (strcmp(role.name, role_names[i]) != 0)
            return reader_refuse(reader, "has a wrong '%srole': it must be \"%s\"", within, role_names[i]);
        figures->role_busy[i] = role.busy;
        if ((i >= 1 && i <= STAGES) || no_stages) {
            figures->worker_taken += role.taken;
            figures->empty_polls += role.empty_polls;
            figures->full_polls += role.full_polls;
        }
    }
    return 0;
}

/* Null, or an array of indices of nodes, or of pairs of such an index and a count of bytes. */
static bool are_nodes(const struct tape_node *value, bool pairs)
{
    const struct tape_node *entry = tape_first(value);
    for (size_t i = 0; i < tape_size(value); i++, entry = tape_next(entry)) {
        const struct tape_node *node = pairs ? tape_first(entry) : entry;
        if ((pairs && tape_size(entry) != 2) || !is_count(node) || (pairs && !is_count(tape_next(node))))
            return false;
    }
    return tape_is(value, TAPE_NULL) || tape_is(value, TAPE_ARRAY);
}

static int read_hop_nodes(const struct reader *reader, const struct tape_node *array, const char *key,
                          bool pairs)
{
    const struct tape_node *value = tape_first(array);
    bool sound = tape_size(array) == HOPS;
    for (size_t hop = 0; sound && hop < HOPS; hop++, value = tape_next(value))
        sound = are_nodes(value, pairs);
    return sound ? 0
                 : reader_refuse(
                       reader,
                       "has a wrong 'memory.%s': it must be an array of %d, each null or an array of %s", key,
                       HOPS, pairs ? "[node, bytes]" : "nodes");
}

static bool has_node(const struct tape_node *nodes, double node)
{
    const struct tape_node *entry = tape_first(nodes);
    for (size_t i = 0; i < tape_size(nodes); i++, entry = tape_next(entry))
        if (entry->number == node)
            return true;
    return false;
}

/* Adds what making a hop's queue took, if it was bound. */
static void add_bytes(const struct tape_node *bound, const struct tape_node *made,
                      struct trial_figures *figures)
{
    const struct tape_node *pair = tape_first(made);
    for (size_t i = 0; tape_is(bound, TAPE_ARRAY) && i < tape_size(made); i++, pair = tape_next(pair)) {
        const struct tape_node *node = tape_first(pair), *bytes = tape_next(node);
        figures->bound_bytes += bytes->number;
        figures->astray_bytes += has_node(bound, node->number) ? 0 : bytes->number;
    }
}

/* Where the queues' memory was to lie, and where it lay; records of before that was looked at have none of
 * the keys. */
static int read_nodes(const struct reader *reader, const struct tape_node *memory,
                      struct trial_figures *figures)
{
    const struct tape_node *bound = tape_member(memory, "bound_nodes", NULL);
    const struct tape_node *made = tape_member(memory, "made_on", bound);
    const struct tape_node *grown = tape_member(memory, "grown_on", made);
    if (!bound && !made && !grown)
        return 0;
    if (read_hop_nodes(reader, bound, "bound_nodes", false) || read_hop_nodes(reader, made, "made_on", true))
        return -1;
    if (!are_nodes(grown, true))
        return reader_refuse(reader,
                             "has a wrong 'memory.grown_on': it must be null or an array of [node, bytes]");
    bound = tape_first(bound);
    made = tape_first(made);
    for (int hop = 0; hop < HOPS; hop++, bound = tape_next(bound), made = tape_next(made))
        add_bytes(bound, made, figures);
    return 0;
}

struct memory {
    double start_bytes, peak_bytes;
};

static const struct field memory_fields[] = {
    {"start_bytes", FIELD_COUNT_OR_NULL, offsetof(struct memory, start_bytes)},
    {"peak_bytes", FIELD_COUNT_OR_NULL, offsetof(struct memory, peak_bytes)},
};

static int read_memory(const struct reader *reader, const struct tape_node *object,
                       struct trial_figures *figures)
{
    struct memory memory;
    const struct tape_node *slope = tape_member(object, "heap_slope_bytes_per_s", NULL);
    const struct tape_node *middle = tape_first(slope);
    if (READ(reader, object, "memory.", memory_fields, &memory))
        return -1;
    if (!tape_is(slope, TAPE_NULL) &&
        (tape_size(slope) != 3 || !(tape_is_number(middle) || tape_is(middle, TAPE_NULL))))
        return reader_refuse(
            reader, "has a wrong 'memory.heap_slope_bytes_per_s': it must be an array of the slope and its "
                    "interval's ends, or null");
    figures->resident_peak_bytes = memory.peak_bytes;
    figures->resident_growth_bytes = fmax(memory.peak_bytes - memory.start_bytes, 0);
    if (isnan(memory.peak_bytes - memory.start_bytes))
        figures->resident_growth_bytes = NAN;
    figures->heap_slope = tape_is_number(middle) ? middle->number : NAN;
    return read_nodes(reader, object, figures);
}

struct thread {
    unsigned migrations;
    bool strayed;
};

static const struct field thread_fields[] = {
    {"migrations", FIELD_INDEX, offsetof(struct thread, migrations)},
    {"strayed", FIELD_FLAG, offsetof(struct thread, strayed)},
    {"abandoned", FIELD_FLAG, FIELD_CHECKED},
};

static int read_threads(const struct reader *reader, const struct tape_node *threads,
                        struct trial_figures *figures)
{
    const struct tape_node *object = tape_first(threads);
    for (size_t i = 0; i < tape_size(threads); i++, object = tape_next(object)) {
        struct thread thread;
        char within[48];
        snprintf(within, sizeof within, "threads[%zu].", i);
        if (READ(reader, object, within, thread_fields, &thread))
            return -1;
        figures->migrations += thread.migrations;
        figures->strayed += thread.strayed;
    }
    return 0;
}

/* The series are of one length, so that those who draw them need not look. */
static int check_series(const struct reader *reader, const struct tape_node *series, size_t *samples)
{
    static const char *const keys[] = {"at_s", "resident_bytes", "heap_bytes", "delivered"};
    const struct tape_node *depth = tape_member(series, "depth", NULL);
    size_t count = *samples = tape_size(tape_member(series, "at_s", NULL));
    for (size_t i = 0; i < sizeof keys / sizeof *keys + HOPS; i++) {
        bool is_depth = i >= sizeof keys / sizeof *keys;
        const char *key = is_depth ? hop_names[i - sizeof keys / sizeof *keys] : keys[i];
        if (!fields_are_measures(tape_member(is_depth ? depth : series, key, NULL), count))
            return reader_refuse(
                reader,
                "has a wrong 'series.%s%s': it must be an array of numbers of 0 or more, as many as "
                "'series.at_s'",
                is_depth ? "depth." : "", key);
    }
    return 0;
}

/* When deliveries got steady: looked at while items were put, before the drain. */
static struct stats_steady find_steady(const struct tape_node *series, const struct trial_figures *figures)
{
    double at[STATS_STEADY_MOST], delivered[STATS_STEADY_MOST];
    double end = isnan(figures->duration_seconds) ? figures->window_seconds : figures->duration_seconds;
    const struct tape_node *time = tape_first(tape_member(series, "at_s", NULL));
    const struct tape_node *count = tape_first(tape_member(series, "delivered", NULL));
    size_t n = 0;
    for (size_t i = 0; i < figures->samples && n < STATS_STEADY_MOST; i++, time = tape_next(time)) {
        if (!(time->number <= end))
            break;
        at[n] = time->number;
        delivered[n++] = count->number;
        count = tape_next(count);
    }
    return stats_steady(at, delivered, n);
}

int reader_trial(const struct reader *reader, const struct tape_node *object, struct trial_figures *figures)
{
    const struct tape_node *at = tape_member(object, "at_s", NULL); /* which baselines do not have */
    const struct tape_node *config = tape_member(object, "config", NULL);
    *figures = (struct trial_figures){.at_seconds = tape_is_number(at) ? at->number : NAN,
                                      .twin = tape_is(tape_member(config, "twin", NULL), TAPE_TRUE)};
    if (READ(reader, object, "", trial_fields, figures) ||
        READ(reader, config, "config.", config_fields, figures) || read_shape(reader, config, figures) ||
        read_mixed(reader, object, figures) || read_memory_place(reader, config, figures) ||
        read_outcome(reader, object, &figures->outcome) || read_capacity(reader, object, figures) ||
        read_error(reader, tape_member(object, "error", NULL), figures) ||
        read_memory(reader, tape_member(object, "memory", NULL), figures) ||
        read_roles(reader, tape_member(object, "roles", NULL), figures) ||
        read_threads(reader, tape_member(object, "threads", NULL), figures) ||
        check_series(reader, tape_member(object, "series", NULL), &figures->samples))
        return -1;
    figures->steady = find_steady(tape_member(object, "series", NULL), figures);
    figures->cpus = figures->elapsed_seconds > 0 ? figures->cpu_seconds / figures->elapsed_seconds : NAN;
    return 0;
}
