/* record_read.c - reading records: see record.h. A file may come from anywhere, so that nothing in it is
   believed before it was checked: tables say which fields a line must have and of which type. */
#include "record/record.h"

#include "record/fields.h"
#include "base/lines.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    struct lines lines;
    json_t *labels; /* the header's configurations, as keys */
    json_t *seen;   /* "block label" of each trial, as keys */
    struct campaign_file *file;
    struct fault *fault;
};

/* A sentence about the line. */
__attribute__((format(printf, 2, 3))) static int refuse(const struct reader *reader, const char *format, ...)
{
    char what[768];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return fault_set(reader->fault, "line %zu of '%s' %s", reader->lines.number, reader->lines.path, what);
}

static int read_fields(const struct reader *reader, const json_t *object, const char *within,
                       const struct field *fields, size_t count, void *target)
{
    struct fault what;
    return fields_read(object, within, fields, count, target, &what) ? refuse(reader, "%s", what.text) : 0;
}

/* Reads an object by its table. */
#define READ(reader, object, within, fields, target)                                                         \
    read_fields(reader, object, within, fields, sizeof(fields) / sizeof *(fields), target)

/* --- a trial --- */

#define INTO(member) offsetof(struct trial_figures, member)

static const struct field trial_fields[] = {
    {"label", FIELD_TEXT, INTO(label)},
    {"block", FIELD_INDEX, INTO(block)},
    {"outcome", FIELD_TEXT, FIELD_CHECKED},
    {"text", FIELD_TEXT, INTO(text)},
    {"capacity", FIELD_COUNT_OR_NULL, INTO(real_capacity)},
    {"throughput", FIELD_MEASURE_OR_NULL, INTO(throughput)},
    {"items", FIELD_COUNT, INTO(items)},
    {"discarded", FIELD_COUNT, INTO(discarded)},
    {"elapsed_s", FIELD_MEASURE_OR_NULL, INTO(elapsed_seconds)},
    {"drain_s", FIELD_MEASURE_OR_NULL, INTO(drain_seconds)},
    {"cpu_s", FIELD_MEASURE_OR_NULL, INTO(cpu_seconds)},
    {"cpu_ns_per_item", FIELD_MEASURE_OR_NULL, INTO(cpu_ns_per_item)},
    {"voluntary_switches", FIELD_COUNT_OR_NULL, INTO(voluntary_switches)},
    {"involuntary_switches", FIELD_COUNT_OR_NULL, INTO(involuntary_switches)},
    {"bottleneck", FIELD_TEXT_OR_NULL, INTO(bottleneck)},
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
    {"capacity", FIELD_COUNT_OR_NULL, INTO(capacity)},
    {"workers", FIELD_TEXT, INTO(workers)},
    {"work", FIELD_TEXT, INTO(work)},
    {"placement", FIELD_TEXT, INTO(placement)},
    {"items", FIELD_COUNT_OR_NULL, INTO(items_planned)},
    {"duration_s", FIELD_MEASURE_OR_NULL, INTO(duration_seconds)},
};

