/* test_rank.c - ranks, and what is told of steady states, of campaigns made by hand. */
#include "made.h"

#include "compare/rank.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queues_are_ranked_with_ties),
        cmocka_unit_test(the_unbounded_are_ranked_with_each_capacity),
        cmocka_unit_test(steady_states_are_read_and_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
