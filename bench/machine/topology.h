/* topology.h - the machine as hwloc sees it: the PUs this process may use, and what they share.

   A PU is a hardware thread, named by its OS index, the number that taskset and /proc use. "Logical"
   indices number the usable PUs in topology order: siblings of a core first, then neighbours in a
   shared cache, then in a package.

   | object that two PUs share | word         |
   |---------------------------|--------------|
   | both are the same PU      | pu           |
   | a core (SMT siblings)     | core         |
   | a cache                   | l1 .. l5     |
   | memory of one NUMA node   | numa         |
   | a die, a package          | die, package |
   | any other grouping        | group        |
   | nothing nearer            | machine      |

   "numa" is said where the nearest common object is no cache and no core, and has exactly the PUs of one
   NUMA node which is a part of the machine: a node that spans all of it tells nothing.

   Objects of different levels often have the same PUs: a core and the L2 that it has to itself, a package
   and its only L3. What their PUs share is then called by the innermost of them, the smaller word of the
   table: two hardware threads of such a core share a "core" and not an "l2", two cores of such a package an
   "l3". Innermost is what hwloc's tree has innermost, and for "numa" the rule above: a node comes behind
   caches and cores, and before the die, package or group that has the same PUs.

   A loaded topology is never changed, so any number of threads may ask it at once. */
#ifndef BENCH_TOPOLOGY_H
#define BENCH_TOPOLOGY_H

#include "base/fault.h"

#include <hwloc.h>
#include <stdbool.h>
#include <stddef.h>

/* The words of the table, smaller things first. */
enum shared {
    SHARED_PU,
    SHARED_CORE,
    SHARED_L1,
    SHARED_L2,
    SHARED_L3,
    SHARED_L4,
    SHARED_L5,
    SHARED_NUMA,
    SHARED_DIE,
    SHARED_PACKAGE,
    SHARED_GROUP,
    SHARED_MACHINE,
    SHARED_WORDS
};

extern const char *const shared_words[SHARED_WORDS];

struct tree;

struct topology {
    hwloc_topology_t hwloc; /* for reading only; owned by the topology, as all here */
    bool is_this_machine;   /* false: described by text or XML, good for planning, not for binding */
    struct tree *tree;      /* what placements need of it (machine/tree.h) */
    hwloc_bitmap_t offline; /* PUs that the machine has and that are switched off or unknown to the kernel */
    hwloc_bitmap_t refused; /* PUs that are online, but not for us: by the cgroup or by the affinity mask */
};

/* Loads this machine, restricted to the PUs that the calling thread may run on: its cgroup's CPU set and
   its affinity mask, so that `taskset -c 0 sluice ...` sees one PU. Call it before any thread is bound.
   Refuses when hwloc's environment variables make it describe another machine. On success *out is to be
   released with topology_free; otherwise it is null. */
int topology_load(struct topology **out, struct fault *fault);

/* Loads an imagined machine from hwloc's synthetic notation, such as "package:2 l3:4 core:8 pu:2". For
   plans and tests: is_this_machine is false. Ownership as topology_load. */
int topology_load_synthetic(struct topology **out, const char *description, struct fault *fault);

/* Loads the machine recorded in an XML file of lstopo. For plans and tests: is_this_machine is false.
   Ownership as topology_load. */
int topology_load_xml(struct topology **out, const char *path, struct fault *fault);

/* The same from the text of such a file, as topology_xml made it. */
int topology_load_xml_text(struct topology **out, const char *text, struct fault *fault);

/* Loads a described machine: a file where `text` ends in ".xml" or is the path of one, otherwise hwloc's
   synthetic notation. Ownership as topology_load. */
int topology_load_described(struct topology **out, const char *text, struct fault *fault);

/* Releases a topology; null is allowed. */
void topology_free(struct topology *topology);

/* The number of usable PUs; at least 1. */
unsigned topology_pus(const struct topology *topology);

/* The OS index of the PU with this logical index, which must be below topology_pus(). */
unsigned topology_pu_os_index(const struct topology *topology, unsigned logical);

/* Whether the PU with this OS index exists and may be used. */
bool topology_has_pu(const struct topology *topology, unsigned os_index);

/* Writes the usable PUs' OS indices as text for messages, such as "0-3,8", cut at the buffer's end. */
void topology_pu_list(const struct topology *topology, char *text, size_t size);

/* The topology as hwloc's XML, which `--topology FILE` reads again; to be freed by the caller. Null when
   memory ran out. */
char *topology_xml(const struct topology *topology);

/* The word of the table above for the nearest object that two usable PUs share, given by OS index; a
   string constant. "machine" when one of them is not usable. */
const char *topology_shared_name(const struct topology *topology, unsigned os_a, unsigned os_b);

/* The word of the table for two PUs whose nearest common object is this one, a normal object of the tree with
   PUs of its own. */
enum shared topology_word(const struct topology *topology, hwloc_obj_t object);

/* Whether some NUMA node has exactly these PUs. */
bool topology_is_numa_set(const struct topology *topology, hwloc_const_cpuset_t set);

/* The words for the nearest and the farthest objects shared by any pair of one PU of `from` and one of
   `to`: equal (by strcmp) when all pairs share the same kind of object. Takes time in proportion to the
   topology, not to the number of pairs. Both sets must hold a usable PU; otherwise -1, nothing written. */
int topology_shared_range(const struct topology *topology, hwloc_const_cpuset_t from, hwloc_const_cpuset_t to,
                          const char **nearest, const char **farthest);

#endif
