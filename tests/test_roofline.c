/* test_roofline.c - limits beside results: the record in a campaign's file, shares and what binds, results
   that cannot be. The last test holds the reference campaigns against their limits. */
#include "placed.h"

#include <math.h>

/* --- shares --- */

static void shares_are_stated(void **state)
{
    static const struct placed list[] = {{"half", BY_TURNS, 0.5e9 / TURNS_NS},
                                         {"near", SIDE_BY_SIDE, 1e9 / 10.5}};
    struct campaign_file file;
    struct summary summary;
    (void)state;
    read_placed(list, COUNT(list), &file);
    summarise(&file, &summary);
    const struct configuration *half = &summary.configurations[0], *near = &summary.configurations[1];
    assert_true(summary.has_limits);
    assert_float_equal(half->limit.median, 1e9 / TURNS_NS, 1);
    assert_float_equal(half->limit.low, 1e9 / TURNS_SLOW_NS, 1);
    assert_float_equal(half->limit.high, 1e9 / TURNS_FAST_NS, 1);
    assert_float_equal(half->share.median, 0.5, 1e-9);
    assert_float_equal(half->share.low, 0.45 * TURNS_FAST_NS / TURNS_NS, 1e-9);
    assert_float_equal(half->share.high, 0.55 * TURNS_SLOW_NS / TURNS_NS, 1e-9);
    assert_string_equal(half->limited_by, "CPU");
    assert_float_equal(near->share.median, 1, 1e-9);
    assert_false(near->exceeds);
    summary_release(&summary);
    record_release(&file);
}

static void every_format_states_them(void **state)
{
    static const struct placed list[] = {{"half", BY_TURNS, 0.5e9 / TURNS_NS}};
    static const struct {
        enum report_format format;
        const char *parts[4];
    } cases[] = {
        {REPORT_TABLE, {"of limit", "50 [36, 69]% CPU", "90.9 [72.7, 113.6] M/s", "before the first trial"}},
        {REPORT_MARKDOWN, {"of limit", "50 \\[36, 69\\]% CPU", "- **limits**: ", "2026-11-22T07:49:55Z"}},
        {REPORT_CSV,
         {",limit_items_per_s,limited_by,stages,", ",items_per_s,", "half,yield,", ",90909090.9,CPU,3,1,1,pipeline,none,0,ok,"}},
        {REPORT_JSON,
         {"\"share_of_limit\": 0.5", "\"limited_by\": \"CPU\"", "\"limits\": {", "\"hand-over\""}},
    };
    struct campaign_file file;
    (void)state;
    read_placed(list, COUNT(list), &file);
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *text = print_as(&file, cases[i].format);
        for (size_t j = 0; j < COUNT(cases[i].parts); j++)
            expect(text, cases[i].parts[j], true);
        expect(text, "impossible", false);
        free(text);
    }
    record_release(&file);
}

/* Above its limit is possible within the intervals, and impossible beyond. */
static void impossible_results_are_named(void **state)
{
    static const struct placed list[] = {{"lucky", BY_TURNS, 1.1 / 0.9e-9 / TURNS_NS},
                                         {"broken", BY_TURNS, 1.01 / 0.9e-9 / TURNS_FAST_NS}};
    struct campaign_file file;
    struct summary summary;
    (void)state;
    read_placed(list, COUNT(list), &file);
    summarise(&file, &summary);
    assert_true(summary.configurations[0].share.median > 1.2);
    assert_false(summary.configurations[0].exceeds);
    assert_true(summary.configurations[1].exceeds);
    summary_release(&summary);
    char *text = print_as(&file, REPORT_TABLE);
    expect(text, "impossible    broken", true);
    expect(text, "1.40 times its limit, above it by more than the intervals allow: suspect the measurement",
           true);
    expect(text, "impossible    lucky", false);
    free(text);
    text = print_as(&file, REPORT_JSON);
    expect(text, "\"exceeds_limit\": true", true);
    free(text);
    record_release(&file);
}

