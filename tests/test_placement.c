/* test_placement.c - what names of placements mean, on imagined machines and on recorded ones (machines.h).
   What placements amount to is tested in test_signature.c. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* CPU_* macros */
#endif
#include "machine/signature.h"

#include "machines.h"

/* ---- plans ---- */

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
    const unsigned shapes[][WIRING_STAGES] = {{1, 1, 1}, {1, 2, 4}, {1, pus, 1}, {pus, pus, pus + 3}};

    for (size_t i = 0; i < COUNT(shapes); i++) {
        struct placement_plan compact = plan_for(topology, "compact", shapes[i]);
        struct placement_plan spread = plan_for(topology, "spread", shapes[i]);
        check_balance(topology, &compact);
        check_balance(topology, &spread);
        for (unsigned thread = 1; thread < compact.threads; thread++)
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
        struct placement_plan plan = plan_for(topology, "spread", (unsigned[]){pus, pus - 4, 2});
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
        unsigned workers[WIRING_STAGES];
        int pu[12];
    } cases[] = {
        {"core:8 pu:1", "unbound", {1, 1, 1}, {-1, -1, -1, -1, -1}},
        {"core:8 pu:1", "pu:3", {1, 1, 1}, {3, 3, 3, 3, 3}},
        {"core:8 pu:1", "cpus:0,2,4-6", {1, 2, 2}, {0, 2, 4, 5, 6, 0, 2}},
        {"core:8 pu:1", "cpus:7,0,0", {1, 1, 1}, {7, 0, 0, 7, 0}},
        {"core:8 pu:1", "cpus:1-7", {1, 1, 1}, {1, 2, 3, 4, 5}},
        {"core:8 pu:1", "cpus:002", {1, 1, 1}, {2, 2, 2, 2, 2}},
        {"core:8 pu:1",
         "roles:source=0,download=1-3,resize=4,upload=5,sink=6",
         {3, 2, 1},
         {0, 1, 2, 3, 4, 4, 5, 6}},
        {"core:8 pu:1", "source=0,download=1,7,resize=4,upload=5,sink=6", {3, 1, 1}, {0, 1, 7, 1, 4, 5, 6}},
        {"core:8 pu:1", "sink=7,upload=0,resize=1,2,download=2,source=3", {1, 2, 1}, {3, 2, 1, 2, 0, 7}},
        {"core:2 pu:1", "compact", {1, 1, 1}, {0, 0, 0, 1, 1}},
        {"core:2 pu:1", "spread", {1, 1, 1}, {0, 1, 0, 1, 0}},
        {"core:2 pu:2(indexes=0,2,1,3)", "compact", {1, 1, 1}, {0, 0, 2, 1, 3}},
        {"package:2 l3:2 core:2 pu:1", "spread", {2, 2, 2}, {0, 4, 2, 6, 1, 5, 3, 7}},
        {"package:2 core:2 pu:2", "spread", {2, 2, 2}, {0, 4, 2, 6, 1, 5, 3, 7}},
        {"core:2 pu:2", "same-pu", {1, 1, 2}, {0, 0, 0, 0, 0, 0}},
        {"core:2 pu:2", "smt", {1, 1, 1}, {0, 1, 0, 1, 0}},
        {"core:2 pu:2", "same-machine", {1, 1, 1}, {0, 2, 1, 3, 0}},
        {"core:5 pu:2", "same-machine", {1, 1, 1}, {0, 2, 4, 6, 8}},
        {"core:8 pu:2", "same-machine", {2, 2, 2}, {0, 2, 4, 6, 8, 10, 12, 14}},
        {"l3:2 core:4 pu:2", "same-l3", {1, 1, 1}, {0, 2, 4, 6, 1}},
        {"package:2 l3:2 core:4 pu:2", "same-package", {2, 2, 1}, {0, 8, 10, 2, 4, 12, 6}},
        {"package:2 l3:2 core:4 pu:2", "cross-l3", {2, 2, 1}, {0, 8, 10, 2, 4, 12, 6}},
        {"package:2 l3:2 core:4 pu:2", "cross-package", {1, 1, 1}, {0, 16, 2, 18, 4}},
        {"package:2 [numa] l3:1 core:4 pu:1", "cross-l3", {1, 1, 1}, {0, 4, 1, 5, 2}},
        {"package:2 [numa] l3:1 core:4 pu:1", "cross-numa", {1, 1, 1}, {0, 4, 1, 5, 2}},
        {"package:2 [numa] l3:1 core:4 pu:1", "cross-package", {1, 1, 1}, {0, 4, 1, 5, 2}},
        {"package:2 l3:2 core:2 pu:2", "all:core-l3-package-machine", {1, 1, 1}, {0, 1, 2, 4, 8}},
        {"core:2 pu:2", "all:core-machine-core-machine:source+sink", {1, 1, 1}, {0, 1, 2, 3, 0}},
    };
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct topology *topology = synthetic(cases[i].machine);
        test_doing("%s on %s", cases[i].name, cases[i].machine);
        struct placement_plan plan = plan_for(topology, cases[i].name, cases[i].workers);
        for (unsigned thread = 0; thread < plan.threads; thread++)
            if (plan.pu[thread] != cases[i].pu[thread])
                fail_msg("%s: thread %u is on %d", test_what(), thread, plan.pu[thread]);
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
        {"compat",
         "did you mean 'compact'? The placements are unbound, compact, spread, same-pu, smt, same-l1"},
        {"same-l6", "did you mean 'same-l1'?"},
        {"cross-nuna", "did you mean 'cross-numa'?"},
        {"alll", "did you mean 'all'?"},
        {"all-3", "there is no placement"},
        {"roles:", "lacks a role and '='"},
        {"roles:0,1", "lacks a role and '='"},
        {"roles:sorce=0", "there is no role 'sorce': did you mean 'source'?"},
        {"source=0,source=1", "names the role source twice"},
        {"source=0,download=,resize=1", "ends where a CPU number is expected"},
        {"source=0,,download=1", "ends with a comma"},
        {"source=0download=1", "ends where"},
        {"source=0 ,download=1", "holds ' ' behind"},
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
        assert_int_equal(placement_plan(&plan, topology, cases[i][0], PIPELINE(one_each), NULL), -1);
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

