/* signature.c - see signature.h. */
#include "machine/signature.h"

#include <stdio.h>
#include <string.h>

/* ---- from a plan ---- */

/* The PUs of one role's threads. */
struct role_pus {
    hwloc_bitmap_t set; /* to be freed by the caller; null when memory ran out */
    bool bound;         /* all of the role's threads are */
    bool crowded;       /* two of them share a PU */
};

static struct role_pus role_pus(const struct placement_plan *plan, unsigned first, unsigned count)
{
    struct role_pus role = {.set = hwloc_bitmap_alloc(), .bound = true};

    for (unsigned thread = first; role.set && thread < first + count; thread++) {
        if (plan->pu[thread] < 0) {
            role.bound = false;
            continue;
        }
        role.crowded |= hwloc_bitmap_isset(role.set, (unsigned)plan->pu[thread]);
        if (hwloc_bitmap_set(role.set, (unsigned)plan->pu[thread]) != 0) {
            hwloc_bitmap_free(role.set);
            role.set = NULL;
        }
    }
    return role;
}

static int describe_hop(char text[SIGNATURE_HOP_SIZE], const struct topology *topology,
                        const struct role_pus *from, const struct role_pus *to, struct fault *fault)
{
    const char *nearest, *farthest;

    if (!from->bound || !to->bound) {
        snprintf(text, SIGNATURE_HOP_SIZE, "unbound");
        return 0;
    }
    if (topology_shared_range(topology, from->set, to->set, &nearest, &farthest) != 0)
        return fault_set(fault, "the placement was planned for another topology than the one given");
    if (strcmp(nearest, farthest) == 0)
        snprintf(text, SIGNATURE_HOP_SIZE, "%s", nearest);
    else
        snprintf(text, SIGNATURE_HOP_SIZE, "%s..%s", nearest, farthest);
    return 0;
}

static unsigned kinds_of(const struct topology *topology, hwloc_const_cpuset_t set)
{
    const struct tree *tree = topology->tree;
    unsigned kinds = 0;

    if (tree->kinds == 1)
        return 1;
    for (unsigned i = 0; i < tree->pus; i++)
        if (hwloc_bitmap_isset(set, tree->pu[i].os_index))
            kinds |= 1u << tree->pu[i].kind;
    return kinds;
}

/* The sets of roles that meet on some PU. */
static uint32_t find_meetings(const struct role_pus *roles)
{
    uint32_t meetings = 0;
    int pu;

    for (unsigned from = 0; from < PLACEMENT_ROLES; from++) {
        hwloc_bitmap_foreach_begin(pu, roles[from].set) unsigned here = 0;
        for (unsigned role = 0; role < PLACEMENT_ROLES; role++)
            here |= (unsigned)hwloc_bitmap_isset(roles[role].set, (unsigned)pu) << role;
        if (here & (here - 1))
            meetings |= UINT32_C(1) << here;
        hwloc_bitmap_foreach_end();
    }
    return meetings;
}

int signature_of(struct signature *out, const struct placement_plan *plan, const struct topology *topology,
                 struct fault *fault)
{
    struct role_pus roles[PLACEMENT_ROLES];
    unsigned first = 0;
    bool complete = true;
    int status = 0;

    *out = (struct signature){.bound = true};
    for (unsigned role = 0; role < PLACEMENT_ROLES; first += plan->wiring.threads_of[role++]) {
        roles[role] = role_pus(plan, first, plan->wiring.threads_of[role]);
        complete &= roles[role].set != NULL;
        out->bound &= roles[role].bound;
    }
    if (!complete)
        status = fault_set(fault, "out of memory while describing a placement");
    for (unsigned hop = 0; hop < PLACEMENT_HOPS && status == 0; hop++)
        if (wiring_has_hop(&plan->wiring, hop))
            status = describe_hop(out->hop[hop], topology, &roles[plan->wiring.producer[hop]],
                                  &roles[plan->wiring.consumer[hop]], fault);
    if (status == 0 && out->bound) {
        out->meetings = find_meetings(roles);
        for (unsigned role = 0; role < PLACEMENT_ROLES; role++) {
            if (!plan->wiring.threads_of[role])
                continue;
            out->kinds[role] = kinds_of(topology, roles[role].set);
            out->crowded |= (unsigned)roles[role].crowded << role;
        }
    }
    for (unsigned role = 0; role < PLACEMENT_ROLES; role++)
        hwloc_bitmap_free(roles[role].set);
    return status;
}

