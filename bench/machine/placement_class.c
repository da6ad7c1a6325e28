/* placement_class.c - see placement_class.h. */
#include "machine/placement_class.h"

#include "machine/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum rule { RULE_SAME, RULE_CROSS, RULE_FASTEST, RULE_SLOWEST, RULE_MIXED };

const char *const class_names[CLASSES] = {
    "same-pu",      "smt",       "same-l1",    "same-l2",      "same-l3",       "same-l4",
    "same-l5",      "same-numa", "same-die",   "same-package", "same-group",    "cross-l2",
    "cross-l3",     "cross-l4",  "cross-numa", "cross-die",    "cross-package", "cross-group",
    "same-machine", "p-cores",   "e-cores",    "mixed"};

static const struct {
    enum rule rule;
    enum shared word;
} meaning[CLASSES] = {
    {RULE_SAME, SHARED_PU},      {RULE_SAME, SHARED_CORE},     {RULE_SAME, SHARED_L1},
    {RULE_SAME, SHARED_L2},      {RULE_SAME, SHARED_L3},       {RULE_SAME, SHARED_L4},
    {RULE_SAME, SHARED_L5},      {RULE_SAME, SHARED_NUMA},     {RULE_SAME, SHARED_DIE},
    {RULE_SAME, SHARED_PACKAGE}, {RULE_SAME, SHARED_GROUP},    {RULE_CROSS, SHARED_L2},
    {RULE_CROSS, SHARED_L3},     {RULE_CROSS, SHARED_L4},      {RULE_CROSS, SHARED_NUMA},
    {RULE_CROSS, SHARED_DIE},    {RULE_CROSS, SHARED_PACKAGE}, {RULE_CROSS, SHARED_GROUP},
    {RULE_SAME, SHARED_MACHINE}, {RULE_FASTEST, SHARED_WORDS}, {RULE_SLOWEST, SHARED_WORDS},
    {RULE_MIXED, SHARED_WORDS},
};

int class_find(const char *name)
{
    for (int class = 0; class < CLASSES; class ++)
        if (strcmp(name, class_names[class]) == 0)
            return class;
    return -1;
}

/* ---- parts: disjoint sets of PUs that the roles go round ---- */

struct part {
    unsigned begin, count; /* of parts.pu */
    unsigned cores;        /* PUs of different cores, which come first */
    unsigned used;         /* threads placed so far */
};

struct parts {
    const struct tree *tree;
    struct part *part;
    unsigned count;
    unsigned *pu; /* logical indices, part by part: a PU of each core, then their siblings */
    unsigned pus;
};

static void parts_release(struct parts *parts)
{
    free(parts->part);
    free(parts->pu);
}

static int parts_init(struct parts *parts, const struct tree *tree)
{
    *parts = (struct parts){.tree = tree,
                            .part = calloc(tree->pus, sizeof *parts->part),
                            .pu = calloc(tree->pus, sizeof *parts->pu)};
    return parts->part && parts->pu ? 0 : -1;
}

enum { ANY_KIND = -1 };

/* Adds a part: those of `count` PUs in topology order from `first` on that are of the kind. */
static void parts_add(struct parts *parts, unsigned first, unsigned count, int kind)
{
    const struct tree_pu *pu = parts->tree->pu;
    struct part part = {.begin = parts->pus};
    unsigned most = 0;

    for (unsigned i = first; i < first + count; i++)
        most = pu[i].sibling > most ? pu[i].sibling : most;
    for (unsigned sibling = 0; sibling <= most; sibling++) {
        for (unsigned i = first; i < first + count; i++)
            if (pu[i].sibling == sibling && (kind == ANY_KIND || pu[i].kind == (unsigned)kind))
                parts->pu[parts->pus++] = i;
        if (!part.cores)
            part.cores = parts->pus - part.begin;
    }
    part.count = parts->pus - part.begin;
    if (part.count)
        parts->part[parts->count++] = part;
}

static int by_size(const void *left, const void *right)
{
    const struct part *a = left, *b = right;

    if (a->count != b->count)
        return a->count < b->count ? 1 : -1;
    return a->begin < b->begin ? -1 : a->begin > b->begin; /* in topology order: qsort need not be stable */
}

