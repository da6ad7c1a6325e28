/* memory_place.c - see memory_place.h. */
#include "machine/memory_place.h"

#include "base/suggest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum word { WORD_DEFAULT, WORD_LOCAL, WORD_INTERLEAVE, WORD_NODE, WORD_SOURCE, WORD_SINK, WORDS };

const struct placement_kind memory_kinds[] = {
    [WORD_DEFAULT] = {"default",
                      "nothing is bound: a page lies on the node of the CPU that touches it first"},
    [WORD_LOCAL] = {"local", "each hop on the node of its consumer; of several, page by page in turns"},
    [WORD_INTERLEAVE] = {"interleave", "page by page in turns on the nodes of all PUs"},
    [WORD_NODE] = {"node:N", "on the NUMA node with OS index N, be it one without PUs"},
    [WORD_SOURCE] = {"source", "on the node of the source"},
    [WORD_SINK] = {"sink", "on the node of the sink"},
    [WORDS] = {NULL, NULL},
};

const char memory_one_node[] =
    "one NUMA node has memory here, so that --memory places nothing elsewhere: what differs "
    "between its values is chance, and what other nodes cost is not to be seen";

static const char prefix[] = "node:";

/* ---- names ---- */

/* -1: no word of ours. */
static int word_of(const char *name)
{
    for (int word = 0; word < WORDS; word++)
        if (word == WORD_NODE ? strncmp(name, prefix, sizeof prefix - 1) == 0
                              : strcmp(name, memory_kinds[word].syntax) == 0)
            return word;
    return -1;
}

int memory_place_known(const char *name, struct fault *fault)
{
    const char *names[WORDS], *number = name + sizeof prefix - 1;
    int word = word_of(name);

    for (int i = 0; i < WORDS; i++)
        names[i] = memory_kinds[i].syntax;
    if (word < 0)
        return suggest_unknown(fault, "memory place", name, names, WORDS);
    if (word != WORD_NODE)
        return 0;
    if (!*number || number[strspn(number, "0123456789")])
        return fault_set(
            fault, "'%.60s' does not name a node: write the OS index of one NUMA node, as in node:0", name);
    if (strlen(name) >= MEMORY_NAME_SIZE || strtoul(number, NULL, 10) >= PAGES_NODES)
        return fault_set(fault, "'%.60s' is too large for a NUMA node: the largest OS index is %d", name,
                         PAGES_NODES - 1);
    return 0;
}

bool memory_place_follows(const char *name)
{
    int word = word_of(name);

    return word == WORD_LOCAL || word == WORD_SOURCE || word == WORD_SINK;
}

/* ---- nodes ---- */

/* Whether the sizes of the nodes are known: files of machines that hid them have 0 everywhere. */
static bool are_sizes_known(const struct topology *topology)
{
    hwloc_obj_t node = NULL;

    while ((node = hwloc_get_next_obj_by_type(topology->hwloc, HWLOC_OBJ_NUMANODE, node)))
        if (node->attr->numanode.local_memory)
            return true;
    return false;
}

static bool has_memory(const struct topology *topology, hwloc_obj_t node)
{
    return node->attr->numanode.local_memory || !are_sizes_known(topology);
}

static bool is_allowed(const struct topology *topology, hwloc_obj_t node)
{
    return hwloc_bitmap_isset(hwloc_topology_get_allowed_nodeset(topology->hwloc), node->os_index);
}

static hwloc_obj_t next_usable(const struct topology *topology, hwloc_obj_t node)
{
    do
        node = hwloc_get_next_obj_by_type(topology->hwloc, HWLOC_OBJ_NUMANODE, node);
    while (node && (!has_memory(topology, node) || !is_allowed(topology, node)));
    return node;
}

unsigned memory_place_nodes(const struct topology *topology)
{
    unsigned count = 0;

    for (hwloc_obj_t node = next_usable(topology, NULL); node; node = next_usable(topology, node))
        count++;
    return count;
}

const char *memory_place_list(const struct topology *topology, char *text, size_t size)
{
    struct pages_policy all = {.kind = PAGES_IN_TURNS};

    for (hwloc_obj_t node = next_usable(topology, NULL); node; node = next_usable(topology, node))
        pages_add_node(&all, node->os_index);
    return pages_list(&all, text, size);
}

static bool is_nearer(hwloc_obj_t node, hwloc_obj_t than)
{
    int weight = hwloc_bitmap_weight(node->cpuset), other = hwloc_bitmap_weight(than->cpuset);

    return weight < other || (weight == other && node->os_index < than->os_index);
}

