/* test_topology.c - what PUs share on imagined machines, and which PUs of this one are usable. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* CPU_* macros */
#endif
#include "machine/placement.h"
#include "machine/topology.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
/* cmocka needs the four above */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef SLUICE_SOURCE_DIR
#define SLUICE_SOURCE_DIR "."
#endif

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct topology *synthetic(const char *description)
{
    struct fault fault = {""};
    struct topology *topology;

    if (topology_load_synthetic(&topology, description, &fault) != 0)
        fail_msg("%s", fault.text);
    assert_false(topology->is_this_machine);
    return topology;
}

static void shared_names(void **state)
{
    static const struct {
        const char *machine;
        unsigned a, b;
        const char *word;
    } cases[] = {
        {"pu:1", 0, 0, "pu"},
        {"core:2 pu:1", 0, 1, "machine"},
        {"core:2 pu:2", 2, 3, "core"},
        {"core:2 pu:2", 0, 9, "machine"},
        {"l2:2 l1:2 core:2 pu:2", 0, 2, "l1"},
        {"l2:2 l1:2 core:2 pu:2", 0, 4, "l2"},
        {"package:2 l3:2 core:2 pu:1", 0, 1, "l3"},
        {"package:2 l3:2 core:2 pu:1", 0, 2, "package"},
        {"package:2 l3:2 core:2 pu:1", 0, 4, "machine"},
        {"package:2 l4:2 l3:2 core:1 pu:1", 0, 1, "l4"},
        {"package:2 die:2 core:2 pu:1", 0, 1, "die"},
        {"package:2 group:2 core:2 pu:1", 0, 1, "group"},
        {"numa:2 core:2 pu:1", 0, 1, "numa"},
        {"numa:2 core:2 pu:1", 0, 2, "machine"},
        {"package:2 numa:2 core:2 pu:1", 0, 1, "numa"},
        {"package:2 numa:2 core:2 pu:1", 0, 2, "package"},
        {"package:2 [numa] core:2 pu:1", 0, 1, "numa"},
        {"package:2 [numa] l3:1 core:2 pu:1", 0, 1, "l3"},
    };
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct topology *topology = synthetic(cases[i].machine);
        const char *word = topology_shared_name(topology, cases[i].a, cases[i].b);
        if (strcmp(word, cases[i].word) != 0)
            fail_msg("%s: %u and %u share '%s'", cases[i].machine, cases[i].a, cases[i].b, word);
        assert_string_equal(topology_shared_name(topology, cases[i].b, cases[i].a), cases[i].word);
        topology_free(topology);
    }
}

static void affinity_mask_is_respected(void **state)
{
    struct fault fault = {""};
    struct topology *whole, *part;
    struct placement_plan plan;
    cpu_set_t *before = CPU_ALLOC(8192), *one;
    size_t before_size = CPU_ALLOC_SIZE(8192), one_size;
    unsigned last;
    char list[32], expected[32];
    (void)state;

    assert_int_equal(sched_getaffinity(0, before_size, before), 0);
    assert_int_equal(topology_load(&whole, &fault), 0);
    assert_true(whole->is_this_machine);
    assert_in_range(topology_pus(whole), 1, (unsigned)CPU_COUNT_S(before_size, before));
    last = topology_pu_os_index(whole, topology_pus(whole) - 1);

    assert_int_equal(placement_to_cpuset((int)last, &one, &one_size), 0);
    assert_int_equal(sched_setaffinity(0, one_size, one), 0);
    assert_int_equal(topology_load(&part, &fault), 0);
    assert_int_equal(sched_setaffinity(0, before_size, before), 0);

    assert_int_equal(topology_pus(part), 1);
    assert_int_equal(topology_pu_os_index(part, 0), last);
    topology_pu_list(part, list, sizeof list);
    snprintf(expected, sizeof expected, "%u", last);
    assert_string_equal(list, expected);
    const struct wiring wiring = wiring_of_pipeline(1, WIRING_STAGES, (unsigned[]){1, 1, 1}, 1);
    assert_int_equal(placement_plan(&plan, part, "pu:12345", &wiring, &fault), -1);
    assert_non_null(strstr(fault.text, "CPU 12345 is not usable here: the allowed CPUs are "));
    topology_free(whole);
    topology_free(part);
    CPU_FREE(one);
    CPU_FREE(before);
}