static void expect_refusal(const struct topology *topology, const char *name, const unsigned *workers,
                           const char *sentence)
{
    struct fault fault = {""};
    struct placement_plan plan;

    assert_int_equal(placement_plan(&plan, topology, name, PIPELINE(workers), &fault), -1);
    assert_string_equal(fault.text, sentence);
    assert_null(plan.pu);
}

static void what_a_machine_lacks_is_refused(void **state)
{
    static const struct {
        const char *machine, *name;
        unsigned workers[WIRING_STAGES];
        const char *sentence;
    } cases[] = {
        {"core:2 pu:1", "pu:7", {1, 1, 1}, "CPU 7 is not part of this topology: its CPUs are 0-1"},
        {"core:2 pu:1",
         "cpus:0-2000000000",
         {1, 1, 1},
         "CPU 2 is not part of this topology: its CPUs are 0-1"},
        {"core:2 pu:1(indexes=0,9)",
         "cpus:0,1",
         {1, 1, 1},
         "CPU 1 is not part of this topology: its CPUs are 0,9"},
        {"core:2 pu:1",
         "source=0,download=0,resize=0,upload=4,sink=0",
         {1, 1, 1},
         "CPU 4 is not part of this topology: its CPUs are 0-1"},
        {"core:2 pu:1",
         "source=0,download=0,resize=0,sink=0",
         {1, 1, 1},
         "placement 'source=0,download=0,resize=0,sink=0' says nothing of the role upload; name all that have "
         "threads"},
        {"core:2 pu:1",
         "same-l3",
         {1, 1, 1},
         "there is no placement same-l3 on this machine; its classes are same-pu, same-machine"},
        {"l2:2 core:1 pu:2",
         "same-l2",
         {1, 1, 1},
         "there is no placement same-l2 on this machine; its classes are same-pu, smt, cross-l2, "
         "same-machine"},
        {"package:2 core:2 pu:1",
         "p-cores",
         {1, 1, 1},
         "there is no placement p-cores on this machine; its classes are same-pu, same-package, "
         "cross-package, "
         "same-machine"},
        {"pu:1", "smt", {1, 1, 1}, "there is no placement smt on this machine; its classes are same-pu"},
        {"pu:4", "all", {1, 1, 1}, "'all' stands for several placements; name one of them"},
        {"pu:4",
         "all:pu-pu-pu-pu:source+download+resize+upload+sink",
         {1, 2, 1},
         "placement 'all:pu-pu-pu-pu:source+download+resize+upload+sink' is of one worker a stage, one source "
         "and one sink, not of 1, 2 and 1 workers, 1 and 1"},
        {"pu:4",
         "all:machine-machine-machine-machine",
         {1, 1, 1},
         "no threads of this machine can be placed as 'all:machine-machine-machine-machine'; `sluice "
         "topology "
         "--place all` lists what can be written here"},
    };
    static const char *const odd[] = {"all:",
                                      "all:pu",
                                      "all:pu-pu-pu-pu",
                                      "all:pu-pu-pu-pu:sink+source",
                                      "all:pu-pu-pu-machine:source+download+resize+upload:",
                                      "all:pu-pu-pu-machine:source+download+resize",
                                      "all:pu-pu-pu-machine:source+upload+resize+download",
                                      "all:pu-pu-pu-machine:p:source+download+resize+upload"};
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct topology *topology = synthetic(cases[i].machine);
        expect_refusal(topology, cases[i].name, cases[i].workers, cases[i].sentence);
        topology_free(topology);
    }
    for (size_t i = 0; i < COUNT(odd); i++) {
        struct topology *topology = synthetic("pu:8");
        struct fault fault = {""};
        struct placement_plan plan;
        assert_int_equal(placement_plan(&plan, topology, odd[i], PIPELINE(one_each), &fault), -1);
        assert_non_null(strstr(fault.text, "no threads of this machine can be placed as"));
        topology_free(topology);
    }
}

