/* topology.c - see topology.h. */
#include "machine/topology.h"

#include "machine/tree.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SYNTHETIC_MOST = 4096 /* PUs; hwloc takes seconds for more, and no machine has them */ };

const char *const shared_words[SHARED_WORDS] = {"pu", "core", "l1",  "l2",      "l3",    "l4",
                                                "l5", "numa", "die", "package", "group", "machine"};

/* ---- loading ---- */

/* The PUs that may be used: those of the cgroup, and on this machine those of the affinity mask. */
static int find_allowed(hwloc_topology_t hwloc, bool is_this_machine, hwloc_bitmap_t allowed,
                        struct fault *fault)
{
    hwloc_bitmap_t mask;
    int status = 0;

    hwloc_bitmap_copy(allowed, hwloc_topology_get_allowed_cpuset(hwloc));
    if (!is_this_machine)
        return 0;
    if (!(mask = hwloc_bitmap_alloc()))
        return fault_set(fault, "out of memory while reading the affinity mask");
    /* The calling thread's mask is what a thread created next inherits; hwloc's process-wide answer would
       be the union over threads that may have been bound meanwhile. */
    if (hwloc_get_cpubind(hwloc, mask, HWLOC_CPUBIND_THREAD) != 0)
        status = fault_set(fault, "cannot read this process's CPU affinity mask: %s", strerror(errno));
    else
        hwloc_bitmap_and(allowed, allowed, mask);
    hwloc_bitmap_free(mask);
    return status;
}

/* Leaves the usable PUs in the tree and remembers the others. hwloc was told to load what the cgroup forbids
   too, since it would otherwise count it among what is offline. */
static int restrict_to_usable(struct topology *topology, struct fault *fault)
{
    hwloc_topology_t hwloc = topology->hwloc;
    hwloc_const_cpuset_t online = hwloc_topology_get_topology_cpuset(hwloc);
    hwloc_bitmap_t allowed = hwloc_bitmap_alloc();
    int status = -1;

    if (!allowed || !topology->offline || !topology->refused) {
        fault_set(fault, "out of memory while loading the topology");
        goto out;
    }
    if (find_allowed(hwloc, topology->is_this_machine, allowed, fault) != 0)
        goto out;
    hwloc_bitmap_andnot(topology->offline, hwloc_topology_get_complete_cpuset(hwloc), online);
    hwloc_bitmap_andnot(topology->refused, online, allowed);
    /* A described machine may be inconsistent in ways that hwloc accepts; the callers rely on a PU. */
    if (!hwloc_bitmap_intersects(online, allowed))
        fault_set(fault, "the topology holds no usable PU; at least one is needed");
    else if (!hwloc_bitmap_iszero(topology->refused) && hwloc_topology_restrict(hwloc, allowed, 0) != 0)
        fault_set(fault, "cannot restrict the topology to the CPUs that may be used: %s", strerror(errno));
    else
        status = 0;
out:
    hwloc_bitmap_free(allowed);
    return status;
}

/* Whether each object has the PUs of its children and each of these its own, in the order in which hwloc
   counts them: `next` is the next PU's logical index. */
static bool is_sound(hwloc_obj_t object, unsigned *next)
{
    hwloc_bitmap_t below = hwloc_bitmap_alloc();
    bool sound = below && object->cpuset;

    if (object->type == HWLOC_OBJ_PU) {
        sound = sound && !object->arity && object->logical_index == (*next)++ &&
                hwloc_bitmap_weight(object->cpuset) == 1 &&
                hwloc_bitmap_isset(object->cpuset, object->os_index);
    } else {
        for (unsigned i = 0; sound && i < object->arity; i++) {
            hwloc_obj_t child = object->children[i];
            sound = is_sound(child, next) && !hwloc_bitmap_intersects(below, child->cpuset);
            hwloc_bitmap_or(below, below, child->cpuset);
        }
        sound = sound && hwloc_bitmap_isequal(below, object->cpuset);
    }
    hwloc_bitmap_free(below);
    return sound;
}

/* hwloc takes a file's word for what is where; a file that was edited or damaged may contradict itself. */
static int require_sound(const struct topology *topology, struct fault *fault)
{
    unsigned pus = 0;

    if (topology->is_this_machine ||
        (is_sound(hwloc_get_root_obj(topology->hwloc), &pus) &&
         pus == (unsigned)hwloc_get_nbobjs_by_type(topology->hwloc, HWLOC_OBJ_PU)))
        return 0;
    return fault_set(fault,
                     "the topology contradicts itself: an object has other PUs than its children; write it "
                     "anew with: lstopo FILE.xml");
}

