/* test_compare.c - comparisons and ranks of campaigns made by hand, whose answers are known. */
#include "records.h"

#include "compare/comparing.h"
#include "compare/rank.h"

#include <math.h>

enum { BLOCKS = 10, MOST = 40 * BLOCKS };

/* Trials in the making. */
static struct hand_trial trials[MOST];
static size_t trial_count;

/* Adds ten trials of a queue, `factor` times as fast as the first one, whose blocks drift by a factor of
   four; `noise` is by how much they are off, each in its own way. */
static void add_queue(const char *queue, double factor, double noise, unsigned phase)
{
    for (unsigned block = 0; block < BLOCKS; block++) {
        double off = noise * (double)((block * 7 + phase * 3) % 11 - 5.0) / 5;
        double speed = 1e6 * exp(0.15 * block) * factor * (1 + off);
        trials[trial_count++] = (struct hand_trial){.queue = queue,
                                                    .block = block,
                                                    .throughput = speed,
                                                    .cpu_ns = 1e9 / speed,
                                                    .items = 1000,
                                                    .elapsed_s = 1,
                                                    .cpu_s = 1,
                                                    .peak = 1 << 20};
    }
}

static void start(void)
{
    trial_count = 0;
}

/* Reads what was made, under a header to which `changes` (JSON) are made. */
static void read_made(struct campaign_file *file, const char *changes)
{
    static const char *const none[] = {NULL};
    struct fault fault = {""};
    json_t *header = hand_header(none, (long long)trial_count);
    json_object_set_new(header, "configurations", hand_labels(trials, trial_count));
    json_t *more = json_loads(changes, 0, NULL);
    assert_non_null(more);
    json_object_update(header, more);
    json_decref(more);
    if (record_read(hand_file_under(header, trials, trial_count), file, &fault))
        fail_msg("%s", fault.text);
}

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

/* Changes a member of each trial's record, or of its config, and its label: what comes after "QUEUE ". */
struct change {
    const char *queue, *within, *key, *value; /* value: JSON */
};

static void read_changed(struct campaign_file *file, const struct change *changes, size_t change_count,
                         long long seed)
{
    static const char *const none[] = {NULL};
    struct fault fault = {""};
    json_t **records = calloc(trial_count + 2, sizeof *records), *seen = json_object();
    json_t *header = records[0] = hand_header(none, (long long)trial_count);
    json_object_set_new(header, "seed", json_integer(seed));
    for (size_t i = 0; i < trial_count; i++) {
        json_t *trial = records[i + 1] = hand_trial(&trials[i]);
        for (size_t c = 0; c < change_count; c++)
            if (strcmp(changes[c].queue, trials[i].queue) == 0) {
                json_t *target = changes[c].within ? json_object_get(trial, changes[c].within) : trial;
                char label[4096];
                json_object_set_new(target, changes[c].key,
                                    json_loads(changes[c].value, JSON_DECODE_ANY, NULL));
                snprintf(label, sizeof label, "%s %s=%s", json_string_value(json_object_get(trial, "label")),
                         changes[c].key, changes[c].value);
                json_object_set_new(trial, "label", json_string(label));
            }
        const char *label = json_string_value(json_object_get(trial, "label"));
        if (!json_object_get(seen, label)) {
            json_object_set_new(seen, label, json_true());
            json_array_append_new(json_object_get(header, "configurations"), json_string(label));
        }
    }
    records[trial_count + 1] = hand_end((long long)trial_count);
    if (record_read(hand_records(records, trial_count + 2), file, &fault))
        fail_msg("%s", fault.text);
    free(records);
    json_decref(seen);
}

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

/* ---- steady states ---- */

/* A series of 20 samples in the window's second as JSON, in which the rate is `early` for so many and then
   `late`. */
static const char *series_of(int samples, double early, double late, char text[2048])
{
    char at[256] = "", delivered[512] = "", zeros[128] = "";
    double sum = 0;
    for (int i = 0; i < 20; i++) {
        sum += i < samples ? early : late;
        sprintf(at + strlen(at), "%s%g", i ? "," : "", 0.05 * (i + 1));
        sprintf(delivered + strlen(delivered), "%s%.0f", i ? "," : "", sum);
        sprintf(zeros + strlen(zeros), "%s0", i ? "," : "");
    }
    snprintf(text, 2048,
             "{\"at_s\":[%s],\"delivered\":[%s],\"resident_bytes\":[%s],\"heap_bytes\":[%s],\"depth\":{"
             "\"download\":[%s],\"resize\":[%s],\"upload\":[%s],\"done\":[%s]}}",
             at, delivered, zeros, zeros, zeros, zeros, zeros, zeros);
    return text;
}

