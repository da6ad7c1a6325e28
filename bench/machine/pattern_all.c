/* pattern_all.c - every pattern that five threads on a machine can have.

   From the leaves up, the set of patterns of each node of the tree is found: of every set of roles that may
   be below it, what they may share. A node's patterns are those of its children, joined in all ways; roles of
   one hop that come from different children share the node. Nodes with the same word whose children have the
   same sets are alike, whatever else differs, and of children with the same set more than five add nothing,
   since five roles cannot use them. So the work depends on how many unlike nodes there are and not on how
   many PUs. */
#include "machine/pattern.h"

#include <stdlib.h>
#include <string.h>

/* The patterns of one sort of node: sorted, so that those of a set of roles lie side by side. */
struct set {
    pattern *item;
    size_t count;
    size_t begin[PATTERN_SETS + 1]; /* where those of a set of roles begin */
};

/* A sort of node: its word and its children's sets. */
struct sort {
    enum shared word;
    unsigned *child; /* sets, ascending, none more than five times */
    unsigned children;
    unsigned set;
};

struct search {
    const struct tree *tree;
    struct set *set;
    struct sort *sort;
    unsigned sets, sorts;
    unsigned *set_of; /* of each node of the tree */
};

/* ---- a set under construction: a hash table ---- */

enum { MOST_PATTERNS = 1 << 18 /* of a node; before that the placements are too many */ };

struct table {
    pattern *slot; /* 0: free; no pattern is 0 */
    size_t room, count;
};

