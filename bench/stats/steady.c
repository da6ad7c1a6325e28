/* steady.c - see steady.h. */
#include "stats/steady.h"

#include <math.h>
#include <stdbool.h>

/* How many of the first rates the rule cuts. The last quarter is never cut into: a few values may lie close
   together by chance. */
static size_t marginal_cut(const double *rate, size_t n)
{
    double mean = 0, squares = 0, least = INFINITY; /* of the rates from here to the end, by Welford's way */
    size_t cut = 0;
    for (size_t left = 1; left <= n; left++) {
        double from_mean = rate[n - left] - mean;
        mean += from_mean / (double)left;
        squares += from_mean * (rate[n - left] - mean);
        double error = squares / ((double)left * (double)left);
        if (4 * left >= n && error <= least) {
            least = error;
            cut = n - left;
        }
    }
    return cut;
}

static bool are_near(double rate, double other)
{
    return fabs(rate - other) <= 0.05 * fmax(rate, other);
}

struct stats_steady stats_steady(const double *at, const double *count, size_t n)
{
    struct stats_steady steady = {STATS_STEADY_UNKNOWN, NAN, NAN};
    double rate[STATS_STEADY_MOST];
    n = n < STATS_STEADY_MOST ? n : STATS_STEADY_MOST;
    for (size_t i = 0; i < n; i++) {
        double time = at[i] - (i ? at[i - 1] : 0);
        if (!(time > 0))
            return steady;
        rate[i] = (count[i] - (i ? count[i - 1] : 0)) / time;
    }
    if (n < STATS_STEADY_LEAST)
        return steady;
    size_t cut = marginal_cut(rate, n);
    double whole = count[n - 1] / at[n - 1], begin = cut ? at[cut - 1] : 0;
    double rest = (count[n - 1] - (cut ? count[cut - 1] : 0)) / (at[n - 1] - begin);
    if (are_near(whole, rest)) {
        begin = 0;
        rest = whole;
    } else if (2 * cut > n) {
        steady.is = STATS_UNSTEADY;
        return steady;
    }
    return (struct stats_steady){STATS_STEADY, begin, rest};
}
