/* test_reports.c - summaries, reports and plots of campaigns made by hand, whose answers are known. */
#include "records.h"

#include "report/plot.h"
#include "report/report.h"
#include "report/summary_words.h"

#include <math.h>
#include <sys/stat.h>

/* "a" ran 7 times, once without success; "b" only failed; "null" is the instrument; "later" did not run. */
static const char *const queues[] = {"b", "a", "null", "later", NULL};
static const struct hand_trial trials[] = {
    {.queue = "a",
     .block = 2,
     .throughput = 3e6,
     .cpu_ns = 300,
     .items = 100,
     .taken = 300,
     .empty = 10,
     .full = 4,
     .voluntary = 1,
     .involuntary = 3,
     .elapsed_s = 2,
     .cpu_s = 2,
     .start = 1000,
     .peak = 5000,
     .bottleneck = "resize",
     .busy_resize = 0.5},
    {.queue = "a",
     .block = 0,
     .throughput = 1e6,
     .cpu_ns = 100,
     .items = 100,
     .taken = 300,
     .empty = 0,
     .elapsed_s = 2,
     .cpu_s = 4,
     .start = 1000,
     .peak = 3000,
     .bottleneck = "upload",
     .busy_resize = 0.25},
    {.queue = "b", .block = 0, .outcome = "crashed", .text = "signal 11, after 1.5 s", .throughput = 9e9},
    {.queue = "a",
     .block = 1,
     .throughput = 2e6,
     .cpu_ns = 200,
     .items = 100,
     .taken = 300,
     .empty = 50,
     .elapsed_s = 2,
     .cpu_s = 3,
     .start = 1000,
     .peak = 4000,
     .bottleneck = "resize",
     .busy_resize = 0.75},
    {.queue = "a",
     .block = 3,
     .outcome = "invalid",
     .text = "3 items were lost",
     .throughput = 9e9,
     .cpu_ns = 1,
     .items = 9999,
     .empty = 9999,
     .peak = 1 << 30},
    {.queue = "a",
     .block = 4,
     .throughput = 4e6,
     .cpu_ns = 400,
     .items = 200,
     .taken = 600,
     .empty = 40,
     .elapsed_s = 2,
     .cpu_s = 2,
     .start = 1000,
     .peak = 6000},
    {.queue = "b", .block = 1, .outcome = "crashed", .text = "signal 11, after 0.25 s"},
    {.queue = "a",
     .block = 5,
     .throughput = 5e6,
     .cpu_ns = 500,
     .items = 200,
     .taken = 600,
     .empty = 100,
     .elapsed_s = 2,
     .cpu_s = 2,
     .start = 1000,
     .peak = 7000},
    {.queue = "a",
     .block = 6,
     .throughput = 6e6,
     .cpu_ns = 600,
     .items = 300,
     .taken = 900,
     .empty = 200,
     .elapsed_s = 2,
     .cpu_s = 2,
     .start = 1000,
     .peak = 8000},
    {.queue = "null", .block = 0, .throughput = 7e9, .cpu_ns = 0.5, .items = 10, .taken = 30},
};

static void read_campaign(struct campaign_file *file)
{
    struct fault fault = {""};
    if (record_read(hand_file(queues, trials, COUNT(trials)), file, &fault))
        fail_msg("%s", fault.text);
}

static void expect_figure(const struct figure *figure, double median, double low, double high)
{
    assert_float_equal(figure->median, median, 1e-9 * fabs(median));
    assert_float_equal(figure->low, low, 1e-9 * fabs(low));
    assert_float_equal(figure->high, high, 1e-9 * fabs(high));
}

