/* test_placement.c - plans on imagined machines and on machines recorded in XML: from the folder
   SLUICE_TOPOLOGIES, by default ../shared/topologies beside the sources. */
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

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef SLUICE_SOURCE_DIR
#define SLUICE_SOURCE_DIR "."
#endif

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- machines ---- */

static struct topology *synthetic(const char *description)
{
    struct fault fault = {""};
    struct topology *topology;

    if (topology_load_synthetic(&topology, description, &fault) != 0)
        fail_msg("%s", fault.text);
    assert_false(topology->is_this_machine);
    return topology;
}

/* The machines recorded in XML; the test ends as skipped where there are none. */
static void on_recorded_machines(void (*check)(const struct topology *))
{
    const char *folder = getenv("SLUICE_TOPOLOGIES");
    char pattern[4096];
    glob_t files;

    snprintf(pattern, sizeof pattern, "%s/*.xml",
             folder ? folder : SLUICE_SOURCE_DIR "/../shared/topologies");
    if (glob(pattern, 0, NULL, &files) != 0) {
        print_message("no recorded topology matches %s\n", pattern);
        skip();
    }
    for (size_t i = 0; i < files.gl_pathc; i++) {
        struct fault fault = {""};
        struct topology *topology;
        if (topology_load_xml(&topology, files.gl_pathv[i], &fault) != 0)
            fail_msg("%s", fault.text);
        check(topology);
        topology_free(topology);
    }
    globfree(&files);
}

static void on_every_machine(void (*check)(const struct topology *))
{
    static const char *const machines[] = {
        "pu:1",
        "pu:3",
        "core:2 pu:1",
        "core:3 pu:2",
        "numa:2 core:2 pu:1",
        "package:2 l3:2 core:2 pu:2",
        "package:2 l3:4 core:8 pu:2",
        "package:4 die:2 l2:2 core:2 pu:1",
        "package:2 numa:2 core:64 pu:2",
        "package:4 l3:8 l2:4 core:4 pu:2",
    };

    for (size_t i = 0; i < COUNT(machines); i++) {
        struct topology *topology = synthetic(machines[i]);
        check(topology);
        topology_free(topology);
    }
    on_recorded_machines(check);
}

/* ---- plans ---- */

static struct placement_plan plan_for(const struct topology *topology, const char *name, unsigned threads)
{
    struct fault fault = {""};
    struct placement_plan plan;

    if (placement_plan(&plan, topology, name, threads, &fault) != 0)
        fail_msg("%s", fault.text);
    assert_string_equal(plan.name, name);
    assert_int_equal(plan.threads, threads);
    return plan;
}

static unsigned logical_of(const struct topology *topology, int pu)
{
    assert_true(pu >= 0 && topology_has_pu(topology, (unsigned)pu));
    for (unsigned logical = 0; logical < topology_pus(topology); logical++)
        if (topology_pu_os_index(topology, logical) == (unsigned)pu)
            return logical;
    fail_msg("PU %d is said to be usable but has no logical index", pu);
    return 0;
}

/* Every thread is on a usable PU, and no PU gets two threads more than another: with up to one thread a PU
   that means distinct PUs. */
static void check_balance(const struct topology *topology, const struct placement_plan *plan)
{
    unsigned pus = topology_pus(topology), least = plan->threads / pus, odd = plan->threads % pus;
    unsigned *threads_on = calloc(pus, sizeof *threads_on), with_more = 0;

    assert_non_null(threads_on);
    for (unsigned thread = 0; thread < plan->threads; thread++)
        threads_on[logical_of(topology, plan->pu[thread])]++;
    for (unsigned logical = 0; logical < pus; logical++) {
        assert_in_range(threads_on[logical], least, least + 1);
        with_more += threads_on[logical] > least;
    }
    assert_int_equal(with_more, odd);
    free(threads_on);
}

static void check_compact_and_spread(const struct topology *topology)
{
    unsigned pus = topology_pus(topology);
    const unsigned threads[] = {1, 2, 3, 5, pus, pus + 1, 3 * pus + 2};

    for (size_t i = 0; i < COUNT(threads); i++) {
        struct placement_plan compact = plan_for(topology, "compact", threads[i]);
        struct placement_plan spread = plan_for(topology, "spread", threads[i]);
        check_balance(topology, &compact);
        check_balance(topology, &spread);
        for (unsigned thread = 1; thread < threads[i]; thread++)
            assert_true(logical_of(topology, compact.pu[thread - 1]) <=
                        logical_of(topology, compact.pu[thread]));
        placement_free(&compact);
        placement_free(&spread);
    }
}