/* Where the model knows nothing, nothing is said. */
static void nothing_is_said_of_what_is_not_known(void **state)
{
    static const struct {
        const char *object, *key, *json;
    } changes[] = {
        {"config", "workers", "\"2\""},
        {"config", "work", "\"none,spin:1us,none\""},
        {"config", "instrument", "true"},
        {"config", "transfer", "\"span:64\""}, /* no loop of it */
        {"config", "fail", "\"stage=resize,item=5,how=error\""},
        {NULL, "hops", "[\"l3\", \"l3\"]"},
        {NULL, "threads", "[]"},
        {NULL, "hops", "null"},
    };
    static const struct placed list[] = {{"a", BY_TURNS, 50e6}};
    (void)state;
    for (size_t i = 0; i < COUNT(changes); i++) {
        json_t *records[MOST_RECORDS];
        size_t count = make_records(records, list, 1, limits_by_hand());
        for (size_t j = 2; j < count; j++)
            json_object_set_new(changes[i].object ? json_object_get(records[j], changes[i].object)
                                                  : records[j],
                                changes[i].key, json_loads(changes[i].json, JSON_DECODE_ANY, NULL));
        struct campaign_file file;
        struct summary summary;
        read_records(records, count, &file);
        summarise(&file, &summary);
        if (summary.has_limits || !isnan(summary.configurations[0].share.median))
            fail_msg("%s does not matter", changes[i].key);
        summary_release(&summary);
        char *text = print_as(&file, REPORT_TABLE);
        expect(text, "limit", false);
        free(text);
        record_release(&file);
    }
}

static void baselines_have_no_limit(void **state)
{
    static const struct placed own[] = {{"a", BY_TURNS, 50e6}}, other = {"python", BY_TURNS, 5e3};
    json_t *records[MOST_RECORDS];
    size_t count = make_records(records, own, 1, limits_by_hand());
    const struct hand_trial python = {.queue = "python"};
    json_t *trial = placed_trial(&other, 0), *baseline = hand_baseline(&python, 1);
    struct campaign_file file;
    struct summary summary;
    (void)state;
    json_array_clear(json_object_get(baseline, "configurations"));
    json_array_append(json_object_get(baseline, "configurations"), json_object_get(trial, "label"));
    records[count++] = baseline;
    records[count++] = trial;
    read_records(records, count, &file);
    summarise(&file, &summary);
    assert_int_equal(summary.count, 2);
    assert_true(isfinite(summary.configurations[0].share.median));
    assert_true(isnan(summary.configurations[1].share.median));
    summary_release(&summary);
    record_release(&file);
}

/* --- the record --- */

static void refuse(json_t *limits, json_t *more, const char *reason)
{
    static const struct placed list[] = {{"a", BY_TURNS, 50e6}};
    json_t *records[MOST_RECORDS];
    size_t count = make_records(records, list, 1, limits);
    struct campaign_file file = {0};
    struct summary summary;
    struct fault fault = {""};
    if (more)
        records[count++] = more;
    if (record_read(hand_records(records, count), &file, &fault) == 0 &&
        summary_make(&summary, &file, &fault) == 0)
        fail_msg("accepted instead of: %s", reason);
    expect(fault.text, reason, true);
    record_release(&file);
}

static json_t *changed(const char *key, const char *json)
{
    json_t *limits = limits_by_hand();
    json_object_set_new(limits, key, json_loads(json, JSON_DECODE_ANY, NULL));
    return limits;
}

static void bad_records_are_refused(void **state)
{
    (void)state;
    refuse(limits_by_hand(), limits_by_hand(), "has the campaign's limits a second time");
    refuse(changed("schema", "99"), NULL, "the campaign's limits are of schema 99, but this program reads 1");
    refuse(changed("started", "7"), NULL, "line 2 of");
    refuse(changed("figures", "7"), NULL, "has a wrong 'figures'");
    refuse(changed("figures", "[7]"), NULL, "figure 0 of the campaign's limits lacks 'name'");
    refuse(changed("warnings", "[7]"), NULL, "has a wrong 'warnings'");
}

/* Each key has a row in the section of results/SCHEMA.md, and those of a figure in that of the limits. */
static void the_schema_is_described(void **state)
{
    char *page = calloc(1, 1 << 17), row[80];
    FILE *file = fopen(SLUICE_SOURCE_DIR "/results/SCHEMA.md", "r");
    json_t *limits = limits_by_hand(), *value;
    const char *key;
    (void)state;
    assert_non_null(file);
    assert_true(fread(page, 1, (1 << 17) - 1, file) > 0);
    fclose(file);
    const char *section = strstr(page, "\n## The limits of a campaign\n"),
               *of_figure = strstr(page, "\nOf a figure:\n");
    assert_non_null(section);
    assert_non_null(of_figure);
    json_object_foreach (limits, key, value) {
        snprintf(row, sizeof row, "\n| `%s` |", key);
        const char *found = strstr(section, row);
        if (!found || found > strstr(section + 1, "\n## "))
            fail_msg("'%s' is not described", key);
    }
    json_object_foreach (json_array_get(json_object_get(limits, "figures"), 0), key, value) {
        snprintf(row, sizeof row, "\n| `%s` |", key);
        expect(of_figure, row, true);
    }
    json_decref(limits);
    free(page);
}

/* --- limits of a file --- */

static char limits_path[] = "/tmp/sluice-roofline-XXXXXX";