static void known_answers(void **state)
{
    struct campaign_file file;
    struct summary summary;
    struct fault fault;
    (void)state;
    read_campaign(&file);
    assert_int_equal(summary_make(&summary, &file, &fault), 0);
    assert_int_equal(summary.count, 3);
    assert_int_equal(summary.unrun_count, 1);
    assert_non_null(strstr(summary.unrun[0], "later "));
    const struct configuration *b = &summary.configurations[0], *a = &summary.configurations[1];
    assert_string_equal(a->axis[AXIS_QUEUE], "a"); /* the header's order */
    assert_int_equal(a->trials, 7);
    assert_int_equal(a->ok, 6);
    assert_int_equal(a->outcomes[OUTCOME_INVALID], 1);
    assert_string_equal(a->outcome_text, "6 ok, 1 invalid");
    for (size_t i = 0; i < a->trials; i++)
        assert_int_equal(a->trial[i]->block, i);
    expect_figure(&a->throughput, 3.5e6, 1e6, 6e6);
    assert_float_equal(a->throughput.confidence, 1 - 2.0 / 64, 1e-12);
    expect_figure(&a->cpu_ns_per_item, 350, 100, 600);
    expect_figure(&a->peak_bytes, 5500, 3000, 8000);
    expect_figure(&a->growth_bytes, 4500, 2000, 7000);
    expect_figure(&a->cpus, 1, 1, 2);
    assert_float_equal(a->busy[2].median, 0.125, 1e-12); /* 0, 0, 0, 0.25, 0.5, 0.75 */
    assert_string_equal(a->bottleneck, "resize");
    assert_float_equal(a->items, 1000, 0);
    assert_float_equal(a->empty_polls_per_item, 0.4, 1e-12);
    assert_float_equal(a->full_polls_per_item, 0.004, 1e-12);
    assert_float_equal(a->polls_per_item, 3.4, 1e-12);
    assert_float_equal(a->voluntary_per_1000, 1, 1e-12);
    assert_float_equal(a->involuntary_per_1000, 3, 1e-12);
    assert_float_equal(a->typical->throughput, 3e6, 0);
    assert_float_equal(a->strayed, 6, 0);
    assert_int_equal(b->ok, 0);
    assert_string_equal(b->outcome_text, "2 crashed");
    assert_true(isnan(b->throughput.median) && isnan(b->empty_polls_per_item));
    assert_null(b->typical);
    assert_true(summary.configurations[2].instrument);
    assert_true(summary.varies[AXIS_QUEUE]);
    assert_false(summary.varies[AXIS_WAIT]);
    summary_release(&summary);
    record_release(&file);
}

/* --- reports --- */

/* Not inlined: gcc 12 would warn of a dangling pointer to its `text`, which open_memstream only writes. */
static __attribute__((noinline)) char *print(const struct campaign_file *file, enum report_format format)
{
    char *text = NULL;
    size_t size;
    struct fault fault = {""};
    FILE *out = open_memstream(&text, &size);
    if (report_print(file, format, out, &fault))
        fail_msg("%s", fault.text);
    fclose(out);
    return text;
}

static void expect_in(const char *text, const char *const *parts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!strstr(text, parts[i]))
            fail_msg("the report lacks: %s\n%s", parts[i], text);
}

static void table_says_all(void **state)
{
    static const char *const parts[] = {
        "2026-11-22 07:50 UTC, sluice 0.1.0, seed 123, 3 blocks, 10 of 10 trials",
        "everywhere: wait=yield transfer=item capacity=64Ki workers=1 work=none placement=compact (same-l3) "
        "memory=default close=close; "
        "1M items a trial\n",
        "3.50 [1.00, 6.00] M/s",
        "6 ok, 1 invalid",
        "2 crashed",
        "(null) ",
        "7.00 G/s", /* one trial: no interval */
        "96.9% with 6 trials",
        "Abacus",
        "the moon is full",
        "2 times, first by b wait=yield transfer=item capacity=64Ki workers=1 work=none place=compact "
        "memory=default close=close: signal 11, after",
        "a wait=yield transfer=item capacity=64Ki workers=1 work=none place=compact memory=default "
        "close=close: 3 items "
        "were "
        "lost",
        "later wait=yield",
        "a: processed 100 items after polling 310 times\n",
        "b: no trial ended ok\n",
    };
    struct campaign_file file;
    (void)state;
    read_campaign(&file);
    char *text = print(&file, REPORT_TABLE);
    expect_in(text, parts, COUNT(parts));
    assert_null(strstr(text, "How it ended")); /* all by close=close, and no worker failed */
    for (const char *line = text, *end; (end = strchr(line, '\n')) && strncmp(line, "medians", 7);
         line = end + 1)
        assert_true(end - line <= 150);
    free(text);
    text = print(&file, REPORT_MARKDOWN);
    expect_in(text, (const char *const[]){"| queue ", "|-----", "- **machine**: "}, 3);
    free(text);
    record_release(&file);
}

