/* drawing.c - see drawing.h: the tree as text. */
#include "machine/drawing.h"

#include "machine/signature.h"
#include "machine/tree.h"

#include <string.h>

struct pen {
    const struct topology *topology;
    const struct placement_plan *plan;
    const struct memory_place *memory;
    bool full;
    FILE *out;
};

/* ---- what is said of an object ---- */

static void print_bytes(FILE *out, uint64_t bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    double value = (double)bytes;
    unsigned unit = 0;

    while (value >= 1024 && unit < 4) {
        value /= 1024;
        unit++;
    }
    fprintf(out, value < 10 && value != (double)(uint64_t)value ? "%.1f %s" : "%.0f %s", value, units[unit]);
}

static uint64_t bytes_of(hwloc_obj_t object)
{
    if (hwloc_obj_type_is_cache(object->type) || object->type == HWLOC_OBJ_MEMCACHE)
        return object->attr->cache.size;
    return object->type == HWLOC_OBJ_NUMANODE ? object->attr->numanode.local_memory : 0;
}

/* The hops whose memory goes to a node: "memory of download, done"; "" where there are none. */
static void hops_on(const struct memory_place *memory, unsigned os_index, char *text, size_t size)
{
    size_t used = 0;

    *text = '\0';
    for (unsigned hop = 0; memory && hop < PLACEMENT_HOPS && used < size; hop++)
        if (pages_has_node(&memory->hop[hop], os_index))
            used += (size_t)snprintf(text + used, size - used, "%s%s", used ? ", " : "memory of ",
                                     placement_hops[hop]);
}

static void print_object(const struct pen *pen, hwloc_obj_t object)
{
    char type[64], kind[TREE_KIND_SIZE], threads[512];
    bool numbered = object->type == HWLOC_OBJ_PU || object->type == HWLOC_OBJ_NUMANODE;
    const struct tree *tree = pen->topology->tree;

    hwloc_obj_type_snprintf(type, sizeof type, object, 0);
    fputs(type, pen->out);
    if (object->parent)
        fprintf(pen->out, " L#%u", object->logical_index);
    if (numbered || bytes_of(object)) {
        fputs(" (", pen->out);
        if (numbered)
            fprintf(pen->out, "P#%u%s", object->os_index, bytes_of(object) ? ", " : "");
        if (bytes_of(object))
            print_bytes(pen->out, bytes_of(object));
        fputc(')', pen->out);
    }
    if (object->type == HWLOC_OBJ_NUMANODE) {
        hops_on(pen->memory, object->os_index, threads, sizeof threads);
        if (*threads)
            fprintf(pen->out, "  <- %s", threads);
    }
    if (object->type != HWLOC_OBJ_PU)
        return;
    if (tree->kinds > 1) {
        tree_kind_name(tree, tree->pu[object->logical_index].kind, kind);
        fprintf(pen->out, " kind %s", kind);
    }
    drawing_threads_on(pen->plan, object->os_index, threads, sizeof threads);
    if (*threads)
        fprintf(pen->out, "  <- %s", threads);
}

void drawing_threads_on(const struct placement_plan *plan, unsigned os_index, char *text, size_t size)
{
    unsigned thread = 0;
    size_t used = 0;

    *text = '\0';
    for (unsigned role = 0; plan && role < PLACEMENT_ROLES; role++)
        for (unsigned i = 0; i < plan->wiring.threads_of[role]; i++, thread++) {
            if (plan->pu[thread] != (int)os_index || used >= size)
                continue;
            used +=
                (size_t)snprintf(text + used, size - used, "%s%s", used ? ", " : "", placement_roles[role]);
            if (plan->wiring.threads_of[role] > 1 && used < size)
                used += (size_t)snprintf(text + used, size - used, " %u", i);
        }
}

/* ---- what is alike ---- */

/* Whether memory of some hop goes to a node at or below an object. */
static bool has_marked_node(const struct pen *pen, hwloc_obj_t object)
{
    char text[8];

    if (object->type == HWLOC_OBJ_NUMANODE) {
        hops_on(pen->memory, object->os_index, text, sizeof text);
        return *text != '\0';
    }
    for (hwloc_obj_t child = object->memory_first_child; child; child = child->next_sibling)
        if (has_marked_node(pen, child))
            return true;
    for (unsigned i = 0; i < object->arity; i++)
        if (has_marked_node(pen, object->children[i]))
            return true;
    return false;
}