/* Takes over `hwloc`: it ends up in *out, or destroyed. */
static int publish(struct topology **out, hwloc_topology_t hwloc, bool is_this_machine, struct fault *fault)
{
    struct topology *topology = calloc(1, sizeof *topology);

    if (!topology) {
        hwloc_topology_destroy(hwloc);
        return fault_set(fault, "out of memory while loading the topology");
    }
    *topology = (struct topology){.hwloc = hwloc,
                                  .is_this_machine = is_this_machine,
                                  .offline = hwloc_bitmap_alloc(),
                                  .refused = hwloc_bitmap_alloc()};
    if (require_sound(topology, fault) != 0 || restrict_to_usable(topology, fault) != 0 ||
        !(topology->tree = tree_build(topology, fault))) {
        topology_free(topology);
        return -1;
    }
    *out = topology;
    return 0;
}

static int start(hwloc_topology_t *hwloc, struct fault *fault)
{
    if (hwloc_topology_init(hwloc) != 0)
        return fault_set(fault, "cannot start hwloc: %s", strerror(errno));
    hwloc_topology_set_flags(*hwloc, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
    return 0;
}

int topology_load(struct topology **out, struct fault *fault)
{
    hwloc_topology_t hwloc;

    *out = NULL;
    if (start(&hwloc, fault) != 0)
        return -1;
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

/* The PUs that a synthetic description multiplies out to, its parentheses aside; more than `most` as most
   + 1. hwloc would try to make them all. */
static unsigned long count_synthetic(const char *description, unsigned long most)
{
    unsigned long pus = 1;

    for (const char *at = description; *at; at++) {
        if (*at == '(')
            at += strcspn(at, ")");
        if (!*at)
            break;
        if (*at == ':' || (at == description && *at >= '0' && *at <= '9') ||
            (at > description && at[-1] == ' ')) {
            unsigned long count = strtoul(at + (*at == ':'), NULL, 10);
            if (count > most || (count && pus > most / count))
                return most + 1;
            pus *= count ? count : 1;
        }
    }
    return pus;
}

int topology_load_synthetic(struct topology **out, const char *description, struct fault *fault)
{
    hwloc_topology_t hwloc;

    *out = NULL;
    if (count_synthetic(description, SYNTHETIC_MOST) > SYNTHETIC_MOST)
        return fault_set(fault, "'%.200s' describes more than %d PUs, which are too many to plan for",
                         description, SYNTHETIC_MOST);
    if (start(&hwloc, fault) != 0)
        return -1;
    if (hwloc_topology_set_synthetic(hwloc, description) != 0 || hwloc_topology_load(hwloc) != 0) {
        hwloc_topology_destroy(hwloc);
        return fault_set(fault,
                         "'%.200s' is not a synthetic topology; write object:count pairs from the outside "
                         "in, such as 'package:2 l3:4 core:8 pu:2'",
                         description);
    }
    return publish(out, hwloc, false, fault);
}

/* Why hwloc refuses a file: it says so only to whoever sets HWLOC_XML_VERBOSE. */
static int refuse_xml(const char *path, struct fault *fault)
{
    static const char stem[] = "<topology version=\"";
    char head[1024] = "", version[16] = "";
    FILE *file = fopen(path, "r");
    const char *found = NULL;

    if (file) {
        head[fread(head, 1, sizeof head - 1, file)] = '\0';
        fclose(file);
        found = strstr(head, stem);
    }
    if (found)
        sscanf(found + sizeof stem - 1, "%15[0-9.]", version);
    if (*version && strtoul(version, NULL, 10) > HWLOC_API_VERSION >> 16)
        return fault_set(fault,
                         "'%.200s' is in the format %s of a newer hwloc, which the hwloc here cannot read; "
                         "write it with: lstopo --export-xml-flags v2 FILE.xml",
                         path, version);
    return fault_set(fault, "'%.200s' is not an hwloc topology; write one with: lstopo FILE.xml", path);
}

int topology_load_xml(struct topology **out, const char *path, struct fault *fault)
{
    hwloc_topology_t hwloc;
    FILE *file = fopen(path, "r"); /* hwloc would not say why it cannot read a file */
    bool readable;

    *out = NULL;
    if (!file)
        return fault_set(fault, "cannot read the topology file '%.200s': %s", path, strerror(errno));
    readable = fgetc(file) != EOF || !ferror(file); /* a folder can be opened */
    if (!readable)
        fault_set(fault, "cannot read the topology file '%.200s': %s", path, strerror(errno));
    fclose(file);
    setenv("HWLOC_HIDE_ERRORS", "2", 0); /* a bad file is refused in our words; hwloc would fill the screen */
    if (!readable || start(&hwloc, fault) != 0)
        return -1;
    if (hwloc_topology_set_xml(hwloc, path) != 0 || hwloc_topology_load(hwloc) != 0) {
        hwloc_topology_destroy(hwloc);
        return refuse_xml(path, fault);
    }
    return publish(out, hwloc, false, fault);
}

int topology_load_xml_text(struct topology **out, const char *text, struct fault *fault)
{
    hwloc_topology_t hwloc;
    size_t size = strlen(text) + 1;

    *out = NULL;
    setenv("HWLOC_HIDE_ERRORS", "2", 0); /* as above */
    if (start(&hwloc, fault) != 0)
        return -1;
    if (size > INT_MAX || hwloc_topology_set_xmlbuffer(hwloc, text, (int)size) != 0 ||
        hwloc_topology_load(hwloc) != 0) {
        hwloc_topology_destroy(hwloc);
        return fault_set(fault, "the text is not an hwloc topology");
    }
    return publish(out, hwloc, false, fault);
}

int topology_load_described(struct topology **out, const char *text, struct fault *fault)
{
    size_t length = strlen(text);
    bool is_file = (length > 4 && strcmp(text + length - 4, ".xml") == 0) || access(text, F_OK) == 0;

    return is_file ? topology_load_xml(out, text, fault) : topology_load_synthetic(out, text, fault);
}

void topology_free(struct topology *topology)
{
    if (!topology)
        return;
    tree_free(topology->tree);
    hwloc_bitmap_free(topology->offline);
    hwloc_bitmap_free(topology->refused);
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

bool topology_is_numa_set(const struct topology *topology, hwloc_const_cpuset_t set)
{
    hwloc_obj_t node = NULL;

    while ((node = hwloc_get_next_obj_by_type(topology->hwloc, HWLOC_OBJ_NUMANODE, node)))
        if (hwloc_bitmap_isequal(set, node->cpuset))
            return true;
    return false;
}

enum shared topology_word(const struct topology *topology, hwloc_obj_t object)
{
    static const enum shared words[HWLOC_OBJ_TYPE_MAX] = {
        [HWLOC_OBJ_PU] = SHARED_PU,           [HWLOC_OBJ_CORE] = SHARED_CORE,
        [HWLOC_OBJ_L1CACHE] = SHARED_L1,      [HWLOC_OBJ_L2CACHE] = SHARED_L2,
        [HWLOC_OBJ_L3CACHE] = SHARED_L3,      [HWLOC_OBJ_L4CACHE] = SHARED_L4,
        [HWLOC_OBJ_L5CACHE] = SHARED_L5,      [HWLOC_OBJ_L1ICACHE] = SHARED_L1,
        [HWLOC_OBJ_L2ICACHE] = SHARED_L2,     [HWLOC_OBJ_L3ICACHE] = SHARED_L3,
        [HWLOC_OBJ_DIE] = SHARED_DIE,         [HWLOC_OBJ_GROUP] = SHARED_GROUP,
        [HWLOC_OBJ_PACKAGE] = SHARED_PACKAGE, [HWLOC_OBJ_MACHINE] = SHARED_MACHINE,
    };
    bool is_pu_core_or_cache = object->type == HWLOC_OBJ_PU || object->type == HWLOC_OBJ_CORE ||
                               hwloc_obj_type_is_cache(object->type);

    if (is_pu_core_or_cache)
        return words[object->type];
    /* A node that spans the whole machine names nothing that "machine" or "package" does not. */
    if (!hwloc_bitmap_isequal(object->cpuset, hwloc_topology_get_topology_cpuset(topology->hwloc)) &&
        topology_is_numa_set(topology, object->cpuset))
        return SHARED_NUMA;
    return words[object->type] ? words[object->type] : SHARED_GROUP;
}

static const char *object_word(const struct topology *topology, hwloc_obj_t object)
{
    return shared_words[topology_word(topology, object)];
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

char *topology_xml(const struct topology *topology)
{
    char *buffer = NULL;
    int length = 0;
    if (hwloc_topology_export_xmlbuffer(topology->hwloc, &buffer, &length, 0) != 0)
        return NULL;
    char *copy = strdup(buffer);
    hwloc_free_xmlbuffer(topology->hwloc, buffer);
    return copy;
}