static void few_trials_have_no_interval(void **state)
{
    struct campaign_file file;
    struct fault fault;
    (void)state;
    assert_int_equal(record_read(hand_file((const char *const[]){"a", NULL}, trials, 2), &file, &fault), 0);
    char *text = print(&file, REPORT_TABLE);
    expect_in(
        text,
        (const char *const[]){"no 95% interval", "[min, max] is shown, which reaches 50.0% with 2 trials"},
        2);
    free(text);
    record_release(&file);
}

enum { CSV_FIELDS = 128 };

/* The fields of a row of CSV, unquoted in place; stores how many. Returns where the next row starts. */
static char *split_csv(char *in, char *fields[CSV_FIELDS], size_t *count)
{
    char *out = in, end;
    *count = 0;
    do {
        bool quoted = *in == '"';
        in += quoted;
        fields[(*count)++] = out;
        for (; *in && (quoted || (*in != ',' && *in != '\n')); in++) {
            if (quoted && *in == '"' && *++in != '"')
                break;
            *out++ = *in;
        }
        end = *in;
        in += end != '\0';
        *out++ = '\0';
    } while (end == ',');
    return in;
}

static const char *field_of(char *const names[CSV_FIELDS], char *const fields[CSV_FIELDS], const char *name)
{
    for (size_t i = 0; i < CSV_FIELDS && names[i]; i++)
        if (strcmp(names[i], name) == 0)
            return fields[i];
    fail_msg("there is no column '%s'", name);
    return NULL;
}

/* A row a trial, with what it says and no median of anything. */
static void csv_is_tidy(void **state)
{
    static const struct {
        const char *column, *of_first, *of_second;
    } cells[] = {
        {"queue", "he said \"a,b\"", "he said \"a,b\""},
        {"wait", "yield", "yield"},
        {"capacity", "65536", "65536"},
        {"real_capacity", "65535", "65535"},
        {"placement", "compact", "compact"},
        {"instrument", "false", "false"},
        {"close", "close", "close"},
        {"block", "0", "2"}, /* in the order of the blocks, whatever that of the file */
        {"outcome", "timeout", "ok"},
        {"text", "hung,\nand was \"killed\"", ""},
        {"items_per_s", "0", "3000000"},
        {"cpu_ns_per_item", "0", "300"},
        {"peak_bytes", "0", "5000"},
        {"growth_bytes", "0", "4000"},
        {"worker_hits", "0", "300"},
        {"worker_empty_polls", "0", "10"},
        {"busy_resize", "0", "0.5"},
        {"drain_s", "0", "0.002"},
        {"join_s", "", "0.003"}, /* not known */
        {"caller_cpu_s", "0", "0.0005"},
        {"discarded", "0", "5"},
        {"failed", "9", "0"},
        {"abandoned", "2", "0"},
        {"error_stage", "", "resize"},
        {"planned_items", "1000000", "1000000"},
        {"planned_duration_s", "", ""},
        {"baseline", "false", "false"},
    };
    static const char *const odd[] = {"he said \"a,b\"", NULL};
    struct hand_trial pair[] = {trials[0],
                                {.queue = odd[0],
                                 .outcome = "timeout",
                                 .text = "hung,\nand was \"killed\"",
                                 .failed = 9,
                                 .abandoned = 2}};
    struct campaign_file file;
    struct fault fault;
    char *names[CSV_FIELDS] = {0}, *first[CSV_FIELDS], *second[CSV_FIELDS];
    size_t columns, of_first, of_second;
    (void)state;
    pair[0].queue = odd[0];
    pair[0].drain_s = 2e-3;
    pair[0].join_s = 3e-3;
    pair[0].caller_cpu_s = 5e-4;
    pair[0].discarded = 5;
    pair[0].error = "was made to fail";
    assert_int_equal(record_read(hand_file(odd, pair, 2), &file, &fault), 0);
    char *text = print(&file, REPORT_CSV);
    char *end = split_csv(split_csv(split_csv(text, names, &columns), first, &of_first), second, &of_second);
    assert_int_equal(of_first, columns);
    assert_int_equal(of_second, columns);
    assert_string_equal(end, "");
    for (size_t i = 0; i < COUNT(cells); i++) {
        assert_string_equal(field_of(names, first, cells[i].column), cells[i].of_first);
        assert_string_equal(field_of(names, second, cells[i].column), cells[i].of_second);
    }
    free(text);
    record_release(&file);
}