/* A file of `sluice limits` on a machine. */
static void write_limits_of(json_t *machine)
{
    static const struct limits_options options = {.duration_ns = 1};
    struct topology *topology;
    struct fault fault = {""};
    if (topology_load_synthetic(&topology, "core:2 pu:1", &fault))
        fail_msg("%s", fault.text);
    json_t *header = limits_header(topology, &options, NULL, 0);
    json_object_set_new(header, "machine", machine);
    json_t *records[] = {header, limits_line(&by_hand[0]), limits_line(&by_hand[1]), limits_line(&by_hand[2]),
                         limits_line(&by_hand[3])};
    char *text = hand_lines(records, COUNT(records));
    FILE *file = fopen(limits_path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    free(text);
    topology_free(topology);
}

static void files_of_this_machine_are_taken(void **state)
{
    static const struct placed list[] = {{"a", BY_TURNS, 0.5e9 / TURNS_NS}};
    json_t *records[MOST_RECORDS];
    struct campaign_file file;
    struct fault fault = {""};
    (void)state;
    read_records(records, make_records(records, list, 1, NULL), &file);
    char *text = print_as(&file, REPORT_TABLE);
    expect(text, "limit", false);
    free(text);
    write_limits_of(json_pack("{s:s, s:s}", "cpu_model", "Abacus", "hostname", "elsewhere"));
    if (roofline_attach(&file, limits_path, &fault))
        fail_msg("%s", fault.text);
    assert_int_equal(json_array_size(json_object_get(file.limits, "warnings")), 0); /* it is not known here */
    json_object_set_new(json_object_get(file.header, "machine"), "hostname", json_string("here"));
    assert_int_equal(roofline_attach(&file, limits_path, &fault), 0);
    text = print_as(&file, REPORT_TABLE);
    expect(text, "50 [36, 69]% CPU", true);
    expect(text, limits_path, true);
    expect(text,
           "the host's name was \"elsewhere\" when the limits were measured, and \"here\" in the campaign",
           true);
    free(text);
    record_release(&file);
}

static void files_of_another_machine_are_refused(void **state)
{
    static const struct placed list[] = {{"a", BY_TURNS, 50e6}};
    json_t *records[MOST_RECORDS];
    struct campaign_file file;
    struct fault fault = {""};
    (void)state;
    read_records(records, make_records(records, list, 1, limits_by_hand()), &file);
    write_limits_of(json_pack("{s:s}", "cpu_model", "Slide rule"));
    assert_int_equal(roofline_attach(&file, limits_path, &fault), -1);
    expect(fault.text,
           "are of another machine than the campaign: the CPU is \"Slide rule\" there and \"Abacus\" here",
           true);
    assert_true(json_is_null(json_object_get(file.limits, "file"))); /* its own are left alone */
    record_release(&file);
}

/* --- the reference campaigns --- */

/* No measured result exceeds its limit by more than the intervals allow. Those campaigns that have no limits
   of their own are held against those that were measured beside them. */
static void the_reference_is_possible(void **state)
{
    static const char *const names[] = {"default", "protocols"};
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        char path[512];
        struct campaign_file file;
        struct summary summary;
        struct fault fault = {""};
        size_t known = 0;
        snprintf(path, sizeof path, "%s/results/reference/%s.jsonl", SLUICE_SOURCE_DIR, names[i]);
        if (record_read(path, &file, &fault) ||
            (!file.limits &&
             roofline_attach(&file, SLUICE_SOURCE_DIR "/results/reference/limits.jsonl", &fault)))
            fail_msg("%s", fault.text);
        summarise(&file, &summary);
        for (size_t j = 0; j < summary.count; j++) {
            const struct configuration *its = &summary.configurations[j];
            known += isfinite(its->share.median);
            if (its->exceeds)
                fail_msg("%s: %s is %g to %g times its limit", names[i], its->label, its->share.low,
                         its->share.high);
        }
        assert_true(known > summary.count / 2);
        summary_release(&summary);
        record_release(&file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_stated),
        cmocka_unit_test(every_format_states_them),
        cmocka_unit_test(impossible_results_are_named),
        cmocka_unit_test(nothing_is_said_of_what_is_not_known),
        cmocka_unit_test(baselines_have_no_limit),
        cmocka_unit_test(bad_records_are_refused),
        cmocka_unit_test(the_schema_is_described),
        cmocka_unit_test(files_of_this_machine_are_taken),
        cmocka_unit_test(files_of_another_machine_are_refused),
        cmocka_unit_test(the_reference_is_possible),
    };
    int descriptor = mkstemp(limits_path);
    if (descriptor < 0)
        return 1;
    close(descriptor);
    int status = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(limits_path);
    return status;
}
