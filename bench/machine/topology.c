/* topology.c - see topology.h. */
#include "machine/topology.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- loading ---- */

/* hwloc keeps out what the cgroup forbids, but looks at no affinity mask. */
static int restrict_to_affinity(hwloc_topology_t hwloc, struct fault *fault)
{
    hwloc_bitmap_t mask = hwloc_bitmap_alloc();
    int status = 0;

    if (!mask)
        return fault_set(fault, "out of memory while reading the affinity mask");
    /* The calling thread's mask is what a thread created next inherits; hwloc's process-wide answer would
       be the union over threads that may have been bound meanwhile. */
    if (hwloc_get_cpubind(hwloc, mask, HWLOC_CPUBIND_THREAD) != 0)
        status = fault_set(fault, "cannot read this process's CPU affinity mask: %s", strerror(errno));
    else if (hwloc_topology_restrict(hwloc, mask, 0) != 0)
        status = fault_set(fault, "cannot restrict the topology to this process's CPU affinity mask: %s",
                           strerror(errno));
    hwloc_bitmap_free(mask);
    return status;
}

/* A described machine may be inconsistent in ways that hwloc accepts; the callers rely on one PU or more. */
static int require_pus(hwloc_topology_t hwloc, struct fault *fault)
{
    if (hwloc_get_nbobjs_by_type(hwloc, HWLOC_OBJ_PU) < 1)
        return fault_set(fault, "the topology holds no usable PU; at least one is needed");
    return 0;
}

/* Takes over `hwloc`: it ends up in *out, or destroyed. */
static int publish(struct topology **out, hwloc_topology_t hwloc, bool is_this_machine, struct fault *fault)
{
    struct topology *topology = NULL;

    if (require_pus(hwloc, fault) != 0)
        goto fail;
    if (is_this_machine && restrict_to_affinity(hwloc, fault) != 0)
        goto fail;
    topology = malloc(sizeof *topology);
    if (!topology) {
        fault_set(fault, "out of memory while loading the topology");
        goto fail;
    }
    *topology = (struct topology){.hwloc = hwloc, .is_this_machine = is_this_machine};
    *out = topology;
    return 0;
fail:
    hwloc_topology_destroy(hwloc);
    return -1;
}

int topology_load(struct topology **out, struct fault *fault)
{
    hwloc_topology_t hwloc;

    *out = NULL;
    if (hwloc_topology_init(&hwloc) != 0)
        return fault_set(fault, "cannot start hwloc: %s", strerror(errno));
    if (hwloc_topology_load(hwloc) != 0) {
        int error = errno;
        hwloc_topology_destroy(hwloc);
        return fault_set(fault, "hwloc cannot read this machine's topology: %s", strerror(error));
    }
    if (!hwloc_topology_is_thissystem(hwloc)) {
        hwloc_topology_destroy(hwloc);
        return fault_set(fault,
                         "hwloc describes another machine than this one: unset HWLOC_XMLFILE, "
                         "HWLOC_SYNTHETIC and HWLOC_FSROOT, or set HWLOC_THISSYSTEM=1 if it is this one");
    }
    return publish(out, hwloc, true, fault);
}

int topology_load_synthetic(struct topology **out, const char *description, struct fault *fault)
{
    hwloc_topology_t hwloc;

    *out = NULL;
    if (hwloc_topology_init(&hwloc) != 0)
        return fault_set(fault, "cannot start hwloc: %s", strerror(errno));
    if (hwloc_topology_set_synthetic(hwloc, description) != 0 || hwloc_topology_load(hwloc) != 0) {
        hwloc_topology_destroy(hwloc);
        return fault_set(fault,
                         "'%.200s' is not a synthetic topology; write object:count pairs from the outside "
                         "in, such as 'package:2 l3:4 core:8 pu:2'",
                         description);
    }
    return publish(out, hwloc, false, fault);
}

int topology_load_xml(struct topology **out, const char *path, struct fault *fault)
{
    hwloc_topology_t hwloc;
    FILE *file = fopen(path, "r"); /* hwloc would not say why it cannot read a file */

    *out = NULL;
    if (!file)
        return fault_set(fault, "cannot read the topology file '%.200s': %s", path, strerror(errno));
    fclose(file);
    if (hwloc_topology_init(&hwloc) != 0)
        return fault_set(fault, "cannot start hwloc: %s", strerror(errno));
    if (hwloc_topology_set_xml(hwloc, path) != 0 || hwloc_topology_load(hwloc) != 0) {
        hwloc_topology_destroy(hwloc);
        return fault_set(fault, "'%.200s' is not an hwloc topology; write one with: lstopo FILE.xml", path);
    }
    return publish(out, hwloc, false, fault);
}

void topology_free(struct topology *topology)
{
    if (!topology)
        return;
    hwloc_topology_destroy(topology->hwloc);
    free(topology);
}

/* ---- PUs ---- */

unsigned topology_pus(const struct topology *topology)
{
    return (unsigned)hwloc_get_nbobjs_by_type(topology->hwloc, HWLOC_OBJ_PU);
}

