/* modes.c - see modes.h. */
#include "stats/modes.h"

#include <math.h>
#include <stdlib.h>

/* --- the tube: all distribution functions within a distance of the sample's --- */

/* What such a function may be at x. */
struct gate {
    double x, low, high;
};

struct tube {
    struct gate *gate;
    size_t count;
};

static void add_gate(struct tube *tube, double x, double low, double high)
{
    tube->gate[tube->count++] = (struct gate){x, fmax(low, 0), fmin(high, 1)};
}

/* Adds what holds at a value that `first` of n values are below and `next` are up to. Where so many are equal
   that only a jump stays within the distance, the jump becomes a steep slope between the neighbours: a mode.
 */
static void add_value(struct tube *tube, const double *sorted, size_t n, size_t first, size_t next,
                      double distance)
{
    static const double steep = 1e-6;
    double x = sorted[first], range = sorted[n - 1] - sorted[0];
    double below = (double)first / (double)n, up_to = (double)next / (double)n;
    if (up_to - distance <= below + distance) {
        add_gate(tube, x, up_to - distance, below + distance);
        return;
    }
    double before = first ? x - sorted[first - 1] : range, behind = next < n ? sorted[next] - x : range;
    add_gate(tube, x - steep * before, below - distance, below + distance);
    add_gate(tube, x + steep * behind, up_to - distance, up_to + distance);
}

/* From 0 far to the left to 1 far to the right, where the slope is next to nothing. */
static void make_tube(struct tube *tube, const double *sorted, size_t n, double distance)
{
    static const double far = 1e6;
    double range = sorted[n - 1] - sorted[0];
    tube->count = 0;
    add_gate(tube, sorted[0] - far * range, 0, 0);
    for (size_t first = 0, next; first < n; first = next) {
        for (next = first + 1; next < n && sorted[next] == sorted[first];)
            next++;
        add_value(tube, sorted, n, first, next, distance);
    }
    add_gate(tube, sorted[n - 1] + far * range, 1, 1);
}

/* --- the taut string through it --- */

/* A segment of the string: where it ends, and how it goes on from there. */
struct bend {
    size_t at;
    double y;
    enum { BEND_NONE, BEND_UP, BEND_DOWN } kind;
};

/* The next bend from (gate `from`, y): the lines from there that pass all gates seen so far get fewer with
   each gate; where none is left, the string bends around the gate that limited them. */
static struct bend next_bend(const struct tube *tube, size_t from, double y)
{
    double least = -INFINITY, most = INFINITY; /* slopes of those lines */
    size_t least_at = from, most_at = from;
    for (size_t i = from + 1; i < tube->count; i++) {
        const struct gate *gate = &tube->gate[i];
        double run = gate->x - tube->gate[from].x;
        double low = (gate->low - y) / run, high = (gate->high - y) / run;
        if (low > most)
            return (struct bend){most_at, tube->gate[most_at].high, BEND_UP};
        if (high < least)
            return (struct bend){least_at, tube->gate[least_at].low, BEND_DOWN};
        if (low >= least) {
            least = low;
            least_at = i;
        }
        if (high <= most) {
            most = high;
            most_at = i;
        }
    }
    return (struct bend){tube->count - 1, 1, BEND_NONE};
}

/* The modes of the string: it starts flat and ends flat, and between it gets steeper and flatter by turns.
   Its slope is a density, which has as few maxima as any in the tube. */
static size_t count_modes(struct tube *tube, const double *sorted, size_t n, double distance)
{
    struct bend bend = {0, 0, BEND_UP};
    size_t modes = 0;
    make_tube(tube, sorted, n, distance);
    while (bend.at + 1 < tube->count) {
        struct bend next = next_bend(tube, bend.at, bend.y);
        modes += next.kind == BEND_DOWN && bend.kind == BEND_UP;
        bend = next;
    }
    return modes ? modes : 1;
}

/* The least distance at which one mode is enough. */
static double find_dip(struct tube *tube, const double *sorted, size_t n)
{
    double low = 0.5 / (double)n, high = 0.25;
    if (count_modes(tube, sorted, n, low) == 1)
        return low;
    for (int halves = 0; halves < 36; halves++) {
        double middle = (low + high) / 2;
        if (count_modes(tube, sorted, n, middle) == 1)
            high = middle;
        else
            low = middle;
    }
    return high;
}

/* --- how much a uniform distribution dips --- */

enum { SIZES = 17, LEVELS = 9 };

static const double level[LEVELS] = {0.5, 0.25, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001};