static int read_outcome(const struct reader *reader, const json_t *trial, enum outcome *outcome)
{
    const char *name = json_string_value(json_object_get(trial, "outcome"));
    for (int i = 0; i < OUTCOMES; i++) {
        *outcome = (enum outcome)i;
        if (strcmp(name, outcome_names[i]) == 0)
            return 0;
    }
    return refuse(reader, "has an outcome '%.40s', which schema %d does not have", name, RECORD_SCHEMA);
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

static int read_roles(const struct reader *reader, const json_t *roles, struct trial_figures *figures)
{
    if (json_array_size(roles) != ROLES)
        return refuse(reader, "has %zu 'roles', not %d", json_array_size(roles), ROLES);
    for (size_t i = 0; i < ROLES; i++) {
        struct role role;
        char within[48];
        snprintf(within, sizeof within, "roles[%zu].", i);
        if (READ(reader, json_array_get(roles, i), within, role_fields, &role))
            return -1;
        if (strcmp(role.name, role_names[i]) != 0)
            return refuse(reader, "has a wrong '%srole': it must be \"%s\"", within, role_names[i]);
        figures->role_busy[i] = role.busy;
        if (i >= 1 && i <= STAGES) {
            figures->worker_taken += role.taken;
            figures->empty_polls += role.empty_polls;
            figures->full_polls += role.full_polls;
        }
    }
    return 0;
}

struct memory {
    double start_bytes, peak_bytes;
};

static const struct field memory_fields[] = {
    {"start_bytes", FIELD_COUNT_OR_NULL, offsetof(struct memory, start_bytes)},
    {"peak_bytes", FIELD_COUNT_OR_NULL, offsetof(struct memory, peak_bytes)},
};

static int read_memory(const struct reader *reader, const json_t *object, struct trial_figures *figures)
{
    struct memory memory;
    const json_t *slope = json_object_get(object, "heap_slope_bytes_per_s"),
                 *middle = json_array_get(slope, 0);
    if (READ(reader, object, "memory.", memory_fields, &memory))
        return -1;
    if (!json_is_null(slope) &&
        (json_array_size(slope) != 3 || !(json_is_number(middle) || json_is_null(middle))))
        return refuse(reader,
                      "has a wrong 'memory.heap_slope_bytes_per_s': it must be an array of the slope and its "
                      "interval's ends, or null");
    figures->resident_peak_bytes = memory.peak_bytes;
    figures->resident_growth_bytes = fmax(memory.peak_bytes - memory.start_bytes, 0);
    if (isnan(memory.peak_bytes - memory.start_bytes))
        figures->resident_growth_bytes = NAN;
    figures->heap_slope = json_is_number(middle) ? json_number_value(middle) : NAN;
    return 0;
}

struct thread {
    unsigned migrations;
    bool strayed;
};

static const struct field thread_fields[] = {
    {"migrations", FIELD_INDEX, offsetof(struct thread, migrations)},
    {"strayed", FIELD_FLAG, offsetof(struct thread, strayed)},
};

static int read_threads(const struct reader *reader, const json_t *threads, struct trial_figures *figures)
{
    for (size_t i = 0; i < json_array_size(threads); i++) {
        struct thread thread;
        char within[48];
        snprintf(within, sizeof within, "threads[%zu].", i);
        if (READ(reader, json_array_get(threads, i), within, thread_fields, &thread))
            return -1;
        figures->migrations += thread.migrations;
        figures->strayed += thread.strayed;
    }
    return 0;
}

/* The series are of one length, so that those who draw them need not look. */
static int check_series(const struct reader *reader, const json_t *series)
{
    static const char *const keys[] = {"at_s", "resident_bytes", "heap_bytes", "delivered"};
    const json_t *depth = json_object_get(series, "depth");
    size_t count = json_array_size(json_object_get(series, "at_s"));
    for (size_t i = 0; i < sizeof keys / sizeof *keys + HOPS; i++) {
        bool is_depth = i >= sizeof keys / sizeof *keys;
        const char *key = is_depth ? hop_names[i - sizeof keys / sizeof *keys] : keys[i];
        if (!fields_are_measures(json_object_get(is_depth ? depth : series, key), count))
            return refuse(
                reader,
                "has a wrong 'series.%s%s': it must be an array of numbers of 0 or more, as many as "
                "'series.at_s'",
                is_depth ? "depth." : "", key);
    }
    return 0;
}

/* A trial that is there twice would count twice. */
static int check_first(const struct reader *reader, const struct trial_figures *figures)
{
    char *key;
    if (!json_object_get(reader->labels, figures->label))
        return refuse(reader, "is a trial of '%.200s', which is not among the header's configurations",
                      figures->label);
    if (asprintf(&key, "%u %s", figures->block, figures->label) < 0)
        return fault_set(reader->fault, "out of memory");
    bool again = json_object_get(reader->seen, key) != NULL;
    json_object_set_new(reader->seen, key, json_true());
    free(key);
    return again ? refuse(reader, "has the trial of '%.200s' in block %u a second time", figures->label,
                          figures->block)
                 : 0;
}

static int read_trial(const struct reader *reader, json_t *object, struct trial_figures *figures)
{
    *figures = (struct trial_figures){.object = object};
    if (READ(reader, object, "", trial_fields, figures) ||
        READ(reader, json_object_get(object, "config"), "config.", config_fields, figures) ||
        read_outcome(reader, object, &figures->outcome) ||
        read_memory(reader, json_object_get(object, "memory"), figures) ||
        read_roles(reader, json_object_get(object, "roles"), figures) ||
        read_threads(reader, json_object_get(object, "threads"), figures) ||
        check_series(reader, json_object_get(object, "series")) || check_first(reader, figures))
        return -1;
    figures->cpus = figures->elapsed_seconds > 0 ? figures->cpu_seconds / figures->elapsed_seconds : NAN;
    return 0;
}

static int add_trial(struct reader *reader, json_t *object)
{
    struct campaign_file *file = reader->file;
    if ((file->count & (file->count - 1)) == 0) { /* full at each power of 2 */
        void *more = realloc(file->trials, (file->count ? 2 * file->count : 1) * sizeof *file->trials);
        if (!more)
            return fault_set(reader->fault, "out of memory");
        file->trials = more;
    }
    if (read_trial(reader, object, &file->trials[file->count]))
        return -1;
    json_incref(object);
    file->count++;
    return 0;
}

/* --- the other records --- */

static const struct field header_fields[] = {
    {"program", FIELD_TEXT, FIELD_CHECKED},         {"started", FIELD_TEXT, FIELD_CHECKED},
    {"preset", FIELD_TEXT_OR_NULL, FIELD_CHECKED},  {"seed", FIELD_INTEGER, FIELD_CHECKED},
    {"arguments", FIELD_TEXTS, FIELD_CHECKED},      {"blocks", FIELD_INDEX, FIELD_CHECKED},
    {"configurations", FIELD_TEXTS, FIELD_CHECKED}, {"skipped", FIELD_ARRAY, FIELD_CHECKED},
    {"trials_planned", FIELD_COUNT, FIELD_CHECKED}, {"burn_rounds_per_ns", FIELD_MEASURE, FIELD_CHECKED},
    {"machine", FIELD_OBJECT, FIELD_CHECKED},       {"warnings", FIELD_TEXTS, FIELD_CHECKED},
};

static const struct field skipped_fields[] = {
    {"label", FIELD_TEXT, FIELD_CHECKED},
    {"reason", FIELD_TEXT, FIELD_CHECKED},
};

static int check_schema(const struct reader *reader, const json_t *header)
{
    const json_t *schema = json_object_get(header, "schema");
    if (!json_is_integer(schema))
        return refuse(reader, "lacks 'schema', which must be an integer");
    if (json_integer_value(schema) == RECORD_SCHEMA)
        return 0;
    return refuse(reader,
                  "says schema %lld, but this program reads schema %d only: use the version of sluice that "
                  "wrote it",
                  (long long)json_integer_value(schema), RECORD_SCHEMA);
}

static int read_labels(const struct reader *reader, const json_t *labels)
{
    for (size_t i = 0; i < json_array_size(labels); i++) {
        const char *label = json_string_value(json_array_get(labels, i));
        if (json_object_get(reader->labels, label))
            return refuse(reader, "names the configuration '%.200s' twice", label);
        json_object_set_new(reader->labels, label, json_true());
    }
    return 0;
}

static int read_header(struct reader *reader, json_t *object)
{
    const json_t *skipped = json_object_get(object, "skipped");
    if (check_schema(reader, object) || READ(reader, object, "", header_fields, NULL))
        return -1;
    for (size_t i = 0; i < json_array_size(skipped); i++) {
        char within[48];
        snprintf(within, sizeof within, "skipped[%zu].", i);
        if (READ(reader, json_array_get(skipped, i), within, skipped_fields, NULL))
            return -1;
    }
    reader->file->header = json_incref(object);
    reader->file->planned = (size_t)json_integer_value(json_object_get(object, "trials_planned"));
    return read_labels(reader, json_object_get(object, "configurations"));
}

struct end {
    double trials;
};

static const struct field end_fields[] = {
    {"trials", FIELD_COUNT, offsetof(struct end, trials)},
    {"seconds", FIELD_MEASURE, FIELD_CHECKED},
};

static int read_end(const struct reader *reader, const json_t *object)
{
    struct end end;
    if (READ(reader, object, "", end_fields, &end))
        return -1;
    if (end.trials != (double)reader->file->count)
        return refuse(reader, "says that the campaign has %.0f trials, but %zu are above it", end.trials,
                      reader->file->count);
    reader->file->complete = true;
    return 0;
}

static int read_first(struct reader *reader, const char *record, json_t *object)
{
    if (strcmp(record, "campaign") == 0)
        return read_header(reader, object);
    if (strcmp(record, "trial") == 0 || strcmp(record, "end") == 0)
        return refuse(reader, "is a record of a campaign, but no header: the file's first line is missing");
    return refuse(reader, "is JSON, but no record of ours: a file that `sluice run` wrote starts with "
                          "{\"record\":\"campaign\"");
}

/* A line by what it calls itself. */
static int read_record(struct reader *reader, json_t *object)
{
    const char *record = json_string_value(json_object_get(object, "record"));
    if (!reader->file->header)
        return read_first(reader, record ? record : "", object);
    if (!record)
        return refuse(reader, "lacks 'record', which must be \"trial\" or \"end\"");
    if (reader->file->complete)
        return refuse(reader, "comes after the record that ends the campaign");
    if (strcmp(record, "trial") == 0)
        return add_trial(reader, object);
    if (strcmp(record, "end") == 0)
        return read_end(reader, object);
    if (strcmp(record, "campaign") == 0)
        return refuse(reader, "is a second header: keep each campaign in a file of its own");
    return refuse(reader, "is a record '%.40s', which schema %d does not have", record, RECORD_SCHEMA);
}

/* --- the file --- */

static int refuse_cut(const struct reader *reader)
{
    if (reader->lines.number == 1)
        return refuse(reader,
                      "is cut: the campaign was interrupted while writing its header, and nothing was "
                      "measured; run it again");
    return refuse(
        reader,
        "is cut: the campaign was interrupted while writing; `sluice run --resume %s` removes it and "
        "goes on",
        reader->lines.path);
}

/* Whether the text could be the beginning of a line of ours: a foreign file is not called cut. */
static bool starts_as_ours(const struct reader *reader)
{
    static const char start[] = "{\"record\":\"campaign\"";
    size_t length = reader->lines.length < sizeof start - 1 ? reader->lines.length : sizeof start - 1;
    return reader->lines.number > 1 || memcmp(reader->lines.text, start, length) == 0;
}

static int read_line(struct reader *reader)
{
    json_error_t error;
    if (reader->lines.cut && starts_as_ours(reader))
        return refuse_cut(reader);
    json_t *object = json_loadb(reader->lines.text, reader->lines.length, JSON_REJECT_DUPLICATES, &error);
    if (!object)
        return refuse(reader, "is no JSON (%.100s): %s", error.text,
                      reader->lines.number == 1 ? "name a file that `sluice run` wrote"
                                                : "the file was changed after `sluice run` wrote it");
    int status = read_record(reader, object);
    json_decref(object);
    return status;
}

static int read_lines(struct reader *reader)
{
    int more;
    while ((more = lines_next(&reader->lines, reader->fault)) > 0)
        if (read_line(reader))
            return -1;
    if (more == 0 && reader->lines.number == 1)
        return fault_set(reader->fault, "'%s' is empty: name a file that `sluice run` wrote",
                         reader->lines.path);
    return more;
}

int record_read(const char *path, struct campaign_file *file, struct fault *fault)
{
    struct reader reader = {.labels = json_object(), .seen = json_object(), .file = file, .fault = fault};
    *file = (struct campaign_file){0};
    int status = lines_open(&reader.lines, path, fault) ? -1 : read_lines(&reader);
    lines_close(&reader.lines);
    json_decref(reader.labels);
    json_decref(reader.seen);
    if (status)
        record_release(file);
    return status;
}

void record_release(struct campaign_file *file)
{
    for (size_t i = 0; i < file->count; i++)
        json_decref(file->trials[i].object);
    free(file->trials);
    json_decref(file->header);
    *file = (struct campaign_file){0};
}