static void json_has_the_same_numbers(void **state)
{
    struct campaign_file file;
    (void)state;
    read_campaign(&file);
    char *text = print(&file, REPORT_JSON);
    json_t *report = json_loads(text, 0, NULL);
    const json_t *all = json_object_get(report, "configurations"), *a = json_array_get(all, 1);
    assert_int_equal(json_array_size(all), 3);
    assert_float_equal(json_number_value(json_object_get(a, "items_per_s")), 3.5e6, 0);
    assert_int_equal(json_integer_value(json_object_get(a, "ok")), 6);
    assert_int_equal(json_array_size(json_object_get(a, "failures")), 1);
    assert_true(json_is_null(json_object_get(json_array_get(all, 0), "items_per_s")));
    assert_true(json_is_true(json_object_get(json_array_get(all, 2), "instrument")));
    assert_int_equal(json_array_size(json_object_get(report, "not_run")), 1);
    assert_true(json_is_object(json_object_get(json_object_get(report, "campaign"), "machine")));
    json_decref(report);
    free(text);
    record_release(&file);
}

/* --- how it ended, baselines --- */

/* Two queues, two waits, two protocols, in an order that is not the table's; workers of "b" fail. */
static const struct hand_trial stops[] = {
    {.queue = "a", .wait = "block", .close = "shutdown", .throughput = 2, .drain_s = 1e-3, .join_s = 2e-3},
    {.queue = "a", .wait = "yield", .close = "shutdown", .throughput = 2, .drain_s = 2e-3, .join_s = 3e-3},
    {.queue = "a", .wait = "block", .close = "abandon", .throughput = 2, .abandoned = 3, .join_s = 4e-2},
    {.queue = "a",
     .wait = "yield",
     .close = "shutdown:immediate",
     .throughput = 2,
     .discarded = 40,
     .drain_s = 5e-6,
     .join_s = 1e-3,
     .caller_cpu_s = 2.5e-4},
    {.queue = "a",
     .block = 1,
     .wait = "yield",
     .close = "shutdown:immediate",
     .discarded = 60,
     .join_s = 3e-3},
    {.queue = "b",
     .close = "shutdown",
     .outcome = "failed",
     .text = "resize worker 0 on item 500 was made to fail",
     .error = "was made to fail",
     .failed = 1},
    {.queue = "b",
     .close = "shutdown",
     .block = 1,
     .outcome = "failed",
     .text = "resize worker 0 on item 501 was made to fail",
     .error = "was made to fail",
     .failed = 2},
    {.queue = "b",
     .close = "abandon",
     .outcome = "failed",
     .text = "resize worker 0 on item 500 was made to fail",
     .error = "was made to fail",
     .failed = 1},
};

static void read_trials(const struct hand_trial *from, size_t count, struct campaign_file *file)
{
    struct fault fault = {""};
    if (record_read(hand_file_of(from, count), file, &fault))
        fail_msg("%s", fault.text);
}

/* The lines of a table behind a title, without more than one blank at once. */
static char *rows_behind(const char *text, const char *title)
{
    const char *in = strstr(text, title);
    if (!in)
        fail_msg("there is no '%s' in\n%s", title, text);
    char *rows = strdup(in), *out = rows;
    for (in = rows; *in; in++)
        if (*in != ' ' || (out > rows && out[-1] != ' '))
            *out++ = *in;
    *out = '\0';
    return rows;
}

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

/* --- plots --- */

static bool is_there(const char *folder, const char *name)
{
    char path[256];
    struct stat status;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return stat(path, &status) == 0 && status.st_size > 0;
}

static void remove_file(const char *folder, const char *name, const char *suffix)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s%s", folder, name, suffix);
    unlink(path);
}