static void unloadable_topologies_are_refused(void **state)
{
    struct fault fault = {""};
    struct topology *topology;
    (void)state;

    assert_int_equal(topology_load_synthetic(&topology, "cores:many", &fault), -1);
    assert_non_null(strstr(fault.text, "'cores:many' is not a synthetic topology"));
    assert_null(topology);
    assert_int_equal(topology_load_xml(&topology, "/nonexistent.xml", &fault), -1);
    assert_string_equal(fault.text,
                        "cannot read the topology file '/nonexistent.xml': No such file or directory");
    assert_int_equal(topology_load_xml(&topology, SLUICE_SOURCE_DIR "/README.md", &fault), -1);
    assert_non_null(strstr(fault.text, "is not an hwloc topology"));
    assert_null(topology);
    assert_int_equal(topology_load_xml(&topology, SLUICE_SOURCE_DIR, &fault), -1);
    assert_non_null(strstr(fault.text, "Is a directory"));
    assert_null(topology);
    assert_int_equal(topology_load_synthetic(&topology, "package:64 core:64 pu:64", &fault), -1);
    assert_non_null(strstr(fault.text, "describes more than 4096 PUs"));
    assert_null(topology);
    setenv("HWLOC_SYNTHETIC", "pu:64", 1);
    assert_int_equal(topology_load(&topology, &fault), -1);
    unsetenv("HWLOC_SYNTHETIC");
    assert_non_null(strstr(fault.text, "unset HWLOC_XMLFILE, HWLOC_SYNTHETIC and HWLOC_FSROOT"));
    assert_null(topology);
    topology_free(topology);
}

/* Loads a text as a file. */
static int load_text(struct topology **topology, const char *text, struct fault *fault)
{
    char path[] = "/tmp/sluice-test-XXXXXX";
    int file = mkstemp(path), status;

    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), strlen(text));
    close(file);
    status = topology_load_described(topology, path, fault);
    unlink(path);
    return status;
}

#define XML(version, set_of_1)                                                                               \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE topology SYSTEM \"hwloc2.dtd\">\n"                \
    "<topology version=\"" version "\">\n"                                                                   \
    "<object type=\"Machine\" os_index=\"0\" cpuset=\"0x3\" complete_cpuset=\"0xf\" allowed_cpuset=\"0x1\" " \
    "nodeset=\"0x1\" complete_nodeset=\"0x1\" allowed_nodeset=\"0x1\" gp_index=\"1\">\n"                     \
    "<object type=\"NUMANode\" os_index=\"0\" cpuset=\"0x3\" complete_cpuset=\"0xf\" nodeset=\"0x1\" "       \
    "complete_nodeset=\"0x1\" gp_index=\"2\"/>\n"                                                            \
    "<object type=\"PU\" os_index=\"0\" cpuset=\"0x1\" complete_cpuset=\"0x1\" nodeset=\"0x1\" "             \
    "complete_nodeset=\"0x1\" gp_index=\"3\"/>\n"                                                            \
    "<object type=\"PU\" os_index=\"1\" cpuset=\"" set_of_1 "\" complete_cpuset=\"" set_of_1                 \
    "\" nodeset=\"0x1\" complete_nodeset=\"0x1\" gp_index=\"4\"/>\n</object>\n</topology>\n"

static void what_cannot_be_used_is_known(void **state)
{
    struct topology *topology;
    struct fault fault = {""};
    (void)state;

    if (load_text(&topology, XML("2.0", "0x2"), &fault) != 0)
        fail_msg("%s", fault.text);
    assert_int_equal(topology_pus(topology), 1); /* the cgroup allowed PU 0 only; 2 and 3 were off */
    assert_int_equal(hwloc_bitmap_to_ulong(topology->refused), 0x2);
    assert_int_equal(hwloc_bitmap_to_ulong(topology->offline), 0xc);
    topology_free(topology);
}

static void damaged_files_are_refused(void **state)
{
    struct topology *topology;
    struct fault fault = {""};
    (void)state;

    assert_int_equal(load_text(&topology, XML("2.0", "0x1"), &fault), -1);
    assert_null(topology);
    assert_int_equal(load_text(&topology, XML("2.0", "0x4"), &fault), -1);
    assert_null(topology);
    assert_int_equal(load_text(&topology, XML("3.0", "0x2"), &fault), -1);
    assert_non_null(strstr(fault.text, "is in the format 3.0 of a newer hwloc"));
    assert_null(topology);
    assert_int_equal(load_text(&topology, "<topology", &fault), -1);
    assert_non_null(strstr(fault.text, "is not an hwloc topology"));
    assert_null(topology);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shared_names),
        cmocka_unit_test(affinity_mask_is_respected),
        cmocka_unit_test(unloadable_topologies_are_refused),
        cmocka_unit_test(what_cannot_be_used_is_known),
        cmocka_unit_test(damaged_files_are_refused),
    };

    return cmocka_run_group_tests_name("topology", tests, NULL, NULL);
}
