/* test_model.c - the model on examples by hand, and that what is planned for it is what it takes. */
#include "limits.h"

#include "limits/measures.h"
#include "limits/model.h"

#include <math.h>

/* L is 10 ns line by line and 5 ns by blocks, w 4 ns, r 8 ns: an item's eighth is 1.25, 0.625, 0.5, and 1
   where L allows it but 0.625 by blocks. */
static struct limit by_hand[] = {
    {.name = "stream", .variant = "1", .shared = "l3", .median = 100e6},
    {.name = "stream", .variant = "16", .shared = "l3", .median = 200e6},
    {.name = "hand-over", .variant = "write", .shared = "l3", .median = 4},
    {.name = "hand-over", .variant = "read", .shared = "l3", .median = 8},
    {.name = "loop", .variant = "item", .median = 4},
    {.name = "loop", .variant = "batch", .median = 3},
    {.name = "loop", .variant = "span", .median = 2},
};

#define ALL(word)                                                                                            \
    {                                                                                                        \
        word, word, word, word                                                                               \
    }

static void models(void **state)
{
    static const struct {
        struct model_pipeline pipeline;
        int pus[8];
        double ns; /* an item, at the limit */
        int busiest, slowest_hop;
        double hop_ns[MODEL_HOPS]; /* 0: no limit */
    } cases[] = {
        /* One CPU: four loops. */
        {{MODEL_SPAN, {1, 1, 1, 1, 1}, NULL, ALL("pu"), 0}, {0}, 8, 0, -1, {0}},
        {{MODEL_ITEM, {1, 1, 1, 1, 1}, NULL, ALL("pu"), 0}, {0}, 16, 0, -1, {0}},
        /* A CPU each: 4 + 1 + 0.5, then 3 and 2 + 0.625 + 0.5. */
        {{MODEL_ITEM, {1, 1, 1, 1, 1}, NULL, ALL("l3"), 0},
         {0, 1, 2, 3, 4},
         5.5,
         1,
         -1,
         {1.25, 1.25, 1.25, 1.25}},
        {{MODEL_BATCH, {1, 1, 1, 1, 1}, NULL, ALL("l3"), 0},
         {0, 1, 2, 3, 4},
         4.125,
         1,
         -1,
         {.625, .625, .625, .625}},
        {{MODEL_SPAN, {1, 1, 1, 1, 1}, NULL, ALL("l3"), 0},
         {0, 1, 2, 3, 4},
         3.125,
         1,
         -1,
         {.625, .625, .625, .625}},
        /* By turns on two: both have 4 ns of loops, two writes of 0.5, two reads of 0.625. */
        {{MODEL_SPAN, {1, 1, 1, 1, 1}, NULL, ALL("l3"), 0},
         {0, 1, 0, 1, 0},
         6.25,
         0,
         -1,
         {.625, .625, .625, .625}},
        /* Side by side: 1 + 2 + 2 + 0.5 against 0.625 + 2 + 1. */
        {{MODEL_SPAN, {1, 1, 1, 1, 1}, NULL, {"pu", "pu", "l3", "pu"}, 0},
         {0, 0, 0, 1, 1},
         5.5,
         0,
         -1,
         {0, 0, .625, 0}},
        /* Two download workers, one of them elsewhere: half the items cross before and after, two streams
           side by side. 2 + 0.25, 4 / 2, 4 + 0.5, 4, 2 on the first CPU. */
        {{MODEL_ITEM, {1, 2, 1, 1, 1}, NULL, {"pu..l3", "pu..l3", "pu", "pu"}, 0},
         {0, 0, 1, 0, 0, 0},
         14.75,
         0,
         -1,
         {.3125, .3125, 0, 0}},
        /* Nothing is bound: four loops on two CPUs; on many, a stage's whole loop. */
        {{MODEL_SPAN, {1, 1, 1, 1, 1}, NULL, ALL("unbound"), 2}, {-1, -1, -1, -1, -1}, 4, -1, -1, {0}},
        {{MODEL_SPAN, {1, 1, 1, 1, 1}, NULL, ALL("unbound"), 64}, {-1, -1, -1, -1, -1}, 2, -1, -1, {0}},
        {{MODEL_SPAN, {1, 2, 2, 2, 1}, NULL, ALL("unbound"), 64},
         {-1, -1, -1, -1, -1, -1, -1, -1},
         1,
         -1,
         -1,
         {0}},
    };
    const struct limits limits = {.each = by_hand, .count = COUNT(by_hand)};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct model_pipeline pipeline = cases[i].pipeline;
        struct model_limit limit;
        struct fault fault = {""};
        test_doing("case %zu", i);
        pipeline.pus = cases[i].pus;
        if (model_limit(&limits, &pipeline, &limit, &fault))
            fail_msg("%s", fault.text);
        assert_float_equal(1e9 / limit.items_per_s, cases[i].ns, 1e-9);
        assert_float_equal(1e9 / limit.pu, cases[i].ns, 1e-9);
        assert_int_equal(limit.busiest, cases[i].busiest);
        assert_int_equal(limit.slowest_hop, cases[i].slowest_hop);
        for (int hop = 0; hop < MODEL_HOPS; hop++)
            assert_float_equal(1e9 / limit.hop[hop], cases[i].hop_ns[hop], 1e-9);
    }
}

