/* test_compare.c - comparisons of campaigns made by hand, whose answers are known. */
#include "made.h"

#include "compare/comparing.h"

#include <math.h>

static struct comparing_options options_of(const char *metric, const char *baseline)
{
    return (struct comparing_options){
        .metric = metric_find(metric, NULL), .band = 0.02, .baseline = baseline};
}

static void compare(struct comparing *comparing, const struct campaign_file *files, size_t count,
                    struct comparing_options options)
{
    struct fault fault = {""};
    if (comparing_make(comparing, files, count, &options, &fault))
        fail_msg("%s", fault.text);
}

/* What is printed, the caller's to free. */
static char *printed(const struct comparing *comparing, enum report_format format, bool colour)
{
    char *text = NULL;
    size_t size;
    struct fault fault;
    FILE *out = open_memstream(&text, &size);
    assert_int_equal(comparing_print(comparing, format, colour, out, &fault), 0);
    fclose(out);
    return text;
}

static void expect_refusal(const struct campaign_file *files, size_t count, struct comparing_options options,
                           const char *text)
{
    struct comparing comparing;
    struct fault fault = {""};
    assert_int_equal(comparing_make(&comparing, files, count, &options, &fault), -1);
    comparing_release(&comparing);
    if (!strstr(fault.text, text))
        fail_msg("does not say '%s': %s", text, fault.text);
}

/* ---- queues of one campaign ---- */

static void queues_are_compared_in_pairs(void **state)
{
    struct campaign_file file;
    struct comparing comparing;
    (void)state;
    start();
    add_queue("base", 1, 0, 0);
    add_queue("slow", 0.5, 0.05, 1);
    add_queue("null", 50, 0, 0);
    add_queue("same", 1, 0.004, 2);
    add_queue("fast", 1.5, 0.05, 3);
    add_queue("wild", 1.01, 0.6, 4);
    read_made(&file, "{}");
    compare(&comparing, &file, 1, options_of("throughput", NULL));
    static const char *const queues[] = {"fast", "wild", "same", "slow"}; /* the instrument is left out */
    static const char *const verdicts[] = {"faster", "inconclusive", "equivalent", "slower"};
    assert_int_equal(comparing.count, 4);
    for (size_t i = 0; i < 4; i++) {
        const struct comparison *its = &comparing.list[i];
        const char *queue = its->other->axis[AXIS_QUEUE];
        bool is_middle = strcmp(queue, "wild") == 0 || strcmp(queue, "same") == 0; /* either may be first */
        if (!is_middle)
            assert_string_equal(queue, queues[i]);
        assert_string_equal(compare_verdict(its), verdicts[strcmp(queue, "wild") == 0   ? 1
                                                           : strcmp(queue, "same") == 0 ? 2
                                                                                        : i]);
        assert_true(its->is_paired);
        assert_int_equal(its->blocks, BLOCKS);
        assert_string_equal(compare_test(its), "signed-rank");
        assert_string_equal(its->base->axis[AXIS_QUEUE], "base");
    }
    /* blocks that drift fourfold do not hide a factor that each has */
    assert_float_equal(comparing.list[0].ratio.ratio, 1.5, 0.03);
    assert_float_equal(comparing.list[0].ratio.p, 2.0 / 1024, 1e-12);
    assert_float_equal(comparing.list[0].p, 4 * 2.0 / 1024, 1e-12); /* Holm: of four */
    assert_int_equal(comparing_count(&comparing, VERDICT_WORSE), 1);
    comparing_release(&comparing);

    /* by cost, what is faster is cheaper; with another base */
    compare(&comparing, &file, 1, options_of("cpu", "fast"));
    assert_string_equal(comparing.list[comparing.count - 1].other->axis[AXIS_QUEUE], "slow");
    assert_string_equal(compare_verdict(&comparing.list[comparing.count - 1]), "dearer");
    assert_float_equal(comparing.list[comparing.count - 1].ratio.ratio, 3, 0.1);
    comparing_release(&comparing);

    expect_refusal(&file, 1, options_of("throughput", "fasd"), "did you mean 'fast'");
    expect_refusal(&file, 1, options_of("throughput", "null"), "there is no queue 'null'");
    record_release(&file);
}

static void what_is_missing_is_not_made_up(void **state)
{
    struct campaign_file file;
    struct comparing comparing;
    (void)state;
    start();
    add_queue("base", 1, 0, 0);
    add_queue("crashes", 3, 0.05, 1);
    add_queue("holes", 3, 0.05, 2);
    for (size_t i = BLOCKS; i < 2 * BLOCKS; i++)
        trials[i].outcome = "crashed";
    for (size_t i = 2 * BLOCKS; i < 2 * BLOCKS + 5; i++)
        trials[i].outcome = "timeout";
    trials[3].outcome = "invalid";
    read_made(&file, "{}");
    compare(&comparing, &file, 1, options_of("throughput", NULL));
    assert_int_equal(comparing.count, 2);
    const struct comparison *holes = &comparing.list[0], *crashes = &comparing.list[1];
    assert_string_equal(holes->other->axis[AXIS_QUEUE], "holes");
    assert_int_equal(holes->blocks, 5);
    assert_float_equal(holes->ratio.interval.confidence, 0.9375, 0);
    assert_int_equal(holes->verdict, VERDICT_INCONCLUSIVE); /* three times as fast, but five blocks */
    assert_int_equal(crashes->verdict, VERDICT_FAILED);
    assert_true(isnan(crashes->p) && isnan(crashes->ratio.ratio));
    char *text = printed(&comparing, REPORT_TABLE, false);
    assert_non_null(strstr(text, "failed"));
    assert_non_null(strstr(text, "1 comparison with fewer than 6 blocks"));
    free(text);
    comparing_release(&comparing);
    record_release(&file);
}

