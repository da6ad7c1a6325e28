/* placement_list.c - see placement_list.h. */
#include "machine/placement_list.h"

#include "base/suggest.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* ---- one list ---- */

/* Reads a CPU number, digits only, and moves the cursor behind it. */
static int parse_cpu(const char *name, const char **cursor, unsigned *cpu, struct fault *fault)
{
    const char *start = *cursor;
    unsigned long long value = 0;

    while (**cursor >= '0' && **cursor <= '9' && value <= INT_MAX)
        value = value * 10 + (unsigned)(*(*cursor)++ - '0');
    if (value > INT_MAX)
        return fault_set(fault, "placement '%.200s' holds a CPU number that is too large; the largest is %d",
                         name, INT_MAX);
    if (*cursor == start && *start == '\0')
        return fault_set(fault,
                         "placement '%.200s' ends where a CPU number is expected; valid is a list such as "
                         "cpus:0,2,4-6 or one number as in pu:0",
                         name);
    if (*cursor == start)
        return fault_set(fault,
                         "placement '%.200s' holds '%c' where a CPU number is expected; valid is a list such "
                         "as cpus:0,2,4-6 or one number as in pu:0",
                         name, *start);
    *cpu = (unsigned)value;
    return 0;
}

/* Reads one number or range of a list, and the comma behind it if another follows. */
static int parse_range(const char *name, const char **cursor, unsigned *first, unsigned *last,
                       struct fault *fault)
{
    if (parse_cpu(name, cursor, first, fault) != 0)
        return -1;
    *last = *first;
    if (**cursor == '-') {
        ++*cursor;
        if (parse_cpu(name, cursor, last, fault) != 0)
            return -1;
    }
    if (*last < *first)
        return fault_set(fault, "placement '%.200s' holds the reversed range %u-%u; write %u-%u", name,
                         *first, *last, *last, *first);
    if (**cursor == '\0')
        return 0;
    if (**cursor != ',')
        return fault_set(fault,
                         "placement '%.200s' holds '%c' behind a CPU number; valid is a list such as "
                         "cpus:0,2,4-6",
                         name, **cursor);
    ++*cursor;
    if (**cursor == '\0') /* the caller takes the end of the text for the end of the list */
        return fault_set(fault, "placement '%.200s' ends with a comma; a CPU number must follow it", name);
    return 0;
}

int list_check(const char *name, const char *list, struct fault *fault)
{
    const char *cursor = list;
    unsigned first = 0, last = 0;

    do {
        if (parse_range(name, &cursor, &first, &last, fault) != 0)
            return -1;
    } while (*cursor);
    return 0;
}

int list_check_one(const char *name, const char *list, struct fault *fault)
{
    if (list_check(name, list, fault) != 0)
        return -1;
    if (strspn(list, "0123456789") != strlen(list))
        return fault_set(fault,
                         "placement '%.200s' takes one CPU number, as in pu:0; for several write cpus:%.200s",
                         name, list);
    return 0;
}

static int check_usable(const struct topology *topology, unsigned cpu, struct fault *fault)
{
    char usable[256];

    if (topology_has_pu(topology, cpu))
        return 0;
    topology_pu_list(topology, usable, sizeof usable);
    if (hwloc_bitmap_isset(topology->offline, cpu))
        return fault_set(fault, "CPU %u is offline: the usable CPUs are %s", cpu, usable);
    if (topology->is_this_machine || hwloc_bitmap_isset(topology->refused, cpu))
        return fault_set(fault, "CPU %u is not usable here: the allowed CPUs are %s", cpu, usable);
    return fault_set(fault, "CPU %u is not part of this topology: its CPUs are %s", cpu, usable);
}

/* Checks that every PU of a well-formed list is usable, and counts them, repetitions included. A range that
   names PUs by the million stops at the first that is missing. */
static int count_list(const struct topology *topology, const char *name, const char *list, unsigned *count,
                      struct fault *fault)
{
    const char *cursor = list;
    unsigned first = 0, last = 0;

    *count = 0;
    do {
        if (parse_range(name, &cursor, &first, &last, fault) != 0)
            return -1;
        for (unsigned cpu = first; cpu <= last; cpu++, ++*count)
            if (check_usable(topology, cpu, fault) != 0)
                return -1;
    } while (*cursor);
    return 0;
}

