/* record_read.c - reading records: see record.h. A file may come from anywhere, so that nothing in it is
   believed before it was checked: tables say which fields a line must have and of which type. */
#include "record/reader.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define AFTER_END "comes after the record that ends the campaign"

int reader_refuse(const struct reader *reader, const char *format, ...)
{
    char what[768];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return fault_set(reader->fault, "line %zu of '%s' %s", reader->lines.number, reader->lines.path, what);
}

int reader_fields(const struct reader *reader, const json_t *object, const char *within,
                  const struct field *fields, size_t count, void *target)
{
    struct fault what;
    return fields_read(object, within, fields, count, target, &what) ? reader_refuse(reader, "%s", what.text)
                                                                     : 0;
}

/* --- trials --- */

/* Whose trial it is: the campaign's, which are over once they were counted, or a baseline's. */
static int check_owner(const struct reader *reader, struct trial_figures *figures)
{
    const json_t *named_by = json_object_get(reader->labels, figures->label);
    if (!named_by)
        return reader_refuse(
            reader, "is a trial of '%.200s', which is not among the configurations of a header above it",
            figures->label);
    figures->is_baseline = json_integer_value(named_by) > 0;
    if (reader->file->complete && !figures->is_baseline)
        return reader_refuse(reader, AFTER_END);
    return 0;
}

/* A trial that is there twice would count twice. */
static int check_first(const struct reader *reader, const struct trial_figures *figures)
{
    char *key;
    if (asprintf(&key, "%u %s", figures->block, figures->label) < 0)
        return fault_set(reader->fault, "out of memory");
    bool again = json_object_get(reader->seen, key) != NULL;
    json_object_set_new(reader->seen, key, json_true());
    free(key);
    return again ? reader_refuse(reader, "has the trial of '%.200s' in block %u a second time",
                                 figures->label, figures->block)
                 : 0;
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
    struct trial_figures *figures = &file->trials[file->count];
    if (reader_trial(reader, object, figures) || check_owner(reader, figures) || check_first(reader, figures))
        return -1;
    json_incref(object);
    file->count++;
    file->own_count += !figures->is_baseline;
    return 0;
}

/* --- headers --- */

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
        return reader_refuse(reader, "lacks 'schema', which must be an integer");
    if (json_integer_value(schema) == RECORD_SCHEMA)
        return 0;
    return reader_refuse(
        reader,
        "says schema %lld, but this program reads schema %d only: use the version of sluice that "
        "wrote it",
        (long long)json_integer_value(schema), RECORD_SCHEMA);
}

/* Adds the configurations of a header, the campaign's (0) or a baseline's, counted from 1. A later baseline
   may go on with the configurations of an earlier one. */
static int add_labels(const struct reader *reader, const json_t *labels, size_t number)
{
    for (size_t i = 0; i < json_array_size(labels); i++) {
        const char *label = json_string_value(json_array_get(labels, i));
        const json_t *named_by = json_object_get(reader->labels, label);
        if (named_by && (size_t)json_integer_value(named_by) == number)
            return reader_refuse(reader, "names the configuration '%.200s' twice", label);
        if (named_by && json_integer_value(named_by) == 0)
            return reader_refuse(reader, "names the configuration '%.200s', which is the campaign's own",
                                 label);
        if (!named_by && json_array_append_new(reader->file->labels, json_string(label)))
            return fault_set(reader->fault, "out of memory");
        json_object_set_new(reader->labels, label, json_integer((json_int_t)number));
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
    return add_labels(reader, json_object_get(object, "configurations"), 0);
}

static const struct field baseline_fields[] = {
    {"program", FIELD_TEXT, FIELD_CHECKED},
    {"started", FIELD_TEXT, FIELD_CHECKED},
    {"seed", FIELD_INTEGER, FIELD_CHECKED},
    {"arguments", FIELD_TEXTS, FIELD_CHECKED},
    {"configurations", FIELD_TEXTS, FIELD_CHECKED},
    {"switch_interval_s", FIELD_MEASURE, FIELD_CHECKED},
    {"gil", FIELD_FLAG, FIELD_CHECKED},
};

static int read_baseline(const struct reader *reader, json_t *object)
{
    json_t *baselines = reader->file->baselines;
    if (check_schema(reader, object) || READ(reader, object, "", baseline_fields, NULL))
        return -1;
    json_array_append(baselines, object);
    return add_labels(reader, json_object_get(object, "configurations"), json_array_size(baselines));
}

/* --- lines --- */

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
    if (reader->file->complete)
        return reader_refuse(reader, AFTER_END);
    if (end.trials != (double)reader->file->own_count)
        return reader_refuse(reader, "says that the campaign has %.0f trials, but %zu are above it",
                             end.trials, reader->file->own_count);
    reader->file->complete = true;
    return 0;
}

static int read_first(struct reader *reader, const char *record, json_t *object)
{
    if (strcmp(record, "campaign") == 0)
        return read_header(reader, object);
    if (strcmp(record, "trial") == 0 || strcmp(record, "baseline") == 0 || strcmp(record, "end") == 0)
        return reader_refuse(reader,
                             "is a record of a campaign, but no header: the file's first line is missing");
    return reader_refuse(reader, "is JSON, but no record of ours: a file that `sluice run` wrote starts with "
                                 "{\"record\":\"campaign\"");
}

/* A line by what it calls itself. */
static int read_record(struct reader *reader, json_t *object)
{
    const char *record = json_string_value(json_object_get(object, "record"));
    if (!reader->file->header)
        return read_first(reader, record ? record : "", object);
    if (!record)
        return reader_refuse(reader, "lacks 'record', which must be \"trial\", \"baseline\" or \"end\"");
    if (strcmp(record, "trial") == 0)
        return add_trial(reader, object);
    if (strcmp(record, "baseline") == 0)
        return read_baseline(reader, object);
    if (strcmp(record, "end") == 0)
        return read_end(reader, object);
    if (strcmp(record, "campaign") == 0)
        return reader_refuse(reader, "is a second header: keep each campaign in a file of its own");
    return reader_refuse(reader, "is a record '%.40s', which schema %d does not have", record, RECORD_SCHEMA);
}

/* --- the file --- */

static int refuse_cut(const struct reader *reader)
{
    if (reader->lines.number == 1)
        return reader_refuse(reader,
                             "is cut: the campaign was interrupted while writing its header, and nothing was "
                             "measured; run it again");
    return reader_refuse(
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
        return reader_refuse(reader, "is no JSON (%.100s): %s", error.text,
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
    *file = (struct campaign_file){.baselines = json_array(), .labels = json_array()};
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
    json_decref(file->baselines);
    json_decref(file->labels);
    *file = (struct campaign_file){0};
}