static bool is_marked(const struct pen *pen, hwloc_obj_t object)
{
    if (pen->memory && has_marked_node(pen, object))
        return true;
    for (unsigned thread = 0; pen->plan && thread < pen->plan->threads; thread++)
        if (pen->plan->pu[thread] >= 0 && hwloc_bitmap_isset(object->cpuset, (unsigned)pen->plan->pu[thread]))
            return true;
    return false;
}

static bool are_alike(const struct pen *pen, hwloc_obj_t a, hwloc_obj_t b)
{
    hwloc_obj_t memory_a = a->memory_first_child, memory_b = b->memory_first_child;
    const struct tree_pu *pu = pen->topology->tree->pu;

    if (a->type != b->type || a->arity != b->arity || a->memory_arity != b->memory_arity ||
        bytes_of(a) != bytes_of(b))
        return false;
    if (a->type == HWLOC_OBJ_PU && pu[a->logical_index].kind != pu[b->logical_index].kind)
        return false;
    for (; memory_a && memory_b; memory_a = memory_a->next_sibling, memory_b = memory_b->next_sibling)
        if (!are_alike(pen, memory_a, memory_b))
            return false;
    for (unsigned i = 0; i < a->arity; i++)
        if (!are_alike(pen, a->children[i], b->children[i]))
            return false;
    return true;
}

/* How many of an object's children from `first` on are drawn as one. */
static unsigned run_length(const struct pen *pen, hwloc_obj_t object, unsigned first)
{
    unsigned length = 1;

    if (pen->full || is_marked(pen, object->children[first]))
        return 1;
    while (first + length < object->arity && !is_marked(pen, object->children[first + length]) &&
           are_alike(pen, object->children[first], object->children[first + length]))
        length++;
    return length;
}

static void print_run(const struct pen *pen, hwloc_obj_t object, unsigned first, unsigned length)
{
    hwloc_bitmap_t all = hwloc_bitmap_alloc();
    char list[128] = "";

    for (unsigned i = first; all && i < first + length; i++)
        hwloc_bitmap_or(all, all, object->children[i]->cpuset);
    if (all)
        hwloc_bitmap_list_snprintf(list, sizeof list, all);
    hwloc_bitmap_free(all);
    fprintf(pen->out, "  x %u alike: P#%s%s", length, list, strlen(list) == sizeof list - 1 ? "..." : "");
}

/* ---- the tree ---- */

/* Draws `length` alike objects, of which `object` is the first of them and child `first` of its parent. */
static void draw(const struct pen *pen, hwloc_obj_t object, int indent, unsigned first, unsigned length)
{
    fprintf(pen->out, "%*s", indent, "");
    print_object(pen, object);
    if (length > 1)
        print_run(pen, object->parent, first, length);
    /* What has one child stands on its line, as lstopo has it; a run keeps its remark at the line's end. */
    while (length == 1 && object->parent && object->arity == 1 && !object->memory_arity) {
        object = object->children[0];
        fputs(" + ", pen->out);
        print_object(pen, object);
    }
    fputc('\n', pen->out);
    for (hwloc_obj_t memory = object->memory_first_child; memory; memory = memory->next_sibling)
        draw(pen, memory, indent + 2, 0, 1);
    for (unsigned i = 0; i < object->arity;) {
        unsigned run = run_length(pen, object, i);
        draw(pen, object->children[i], indent + 2, i, run);
        i += run;
    }
}

static void print_counts(const struct pen *pen)
{
    hwloc_topology_t hwloc = pen->topology->hwloc;
    const char *separator = "";

    for (int depth = 1; depth < hwloc_topology_get_depth(hwloc); depth++) {
        char type[64];
        hwloc_obj_type_snprintf(type, sizeof type, hwloc_get_obj_by_depth(hwloc, depth, 0), 0);
        fprintf(pen->out, "%s%u %s", separator, hwloc_get_nbobjs_by_depth(hwloc, depth), type);
        separator = ", ";
    }
    fprintf(pen->out, "%s%d NUMANode\n", separator, hwloc_get_nbobjs_by_type(hwloc, HWLOC_OBJ_NUMANODE));
}

