/* placement.c - see placement.h: the names, and the plans that need the number of threads only. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* CPU_ALLOC and its relatives */
#endif
#include "machine/placement.h"

#include "base/suggest.h"
#include "machine/pattern.h"
#include "machine/placement_class.h"
#include "machine/placement_list.h"
#include "machine/signature.h"
#include "machine/tree.h"

#include <stdlib.h>
#include <string.h>

const char *const placement_roles[PLACEMENT_ROLES] = {"source", "download", "resize", "upload", "sink"};

const char *const placement_hops[PLACEMENT_HOPS] = {"download", "resize", "upload", "done"};

/* ---- names ---- */

enum kind {
    KIND_UNBOUND,
    KIND_COMPACT,
    KIND_SPREAD,
    KIND_PU,
    KIND_CPUS,
    KIND_SIGNATURE,
    KIND_GROUP_ALL,
    KIND_GROUP_CLASSES,
    KIND_ROLES,
    KIND_CLASS,
    KIND_NONE
};

/* The names but for the classes; what has an argument ends with a colon. */
static const char *const stems[] = {
    [KIND_UNBOUND] = "unbound", [KIND_COMPACT] = "compact",      [KIND_SPREAD] = "spread",
    [KIND_PU] = "pu:",          [KIND_CPUS] = "cpus:",           [KIND_SIGNATURE] = "all:",
    [KIND_GROUP_ALL] = "all",   [KIND_GROUP_CLASSES] = "classes"};

enum { STEMS = sizeof stems / sizeof *stems };

const struct placement_kind placement_kinds[] = {
    {"unbound", "the kernel chooses"},
    {"compact", "neighbouring roles as near as the topology allows"},
    {"spread", "neighbouring roles as far apart as the topology allows"},
    {"same-X", "neighbouring roles share an X and nothing nearer: same-pu, same-l2, same-l3, same-numa, ..."},
    {"smt", "neighbouring roles are on two PUs of a core"},
    {"cross-X",
     "neighbouring roles are on different Xs, near each other: cross-l3, cross-numa, cross-package"},
    {"p-cores", "on the fastest kind of core of a hybrid machine"},
    {"e-cores", "on its slowest kind"},
    {"mixed", "neighbouring roles on different kinds of core"},
    {"pu:N", "all threads on the PU with OS index N"},
    {"cpus:LIST", "the PUs of a list such as 0,2,4-6, dealt out in turns"},
    {"roles:ROLE=LIST,...", "a list for each role: source=0,download=1-3,resize=4,upload=5,sink=6"},
    {"classes", "each of same-X, smt, cross-X and the kinds of core that this machine has"},
    {"all", "with one worker a stage, everything that neighbouring roles can share here; else classes, "
            "compact, spread"},
    {"all:SIGNATURE", "one of all, such as all:core-l3-core-l3"},
    {NULL, NULL},
};

/* The kind that a name asks for; *rest is what follows the stem, or the whole name for a class. */
static enum kind kind_of(const char *name, const char **rest)
{
    *rest = name;
    if (list_is_of_roles(name))
        return KIND_ROLES;
    if (class_find(name) >= 0)
        return KIND_CLASS;
    for (int kind = 0; kind < STEMS; kind++) {
        size_t length = strlen(stems[kind]);
        bool has_argument = stems[kind][length - 1] == ':';
        *rest = name + length;
        if (strncmp(name, stems[kind], length) == 0 && (has_argument || !**rest))
            return (enum kind)kind;
    }
    return KIND_NONE;
}

static int refuse_unknown(const char *name, struct fault *fault)
{
    static const char *const others[] = {"pu:N", "cpus:LIST", "roles:ROLE=LIST,...", "classes", "all"};
    const char *names[3 + CLASSES + sizeof others / sizeof *others];
    size_t count = 0;

    for (enum kind kind = KIND_UNBOUND; kind <= KIND_SPREAD; kind++)
        names[count++] = stems[kind];
    for (int class = 0; class < CLASSES; class ++)
        names[count++] = class_names[class];
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        names[count++] = others[i];
    return suggest_unknown(fault, "placement", name, names, count);
}

static int check_name(const char *name, enum kind *kind, const char **rest, struct fault *fault)
{
    *kind = kind_of(name, rest);
    if (*kind == KIND_NONE)
        return refuse_unknown(name, fault);
    if (strlen(name) >= PLACEMENT_NAME_SIZE)
        return fault_set(fault,
                         "placement '%.60s...' is %zu characters long; at most %d are valid, and ranges such "
                         "as 4-6 shorten a list",
                         name, strlen(name), PLACEMENT_NAME_SIZE - 1);
    if (*kind == KIND_PU)
        return list_check_one(name, *rest, fault);
    if (*kind == KIND_CPUS)
        return list_check(name, *rest, fault);
    return *kind == KIND_ROLES ? list_check_roles(name, fault) : 0;
}

bool placement_name_known(const char *name, struct fault *fault)
{
    enum kind kind;
    const char *rest;

    return check_name(name, &kind, &rest, fault) == 0;
}

bool placement_has_commas(const char *text)
{
    return strncmp(text, stems[KIND_CPUS], strlen(stems[KIND_CPUS])) == 0 || list_is_of_roles(text);
}

/* ---- plans ---- */