/* How many of `parts` parts a role gets: as many as its threads need for a core each, as far as what its
   neighbours need in proportion leaves them, so that neighbours never have a part in common. */
static unsigned share(const struct placement_plan *plan, unsigned role, const struct parts *parts,
                      unsigned cores)
{
    unsigned long long threads = plan->wiring.threads_of[role], wanted = (threads + cores - 1) / cores;

    for (unsigned hop = 0; hop < PLACEMENT_HOPS; hop++) {
        int from = plan->wiring.producer[hop], to = plan->wiring.consumer[hop];
        if (from == to || (from != (int)role && to != (int)role))
            continue;
        unsigned neighbour = (unsigned)(from == (int)role ? to : from);
        unsigned long long most = parts->count * threads / (threads + plan->wiring.threads_of[neighbour]);
        wanted = most < wanted ? most : wanted;
    }
    return wanted ? (unsigned)wanted : 1;
}

/* Lets the roles go round the parts, which must be two at least unless `together`: then all threads have the
   first part in common. The larger parts come first, for where there are few roles. */
static void deal(struct placement_plan *plan, struct parts *parts, bool together)
{
    unsigned cores = parts->tree->pus, thread = 0, next = 0;

    if (!parts->count || !cores)
        return; /* not reached: the callers have looked */
    qsort(parts->part, parts->count, sizeof *parts->part, by_size);
    for (unsigned i = 0; i < parts->count; i++)
        if (parts->part[i].cores && parts->part[i].cores < cores)
            cores = parts->part[i].cores;
    for (unsigned role = 0; role < PLACEMENT_ROLES; role++) {
        if (!plan->wiring.threads_of[role])
            continue;
        unsigned mine = together ? 1 : share(plan, role, parts, cores);
        for (unsigned i = 0; i < plan->wiring.threads_of[role]; i++) {
            struct part *part = &parts->part[together ? 0 : (next + i % mine) % parts->count];
            unsigned logical = parts->pu[part->begin + part->used++ % part->count];
            plan->pu[thread++] = (int)parts->tree->pu[logical].os_index;
        }
        next = (next + mine) % parts->count;
    }
}

/* ---- choosing the object ---- */

static int by_number(const void *left, const void *right)
{
    int a = *(const int *)left, b = *(const int *)right;

    return a < b ? -1 : a > b;
}

/* PUs that the plan uses; 0 when memory is out. */
static unsigned distinct_pus(const struct placement_plan *plan)
{
    int *pu = malloc(plan->threads * sizeof *pu);
    unsigned distinct = 0;

    if (!pu)
        return 0;
    memcpy(pu, plan->pu, plan->threads * sizeof *pu);
    qsort(pu, plan->threads, sizeof *pu, by_number);
    for (unsigned i = 0; i < plan->threads; i++)
        distinct += !i || pu[i] != pu[i - 1];
    free(pu);
    return distinct;
}

/* Adds the innermost nodes from `index` down that bear the word. */
static void add_bearers(struct parts *parts, unsigned index, const bool *bears)
{
    const struct tree_node *node = &parts->tree->node[index];
    bool below = false;

    for (unsigned i = 0; i < node->children; i++)
        if (bears[node->child[i]]) {
            add_bearers(parts, node->child[i], bears);
            below = true;
        }
    if (!below)
        parts_add(parts, node->first_pu, node->pu_count, ANY_KIND);
}

/* Whether each node has the word or a node below it has. */
static bool *find_bearers(const struct tree *tree, enum shared word)
{
    bool *bears = calloc(tree->nodes, sizeof *bears);

    for (unsigned i = 0; bears && i < tree->nodes; i++) {
        bears[i] = tree->node[i].words >> word & 1;
        for (unsigned j = 0; j < tree->node[i].children; j++)
            bears[i] |= bears[tree->node[i].child[j]];
    }
    return bears;
}

/* Makes the parts of an object: of same-X the children of an X; of cross-X the Xs below the object, where
   several of its children have them. No parts where the object is not of that sort. */
