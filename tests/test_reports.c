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
        "everywhere: wait=yield transfer=item capacity=64Ki workers=1 work=none placement=compact; 1M items "
        "a trial",
        "3.50 [1.00, 6.00] M/s",
        "6 ok, 1 invalid",
        "2 crashed",
        "(null) ",
        "7.00 G/s", /* one trial: no interval */
        "96.9% with 6 trials",
        "Abacus",
        "the moon is full",
        "2 times, first by b wait=yield transfer=item capacity=64Ki workers=1 work=none place=compact: "
        "signal 11, after",
        "a wait=yield transfer=item capacity=64Ki workers=1 work=none place=compact: 3 items were lost",
        "later wait=yield",
        "a: processed 100 items after polling 310 times\n",
        "b: no trial ended ok\n",
    };
    struct campaign_file file;
    (void)state;
    read_campaign(&file);
    char *text = print(&file, REPORT_TABLE);
    expect_in(text, parts, COUNT(parts));
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

/* Fields of a line of CSV, unquoted in place; returns how many. */
static size_t split_csv(char *line, char *fields[64])
{
    size_t count = 0;
    for (char *in = line, *out = line; *in; count++) {
        bool quoted = *in == '"';
        in += quoted;
        fields[count] = out;
        for (; *in && (quoted || *in != ','); in++) {
            if (quoted && *in == '"' && *++in != '"')
                break;
            *out++ = *in;
        }
        in += *in == ',';
        *out++ = '\0';
    }
    return count;
}

static const char *field_of(char *const names[64], char *const fields[64], const char *name)
{
    for (size_t i = 0; i < 64; i++)
        if (strcmp(names[i], name) == 0)
            return fields[i];
    fail_msg("there is no column '%s'", name);
    return NULL;
}

static void csv_is_tidy(void **state)
{
    static const struct {
        const char *column, *value;
    } cells[] = {
        {"queue", "he said \"a,b\""},
        {"wait", "yield"},
        {"capacity", "65536"},
        {"real_capacity", "65535"},
        {"placement", "compact"},
        {"trials", "2"},
        {"ok", "1"},
        {"outcomes", "1 ok, 1 timeout"},
        {"items_per_s", "3000000"},
        {"confidence", "0"},
        {"polls_per_item", "3.1"},
        {"cpu_ns_per_item", "300"},
        {"peak_bytes", "5000"},
        {"instrument", "false"},
        {"empty_polls_per_item", "0.1"},
    };
    static const char *const odd[] = {"he said \"a,b\"", NULL};
    struct hand_trial pair[] = {trials[0], {.queue = odd[0], .outcome = "timeout"}};
    struct campaign_file file;
    struct fault fault;
    char *names[64], *fields[64];
    (void)state;
    pair[0].queue = odd[0];
    assert_int_equal(record_read(hand_file(odd, pair, 2), &file, &fault), 0);
    char *text = print(&file, REPORT_CSV), *row = strchr(text, '\n');
    *row++ = '\0';
    assert_int_equal(strncmp(row, "\"he said \"\"a,b\"\"\",yield,item,65536,65535,", 41), 0);
    *strchr(row, '\n') = '\0';
    size_t columns = split_csv(text, names);
    assert_int_equal(split_csv(row, fields), columns);
    for (size_t i = 0; i < COUNT(cells); i++)
        if (strcmp(field_of(names, fields, cells[i].column), cells[i].value) != 0)
            fail_msg("%s is %s, not %s", cells[i].column, field_of(names, fields, cells[i].column),
                     cells[i].value);
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

/* --- plots --- */

static bool is_there(const char *folder, const char *name)
{
    char path[256];
    struct stat status;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return stat(path, &status) == 0 && status.st_size > 0;
}

static void remove_plots(const char *folder)
{
    static const char *const plots[] = {"throughput", "polls", "memory", "cpu"};
    static const char *const suffixes[] = {".tsv", ".svg", ".pdf", ".png"};
    char path[256];
    for (size_t i = 0; i < COUNT(plots) * COUNT(suffixes); i++) {
        snprintf(path, sizeof path, "%s/%s%s", folder, plots[i / COUNT(suffixes)],
                 suffixes[i % COUNT(suffixes)]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/campaign.gp", folder);
    unlink(path);
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
    if (plot_draw(hand_file(odd, pair, 2), folder, PLOT_SVG | PLOT_PNG, SLUICE_SOURCE_DIR "/scripts", &fault,
                  talk))
        fail_msg("%s", fault.text);
    fclose(talk);
    expect_in(talk_text, (const char *const[]){"/throughput.svg\n", "/cpu.png\n", "gnuplot -c "}, 3);
    assert_true(is_there(folder, "throughput.svg") && is_there(folder, "polls.svg") &&
                is_there(folder, "memory.png") && is_there(folder, "cpu.png"));
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
    int status = plot_draw(hand_file(queues, trials, COUNT(trials)), folder, PLOT_ALL,
                           SLUICE_SOURCE_DIR "/scripts", &fault, talk);
    setenv("PATH", path, 1);
    fclose(talk);
    free(path);
    assert_int_equal(status, -1);
    assert_non_null(strstr(fault.text, "apt install gnuplot-nox"));
    assert_true(is_there(folder, "throughput.tsv") && is_there(folder, "campaign.gp"));
    assert_false(is_there(folder, "throughput.svg"));
    remove_plots(folder);
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
        cmocka_unit_test(plots_are_drawn),
        cmocka_unit_test(data_is_there_without_gnuplot),
        cmocka_unit_test(formats_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
