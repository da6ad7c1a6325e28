/* summary_words.c - see summary_words.h. */
#include "report/summary_words.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

/* Appends to the text; what does not fit is cut. */
__attribute__((format(printf, 3, 4))) static void append(char *text, size_t size, const char *format, ...)
{
    size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, size - used, format, arguments);
    va_end(arguments);
}

/* How a value is said where its axis is not named beside it. */
static const char *const axis_phrases[AXES] = {
    [AXIS_QUEUE] = "%s",
    [AXIS_WAIT] = "%s",
    [AXIS_TRANSFER] = "%s",
    [AXIS_CAPACITY] = "capacity %s",
    [AXIS_WORKERS] = "workers %s",
    [AXIS_WORK] = "work %s",
    [AXIS_PLACE] = "%s",
    [AXIS_MEMORY] = "memory %s",
    [AXIS_CLOSE] = "close %s",
    [AXIS_SHAPE] = "%s",
    [AXIS_LOCAL] = "local work %s",
    [AXIS_STAGES] = "stages %s",
    [AXIS_SOURCES] = "sources %s",
    [AXIS_SINKS] = "sinks %s",
};

static void append_phrase(char *text, size_t size, int axis, const char *value)
{
    const char *phrase = axis_phrases[axis], *gap = strstr(phrase, "%s");
    append(text, size, "%s%.*s%s", *text ? ", " : "", (int)(gap - phrase), phrase, value);
}

const char *summary_name(const struct summary *summary, const struct configuration *its, unsigned axes,
                         char *text, size_t size)
{
    text[0] = '\0';
    if (axes & 1u << AXIS_QUEUE)
        append_phrase(text, size, AXIS_QUEUE, its->axis[AXIS_QUEUE]);
    for (int axis = AXIS_QUEUE + 1; axis < AXES; axis++)
        if (summary->varies_in_queue[axis] && (axes & (1u << axis)))
            append_phrase(text, size, axis, its->axis[axis]);
    if (its->instrument && (axes & 1u << AXIS_QUEUE))
        append(text, size, " (instrument)");
    if (its->twin)
        append(text, size, " (A/A twin)");
    return text;
}

/* Whether an earlier configuration has the same value. */
static bool is_repeated(const struct summary *summary, size_t index, int axis)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(summary->configurations[i].axis[axis], summary->configurations[index].axis[axis]) == 0)
            return true;
    return false;
}

/* When a trial ends: "1M items", "0.25s". */
static const char *length_of(const struct trial_figures *trial, char text[UNITS_TEXT_SIZE + 8])
{
    text[0] = '\0';
    if (isfinite(trial->items_planned)) {
        units_format_count((uint64_t)trial->items_planned, text, UNITS_TEXT_SIZE);
        strcat(text, " items");
    } else if (isfinite(trial->duration_seconds)) {
        snprintf(text, UNITS_TEXT_SIZE, "%gs", trial->duration_seconds);
    }
    return text;
}

/* "; 0.25s or 20k items a trial": a baseline may take another length than the campaign. */
static void append_lengths(const struct summary *summary, char *text, size_t size)
{
    char length[UNITS_TEXT_SIZE + 8], other[UNITS_TEXT_SIZE + 8];
    bool is_first = true;
    for (size_t i = 0; i < summary->count; i++) {
        bool is_new = *length_of(summary->configurations[i].trial[0], length);
        for (size_t j = 0; j < i && is_new; j++)
            is_new = strcmp(length, length_of(summary->configurations[j].trial[0], other)) != 0;
        if (is_new)
            append(text, size, "%s%s", is_first ? "; " : " or ", length);
        is_first &= !is_new;
    }
    if (!is_first)
        append(text, size, " a trial");
}

/* Whether the axis has a part in some configuration: shapes of the papers have no stages and no sinks, and
   who has no stages has no workers and no work. */
static bool has_part(const struct summary *summary, int axis)
{
    for (size_t i = 0; i < summary->count; i++) {
        const struct configuration *its = &summary->configurations[i];
        bool is_pipeline = strcmp(its->axis[AXIS_SHAPE], "pipeline") == 0;
        bool has_stages = strcmp(its->axis[AXIS_STAGES], "0") != 0;
        if (axis == AXIS_STAGES || axis == AXIS_SINKS   ? is_pipeline
            : axis == AXIS_WORKERS || axis == AXIS_WORK ? has_stages
                                                        : true)
            return true;
    }
    return false;
}

/* What labels leave out where it is as it mostly is goes without saying here, too. */
static bool is_usual(const struct summary *summary, int axis)
{
    static const char *const usual[AXES] = {[AXIS_SHAPE] = "pipeline",
                                            [AXIS_LOCAL] = "none",
                                            [AXIS_STAGES] = "3",
                                            [AXIS_SOURCES] = "1",
                                            [AXIS_SINKS] = "1"};
    return usual[axis] && !summary->varies[axis] &&
           strcmp(summary->configurations[0].axis[axis], usual[axis]) == 0;
}