/* The dip times the square root of n that is exceeded with each of these probabilities, in samples of so many
   values; of 400 000 samples each (100 000 from n = 500 on), drawn with rng.h and put through find_dip().
   They agree with those of Hartigan & Hartigan's table. tests/test_modes.c draws some again. */
static const struct {
    double n, dip[LEVELS];
} null_dips[SIZES] = {
    {4, {0.2500, 0.2892, 0.3750, 0.4148, 0.4480, 0.4640, 0.4743, 0.4836, 0.4882}},
    {5, {0.2716, 0.3445, 0.3954, 0.4169, 0.4329, 0.4394, 0.4430, 0.4455, 0.4463}},
    {6, {0.3019, 0.3552, 0.3898, 0.4036, 0.4388, 0.4700, 0.4958, 0.5213, 0.5372}},
    {7, {0.3116, 0.3531, 0.3818, 0.4232, 0.4639, 0.4867, 0.5054, 0.5231, 0.5350}},
    {8, {0.3143, 0.3477, 0.4014, 0.4358, 0.4697, 0.4893, 0.5056, 0.5261, 0.5470}},
    {9, {0.3125, 0.3522, 0.4089, 0.4393, 0.4709, 0.4927, 0.5186, 0.5482, 0.5672}},
    {10, {0.3093, 0.3612, 0.4129, 0.4416, 0.4769, 0.5043, 0.5276, 0.5536, 0.5694}},
    {12, {0.3155, 0.3685, 0.4163, 0.4507, 0.4898, 0.5141, 0.5364, 0.5640, 0.5837}},
    {15, {0.3237, 0.3718, 0.4258, 0.4597, 0.4992, 0.5274, 0.5519, 0.5814, 0.6018}},
    {20, {0.3281, 0.3811, 0.4348, 0.4701, 0.5106, 0.5397, 0.5650, 0.5954, 0.6192}},
    {30, {0.3368, 0.3905, 0.4466, 0.4835, 0.5265, 0.5562, 0.5845, 0.6187, 0.6432}},
    {50, {0.3454, 0.4008, 0.4588, 0.4969, 0.5417, 0.5728, 0.6013, 0.6374, 0.6642}},
    {100, {0.3549, 0.4115, 0.4717, 0.5110, 0.5586, 0.5909, 0.6221, 0.6598, 0.6852}},
    {200, {0.3616, 0.4195, 0.4808, 0.5213, 0.5694, 0.6028, 0.6348, 0.6750, 0.7011}},
    {500, {0.3681, 0.4269, 0.4894, 0.5304, 0.5816, 0.6162, 0.6517, 0.6923, 0.7220}},
    {1000, {0.3714, 0.4315, 0.4950, 0.5367, 0.5872, 0.6231, 0.6543, 0.6969, 0.7231}},
    {2000, {0.3738, 0.4331, 0.4951, 0.5366, 0.5890, 0.6242, 0.6571, 0.6993, 0.7332}},
};

/* Between two sizes and, beyond the largest one, the dip times the root changes slowly. */
static double null_dip(size_t n, int which)
{
    size_t i = 1;
    double size = (double)n;
    while (i + 1 < SIZES && null_dips[i].n < size)
        i++;
    double part = fmin((size - null_dips[i - 1].n) / (null_dips[i].n - null_dips[i - 1].n), 1);
    double before = null_dips[i - 1].dip[which], behind = null_dips[i].dip[which];
    return (before + part * (behind - before)) / sqrt(size);
}

/* Between two levels p changes evenly with the dip. */
static double probability_of(double dip, size_t n)
{
    double before = 0.5 / (double)n, p_before = 1;
    for (int i = 0; i < LEVELS; i++) {
        double behind = null_dip(n, i);
        if (dip < behind)
            return p_before + (level[i] - p_before) * (dip - before) / (behind - before);
        before = behind;
        p_before = level[i];
    }
    return level[LEVELS - 1];
}

struct stats_modes stats_modes(const double *sorted, size_t n)
{
    enum { FIVE_PERCENT = 3 };
    struct stats_modes modes = {1, NAN, NAN};
    struct tube tube = {.gate = calloc(2 * n + 2, sizeof *tube.gate)};

    if (tube.gate && n >= STATS_MODES_LEAST && sorted[n - 1] > sorted[0]) {
        modes.dip = find_dip(&tube, sorted, n);
        modes.p = probability_of(modes.dip, n);
        modes.count = count_modes(&tube, sorted, n, null_dip(n, FIVE_PERCENT));
    }
    free(tube.gate);
    return modes;
}
