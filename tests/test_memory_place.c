/* test_memory_place.c - where names of memory put the hops' memory, on imagined machines and on recorded
   ones, and what a process finds of its own pages. */
#include "machine/memory_place.h"
#include "machine/pages.h"

#include "machines.h"

#include <pthread.h>
#include <sys/mman.h>

static struct memory_place place(const struct topology *topology, const char *memory, const char *placement,
                                 const unsigned workers[WIRING_STAGES])
{
    struct placement_plan plan = plan_for(topology, placement, workers);
    struct memory_place out;
    struct fault fault = {""};

    if (memory_place_plan(&out, memory, topology, &plan, &fault) != 0)
        fail_msg("%s: %s", memory, fault.text);
    assert_string_equal(out.name, memory);
    placement_free(&plan);
    return out;
}

static void expect_nodes(const struct topology *topology, const char *memory, const char *placement,
                         const unsigned workers[WIRING_STAGES], const char *const nodes[PLACEMENT_HOPS])
{
    struct memory_place out = place(topology, memory, placement, workers);
    char list[128];

    for (unsigned hop = 0; hop < PLACEMENT_HOPS; hop++) {
        int kind = !*nodes[hop] ? PAGES_FREE : nodes[hop][1] ? PAGES_IN_TURNS : PAGES_BOUND;
        test_doing("%s, %s, hop %u", memory, placement, hop);
        assert_string_equal(pages_list(&out.hop[hop], list, sizeof list), nodes[hop]);
        assert_int_equal(out.hop[hop].kind, kind);
    }
}

/* --- names --- */

static void names(void **state)
{
    static const char *const good[] = {"default",   "local",  "interleave", "node:0",
                                       "node:1023", "source", "sink"};
    static const char *const bad[][2] = {
        {"", "there is no memory place ''"},
        {"locla", "did you mean 'local'?"},
        {"node:", "write the OS index of one NUMA node, as in node:0"},
        {"node:-1", "write the OS index of one NUMA node"},
        {"node:0,1", "write the OS index of one NUMA node"},
        {"node:1024", "the largest OS index is 1023"},
        {"node:99999999999999999999999999999999", "the largest OS index is 1023"},
        {"node", "did you mean 'node:N'?"},
        {"source ", "there is no memory place 'source '"},
    };
    (void)state;

    for (size_t i = 0; i < COUNT(good); i++)
        assert_int_equal(memory_place_known(good[i], NULL), 0);
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct fault fault = {""};
        assert_int_equal(memory_place_known(bad[i][0], &fault), -1);
        if (!strstr(fault.text, bad[i][1]))
            fail_msg("'%s': %s", bad[i][0], fault.text);
    }
}

/* --- plans --- */

static void hops_are_placed(void **state)
{
    struct topology *two = synthetic("package:2 [numa] core:4 pu:1");
    struct topology *four = synthetic("package:2 numa:2 core:2 pu:1");
    (void)state;

    expect_nodes(two, "default", "cross-package", one_each, (const char *[]){"", "", "", ""});
    expect_nodes(two, "local", "cross-package", one_each, (const char *[]){"1", "0", "1", "0"});
    expect_nodes(two, "source", "cross-package", one_each, (const char *[]){"0", "0", "0", "0"});
    expect_nodes(two, "sink", "source=0,download=0,resize=0,upload=0,sink=7", one_each,
                 (const char *[]){"1", "1", "1", "1"});
    expect_nodes(two, "node:1", "pu:0", one_each, (const char *[]){"1", "1", "1", "1"});
    expect_nodes(two, "interleave", "unbound", one_each, (const char *[]){"0-1", "0-1", "0-1", "0-1"});
    /* Workers of a stage on several nodes. */
    expect_nodes(four, "local", "source=0,download=0,2,resize=2,4,6,upload=6,sink=1", (unsigned[]){2, 3, 1},
                 (const char *[]){"0-1", "1-3", "3", "0"});
    topology_free(two);
    topology_free(four);
}

static void unbound_threads_are_not_followed(void **state)
{
    static const char *const followers[] = {"local", "source", "sink"};
    struct topology *two = synthetic("package:2 [numa] core:4 pu:1");
    struct placement_plan plan = plan_for(two, "unbound", one_each);
    (void)state;

    for (size_t i = 0; i < COUNT(followers); i++) {
        struct fault fault = {""};
        struct memory_place out;
        assert_true(memory_place_follows(followers[i]));
        assert_int_equal(memory_place_plan(&out, followers[i], two, &plan, &fault), -1);
        assert_non_null(strstr(fault.text, "placement 'unbound' binds no threads"));
    }
    assert_false(memory_place_follows("default") || memory_place_follows("interleave") ||
                 memory_place_follows("node:0"));
    placement_free(&plan);
    topology_free(two);
}

/* Every hop's nodes have memory and may be used; what follows a thread is local to it where anything is. */
static void check_machine(const struct topology *topology)
{
    static const char *const words[] = {"local", "interleave", "source", "sink"};
    unsigned nodes = memory_place_nodes(topology);

    assert_true(nodes >= 1);
    for (size_t i = 0; i < COUNT(words); i++) {
        struct memory_place out = place(topology, words[i], "spread", (unsigned[]){2, 1, 3});
        for (unsigned hop = 0; hop < PLACEMENT_HOPS; hop++) {
            unsigned count = 0;
            for (unsigned node = 0; node < PAGES_NODES; node++) {
                char name[MEMORY_NAME_SIZE];
                if (!pages_has_node(&out.hop[hop], node))
                    continue;
                snprintf(name, sizeof name, "node:%u", node);
                assert_int_equal(memory_place_check(name, topology, NULL), 0);
                count++;
            }
            assert_in_range(count, 1, nodes);
            assert_int_equal(out.hop[hop].kind, count > 1 ? PAGES_IN_TURNS : PAGES_BOUND);
        }
    }
    for (unsigned i = 0; i < topology_pus(topology); i++) {
        unsigned pu = topology_pu_os_index(topology, i), node = memory_place_node_of(topology, pu);
        hwloc_obj_t object = hwloc_get_numanode_obj_by_os_index(topology->hwloc, node);
        hwloc_obj_t own = hwloc_get_pu_obj_by_os_index(topology->hwloc, pu);
        assert_non_null(object);
        if (!hwloc_bitmap_iszero(own->nodeset))
            assert_true(hwloc_bitmap_isset(own->nodeset, node));
    }
}

