/* drawing_json.c - see drawing.h: the tree as JSON. */
#include "machine/drawing.h"

#include "machine/signature.h"
#include "machine/tree.h"

static json_t *set_json(hwloc_const_cpuset_t set)
{
    char list[4096];

    hwloc_bitmap_list_snprintf(list, sizeof list, set);
    return json_string(list);
}

/* The hops whose memory goes to a node. */
static json_t *hops_json(const struct memory_place *memory, unsigned node)
{
    json_t *hops = json_array();

    for (unsigned hop = 0; memory && hop < PLACEMENT_HOPS; hop++)
        if (pages_has_node(&memory->hop[hop], node))
            json_array_append_new(hops, json_string(placement_hops[hop]));
    return hops;
}

static json_t *object_json(const struct topology *topology, const struct placement_plan *plan,
                           const struct memory_place *memory, hwloc_obj_t object)
{
    json_t *json = json_object(), *children = json_array();
    const struct tree *tree = topology->tree;
    char text[512];

    hwloc_obj_type_snprintf(text, sizeof text, object, 0);
    json_object_set_new(json, "type", json_string(text));
    json_object_set_new(json, "logical", json_integer(object->logical_index));
    json_object_set_new(
        json, "os", object->os_index == HWLOC_UNKNOWN_INDEX ? json_null() : json_integer(object->os_index));
    if (object->cpuset)
        json_object_set_new(json, "pus", set_json(object->cpuset));
    if (hwloc_obj_type_is_cache(object->type))
        json_object_set_new(json, "bytes", json_integer((json_int_t)object->attr->cache.size));
    if (object->type == HWLOC_OBJ_NUMANODE) {
        json_object_set_new(json, "bytes", json_integer((json_int_t)object->attr->numanode.local_memory));
        json_t *hops = hops_json(memory, object->os_index);
        if (json_array_size(hops))
            json_object_set(json, "hops", hops);
        json_decref(hops);
    }
    if (object->type == HWLOC_OBJ_PU) {
        if (tree->kinds > 1) {
            tree_kind_name(tree, tree->pu[object->logical_index].kind, text);
            json_object_set_new(json, "kind", json_string(text));
        }
        drawing_threads_on(plan, object->os_index, text, sizeof text);
        if (*text)
            json_object_set_new(json, "threads", json_string(text));
    }
    for (hwloc_obj_t child = object->memory_first_child; child; child = child->next_sibling)
        json_array_append_new(children, object_json(topology, plan, memory, child));
    for (unsigned i = 0; i < object->arity; i++)
        json_array_append_new(children, object_json(topology, plan, memory, object->children[i]));
    if (json_array_size(children))
        json_object_set_new(json, "children", children);
    else
        json_decref(children);
    return json;
}

static json_t *counts_json(hwloc_topology_t hwloc)
{
    json_t *counts = json_object();

    for (int depth = 0; depth < hwloc_topology_get_depth(hwloc); depth++) {
        char type[64];
        hwloc_obj_type_snprintf(type, sizeof type, hwloc_get_obj_by_depth(hwloc, depth, 0), 0);
        json_object_set_new(counts, type, json_integer(hwloc_get_nbobjs_by_depth(hwloc, depth)));
    }
    json_object_set_new(counts, "NUMANode",
                        json_integer(hwloc_get_nbobjs_by_type(hwloc, HWLOC_OBJ_NUMANODE)));
    return counts;
}

static json_t *kinds_json(const struct tree *tree)
{
    json_t *kinds = json_array();

    for (unsigned kind = 0; tree->kinds > 1 && kind < tree->kinds; kind++) {
        char name[TREE_KIND_SIZE];
        tree_kind_name(tree, kind, name);
        json_array_append_new(kinds, json_string(name));
    }
    return kinds;
}

json_t *drawing_json(const struct topology *topology, const struct placement_plan *plan,
                     const struct memory_place *memory)
{
    json_t *json = json_object();

    json_object_set_new(json, "this_machine", json_boolean(topology->is_this_machine));
    json_object_set_new(json, "pus", json_integer(topology_pus(topology)));
    json_object_set_new(json, "objects", counts_json(topology->hwloc));
    json_object_set_new(json, "kinds",
                        kinds_json(topology->tree)); /* slowest first; none where all are alike */
    json_object_set_new(json, "offline", set_json(topology->offline));
    json_object_set_new(json, "refused", set_json(topology->refused));
    json_object_set_new(json, "tree",
                        object_json(topology, plan, memory, hwloc_get_root_obj(topology->hwloc)));
    return json;
}

json_t *drawing_json_memory(const struct memory_place *memory)
{
    json_t *json = json_object(), *nodes = json_object();

    for (unsigned hop = 0; hop < PLACEMENT_HOPS; hop++) {
        json_t *list = memory->hop[hop].kind == PAGES_FREE ? json_null() : json_array();
        for (unsigned node = 0; node < PAGES_NODES; node++)
            if (pages_has_node(&memory->hop[hop], node))
                json_array_append_new(list, json_integer(node));
        json_object_set_new(nodes, placement_hops[hop], list);
    }
    json_object_set_new(json, "name", json_string(memory->name));
    json_object_set_new(json, "nodes", nodes);
    return json;
}

json_t *drawing_json_plan(const struct topology *topology, const struct placement_plan *plan,
                          struct fault *fault)
{
    struct signature signature;
    char text[SIGNATURE_SIZE];
    json_t *json, *workers = json_array(), *hops = json_array(), *roles = json_object();
    unsigned thread = 0;

    if (signature_of(&signature, plan, topology, fault) != 0) {
        json_decref(workers), json_decref(hops), json_decref(roles);
        return NULL;
    }
    for (unsigned stage = 0; stage < WIRING_STAGES; stage++)
        json_array_append_new(workers, json_integer(plan->wiring.threads_of[stage + 1]));
    for (unsigned hop = 0; hop < PLACEMENT_HOPS; hop++)
        json_array_append_new(hops, json_string(signature.hop[hop]));
    for (unsigned role = 0; role < PLACEMENT_ROLES; role++) {
        json_t *pus = json_array();
        for (unsigned i = 0; i < plan->wiring.threads_of[role]; i++, thread++)
            json_array_append_new(pus, plan->pu[thread] < 0 ? json_null() : json_integer(plan->pu[thread]));
        json_object_set_new(roles, placement_roles[role], pus);
    }
    json = json_object();
    json_object_set_new(json, "name", json_string(plan->name));
    json_object_set_new(json, "workers", workers);
    json_object_set_new(json, "signature", json_string(signature_text(&signature, topology->tree, text)));
    json_object_set_new(json, "hops", hops);
    json_object_set_new(json, "roles", roles);
    return json;
}
