/* test_report_endings.c - reports of how trials and campaigns ended, of baselines, twins and of where memory
 * lay. */
#include "reports.h"

#include <math.h>

/* --- how it ended, baselines --- */

static void second_table_says_how_it_ended(void **state)
{
    static const char *const parts[] = {
        "close queue wait drain join caller CPU discarded failed abandoned outcome\n",
        "\nshutdown a block 1.00 ms 2.00 ms 0 s 0 0 0 ok\n"
        "abandon a block 0 s 40.0 ms 0 s 0 0 3 ok\n"
        "shutdown a yield 2.00 ms 3.00 ms 0 s 0 0 0 ok\n"
        "shutdown:immediate a yield 2.50 [0.00, 5.00] us 2.00 [1.00, 3.00] ms 125 us 50 0 0 ok\n"
        "shutdown b yield 0 s - 0 s 0 1.5 0 2 failed\n"
        "abandon b yield 0 s - 0 s 0 1 0 1 failed\n",
        "\nending drain, join: from the last put",
        /* what a worker's failure led to is told of each configuration */
        "\nfailed 2 times b wait=yield transfer=item capacity=64Ki workers=1 work=none place=compact "
        "memory=default close=shutdown: resize worker 0 on item 500 was made to fail\n"
        "failed b wait=yield transfer=item capacity=64Ki workers=1 work=none place=compact memory=default "
        "close=abandon: "
        "resize "
        "worker 0 on item 500 was made to fail\n",
    };
    struct campaign_file file;
    (void)state;
    read_trials(stops, COUNT(stops), &file);
    char *text = print(&file, REPORT_TABLE), *rows = rows_behind(text, "How it ended");
    expect_in(rows, parts, COUNT(parts));
    free(rows);
    free(text);
    text = print(&file, REPORT_MARKDOWN);
    expect_in(text, (const char *const[]){"\n**How it ended**\n\n| close ", "| shutdown:immediate | a "}, 2);
    free(text);
    record_release(&file);
}

/* Where the memory lay is worth a table where there are several nodes, and a sentence where there is one. */
static void nodes_are_told(void **state)
{
    static const struct hand_trial all[] = {
        {.queue = "a",
         .memory = "local",
         .throughput = 1e6,
         .bound = "[[0],[0],[1],[1]]",
         .made = "[[[0,8192]],[[0,8192]],[[1,8192]],[[0,4096],[1,4096]]]",
         .grown = "[[1,1048576]]"},
        {.queue = "a",
         .memory = "interleave",
         .throughput = 1e6,
         .bound = "[[0,1],[0,1],[0,1],[0,1]]",
         .made = "[[[0,8192],[1,8192]],null,[],null]"},
        {.queue = "a", .throughput = 1e6, .made = "[[[1,8192]],[],[],[]]"},
    };
    static const char *const none[] = {NULL};
    static const char *const parts[] = {
        "a compact local 0/0/1/1 20.0KiB on 0, 12.0KiB on 1 1.00MiB on 1 12.5%",
        "a compact interleave 0,1 8.00KiB on 0, 8.00KiB on 1 - 0%",
        "a compact default not bound 8.00KiB on 1 - -",
        "memory a wait=yield transfer=item capacity=64Ki workers=1 work=none place=compact memory=local "
        "close=close: "
        "12.5% of what making its queues took lay on other nodes",
    };
    struct campaign_file file;
    struct fault fault;
    (void)state;
    for (int nodes = 1; nodes <= 2; nodes++) {
        json_t *header = hand_header(none, COUNT(all));
        json_object_set_new(header, "configurations", hand_labels(all, COUNT(all)));
        json_object_set_new(json_object_get(header, "machine"), "memory_nodes",
                            json_string(nodes == 1 ? "0" : "0-1"));
        assert_int_equal(record_read(hand_file_under(header, all, COUNT(all)), &file, &fault), 0);
        char *text = print(&file, REPORT_TABLE),
             *rows = rows_behind(text, nodes == 2 ? "On which" : "machine");
        if (nodes == 2)
            expect_in(rows, parts, COUNT(parts));
        else
            expect_in(rows, (const char *const[]){"memory one NUMA node has memory here"}, 1);
        assert_true((strstr(text, "On which NUMA nodes") != NULL) == (nodes == 2));
        free(rows);
        free(text);
        record_release(&file);
    }
    assert_int_equal(record_read(hand_file_of(all, 1), &file, &fault), 0);
    char *text = print(&file, REPORT_JSON);
    json_t *report = json_loads(text, 0, NULL);
    const json_t *its = json_array_get(json_object_get(report, "configurations"), 0);
    assert_string_equal(json_string_value(json_object_get(its, "memory")), "local");
    assert_string_equal(json_string_value(json_object_get(its, "bound_nodes")), "0/0/1/1");
    assert_string_equal(json_string_value(json_object_get(its, "made_on")), "20.0KiB on 0, 12.0KiB on 1");
    assert_float_equal(json_number_value(json_object_get(its, "memory_astray")), 0.125, 0);
    json_decref(report);
    free(text);
    record_release(&file);
}