static void compact_and_spread_use_all_pus_evenly(void **state)
{
    (void)state;
    on_every_machine(check_compact_and_spread);
}

static void spread_alternates_packages_and_leaves_siblings_last(void **state)
{
    static const char *const machines[] = {"package:2 core:3 pu:1", "package:2 l3:4 core:8 pu:2",
                                           "package:2 numa:2 core:64 pu:2"};
    (void)state;

    for (size_t i = 0; i < COUNT(machines); i++) {
        struct topology *topology = synthetic(machines[i]);
        unsigned pus = topology_pus(topology);
        unsigned cores = (unsigned)hwloc_get_nbobjs_by_type(topology->hwloc, HWLOC_OBJ_CORE);
        struct placement_plan plan = plan_for(topology, "spread", 2 * pus);
        for (unsigned thread = 1; thread < plan.threads; thread++)
            assert_string_equal(
                topology_shared_name(topology, (unsigned)plan.pu[thread - 1], (unsigned)plan.pu[thread]),
                "machine");
        for (unsigned a = 0; a < cores; a++)
            for (unsigned b = a + 1; b < cores; b++)
                assert_string_not_equal(
                    topology_shared_name(topology, (unsigned)plan.pu[a], (unsigned)plan.pu[b]), "core");
        placement_free(&plan);
        topology_free(topology);
    }
}

static void plans_are_as_written(void **state)
{
    static const struct {
        const char *machine, *name;
        unsigned threads;
        int pu[8];
    } cases[] = {
        {"core:8 pu:1", "unbound", 3, {-1, -1, -1}},
        {"core:8 pu:1", "pu:3", 3, {3, 3, 3}},
        {"core:8 pu:1", "cpus:0,2,4-6", 7, {0, 2, 4, 5, 6, 0, 2}},
        {"core:8 pu:1", "cpus:7,0,0", 5, {7, 0, 0, 7, 0}},
        {"core:8 pu:1", "cpus:1-7", 2, {1, 2}},
        {"core:8 pu:1", "cpus:002", 1, {2}},
        {"core:2 pu:1", "compact", 5, {0, 0, 0, 1, 1}},
        {"core:2 pu:1", "spread", 5, {0, 1, 0, 1, 0}},
        {"core:2 pu:2(indexes=0,2,1,3)", "compact", 4, {0, 2, 1, 3}},
        {"package:2 l3:2 core:2 pu:1", "spread", 8, {0, 4, 2, 6, 1, 5, 3, 7}},
        {"package:2 core:2 pu:2", "spread", 8, {0, 4, 2, 6, 1, 5, 3, 7}},
    };
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct topology *topology = synthetic(cases[i].machine);
        struct placement_plan plan = plan_for(topology, cases[i].name, cases[i].threads);
        assert_memory_equal(plan.pu, cases[i].pu, plan.threads * sizeof *plan.pu);
        placement_free(&plan);
        assert_null(plan.pu);
        placement_free(&plan);
        topology_free(topology);
    }
}

/* ---- refusals ---- */

static void malformed_names_are_refused(void **state)
{
    static const char *const cases[][2] = {
        {"", "there is no placement ''"},
        {"compat", "did you mean 'compact'? The placements are unbound, compact, spread, pu:N, cpus:LIST"},
        {"compact ", "there is no placement"},
        {"spread:2", "there is no placement"},
        {"pu", "there is no placement"},
        {"pu:", "'pu:' ends where a CPU number is expected"},
        {"pu:-1", "holds '-' where a CPU number is expected"},
        {"pu:+1", "holds '+' where"},
        {"pu: 1", "holds ' ' where"},
        {"pu:1x", "holds 'x' behind a CPU number"},
        {"pu:0x1", "holds 'x' behind"},
        {"pu:0-1", "takes one CPU number, as in pu:0; for several write cpus:0-1"},
        {"pu:2147483648", "too large; the largest is 2147483647"},
        {"pu:99999999999999999999999999", "too large"},
        {"cpus:", "'cpus:' ends where a CPU number is expected"},
        {"cpus:,", "holds ',' where"},
        {"cpus:0,", "ends with a comma"},
        {"cpus:0,,1", "holds ',' where"},
        {"cpus:0-", "ends where"},
        {"cpus:0-1-2", "holds '-' behind"},
        {"cpus:3-1", "reversed range 3-1; write 1-3"},
        {"cpus:0,one", "holds 'o' where"},
        {"cpus:0;1", "holds ';' behind"},
    };
    struct topology *topology = synthetic("core:4 pu:1");
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fault fault = {""};
        struct placement_plan plan;
        assert_false(placement_name_known(cases[i][0], &fault));
        if (!strstr(fault.text, cases[i][1]))
            fail_msg("'%s' is refused with: %s", cases[i][0], fault.text);
        assert_int_equal(placement_plan(&plan, topology, cases[i][0], 2, NULL), -1);
        assert_null(plan.pu);
    }
    topology_free(topology);
}

