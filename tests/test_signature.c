/* test_signature.c - what placements amount to: signatures against a recomputation by brute force, the
   promises of each class, and `all` against every assignment that there is. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "machine/placement_class.h"
#include "machine/signature.h"
#include "base/clock.h"
#include "base/rng.h"
#include "base/text_set.h"

#include "machines.h"

/* ---- by brute force ---- */

static hwloc_obj_t common(const struct topology *topology, int a, int b)
{
    return hwloc_get_common_ancestor_obj(topology->hwloc,
                                         hwloc_get_pu_obj_by_os_index(topology->hwloc, (unsigned)a),
                                         hwloc_get_pu_obj_by_os_index(topology->hwloc, (unsigned)b));
}

/* The words of every pair's nearest and farthest common object. */
static void hop_by_pairs(const struct topology *topology, const int *from, unsigned from_count, const int *to,
                         unsigned to_count, char *text)
{
    int nearest = -1, farthest = 1000;
    const char *near = "", *far = "";

    for (unsigned i = 0; i < from_count; i++)
        for (unsigned j = 0; j < to_count; j++) {
            int depth = common(topology, from[i], to[j])->depth;
            const char *word = topology_shared_name(topology, (unsigned)from[i], (unsigned)to[j]);
            if (depth > nearest)
                nearest = depth, near = word;
            if (depth < farthest)
                farthest = depth, far = word;
        }
    sprintf(text, strcmp(near, far) ? "%s..%s" : "%s", near, far);
}

static bool is_on(const struct placement_plan *plan, unsigned role, int pu)
{
    unsigned first = 0;

    for (unsigned before = 0; before < role; before++)
        first += plan->wiring.threads_of[before];
    for (unsigned thread = first; thread < first + plan->wiring.threads_of[role]; thread++)
        if (plan->pu[thread] == pu)
            return true;
    return false;
}

static void kinds_by_role(const struct topology *topology, const struct placement_plan *plan, unsigned role,
                          int kinds, char *text)
{
    bool has[32] = {false};

    *text = '\0';
    for (unsigned i = 0; i < topology_pus(topology); i++) {
        hwloc_bitmap_t one = hwloc_bitmap_alloc();
        int pu = (int)topology_pu_os_index(topology, i);
        hwloc_bitmap_only(one, (unsigned)pu);
        if (is_on(plan, role, pu))
            has[hwloc_cpukinds_get_by_cpuset(topology->hwloc, one, 0)] = true;
        hwloc_bitmap_free(one);
    }
    for (int kind = 0; kind < kinds; kind++)
        if (has[kind]) {
            char name[16];
            snprintf(name, sizeof name, "k%d", kind);
            sprintf(text + strlen(text), "%s%s", *text ? "+" : "",
                    kind == 0           ? "e"
                    : kind == kinds - 1 ? "p"
                                        : name);
        }
}

static void meetings_by_pu(const struct topology *topology, const struct placement_plan *plan, char *text)
{
    bool meets[32] = {false}, crowded[PLACEMENT_ROLES] = {false};
    unsigned first = 0;

    for (unsigned i = 0; i < topology_pus(topology); i++) {
        unsigned here = 0;
        for (unsigned role = 0; role < PLACEMENT_ROLES; role++)
            here |= (unsigned)is_on(plan, role, (int)topology_pu_os_index(topology, i)) << role;
        meets[here] = true;
    }
    for (unsigned role = 0; role < PLACEMENT_ROLES; first += plan->wiring.threads_of[role++])
        for (unsigned a = first; a < first + plan->wiring.threads_of[role]; a++)
            for (unsigned b = a + 1; b < first + plan->wiring.threads_of[role]; b++)
                crowded[role] |= plan->pu[a] == plan->pu[b];
    for (unsigned role = 0; role < PLACEMENT_ROLES; role++) {
        if (crowded[role])
            sprintf(text + strlen(text), ":%s+%s", placement_roles[role], placement_roles[role]);
        for (unsigned set = 0; set < 32; set++) {
            bool told = !meets[set] || __builtin_popcount(set) < 2 || (unsigned)__builtin_ctz(set) != role;
            for (unsigned other = 0; other < 32 && !told; other++)
                told = other != set && meets[other] && (set & ~other) == 0;
            for (unsigned member = 0; member < PLACEMENT_ROLES && !told; member++)
                if (set >> member & 1)
                    sprintf(text + strlen(text), "%c%s", member == role ? ':' : '+', placement_roles[member]);
        }
    }
}

