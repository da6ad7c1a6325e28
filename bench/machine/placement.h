/* placement.h - which PU each thread of a trial runs on.

   Threads are counted in pipeline order: the sources, the download workers, the resize workers, the upload
   workers, the sinks. Neighbours in that order talk to each other, so a placement is named by what the
   threads of neighbouring roles share, in the words of topology.h. A plan depends on its name, the topology
   and the wiring (wiring.h) alone: the same three give the same plan.

   same-X      the nearest object that a producer and a consumer of any hop share is an X. One X is chosen
               in which at least two children have PUs: that on which the threads use most PUs, of several
               the first in topology order. The roles go round its children, so that neighbouring roles
               are always in different ones; a role takes one child, or as many as its threads need for a
               core each and as its neighbours leave to it. Within a child threads take different cores
               first, SMT siblings last, and start over when they outnumber the PUs. A thing whose PUs
               another, smaller one has too counts as the smaller one (topology.h says how): on a machine
               whose cores have an L2 each there is `smt` and no `same-l2`.
   cross-X     neighbouring roles are on different Xs and otherwise as near as possible: the object that
               they share is the smallest that holds several Xs, be it by depth in hwloc's tree. The roles
               go round these Xs as they go round the children of same-X. Here a thing whose PUs another
               has too is meant by either word: where a package is a NUMA node and has one L3, cross-l3,
               cross-numa and cross-package are the same placement.
   Kinds       on a hybrid machine: the threads on the PUs of the fastest kind (p-cores) or of the slowest
               (e-cores), different cores first; or neighbouring roles on different kinds (mixed).
   all:SIG     the placement that has the signature SIG (signature.h), for one worker a stage.

   `all` and `classes` are names of several placements; placement_expand says which. */
#ifndef BENCH_PLACEMENT_H
#define BENCH_PLACEMENT_H

#include "base/fault.h"
#include "machine/wiring.h"
#include "machine/topology.h"

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>

enum {
    PLACEMENT_NAME_SIZE = 256, /* bytes of a placement's name, with its terminator */
    PLACEMENT_UNBOUND = -1,    /* in place of a PU: the kernel chooses */
    PLACEMENT_HOPS = WIRING_HOPS,
    PLACEMENT_ROLES = WIRING_ROLES,
    PLACEMENT_MOST = 10000,    /* most placements that `all` may stand for */
};

extern const char *const placement_roles[PLACEMENT_ROLES];
extern const char *const placement_hops[PLACEMENT_HOPS]; /* by what they feed; the last one is "done" */

struct placement_plan {
    char name[PLACEMENT_NAME_SIZE]; /* as the user wrote it */
    struct wiring wiring;
    unsigned threads;
    int *pu; /* per thread: a PU's OS index, or PLACEMENT_UNBOUND; owned by the plan */
};

/* A kind of placement, for listings. */
struct placement_kind {
    const char *syntax;  /* how to write it, such as "cpus:LIST" */
    const char *summary; /* what it does, in a few words */
};

/* Every kind of placement; the last entry's syntax is null. */
extern const struct placement_kind placement_kinds[];

/* Plans the threads of a wiring, at least one. Beside the names
   explained above there are
     unbound     the kernel chooses
     compact     threads fill the PUs in topology order, so that neighbours share as much as they can; with
                 more threads than PUs each PU gets one run of neighbouring threads
     spread      each thread as far from the one before as the topology allows: packages take turns, within
                 a package its caches, then cores; SMT siblings come last; more threads than PUs start over
     pu:N        all threads on the PU with OS index N
     cpus:LIST   the PUs of a list such as 0,2,4-6, in the order written, repetitions kept, dealt out to the
                 threads in turns
     roles:source=LIST,download=LIST,resize=LIST,upload=LIST,sink=LIST
                 a list for each role, in any order; dealt out to the role's threads in turns. "roles:" may be
                 left out
   On success the plan is to be released with placement_free. Unknown names, malformed lists, PUs that do
   not exist or may not be used, classes that the machine lacks, and names of several placements are refused;
   *out is then empty. */
int placement_plan(struct placement_plan *out, const struct topology *topology, const char *name,
                   const struct wiring *wiring, struct fault *fault);

/* Releases what the plan owns and empties it; an emptied plan is allowed. */
void placement_free(struct placement_plan *plan);

/* Whether the name is well formed, whatever the machine; the fault says what is wrong with it if not. */
bool placement_name_known(const char *name, struct fault *fault);

/* Whether the commas behind this beginning of a text belong to one name, and do not separate names. */
bool placement_has_commas(const char *text);

/* Names of placements, each distinct on the machine for the shape. */
struct placement_names {
    char (*name)[PLACEMENT_NAME_SIZE]; /* owned */
    size_t count;
};

/* The placements that a name stands for, all of which placement_plan takes:
     classes  every class that the machine has (same-X, smt, cross-X, kinds); of several with the same
              signature the first in this order, smaller before larger, but the largest of cross-X;
   same-machine comes behind cross-X all      with three stages and one thread a role: one placement for every
   signature that any assignment of the five threads to PUs has, nearest first, as names "all:SIG"; for other shapes: the
   classes, compact and spread. Each signature once. Any other name stands for itself, and is refused as by
   placement_plan. More than PLACEMENT_MOST are refused. Release with placement_names_free in any case. */
int placement_expand(struct placement_names *out, const struct topology *topology, const char *name,
                     const struct wiring *wiring, struct fault *fault);
void placement_names_free(struct placement_names *names);

/* Makes the CPU set of one PU, as pthread_attr_setaffinity_np takes it: large enough for any OS index, also
   above the 1024 of a plain cpu_set_t. *size is in bytes. On success the set is to be released with
   CPU_FREE; -1 when pu is PLACEMENT_UNBOUND or memory is out, and *set is then null. */
int placement_to_cpuset(int pu, cpu_set_t **set, size_t *size);

#endif