/* Of several figures that of the very PUs counts; of several PUs each has a loop of its own. Ends of
 * intervals. */
static void the_very_pus_count(void **state)
{
    static unsigned pairs[][2] = {{0, 1}, {3, 2}, {2, 4}};
    static unsigned pus[] = {0, 1, 2, 3, 4};
    struct limit figures[] = {
        {.name = "stream",
         .variant = "1",
         .unit = "lines/s",
         .shared = "l3",
         .pus = pairs[0],
         .threads = 2,
         .median = 100e6,
         .low = 80e6,
         .high = 125e6},
        {.name = "stream",
         .variant = "1",
         .unit = "lines/s",
         .shared = "l3",
         .pus = pairs[1],
         .threads = 2,
         .median = 10e6,
         .low = 8e6,
         .high = 12.5e6},
        {.name = "hand-over",
         .variant = "write",
         .unit = "ns",
         .shared = "l3",
         .pus = pairs[0],
         .threads = 2,
         .median = 4,
         .low = 3.2,
         .high = 5},
        {.name = "hand-over",
         .variant = "write",
         .unit = "ns",
         .shared = "l3",
         .pus = pairs[1],
         .threads = 2,
         .median = 40,
         .low = 32,
         .high = 50},
        {.name = "hand-over",
         .variant = "read",
         .unit = "ns",
         .shared = "l3",
         .pus = pairs[0],
         .threads = 2,
         .median = 8,
         .low = 6.4,
         .high = 10},
        {.name = "hand-over",
         .variant = "read",
         .unit = "ns",
         .shared = "l3",
         .pus = pairs[1],
         .threads = 2,
         .median = 80,
         .low = 64,
         .high = 100},
        {.name = "loop",
         .variant = "item",
         .unit = "ns",
         .pus = &pus[0],
         .threads = 1,
         .median = 4,
         .low = 3.2,
         .high = 5},
        {.name = "loop",
         .variant = "item",
         .unit = "ns",
         .pus = &pus[4],
         .threads = 1,
         .median = 40,
         .low = 32,
         .high = 50},
    };
    const struct limits limits = {.each = figures, .count = COUNT(figures)};
    static const struct {
        int pus[MODEL_ROLES];
        double ns, slow_ns, fast_ns;
    } cases[] = {
        {{0, 1, 0, 1, 0}, 11, 13.75, 8.8},   /* 8 + 2 * (0.5 + 1) */
        {{1, 0, 1, 0, 1}, 11, 13.75, 8.8},   /* the pair in the other direction, a loop of the fastest */
        {{3, 2, 3, 2, 3}, 38, 47.5, 30.4},   /* 8 + 2 * (5 + 10) */
        {{0, 4, 0, 4, 0}, 83, 103.75, 66.4}, /* 80 + 2 * (0.5 + 1): no such pair, but one of its kind */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct model_pipeline pipeline = {MODEL_ITEM, {1, 1, 1, 1, 1}, cases[i].pus, ALL("l3"), 0};
        struct model_limit limit;
        struct fault fault = {""};
        test_doing("case %zu", i);
        if (model_limit(&limits, &pipeline, &limit, &fault))
            fail_msg("%s", fault.text);
        assert_float_equal(1e9 / limit.items_per_s, cases[i].ns, 1e-9);
        assert_float_equal(1e9 / limit.low, cases[i].slow_ns, 1e-9);
        assert_float_equal(1e9 / limit.high, cases[i].fast_ns, 1e-9);
    }
}