static void signature_by_force(const struct topology *topology, const struct placement_plan *plan, char *text)
{
    const int *from = plan->pu;
    char kinds_of[PLACEMENT_ROLES][64];
    int kinds = hwloc_cpukinds_get_nr(topology->hwloc, 0);
    bool alike = true;

    *text = '\0';
    for (unsigned hop = 0; hop < PLACEMENT_HOPS; from += plan->wiring.threads_of[hop++]) {
        strcat(text, hop ? "-" : "");
        hop_by_pairs(topology, from, plan->wiring.threads_of[hop], from + plan->wiring.threads_of[hop],
                     plan->wiring.threads_of[hop + 1], text + strlen(text));
    }
    if (kinds > 1) {
        for (unsigned role = 0; role < PLACEMENT_ROLES; role++) {
            kinds_by_role(topology, plan, role, kinds, kinds_of[role]);
            alike &= strcmp(kinds_of[role], kinds_of[0]) == 0;
        }
        for (unsigned role = 0; role < (alike ? 1 : PLACEMENT_ROLES); role++)
            sprintf(text + strlen(text), "%c%s", role ? '-' : ':', kinds_of[role]);
    }
    meetings_by_pu(topology, plan, text);
}

static void check_plan(const struct topology *topology, const struct placement_plan *plan)
{
    char text[SIGNATURE_SIZE], expected[4096];
    struct fault fault = {""};

    for (unsigned thread = 0; thread < plan->threads; thread++)
        assert_true(plan->pu[thread] >= 0 && topology_has_pu(topology, (unsigned)plan->pu[thread]));
    if (signature_of_plan(text, plan, topology, &fault) != 0)
        fail_msg("%s", fault.text);
    signature_by_force(topology, plan, expected);
    if (strcmp(text, expected) != 0)
        fail_msg("%s on %s is said to be %s and is %s", plan->name, test_what(), text, expected);
}

/* ---- signatures ---- */

static void check_signatures(const struct topology *topology)
{
    static const unsigned shapes[][WIRING_STAGES] = {{1, 1, 1}, {2, 2, 2}, {1, 5, 3}, {9, 30, 7}};
    const char *names[CLASSES + 2] = {"compact", "spread"};
    struct rng rng;

    rng_seed(&rng, topology_pus(topology));
    for (int class = 0; class < CLASSES; class ++)
        names[2 + class] = class_names[class];
    for (size_t shape = 0; shape < COUNT(shapes); shape++) {
        struct placement_plan plan = plan_for(topology, "unbound", shapes[shape]);
        for (unsigned round = 0; round < 20; round++) {
            for (unsigned thread = 0; thread < plan.threads; thread++)
                plan.pu[thread] =
                    (int)topology_pu_os_index(topology, (unsigned)(rng_next(&rng) % topology_pus(topology)));
            check_plan(topology, &plan);
        }
        placement_free(&plan);
        for (size_t i = 0; i < COUNT(names); i++) {
            struct fault fault = {""};
            if (placement_plan(&plan, topology, names[i], PIPELINE(shapes[shape]), &fault) == 0)
                check_plan(topology, &plan);
            else
                assert_non_null(strstr(fault.text, "its classes are same-pu"));
            placement_free(&plan);
        }
    }
}

static void signatures_are_what_plans_say(void **state)
{
    (void)state;
    on_every_machine(check_signatures);
}

