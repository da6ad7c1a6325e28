/* shape.h - what a median does not tell of a sample: whether it has several modes, drifts, has outliers. All
   of it is for showing: nothing is dropped or averaged because of it. */
#ifndef BENCH_SHAPE_H
#define BENCH_SHAPE_H

#include "stats/modes.h"

struct stats_shape {
    size_t count;             /* how many values */
    struct stats_modes modes; /* how many at least */
    double trend_p;           /* that values without a trend are as much in order: stats_trend_test() */
    double change;            /* last third over first third: stats_change() */
    size_t outliers;          /* values beyond stats_fences() */
};

/* Of values in the order in which they were measured. Without values or memory, nothing is known: all NAN,
   one mode. */
struct stats_shape stats_shape(const double *values, size_t n);

#endif