static void make_parts(struct parts *parts, unsigned index, enum rule rule, enum shared word,
                       const bool *bears)
{
    const struct tree_node *node = &parts->tree->node[index];
    unsigned bearing = 0;

    parts->count = parts->pus = 0;
    if (rule == RULE_SAME && node->word == word && node->children)
        for (unsigned i = 0; i < node->children; i++)
            parts_add(parts, parts->tree->node[node->child[i]].first_pu,
                      parts->tree->node[node->child[i]].pu_count, ANY_KIND);
    if (rule != RULE_CROSS)
        return;
    for (unsigned i = 0; i < node->children; i++)
        bearing += bears[node->child[i]];
    if (bearing > 1)
        add_bearers(parts, index, bears);
}

/* Tries every object and keeps the best plan. For cross-X deeper objects win: the nearest that hold several.
 */
static int plan_on_tree(struct placement_plan *plan, const struct tree *tree, enum rule rule,
                        enum shared word)
{
    struct parts parts;
    struct placement_plan trial = *plan;
    bool *bears = find_bearers(tree, word);
    unsigned most = 0;
    int deepest = -1, status = parts_init(&parts, tree);

    trial.pu = malloc(plan->threads * sizeof *trial.pu);
    if (!bears || !trial.pu)
        status = -1;
    for (unsigned i = 0; i < tree->nodes && status == 0; i++) {
        int depth = rule == RULE_CROSS ? tree->node[i].object->depth : 0;
        make_parts(&parts, i, rule, word, bears);
        if (parts.count < 2 || depth < deepest)
            continue;
        deal(&trial, &parts, false);
        unsigned distinct = distinct_pus(&trial);
        if (depth > deepest || distinct > most) {
            memcpy(plan->pu, trial.pu, plan->threads * sizeof *trial.pu);
            most = distinct;
            deepest = depth;
        }
    }
    free(trial.pu);
    free(bears);
    parts_release(&parts);
    return status ? status : deepest < 0;
}

static int plan_on_kinds(struct placement_plan *plan, const struct tree *tree, enum rule rule)
{
    struct parts parts;
    int status = parts_init(&parts, tree);

    if (status == 0 && (tree->kinds < 2 || (rule != RULE_MIXED && !tree->kinds_ranked)))
        status = 1;
    if (status == 0) {
        for (unsigned kind = tree->kinds; kind-- > 0;)
            if (rule == RULE_MIXED || kind == (rule == RULE_SLOWEST ? 0 : tree->kinds - 1))
                parts_add(&parts, 0, tree->pus, (int)kind);
        deal(plan, &parts, rule != RULE_MIXED);
    }
    parts_release(&parts);
    return status;
}

static int plan_on_first_pu(struct placement_plan *plan, const struct tree *tree)
{
    for (unsigned thread = 0; thread < plan->threads; thread++)
        plan->pu[thread] = (int)tree->pu[0].os_index;
    return 0;
}

int class_plan(struct placement_plan *plan, const struct topology *topology, int class, struct fault *fault)
{
    enum rule rule = meaning[class].rule;
    enum shared word = meaning[class].word;
    int status;

    if (rule == RULE_SAME && word == SHARED_PU)
        status = plan_on_first_pu(plan, topology->tree);
    else if (rule == RULE_SAME || rule == RULE_CROSS)
        status = plan_on_tree(plan, topology->tree, rule, word);
    else
        status = plan_on_kinds(plan, topology->tree, rule);
    return status < 0 ? fault_set(fault, "out of memory while placing %u threads", plan->threads) : status;
}

int class_refuse(const struct topology *topology, int class, struct fault *fault)
{
    char list[512] = "";
    size_t used = 0;
    int pu[PLACEMENT_ROLES];
    struct placement_plan plan = {.wiring = wiring_of_pipeline(1, WIRING_STAGES, (unsigned[]){1, 1, 1}, 1),
                                  .threads = PLACEMENT_ROLES,
                                  .pu = pu}; /* has a class or not in any shape */

    for (int other = 0; other < CLASSES; other++) {
        int status = class_plan(&plan, topology, other, fault);
        if (status < 0)
            return -1;
        if (status == 0)
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : "",
                                     class_names[other]);
    }
    return fault_set(fault, "there is no placement %s on this machine; its classes are %s",
                     class_names[class], list);
}