static void signatures_read_well(void **state)
{
    static const struct {
        const char *machine, *name;
        unsigned workers[WIRING_STAGES];
        const char *text;
    } cases[] = {
        {"core:8 pu:1", "unbound", {1, 1, 1}, "unbound"},
        {"core:8 pu:1",
         "pu:5",
         {1, 2, 3},
         "pu-pu-pu-pu:source+download+resize+upload+sink:resize+resize:upload+upload"},
        {"core:8 pu:2", "compact", {1, 1, 1}, "core-machine-core-machine"},
        {"core:2 pu:1", "compact", {1, 1, 1}, "pu-pu-machine-pu:source+download+resize:upload+sink"},
        {"l2:2 core:2 pu:2", "compact", {2, 2, 2}, "core..l2-core..machine-core..machine-core..l2"},
        {"package:2 l3:2 core:4 pu:1", "compact", {2, 3, 1}, "l3-l3..package-l3..package-l3"},
        {"pu:3", "cpus:0,1,1,2", {2, 1, 1}, "machine-machine-pu..machine-machine:source+upload"},
    };
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct topology *topology = synthetic(cases[i].machine);
        struct placement_plan plan = plan_for(topology, cases[i].name, cases[i].workers);
        char text[SIGNATURE_SIZE];
        assert_int_equal(signature_of_plan(text, &plan, topology, NULL), 0);
        if (i + 1 < COUNT(cases)) /* the last one is only to be as by force */
            assert_string_equal(text, cases[i].text);
        if (plan.pu[0] >= 0)
            check_plan(topology, &plan);
        placement_free(&plan);
        topology_free(topology);
    }
}

static void plans_of_another_machine_are_refused(void **state)
{
    struct topology *small = synthetic("core:2 pu:1"), *other = synthetic("core:2 pu:1(indexes=8,9)");
    struct placement_plan plan = plan_for(small, "compact", one_each);
    char text[SIGNATURE_SIZE];
    struct fault fault = {""};
    (void)state;

    assert_int_equal(signature_of_plan(text, &plan, other, &fault), -1);
    assert_non_null(strstr(fault.text, "another topology"));
    placement_free(&plan);
    topology_free(small);
    topology_free(other);
}

/* ---- classes ---- */

/* Every pair of neighbours shares an X and nothing nearer; of cross-X the same thing, whichever it is. */
static void check_promise(const struct topology *topology, const struct placement_plan *plan)
{
    struct signature signature;
    const char *word = strchr(plan->name, '-') + 1;

    assert_int_equal(signature_of(&signature, plan, topology, NULL), 0);
    if (strcmp(plan->name, "smt") == 0)
        word = "core";
    if (strncmp(plan->name, "same-", 5) == 0 || strcmp(plan->name, "smt") == 0)
        for (unsigned hop = 0; hop < PLACEMENT_HOPS; hop++)
            assert_string_equal(signature.hop[hop], word);
    if (strncmp(plan->name, "cross-", 6) == 0)
        for (unsigned hop = 0; hop < PLACEMENT_HOPS; hop++) {
            assert_string_equal(signature.hop[hop], signature.hop[0]);
            assert_string_not_equal(signature.hop[hop], word);
            assert_string_not_equal(signature.hop[hop], "pu");
        }
}

static void check_classes(const struct topology *topology)
{
    static const unsigned shapes[][WIRING_STAGES] = {{1, 1, 1}, {2, 2, 2}, {8, 1, 3}, {9, 30, 7}};

    for (size_t i = 0; i < CLASSES * COUNT(shapes); i++) {
        struct placement_plan plan;
        if (placement_plan(&plan, topology, class_names[i % CLASSES], PIPELINE(shapes[i / CLASSES]), NULL) != 0)
            continue;
        check_promise(topology, &plan);
        placement_free(&plan);
    }
}

static void classes_keep_their_promise(void **state)
{
    (void)state;
    on_every_machine(check_classes);
}