unsigned topology_pu_os_index(const struct topology *topology, unsigned logical)
{
    return hwloc_get_obj_by_type(topology->hwloc, HWLOC_OBJ_PU, logical)->os_index;
}

bool topology_has_pu(const struct topology *topology, unsigned os_index)
{
    return hwloc_bitmap_isset(hwloc_topology_get_topology_cpuset(topology->hwloc), os_index);
}

void topology_pu_list(const struct topology *topology, char *text, size_t size)
{
    hwloc_bitmap_list_snprintf(text, size, hwloc_topology_get_topology_cpuset(topology->hwloc));
}

/* ---- what PUs share ---- */

/* A node that spans the whole machine names nothing that "machine" or "package" does not. */
static bool is_one_numa_node(const struct topology *topology, hwloc_obj_t object)
{
    hwloc_obj_t node = NULL;

    if (hwloc_bitmap_isequal(object->cpuset, hwloc_topology_get_topology_cpuset(topology->hwloc)))
        return false;
    while ((node = hwloc_get_next_obj_by_type(topology->hwloc, HWLOC_OBJ_NUMANODE, node)))
        if (hwloc_bitmap_isequal(object->cpuset, node->cpuset))
            return true;
    return false;
}

static const char *object_word(const struct topology *topology, hwloc_obj_t object)
{
    static const char *const words[HWLOC_OBJ_TYPE_MAX] = {
        [HWLOC_OBJ_PU] = "pu",           [HWLOC_OBJ_CORE] = "core",       [HWLOC_OBJ_L1CACHE] = "l1",
        [HWLOC_OBJ_L2CACHE] = "l2",      [HWLOC_OBJ_L3CACHE] = "l3",      [HWLOC_OBJ_L4CACHE] = "l4",
        [HWLOC_OBJ_L5CACHE] = "l5",      [HWLOC_OBJ_L1ICACHE] = "l1",     [HWLOC_OBJ_L2ICACHE] = "l2",
        [HWLOC_OBJ_L3ICACHE] = "l3",     [HWLOC_OBJ_DIE] = "die",         [HWLOC_OBJ_GROUP] = "group",
        [HWLOC_OBJ_PACKAGE] = "package", [HWLOC_OBJ_MACHINE] = "machine",
    };
    bool is_pu_core_or_cache = object->type == HWLOC_OBJ_PU || object->type == HWLOC_OBJ_CORE ||
                               hwloc_obj_type_is_cache(object->type);

    if (!is_pu_core_or_cache && is_one_numa_node(topology, object))
        return "numa";
    return words[object->type] ? words[object->type] : "group";
}

const char *topology_shared_name(const struct topology *topology, unsigned os_a, unsigned os_b)
{
    hwloc_obj_t a = hwloc_get_pu_obj_by_os_index(topology->hwloc, os_a);
    hwloc_obj_t b = hwloc_get_pu_obj_by_os_index(topology->hwloc, os_b);

    if (!a || !b)
        return "machine";
    return object_word(topology, hwloc_get_common_ancestor_obj(topology->hwloc, a, b));
}

struct shared_range {
    hwloc_const_cpuset_t from, to;
    hwloc_obj_t nearest, farthest;
};

/* Whether some pair of a PU of `from` and a PU of `to` has this object as its nearest common one: the two
   lie under different children, or both are this PU. */
static bool joins_a_pair(hwloc_obj_t object, const struct shared_range *range)
{
    unsigned with_from = 0, with_to = 0;
    bool one_child_has_both = false;

    if (object->type == HWLOC_OBJ_PU)
        return true; /* visit() came here because the PU is in both sets */
    for (unsigned i = 0; i < object->arity; i++) {
        bool has_from = hwloc_bitmap_intersects(object->children[i]->cpuset, range->from);
        bool has_to = hwloc_bitmap_intersects(object->children[i]->cpuset, range->to);
        with_from += has_from;
        with_to += has_to;
        one_child_has_both |= has_from && has_to;
    }
    return with_from > 1 || with_to > 1 || !one_child_has_both;
}

static void visit(hwloc_obj_t object, struct shared_range *range)
{
    if (!hwloc_bitmap_intersects(object->cpuset, range->from) ||
        !hwloc_bitmap_intersects(object->cpuset, range->to))
        return;
    if (joins_a_pair(object, range)) {
        if (!range->nearest || object->depth > range->nearest->depth)
            range->nearest = object;
        if (!range->farthest || object->depth < range->farthest->depth)
            range->farthest = object;
    }
    for (unsigned i = 0; i < object->arity; i++)
        visit(object->children[i], range);
}

int topology_shared_range(const struct topology *topology, hwloc_const_cpuset_t from, hwloc_const_cpuset_t to,
                          const char **nearest, const char **farthest)
{
    struct shared_range range = {.from = from, .to = to};

    visit(hwloc_get_root_obj(topology->hwloc), &range);
    if (!range.nearest)
        return -1;
    *nearest = object_word(topology, range.nearest);
    *farthest = object_word(topology, range.farthest);
    return 0;
}