static void print_kinds(const struct pen *pen)
{
    const struct tree *tree = pen->topology->tree;
    hwloc_bitmap_t set = hwloc_bitmap_alloc();

    for (unsigned kind = 0; set && tree->kinds > 1 && kind < tree->kinds; kind++) {
        struct hwloc_info_s *info = NULL;
        unsigned infos = 0;
        int efficiency;
        char name[TREE_KIND_SIZE], list[256];
        tree_kind_name(tree, kind, name);
        hwloc_bitmap_zero(set);
        for (unsigned i = 0; i < tree->pus; i++)
            if (tree->pu[i].kind == kind)
                hwloc_bitmap_set(set, tree->pu[i].os_index);
        hwloc_bitmap_list_snprintf(list, sizeof list, set);
        fprintf(pen->out, "kind %s: P#%s", name, list);
        if (hwloc_cpukinds_get_info(pen->topology->hwloc, kind, NULL, &efficiency, &infos, &info, 0) == 0)
            for (unsigned i = 0; i < infos; i++)
                fprintf(pen->out, ", %s %s", info[i].name, info[i].value);
        fputc('\n', pen->out);
    }
    hwloc_bitmap_free(set);
}

static void print_set(const struct pen *pen, const char *what, hwloc_const_cpuset_t set)
{
    char list[256];

    if (hwloc_bitmap_iszero(set))
        return;
    hwloc_bitmap_list_snprintf(list, sizeof list, set);
    fprintf(pen->out, "%s: P#%s\n", what, list);
}

void drawing_print(const struct topology *topology, const struct placement_plan *plan,
                   const struct memory_place *memory, bool full, FILE *out)
{
    struct pen pen = {.topology = topology,
                      .plan = plan,
                      .memory = memory,
                      .full = full || topology_pus(topology) <= DRAWING_SMALL,
                      .out = out};

    print_counts(&pen);
    draw(&pen, hwloc_get_root_obj(topology->hwloc), 0, 0, 1);
    print_kinds(&pen);
    print_set(&pen, "offline", topology->offline);
    print_set(&pen, "not allowed to this process", topology->refused);
}

int drawing_print_plan(const struct topology *topology, const struct placement_plan *plan, FILE *out,
                       struct fault *fault)
{
    char text[SIGNATURE_SIZE];
    const int *pu = plan->pu;
    const char *meetings;

    if (signature_of_plan(text, plan, topology, fault) != 0)
        return -1;
    fprintf(out, "placement %s, workers %u,%u,%u\n", plan->name, plan->wiring.threads_of[1], plan->wiring.threads_of[2],
            plan->wiring.threads_of[3]);
    fprintf(out, "  %-12s%s\n", "signature", text);
    for (unsigned role = 0; role < PLACEMENT_ROLES; pu += plan->wiring.threads_of[role++]) {
        fprintf(out, "  %-12s", placement_roles[role]);
        for (unsigned i = 0; i < plan->wiring.threads_of[role]; i++) {
            if (pu[i] < 0)
                fprintf(out, "%sany", i ? ", " : "");
            else
                fprintf(out, "%sP#%d", i ? ", " : "", pu[i]);
        }
        fputc('\n', out);
    }
    meetings = strpbrk(text, "+");
    if (meetings) { /* meetings are what stands behind hops and kinds */
        while (meetings > text && meetings[-1] != ':')
            meetings--;
        fprintf(out, "  %-12s%s\n", "share a PU", meetings);
    }
    return 0;
}

void drawing_print_memory(const struct memory_place *memory, FILE *out)
{
    char list[128];

    fprintf(out, "memory %s\n", memory->name);
    for (unsigned hop = 0; hop < PLACEMENT_HOPS; hop++) {
        const struct pages_policy *policy = &memory->hop[hop];
        pages_list(policy, list, sizeof list);
        fprintf(out, "  %-12s%s%s%s\n", placement_hops[hop],
                policy->kind == PAGES_FREE ? "not bound" : "NUMANode P#", list,
                policy->kind == PAGES_IN_TURNS ? " in turns" : "");
    }
}