/* ---- to text ---- */

struct writer {
    char *text;
    size_t used;
};

static void put(struct writer *writer, const char *text)
{
    if (writer->used < SIGNATURE_SIZE)
        writer->used +=
            (size_t)snprintf(writer->text + writer->used, SIGNATURE_SIZE - writer->used, "%s", text);
}

static void put_kinds_of(struct writer *writer, const struct tree *tree, unsigned kinds)
{
    char name[TREE_KIND_SIZE];
    const char *separator = "";

    for (unsigned kind = 0; kind < tree->kinds; kind++) {
        if (!(kinds >> kind & 1))
            continue;
        tree_kind_name(tree, kind, name);
        put(writer, separator);
        put(writer, name);
        separator = "+";
    }
}

static void put_kinds(struct writer *writer, const struct signature *signature, const struct tree *tree)
{
    const char *separator = ":";
    unsigned all = 0;
    bool alike = true;

    for (unsigned role = 0; role < PLACEMENT_ROLES; role++)
        all |= signature->kinds[role];
    for (unsigned role = 0; role < PLACEMENT_ROLES; role++)
        alike &= !signature->kinds[role] || signature->kinds[role] == all;
    for (unsigned role = 0; role < PLACEMENT_ROLES; role++) {
        if (!signature->kinds[role])
            continue; /* the wiring has no such role */
        put(writer, separator);
        put_kinds_of(writer, tree, signature->kinds[role]);
        if (alike)
            return;
        separator = "-";
    }
}

static bool is_told_by_another(uint32_t meetings, unsigned meeting)
{
    for (unsigned other = 0; other < 1u << PLACEMENT_ROLES; other++)
        if (meetings >> other & 1 && other != meeting && (other & meeting) == meeting)
            return true;
    return false;
}

static void put_meeting(struct writer *writer, unsigned meeting)
{
    const char *separator = ":";

    for (unsigned role = 0; role < PLACEMENT_ROLES; role++) {
        if (!(meeting >> role & 1))
            continue;
        put(writer, separator);
        put(writer, placement_roles[role]);
        separator = "+";
    }
}

/* By the first role in a meeting, then by the others. */
static void put_meetings(struct writer *writer, const struct signature *signature)
{
    for (unsigned first = 0; first < PLACEMENT_ROLES; first++) {
        if (signature->crowded >> first & 1) {
            put(writer, ":");
            put(writer, placement_roles[first]);
            put(writer, "+");
            put(writer, placement_roles[first]);
        }
        for (unsigned meeting = 1u << first; meeting < 1u << PLACEMENT_ROLES; meeting += 2u << first)
            if (signature->meetings >> meeting & 1 && !is_told_by_another(signature->meetings, meeting))
                put_meeting(writer, meeting);
    }
}

const char *signature_text(const struct signature *signature, const struct tree *tree,
                           char text[SIGNATURE_SIZE])
{
    struct writer writer = {.text = text};

    if (!signature->bound) {
        snprintf(text, SIGNATURE_SIZE, "unbound");
        return text;
    }
    for (unsigned hop = 0; hop < PLACEMENT_HOPS; hop++) {
        if (!*signature->hop[hop])
            continue;
        put(&writer, writer.used ? "-" : "");
        put(&writer, signature->hop[hop]);
    }
    if (tree->kinds > 1)
        put_kinds(&writer, signature, tree);
    put_meetings(&writer, signature);
    return text;
}

int signature_of_plan(char text[SIGNATURE_SIZE], const struct placement_plan *plan,
                      const struct topology *topology, struct fault *fault)
{
    struct signature signature;

    if (signature_of(&signature, plan, topology, fault) != 0)
        return -1;
    signature_text(&signature, topology->tree, text);
    return 0;
}