const char *summary_constants(const struct summary *summary, char *text, size_t size)
{
    text[0] = '\0';
    if (!summary->count)
        return text;
    for (int axis = AXIS_QUEUE; axis < AXES; axis++) {
        if (summary->varies_in_queue[axis] || (axis == AXIS_QUEUE && summary->varies[axis]) ||
            is_usual(summary, axis) || !has_part(summary, axis))
            continue;
        append(text, size, "%s%s=", *text ? " " : "", summary_axis_names[axis]);
        for (size_t i = 0; i < summary->count; i++)
            if (!is_repeated(summary, i, axis))
                append(text, size, "%s%s", i ? "|" : "", summary->configurations[i].axis[axis]);
        if (axis == AXIS_PLACE && !summary->class_varies && summary->class_tells)
            append(text, size, " (%s)", summary->configurations[0].place_class);
    }
    append_lengths(summary, text, size);
    const struct trial_figures *trial = summary->configurations[0].trial[0];
    if (trial->fail)
        append(text, size, "; fail %s", trial->fail);
    if (trial->fail && trial->on_fail)
        append(text, size, ", then %s", trial->on_fail);
    return text;
}

/* Whether an earlier configuration has as many ok trials. */
static bool is_said(const struct summary *summary, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (summary->configurations[i].ok == summary->configurations[index].ok)
            return true;
    return false;
}

/* Appends "97.9 % with 10 trials" for each count of ok trials from `least` to `most`; false: there is none.
 */
static bool append_confidences(const struct summary *summary, size_t least, size_t most, const char *intro,
                               char *text, size_t size)
{
    bool found = false;
    for (size_t i = 0; i < summary->count; i++) {
        const struct configuration *its = &summary->configurations[i];
        if (its->ok < least || its->ok > most || is_said(summary, i))
            continue;
        append(text, size, "%s%.1f%% with %zu trials", found ? ", " : intro, 100 * its->throughput.confidence,
               its->ok);
        found = true;
    }
    return found;
}

const char *summary_confidence(const struct summary *summary, char *text, size_t size)
{
    text[0] = '\0';
    append_confidences(summary, 6, SIZE_MAX,
                       "[low, high] is the exact order-statistic interval of the median: ", text, size);
    if (append_confidences(
            summary, 2, 5,
            *text ? "; with fewer than 6 trials no 95% interval exists, [min, max] is shown: "
                  : "with fewer than 6 trials no 95% interval of the median exists, [min, max] is shown, "
                    "which reaches ",
            text, size))
        append(text, size, " (--blocks 10 for a claim)");
    if (!*text)
        append(text, size, "%s",
               summary_not_ok(summary) == summary->file->count
                   ? "none, since no trial ended ok"
                   : "one trial gives no interval: --blocks 10 for a claim");
    return text;
}

const char *summary_confidences(const struct summary *summary, char *text, size_t size)
{
    text[0] = '\0';
    append_confidences(summary, 2, SIZE_MAX, "", text, size);
    return text;
}

/* ", baseline CPython 3.11.2 (30 trials)" */
static void append_baselines(const struct campaign_file *file, char *text, size_t size)
{
    for (size_t i = 0; i < json_array_size(file->baselines); i++) {
        const json_t *program = json_object_get(json_array_get(file->baselines, i), "program");
        bool is_new = true;
        for (size_t j = 0; j < i; j++)
            is_new &= !json_equal(program, json_object_get(json_array_get(file->baselines, j), "program"));
        if (is_new)
            append(text, size, ", baseline %s", json_string_value(program));
    }
    if (json_array_size(file->baselines))
        append(text, size, " (%zu trials)", file->count - file->own_count);
}

const char *summary_origin(const struct summary *summary, char *text, size_t size)
{
    const json_t *header = summary->file->header;
    const json_t *build = json_object_get(json_object_get(header, "machine"), "build");
    const char *started = json_string_value(json_object_get(header, "started"));
    const char *commit = json_string_value(json_object_get(build, "commit"));
    const char *preset = json_string_value(json_object_get(header, "preset"));
    const json_t *run =
        json_object_get(summary->file->end, "blocks"); /* or as many as were planned at most */
    long long blocks = json_integer_value(run ? run : json_object_get(header, "blocks"));
    text[0] = '\0';
    if (strlen(started) >= 16 && started[10] == 'T') /* 2026-11-22T07:50:00Z */
        append(text, size, "%.10s %.5s UTC", started, started + 11);
    else
        append(text, size, "%s", started);
    append(text, size, ", %s", json_string_value(json_object_get(header, "program")));
    if (commit)
        append(text, size, ", commit %.20s", commit);
    if (preset)
        append(text, size, ", preset %s", preset);
    append(text, size, ", seed %llu",
           (unsigned long long)json_integer_value(json_object_get(header, "seed")));
    append(text, size, ", %lld block%s, %zu of %zu trials", blocks, blocks == 1 ? "" : "s",
           summary->file->own_count, summary->file->planned);
    append_baselines(summary->file, text, size);
    return text;
}

size_t summary_not_ok(const struct summary *summary)
{
    size_t count = 0;
    for (size_t i = 0; i < summary->count + summary->twins; i++)
        count += summary->configurations[i].trials - summary->configurations[i].ok;
    return count;
}
