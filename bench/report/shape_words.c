/* shape_words.c - see shape_words.h. */
#include "report/shape_words.h"

#include "report/summary_words.h"
#include "stats/verdict.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_NAMES = 5 };

__attribute__((format(printf, 3, 4))) static void append(char *text, size_t size, const char *format, ...)
{
    size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, size - used, format, arguments);
    va_end(arguments);
}

const char *shape_p(double p, char *text, size_t size)
{
    snprintf(text, size, p <= 0.001 ? "p <= 0.001" : "p = %.2g", p);
    return text;
}

struct shaped *shape_list(const struct summary *summary)
{
    const unsigned all_axes = (1u << AXES) - 1;
    struct shaped *list = calloc(summary->count + 1, sizeof *list);
    for (size_t i = 0; list && i < summary->count; i++) {
        const struct configuration *its = &summary->configurations[i];
        summary_name(summary, its, all_axes, list[i].name, sizeof list[i].name);
        list[i].shape = &its->shape;
    }
    return list;
}

/* Appends to a list of which only the first ones are named; returns how many it has now. */
__attribute__((format(printf, 4, 5))) static size_t append_item(char *text, size_t size, size_t items,
                                                                const char *format, ...)
{
    char item[512];
    va_list arguments;
    if (items < MOST_NAMES) {
        va_start(arguments, format);
        vsnprintf(item, sizeof item, format, arguments);
        va_end(arguments);
        append(text, size, "%s%s", items ? "; " : "", item);
    }
    return items + 1;
}

static void append_rest(char *text, size_t size, size_t items)
{
    if (items > MOST_NAMES)
        append(text, size, "; and %zu more", items - MOST_NAMES);
}

const char *shape_modes(const struct shaped *list, size_t count, char *text, size_t size)
{
    char p[32];
    size_t items = 0;
    text[0] = '\0';
    for (size_t i = 0; i < count; i++)
        if (list[i].shape->modes.count > 1)
            items = append_item(text, size, items, "%s (%zu or more, %s)", list[i].name,
                                list[i].shape->modes.count, shape_p(list[i].shape->modes.p, p, sizeof p));
    append_rest(text, size, items);
    if (items)
        append(text, size, ": a median between modes is no trial's figure (dip test)");
    return text;
}

const char *shape_drift(const struct shaped *list, size_t count, char *text, size_t size)
{
    char word[32];
    double *p = calloc(count + 1, sizeof *p);
    size_t items = 0;
    text[0] = '\0';
    for (size_t i = 0; p && i < count; i++)
        p[i] = list[i].shape->trend_p;
    if (p)
        stats_holm(p, count);
    for (size_t i = 0; p && i < count; i++)
        if (p[i] <= 0.05)
            items = append_item(text, size, items, "%s (%+.3g%%, %s)", list[i].name,
                                100 * (list[i].shape->change - 1), shape_p(p[i], word, sizeof word));
    append_rest(text, size, items);
    if (items)
        append(text, size, ": from the first third of the blocks to the last (Mann-Kendall)");
    free(p);
    return text;
}

const char *shape_outliers(const struct shaped *list, size_t count, char *text, size_t size)
{
    size_t outliers = 0, values = 0, most = 0;
    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        outliers += list[i].shape->outliers;
        values += list[i].shape->count;
        if (list[i].shape->outliers > list[most].shape->outliers)
            most = i;
    }
    if (outliers)
        append(text, size,
               "%zu of %zu trials lie further from their median than 3.5 scaled deviations, most of "
               "them of %s (%zu): they are kept",
               outliers, values, list[most].name, list[most].shape->outliers);
    return text;
}

const char *shape_steady(const struct summary *summary, char *text, size_t size)
{
    char name[256];
    const unsigned all_axes = (1u << AXES) - 1;
    size_t judged = 0, unsteady = 0, late = 0, most = 0;
    text[0] = '\0';
    for (size_t i = 0; i < summary->count; i++) {
        const struct configuration *its = &summary->configurations[i];
        judged += its->judged;
        unsteady += its->unsteady;
        late += its->late;
        if (its->unsteady > summary->configurations[most].unsteady)
            most = i;
    }
    if (unsteady)
        append(text, size, "%zu of %zu trials reached no steady state, most of them of %s (%zu of %zu)",
               unsteady, judged,
               summary_name(summary, &summary->configurations[most], all_axes, name, sizeof name),
               summary->configurations[most].unsteady, summary->configurations[most].judged);
    if (late)
        append(text, size, "%s%zu got steady only after the warm-up that was cut", unsteady ? "; " : "",
               late);
    return text;
}
