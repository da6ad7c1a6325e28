/* metric.c - see metric.h. */
#include "compare/metric.h"

#include "base/suggest.h"

#include <math.h>
#include <string.h>

#define VALUE(member) offsetof(struct trial_figures, member)

const struct metric metrics[] = {
    {"throughput", "items delivered in a second of the window", "/s", "/s", 1, VALUE(throughput), true, false,
     "faster", "slower"},
    {"steady", "the same once the trial was steady, see results/METHOD.md", "/s", "/s", 1, VALUE(steady.rate),
     true, false, "faster", "slower"},
    {"operations", "enqueues and dequeues in a second, failed ones too, of pairs, fifty and burst", "/s",
     "/s", 1, VALUE(operations), true, false, "faster", "slower"},
    {"round-trip", "time for an item to go there and back, of ping-pong", "s", "s", 1,
     VALUE(round_trip_seconds), false, false, "faster", "slower"},
    {"cpu", "CPU time of all threads for an item", "ns", "s", 1e-9, VALUE(cpu_ns_per_item), false, false,
     "cheaper", "dearer"},
    {"cpus", "CPU time of all threads in a second of the trial", "s/s", "s/s", 1, VALUE(cpus), false, false,
     "cheaper", "dearer"},
    {"drain", "from the last put to the last delivery", "s", "s", 1, VALUE(drain_seconds), false, true,
     "faster", "slower"},
    {"join", "from the last put until all threads were joined", "s", "s", 1, VALUE(join_seconds), false, true,
     "faster", "slower"},
    {"peak", "largest resident set", "B", "B", 1, VALUE(resident_peak_bytes), false, false, "smaller",
     "larger"},
    {"growth", "of the resident set, from the start to the peak", "B", "B", 1, VALUE(resident_growth_bytes),
     false, false, "smaller", "larger"},
};
const size_t metric_count = sizeof metrics / sizeof *metrics;

static void tell_metrics(option_teller *teller, void *context)
{
    for (size_t i = 0; i < metric_count; i++)
        teller(context, metrics[i].name, metrics[i].summary);
}

const struct option_values metric_values = {.tell = tell_metrics};

const struct metric *metric_find(const char *name, struct fault *fault)
{
    const char *names[sizeof metrics / sizeof *metrics];
    for (size_t i = 0; i < metric_count; i++) {
        names[i] = metrics[i].name;
        if (strcmp(name, names[i]) == 0)
            return &metrics[i];
    }
    suggest_unknown(fault, "metric", name, names, metric_count);
    return NULL;
}

double metric_value(const struct metric *metric, const struct trial_figures *trial)
{
    bool counts = trial->outcome == OUTCOME_OK || (metric->is_ending && trial->outcome == OUTCOME_FAILED);
    double value = *(const double *)((const char *)trial + metric->value);
    return counts && isfinite(value) ? value : NAN;
}