static void long_names_are_refused_not_cut(void **state)
{
    char name[PLACEMENT_NAME_SIZE + 1] = "cpus:";
    struct fault fault = {""};
    (void)state;

    memset(name + 5, '0', PLACEMENT_NAME_SIZE - 5);
    assert_false(placement_name_known(name, &fault));
    assert_non_null(strstr(fault.text, "at most 255"));
    name[PLACEMENT_NAME_SIZE - 1] = '\0';
    assert_true(placement_name_known(name, NULL));
}

static void expect_refusal(const char *machine, const char *name, unsigned threads, const char *sentence)
{
    struct topology *topology = synthetic(machine);
    struct fault fault = {""};
    struct placement_plan plan;

    assert_int_equal(placement_plan(&plan, topology, name, threads, &fault), -1);
    assert_string_equal(fault.text, sentence);
    assert_null(plan.pu);
    topology_free(topology);
}

static void unusable_cpus_are_refused(void **state)
{
    (void)state;
    expect_refusal("core:2 pu:1", "pu:7", 1, "CPU 7 is not part of this topology: its CPUs are 0-1");
    expect_refusal("core:2 pu:1", "cpus:0-2000000000", 1,
                   "CPU 2 is not part of this topology: its CPUs are 0-1");
    expect_refusal("core:2 pu:1(indexes=0,9)", "cpus:0,1", 1,
                   "CPU 1 is not part of this topology: its CPUs are 0,9");
    expect_refusal("core:2 pu:1", "compact", 0,
                   "placement 'compact' was asked to place no thread; at least 1 is needed");
}

static void kinds_are_listed_and_known(void **state)
{
    static const char *const examples[] = {"unbound", "compact", "spread", "pu:0", "cpus:0,2,4-6"};
    size_t kinds = 0;
    (void)state;

    while (placement_kinds[kinds].syntax) {
        assert_non_null(placement_kinds[kinds].summary);
        assert_true(placement_name_known(examples[kinds], NULL));
        kinds++;
    }
    assert_int_equal(kinds, COUNT(examples));
}

/* ---- what threads share ---- */

static void hops_are_described(void **state)
{
    static const struct {
        const char *machine, *name;
        unsigned workers[PLACEMENT_STAGES];
        const char *hops[PLACEMENT_HOPS];
    } cases[] = {
        {"core:8 pu:1", "unbound", {1, 1, 1}, {"unbound", "unbound", "unbound", "unbound"}},
        {"core:8 pu:1", "pu:5", {1, 2, 3}, {"pu", "pu", "pu", "pu"}},
        {"core:8 pu:2", "compact", {1, 1, 1}, {"core", "machine", "core", "machine"}},
        {"package:2 core:4 pu:1", "spread", {1, 1, 1}, {"machine", "machine", "machine", "machine"}},
        {"core:2 pu:1", "compact", {1, 1, 1}, {"pu", "pu", "machine", "pu"}},
        {"l2:2 core:2 pu:2",
         "compact",
         {2, 2, 2},
         {"core..l2", "core..machine", "core..machine", "core..l2"}},
        {"package:2 l3:2 core:4 pu:1", "compact", {2, 3, 1}, {"l3", "l3..package", "l3..package", "l3"}},
    };
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        const unsigned *workers = cases[i].workers;
        struct topology *topology = synthetic(cases[i].machine);
        struct placement_plan plan =
            plan_for(topology, cases[i].name, workers[0] + workers[1] + workers[2] + 2);
        char hops[PLACEMENT_HOPS][PLACEMENT_HOP_SIZE];
        assert_int_equal(placement_describe_hops(&plan, topology, workers, hops, NULL), 0);
        for (unsigned hop = 0; hop < PLACEMENT_HOPS; hop++)
            assert_string_equal(hops[hop], cases[i].hops[hop]);
        placement_free(&plan);
        topology_free(topology);
    }
}

/* The words of describe_hops, found pair by pair: every pair's word is one of the one or two in the text, and
   each of those is some pair's. */