static void one_other_protocol_is_enough(void **state)
{
    static const struct hand_trial odd[][2] = {
        {{.queue = "a", .close = "sentinel"}, {.queue = "b", .close = "sentinel"}},
        {{.queue = "a"}, {.queue = "b", .outcome = "failed", .failed = 1}},
        {{.queue = "a"}, {.queue = "b", .abandoned = 1}},
        {{.queue = "a"}, {.queue = "b", .error = "crashed"}},
    };
    struct campaign_file file;
    (void)state;
    for (size_t i = 0; i < COUNT(odd); i++) {
        read_trials(odd[i], 2, &file);
        char *text = print(&file, REPORT_TABLE);
        expect_in(text, (const char *const[]){"How it ended"}, 1);
        if (i == 3) /* an error in a trial that ended ok is told, too */
            expect_in(text, (const char *const[]){"\nerror         b wait=yield", ": crashed\n"}, 2);
        free(text);
        record_release(&file);
    }
}

/* A campaign with a baseline: further rows, behind the campaign's own. */
static void baselines_are_reported(void **state)
{
    static const char *const parts[] = {
        "1 of 1 trials, baseline CPython 3.11.2 (2 trials)\n",
        "; 1M items or 20k items a trial\n",
        "\na close 3.00 M/s",
        "\ncpython-queue sentinel 15.0 [10.0, 20.0] k/s",
        "\nnot run cpython-deque wait=native",
    };
    static const struct hand_trial python[] = {
        {.queue = "cpython-queue", .wait = "native", .close = "sentinel", .throughput = 1e4},
        {.queue = "cpython-queue", .wait = "native", .close = "sentinel", .throughput = 2e4, .block = 1},
        {.queue = "cpython-deque", .wait = "native", .close = "pull:1ms"},
    };
    json_t *records[] = {hand_header((const char *const[]){"a", NULL}, 1),
                         hand_trial(&trials[0]),
                         hand_end(1),
                         hand_baseline(python, 3),
                         hand_trial(&python[0]),
                         hand_trial(&python[1])};
    struct campaign_file file;
    struct fault fault = {""};
    (void)state;
    for (int i = 4; i < 6; i++)
        json_object_set_new(json_object_get(records[i], "config"), "items", json_integer(20000));
    if (record_read(hand_records(records, COUNT(records)), &file, &fault))
        fail_msg("%s", fault.text);
    char *text = print(&file, REPORT_TABLE), *rows = rows_behind(text, "2026");
    assert_null(strstr(rows, "not complete"));
    free(text);
    for (char *wait; (wait = strstr(rows, " yield ")) || (wait = strstr(rows, " native "));)
        memmove(wait, strchr(wait + 1, ' '), strlen(strchr(wait + 1, ' ')) + 1);
    expect_in(rows, parts, COUNT(parts));
    free(rows);
    text = print(&file, REPORT_JSON);
    json_t *report = json_loads(text, 0, NULL);
    assert_int_equal(json_array_size(json_object_get(report, "baselines")), 1);
    assert_int_equal(json_array_size(json_object_get(report, "configurations")), 2);
    assert_int_equal(json_array_size(json_object_get(report, "not_run")), 1);
    json_decref(report);
    free(text);
    record_release(&file);
}

/* --- twins, and why it ended --- */

enum { TWIN_BLOCKS = 7 };

/* Two configurations in 7 blocks, the first with a twin that is 0.9, 1.0, ... 1.5 times as fast in them; of
   the second no trial ended ok. */
static const char *twin_file(bool complete)
{
    char label[256];
    json_t *records[3 * TWIN_BLOCKS + 2];
    size_t count = 1;
    json_t *labels = json_array();
    records[0] = hand_header((const char *const[]){NULL}, 30);
    json_object_set_new(records[0], "configurations", labels);
    json_object_set_new(records[0], "precision", json_real(0.05));
    for (int which = 0; which < 3; which++) { /* the twin, its original, the other */
        for (unsigned block = 0; block < TWIN_BLOCKS; block++) {
            struct hand_trial trial = {.queue = which == 2 ? "b" : "a",
                                       .block = block,
                                       .throughput = 1e6 * (block + 1) * (which ? 1 : 0.9 + 0.1 * block),
                                       .outcome = which == 2 ? "timeout" : "ok"};
            json_t *object = records[count++] = hand_trial(&trial);
            json_object_set_new(json_object_get(object, "config"), "twin", json_boolean(which == 0));
            hand_label(&trial, label);
            if (which == 0)
                strcat(label, " aa=twin");
            json_object_set_new(object, "label", json_string(label));
        }
        json_array_append_new(labels, json_string(label));
    }
    if (complete) {
        records[count] = hand_end(3 * TWIN_BLOCKS);
        json_object_set_new(records[count], "blocks", json_integer(TWIN_BLOCKS));
        json_object_set_new(records[count], "stopped", json_pack("[s,s,s]", "budget", "precise", "failed"));
        json_object_set_new(records[count++], "precision", json_pack("[f,f,n]", 0.5, 0.04));
    }
    return hand_records(records, count);
}