/* A machine has same-X exactly where some two PUs share an X and nothing nearer. */
static void check_presence(const struct topology *topology)
{
    bool shared[SHARED_WORDS] = {[SHARED_PU] = true};
    unsigned pus = topology_pus(topology);

    for (unsigned a = 0; a < pus && pus <= 64; a++)
        for (unsigned b = a + 1; b < pus; b++)
            shared[topology_word(topology, common(topology, (int)topology_pu_os_index(topology, a),
                                                  (int)topology_pu_os_index(topology, b)))] = true;
    for (unsigned word = 0; word < SHARED_WORDS && pus <= 64; word++) {
        char name[32];
        struct placement_plan plan;
        snprintf(name, sizeof name, word == SHARED_CORE ? "smt" : "same-%s", shared_words[word]);
        assert_int_equal(placement_plan(&plan, topology, name, PIPELINE(one_each), NULL) == 0, shared[word]);
        placement_free(&plan);
    }
}

static void classes_are_there_where_pus_share_them(void **state)
{
    (void)state;
    on_every_machine(check_presence);
}

/* Beside the PUs that threads need there are enough: then none has two. */
static void workers_have_cores_of_their_own_where_there_are(void **state)
{
    struct topology *topology = synthetic("package:2 l3:4 core:8 pu:2");
    static const char *const names[] = {"same-l3", "same-package", "cross-package", "cross-l3"};
    (void)state;

    for (size_t i = 0; i < COUNT(names); i++) {
        struct placement_plan plan = plan_for(topology, names[i], (unsigned[]){2, 2, 2});
        for (unsigned a = 0; a < plan.threads; a++)
            for (unsigned b = a + 1; b < plan.threads; b++)
                assert_true(plan.pu[a] / 2 != plan.pu[b] / 2);
        placement_free(&plan);
    }
    topology_free(topology);
}

static void check_hybrid(const struct topology *topology)
{
    static const char *const expected[][2] = {
        {"p-cores", "pu-pu-pu-pu:p:source+download+resize+upload+sink"},
        {"e-cores", "package-package-package-package:e:source+resize+sink:download+upload"},
        {"mixed", "package-package-package-core:e-p-k1-e-p:download+sink"},
    };

    if (topology_pus(topology) != 4 || hwloc_cpukinds_get_nr(topology->hwloc, 0) != 3)
        return; /* fakecpukinds.xml */
    for (size_t i = 0; i < COUNT(expected); i++) {
        struct placement_plan plan = plan_for(topology, expected[i][0], one_each);
        char text[SIGNATURE_SIZE];
        assert_int_equal(signature_of_plan(text, &plan, topology, NULL), 0);
        assert_string_equal(text, expected[i][1]);
        placement_free(&plan);
    }
}

static void kinds_of_hybrid_machines_are_told_apart(void **state)
{
    (void)state;
    if (!on_recorded_machines(check_hybrid))
        skip();
}

/* ---- all ---- */

/* The names are distinct, each can be planned, and amounts to what it says. */
static void check_names(const struct topology *topology, const char *name, const unsigned *workers)
{
    struct placement_names names;
    struct fault fault = {""};
    struct text_set seen = {.slot = NULL};
    uint64_t begin_ns = clock_now_ns();

    if (placement_expand(&names, topology, name, PIPELINE(workers), &fault) != 0)
        fail_msg("%s: %s", test_what(), fault.text);
    if (clock_now_ns() - begin_ns > (SANITIZED ? 5 : 1) * UINT64_C(1000000000))
        fail_msg("%s: finding %s took %.1f s", test_what(), name, (double)(clock_now_ns() - begin_ns) / 1e9);
    assert_true(names.count > 0);
    for (size_t i = 0; i < names.count; i++) {
        char text[SIGNATURE_SIZE];
        bool looks =
            names.count < 100 || i % (names.count / 100) == 0; /* at 100 of them, on large machines */
        if (!looks && strncmp(names.name[i], "all:", 4) == 0) {
            assert_int_equal(text_set_add(&seen, names.name[i] + 4), 1);
            continue;
        }
        struct placement_plan plan = plan_for(topology, names.name[i], workers);
        check_plan(topology, &plan);
        assert_int_equal(signature_of_plan(text, &plan, topology, NULL), 0);
        if (strncmp(names.name[i], "all:", 4) == 0)
            assert_string_equal(text, names.name[i] + 4);
        assert_int_equal(text_set_add(&seen, text), 1);
        placement_free(&plan);
    }
    text_set_release(&seen);
    placement_names_free(&names);
}

