/* plot_data.c - see plot_data.h: fields, styles and groups. */
#include "report/plot_data.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- fields --- */

void plot_put_text(const char *text, FILE *out)
{
    if (!*text)
        putc('-', out);
    for (; *text; text++)
        putc((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text == '"' ? '\'' : *text, out);
}

void plot_put_number(double value, FILE *out)
{
    if (isfinite(value))
        fprintf(out, "\t%.9g", value);
    else
        fputs("\tnan", out);
}

void plot_put_figure(const struct figure *figure, FILE *out)
{
    plot_put_number(figure->median, out);
    plot_put_number(figure->low, out);
    plot_put_number(figure->high, out);
}

/* --- styles --- */

int plot_style(const struct summary *summary, const struct configuration *its)
{
    int style = 0;
    if (its->instrument)
        return PLOT_INSTRUMENT;
    for (const struct configuration *other = summary->configurations;; other++) {
        if (strcmp(other->axis[AXIS_QUEUE], its->axis[AXIS_QUEUE]) == 0)
            return style;
        bool is_new = !other->instrument;
        for (const struct configuration *earlier = summary->configurations; earlier < other; earlier++)
            is_new &= strcmp(earlier->axis[AXIS_QUEUE], other->axis[AXIS_QUEUE]) != 0;
        style += is_new;
    }
}

/* --- groups --- */

static const char *group_value(const struct configuration *its, int axis)
{
    return axis == AXIS_PLACE ? its->place_class : its->axis[axis];
}

bool plot_are_grouped(unsigned axes, const struct configuration *a, const struct configuration *b)
{
    for (int axis = 0; axis < AXES; axis++)
        if ((axes & (1u << axis)) && strcmp(group_value(a, axis), group_value(b, axis)) != 0)
            return false;
    return true;
}

unsigned plot_named_axes(unsigned axes, const struct summary *summary)
{
    return summary->place_varies_in_class ? ~axes | 1u << AXIS_PLACE : ~axes;
}

bool plot_opens_group(unsigned axes, const struct summary *summary, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (plot_are_grouped(axes, &summary->configurations[i], &summary->configurations[index]))
            return false;
    return true;
}

/* " (spread)": what the placement of the whole class was called, where that is a word of its own. */
static void put_place_name(const struct summary *summary, const struct configuration *its, char *text,
                           size_t size)
{
    const char *name = its->axis[AXIS_PLACE];
    if (!summary->place_varies_in_class && strcmp(name, its->place_class) != 0 && !strpbrk(name, ":="))
        snprintf(text, size, " (%s)", name);
}

const char *plot_heading(unsigned axes, const struct summary *summary, const struct configuration *its,
                         bool with_names, char text[PLOT_TEXT])
{
    size_t length = 0;
    text[0] = '\0';
    for (int axis = 0; axis < AXES; axis++) {
        bool is_place = axis == AXIS_PLACE, varies = is_place ? summary->class_varies : summary->varies[axis];
        bool is_named = with_names && !is_place; /* a class names itself */
        if (!(axes & (1u << axis)) || !varies || length >= PLOT_TEXT)
            continue;
        length += (size_t)snprintf(text + length, PLOT_TEXT - length, "%s%s%s%s", length ? ", " : "",
                                   is_named ? summary_axis_names[axis] : "", is_named ? " " : "",
                                   group_value(its, axis));
        if (is_place && length < PLOT_TEXT)
            put_place_name(summary, its, text + length, PLOT_TEXT - length);
        length = strlen(text);
    }
    return text;
}

/* --- points --- */

struct point {
    const struct trial_figures *trial;
    double value;
};

static int by_value(const void *a_, const void *b_)
{
    double a = ((const struct point *)a_)->value, b = ((const struct point *)b_)->value;
    return (a > b) - (a < b);
}

int plot_choose(const struct configuration *its, double (*value)(const struct trial_figures *trial),
                const struct trial_figures *chosen[PLOT_POINTS], struct fault *fault)
{
    struct point *points = calloc(its->trials + 1, sizeof *points);
    size_t count = 0;
    if (!points)
        return fault_set(fault, "the plots cannot be made: out of memory");
    for (size_t i = 0; i < its->trials; i++) {
        double its_value = value(its->trial[i]);
        if (its->trial[i]->outcome == OUTCOME_OK && isfinite(its_value))
            points[count++] = (struct point){its->trial[i], its_value};
    }
    size_t drawn = count < PLOT_POINTS ? count : PLOT_POINTS;
    if (count > drawn)
        qsort(points, count, sizeof *points, by_value);
    for (size_t i = 0; i < drawn; i++)
        chosen[i] = points[count > drawn ? i * (count - 1) / (drawn - 1) : i].trial;
    free(points);
    return (int)drawn;
}
