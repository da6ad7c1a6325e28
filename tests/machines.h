/* machines.h - imagined machines, and machines recorded in XML, for tests of what depends on the machine. The
   recorded ones are in the folder SLUICE_TOPOLOGIES, by default ../shared/topologies beside the sources. */
#ifndef TESTS_MACHINES_H
#define TESTS_MACHINES_H

#include "machine/placement.h"
#include "machine/topology.h"

#include "support.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef SLUICE_SOURCE_DIR
#define SLUICE_SOURCE_DIR "."
#endif

static const unsigned one_each[WIRING_STAGES] = {1, 1, 1};

/* A source, three stages of so many workers, and a sink. */
#define PIPELINE(workers) ((const struct wiring[]){wiring_of_pipeline(1, WIRING_STAGES, workers, 1)})

static inline struct topology *synthetic(const char *description)
{
    struct fault fault = {""};
    struct topology *topology;

    if (topology_load_synthetic(&topology, description, &fault) != 0)
        fail_msg("%s", fault.text);
    assert_false(topology->is_this_machine);
    return topology;
}

/* The machine without the PUs whose bit in a pattern of 32, repeated, is 0. */
static inline struct topology *irregular(const char *description, uint32_t pattern)
{
    char path[] = "/tmp/sluice-test-XXXXXX";
    struct topology *topology;
    struct fault fault = {""};
    hwloc_topology_t hwloc;
    hwloc_bitmap_t kept = hwloc_bitmap_alloc();
    int file = mkstemp(path);

    assert_true(file >= 0);
    hwloc_topology_init(&hwloc);
    assert_int_equal(hwloc_topology_set_synthetic(hwloc, description), 0);
    assert_int_equal(hwloc_topology_load(hwloc), 0);
    for (unsigned pu = 0; pu < (unsigned)hwloc_get_nbobjs_by_type(hwloc, HWLOC_OBJ_PU); pu++)
        if ((pattern >> ((pu * 7 + pu / 32) % 32)) & 1)
            hwloc_bitmap_set(kept, pu);
    assert_int_equal(hwloc_topology_restrict(hwloc, kept, 0), 0);
    assert_int_equal(hwloc_topology_export_xml(hwloc, path, 0), 0);
    hwloc_topology_destroy(hwloc);
    hwloc_bitmap_free(kept);
    if (topology_load_xml(&topology, path, &fault) != 0)
        fail_msg("%s", fault.text);
    close(file);
    unlink(path);
    return topology;
}

/* An irregular machine of three packages with a PU each. Node 0 is the first package's, with fast memory
   beside it (3); node 1, the second package's, has no memory; the third package has no node of its own; node
   2 is everybody's; node 4 may not be used; node 5 is in a group without PUs, as Linux has it where no CPU is
   told to be near. */
static inline struct topology *odd_machine(void)
{
    struct topology *topology;
    struct fault fault = {""};

    if (topology_load_xml(&topology, SLUICE_SOURCE_DIR "/tests/odd_machine.xml", &fault) != 0)
        fail_msg("%s", fault.text);
    return topology;
}

/* Checks the recorded machines; false, after saying so, where there are none. */
static inline bool on_recorded_machines(void (*check)(const struct topology *))
{
    const char *folder = getenv("SLUICE_TOPOLOGIES");
    char pattern[4096];
    glob_t files;

    snprintf(pattern, sizeof pattern, "%s/*.xml",
             folder ? folder : SLUICE_SOURCE_DIR "/../shared/topologies");
    if (glob(pattern, 0, NULL, &files) != 0) {
        print_message("no recorded topology matches %s\n", pattern);
        return false;
    }
    for (size_t i = 0; i < files.gl_pathc; i++) {
        struct fault fault = {""};
        struct topology *topology;
        test_doing("%s", files.gl_pathv[i]);
        if (topology_load_xml(&topology, files.gl_pathv[i], &fault) != 0)
            fail_msg("%s", fault.text);
        check(topology);
        topology_free(topology);
    }
    globfree(&files);
    return true;
}

static inline void on_every_machine(void (*check)(const struct topology *))
{
    static const char *const machines[] = {
        "pu:1",
        "pu:3",
        "core:2 pu:1",
        "core:3 pu:2",
        "core:2 pu:4",
        "numa:2 core:2 pu:1",
        "package:2 [numa] l3:1 core:4 pu:2",
        "package:2 numa:2 l3:2 l2:4 core:1 pu:2",
        "package:2 l3:2 core:2 pu:2",
        "package:2 l3:4 core:8 pu:2",
        "package:4 die:2 l2:2 core:2 pu:1",
        "package:2 [numa][numa] group:2 l4:2 l1:2 core:1 pu:3",
        "package:2 [numa] core:128 pu:2",
        "package:2 numa:2 core:64 pu:2",
        "package:4 l3:8 l2:4 core:4 pu:2",
        "pu:200",
    };
    static const uint32_t patterns[] = {0x5a5a1371, 0xfffffffe, 0x80000001, 0x77777777};

    for (size_t i = 0; i < COUNT(machines); i++) {
        struct topology *topology = synthetic(machines[i]);
        unsigned pus = topology_pus(topology);
        test_doing("%s", machines[i]);
        check(topology);
        topology_free(topology);
        for (size_t j = 0; j < COUNT(patterns) && pus > 3; j++) {
            test_doing("%s with %#x", machines[i], patterns[j]);
            topology = irregular(machines[i], patterns[j]);
            check(topology);
            topology_free(topology);
        }
    }
    struct topology *odd = odd_machine();
    test_doing("the odd machine");
    check(odd);
    topology_free(odd);
    on_recorded_machines(check);
}

static inline struct placement_plan plan_for(const struct topology *topology, const char *name,
                                             const unsigned workers[WIRING_STAGES])
{
    struct fault fault = {""};
    struct placement_plan plan;

    if (placement_plan(&plan, topology, name, PIPELINE(workers), &fault) != 0)
        fail_msg("%s: %s", test_what(), fault.text);
    assert_string_equal(plan.name, name);
    assert_int_equal(plan.threads, workers[0] + workers[1] + workers[2] + 2);
    return plan;
}

#endif