static void check_all(const struct topology *topology)
{
    check_names(topology, "all", one_each);
    check_names(topology, "all", (unsigned[]){3, 4, 5});
    check_names(topology, "classes", one_each);
    check_names(topology, "classes", (unsigned[]){3, 4, 5});
    check_names(topology, "compact", (unsigned[]){3, 4, 5});
}

static void all_are_distinct_and_what_they_say(void **state)
{
    (void)state;
    on_every_machine(check_all);
}

/* Every assignment of five threads has a signature in the list, and every signature some assignment. */
static void check_against_force(const struct topology *topology)
{
    struct placement_names names;
    struct text_set found = {.slot = NULL};
    struct placement_plan plan = plan_for(topology, "unbound", one_each);
    unsigned pus = topology_pus(topology), assignments = pus * pus * pus * pus * pus;

    if (pus > 7) {
        placement_free(&plan);
        return;
    }
    assert_int_equal(placement_expand(&names, topology, "all", PIPELINE(one_each), NULL), 0);
    for (size_t i = 0; i < names.count; i++)
        assert_int_equal(text_set_add(&found, names.name[i] + 4), 1);
    for (unsigned i = 0; i < assignments; i++) {
        char text[4096];
        for (unsigned thread = 0, rest = i; thread < 5; thread++, rest /= pus)
            plan.pu[thread] = (int)topology_pu_os_index(topology, rest % pus);
        signature_by_force(topology, &plan, text);
        if (text_set_add(&found, text) != 0)
            fail_msg("%s: all lacks %s", test_what(), text);
    }
    /* That each listed one is some assignment's is what check_names shows, which plans them. */
    check_names(topology, "all", one_each);
    text_set_release(&found);
    placement_names_free(&names);
    placement_free(&plan);
}

static void all_misses_none(void **state)
{
    static const char *const machines[] = {"pu:1",
                                           "pu:2",
                                           "pu:6",
                                           "core:2 pu:2",
                                           "core:3 pu:2",
                                           "core:2 pu:3",
                                           "package:2 core:3 pu:1",
                                           "package:3 l3:1 core:2 pu:1",
                                           "package:2 [numa] l2:3 pu:1",
                                           "numa:2 core:3 pu:1"};
    static const struct {
        const char *machine;
        uint32_t pattern;
    } irregulars[] = {{"package:2 l3:2 core:2 pu:2", 0x5a5a1371},
                      {"package:2 l3:2 core:2 pu:2", 0x11113333},
                      {"package:3 core:2 pu:2", 0x31313131},
                      {"package:2 numa:2 l2:2 core:1 pu:2", 0x0f0f0135},
                      {"l3:4 core:2 pu:2", 0x80c01008}};
    (void)state;

    for (size_t i = 0; i < COUNT(machines); i++) {
        struct topology *topology = synthetic(machines[i]);
        test_doing("%s", machines[i]);
        check_against_force(topology);
        topology_free(topology);
    }
    for (size_t i = 0; i < COUNT(irregulars); i++) {
        struct topology *topology = irregular(irregulars[i].machine, irregulars[i].pattern);
        test_doing("%s with %#x", irregulars[i].machine, irregulars[i].pattern);
        check_against_force(topology);
        topology_free(topology);
    }
    on_recorded_machines(check_against_force);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signatures_are_what_plans_say),
        cmocka_unit_test(signatures_read_well),
        cmocka_unit_test(plans_of_another_machine_are_refused),
        cmocka_unit_test(classes_keep_their_promise),
        cmocka_unit_test(classes_are_there_where_pus_share_them),
        cmocka_unit_test(workers_have_cores_of_their_own_where_there_are),
        cmocka_unit_test(kinds_of_hybrid_machines_are_told_apart),
        cmocka_unit_test(all_are_distinct_and_what_they_say),
        cmocka_unit_test(all_misses_none),
    };

    test_watch(SANITIZED ? 500 : 100);
    return cmocka_run_group_tests_name("signature", tests, NULL, NULL);
}