/* Deals a list out to the threads from `begin` up to `end`. */
static int deal(struct placement_plan *plan, unsigned begin, unsigned end, const struct topology *topology,
                const char *list, struct fault *fault)
{
    const char *cursor = list;
    unsigned count, position = 0, first = 0, last = 0;

    if (count_list(topology, plan->name, list, &count, fault) != 0)
        return -1;
    do {
        if (parse_range(plan->name, &cursor, &first, &last, fault) != 0)
            return -1;
        for (unsigned cpu = first; cpu <= last; cpu++, position++)
            for (size_t thread = (size_t)begin + position; thread < end; thread += count)
                plan->pu[thread] = (int)cpu;
    } while (*cursor);
    return 0;
}

int list_plan(struct placement_plan *plan, const struct topology *topology, const char *list,
              struct fault *fault)
{
    return deal(plan, 0, plan->threads, topology, list, fault);
}

/* ---- a list for each role ---- */

static const char prefix[] = "roles:";

struct role_lists {
    char of[PLACEMENT_ROLES][PLACEMENT_NAME_SIZE]; /* "": not given */
};

static int find_role(const char *text, size_t length)
{
    for (int role = 0; role < PLACEMENT_ROLES; role++)
        if (strlen(placement_roles[role]) == length && strncmp(text, placement_roles[role], length) == 0)
            return role;
    return -1;
}

bool list_is_of_roles(const char *name)
{
    size_t word = strcspn(name, "=,:");

    return strncmp(name, prefix, sizeof prefix - 1) == 0 || (name[word] == '=' && find_role(name, word) >= 0);
}

/* Where a role's list ends: at the comma before the next "ROLE=", or at the end of the text. */
static size_t list_length(const char *list)
{
    size_t length = strcspn(list, "=");

    if (!list[length])
        return length;
    while (length > 0 && list[length] != ',')
        length--;
    return length;
}

static int split(const char *name, struct role_lists *lists, struct fault *fault)
{
    const char *cursor = name;
    bool more = true;

    memset(lists, 0, sizeof *lists);
    if (strncmp(name, prefix, sizeof prefix - 1) == 0)
        cursor += sizeof prefix - 1;
    while (more) {
        size_t word = strcspn(cursor, "="), length;
        char role_text[64];
        int role = find_role(cursor, word);
        snprintf(role_text, sizeof role_text, "%.*s", (int)(word < 60 ? word : 60), cursor);
        if (!cursor[word])
            return fault_set(fault,
                             "placement '%.200s' lacks a role and '=' before '%s'; valid is "
                             "roles:source=0,download=1-3,resize=4,upload=5,sink=6",
                             name, role_text);
        if (role < 0)
            return suggest_unknown(fault, "role", role_text, placement_roles, PLACEMENT_ROLES);
        if (*lists->of[role])
            return fault_set(fault, "placement '%.200s' names the role %s twice", name, role_text);
        cursor += word + 1;
        length = list_length(cursor);
        memcpy(lists->of[role], cursor, length); /* the whole name fits */
        if (list_check(name, lists->of[role], fault) != 0)
            return -1;
        more = cursor[length] == ',';
        cursor += length + more;
    }
    return 0;
}

int list_check_roles(const char *name, struct fault *fault)
{
    struct role_lists lists;

    return split(name, &lists, fault);
}

int list_plan_roles(struct placement_plan *plan, const struct topology *topology, struct fault *fault)
{
    struct role_lists lists;
    unsigned begin = 0;

    if (split(plan->name, &lists, fault) != 0)
        return -1;
    for (unsigned role = 0; role < PLACEMENT_ROLES; role++)
        if (plan->wiring.threads_of[role] && !*lists.of[role])
            return fault_set(fault, "placement '%.200s' says nothing of the role %s; name all that have threads",
                             plan->name, placement_roles[role]);
    for (unsigned role = 0; role < PLACEMENT_ROLES; begin += plan->wiring.threads_of[role++])
        if (plan->wiring.threads_of[role] && deal(plan, begin, begin + plan->wiring.threads_of[role], topology, lists.of[role], fault) != 0)
            return -1;
    return 0;
}
