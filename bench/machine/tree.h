/* tree.h - the usable PUs as a tree in which every inner node is the nearest common object of some two of
   them: hwloc's tree without memory, without empty objects, and with one node for a chain of objects that
   have the same PUs. It also knows the kinds of CPUs of a hybrid machine.

   Built once with a topology and then only read. */
#ifndef BENCH_TREE_H
#define BENCH_TREE_H

#include "machine/topology.h"

enum {
    TREE_KINDS = 15,    /* most kinds of CPUs that are told apart; what is more counts as the last */
    TREE_KIND_SIZE = 8, /* bytes of a kind's name, with its terminator */
};

struct tree_node {
    hwloc_obj_t object;    /* the innermost of those that have these PUs */
    enum shared word;      /* what PUs under different children share; of a leaf SHARED_PU */
    unsigned words;        /* a bit for the word of every object that has these PUs, NUMA nodes too */
    const unsigned *child; /* the children's indices; owned by the tree */
    unsigned children;     /* none or at least 2 */
    unsigned like;         /* the first node that is alike, perhaps itself: word, children and kinds of PUs */
    unsigned first_pu, pu_count; /* the PUs below by logical index: topology order makes them neighbours */
};

/* A PU by its logical index. */
struct tree_pu {
    unsigned os_index;
    unsigned sibling; /* its place among the PUs of its core, from 0 */
    unsigned kind;
};

struct tree {
    struct tree_node *node; /* children before their parents, so that the root is the last */
    unsigned nodes;
    struct tree_pu *pu;
    unsigned pus;
    unsigned *children; /* that the nodes point into */
    unsigned kinds; /* 1 where all CPUs are alike; with more, kind 0 is the slowest where they are ranked */
    bool kinds_ranked;
};

/* Null, with a sentence, when memory is out. To be released with tree_free. */
struct tree *tree_build(const struct topology *topology, struct fault *fault);
void tree_free(struct tree *tree);

static inline unsigned tree_root(const struct tree *tree)
{
    return tree->nodes - 1;
}

/* The name of a kind, the same on all machines: "p" is the fastest, "e" the slowest, "k1", "k2", ... are
   between them; "k0", "k1", ... where the system does not say which is faster. */
void tree_kind_name(const struct tree *tree, unsigned kind, char name[TREE_KIND_SIZE]);

#endif
