/* deadline.h - deadlines for the tests: absolute times of CLOCK_MONOTONIC. */
#ifndef TESTS_DEADLINE_H
#define TESTS_DEADLINE_H

#include "base/clock.h"
#include "support.h"

#include <sluice/stage.h>

#define MS_NS   UINT64_C(1000000)
#define HOUR_NS UINT64_C(3600000000000)

static const struct timespec long_past = {.tv_sec = 0};

static inline struct timespec in_ns(uint64_t ns)
{
    return clock_timespec(clock_now_ns() + ns);
}

/* That it is not earlier than the deadline, nor so late that the deadline was not the reason. */
static inline void expect_after(const struct timespec *deadline)
{
    const uint64_t most_ns = 30 * UINT64_C(1000000000), now_ns = clock_now_ns();
    uint64_t deadline_ns = (uint64_t)deadline->tv_sec * 1000000000u + (uint64_t)deadline->tv_nsec;
    assert_true(now_ns >= deadline_ns);
    assert_true(now_ns < deadline_ns + most_ns);
}

#endif
