/* compare_options.h - the options that `sluice compare` and `sluice rank` have in common. */
#ifndef BENCH_COMPARE_OPTIONS_H
#define BENCH_COMPARE_OPTIONS_H

#include "base/options.h"
#include "compare/comparing.h"

struct compare_options {
    struct comparing_options comparing;
    enum report_format format;
    bool fail_on[VERDICTS];
};

int compare_set_metric(void *target, const char *text, struct fault *fault);
int compare_set_band(void *target, const char *text, struct fault *fault);
int compare_set_format(void *target, const char *text, struct fault *fault);

/* The table's entries for them. */
#define COMPARE_METRIC_OPTION                                                                                \
    {                                                                                                        \
        "metric", 'm', "NAME", NULL,                                                                         \
            "throughput, steady (throughput once a trial was steady), cpu (time an item), cpus (CPU time a " \
            "second), drain, join, "                                                                         \
            "peak "                                                                                          \
            "(resident set) or growth",                                                                      \
            compare_set_metric, "throughput", &metric_values                                                 \
    }
#define COMPARE_BAND_OPTION                                                                                  \
    {                                                                                                        \
        "band", 0, "PERCENT", NULL, "how much of a difference does not matter", compare_set_band, "2%", NULL \
    }
#define COMPARE_FORMAT_OPTION                                                                                \
    {                                                                                                        \
        "format", 'f', "FORMAT", NULL, "table, csv, json or markdown", compare_set_format, "table",          \
            &report_table_values                                                                             \
    }

#endif
