/* limits.h - what the tests of the limits and of their model share. */
#ifndef TESTS_LIMITS_H
#define TESTS_LIMITS_H

#include "support.h"

#include "limits/limits.h"

static inline struct topology *synthetic(const char *description)
{
    struct fault fault = {""};
    struct topology *topology;
    if (topology_load_synthetic(&topology, description, &fault))
        fail_msg("%s", fault.text);
    return topology;
}

static inline size_t count_of(const struct limits *limits, const char *name, const char *variant)
{
    size_t count = 0;
    for (size_t i = 0; i < limits->count; i++)
        count += strcmp(limits->each[i].name, name) == 0 &&
                 (!variant || strcmp(limits->each[i].variant, variant) == 0);
    return count;
}

#endif