static void plan_compact(struct placement_plan *plan, const struct topology *topology)
{
    unsigned long long pus = topology_pus(topology);

    for (unsigned thread = 0; thread < plan->threads; thread++) {
        unsigned long long logical = plan->threads > pus ? thread * pus / plan->threads : thread;
        plan->pu[thread] = (int)topology_pu_os_index(topology, (unsigned)logical);
    }
}

/* Writes the logical indices of all PUs under the node to `order`, so that its children take turns: the first
   PU of each child, then the second of each, and so on, each child's own PUs being ordered the same way.
   Children write to `scratch` and use `order` as their scratch; both hold as many entries as there are PUs.
 */
static void order_by_turns(const struct tree *tree, unsigned index, unsigned *order, unsigned *scratch)
{
    const struct tree_node *node = &tree->node[index];
    unsigned written = 0, offset = 0;

    if (!node->children) {
        *order = node->first_pu;
        return;
    }
    for (unsigned i = 0; i < node->children; i++) {
        order_by_turns(tree, node->child[i], scratch + offset, order + offset);
        offset += tree->node[node->child[i]].pu_count;
    }
    for (unsigned turn = 0; written < offset; turn++) {
        unsigned start = 0;
        for (unsigned i = 0; i < node->children; i++) {
            unsigned pus = tree->node[node->child[i]].pu_count;
            if (turn < pus)
                order[written++] = scratch[start + turn];
            start += pus;
        }
    }
}

static int plan_spread(struct placement_plan *plan, const struct tree *tree, struct fault *fault)
{
    unsigned *order = calloc(tree->pus, sizeof *order);
    unsigned *scratch = calloc(tree->pus, sizeof *scratch);
    int status = 0;

    if (order && scratch) {
        order_by_turns(tree, tree_root(tree), order, scratch);
        for (unsigned thread = 0; thread < plan->threads; thread++)
            plan->pu[thread] = (int)tree->pu[order[thread % tree->pus]].os_index;
    } else {
        status = fault_set(fault, "out of memory while placing threads on %u CPUs", tree->pus);
    }
    free(order);
    free(scratch);
    return status;
}

static int plan_signature(struct placement_plan *plan, const struct tree *tree, const char *text,
                          struct fault *fault)
{
    unsigned pu[PLACEMENT_ROLES];
    pattern wanted;
    int status;

    if (!wiring_is_single(&plan->wiring))
        return fault_set(fault,
                         "placement '%s' is of one worker a stage, one source and one sink, not of %u, %u and %u "
                         "workers, %u and %u",
                         plan->name, plan->wiring.threads_of[1], plan->wiring.threads_of[2],
                         plan->wiring.threads_of[3], plan->wiring.threads_of[0], plan->wiring.threads_of[4]);
    status = pattern_parse(text, tree, &wanted) ? 1 : pattern_assign(tree, wanted, pu);
    if (status < 0)
        return fault_set(fault, "out of memory while placing threads on %u CPUs", tree->pus);
    if (status > 0)
        return fault_set(fault,
                         "no threads of this machine can be placed as '%s'; `sluice topology --place all` "
                         "lists what can be written here",
                         plan->name);
    for (unsigned role = 0; role < PLACEMENT_ROLES; role++)
        plan->pu[role] = (int)tree->pu[pu[role]].os_index;
    return 0;
}

static int plan_class(struct placement_plan *plan, const struct topology *topology, struct fault *fault)
{
    int class = class_find(plan->name), status = class_plan(plan, topology, class, fault);

    return status > 0 ? class_refuse(topology, class, fault) : status;
}

static int fill(struct placement_plan *plan, const struct topology *topology, enum kind kind,
                const char *rest, struct fault *fault)
{
    switch (kind) {
    case KIND_COMPACT:
        plan_compact(plan, topology);
        return 0;
    case KIND_SPREAD:
        return plan_spread(plan, topology->tree, fault);
    case KIND_PU:
    case KIND_CPUS:
        return list_plan(plan, topology, rest, fault);
    case KIND_ROLES:
        return list_plan_roles(plan, topology, fault);
    case KIND_SIGNATURE:
        return plan_signature(plan, topology->tree, rest, fault);
    case KIND_CLASS:
        return plan_class(plan, topology, fault);
    case KIND_GROUP_ALL:
    case KIND_GROUP_CLASSES:
        return fault_set(fault, "'%s' stands for several placements; name one of them", plan->name);
    default:
        return 0;
    }
}

int placement_plan(struct placement_plan *out, const struct topology *topology, const char *name,
                   const struct wiring *wiring, struct fault *fault)
{
    enum kind kind;
    const char *rest;
    int status;

    *out = (struct placement_plan){.wiring = *wiring, .threads = wiring_threads(wiring)};
    if (check_name(name, &kind, &rest, fault) != 0)
        return -1;
    if (!out->threads)
        return fault_set(fault, "placement '%s' was asked to place no thread; at least 1 is needed", name);
    out->pu = malloc(out->threads * sizeof *out->pu);
    if (!out->pu)
        return fault_set(fault, "out of memory while placing %u threads", out->threads);
    strcpy(out->name, name); /* check_name has seen that it fits */
    for (unsigned thread = 0; thread < out->threads; thread++)
        out->pu[thread] = PLACEMENT_UNBOUND;
    status = fill(out, topology, kind, rest, fault);
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