static void check_offline(const struct topology *topology)
{
    int first = hwloc_bitmap_first(topology->offline);
    struct fault fault = {""};
    struct placement_plan plan;
    char name[32];

    if (first < 0)
        return;
    snprintf(name, sizeof name, "pu:%d", first);
    assert_int_equal(placement_plan(&plan, topology, name, PIPELINE(one_each), &fault), -1);
    assert_non_null(strstr(fault.text, "is offline: the usable CPUs are "));
}

static void offline_cpus_are_refused(void **state)
{
    (void)state;
    if (!on_recorded_machines(check_offline))
        skip();
}

static void kinds_are_listed_and_known(void **state)
{
    static const char *const examples[] = {
        "unbound", "compact",      "spread",
        "same-l3", "smt",          "cross-numa",
        "p-cores", "e-cores",      "mixed",
        "pu:0",    "cpus:0,2,4-6", "roles:source=0,download=1-3,resize=4,upload=5,sink=6",
        "classes", "all",          "all:core-l3-core-l3"};
    size_t kinds = 0;
    (void)state;

    while (placement_kinds[kinds].syntax) {
        assert_non_null(placement_kinds[kinds].summary);
        assert_true(placement_name_known(examples[kinds], NULL));
        kinds++;
    }
    assert_int_equal(kinds, COUNT(examples));
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
        cmocka_unit_test(what_a_machine_lacks_is_refused),
        cmocka_unit_test(offline_cpus_are_refused),
        cmocka_unit_test(kinds_are_listed_and_known),
        cmocka_unit_test(cpu_sets_hold_one_pu),
    };

    test_watch(SANITIZED ? 300 : 100);
    return cmocka_run_group_tests_name("placement", tests, NULL, NULL);
}