unsigned memory_place_node_of(const struct topology *topology, unsigned pu)
{
    hwloc_obj_t around = hwloc_get_pu_obj_by_os_index(topology->hwloc, pu), nearest = NULL;

    for (; around && !nearest; around = around->parent)
        for (hwloc_obj_t node = next_usable(topology, NULL); node; node = next_usable(topology, node))
            if (hwloc_bitmap_intersects(node->cpuset, around->cpuset) &&
                (!nearest || is_nearer(node, nearest)))
                nearest = node;
    if (!nearest)
        nearest = next_usable(topology, NULL); /* none has PUs of ours */
    return nearest ? nearest->os_index : 0;
}

/* ---- plans ---- */

static int check_node(const char *name, const struct topology *topology, struct fault *fault)
{
    unsigned number = (unsigned)strtoul(name + sizeof prefix - 1, NULL, 10);
    char usable[128];
    hwloc_obj_t node = hwloc_get_numanode_obj_by_os_index(topology->hwloc, number);

    memory_place_list(topology, usable, sizeof usable);
    if (!node)
        return fault_set(fault, "there is no NUMA node %u on this machine: those with memory are %s", number,
                         usable);
    if (!has_memory(topology, node))
        return fault_set(fault, "NUMA node %u has no memory: those that have are %s", number, usable);
    if (!is_allowed(topology, node))
        return fault_set(fault, "memory of NUMA node %u may not be used here: the allowed nodes are %s",
                         number, usable);
    return 0;
}

int memory_place_check(const char *name, const struct topology *topology, struct fault *fault)
{
    if (word_of(name) == WORD_NODE)
        return check_node(name, topology, fault);
    if (!memory_place_nodes(topology) && word_of(name) != WORD_DEFAULT)
        return fault_set(fault, "this machine has no NUMA node that memory could be bound to");
    return 0;
}

/* Adds the nodes of the threads of a role. */
static void add_role(struct pages_policy *policy, const struct topology *topology,
                     const struct placement_plan *plan, unsigned role)
{
    unsigned first = wiring_first(&plan->wiring, role);

    for (unsigned thread = first; thread < first + plan->wiring.threads_of[role]; thread++)
        pages_add_node(policy, memory_place_node_of(topology, (unsigned)plan->pu[thread]));
}

static void fill_hop(struct pages_policy *policy, enum word word, const char *name,
                     const struct topology *topology, const struct placement_plan *plan, unsigned hop)
{
    unsigned nodes = 0;

    *policy = (struct pages_policy){.kind = PAGES_FREE};
    if (!wiring_has_hop(&plan->wiring, hop))
        return;
    if (word == WORD_NODE)
        pages_add_node(policy, (unsigned)strtoul(name + sizeof prefix - 1, NULL, 10));
    else if (word == WORD_LOCAL)
        add_role(policy, topology, plan, (unsigned)plan->wiring.consumer[hop]);
    else if (word == WORD_SOURCE)
        add_role(policy, topology, plan, 0);
    else if (word == WORD_SINK)
        add_role(policy, topology, plan, wiring_last(&plan->wiring));
    else if (word == WORD_INTERLEAVE)
        for (unsigned i = 0; i < topology_pus(topology); i++)
            pages_add_node(policy, memory_place_node_of(topology, topology_pu_os_index(topology, i)));
    for (unsigned node = 0; node < PAGES_NODES; node++)
        nodes += pages_has_node(policy, node);
    if (nodes)
        policy->kind = nodes > 1 ? PAGES_IN_TURNS : PAGES_BOUND;
}

int memory_place_plan(struct memory_place *out, const char *name, const struct topology *topology,
                      const struct placement_plan *plan, struct fault *fault)
{
    bool bound = true;

    *out = (struct memory_place){.name = ""};
    if (memory_place_known(name, fault) != 0 || memory_place_check(name, topology, fault) != 0)
        return -1;
    for (unsigned thread = 0; thread < plan->threads; thread++)
        bound &= plan->pu[thread] >= 0;
    if (!bound && memory_place_follows(name))
        return fault_set(
            fault,
            "memory '%s' follows a thread to its node, but placement '%s' binds no threads: take "
            "another placement, or node:N or interleave",
            name, plan->name);
    strcpy(out->name, name);
    for (unsigned hop = 0; hop < PLACEMENT_HOPS; hop++)
        fill_hop(&out->hop[hop], (enum word)word_of(name), name, topology, plan, hop);
    return 0;
}

const char *memory_place_text(const struct memory_place *memory, char *text, size_t size)
{
    char list[128];
    size_t used = 0;

    *text = '\0';
    for (unsigned hop = 0; hop < PLACEMENT_HOPS && used < size; hop++) {
        bool free = memory->hop[hop].kind == PAGES_FREE;
        used += (size_t)snprintf(text + used, size - used, "%s%s=%s", hop ? " " : "", placement_hops[hop],
                                 free ? "any" : pages_list(&memory->hop[hop], list, sizeof list));
    }
    return text;
}
