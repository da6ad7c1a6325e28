/* metric.h - what configurations are compared by: a figure of a trial, and which way is better. */
#ifndef BENCH_METRIC_H
#define BENCH_METRIC_H

#include "base/options.h"
#include "record/record.h"

struct metric {
    const char *name, *summary;
    const char *unit;       /* of the values: "/s", "ns" */
    const char *shown_unit; /* that they are shown in, times `scale`: "s" takes a prefix, "ns" has one */
    double scale;
    size_t value; /* where in struct trial_figures: a double */
    bool more_is_better;
    bool is_ending; /* as true of a trial in which a worker failed */
    const char *better,
        *worse; /* what a configuration is that has more, or less, of it: "faster", "slower" */
};

extern const struct metric metrics[];
extern const size_t metric_count;
extern const struct option_values metric_values; /* their names, for tables of options */

/* The metric of this name; null, with a sentence that lists them. */
const struct metric *metric_find(const char *name, struct fault *fault);

/* What the trial says; NAN: not known, or the trial did not end so that it counts. */
double metric_value(const struct metric *metric, const struct trial_figures *trial);

#endif
