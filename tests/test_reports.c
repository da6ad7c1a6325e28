/* test_reports.c - summaries and reports of campaigns made by hand, whose answers are known. */
#include "reports.h"

#include "report/plot.h"
#include "report/summary_words.h"

#include <math.h>

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
        cmocka_unit_test(formats_are_read),
    };
    return cmocka_run_group_tests_name("reports", tests, NULL, NULL) != 0;
}
