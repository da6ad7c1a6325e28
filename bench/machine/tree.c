/* tree.c - see tree.h. */
#include "machine/tree.h"

#include <stdio.h>
#include <stdlib.h>

struct builder {
    const struct topology *topology;
    struct tree *tree;
    unsigned children_used;
};

/* The words of an object, with "numa" where a node has these PUs, whatever else has them. */
static unsigned words_of(const struct topology *topology, hwloc_obj_t object)
{
    unsigned words = 1u << topology_word(topology, object);

    /* topology_word calls a package "numa" where a node has the same PUs; here it is both. */
    if (object->type == HWLOC_OBJ_PACKAGE)
        words |= 1u << SHARED_PACKAGE;
    else if (object->type == HWLOC_OBJ_DIE)
        words |= 1u << SHARED_DIE;
    else if (object->type == HWLOC_OBJ_GROUP)
        words |= 1u << SHARED_GROUP;
    if (object->memory_arity && topology_is_numa_set(topology, object->cpuset))
        words |= 1u << SHARED_NUMA;
    return words;
}

static void describe_pu(const struct builder *builder, hwloc_obj_t object)
{
    hwloc_obj_t core = object;
    struct tree_pu *pu = &builder->tree->pu[object->logical_index];

    while (core && core->type != HWLOC_OBJ_CORE)
        core = core->parent;
    pu->os_index = object->os_index;
    pu->kind = 0;
    pu->sibling = 0;
    for (hwloc_obj_t before = object->prev_cousin; core && before; before = before->prev_cousin) {
        if (!hwloc_bitmap_isset(core->cpuset, before->os_index))
            break;
        pu->sibling++;
    }
}

/* Restricting leaves objects without PUs where they have memory. */
static bool has_pus(hwloc_obj_t object)
{
    return !hwloc_bitmap_iszero(object->cpuset);
}

/* Adds the node of an object, below it first; its index. */
static unsigned add_node(struct builder *builder, hwloc_obj_t object)
{
    struct tree *tree = builder->tree;
    unsigned children = 0, *child, kept = 0;
    struct tree_node node = {.object = object,
                             .word = topology_word(builder->topology, object),
                             .words = words_of(builder->topology, object)};

    for (unsigned i = 0; i < object->arity; i++)
        children += has_pus(object->children[i]);
    if (children == 1) {
        for (unsigned i = 0; i < object->arity; i++)
            if (has_pus(object->children[i]))
                kept = add_node(builder, object->children[i]);
        tree->node[kept].words |= node.words;
        return kept;
    }
    child = tree->children + builder->children_used;
    builder->children_used += children;
    for (unsigned i = 0; i < object->arity; i++)
        if (has_pus(object->children[i]))
            child[kept++] = add_node(builder, object->children[i]);
    node.child = child;
    node.children = children;
    node.first_pu = children ? tree->node[child[0]].first_pu : object->logical_index;
    node.pu_count = children ? 0 : 1;
    for (unsigned i = 0; i < children; i++)
        node.pu_count += tree->node[child[i]].pu_count;
    if (!children)
        describe_pu(builder, object);
    tree->node[tree->nodes] = node;
    return tree->nodes++;
}

/* hwloc orders the kinds by performance where it knows that, the slowest first. PUs that it has in no kind,
   which happens in described machines only, are a kind of their own behind the others. */
static void add_kinds(struct tree *tree, hwloc_topology_t hwloc)
{
    int kinds = hwloc_cpukinds_get_nr(hwloc, 0), efficiency = -1;
    hwloc_bitmap_t one = hwloc_bitmap_alloc();
    bool some_without = false;

    tree->kinds = 1;
    if (kinds > 1 && one) {
        for (unsigned i = 0; i < tree->pus; i++) {
            hwloc_bitmap_only(one, tree->pu[i].os_index);
            int kind = hwloc_cpukinds_get_by_cpuset(hwloc, one, 0);
            some_without |= kind < 0;
            kind = kind < 0 ? kinds : kind;
            tree->pu[i].kind = kind < TREE_KINDS ? (unsigned)kind : TREE_KINDS - 1;
        }
        kinds += some_without;
        tree->kinds = kinds < TREE_KINDS ? (unsigned)kinds : TREE_KINDS;
        hwloc_cpukinds_get_info(hwloc, 0, NULL, &efficiency, NULL, NULL, 0);
        tree->kinds_ranked = efficiency >= 0 && !some_without;
    }
    hwloc_bitmap_free(one);
}

static bool are_alike(const struct tree *tree, const struct tree_node *a, const struct tree_node *b)
{
    if (a->word != b->word || a->children != b->children)
        return false;
    for (unsigned i = 0; i < a->children; i++)
        if (tree->node[a->child[i]].like != tree->node[b->child[i]].like)
            return false;
    return a->children || tree->pu[a->first_pu].kind == tree->pu[b->first_pu].kind;
}

/* Children come before their parents. Large machines have few sorts of nodes, so that this is quick. */
static void find_alike(struct tree *tree)
{
    for (unsigned i = 0; i < tree->nodes; i++) {
        unsigned like = 0;
        while (like < i &&
               (tree->node[like].like != like || !are_alike(tree, &tree->node[like], &tree->node[i])))
            like++;
        tree->node[i].like = like;
    }
}

struct tree *tree_build(const struct topology *topology, struct fault *fault)
{
    struct tree *tree = calloc(1, sizeof *tree);
    struct builder builder = {.topology = topology, .tree = tree};
    unsigned pus = topology_pus(topology);

    if (tree) {
        tree->pus = pus;
        tree->node = calloc(2 * (size_t)pus, sizeof *tree->node); /* inner nodes have two children or more */
        tree->children = calloc(2 * (size_t)pus, sizeof *tree->children);
        tree->pu = calloc(pus, sizeof *tree->pu);
    }
    if (!tree || !tree->node || !tree->children || !tree->pu) {
        tree_free(tree);
        fault_set(fault, "out of memory while loading the topology");
        return NULL;
    }
    add_node(&builder, hwloc_get_root_obj(topology->hwloc));
    add_kinds(tree, topology->hwloc);
    find_alike(tree);
    return tree;
}

void tree_free(struct tree *tree)
{
    if (!tree)
        return;
    free(tree->node);
    free(tree->children);
    free(tree->pu);
    free(tree);
}

void tree_kind_name(const struct tree *tree, unsigned kind, char name[TREE_KIND_SIZE])
{
    if (tree->kinds_ranked && kind + 1 == tree->kinds)
        snprintf(name, TREE_KIND_SIZE, "p");
    else if (tree->kinds_ranked && kind == 0)
        snprintf(name, TREE_KIND_SIZE, "e");
    else
        snprintf(name, TREE_KIND_SIZE, "k%u", kind % 100);
}
