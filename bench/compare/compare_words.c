/* compare_words.c - see compare_words.h. */
#include "compare/compare_words.h"

#include "report/report_parts.h"
#include "report/shape_words.h"
#include "report/summary_words.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* --- cells --- */

const char *words_figure(const struct figure *figure, const struct metric *metric, char text[WORDS_CELL])
{
    char median[UNITS_TEXT_SIZE], low[UNITS_TEXT_SIZE], high[UNITS_TEXT_SIZE];
    double scale = metric->scale;
    text[0] = '\0';
    if (isnan(figure->median))
        return text;
    snprintf(text, WORDS_CELL, "%s%s", units_format_si(figure->median * scale, median, sizeof median),
             metric->shown_unit);
    size_t length = strlen(text);
    if (figure->confidence > 0)
        snprintf(text + length, WORDS_CELL - length, " [%s, %s]",
                 units_format_si(figure->low * scale, low, sizeof low),
                 units_format_si(figure->high * scale, high, sizeof high));
    return text;
}

/* Four digits near 1, where they matter; three for a factor of ten and more. */
static int factor(double value, char *text, size_t size)
{
    return snprintf(text, size, value >= 0.1 && value < 10 ? "%.3f" : "%.3g", value);
}

const char *words_ratio(const struct stats_ratio *ratio, char text[WORDS_CELL])
{
    char value[32], low[32], high[32];
    text[0] = '\0';
    if (isnan(ratio->ratio))
        return text;
    factor(ratio->ratio, value, sizeof value);
    factor(ratio->interval.low, low, sizeof low);
    factor(ratio->interval.high, high, sizeof high);
    if (ratio->interval.confidence > 0)
        snprintf(text, WORDS_CELL, "%s [%s, %s]", value, low, high);
    else
        snprintf(text, WORDS_CELL, "%s", value);
    return text;
}

const char *words_probability(double p, char text[WORDS_CELL])
{
    text[0] = '\0';
    if (!isnan(p))
        snprintf(text, WORDS_CELL, p < 0.00095 ? "<0.001" : "%.2g", p);
    return text;
}

/* --- notes --- */

void words_note(const char *what, bool markdown, FILE *out, const char *format, ...)
{
    char text[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    fprintf(out, markdown ? "- **%s**: " : "%-13s ", what);
    report_text(text, markdown, out);
    putc('\n', out);
}

int words_shapes(const struct measured *const *list, const struct configuration *const *of,
                 const struct summary *const *in, size_t count, bool markdown, FILE *out)
{
    static const struct {
        const char *what;
        const char *(*say)(const struct shaped *, size_t, char *, size_t);
    } notes[] = {{"modes", shape_modes}, {"drift", shape_drift}, {"outliers", shape_outliers}};
    const unsigned all_axes = (1u << AXES) - 1;
    char text[2048];
    struct shaped *shaped = calloc(count + 1, sizeof *shaped);
    for (size_t i = 0; shaped && i < count; i++) {
        summary_name(in[i], of[i], all_axes, shaped[i].name, sizeof shaped[i].name);
        shaped[i].shape = &list[i]->shape;
    }
    for (size_t i = 0; shaped && i < sizeof notes / sizeof *notes; i++)
        if (*notes[i].say(shaped, count, text, sizeof text))
            words_note(notes[i].what, markdown, out, "%s", text);
    free(shaped);
    return shaped ? 0 : -1;
}

unsigned words_axes(const struct summary *summary)
{
    unsigned axes = 0;
    for (int axis = AXIS_QUEUE + 1; axis < AXES; axis++)
        axes |= (unsigned)summary->varies[axis] << axis;
    return axes;
}

/* --- for programs --- */

void words_set_axes(json_t *object, const struct configuration *its)
{
    for (int axis = AXIS_QUEUE + 1; axis < AXES; axis++)
        json_object_set_new(object, summary_axis_names[axis],
                            json_string(axis == AXIS_CAPACITY ? its->capacity : its->axis[axis]));
}

json_t *words_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

void words_set_figure(json_t *object, const char *name, const struct figure *figure)
{
    char key[64];
    json_object_set_new(object, name, words_number(figure->median));
    snprintf(key, sizeof key, "%s_low", name);
    json_object_set_new(object, key, words_number(figure->low));
    snprintf(key, sizeof key, "%s_high", name);
    json_object_set_new(object, key, words_number(figure->high));
}

static void print_csv_text(const char *text, FILE *out)
{
    bool is_quoted = strpbrk(text, ",\"\r\n");
    if (is_quoted)
        putc('"', out);
    for (; *text; text++) {
        if (*text == '"')
            putc('"', out);
        putc(*text, out);
    }
    if (is_quoted)
        putc('"', out);
}

static void print_csv_value(const json_t *value, FILE *out)
{
    if (json_is_string(value))
        print_csv_text(json_string_value(value), out);
    else if (json_is_integer(value))
        fprintf(out, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        fprintf(out, "%.9g", json_real_value(value));
    else if (json_is_boolean(value))
        fputs(json_is_true(value) ? "true" : "false", out);
}

void words_csv(const json_t *rows, FILE *out)
{
    const char *key, *comma = "";
    json_t *value;
    json_object_foreach (json_array_get(rows, 0), key, value) {
        fprintf(out, "%s%s", comma, key);
        comma = ",";
    }
    putc('\n', out);
    for (size_t i = 0; i < json_array_size(rows); i++) {
        comma = "";
        json_object_foreach (json_array_get(rows, i), key, value) {
            fputs(comma, out);
            print_csv_value(value, out);
            comma = ",";
        }
        putc('\n', out);
    }
}

int words_json(const json_t *object, FILE *out, struct fault *fault)
{
    char *text = object ? json_dumps(object, JSON_INDENT(1) | JSON_REAL_PRECISION(9)) : NULL;
    if (!text)
        return fault_set(fault, "the comparison cannot be printed: out of memory");
    fprintf(out, "%s\n", text);
    free(text);
    return 0;
}
