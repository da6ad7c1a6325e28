/* memory_place.h - which NUMA nodes the queues' memory goes to, by name.

     default      nothing is bound: a page goes to the node of the CPU that touches it first
     local        each hop's memory to the node of its consumer's PU; of several consumers on several nodes,
                  page by page to these in turns
     interleave   page by page in turns to the nodes of all PUs that may be used
     node:N       to the node with OS index N, be it one without PUs
     source       to the node of the source's PU
     sink         to the node of the sink's PU

   `local` is the consumer's node since a load waits for memory, while a store is buffered.

   What a name says of a hop holds for the memory that the queue allocates when it is made, and for what the
   threads that put into it allocate while they run. A malloc that hands out what another thread has freed
   hands out a page that has its place already: with `local`, memory of one hop may so become the next hop's.

   The node of a PU is, of the nodes that have memory and may be used, the one nearest to it in the tree: of
   the nodes that it is local to, the one that is local to fewest PUs. Of several like that, such as a
   package's DRAM and its high-bandwidth memory, it is the one with the lowest OS index: Linux numbers nodes
   with CPUs first. Where no node is local to the PU (its own has no memory), the smallest object around it
   that has one counts. */
#ifndef BENCH_MEMORY_PLACE_H
#define BENCH_MEMORY_PLACE_H

#include "machine/pages.h"
#include "machine/placement.h"

/* Every kind of name; the last entry's syntax is null. */
extern const struct placement_kind memory_kinds[];

enum { MEMORY_NAME_SIZE = 32 /* bytes of a name, with its terminator */ };

struct memory_place {
    char name[MEMORY_NAME_SIZE];
    struct pages_policy hop[PLACEMENT_HOPS];
};

/* Whether the name is well formed, whatever the machine: 0, or -1 with a sentence. */
int memory_place_known(const char *name, struct fault *fault);

/* Whether the machine has what a well-formed name asks for: 0, or -1 with a sentence that names the nodes
   that there are. */
int memory_place_check(const char *name, const struct topology *topology, struct fault *fault);

/* Where the memory goes with a placement of threads. Refuses what the two above do, and names that follow a
   thread which is not bound. */
int memory_place_plan(struct memory_place *out, const char *name, const struct topology *topology,
                      const struct placement_plan *plan, struct fault *fault);

/* "download=0 resize=0-1 upload=1 done=1", or "any" for a hop whose memory is not bound. Returns `text`. */
const char *memory_place_text(const struct memory_place *memory, char *text, size_t size);

/* Whether the name needs threads that are bound to PUs. */
bool memory_place_follows(const char *name);

/* How many nodes there are that have memory and may be used, and their OS indices: "0-1". */
unsigned memory_place_nodes(const struct topology *topology);
const char *memory_place_list(const struct topology *topology, char *text, size_t size);

/* What is to be said of a machine with one node: there every name means the same. */
extern const char memory_one_node[];

/* The OS index of the node of a usable PU, given by OS index. */
unsigned memory_place_node_of(const struct topology *topology, unsigned pu);

#endif
