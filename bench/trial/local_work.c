/* local_work.c - see local_work.h. */
#include "trial/local_work.h"

#include <stdlib.h>

enum { RUNS = 15, SHORT = 64, LONG = 512 };

static int by_size(const void *a_, const void *b_)
{
    const uint32_t *a = a_, *b = b_;
    return (*a > *b) - (*a < *b);
}

double local_took_ns(const struct sluice_local *local)
{
    uint32_t sorted[SLUICE_LOCAL_SAMPLES];
    size_t count = local->samples < SLUICE_LOCAL_SAMPLES ? local->samples : SLUICE_LOCAL_SAMPLES;
    if (count == 0)
        return 0;
    memcpy(sorted, local->took_ns, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_size);
    return (sorted[(count - 1) / 2] + (double)sorted[count / 2]) / (2.0 * SLUICE_LOCAL_PIECES);
}

/* What a piece of so many rounds takes on average, in ns. */
static double measure(uint64_t *state, double least, double spread)
{
    struct sluice_local local = {.state = *state, .least = (uint32_t)least, .spread = (uint32_t)spread};
    for (int run = 0; run < RUNS; run++)
        *state = sluice_sample_local(&local, *state, SLUICE_LOCAL_PAUSE);
    return local_took_ns(&local);
}

static uint32_t rounds(double value)
{
    return value < 1 ? 1 : value < UINT32_MAX ? (uint32_t)(value + 0.5) : UINT32_MAX;
}

/* A piece takes so much for its rounds and so much besides: for its call, and for the end of its loop, which
   the processor foresees where pieces are alike and does not where they differ. So both are measured with
   pieces of the kind that is wanted. */
void local_calibrate(struct sluice_local *local, uint64_t least_ns, uint64_t most_ns, uint64_t seed)
{
    *local = (struct sluice_local){.state = seed};
    if (most_ns == 0)
        return;
    bool differ = most_ns > least_ns;
    uint64_t state = sluice_burn_from(seed, 1000000); /* about a millisecond, for the clock to speed up */
    double a = measure(&state, SHORT, differ ? SHORT : 0), b = measure(&state, LONG, differ ? LONG : 0);
    double round_ns = (b - a) / ((LONG - SHORT) * (differ ? 1.5 : 1));
    if (round_ns <= 0) /* the clock is too coarse for it, or something is very wrong: the samples will tell */
        round_ns = b / LONG;
    double besides_ns = a - SHORT * (differ ? 1.5 : 1) * round_ns;
    double spread = (double)(most_ns - least_ns) / round_ns;
    double least = ((double)least_ns - besides_ns) / round_ns;
    if (least_ns + most_ns <= 2000) { /* once more, with what was found: the longer, the straighter */
        double took_ns = measure(&state, rounds(least), spread);
        least += ((double)(least_ns + most_ns) / 2 - took_ns) / round_ns;
    }
    local->state = state;
    local->least = rounds(least);
    local->spread = differ ? rounds(spread) : 0;
}