static void every_machine_has_a_place(void **state)
{
    (void)state;
    on_every_machine(check_machine);
}

/* --- odd machines --- */

static void odd_nodes_are_told_apart(void **state)
{
    static const char *const refused[][2] = {
        {"node:1", "NUMA node 1 has no memory: those that have are 0,2-3,5"},
        {"node:4", "memory of NUMA node 4 may not be used here: the allowed nodes are 0,2-3,5"},
        {"node:7", "there is no NUMA node 7 on this machine: those with memory are 0,2-3,5"},
    };
    struct topology *odd = odd_machine();
    (void)state;

    assert_int_equal(memory_place_nodes(odd), 4);
    for (size_t i = 0; i < COUNT(refused); i++) {
        struct fault fault = {""};
        assert_int_equal(memory_place_check(refused[i][0], odd, &fault), -1);
        assert_string_equal(fault.text, refused[i][1]);
    }
    expect_nodes(odd, "node:5", "unbound", one_each, (const char *[]){"5", "5", "5", "5"});
    expect_nodes(odd, "node:3", "unbound", one_each, (const char *[]){"3", "3", "3", "3"});
    assert_int_equal(memory_place_node_of(odd, 0), 0); /* nearer than 2, before 3 */
    assert_int_equal(memory_place_node_of(odd, 1), 2); /* its own has nothing */
    assert_int_equal(memory_place_node_of(odd, 2), 2);
    expect_nodes(odd, "interleave", "pu:0", one_each, (const char *[]){"0,2", "0,2", "0,2", "0,2"});
    expect_nodes(odd, "local", "source=0,download=1,resize=0,upload=2,sink=0", one_each,
                 (const char *[]){"2", "0", "2", "0"});
    topology_free(odd);
}

/* --- this process --- */

static void sums_and_differences(void **state)
{
    struct pages_found before = {.known = true, .count = 2, .on = {{0, 100}, {3, 50}}};
    struct pages_found later = {.known = true, .count = 3, .on = {{0, 350}, {1, 7}, {3, 20}}};
    struct pages_policy policy = {.kind = PAGES_BOUND};
    char list[8];
    (void)state;

    pages_subtract(&later, &before);
    assert_true(later.known);
    assert_int_equal(later.on[0].bytes, 250);
    assert_int_equal(later.on[1].bytes, 7);
    assert_int_equal(later.on[2].bytes, 0);
    pages_add_node(&policy, 0);
    before.known = false;
    pages_subtract(&later, &before);
    assert_false(later.known);
    for (unsigned node = 900; node < 1000; node += 2)
        pages_add_node(&policy, node);
    assert_string_equal(pages_list(&policy, list, sizeof list), "0,900,9"); /* cut */
    pages_add_node(&policy, PAGES_NODES);
    assert_false(pages_has_node(&policy, PAGES_NODES));
}

/* What is touched counts, where it is, whole. */
static void touched_pages_are_found(void **state)
{
    enum { BYTES = 4 << 20 };
    struct pages_found before, after;
    uint64_t bytes = 0;
    char *memory = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    (void)state;

    assert_ptr_not_equal(memory, MAP_FAILED);
    pages_look(&before);
    pages_look(&before);
    if (!before.known)
        skip();
    memset(memory, 1, BYTES);
    pages_look(&after);
    pages_subtract(&after, &before);
    assert_true(after.known);
    for (uint32_t i = 0; i < after.count; i++)
        bytes += after.on[i].bytes;
    assert_true(bytes >= BYTES);
    if (!SANITIZED) /* whose shadow memory counts */
        assert_true(bytes <= BYTES + (256 << 10));
    munmap(memory, BYTES);
}

struct attempt {
    struct pages_policy policy;
    struct fault fault;
    int status;
};

/* In a thread of its own, whose policy ends with it. */
static void *attempt(void *argument)
{
    struct attempt *its = argument;
    its->status = pages_bind(&its->policy, &its->fault);
    return NULL;
}

static void the_kernel_has_the_last_word(void **state)
{
    struct attempt none = {.policy = {.kind = PAGES_FREE}}, far = {.policy = {.kind = PAGES_BOUND}};
    pthread_t thread;
    (void)state;

    pages_add_node(&far.policy, PAGES_NODES - 1); /* no machine has it */
    assert_int_equal(pthread_create(&thread, NULL, attempt, &far), 0);
    pthread_join(thread, NULL);
    assert_int_equal(far.status, -1);
    assert_non_null(strstr(far.fault.text, "the kernel refuses to bind memory to NUMA node 1023: "));
    attempt(&none);
    assert_int_equal(none.status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(hops_are_placed),
        cmocka_unit_test(unbound_threads_are_not_followed),
        cmocka_unit_test(every_machine_has_a_place),
        cmocka_unit_test(odd_nodes_are_told_apart),
        cmocka_unit_test(sums_and_differences),
        cmocka_unit_test(touched_pages_are_found),
        cmocka_unit_test(the_kernel_has_the_last_word),
    };

    return cmocka_run_group_tests_name("memory_place", tests, NULL, NULL);
}