/* What is listed is what model_limit takes: with a value each, it lacks nothing. */
static void a_plan_is_enough(void **state)
{
    static const struct {
        const char *machine;
        struct model_pipeline pipeline;
        int pus[8];
        size_t loops, streams;
    } cases[] = {
        {"core:2 pu:1", {MODEL_ITEM, {1, 1, 1, 1, 1}, NULL, ALL("l3"), 0}, {0, 1, 0, 1, 0}, 2, 2},
        {"core:2 pu:1", {MODEL_SPAN, {1, 1, 1, 1, 1}, NULL, ALL("pu"), 0}, {1, 1, 1, 1, 1}, 1, 0},
        {"core:5 pu:1", {MODEL_BATCH, {1, 1, 1, 1, 1}, NULL, ALL("machine"), 0}, {4, 3, 2, 1, 0}, 5, 4},
        {"core:2 pu:1", {MODEL_ITEM, {1, 1, 1, 1, 1}, NULL, ALL("unbound"), 2}, {-1, -1, -1, -1, -1}, 1, 0},
        {"core:3 pu:1", {MODEL_ITEM, {1, 2, 1, 1, 1}, NULL, ALL("machine"), 0}, {0, 1, 2, 0, 1, 0}, 3, 4},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct topology *topology = synthetic(cases[i].machine);
        struct model_pipeline pipeline = cases[i].pipeline;
        struct limits limits = {0};
        struct model_limit limit;
        struct fault fault = {""};
        test_doing("case %zu", i);
        pipeline.pus = cases[i].pus;
        for (int hop = 0; hop < MODEL_HOPS; hop++)
            if (strcmp(pipeline.shared[hop], "l3") == 0)
                pipeline.shared[hop] = "machine"; /* nothing else is there */
        for (int again = 0; again < 2; again++) {
            assert_int_equal(model_plan(&limits, topology, &pipeline, &fault), 0);
            assert_int_equal(count_of(&limits, "loop", NULL), cases[i].loops);
            assert_int_equal(count_of(&limits, "stream", NULL), cases[i].streams);
            assert_int_equal(count_of(&limits, "hand-over", "write"), cases[i].streams);
            assert_int_equal(limits.count, cases[i].loops + 3 * cases[i].streams);
        }
        for (size_t j = 0; j < limits.count; j++) {
            assert_non_null(measure_of(&limits.each[j]));
            limits.each[j].median = 10;
        }
        if (model_limit(&limits, &pipeline, &limit, &fault))
            fail_msg("%s", fault.text);
        limits_release(&limits);
        topology_free(topology);
    }
}

/* Of many pairs one of each kind is enough. */
static void plans_are_bounded(void **state)
{
    struct topology *topology = synthetic("package:2 core:20 pu:1");
    struct limits limits = {0};
    (void)state;
    for (int from = 0; from < 40; from++)
        for (int to = 0; to < 40; to++) {
            const int pus[] = {from, to, from, to, from};
            struct model_pipeline pipeline = {MODEL_SPAN, {1, 1, 1, 1, 1}, pus, ALL("package"), 0};
            assert_int_equal(model_plan(&limits, topology, &pipeline, NULL), 0);
        }
    assert_in_range(count_of(&limits, "stream", NULL), MODEL_PAIRS, MODEL_PAIRS + 1);
    assert_non_null(limits_find(&limits, "stream", "16", "package"));
    assert_non_null(limits_find(&limits, "stream", "16", "machine"));
    limits_release(&limits);
    topology_free(topology);
}

/* Where the ends have little to do, the lines' way is the limit. */
static void a_hop_can_be_the_limit(void **state)
{
    struct limit figures[] = {
        {.name = "stream", .variant = "16", .shared = "l3", .median = 200e6},
        {.name = "stream", .variant = "16", .shared = "package", .median = 100e6},
        {.name = "hand-over", .variant = "write", .shared = "l3", .median = 1},
        {.name = "hand-over", .variant = "write", .shared = "package", .median = 1},
        {.name = "hand-over", .variant = "read", .shared = "l3", .median = 1},
        {.name = "hand-over", .variant = "read", .shared = "package", .median = 1},
        {.name = "loop", .variant = "span", .median = 0.01},
    };
    const struct limits limits = {.each = figures, .count = COUNT(figures)};
    static const int pus[] = {0, 1, 2, 3, 4};
    struct model_pipeline pipeline = {
        MODEL_SPAN, {1, 1, 1, 1, 1}, pus, {"l3", "l3", "package", "l3..package"}, 0};
    struct model_limit limit;
    (void)state;
    assert_int_equal(model_limit(&limits, &pipeline, &limit, NULL), 0);
    assert_float_equal(limit.items_per_s, 800e6, 1);
    assert_int_equal(limit.slowest_hop, 2);
    assert_float_equal(limit.hop[3], 1600e6, 1); /* the nearest of its pairs: it is a limit, not a guess */
    assert_float_equal(1e9 / limit.pu, 0.26, 1e-9);
}

static void a_missing_figure_is_named(void **state)
{
    const struct limits limits = {.each = by_hand, .count = COUNT(by_hand)}, none = {0};
    static const int pus[] = {0, 1, 2, 3, 4};
    struct model_pipeline pipeline = {MODEL_SPAN, {1, 1, 1, 1, 1}, pus, ALL("numa"), 0};
    struct model_limit limit;
    struct fault fault = {""};
    (void)state;
    assert_int_equal(model_limit(&limits, &pipeline, &limit, &fault), -1);
    assert_non_null(strstr(fault.text, "'stream:16' of two PUs whose nearest common object is numa"));
    assert_int_equal(model_limit(&none, &pipeline, &limit, &fault), -1);
    assert_non_null(strstr(fault.text, "'loop:span'"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(models),
        cmocka_unit_test(the_very_pus_count),
        cmocka_unit_test(a_plan_is_enough),
        cmocka_unit_test(plans_are_bounded),
        cmocka_unit_test(a_hop_can_be_the_limit),
        cmocka_unit_test(a_missing_figure_is_named),
    };
    test_watch(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
