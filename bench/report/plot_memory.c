/* plot_memory.c - the data of the plot of memory over time: a line for each queue. Of its configurations it
   is the one that grew most, of that the trial of the median growth. */
#include "report/plot_data.h"

#include "report/summary_words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double element(const json_t *array, size_t index)
{
    return json_number_value(json_array_get(array, index));
}

static int by_growth(const void *a_, const void *b_)
{
    double a = (*(const struct trial_figures *const *)a_)->resident_growth_bytes;
    double b = (*(const struct trial_figures *const *)b_)->resident_growth_bytes;
    return (a > b) - (a < b);
}

/* The trial of the (lower) median growth: of those that ended ok, or of all where none did, since memory that
   a queue took until it was stopped is a finding. Null: none has a series. */
static const struct trial_figures *typical_growth(const struct configuration *its)
{
    const struct trial_figures *found = NULL, **list = calloc(its->trials + 1, sizeof *list);
    size_t count = 0;
    for (size_t i = 0; list && i < its->trials; i++)
        if ((its->trial[i]->outcome == OUTCOME_OK || !its->ok) &&
            isfinite(its->trial[i]->resident_growth_bytes) && its->trial[i]->samples > 1)
            list[count++] = its->trial[i];
    if (count) {
        qsort(list, count, sizeof *list, by_growth);
        found = list[(count - 1) / 2];
    }
    free(list);
    return found;
}

/* Of the configurations of this one's queue the one that grew most, if this is the first of them. */
static const struct configuration *most_grown(const struct summary *summary, size_t index,
                                              const struct trial_figures **trial)
{
    const struct configuration *found = NULL;
    *trial = NULL;
    for (size_t i = 0; i < summary->count; i++) {
        const struct configuration *its = &summary->configurations[i];
        const struct trial_figures *typical;
        if (strcmp(its->axis[AXIS_QUEUE], summary->configurations[index].axis[AXIS_QUEUE]) != 0)
            continue;
        if (i < index)
            return NULL;
        typical = typical_growth(its);
        if (typical && (!*trial || typical->resident_growth_bytes > (*trial)->resident_growth_bytes)) {
            *trial = typical;
            found = its;
        }
    }
    return found;
}

static void put_line_name(const struct summary *summary, const struct configuration *its,
                          const struct trial_figures *trial, FILE *out)
{
    char name[PLOT_TEXT], capacity[PLOT_TEXT] = "";
    if (summary->varies[AXIS_CAPACITY] && !summary->varies_in_queue[AXIS_CAPACITY])
        snprintf(capacity, sizeof capacity, ", %s%s",
                 isfinite(trial->capacity) || trial->capacities ? "capacity " : "", its->axis[AXIS_CAPACITY]);
    plot_put_text(summary_name(summary, its, ~0u, name, sizeof name), out);
    fputs(capacity, out);
    if (trial->outcome != OUTCOME_OK)
        fprintf(out, ": %s", outcome_names[trial->outcome]);
}

static void put_series(const struct campaign_file *file, const struct trial_figures *trial, FILE *out)
{
    json_t *line = record_trial_line(file, trial);
    const json_t *series = json_object_get(line, "series"), *depths = json_object_get(series, "depth");
    const json_t *at = json_object_get(series, "at_s"), *resident = json_object_get(series, "resident_bytes");
    const json_t *start = json_object_get(json_object_get(line, "memory"), "start_bytes");
    double first = json_is_null(start) ? element(resident, 0) : json_number_value(start);
    for (size_t i = 0; i < json_array_size(at); i++) {
        double depth = 0;
        for (int hop = 0; hop < HOPS; hop++)
            depth += element(json_object_get(depths, hop_names[hop]), i);
        fprintf(out, "%.6f", element(at, i));
        plot_put_number(element(resident, i) - first, out);
        plot_put_number(depth, out);
        putc('\n', out);
    }
    json_decref(line);
}

int plot_write_memory(const struct summary *summary, FILE *out, const char **undrawable, struct fault *fault)
{
    const struct trial_figures *trial;
    const struct configuration *its;
    size_t lines = 0;
    (void)fault;
    fputs("# lines\n# line\tstyle\toutcome ok\tname\n", out);
    for (size_t i = 0; i < summary->count; i++)
        if ((its = most_grown(summary, i, &trial))) {
            fprintf(out, "%zu\t%d\t%d\t", ++lines, plot_style(summary, its), trial->outcome == OUTCOME_OK);
            put_line_name(summary, its, trial, out);
            putc('\n', out);
        }
    lines = 0;
    for (size_t i = 0; i < summary->count; i++)
        if (most_grown(summary, i, &trial)) {
            fprintf(out, "\n\n# line %zu\n# s\tresident growth (bytes)\tdepth of all hops (items)\n",
                    ++lines);
            put_series(summary->file, trial, out);
        }
    if (!lines)
        *undrawable = "no trial has a memory series";
    return 0;
}
