/* record_read.c - reading records: see record.h. A file may come from anywhere, so that nothing in it is
   believed before it was checked: tables say which fields a line must have and of which type. */
#include "record/reader.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

int reader_fields(const struct reader *reader, const struct tape_node *object, const char *within,
                  const struct field *fields, size_t count, void *target)
{
    struct fault what;
    return fields_read(object, within, fields, count, target, &reader->file->texts, &what)
               ? reader_refuse(reader, "%s", what.text)
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
static int check_first(struct reader *reader, const struct trial_figures *figures)
{
    char *key;
    int added = asprintf(&key, "%u %s", figures->block, figures->label) < 0 ? -1 : 0;
    if (added == 0) {
        added = text_set_add(&reader->seen, key);
        free(key);
    }
    if (added < 0)
        return fault_set(reader->fault, "out of memory");
    return added ? 0
                 : reader_refuse(reader, "has the trial of '%.200s' in block %u a second time",
                                 figures->label, figures->block);
}

static int add_trial(struct reader *reader, const struct tape_node *object)
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
    figures->line_offset = reader->lines.offset;
    figures->line_length = reader->lines.length;
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

static int check_schema(const struct reader *reader, const struct tape_node *header)
{
    const struct tape_node *schema = tape_member(header, "schema", NULL);
    if (!tape_is(schema, TAPE_INTEGER))
        return reader_refuse(reader, "lacks 'schema', which must be an integer");
    if (schema->number == RECORD_SCHEMA)
        return 0;
    return reader_refuse(
        reader,
        "says schema %.0f, but this program reads schema %d only: use the version of sluice that wrote it",
        schema->number, RECORD_SCHEMA);
}

/* The line as a tree, for those who look into headers. */
static json_t *tree_of(const struct reader *reader)
{
    json_error_t error;
    json_t *object = json_loadb(reader->lines.text, reader->lines.length, JSON_REJECT_DUPLICATES, &error);
    if (!object)
        reader_refuse(reader, "is no JSON: %.100s", error.text);
    return object;
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

static int read_header(struct reader *reader, const struct tape_node *object)
{
    if (check_schema(reader, object) || READ(reader, object, "", header_fields, NULL))
        return -1;
    const struct tape_node *skipped = tape_member(object, "skipped", NULL), *one = tape_first(skipped);
    for (size_t i = 0; i < tape_size(skipped); i++, one = tape_next(one)) {
        char within[48];
        snprintf(within, sizeof within, "skipped[%zu].", i);
        if (READ(reader, one, within, skipped_fields, NULL))
            return -1;
    }
    json_t *header = reader->file->header = tree_of(reader);
    reader->file->planned = (size_t)json_integer_value(json_object_get(header, "trials_planned"));
    return header ? add_labels(reader, json_object_get(header, "configurations"), 0) : -1;
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

static int read_baseline(const struct reader *reader, const struct tape_node *object)
{
    json_t *baselines = reader->file->baselines, *header;
    if (check_schema(reader, object) || READ(reader, object, "", baseline_fields, NULL) ||
        !(header = tree_of(reader)))
        return -1;
    json_array_append_new(baselines, header);
    return add_labels(reader, json_object_get(header, "configurations"), json_array_size(baselines));
}

/* What its figures are is not looked at here. */
static int read_limits(const struct reader *reader, const struct tape_node *object)
{
    static const struct field fields[] = {
        {"schema", FIELD_COUNT, FIELD_CHECKED},   {"program", FIELD_TEXT, FIELD_CHECKED},
        {"started", FIELD_TEXT, FIELD_CHECKED},   {"file", FIELD_TEXT_OR_NULL, FIELD_CHECKED},
        {"warnings", FIELD_TEXTS, FIELD_CHECKED}, {"figures", FIELD_ARRAY, FIELD_CHECKED},
    };
    if (READ(reader, object, "", fields, NULL))
        return -1;
    if (reader->file->complete)
        return reader_refuse(reader, AFTER_END);
    if (reader->file->limits)
        return reader_refuse(reader, "has the campaign's limits a second time");
    reader->file->limits = tree_of(reader);
    return reader->file->limits ? 0 : -1;
}

/* --- lines --- */

struct end {
    double trials;
};

static const struct field end_fields[] = {
    {"trials", FIELD_COUNT, offsetof(struct end, trials)},
    {"seconds", FIELD_MEASURE, FIELD_CHECKED},
};

static const struct field stopped_fields[] = {
    {"stopped", FIELD_TEXTS, FIELD_CHECKED},
    {"precision", FIELD_ARRAY, FIELD_CHECKED},
    {"blocks", FIELD_INDEX, FIELD_CHECKED},
};

/* Why each configuration ended, where it is said. */
static int check_stopped(const struct reader *reader, const struct tape_node *object)
{
    const struct tape_node *stopped = tape_member(object, "stopped", NULL);
    size_t count = json_array_size(json_object_get(reader->file->header, "configurations"));
    if (!stopped)
        return 0;
    if (READ(reader, object, "", stopped_fields, NULL))
        return -1;
    return tape_size(stopped) == count
               ? 0
               : reader_refuse(reader, "has %zu texts in 'stopped', but there are %zu configurations",
                               tape_size(stopped), count);
}

static int read_end(const struct reader *reader, const struct tape_node *object)
{
    struct campaign_file *file = reader->file;
    struct end end;
    if (READ(reader, object, "", end_fields, &end))
        return -1;
    if (file->complete)
        return reader_refuse(reader, AFTER_END);
    if (end.trials != (double)file->own_count)
        return reader_refuse(reader, "says that the campaign has %.0f trials, but %zu are above it",
                             end.trials, file->own_count);
    if (check_stopped(reader, object) || !(file->end = tree_of(reader)))
        return -1;
    file->complete = true;
    file->planned = file->own_count;
    return 0;
}

static int read_first(struct reader *reader, const struct tape_node *record, const struct tape_node *object)
{
    if (tape_is_text(record, "campaign"))
        return read_header(reader, object);
    if (tape_is_text(record, "trial") || tape_is_text(record, "baseline") || tape_is_text(record, "end"))
        return reader_refuse(reader,
                             "is a record of a campaign, but no header: the file's first line is missing");
    return reader_refuse(reader, "is JSON, but no record of ours: a file that `sluice run` wrote starts with "
                                 "{\"record\":\"campaign\"");
}

/* A line by what it calls itself. */
static int read_record(struct reader *reader, const struct tape_node *object)
{
    const struct tape_node *record = tape_member(object, "record", NULL);
    if (!reader->file->header)
        return read_first(reader, record, object);
    if (!tape_is(record, TAPE_TEXT))
        return reader_refuse(reader,
                             "lacks 'record', which must be \"limits\", \"trial\", \"baseline\" or \"end\"");
    if (tape_is_text(record, "trial"))
        return add_trial(reader, object);
    if (tape_is_text(record, "limits"))
        return read_limits(reader, object);
    if (tape_is_text(record, "baseline"))
        return read_baseline(reader, object);
    if (tape_is_text(record, "end"))
        return read_end(reader, object);
    if (tape_is_text(record, "campaign"))
        return reader_refuse(reader, "is a second header: keep each campaign in a file of its own");
    return reader_refuse(reader, "is a record '%.*s', which schema %d does not have",
                         record->count < 40 ? (int)record->count : 40, record->text, RECORD_SCHEMA);
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
    if (reader->lines.cut && starts_as_ours(reader))
        return refuse_cut(reader);
    const char *why = tape_read(&reader->tape, reader->lines.text, reader->lines.length);
    if (why)
        return reader_refuse(reader, "is no JSON (%s): %s", why,
                             reader->lines.number == 1 ? "name a file that `sluice run` wrote"
                                                       : "the file was changed after `sluice run` wrote it");
    return read_record(reader, reader->tape.node);
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
    struct reader reader = {.labels = json_object(), .file = file, .fault = fault};
    *file = (struct campaign_file){.path = strdup(path), .baselines = json_array(), .labels = json_array()};
    int status = lines_open(&reader.lines, path, fault) ? -1 : read_lines(&reader);
    lines_close(&reader.lines);
    tape_release(&reader.tape);
    json_decref(reader.labels);
    text_set_release(&reader.seen);
    if (status)
        record_release(file);
    return status;
}

json_t *record_trial_line(const struct campaign_file *file, const struct trial_figures *trial)
{
    char *line = malloc(trial->line_length + 1);
    int descriptor = open(file->path, O_RDONLY | O_CLOEXEC);
    bool whole =
        line && descriptor >= 0 &&
        pread(descriptor, line, trial->line_length, (off_t)trial->line_offset) == (ssize_t)trial->line_length;
    json_t *object = whole ? json_loadb(line, trial->line_length, 0, NULL) : NULL;
    if (descriptor >= 0)
        close(descriptor);
    free(line);
    return object ? object : json_object();
}

void record_release(struct campaign_file *file)
{
    free(file->path);
    free(file->trials);
    text_set_release(&file->texts);
    json_decref(file->header);
    json_decref(file->limits);
    json_decref(file->baselines);
    json_decref(file->labels);
    json_decref(file->end);
    *file = (struct campaign_file){0};
}
