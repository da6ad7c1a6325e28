/* shape.c - see shape.h. */
#include "stats/shape.h"

#include "stats/sample.h"
#include "stats/trend.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct stats_shape stats_shape(const double *values, size_t n)
{
    struct stats_shape shape = {n, {1, NAN, NAN}, NAN, NAN, 0};
    double *sorted = calloc(n + 1, sizeof *sorted);
    if (!sorted || !n) {
        free(sorted);
        return shape;
    }
    memcpy(sorted, values, n * sizeof *sorted);
    stats_sort(sorted, n);
    struct stats_interval fences = stats_fences(sorted, n);
    for (size_t i = 0; i < n; i++)
        shape.outliers += sorted[i] < fences.low || sorted[i] > fences.high;
    shape.modes = stats_modes(sorted, n);
    shape.trend_p = stats_trend_test(values, n);
    shape.change = stats_change(values, n);
    free(sorted);
    return shape;
}