static bool insert(struct table *table, pattern p)
{
    size_t i = (size_t)(p * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (table->room - 1);

    while (table->slot[i] && table->slot[i] != p)
        i = (i + 1) & (table->room - 1);
    if (table->slot[i])
        return false;
    table->slot[i] = p;
    table->count++;
    return true;
}

static int add(struct table *table, pattern p)
{
    if (2 * table->count >= table->room) {
        struct table larger = {.room = table->room ? 2 * table->room : 256};
        larger.slot = calloc(larger.room, sizeof *larger.slot);
        if (!larger.slot)
            return -1;
        for (size_t i = 0; i < table->room; i++)
            if (table->slot[i])
                insert(&larger, table->slot[i]);
        free(table->slot);
        *table = larger;
    }
    insert(table, p);
    return 0;
}

static int by_value(const void *left, const void *right)
{
    pattern a = *(const pattern *)left, b = *(const pattern *)right;

    return a < b ? -1 : a > b;
}

/* Turns the table, which is emptied, into a set. */
static void finish(struct table *table, struct set *set)
{
    size_t count = 0, i = 0;

    for (size_t slot = 0; slot < table->room; slot++)
        if (table->slot[slot])
            table->slot[count++] = table->slot[slot];
    *set = (struct set){.item = table->slot, .count = count};
    *table = (struct table){.slot = NULL};
    if (count)
        qsort(set->item, count, sizeof *set->item, by_value);
    for (unsigned roles = 0; roles <= PATTERN_SETS; roles++) {
        while (i < count && pattern_roles(set->item[i]) < roles)
            i++;
        set->begin[roles] = i;
    }
}

/* Joins a set of roles of the one with a set of roles of the other. */
static int join_roles(struct table *table, const struct set *some, unsigned roles, const struct set *others,
                      unsigned other_roles, enum shared word)
{
    pattern between = pattern_of_hops(pattern_hops_between(roles, other_roles), word);

    for (size_t i = some->begin[roles]; i < some->begin[roles + 1]; i++)
        for (size_t j = others->begin[other_roles]; j < others->begin[other_roles + 1]; j++)
            if (add(table, some->item[i] | others->item[j] | between) != 0)
                return -1;
    return 0;
}

/* The patterns of a node that has both. */
static int join(struct set *out, const struct set *some, const struct set *others, enum shared word)
{
    struct table table = {.slot = NULL};
    int status = 0;

    for (size_t i = 0; i < some->count && status == 0; i++)
        status = add(&table, some->item[i]);
    for (size_t i = 0; i < others->count && status == 0; i++)
        status = add(&table, others->item[i]);
    for (unsigned roles = 1; roles < PATTERN_SETS && status == 0; roles++)
        for (unsigned other = 1; other < PATTERN_SETS && status == 0; other++)
            if (!(roles & other))
                status = join_roles(&table, some, roles, others, other, word);
    if (status != 0)
        free(table.slot);
    else
        finish(&table, out);
    return status;
}

/* ---- sorts of nodes ---- */

/* Takes over the set: its number, which is that of an equal one where there is one. */
static unsigned intern(struct search *search, struct set *set)
{
    for (unsigned i = 0; i < search->sets; i++)
        if (search->set[i].count == set->count && set->item &&
            memcmp(search->set[i].item, set->item, set->count * sizeof *set->item) == 0) {
            free(set->item);
            return i;
        }
    search->set[search->sets] = *set; /* there is room for one a node */
    return search->sets++;
}

static int find_leaf(struct search *search, unsigned kind, unsigned *number)
{
    struct table table = {.slot = NULL};
    struct set set;

    for (unsigned roles = 1; roles < PATTERN_SETS; roles++)
        if (add(&table, pattern_of_pu(roles, kind)) != 0) {
            free(table.slot);
            return -1;
        }
    finish(&table, &set);
    *number = intern(search, &set);
    return 0;
}

static int by_number(const void *left, const void *right)
{
    unsigned a = *(const unsigned *)left, b = *(const unsigned *)right;

    return a < b ? -1 : a > b;
}

/* The children's sets of a node, as a sort has them; to be freed. */
static unsigned *children_of(const struct search *search, const struct tree_node *node, unsigned *count)
{
    unsigned *child = malloc(node->children * sizeof *child), kept = 0;

    if (!child)
        return NULL;
    for (unsigned i = 0; i < node->children; i++)
        child[i] = search->set_of[node->child[i]];
    qsort(child, node->children, sizeof *child, by_number);
    for (unsigned i = 0; i < node->children; i++)
        if (kept < PLACEMENT_ROLES || child[kept - PLACEMENT_ROLES] != child[i])
            child[kept++] = child[i];
    *count = kept;
    return child;
}

/* 0; 1 when the patterns are too many; -1 when memory is out. */
static int join_children(struct search *search, const struct sort *sort, unsigned *number)
{
    struct set sum = {.item = NULL};

    for (unsigned i = 0; i < sort->children; i++) {
        struct set more;
        int status = join(&more, &sum, &search->set[sort->child[i]], sort->word);
        free(sum.item);
        if (status != 0)
            return -1;
        sum = more;
        if (sum.count > MOST_PATTERNS) {
            free(sum.item);
            return 1;
        }
    }
    *number = intern(search, &sum);
    return 0;
}

static int find_inner(struct search *search, const struct tree_node *node, unsigned *number)
{
    struct sort sort = {.word = node->word};
    int status;

    if (!(sort.child = children_of(search, node, &sort.children)))
        return -1;
    for (unsigned i = 0; i < search->sorts; i++) {
        const struct sort *known = &search->sort[i];
        if (known->word == sort.word && known->children == sort.children &&
            memcmp(known->child, sort.child, sort.children * sizeof *sort.child) == 0) {
            *number = known->set;
            free(sort.child);
            return 0;
        }
    }
    if ((status = join_children(search, &sort, number)) != 0) {
        free(sort.child);
        return status;
    }
    sort.set = *number;
    search->sort[search->sorts++] = sort; /* there is room for one a node */
    return 0;
}

static int find_sets(struct search *search)
{
    const struct tree *tree = search->tree;
    int status = 0;

    for (unsigned i = 0; i < tree->nodes && status == 0; i++) {
        const struct tree_node *node = &tree->node[i];
        status = node->children ? find_inner(search, node, &search->set_of[i])
                                : find_leaf(search, tree->pu[node->first_pu].kind, &search->set_of[i]);
    }
    return status;
}

/* ---- the whole ---- */

static pattern *copy_whole(const struct set *set, size_t *count, struct fault *fault)
{
    size_t begin = set->begin[PATTERN_EVERY_ROLE];
    pattern *all;

    *count = set->begin[PATTERN_EVERY_ROLE + 1] - begin;
    if (*count > PLACEMENT_MOST) {
        fault_set(fault,
                  "this machine has %zu distinct placements, more than the %d that 'all' may stand for; "
                  "use 'classes' or name some",
                  *count, PLACEMENT_MOST);
        return NULL;
    }
    all = malloc(*count * sizeof *all);
    if (all)
        memcpy(all, set->item + begin, *count * sizeof *all);
    else
        fault_set(fault, "out of memory while searching for placements");
    return all;
}

pattern *pattern_find_all(const struct tree *tree, size_t *count, struct fault *fault)
{
    struct search search = {.tree = tree,
                            .set = calloc(tree->nodes, sizeof *search.set),
                            .sort = calloc(tree->nodes, sizeof *search.sort),
                            .set_of = calloc(tree->nodes, sizeof *search.set_of)};
    pattern *all = NULL;
    int status = search.set && search.sort && search.set_of ? find_sets(&search) : -1;

    if (status == 0)
        all = copy_whole(&search.set[search.set_of[tree_root(tree)]], count, fault);
    else if (status > 0)
        fault_set(fault,
                  "this machine has more distinct placements than the %d that 'all' may stand for; use "
                  "'classes' or name some",
                  PLACEMENT_MOST);
    else
        fault_set(fault, "out of memory while searching for placements");
    for (unsigned i = 0; i < search.sets; i++)
        free(search.set[i].item);
    for (unsigned i = 0; i < search.sorts; i++)
        free(search.sort[i].child);
    free(search.set);
    free(search.sort);
    free(search.set_of);
    return all;
}