/* With ten blocks, a signed-rank test of 26 or more can never be significant. */
static void large_families_get_a_finer_test(void **state)
{
    static char names[30][8];
    struct campaign_file file;
    struct comparing comparing;
    (void)state;
    for (int families = 0; families < 2; families++) {
        size_t queues = families ? 27 : 26; /* of them one is the base */
        start();
        for (size_t i = 0; i < queues; i++) {
            snprintf(names[i], sizeof names[i], "q%zu", i);
            add_queue(names[i], i == 1 ? 9 : 1, 0.05, (unsigned)i);
        }
        read_made(&file, "{}");
        compare(&comparing, &file, 1, options_of("throughput", NULL));
        assert_string_equal(comparing.list[0].other->axis[AXIS_QUEUE], "q1");
        assert_string_equal(compare_test(&comparing.list[0]), families ? "rank-sum" : "signed-rank");
        assert_int_equal(comparing.list[0].verdict, VERDICT_BETTER);
        comparing_release(&comparing);
        record_release(&file);
    }
}

/* ---- between campaigns ---- */

static void campaigns_are_compared_by_what_was_run(void **state)
{
    struct campaign_file files[2];
    struct comparing comparing;
    (void)state;
    start();
    add_queue("a", 1, 0.05, 0);
    add_queue("b", 1, 0.05, 1);
    add_queue("gone", 1, 0, 0);
    read_made(&files[0], "{\"machine\": {\"cpu_model\": \"Abacus\", \"build\": {\"compiler\": \"gcc 12\"}}}");
    start();
    add_queue("b", 1, 0.05, 2);
    add_queue("new", 1, 0, 0);
    add_queue("a", 8, 0.05, 3);
    read_made(&files[1], "{\"machine\": {\"cpu_model\": \"Abacus\", \"build\": {\"compiler\": \"clang\"}}}");
    compare(&comparing, files, 2, options_of("throughput", NULL));
    assert_int_equal(comparing.count, 2);
    const struct comparison *a = &comparing.list[0];
    assert_string_equal(a->other->axis[AXIS_QUEUE], "a");
    assert_string_equal(a->base->axis[AXIS_QUEUE], "a");
    assert_false(a->is_paired); /* their blocks have numbers alike and nothing else */
    assert_string_equal(compare_test(a), "rank-sum");
    assert_int_equal(a->verdict, VERDICT_BETTER);
    assert_float_equal(a->ratio.ratio, 8, 1.5);
    char *text = printed(&comparing, REPORT_TABLE, false);
    assert_non_null(strstr(text, "the compiler differs: gcc 12 in"));
    assert_non_null(strstr(text, "1 configuration of"));
    assert_non_null(strstr(text, "first new wait=yield"));
    assert_null(strchr(text, '\033'));
    free(text);
    text = printed(&comparing, REPORT_TABLE, true);
    assert_non_null(strstr(text, "\033[32ma "));
    free(text);
    comparing_release(&comparing);
    expect_refusal(files, 2, options_of("throughput", "a"), "--baseline names a queue within one file");
    record_release(&files[0]);
    record_release(&files[1]);
}

static void unlike_campaigns_are_refused(void **state)
{
    struct campaign_file files[2], other;
    struct comparing comparing;
    struct comparing_options options = options_of("throughput", NULL);
    (void)state;
    start();
    add_queue("a", 1, 0.05, 0);
    read_made(&files[0], "{}");
    files[1] = files[0];
    expect_refusal(files, 2, options, "one and the same campaign");
    expect_refusal(files, 1, options, "holds one queue, a;");

    read_made(&other, "{\"machine\": {\"cpu_model\": \"Slide rule\"}}");
    files[1] = other;
    expect_refusal(files, 2, options, "the CPU model differs: Abacus in");
    options.anyway = true;
    compare(&comparing, files, 2, options);
    assert_int_equal(comparing.count, 1);
    assert_int_equal(json_array_size(comparing.warnings), 1);
    comparing_release(&comparing);
    record_release(&other);

    read_made(&other, "{\"machine\": {}}"); /* unknown is not alike */
    files[1] = other;
    expect_refusal(files, 2, options_of("throughput", NULL), "unknown in");
    record_release(&other);

    start();
    add_queue("b", 1, 0.05, 0);
    read_made(&other, "{\"seed\": 9}");
    files[1] = other;
    expect_refusal(files, 2, options, "there is nothing to compare: no configuration of");
    record_release(&other);
    record_release(&files[0]);
}

