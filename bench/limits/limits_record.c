/* limits_record.c - figures as JSON Lines, written and read: see limits.h and results/SCHEMA.md. A file may
   come from anywhere, so that nothing in it is believed before it was checked. */
#include "limits/limits.h"

#include "base/lines.h"
#include "base/version.h"
#include "machine/machine.h"
#include "record/fields.h"

#include <ctype.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* --- writing --- */

static json_t *word_or_null(const char *word)
{
    return *word ? json_string(word) : json_null();
}

static json_t *number_or_null(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *left_out(unsigned pus, const struct limits_options *options)
{
    json_t *list = json_array();
    if (pus == 1)
        json_array_append_new(
            list, json_string("ping-pong, stream, hand-over, clock-skew, waking another PU and what "
                              "contends: they need two PUs, and only one may be used"));
    if (pus > LIMITS_ALL_PAIRS && !options->full)
        json_array_append_new(
            list, json_string("all pairs of PUs but the first of each kind: --full measures them"));
    if (pus > LIMITS_ALL_CROWDS && !options->full)
        json_array_append_new(list,
                              json_string("numbers of contending threads that are neither a power of two nor "
                                          "all: --full measures them"));
    return list;
}

json_t *limits_header(const struct topology *topology, const struct limits_options *options,
                      const char *const *arguments, size_t argument_count)
{
    char started[32];
    time_t now = time(NULL);
    struct tm utc;
    json_t *header = json_object(), *machine = machine_record(topology), *list = json_array();
    strftime(started, sizeof started, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    for (size_t i = 0; i < argument_count; i++) {
        json_t *text = json_string(arguments[i]); /* null: not UTF-8 */
        json_array_append_new(list, text ? text : json_string("?"));
    }
    json_object_set_new(header, "record", json_string("limits")); /* first: limits_is_file looks for it */
    json_object_set_new(header, "schema", json_integer(LIMITS_SCHEMA));
    json_object_set_new(header, "program", json_string("sluice " SLUICE_VERSION));
    json_object_set_new(header, "started", json_string(started));
    json_object_set_new(header, "arguments", list);
    json_object_set_new(header, "full", json_boolean(options->full));
    json_object_set_new(header, "duration_s", json_real((double)options->duration_ns / 1e9));
    json_object_set_new(header, "line_bytes", json_integer(LIMITS_LINE_BYTES));
    json_object_set_new(header, "left_out", left_out(topology_pus(topology), options));
    json_object_set_new(header, "warnings", machine_warnings(machine));
    json_object_set_new(header, "machine", machine);
    return header;
}

json_t *limits_line(const struct limit *limit)
{
    json_t *line = json_object(), *pus = json_array(), *samples = json_array();
    for (unsigned i = 0; i < limit->threads; i++)
        json_array_append_new(pus, json_integer(limit->pus[i]));
    for (size_t i = 0; i < limit->count; i++)
        json_array_append_new(samples, json_real(limit->samples[i]));
    json_object_set_new(line, "record", json_string("limit"));
    json_object_set_new(line, "name", json_string(limit->name));
    json_object_set_new(line, "variant", word_or_null(limit->variant));
    json_object_set_new(line, "unit", json_string(limit->unit));
    json_object_set_new(line, "pus", pus);
    json_object_set_new(line, "shared", word_or_null(limit->shared));
    json_object_set_new(line, "median", number_or_null(limit->median));
    json_object_set_new(line, "low", number_or_null(limit->low));
    json_object_set_new(line, "high", number_or_null(limit->high));
    json_object_set_new(line, "confidence", number_or_null(limit->confidence));
    json_object_set_new(line, "standard_error", number_or_null(limit->standard_error));
    json_object_set_new(line, "preempted", json_integer(limit->preempted));
    json_object_set_new(line, "samples", samples);
    return line;
}

json_t *limits_end(const struct limits *limits, double seconds)
{
    json_t *end = json_object();
    json_object_set_new(end, "record", json_string("end"));
    json_object_set_new(end, "figures", json_integer((json_int_t)limits->count));
    json_object_set_new(end, "seconds", json_real(seconds));
    return end;
}

/* --- reading --- */

static const char start[] = "{\"record\":\"limits\"";

struct reader {
    struct lines lines;
    struct tape tape;
    struct text_set texts;
    struct limits *limits;
    struct fault *fault;
};

__attribute__((format(printf, 2, 3))) static int refuse(const struct reader *reader, const char *format, ...)
{
    char what[768];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return fault_set(reader->fault, "line %zu of '%s' %s", reader->lines.number, reader->lines.path, what);
}

#define READ(reader, object, fields, target)                                                                 \
    read_fields(reader, object, fields, sizeof(fields) / sizeof *(fields), target)

static int read_fields(struct reader *reader, const struct tape_node *object, const struct field *fields,
                       size_t count, void *target)
{
    struct fault what;
    return fields_read(object, "", fields, count, target, &reader->texts, &what)
               ? refuse(reader, "%s", what.text)
               : 0;
}

static int read_header(struct reader *reader, const struct tape_node *object)
{
    static const struct field fields[] = {
        {"record", FIELD_TEXT, FIELD_CHECKED},        {"schema", FIELD_COUNT, 0},
        {"program", FIELD_TEXT, FIELD_CHECKED},       {"started", FIELD_TEXT, FIELD_CHECKED},
        {"arguments", FIELD_TEXTS, FIELD_CHECKED},    {"full", FIELD_FLAG, FIELD_CHECKED},
        {"left_out", FIELD_TEXTS, FIELD_CHECKED},     {"warnings", FIELD_TEXTS, FIELD_CHECKED},
        {"machine", FIELD_OBJECT, FIELD_CHECKED},     {"line_bytes", FIELD_COUNT, FIELD_CHECKED},
        {"duration_s", FIELD_MEASURE, FIELD_CHECKED},
    };
    double schema = -1;
    if (!tape_is_text(tape_member(object, "record", NULL), "limits"))
        return refuse(reader, "is no header of limits: name a file that `sluice limits` wrote");
    const struct tape_node *number = tape_member(object, "schema", NULL);
    if (tape_is(number, TAPE_INTEGER) && number->number != LIMITS_SCHEMA)
        return refuse(reader, "is of schema %.0f of the limits, but this program reads %d", number->number,
                      LIMITS_SCHEMA);
    if (READ(reader, object, fields, &schema))
        return -1;
    reader->limits->header = json_loadb(reader->lines.text, reader->lines.length, 0, NULL);
    return reader->limits->header ? 0 : fault_set(reader->fault, "out of memory");
}

struct words {
    const char *name, *variant, *unit, *shared;
    const struct tape_node *pus, *samples;
    double preempted;
};

/* Copies a word that will be printed; null gives "". */
static int copy_word(const char *key, const char *word, char *copy, struct fault *fault)
{
    size_t length = word ? strlen(word) : 0;
    bool is_good = length < LIMIT_WORD && (!word || length > 0);
    for (size_t i = 0; i < length; i++)
        is_good &= isgraph((unsigned char)word[i]) != 0;
    if (!is_good)
        return fault_set(fault, "has a wrong '%s': it must be a word of 1 to %d letters", key,
                         LIMIT_WORD - 1);
    memcpy(copy, word ? word : "", length + 1);
    return 0;
}

static int copy_arrays(const struct words *words, struct limit *limit, struct fault *fault)
{
    const struct tape_node *pu = tape_first(words->pus), *sample = tape_first(words->samples);
    limit->threads = (unsigned)tape_size(words->pus);
    limit->count = tape_size(words->samples);
    if (!limit->threads || !fields_are_measures(words->pus, limit->threads))
        return fault_set(fault, "has a wrong 'pus': it must be an array of one or more CPU numbers");
    if (!fields_are_measures(words->samples, limit->count))
        return fault_set(fault, "has a wrong 'samples': it must be an array of numbers of 0 or more");
    limit->pus = calloc(limit->threads, sizeof *limit->pus);
    limit->samples = calloc(limit->count + 1, sizeof *limit->samples);
    if (!limit->pus || !limit->samples)
        return fault_set(fault, "cannot be kept: out of memory");
    for (size_t i = 0; i < limit->threads; i++, pu = tape_next(pu)) {
        if (!tape_is(pu, TAPE_INTEGER) || pu->number > INT_MAX)
            return fault_set(fault, "has a wrong 'pus': %.17g is no CPU number", pu->number);
        limit->pus[i] = (unsigned)pu->number;
    }
    for (size_t i = 0; i < limit->count; i++, sample = tape_next(sample))
        limit->samples[i] = sample->number;
    return 0;
}

#define FIGURE_READ(object, fields, target, texts, fault)                                                    \
    fields_read(object, "", fields, sizeof(fields) / sizeof *(fields), target, texts, fault)

int limits_read_figure(const struct tape_node *object, struct text_set *texts, struct limits *limits,
                       struct fault *fault)
{
    static const struct field text_fields[] = {
        {"name", FIELD_TEXT, offsetof(struct words, name)},
        {"variant", FIELD_TEXT_OR_NULL, offsetof(struct words, variant)},
        {"unit", FIELD_TEXT, offsetof(struct words, unit)},
        {"shared", FIELD_TEXT_OR_NULL, offsetof(struct words, shared)},
        {"pus", FIELD_ARRAY, offsetof(struct words, pus)},
        {"samples", FIELD_ARRAY, offsetof(struct words, samples)},
        {"preempted", FIELD_COUNT, offsetof(struct words, preempted)},
    };
    static const struct field number_fields[] = {
        {"median", FIELD_MEASURE_OR_NULL, offsetof(struct limit, median)},
        {"low", FIELD_MEASURE_OR_NULL, offsetof(struct limit, low)},
        {"high", FIELD_MEASURE_OR_NULL, offsetof(struct limit, high)},
        {"confidence", FIELD_MEASURE_OR_NULL, offsetof(struct limit, confidence)},
        {"standard_error", FIELD_MEASURE_OR_NULL, offsetof(struct limit, standard_error)},
    };
    struct words words;
    struct limit *limit = limits_append(limits);
    if (!limit)
        return fault_set(fault, "cannot be kept: out of memory");
    if (FIGURE_READ(object, text_fields, &words, texts, fault) ||
        FIGURE_READ(object, number_fields, limit, texts, fault) ||
        copy_word("name", words.name, limit->name, fault) ||
        copy_word("variant", words.variant, limit->variant, fault) ||
        copy_word("unit", words.unit, limit->unit, fault) ||
        copy_word("shared", words.shared, limit->shared, fault) || copy_arrays(&words, limit, fault))
        return -1;
    if (*limit->shared && limit->threads != 2)
        return fault_set(fault, "has a wrong 'shared': %u PUs share something, but only of two is it said",
                         limit->threads);
    limit->preempted = (unsigned)words.preempted;
    return 0;
}

static int read_limit(struct reader *reader, const struct tape_node *object)
{
    struct fault what;
    return limits_read_figure(object, &reader->texts, reader->limits, &what) ? refuse(reader, "%s", what.text)
                                                                             : 0;
}

static int read_line(struct reader *reader, const struct tape_node *object)
{
    const struct tape_node *record = tape_member(object, "record", NULL);
    if (reader->lines.number == 1)
        return read_header(reader, object);
    if (reader->limits->complete)
        return refuse(reader, "comes after the record that ends the file");
    if (tape_is_text(record, "limit"))
        return read_limit(reader, object);
    if (!tape_is_text(record, "end"))
        return refuse(reader, "is no record of limits: it must be a 'limit' or the 'end'");
    const struct tape_node *figures = tape_member(object, "figures", NULL);
    if (!tape_is(figures, TAPE_INTEGER) || figures->number != (double)reader->limits->count)
        return refuse(reader, "does not count the figures above it, which are %zu", reader->limits->count);
    reader->limits->complete = true;
    return 0;
}

static int read_lines(struct reader *reader)
{
    int more;
    while ((more = lines_next(&reader->lines, reader->fault)) > 0) {
        const char *why = tape_read(&reader->tape, reader->lines.text, reader->lines.length);
        if (why ? refuse(reader, "is no JSON (%s)", why) : read_line(reader, reader->tape.node))
            return -1;
    }
    if (more == 0 && !reader->limits->header)
        return fault_set(reader->fault, "'%s' is empty: name a file that `sluice limits` wrote",
                         reader->lines.path);
    return more;
}

bool limits_is_file(const char *path)
{
    char begin[sizeof start - 1];
    FILE *file = fopen(path, "re");
    bool is = file && fread(begin, sizeof begin, 1, file) == 1 && memcmp(begin, start, sizeof begin) == 0;
    if (file)
        fclose(file);
    return is;
}

int limits_read(const char *path, struct limits *limits, struct fault *fault)
{
    struct reader reader = {.limits = limits, .fault = fault};
    *limits = (struct limits){0};
    int status = lines_open(&reader.lines, path, fault) ? -1 : read_lines(&reader);
    lines_close(&reader.lines);
    tape_release(&reader.tape);
    text_set_release(&reader.texts);
    if (status)
        limits_release(limits);
    return status;
}