static void remove_plots(const char *folder)
{
    static const char *const suffixes[] = {".tsv", ".svg", ".pdf", ".png", "-latex.tex", "-latex.pdf"};
    static const char *const programs[] = {"campaign", "style", "rows", "inset"};
    for (size_t plot = 0; plot < PLOTS; plot++) {
        char program[64];
        for (size_t i = 0; i < COUNT(suffixes); i++)
            remove_file(folder, plot_names[plot], suffixes[i]);
        snprintf(program, sizeof program, "plot-%s", plot_names[plot]);
        remove_file(folder, program, ".gp");
    }
    for (size_t i = 0; i < COUNT(programs); i++)
        remove_file(folder, programs[i], ".gp");
    remove_file(folder, "topology", ".tsv");
    if (rmdir(folder))
        fail_msg("'%s' holds more than it should", folder);
}

/* Names that a shell or gnuplot would take for commands; none of them may be run. */
static void plots_are_drawn(void **state)
{
    static const char *const odd[] = {"e'vil\"`touch z`\t$(touch y)@x", "\xc3\xa9t\xc3\xa9 {/=40 big}", NULL};
    static const char folder[] = "/tmp/<sluice 'plots' `touch x`;";
    struct hand_trial pair[] = {trials[0], trials[1]};
    struct fault fault = {""};
    char *talk_text = NULL;
    size_t size;
    FILE *talk = open_memstream(&talk_text, &size);
    (void)state;
    if (system("gnuplot --version > /dev/null 2>&1") != 0)
        skip();
    pair[0].queue = odd[0];
    pair[1].queue = odd[1];
    pair[1].join_s = 1e-3;
    if (plot_draw(hand_file(odd, pair, 2), NULL, folder, PLOT_SVG | PLOT_PNG, SLUICE_SOURCE_DIR "/scripts",
                  &fault, talk))
        fail_msg("%s", fault.text);
    fclose(talk);
    expect_in(
        talk_text,
        (const char *const[]){"/throughput.svg\n", "/cpu.png\n", " && gnuplot -c plot-throughput.gp . png\n"},
        3);
    assert_true(is_there(folder, "throughput.svg") && is_there(folder, "polls.svg") &&
                is_there(folder, "memory.png") && is_there(folder, "cpu.png") &&
                is_there(folder, "stop.png"));
    assert_false(is_there(folder, "cpu.pdf"));
    free(talk_text);
    remove_plots(folder);
}

static void data_is_there_without_gnuplot(void **state)
{
    static const char folder[] = "/tmp/sluice-test-plots";
    char *path = strdup(getenv("PATH"));
    struct fault fault = {""};
    FILE *talk = fopen("/dev/null", "w");
    (void)state;
    setenv("PATH", "/nowhere", 1);
    int status = plot_draw(hand_file(queues, trials, COUNT(trials)), NULL, folder, PLOT_ALL,
                           SLUICE_SOURCE_DIR "/scripts", &fault, talk);
    setenv("PATH", path, 1);
    fclose(talk);
    free(path);
    assert_int_equal(status, -1);
    assert_non_null(strstr(fault.text, "apt install gnuplot-nox"));
    assert_true(is_there(folder, "throughput.tsv") && is_there(folder, "campaign.gp") &&
                is_there(folder, "plot-throughput.gp") && is_there(folder, "rows.gp"));
    assert_false(is_there(folder, "throughput.svg"));
    remove_plots(folder);
}

/* The plot of one campaign by gnuplot, if it is there; else its data. Returns stop.tsv, and what was said. */
static char *stop_data(const char *path, char **said)
{
    static const char folder[] = "/tmp/sluice-test-stop";
    struct fault fault = {""};
    size_t size;
    FILE *talk = open_memstream(said, &size);
    if (plot_draw(path, NULL, folder, PLOT_SVG, SLUICE_SOURCE_DIR "/scripts", &fault, talk) &&
        !strstr(fault.text, "gnuplot is not installed"))
        fail_msg("%s", fault.text);
    fclose(talk);
    char *text = calloc(1, 1 << 16);
    FILE *data = fopen("/tmp/sluice-test-stop/stop.tsv", "r");
    assert_non_null(data);
    assert_true(fread(text, 1, (1 << 16) - 1, data) > 0);
    fclose(data);
    remove_plots(folder);
    return text;
}