/* ---- settings ---- */

static void settings_are_told_by_signature_and_capacity(void **state)
{
    static const struct change changes[] = {
        {"moved", "config", "placement", "\"cpus:4,5\""}, /* other CPUs, the same signature */
        {"far", NULL, "signature", "\"package-package-package-package\""},
        {"boundless", "config", "capacity", "null"},
        {"small", "config", "capacity", "128"},
        {"timed", "config", "items", "null"},
    };
    struct campaign_file file;
    struct comparing comparing;
    (void)state;
    start();
    add_queue("base", 1, 0, 0);
    add_queue("moved", 2, 0.01, 1);
    add_queue("far", 2, 0.01, 2);
    add_queue("boundless", 3, 0.01, 3);
    add_queue("small", 2, 0.01, 4);
    add_queue("timed", 2, 0.01, 4);
    read_changed(&file, changes, COUNT(changes), 1);
    compare(&comparing, &file, 1, options_of("throughput", NULL));
    assert_int_equal(comparing.count, 2);
    assert_string_equal(comparing.list[0].other->axis[AXIS_QUEUE], "boundless");
    assert_string_equal(comparing.list[1].other->axis[AXIS_QUEUE], "moved");
    char *text = printed(&comparing, REPORT_TABLE, false);
    assert_non_null(strstr(text, "capacities differ in 1 comparison:"));
    assert_non_null(strstr(text, "not compared, since there is no base: 3 configurations"));
    free(text);
    comparing_release(&comparing);
    record_release(&file);
}

static void lengths_that_differ_are_told(void **state)
{
    static const struct change fewer[] = {{"a", "config", "items", "1000"}};
    struct campaign_file files[2];
    struct comparing comparing;
    (void)state;
    start();
    add_queue("a", 1, 0.05, 0);
    read_made(&files[0], "{}");
    read_changed(&files[1], fewer, 1, 2);
    compare(&comparing, files, 2, options_of("throughput", NULL));
    char *text = printed(&comparing, REPORT_TABLE, false);
    assert_non_null(strstr(text, "trials put 1000000 items in the base and 1000 here"));
    free(text);
    comparing_release(&comparing);
    record_release(&files[0]);
    record_release(&files[1]);
}

/* ---- what is printed for programs ---- */

static void programs_get_the_same(void **state)
{
    struct campaign_file file;
    struct comparing comparing;
    (void)state;
    start();
    add_queue("base", 1, 0, 0);
    add_queue("a,\"b\"", 1.5, 0.05, 3);
    add_queue("crashes", 1, 0, 0);
    for (size_t i = 2 * BLOCKS; i < trial_count; i++)
        trials[i].outcome = "crashed";
    read_made(&file, "{}");
    compare(&comparing, &file, 1, options_of("throughput", NULL));

    char *text = printed(&comparing, REPORT_JSON, true);
    json_t *object = json_loads(text, 0, NULL), *list = json_object_get(object, "comparisons");
    assert_int_equal(json_array_size(list), 2);
    const json_t *row = json_array_get(list, 0);
    assert_string_equal(json_string_value(json_object_get(row, "queue")), "a,\"b\"");
    assert_string_equal(json_string_value(json_object_get(row, "base_queue")), "base");
    assert_string_equal(json_string_value(json_object_get(row, "verdict")), "faster");
    assert_float_equal(json_real_value(json_object_get(row, "ratio")), comparing.list[0].ratio.ratio, 1e-6);
    assert_int_equal(json_integer_value(json_object_get(row, "blocks")), BLOCKS);
    assert_true(json_is_null(json_object_get(json_array_get(list, 1), "ratio")));
    size_t columns = json_object_size(row);
    json_decref(object);
    free(text);

    text = printed(&comparing, REPORT_CSV, false);
    size_t lines = 0, commas = 0;
    for (const char *at = text; *at; at++) {
        lines += *at == '\n';
        commas += lines == 0 && *at == ',';
    }
    assert_int_equal(lines, 3);
    assert_int_equal(commas + 1, columns);
    assert_non_null(strstr(text, ",\"a,\"\"b\"\"\","));
    free(text);

    text = printed(&comparing, REPORT_MARKDOWN, true);
    assert_non_null(strstr(text, "| queue"));
    assert_null(strchr(text, '\033'));
    free(text);
    comparing_release(&comparing);
    record_release(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queues_are_compared_in_pairs),
        cmocka_unit_test(what_is_missing_is_not_made_up),
        cmocka_unit_test(large_families_get_a_finer_test),
        cmocka_unit_test(campaigns_are_compared_by_what_was_run),
        cmocka_unit_test(unlike_campaigns_are_refused),
        cmocka_unit_test(settings_are_told_by_signature_and_capacity),
        cmocka_unit_test(lengths_that_differ_are_told),
        cmocka_unit_test(programs_get_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
