/* pages.h - where the pages of this process lie: binds what a thread is about to touch to NUMA nodes, and
   reads back on which nodes the process's memory really is.

   A page gets its place when it is touched for the first time, by the policy of the thread that touches it.
   So pages_bind decides for memory that its thread touches first from then on, and moves nothing.

   It asks the kernel itself, with what hwloc's binding asks it: hwloc_set_membind takes memory from malloc
   before it binds, and a thread's first memory is the page on which its malloc arena begins. With a small
   queue that is the page on which the queue lies. */
#ifndef BENCH_PAGES_H
#define BENCH_PAGES_H

#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PAGES_NODES = 1024, /* OS indices of nodes are below this, as in Linux */
    PAGES_FOUND = 64,   /* nodes that are told apart where pages were found: more than any machine has */
};

/* Plain data, to be handed to another process. */
struct pages_policy {
    enum {
        PAGES_FREE,     /* the kernel's own: the node of the CPU that touches the page first */
        PAGES_BOUND,    /* on the one node, or not at all */
        PAGES_IN_TURNS, /* page by page on each of the nodes in turns */
    } kind;
    uint64_t nodes[PAGES_NODES / 64]; /* a bit for each OS index; none with PAGES_FREE */
};

static inline bool pages_is_bound(const struct pages_policy *policy)
{
    return policy->kind != PAGES_FREE;
}

static inline bool pages_has_node(const struct pages_policy *policy, unsigned node)
{
    return node < PAGES_NODES && policy->nodes[node / 64] >> node % 64 & 1;
}

static inline void pages_add_node(struct pages_policy *policy, unsigned node)
{
    if (node < PAGES_NODES)
        policy->nodes[node / 64] |= UINT64_C(1) << node % 64;
}

/* Writes the nodes as text: "0", "0-1,3"; "" where there are none. Returns `text`. */
const char *pages_list(const struct pages_policy *policy, char *text, size_t size);

/* Sets the policy of the calling thread, which threads that it starts inherit; strictly: what cannot be had
   on the nodes is then not had elsewhere. PAGES_FREE leaves the policy as it is. 0, or -1 with a sentence
   where the kernel refuses. */
int pages_bind(const struct pages_policy *policy, struct fault *fault);

/* How much of the process's memory lies on each node; in the order of the nodes. */
struct pages_found {
    bool known;
    uint32_t count;
    struct {
        uint32_t node;
        uint64_t bytes;
    } on[PAGES_FOUND];
};

/* Reads that for the process's own memory, which is neither a file's nor the main thread's stack, whole pages
   that were touched, by /proc/self/numa_maps. Not known where that file is missing. Allocates nothing. Takes
   time in proportion to the memory: some 10 ms for 1 GiB. */
void pages_look(struct pages_found *found);

/* Takes what was found before from what was found later; known if both were. A node that has lost pages has
   none. */
void pages_subtract(struct pages_found *later, const struct pages_found *before);

#endif
