/* measured.c - see measured.h. */
#include "compare/measured.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Takes the values of one configuration to where there is room for all its trials. */
static struct measured take(const struct configuration *its, const struct metric *metric, double *values,
                            unsigned *blocks, double *scratch)
{
    struct measured measured = {.value = values, .block = blocks};
    for (size_t i = 0; i < its->trials; i++) {
        double value = metric_value(metric, its->trial[i]);
        if (isnan(value))
            continue;
        values[measured.count] = value;
        blocks[measured.count++] = its->trial[i]->block;
    }
    measured.shape = stats_shape(values, measured.count);
    memcpy(scratch, values, measured.count * sizeof *values);
    measured.figure = summary_figure(scratch, measured.count);
    return measured;
}

int measured_make(struct measurements *all, const struct summary *summary, const struct metric *metric,
                  struct fault *fault)
{
    size_t trials = summary->file->count, used = 0;
    double *scratch = calloc(trials + 1, sizeof *scratch);
    *all = (struct measurements){
        .summary = summary,
        .metric = metric,
        .of = calloc(summary->count + 1, sizeof *all->of),
        .values = calloc(trials + 1, sizeof *all->values),
        .blocks = calloc(trials + 1, sizeof *all->blocks),
    };
    bool ready = scratch && all->of && all->values && all->blocks;
    for (size_t i = 0; ready && i < summary->count; i++) {
        const struct configuration *its = &summary->configurations[i];
        all->of[i] = take(its, metric, all->values + used, all->blocks + used, scratch);
        used += its->trials;
    }
    free(scratch);
    return ready ? 0 : fault_set(fault, "the campaign cannot be compared: out of memory");
}

void measured_release(struct measurements *all)
{
    free(all->of);
    free(all->values);
    free(all->blocks);
    *all = (struct measurements){0};
}

const struct measured *measured_of(const struct measurements *all, const struct configuration *its)
{
    return &all->of[its - all->summary->configurations];
}