/* The seven ratios are 0.9, 1.0, 1.1, ... 1.5: of the 28 Walsh averages of their logarithms the median, and
   the third from below and above (95.3 %). */
static void twins_have_a_line_and_no_row(void **state)
{
    static const char *const parts[] = {
        ", 7 blocks, 21 of 21 trials",
        "\na 4.00 [1.00, 7.00] M/s",
        "\nprecision 0 of 3 configurations have their interval within 5% of the median; 1 ended by: budget; "
        "1 "
        "ended by: failed; the widest is 100.0%, of a (A/A twin)",
        "\nA/A a: twin over original 1.190 [0.995, 1.400]\n",
    };
    struct campaign_file file;
    struct fault fault = {""};
    (void)state;
    if (record_read(twin_file(true), &file, &fault))
        fail_msg("%s", fault.text);
    char *text = print(&file, REPORT_TABLE), *rows = rows_behind(text, "2026");
    expect_in(rows, parts, COUNT(parts));
    assert_null(strstr(strstr(rows, "\na 4.00") + 1, "\na 4.")); /* one row */
    free(text);
    free(rows);
    text = print(&file, REPORT_JSON);
    json_t *report = json_loads(text, 0, NULL), *all = json_object_get(report, "configurations");
    assert_int_equal(json_array_size(all), 3);
    const json_t *original = json_array_get(all, 0), *other = json_array_get(all, 1),
                 *twin = json_array_get(all, 2);
    assert_true(json_is_false(json_object_get(original, "twin")) &&
                json_is_true(json_object_get(twin, "twin")));
    assert_true(json_is_null(json_object_get(original, "aa_ratio")));
    assert_float_equal(json_number_value(json_object_get(twin, "aa_ratio")), 1.18950431, 1e-8);
    assert_float_equal(json_number_value(json_object_get(twin, "aa_ratio_low")), 0.994987437, 1e-9);
    assert_float_equal(json_number_value(json_object_get(original, "precision")), 0.75, 1e-9);
    assert_string_equal(json_string_value(json_object_get(original, "stopped")), "precise");
    assert_string_equal(json_string_value(json_object_get(twin, "stopped")), "budget");
    assert_string_equal(json_string_value(json_object_get(other, "stopped")), "failed");
    json_decref(report);
    free(text);
    record_release(&file);
}

static void what_was_interrupted_says_so(void **state)
{
    struct campaign_file file;
    struct fault fault = {""};
    (void)state;
    if (record_read(twin_file(false), &file, &fault))
        fail_msg("%s", fault.text);
    char *text = print(&file, REPORT_TABLE);
    expect_in(text, (const char *const[]){"; 3 ended by: interrupted"}, 1);
    free(text);
    record_release(&file);
}

static void unlike_capacities_are_text(void **state)
{
    json_t *records[] = {hand_header((const char *const[]){"a", NULL}, 1), hand_trial(&trials[0])};
    struct campaign_file file;
    struct fault fault = {""};
    (void)state;
    json_object_set_new(json_object_get(records[1], "config"), "capacity",
                        json_string("unbounded/100/100/1Ki"));
    json_object_set_new(records[1], "capacity", json_pack("[n,i,i,i]", 128, 128, 1024));
    if (record_read(hand_records(records, COUNT(records)), &file, &fault))
        fail_msg("%s", fault.text);
    char *text = print(&file, REPORT_CSV);
    expect_in(text, (const char *const[]){"\na,yield,item,unbounded/100/100/1Ki,unbounded/128/128/1024,1,"},
              1);
    free(text);
    text = print(&file, REPORT_TABLE);
    expect_in(text, (const char *const[]){"capacity=unbounded/100/100/1Ki"}, 1);
    free(text);
    record_release(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(second_table_says_how_it_ended), cmocka_unit_test(nodes_are_told),
        cmocka_unit_test(one_other_protocol_is_enough),   cmocka_unit_test(baselines_are_reported),
        cmocka_unit_test(twins_have_a_line_and_no_row),   cmocka_unit_test(what_was_interrupted_says_so),
        cmocka_unit_test(unlike_capacities_are_text),
    };
    return cmocka_run_group_tests_name("report_endings", tests, NULL, NULL) != 0;
}
