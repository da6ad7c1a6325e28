/* drawing.h - the machine as a tree for the eye, or as JSON, with the threads of a placement on its PUs, and
   the memory of the hops on its NUMA nodes. Objects are called and counted as lstopo does: L# is the logical
   index, P# the OS's. */
#ifndef BENCH_DRAWING_H
#define BENCH_DRAWING_H

#include "machine/memory_place.h"

#include <jansson.h>
#include <stdio.h>

enum { DRAWING_SMALL = 16 /* most PUs of a machine that is always drawn in full */ };

/* Prints the counts, the tree, the kinds of CPU, and the PUs that cannot be used. `plan` and `memory`
   may be null: no marks. Neighbours on large machines that are alike and bear no mark are drawn once, unless
   `full`. */
void drawing_print(const struct topology *topology, const struct placement_plan *plan,
                   const struct memory_place *memory, bool full, FILE *out);

/* Prints which PUs each role has, the signature, and who shares a PU. 0 or -1 with a sentence. */
int drawing_print_plan(const struct topology *topology, const struct placement_plan *plan, FILE *out,
                       struct fault *fault);

/* Prints to which nodes the memory of each hop goes. */
void drawing_print_memory(const struct memory_place *memory, FILE *out);

/* The same as JSON: {"this_machine", "pus", "objects": {TYPE: count}, "kinds", "offline", "refused", "tree"};
   a PU of the tree has "threads" where the plan places some, a NUMANode "hops" whose memory goes there. All
   in full. The caller owns the result. */
json_t *drawing_json(const struct topology *topology, const struct placement_plan *plan,
                     const struct memory_place *memory);

/* {"name", "nodes": {HOP: [NODE]}}, null for a hop whose memory is not bound. */
json_t *drawing_json_memory(const struct memory_place *memory);

/* {"name", "workers", "signature", "hops", "roles": {ROLE: [PU]}}; null, with a sentence, where it fails. */
json_t *drawing_json_plan(const struct topology *topology, const struct placement_plan *plan,
                          struct fault *fault);

/* The threads that a plan places on a PU, as "source, resize 0"; "" where there are none or no plan. */
void drawing_threads_on(const struct placement_plan *plan, unsigned os_index, char *text, size_t size);

#endif