/* Rows by protocol where queues have several, in groups of queue and wait; else by queue. */
static void stop_plot_compares_what_varies(void **state)
{
    static const char *const by_protocol[] = {
        "\n0\t-2\tqueue a, wait block\tnan\tnan\tnan\t0\t-\tnan\tnan\tnan\n"
        "-1\t0\tshutdown\t0.002\t0.002\t0.002\t1\t-\t0.001\t0.001\t0.001\n"
        "-2\t1\tabandon\t0.04\t",
        "\tqueue a, wait yield\t",
        "\t2\tshutdown:immediate\t0.002\t0.001\t0.003\t2\t-\t2.5e-06\t0\t5e-06\n",
        "\tqueue b, wait yield\t",
        "\t0\tshutdown\tnan\tnan\tnan\t0\t2 failed\t0\t0\t0\n",
        "\n# trials\n",
    };
    static const char *const by_queue[] = {"\n0\t0\ta\t0.005\t", "\n-1\t1\tb, sentinel\t0.006\t"};
    static const struct hand_trial queues_only[] = {{.queue = "a", .join_s = 5e-3},
                                                    {.queue = "b", .join_s = 6e-3, .close = "sentinel"}};
    char *said, *text = stop_data(hand_file_of(stops, COUNT(stops)), &said);
    (void)state;
    expect_in(text, by_protocol, COUNT(by_protocol));
    assert_null(strstr(said, "stop: nothing to draw"));
    free(text);
    free(said);
    text = stop_data(hand_file_of(queues_only, 2), &said);
    assert_non_null(strstr(text, "\ta, close\t"));
    assert_non_null(strstr(text, by_queue[1]));
    free(text);
    free(said);
    struct hand_trial alike[] = {queues_only[0], queues_only[1]};
    alike[1].close = NULL;
    text = stop_data(hand_file_of(alike, 2), &said);
    expect_in(text, by_queue, 1);
    assert_null(strstr(said, "stop: nothing to draw"));
    free(text);
    free(said);
    alike[0].join_s = alike[1].join_s = 0;
    text = stop_data(hand_file_of(alike, 2), &said);
    expect_in(said, (const char *const[]){"stop: nothing to draw, no trial that ended ok knows when"}, 1);
    free(text);
    free(said);
}

static void formats_are_read(void **state)
{
    unsigned formats;
    enum report_format format;
    struct fault fault;
    (void)state;
    assert_int_equal(plot_formats_parse("pdf,svg", &formats, &fault), 0);
    assert_int_equal(formats, PLOT_PDF | PLOT_SVG);
    assert_int_equal(plot_formats_parse("svg,", &formats, &fault), -1);
    assert_int_equal(plot_formats_parse("gif", &formats, &fault), -1);
    assert_non_null(strstr(fault.text, "svg, pdf, png"));
    assert_int_equal(report_format_parse("json", &format, &fault), 0);
    assert_int_equal(format, REPORT_JSON);
    assert_int_equal(report_format_parse("markdwon", &format, &fault), -1);
    assert_non_null(strstr(fault.text, "did you mean 'markdown'?"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers),
        cmocka_unit_test(table_says_all),
        cmocka_unit_test(few_trials_have_no_interval),
        cmocka_unit_test(csv_is_tidy),
        cmocka_unit_test(json_has_the_same_numbers),
        cmocka_unit_test(second_table_says_how_it_ended),
        cmocka_unit_test(nodes_are_told),
        cmocka_unit_test(one_other_protocol_is_enough),
        cmocka_unit_test(baselines_are_reported),
        cmocka_unit_test(twins_have_a_line_and_no_row),
        cmocka_unit_test(what_was_interrupted_says_so),
        cmocka_unit_test(unlike_capacities_are_text),
        cmocka_unit_test(plots_are_drawn),
        cmocka_unit_test(stop_plot_compares_what_varies),
        cmocka_unit_test(data_is_there_without_gnuplot),
        cmocka_unit_test(formats_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
