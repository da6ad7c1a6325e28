/* sums.c - see sums.h. */
#include "stats/sums.h"

#include <math.h>
#include <string.h>

/* --- doubles as numbers in the same order --- */

static uint64_t number_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

static double value_of(uint64_t number)
{
    uint64_t bits = number >> 63 ? number & ~(UINT64_C(1) << 63) : ~number;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* --- counting --- */

/* How many sums of the two are at most the limit: as one index rises the other one falls. */
static uint64_t count_up_to(const double *x, size_t n, const double *y, size_t m, double limit)
{
    uint64_t count = 0;
    size_t left = m;
    for (size_t i = 0; i < n && left; i++) {
        while (left && x[i] + y[left - 1] > limit)
            left--;
        count += left;
    }
    return count;
}

/* Likewise of one with itself: each sum of different ones was counted twice, that of one with itself once. */
static uint64_t count_own_up_to(const double *x, size_t n, double limit)
{
    uint64_t own = 0;
    while (own < n && x[own] + x[own] <= limit)
        own++;
    return (count_up_to(x, n, x, n, limit) + own) / 2;
}

/* --- selecting --- */

/* The least double that k sums do not exceed: it is one of the sums. y null: x with itself. */
static double select_sum(const double *x, size_t n, const double *y, size_t m, uint64_t k)
{
    uint64_t low = number_of(x[0] + (y ? y[0] : x[0])),
             high = number_of(x[n - 1] + (y ? y[m - 1] : x[n - 1]));
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        double limit = value_of(middle);
        if ((y ? count_up_to(x, n, y, m, limit) : count_own_up_to(x, n, limit)) < k)
            low = middle + 1;
        else
            high = middle;
    }
    return value_of(low);
}

double sums_select(const double *x, size_t n, const double *y, size_t m, uint64_t k)
{
    return select_sum(x, n, y, m, k);
}

double sums_select_own(const double *x, size_t n, uint64_t k)
{
    return select_sum(x, n, NULL, 0, k);
}

static double median(const double *x, size_t n, const double *y, size_t m, uint64_t sums)
{
    if (!sums)
        return NAN;
    double middle = select_sum(x, n, y, m, (sums + 1) / 2);
    return sums % 2 ? middle : middle / 2 + select_sum(x, n, y, m, sums / 2 + 1) / 2;
}

double sums_median(const double *x, size_t n, const double *y, size_t m)
{
    return median(x, n, y, m, (uint64_t)n * m);
}

double sums_median_own(const double *x, size_t n)
{
    return median(x, n, NULL, 0, (uint64_t)n * (n + 1) / 2);
}
