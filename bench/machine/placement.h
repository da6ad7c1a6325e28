/* placement.h - which PU each thread of a trial runs on.

   Threads are counted in pipeline order: the source, the download workers, the resize workers, the upload
   workers, the sink. Neighbours in that order talk to each other, so a placement is judged by what
   neighbours share. A plan depends on its name, the topology and the number of threads alone: the same
   three give the same plan. */
#ifndef BENCH_PLACEMENT_H
#define BENCH_PLACEMENT_H

#include "base/fault.h"
#include "machine/topology.h"

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>

enum {
    PLACEMENT_NAME_SIZE = 256, /* bytes of a placement's name, with its terminator */
    PLACEMENT_UNBOUND = -1,    /* in place of a PU: the kernel chooses */
    PLACEMENT_STAGES = 3,      /* download, resize, upload */
    PLACEMENT_HOPS = 4,        /* source->download, download->resize, resize->upload, upload->sink */
    PLACEMENT_HOP_SIZE = 24,   /* bytes of a hop's description, with its terminator */
};

struct placement_plan {
    char name[PLACEMENT_NAME_SIZE]; /* as the user wrote it */
    unsigned threads;               /* at least 1 */
    int *pu;                        /* per thread: a PU's OS index, or PLACEMENT_UNBOUND; owned by the plan */
};

/* A kind of placement, for listings. */
struct placement_kind {
    const char *syntax;  /* how to write it, such as "cpus:LIST" */
    const char *summary; /* what it does, in a few words */
};

/* Every kind of placement; the last entry's syntax is null. */
extern const struct placement_kind placement_kinds[];

/* Plans `threads` threads (at least 1). The name is one of placement_kinds:
     unbound     the kernel chooses
     compact     threads fill the PUs in topology order, so that neighbours share as much as they can; with
                 more threads than PUs each PU gets one run of neighbouring threads
     spread      each thread as far from the one before as the topology allows: packages take turns, within
                 a package its caches, then cores; SMT siblings come last; more threads than PUs start over
     pu:N        all threads on the PU with OS index N
     cpus:LIST   the PUs of a list such as 0,2,4-6, in the order written, repetitions kept, dealt out to the
                 threads in turns
   On success the plan is to be released with placement_free. Unknown names, malformed lists and PUs that do
   not exist or may not be used are refused; *out is then empty. */
int placement_plan(struct placement_plan *out, const struct topology *topology, const char *name,
                   unsigned threads, struct fault *fault);

/* Releases what the plan owns and empties it; an emptied plan is allowed. */
void placement_free(struct placement_plan *plan);

/* Whether the name is well formed, whatever the machine; the fault says what is wrong with it if not. */
bool placement_name_known(const char *name, struct fault *fault);

/* Makes the CPU set of one PU, as pthread_attr_setaffinity_np takes it: large enough for any OS index, also
   above the 1024 of a plain cpu_set_t. *size is in bytes. On success the set is to be released with
   CPU_FREE; -1 when pu is PLACEMENT_UNBOUND or memory is out, and *set is then null. */
int placement_to_cpuset(int pu, cpu_set_t **set, size_t *size);

/* Says for each hop what its producers and consumers share, in the words of topology.h: one word when all
   pairs of a producer and a consumer share the same kind of object, otherwise the nearest and the farthest
   as "core..package"; "unbound" when a thread of the hop is not bound. `workers` counts the download, resize
   and upload workers (at least 1 each); with the source and the sink they must be the plan's threads. */
int placement_describe_hops(const struct placement_plan *plan, const struct topology *topology,
                            const unsigned workers[PLACEMENT_STAGES],
                            char hops[PLACEMENT_HOPS][PLACEMENT_HOP_SIZE], struct fault *fault);

#endif