static void check_hop_by_pairs(const struct topology *topology, const int *from, unsigned from_count,
                               const int *to, unsigned to_count, const char *text)
{
    char nearest[PLACEMENT_HOP_SIZE], *farthest;
    bool met_nearest = false, met_farthest = false;

    strcpy(nearest, text);
    farthest = strstr(nearest, "..");
    if (farthest) {
        *farthest = '\0';
        farthest += 2;
    }
    for (unsigned i = 0; i < from_count; i++) {
        for (unsigned j = 0; j < to_count; j++) {
            const char *word = topology_shared_name(topology, (unsigned)from[i], (unsigned)to[j]);
            met_nearest |= strcmp(word, nearest) == 0;
            met_farthest |= farthest && strcmp(word, farthest) == 0;
            assert_true(farthest || strcmp(word, nearest) == 0);
        }
    }
    assert_true(met_nearest);
    assert_int_equal(met_farthest, farthest != NULL);
}

static void check_hops(const struct topology *topology)
{
    static const char *const names[] = {"compact", "spread"};
    static const unsigned workers[][PLACEMENT_STAGES] = {{1, 1, 1}, {2, 2, 2}, {1, 5, 3}, {9, 30, 7}};

    for (size_t i = 0; i < COUNT(names) * COUNT(workers); i++) {
        const unsigned *w = workers[i / COUNT(names)];
        const unsigned of_role[] = {1, w[0], w[1], w[2], 1};
        struct placement_plan plan = plan_for(topology, names[i % COUNT(names)], w[0] + w[1] + w[2] + 2);
        char hops[PLACEMENT_HOPS][PLACEMENT_HOP_SIZE];
        const int *from = plan.pu;
        assert_int_equal(placement_describe_hops(&plan, topology, w, hops, NULL), 0);
        for (unsigned hop = 0; hop < PLACEMENT_HOPS; from += of_role[hop++])
            check_hop_by_pairs(topology, from, of_role[hop], from + of_role[hop], of_role[hop + 1],
                               hops[hop]);
        placement_free(&plan);
    }
}

static void hops_agree_with_pairs(void **state)
{
    (void)state;
    on_every_machine(check_hops);
}

static void hops_refuse_a_plan_that_does_not_fit(void **state)
{
    struct topology *small = synthetic("core:2 pu:1"), *other = synthetic("core:2 pu:1(indexes=8,9)");
    struct placement_plan plan = plan_for(small, "compact", 5);
    char hops[PLACEMENT_HOPS][PLACEMENT_HOP_SIZE];
    struct fault fault = {""};
    (void)state;

    assert_int_equal(placement_describe_hops(&plan, small, (unsigned[]){2, 1, 1}, hops, &fault), -1);
    assert_string_equal(fault.text,
                        "a plan of 5 threads does not fit 2, 1 and 1 workers, a source and a sink");
    assert_int_equal(placement_describe_hops(&plan, other, (unsigned[]){1, 1, 1}, hops, &fault), -1);
    assert_non_null(strstr(fault.text, "another topology"));
    placement_free(&plan);
    topology_free(small);
    topology_free(other);
}

/* ---- binding ---- */

static void cpu_sets_hold_one_pu(void **state)
{
    static const int pus[] = {0, 1, 63, 64, 1023, 1024, 5000};
    cpu_set_t *set;
    size_t size;
    (void)state;

    for (size_t i = 0; i < COUNT(pus); i++) {
        assert_int_equal(placement_to_cpuset(pus[i], &set, &size), 0);
        assert_int_equal(CPU_COUNT_S(size, set), 1);
        assert_true(CPU_ISSET_S((size_t)pus[i], size, set));
        CPU_FREE(set);
    }
    assert_int_equal(placement_to_cpuset(PLACEMENT_UNBOUND, &set, &size), -1);
    assert_null(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compact_and_spread_use_all_pus_evenly),
        cmocka_unit_test(spread_alternates_packages_and_leaves_siblings_last),
        cmocka_unit_test(plans_are_as_written),
        cmocka_unit_test(malformed_names_are_refused),
        cmocka_unit_test(long_names_are_refused_not_cut),
        cmocka_unit_test(unusable_cpus_are_refused),
        cmocka_unit_test(kinds_are_listed_and_known),
        cmocka_unit_test(hops_are_described),
        cmocka_unit_test(hops_agree_with_pairs),
        cmocka_unit_test(hops_refuse_a_plan_that_does_not_fit),
        cmocka_unit_test(cpu_sets_hold_one_pu),
    };

    return cmocka_run_group_tests_name("placement", tests, NULL, NULL);
}
