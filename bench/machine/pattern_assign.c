/* pattern_assign.c - PUs for five threads that are to have a given pattern.

   From the leaves up, the sets of roles are found that can be below each node so that they have what the
   pattern says of them: a bit for each of the 31 sets. Roles that share a PU go together, so that a leaf
   takes one such group whole. Then the roles are handed down from the root. */
#include "machine/pattern.h"

#include <stdlib.h>

struct assignment {
    const struct tree *tree;
    pattern wanted;
    unsigned hops_of[SHARED_WORDS];  /* which hops are to share this, a bit each */
    unsigned group[PLACEMENT_ROLES]; /* roles that are to be on one PU; empty from the last one on */
    uint32_t
        *fits; /* of each node that is like no earlier one: bit s when the set s of roles can be below it */
    uint32_t *before; /* of each entry of tree.children: what fits below the elder children of its parent */
};

static uint32_t fits_leaf(const struct assignment *assignment, unsigned kind)
{
    uint32_t fits = 0;

    for (unsigned i = 0; i < PLACEMENT_ROLES && assignment->group[i]; i++) {
        bool alike = true;
        for (unsigned role = 0; role < PLACEMENT_ROLES; role++)
            if (assignment->group[i] >> role & 1)
                alike &= pattern_kind(assignment->wanted, role) == kind;
        fits |= (uint32_t)alike << assignment->group[i];
    }
    return fits;
}

static bool can_join(const struct assignment *assignment, unsigned some, unsigned others, enum shared word)
{
    return !(some & others) && !(pattern_hops_between(some, others) & ~assignment->hops_of[word]);
}

/* What fits below a node whose children looked at so far take `some`, and one more takes `others`. */
static uint32_t join(const struct assignment *assignment, uint32_t some, uint32_t others, enum shared word)
{
    uint32_t fits = some | others;

    for (unsigned a = 1; a < PATTERN_SETS; a++)
        for (unsigned b = 1; some >> a & 1 && b < PATTERN_SETS; b++)
            if (others >> b & 1 && can_join(assignment, a, b, word))
                fits |= UINT32_C(1) << (a | b);
    return fits;
}

/* What fits below a node, and below its elder children before each of them. */
static uint32_t find_fits_of(struct assignment *assignment, const struct tree_node *node)
{
    const struct tree *tree = assignment->tree;
    uint32_t fits = node->children ? 0 : fits_leaf(assignment, tree->pu[node->first_pu].kind);
    uint32_t previous = 0;
    unsigned alike = 0;

    for (unsigned i = 0; i < node->children; i++) {
        uint32_t child = assignment->fits[tree->node[node->child[i]].like];
        assignment->before[node->child - tree->children + i] = fits;
        alike = child == previous ? alike + 1 : 1;
        previous = child;
        if (alike <= PLACEMENT_ROLES) /* five roles cannot use more */
            fits = join(assignment, fits, child, node->word);
    }
    return fits;
}

/* Of nodes that are alike, of the first: large machines have few others. */
static void find_fits(struct assignment *assignment)
{
    const struct tree *tree = assignment->tree;

    for (unsigned i = 0; i < tree->nodes; i++)
        if (tree->node[i].like == i)
            assignment->fits[i] = find_fits_of(assignment, &tree->node[i]);
}

/* Finds what a node's child takes of `roles`, so that the rest fits its elder siblings: as little as it can,
   and late roles rather than early ones, so that the first PUs that will do are used in the roles' order. */
static unsigned find_part(const struct assignment *assignment, const struct tree_node *node, unsigned child,
                          unsigned roles)
{
    const struct tree *tree = assignment->tree;
    uint32_t fits = assignment->fits[tree->node[node->child[child]].like];
    uint32_t before = assignment->before[tree->node[node->like].child - tree->children + child];
    unsigned best = 0;

    if (before >> roles & 1)
        return 0;
    for (unsigned mine = roles; mine > 0; mine = (mine - 1) & roles) {
        unsigned rest = roles & ~mine;
        if (fits >> mine & 1 &&
            (!rest || (before >> rest & 1 && can_join(assignment, rest, mine, node->word))) &&
            (!best || __builtin_popcount(mine) < __builtin_popcount(best)))
            best = mine;
    }
    return best; /* not 0: find_fits has said that they fit */
}

static void hand_down(const struct assignment *assignment, unsigned index, unsigned roles,
                      unsigned pu[PLACEMENT_ROLES])
{
    const struct tree_node *node = &assignment->tree->node[index];

    for (unsigned role = 0; !node->children && role < PLACEMENT_ROLES; role++)
        if (roles >> role & 1)
            pu[role] = node->first_pu;
    for (unsigned child = node->children; child-- > 0 && roles;) {
        unsigned part = find_part(assignment, node, child, roles);
        if (part)
            hand_down(assignment, node->child[child], part, pu);
        roles &= ~part;
    }
}

/* Roles with the same first role on their PU are a group. */
static void find_groups(struct assignment *assignment)
{
    unsigned groups = 0;

    for (unsigned first = 0; first < PLACEMENT_ROLES; first++) {
        unsigned group = 0;
        for (unsigned role = first; role < PLACEMENT_ROLES; role++)
            group |= (unsigned)(pattern_meeting(assignment->wanted, role) == first) << role;
        if (group)
            assignment->group[groups++] = group;
    }
}

/* Hops whose roles share a PU are those within a group; other patterns have no assignment. */
static bool is_sound(const struct assignment *assignment)
{
    for (unsigned hop = 0; hop < PLACEMENT_HOPS; hop++) {
        bool together =
            pattern_meeting(assignment->wanted, hop) == pattern_meeting(assignment->wanted, hop + 1);
        if (together != (pattern_hop(assignment->wanted, hop) == SHARED_PU + 1))
            return false;
    }
    return true;
}

int pattern_assign(const struct tree *tree, pattern wanted, unsigned pu[PLACEMENT_ROLES])
{
    struct assignment assignment = {.tree = tree,
                                    .wanted = wanted,
                                    .fits = calloc(tree->nodes, sizeof *assignment.fits),
                                    .before = calloc(2 * (size_t)tree->pus, sizeof *assignment.before)};
    int status = assignment.fits && assignment.before ? 0 : -1;

    for (unsigned hop = 0; hop < PLACEMENT_HOPS; hop++)
        assignment.hops_of[pattern_hop(wanted, hop) - 1] |= 1u << hop;
    if (status == 0) {
        find_groups(&assignment);
        find_fits(&assignment);
        status = !is_sound(&assignment) ||
                 !(assignment.fits[tree->node[tree_root(tree)].like] >> PATTERN_EVERY_ROLE & 1);
    }
    if (status == 0)
        hand_down(&assignment, tree_root(tree), PATTERN_EVERY_ROLE, pu);
    free(assignment.fits);
    free(assignment.before);
    return status;
}
