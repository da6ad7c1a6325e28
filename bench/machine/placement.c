/* placement.c - see placement.h. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* CPU_ALLOC and its relatives */
#endif
#include "machine/placement.h"

#include "base/suggest.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { KIND_UNBOUND, KIND_COMPACT, KIND_SPREAD, KIND_PU, KIND_CPUS, KINDS };

const struct placement_kind placement_kinds[] = {
    [KIND_UNBOUND] = {"unbound", "the kernel chooses"},
    [KIND_COMPACT] = {"compact", "neighbouring roles as near as the topology allows"},
    [KIND_SPREAD] = {"spread", "neighbouring roles as far apart as the topology allows"},
    [KIND_PU] = {"pu:N", "all threads on the PU with OS index N"},
    [KIND_CPUS] = {"cpus:LIST", "the PUs of a list such as 0,2,4-6, dealt out in turns"},
    [KINDS] = {NULL, NULL},
};

/* ---- names ---- */

/* The kind that a name asks for, or KINDS; *list is what follows the colon where the syntax has one,
   otherwise null. */
static enum kind kind_of(const char *name, const char **list)
{
    *list = NULL;
    for (enum kind kind = 0; kind < KINDS; kind++) {
        const char *syntax = placement_kinds[kind].syntax;
        size_t stem = strcspn(syntax, ":");
        if (strncmp(name, syntax, stem) != 0 || name[stem] != syntax[stem])
            continue;
        if (syntax[stem] == ':')
            *list = name + stem + 1;
        return kind;
    }
    return KINDS;
}

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

/* Checks the form of the list behind pu: or cpus:, which stops no later than the first fault. */
static int check_list(const char *name, enum kind kind, const char *list, struct fault *fault)
{
    const char *cursor = list;
    unsigned first, last;

    do {
        if (parse_range(name, &cursor, &first, &last, fault) != 0)
            return -1;
    } while (*cursor);
    if (kind == KIND_PU && strspn(list, "0123456789") != strlen(list))
        return fault_set(fault,
                         "placement '%.200s' takes one CPU number, as in pu:0; for several write cpus:%.200s",
                         name, list);
    return 0;
}

static int refuse_unknown(const char *name, struct fault *fault)
{
    const char *names[KINDS];

    for (enum kind kind = 0; kind < KINDS; kind++)
        names[kind] = placement_kinds[kind].syntax;
    return suggest_unknown(fault, "placement", name, names, KINDS);
}

static int check_name(const char *name, enum kind *kind, const char **list, struct fault *fault)
{
    *kind = kind_of(name, list);
    if (*kind == KINDS)
        return refuse_unknown(name, fault);
    if (strlen(name) >= PLACEMENT_NAME_SIZE)
        return fault_set(fault,
                         "placement '%.60s...' is %zu characters long; at most %d are valid, and ranges such "
                         "as 4-6 shorten a list",
                         name, strlen(name), PLACEMENT_NAME_SIZE - 1);
    return *list ? check_list(name, *kind, *list, fault) : 0;
}

bool placement_name_known(const char *name, struct fault *fault)
{
    enum kind kind;
    const char *list;

    return check_name(name, &kind, &list, fault) == 0;
}

/* ---- plans ---- */

static int check_usable(const struct topology *topology, unsigned cpu, struct fault *fault)
{
    char usable[256];

    if (topology_has_pu(topology, cpu))
        return 0;
    topology_pu_list(topology, usable, sizeof usable);
    if (topology->is_this_machine)
        return fault_set(fault, "CPU %u is not usable here: the allowed CPUs are %s", cpu, usable);
    return fault_set(fault, "CPU %u is not part of this topology: its CPUs are %s", cpu, usable);
}

/* Checks that every PU of a well-formed list is usable, and counts them, repetitions included. A range that
   names PUs by the million stops at the first that is missing. */
static int count_list(const struct topology *topology, const char *name, const char *list, unsigned *count,
                      struct fault *fault)
{
    const char *cursor = list;
    unsigned first, last;

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

static int plan_list(struct placement_plan *plan, const struct topology *topology, const char *list,
                     struct fault *fault)
{
    const char *cursor = list;
    unsigned count, position = 0, first, last;

