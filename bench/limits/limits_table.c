/* limits_table.c - the figures on a screen: see limits.h. */
#include "limits/limits.h"

#include "base/units.h"
#include "limits/measures.h"
#include "machine/machine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *limits_format(double value, const char *unit, char *text, size_t size)
{
    char number[UNITS_TEXT_SIZE];
    if (!isfinite(value)) {
        snprintf(text, size, "-");
    } else if (strcmp(unit, "ns") == 0 && value < 1) {
        snprintf(text, size, "%.3g ns", value);
    } else if (strcmp(unit, "ns") == 0) { /* as seconds with a prefix: 217 ns, 52.1 us */
        units_format_si(value / 1e9, number, sizeof number);
        size_t end = strcspn(number, "munpf");
        snprintf(text, size, "%.*s %ss", (int)end, number, number + end);
    } else {
        units_format_si(value, number, sizeof number);
        size_t end = strcspn(number, "kMGTP");
        snprintf(text, size, "%.*s %s%s%s", (int)end, number, number + end, number[end] ? " " : "", unit);
    }
    return text;
}

/* --- the matrix --- */

enum { MATRIX_MOST = 16 }; /* PUs whose matrix is no wider than a screen */

static void print_matrix(const struct limits *limits, FILE *out)
{
    size_t count;
    unsigned *pus = limits_pair_pus(limits, &count);
    if (pus && count > 2 && count <= MATRIX_MOST) {
        fprintf(out, "\nround trips of a line between PUs, ns\n%6s", "");
        for (size_t b = 0; b < count; b++)
            fprintf(out, " %6u", pus[b]);
        for (size_t a = 0; a < count; a++) {
            fprintf(out, "\n%6u", pus[a]);
            for (size_t b = 0; b < count; b++) {
                const struct limit *pair = a == b ? NULL : limits_pair(limits, pus[a], pus[b]);
                if (pair)
                    fprintf(out, " %6.0f", pair->median);
                else
                    fprintf(out, " %6s", a == b ? "." : "-");
            }
        }
        fputc('\n', out);
    }
    free(pus);
}

/* --- the list --- */

/* "0 <-> 1 (l3)", "0 -> 1 (l3)", "2 threads", or where one thread measured, "". */
static void describe(const struct limit *limit, char *text, size_t size)
{
    if (strcmp(limit->shared, "pu") == 0)
        snprintf(text, size, "both on CPU %u", limit->pus[0]);
    else if (*limit->shared && limit->threads == 2)
        snprintf(text, size, "CPUs %u %s %u (%s)", limit->pus[0],
                 strcmp(limit->name, "ping-pong") == 0 || strcmp(limit->name, "clock-skew") == 0 ? "and"
                                                                                                 : "to",
                 limit->pus[1], limit->shared);
    else if (limit->threads > 1)
        snprintf(text, size, "%u threads", limit->threads);
    else
        snprintf(text, size, "1 thread");
}

/* Of many pairs the first of each kind: all would be pages. */
static bool is_listed(const struct limits *limits, const struct limit *limit, size_t pairs)
{
    bool is_of_pair = *limit->shared && strcmp(limit->shared, "pu") != 0;
    return !is_of_pair || pairs <= MATRIX_MOST ||
           limits_find(limits, limit->name, limit->variant, limit->shared) == limit;
}

static void print_limit(const struct limit *limit, const char *heading, FILE *out)
{
    const struct measure *measure = measure_of(limit);
    char where[96], median[64], low[64], high[64], error[64], range[140], name[2 * LIMIT_WORD];
    if (measure && (!heading || strcmp(heading, measure->of) != 0))
        fprintf(out, "\n%s\n", measure->of);
    describe(limit, where, sizeof where);
    snprintf(name, sizeof name, "%s%s%s", limit->name, *limit->variant ? ":" : "", limit->variant);
    snprintf(range, sizeof range, "%s .. %s", limits_format(limit->low, limit->unit, low, sizeof low),
             limits_format(limit->high, limit->unit, high, sizeof high));
    fprintf(out, "  %-17s %-24s %16s   %-33s %s", name, where,
            limits_format(limit->median, limit->unit, median, sizeof median), range,
            limits_format(limit->standard_error, limit->unit, error, sizeof error));
    if (4 * (size_t)limit->preempted > limit->count && strcmp(limit->shared, "pu") != 0 &&
        strcmp(limit->name, "yield") != 0)
        fprintf(out, "   (preempted in %u of %zu samples)", limit->preempted, limit->count);
    fputc('\n', out);
}

void limits_print(const struct limits *limits, FILE *out)
{
    char caption[512];
    const char *heading = NULL;
    const json_t *text;
    size_t i, pairs = 0, least = limits->count ? limits->each[0].count : 0;
    double confidence = 1;
    for (i = 0; i < limits->count; i++) {
        least = limits->each[i].count < least ? limits->each[i].count : least;
        pairs += limit_is_pair(&limits->each[i]);
        confidence = fmin(confidence, limits->each[i].confidence);
    }
    machine_caption(json_object_get(limits->header, "machine"), caption, sizeof caption);
    fprintf(out,
            "%s\nmedian of %zu samples or more; its exact interval of %.3g %% or more; its standard error\n",
            caption, least, confidence * 100);
    print_matrix(limits, out);
    for (i = 0; i < limits->count; i++)
        if (is_listed(limits, &limits->each[i], pairs)) {
            const struct measure *measure = measure_of(&limits->each[i]);
            print_limit(&limits->each[i], heading, out);
            heading = measure ? measure->of : NULL;
        }
    if (pairs > MATRIX_MOST)
        fputs("\nof pairs that share the same, the first is listed; all that were measured are in the file\n",
              out);
    json_array_foreach (json_object_get(limits->header, "left_out"), i, text)
        fprintf(out, "%sleft out: %s\n", i ? "" : "\n", json_string_value(text));
    json_array_foreach (json_object_get(limits->header, "warnings"), i, text)
        fprintf(out, "%swarning: %s\n", i ? "" : "\n", json_string_value(text));
}
