/* measured.h - a configuration's values of a metric, block by block, and what they look like. */
#ifndef BENCH_MEASURED_H
#define BENCH_MEASURED_H

#include "compare/metric.h"
#include "report/summary.h"

struct measured {
    const double *value; /* of the trials that have one, in the order of their blocks */
    const unsigned *block;
    size_t count;
    struct figure figure;
    struct stats_shape shape;
};

/* Those of a summary's configurations, which must outlive it. */
struct measurements {
    const struct summary *summary;
    const struct metric *metric;
    struct measured *of; /* in the order of the summary's configurations */
    double *values;
    unsigned *blocks;
};

/* 0, or -1 with a sentence when memory ran out. Release in any case. */
int measured_make(struct measurements *all, const struct summary *summary, const struct metric *metric,
                  struct fault *fault);
void measured_release(struct measurements *all);

/* That of a configuration of the summary. */
const struct measured *measured_of(const struct measurements *all, const struct configuration *its);

#endif