static void steady_states_are_read_and_told(void **state)
{
    char steady[2048], late[2048], never[2048], *text = NULL;
    const struct change changes[] = {
        {"steady", NULL, "series", series_of(0, 0, 100, steady)},
        {"late", NULL, "series", series_of(6, 10, 100, late)},
        {"late", "config", "items", "null"},
        {"late", "config", "duration_s", "1.0"},
        {"late", "config", "warmup_s", "0.1"},
        {"never", NULL, "series", series_of(14, 100, 10, never)},
    };
    struct campaign_file file;
    struct fault fault;
    size_t size;
    (void)state;
    start();
    add_queue("steady", 1, 0.01, 0);
    add_queue("late", 1, 0.01, 0);
    add_queue("never", 1, 0.01, 0);
    add_queue("untold", 1, 0.01, 0); /* two samples tell nothing */
    read_changed(&file, changes, COUNT(changes), 4);
    for (size_t i = 0; i < file.count; i++) {
        const struct trial_figures *trial = &file.trials[i];
        enum stats_steadiness expected = strcmp(trial->queue, "never") == 0    ? STATS_UNSTEADY
                                         : strcmp(trial->queue, "untold") == 0 ? STATS_STEADY_UNKNOWN
                                                                               : STATS_STEADY;
        assert_int_equal(trial->steady.is, expected);
        if (strcmp(trial->queue, "late") == 0) {
            assert_float_equal(trial->steady.from, 0.3, 1e-9);
            assert_float_equal(trial->steady.rate, 2000, 1e-6);
        }
    }
    FILE *out = open_memstream(&text, &size);
    assert_int_equal(report_print(&file, REPORT_TABLE, out, &fault), 0);
    fclose(out);
    assert_non_null(strstr(text, "10 of 30 trials reached no steady state, most of them of never"));
    assert_non_null(strstr(text, "; 10 got steady only after the warm-up that was cut"));
    free(text);
    record_release(&file);
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

/* ---- ranks ---- */

static void ranking_of(struct ranking *ranking, const struct campaign_file *file)
{
    struct fault fault = {""};
    if (rank_make(ranking, file, metric_find("throughput", NULL), 0.02, &fault))
        fail_msg("%s", fault.text);
}

static void queues_are_ranked_with_ties(void **state)
{
    static const struct {
        const char *queue;
        size_t low, high;
    } places[] = {{"first", 1, 1}, {"tied", 2, 3}, {"alike", 2, 3}, {"last", 4, 4}, {"crashes", 0, 0}};
    struct campaign_file file;
    struct ranking ranking;
    (void)state;
    start();
    add_queue("alike", 1, 0.05, 0);
    add_queue("last", 0.3, 0.05, 1);
    add_queue("null", 99, 0, 0);
    add_queue("crashes", 1, 0, 0);
    add_queue("first", 4, 0.05, 2);
    add_queue("tied", 1.01, 0.05, 3);
    for (size_t i = 0; i < trial_count; i++)
        if (strcmp(trials[i].queue, "crashes") == 0)
            trials[i].outcome = "crashed";
    read_made(&file, "{}");
    ranking_of(&ranking, &file);
    assert_int_equal(ranking.count, COUNT(places));
    assert_int_equal(ranking.settings, 1);
    for (size_t i = 0; i < COUNT(places); i++) {
        const struct place *place = &ranking.place[i];
        if (places[i].low != 2)
            assert_string_equal(place->its->axis[AXIS_QUEUE], places[i].queue);
        assert_int_equal(place->low, places[i].low);
        assert_int_equal(place->high, places[i].high);
    }
    char *text = NULL;
    size_t size;
    struct fault fault;
    FILE *out = open_memstream(&text, &size);
    assert_int_equal(rank_print(&ranking, REPORT_TABLE, out, &fault), 0);
    fclose(out);
    assert_non_null(strstr(text, " 2-3  "));
    assert_non_null(strstr(text, "failed  crashes"));
    assert_null(strstr(text, "null"));
    free(text);
    rank_release(&ranking);
    record_release(&file);
}

/* Two capacities are two settings, and who has no bounds is in both. */
static void the_unbounded_are_ranked_with_each_capacity(void **state)
{
    static const struct change changes[] = {
        {"boundless", "config", "capacity", "null"},
        {"small", "config", "capacity", "128"},
        {"small too", "config", "capacity", "128"},
        {"alone", "config", "wait", "\"spin\""},
    };
    struct campaign_file file;
    struct ranking ranking;
    (void)state;
    start();
    add_queue("large", 1, 0.01, 0);
    add_queue("boundless", 2, 0.01, 1);
    add_queue("small", 3, 0.01, 2);
    add_queue("small too", 4, 0.01, 3);
    add_queue("alone", 4, 0.01, 3);
    read_changed(&file, changes, COUNT(changes), 3);
    ranking_of(&ranking, &file);
    static const char *const queues[] = {"boundless", "large", "small too", "small", "boundless"};
    assert_int_equal(ranking.settings, 2);
    assert_int_equal(ranking.count, COUNT(queues));
    assert_int_equal(ranking.alone, 1);
    for (size_t i = 0; i < COUNT(queues); i++)
        assert_string_equal(ranking.place[i].its->axis[AXIS_QUEUE], queues[i]);
    rank_release(&ranking);
    record_release(&file);

    start();
    add_queue("only", 1, 0.01, 0);
    add_queue("null", 1, 0.01, 0);
    read_made(&file, "{}");
    struct fault fault = {""};
    assert_int_equal(rank_make(&ranking, &file, metric_find("cpu", NULL), 0, &fault), -1);
    assert_non_null(strstr(fault.text, "no two queues"));
    rank_release(&ranking);
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
        cmocka_unit_test(steady_states_are_read_and_told),
        cmocka_unit_test(programs_get_the_same),
        cmocka_unit_test(queues_are_ranked_with_ties),
        cmocka_unit_test(the_unbounded_are_ranked_with_each_capacity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