    if (count_list(topology, plan->name, list, &count, fault) != 0)
        return -1;
    do {
        if (parse_range(plan->name, &cursor, &first, &last, fault) != 0)
            return -1;
        for (unsigned cpu = first; cpu <= last; cpu++, position++)
            for (size_t thread = position; thread < plan->threads; thread += count)
                plan->pu[thread] = (int)cpu;
    } while (*cursor);
    return 0;
}

static void plan_compact(struct placement_plan *plan, const struct topology *topology)
{
    unsigned long long pus = topology_pus(topology);

    for (unsigned thread = 0; thread < plan->threads; thread++) {
        unsigned long long logical = plan->threads > pus ? thread * pus / plan->threads : thread;
        plan->pu[thread] = (int)topology_pu_os_index(topology, (unsigned)logical);
    }
}

static unsigned pus_under(hwloc_obj_t object)
{
    return (unsigned)hwloc_bitmap_weight(object->cpuset);
}

/* Writes the OS indices of all PUs under the object to `order`, so that its children take turns: the first
   PU of each child, then the second of each, and so on, each child's own PUs being ordered the same way.
   Children write to `scratch` and use `order` as their scratch; both hold pus_under(object) entries. */
static void order_by_turns(hwloc_obj_t object, int *order, int *scratch)
{
    unsigned written = 0, offset = 0;

    if (object->type == HWLOC_OBJ_PU) {
        *order = (int)object->os_index;
        return;
    }
    for (unsigned i = 0; i < object->arity; i++) {
        order_by_turns(object->children[i], scratch + offset, order + offset);
        offset += pus_under(object->children[i]);
    }
    for (unsigned turn = 0; written < offset; turn++) {
        unsigned start = 0;
        for (unsigned i = 0; i < object->arity; i++) {
            unsigned pus = pus_under(object->children[i]);
            if (turn < pus)
                order[written++] = scratch[start + turn];
            start += pus;
        }
    }
}

static int plan_spread(struct placement_plan *plan, const struct topology *topology, struct fault *fault)
{
    unsigned pus = topology_pus(topology);
    int *order = calloc(pus, sizeof *order);
    int *scratch = calloc(pus, sizeof *scratch);
    int status = 0;

    if (order && scratch) {
        order_by_turns(hwloc_get_root_obj(topology->hwloc), order, scratch);
        for (unsigned thread = 0; thread < plan->threads; thread++)
            plan->pu[thread] = order[thread % pus];
    } else {
        status = fault_set(fault, "out of memory while placing threads on %u CPUs", pus);
    }
    free(order);
    free(scratch);
    return status;
}

int placement_plan(struct placement_plan *out, const struct topology *topology, const char *name,
                   unsigned threads, struct fault *fault)
{
    enum kind kind;
    const char *list;
    int status = 0;

    *out = (struct placement_plan){.threads = 0};
    if (check_name(name, &kind, &list, fault) != 0)
        return -1;
    if (threads == 0)
        return fault_set(fault, "placement '%s' was asked to place no thread; at least 1 is needed", name);
    out->pu = malloc(threads * sizeof *out->pu);
    if (!out->pu)
        return fault_set(fault, "out of memory while placing %u threads", threads);
    strcpy(out->name, name); /* check_name has seen that it fits */
    out->threads = threads;
    for (unsigned thread = 0; thread < threads; thread++)
        out->pu[thread] = PLACEMENT_UNBOUND;
    if (kind == KIND_COMPACT)
        plan_compact(out, topology);
    else if (kind == KIND_SPREAD)
        status = plan_spread(out, topology, fault);
    else if (list)
        status = plan_list(out, topology, list, fault);
    if (status != 0)
        placement_free(out);
    return status;
}

void placement_free(struct placement_plan *plan)
{
    free(plan->pu);
    *plan = (struct placement_plan){.threads = 0};
}

int placement_to_cpuset(int pu, cpu_set_t **set, size_t *size)
{
    *set = NULL;
    *size = 0;
    if (pu < 0)
        return -1;
    *set = CPU_ALLOC((size_t)pu + 1);
    if (!*set)
        return -1;
    *size = CPU_ALLOC_SIZE((size_t)pu + 1);
    CPU_ZERO_S(*size, *set);
    CPU_SET_S((size_t)pu, *size, *set);
    return 0;
}

/* ---- what neighbouring roles share ---- */

enum { ROLES = PLACEMENT_HOPS + 1 };

/* The PUs of one role's threads: `set` is to be freed by the caller, null when memory ran out. */
struct role_pus {
    hwloc_bitmap_t set;
    bool bound; /* all of the role's threads are */
};

static struct role_pus role_pus(const struct placement_plan *plan, unsigned first, unsigned count)
{
    struct role_pus role = {.set = hwloc_bitmap_alloc(), .bound = true};

    for (unsigned thread = first; role.set && thread < first + count; thread++) {
        if (plan->pu[thread] < 0) {
            role.bound = false;
        } else if (hwloc_bitmap_set(role.set, (unsigned)plan->pu[thread]) != 0) {
            hwloc_bitmap_free(role.set);
            role.set = NULL;
        }
    }
    return role;
}

static int describe_hop(char text[PLACEMENT_HOP_SIZE], const struct topology *topology,
                        const struct role_pus *from, const struct role_pus *to, struct fault *fault)
{
    const char *nearest, *farthest;

    if (!from->set || !to->set)
        return fault_set(fault, "out of memory while describing a placement");
    if (!from->bound || !to->bound) {
        snprintf(text, PLACEMENT_HOP_SIZE, "unbound");
        return 0;
    }
    if (topology_shared_range(topology, from->set, to->set, &nearest, &farthest) != 0)
        return fault_set(fault, "the placement was planned for another topology than the one given");
    if (strcmp(nearest, farthest) == 0)
        snprintf(text, PLACEMENT_HOP_SIZE, "%s", nearest);
    else
        snprintf(text, PLACEMENT_HOP_SIZE, "%s..%s", nearest, farthest);
    return 0;
}

int placement_describe_hops(const struct placement_plan *plan, const struct topology *topology,
                            const unsigned workers[PLACEMENT_STAGES],
                            char hops[PLACEMENT_HOPS][PLACEMENT_HOP_SIZE], struct fault *fault)
{
    const unsigned threads_of[ROLES] = {1, workers[0], workers[1], workers[2], 1};
    struct role_pus roles[ROLES];
    unsigned long long threads = 0;
    unsigned first = 0;
    int status = 0;

    for (unsigned role = 0; role < ROLES; role++)
        threads += threads_of[role];
    if (threads != plan->threads || !workers[0] || !workers[1] || !workers[2])
        return fault_set(fault,
                         "a plan of %u threads does not fit %u, %u and %u workers, a source and a sink",
                         plan->threads, workers[0], workers[1], workers[2]);
    for (unsigned role = 0; role < ROLES; first += threads_of[role++])
        roles[role] = role_pus(plan, first, threads_of[role]);
    for (unsigned hop = 0; hop < PLACEMENT_HOPS && status == 0; hop++)
        status = describe_hop(hops[hop], topology, &roles[hop], &roles[hop + 1], fault);
    for (unsigned role = 0; role < ROLES; role++)
        hwloc_bitmap_free(roles[role].set);
    return status;
}
