/* test_schema.c - what the program writes is what results/SCHEMA.md describes, and what is read. */
#include "records.h"

#include "base/rng.h"
#include "campaign/campaign.h"
#include "campaign/disturbance.h"
#include "campaign/preset.h"
#include "doctor/doctor.h"
#include "doctor/rules.h"
#include "machine/machine.h"
#include "trial/board.h"

#include <math.h>

/* --- the schema's page --- */

static char *schema_page(void)
{
    char *page = calloc(1, 1 << 17);
    FILE *file = fopen(SLUICE_SOURCE_DIR "/results/SCHEMA.md", "r");
    assert_non_null(file);
    assert_true(fread(page, 1, (1 << 17) - 1, file) > 0);
    fclose(file);
    return page;
}

/* Each key of the record, as "roles[].taken", has a row "| `roles[].taken` |" on the page. */
static void expect_described(const char *page, const json_t *value, const char *path)
{
    const char *key;
    json_t *inner;
    char row[256], inner_path[200];
    if (json_is_array(value) && json_is_object(json_array_get(value, 0))) {
        snprintf(inner_path, sizeof inner_path, "%s[]", path);
        expect_described(page, json_array_get(value, 0), inner_path);
    }
    json_object_foreach ((json_t *)value, key, inner) {
        snprintf(inner_path, sizeof inner_path, "%s%s%s", path, *path ? "." : "", key);
        snprintf(row, sizeof row, "| `%s` |", inner_path);
        if (!strstr(page, row))
            fail_msg("results/SCHEMA.md does not describe '%s'", inner_path);
        expect_described(page, inner, inner_path);
    }
}

/* A board as of a trial that ran: two samples, four workers, of which one of resize failed. */
static struct board *make_board(void)
{
    struct fault fault;
    struct spec spec = {.queue_name = "deque-lock",
                        .placement = "compact",
                        .duration_ns = 1000000,
                        .stages = STAGES,
                        .sources = 1,
                        .sinks = 1};
    assert_int_equal(spec_parse_wait("yield", &spec.wait, &fault), 0);
    assert_int_equal(spec_parse_transfer("item", &spec.transfer, &fault), 0);
    assert_int_equal(spec_parse_work("none", &spec.work, &fault), 0);
    assert_int_equal(spec_parse_workers("1,2,1", &spec.workers, &fault), 0);
    assert_int_equal(spec_parse_capacity("1024/100/100/unbounded", &spec.capacity, &fault), 0);
    assert_int_equal(spec_parse_close("shutdown", &spec.close, &fault), 0);
    assert_int_equal(spec_parse_fail("stage=resize,item=500,how=error", &spec.fail, &fault), 0);
    const struct wiring wiring = spec_wiring(&spec);
    uint32_t threads = wiring_threads(&wiring);
    struct board *board = aligned_alloc(SLUICE_SEPARATE, (board_size(threads) + SLUICE_SEPARATE - 1) /
                                                             SLUICE_SEPARATE * SLUICE_SEPARATE);
    assert_non_null(board);
    memset(board, 0, board_size(threads));
    board->magic = BOARD_MAGIC;
    board->threads = threads;
    board->spec = spec;
    board->samples = 2;
    board->outcome = OUTCOME_OK;
    board->sample[1].at_ns = 500000;
    board->window_end_ns = board->stopped_ns = 900000;
    board->ended_ns = 1000000;
    board->last_put_ns = 850000;
    board->last_delivered_ns = 900000;
    board->joined_ns = 1000000;
    board->caller_cpu_ns = 20000;
    board->capacity[0] = 1024;
    board->capacity[1] = board->capacity[2] = 128;
    board->slot[1].n[SLUICE_FAILED] = 3;
    board->slot[3].n[SLUICE_FAILED] = 4;
    for (uint32_t i = 0; i < threads; i++)
        *board_report(board, i) = (struct thread_report){.ended = true, .cpu_ns = 1000, .minor_faults = 1};
    assert_true(board_fail(board, 3, 500, "was made to fail"));
    return board;
}

/* What a campaign's header says of the machine, and its last line of what disturbed it. */
static void machine_and_disturbance_are_described(void **state)
{
    struct topology *topology;
    struct disturbance disturbance;
    struct fault fault = {""};
    struct board *board = make_board();
    char *page = schema_page();
    (void)state;
    assert_int_equal(topology_load(&topology, &fault), 0);
    disturbance_begin(&disturbance, topology);
    board_report(board, 1)->strayed = true;
    board_report(board, 2)->strayed = true;
    board_report(board, 2)->involuntary_switches = 5;
    board->slot[3].n[SLUICE_MIGRATIONS] = 7;
    disturbance_add(&disturbance, board);
    board_report(board, 2)->ended = false; /* then nothing that it says counts */
    disturbance_add(&disturbance, board);
    json_t *machine = machine_record(topology), *found = disturbance_record(&disturbance, machine);
    assert_int_equal(json_integer_value(json_object_get(found, "strayed_threads")), 3);
    assert_int_equal(json_integer_value(json_object_get(found, "involuntary_switches")), 5);
    assert_int_equal(json_integer_value(json_object_get(found, "migrations")), 14);
    assert_string_equal(json_string_value(json_object_get(found, "verdict")), "poor");
    json_t *all = json_pack("{s:o, s:o}", "machine", machine, "disturbance", found);
    expect_described(page, all, "");
    json_decref(all);
    topology_free(topology);
    free(page);
    free(board);
}

static void the_doctors_words_are_described(void **state)
{
    struct diagnosis diagnosis = {.machine = json_object(), .pace_count = 1};
    struct ruling rulings[RULES] = {{RULE_KEPT, "so"}};
    char *page = schema_page();
    (void)state;
    findings_add(&diagnosis.findings, "background");
    json_t *found = diagnosis_json(&diagnosis), *kept = json_pack("{s:o}", "rules", rules_json(rulings));
    json_object_del(found, "checks"); /* as those of the machine */
    expect_described(page, found, "");
    expect_described(page, kept, "");
    json_decref(found);
    json_decref(kept);
    diagnosis_release(&diagnosis);
    free(page);
}

/* The same threads as a mix: in a window of 0.5 ms 90 operations were done and 10 failed. */
static struct board *make_mix(void)
{
    struct board *board = make_board();
    struct fault fault;
    board->failure = (struct failure){0};
    board->spec.fail = (struct fail_choice){0};
    assert_int_equal(spec_parse_shape("burst:16", &board->spec.shape, &fault), 0);
    assert_int_equal(spec_parse_local("50ns..150ns", &board->spec.local, &fault), 0);
    board->spec.sources = board->threads;
    assert_int_equal(spec_settle(&board->spec, &fault), 0);
    board->window_begin_ns = 400000;
    board->window_begin_operations = (struct operations){.done = 1000, .failed = 500};
    board->window_end_operations = (struct operations){.done = 1090, .failed = 510};
    for (uint32_t i = 0; i < board->threads; i++) {
        board->slot[i].n[SLUICE_FAILED] = 0;
        board_report(board, i)->local_ns = i % 2 ? 90 : 130;
        *board_pu(board, i) = 0;
    }
    return board;
}

/* Writes a trial, looks up its keys and reads it again into *figures; releases the board. */
static void expect_read(struct board *board, struct campaign_file *file)
{
    static const char *const hops[HOPS] = {"core", "core", "l3", "l3"}, *const none[] = {NULL};
    json_t *trial = record_of_trial(board, 0, 0, hops, "core-core-l3-l3"), *header = hand_header(none, 1);
    char *page = schema_page();
    struct fault fault = {""};
    expect_described(page, trial, "");
    expect_described(page, header, "");
    json_array_append(json_object_get(header, "configurations"), json_object_get(trial, "label"));
    json_t *records[] = {header, trial, hand_end(1)};
    char *text = hand_lines(records, COUNT(records));
    if (record_read(hand_bytes(text, strlen(text)), file, &fault))
        fail_msg("what record_of_trial() writes was refused: %s", fault.text);
    free(text);
    free(page);
    free(board);
}

static void shapes_are_written_and_read(void **state)
{
    struct campaign_file file;
    (void)state;
    expect_read(make_mix(), &file);
    const struct trial_figures *trial = &file.trials[0];
    assert_string_equal(trial->shape, "burst:16");
    assert_string_equal(trial->local, "50ns..150ns");
    assert_true(fabs(trial->operations - 200000) < 1);
    assert_true(fabs(trial->failed_share - 0.1) < 1e-9);
    assert_true(isnan(trial->round_trip_seconds));
    assert_true(trial->local_wanted_ns == 100 && trial->local_took_ns == 110);
    assert_true(fabs(trial->local_ceiling - 1e9 / 110) < 1); /* all are on one PU */
    record_release(&file);

    struct board *board = make_board();
    board->failure = (struct failure){0};
    board->spec.fail = (struct fail_choice){0};
    assert_int_equal(spec_parse_shape("ping-pong", &board->spec.shape, NULL), 0);
    board->spec.sources = 1;
    assert_int_equal(spec_settle(&board->spec, NULL), 0);
    board->threads = 2; /* the reports lie behind the slots */
    for (uint32_t i = 0; i < 2; i++)
        *board_report(board, i) = (struct thread_report){.ended = true};
    board->window_begin_items = 100;
    board->window_end_items = 190;
    expect_read(board, &file);
    assert_true(fabs(file.trials[0].round_trip_seconds - 1e-5) < 1e-12);
    assert_true(isnan(file.trials[0].operations) && isnan(file.trials[0].local_wanted_ns));
    record_release(&file);
}

static void written_trials_are_read_and_described(void **state)
{
    json_t *baseline = hand_baseline(hand_python, 1);
    struct campaign_file file;
    char *page = schema_page();
    (void)state;
    expect_read(make_board(), &file);
    record_release(&file);
    expect_described(page, baseline, "");
    json_decref(baseline);
    free(page);
}

/* What stands at a path in a record. */
static const json_t *at(const json_t *value, const char *path)
{
    size_t length = strcspn(path, ".");
    char key[64];
    snprintf(key, sizeof key, "%.*s", (int)length, path);
    const json_t *inner =
        json_is_array(value) ? json_array_get(value, (size_t)atoi(key)) : json_object_get(value, key);
    return path[length] && inner ? at(inner, path + length + 1) : inner;
}

/* Expects the record of a board to have these values, which are given as JSON; releases the board. */
static void expect_written(struct board *board, const char *const (*values)[2], size_t count)
{
    static const char *const hops[HOPS] = {"core", "core", "l3", "l3"};
    json_t *trial = record_of_trial(board, 0, 0, hops, "core-core-l3-l3");
    for (size_t i = 0; i < count; i++) {
        json_t *value = hand_value(values[i][1]);
        char *is = json_dumps(at(trial, values[i][0]), JSON_ENCODE_ANY | JSON_COMPACT);
        if (!json_equal(at(trial, values[i][0]), value))
            fail_msg("%s is %s, not %s", values[i][0], is ? is : "not there", values[i][1]);
        json_decref(value);
        free(is);
    }
    json_decref(trial);
    free(board);
}

static void nodes_are_written(void **state)
{
    static const char *const values[][2] = {
        {"config.memory", "\"local\""},
        {"memory.bound_nodes", "[[1],[0,2],null,null]"},
        {"memory.made_on", "[[[1,8192]],[],null,null]"},
        {"memory.grown_on", "[[0,4096],[2,12288]]"},
    };
    struct board *board = make_board();
    (void)state;
    strcpy(board->spec.memory, "local");
    board->memory[0].kind = PAGES_BOUND;
    pages_add_node(&board->memory[0], 1);
    board->memory[1].kind = PAGES_IN_TURNS;
    pages_add_node(&board->memory[1], 0);
    pages_add_node(&board->memory[1], 2);
    board->made[0] = (struct pages_found){.known = true, .count = 2, .on = {{0, 0}, {1, 8192}}};
    board->made[1] = (struct pages_found){.known = true};
    board->grown = (struct pages_found){.known = true, .count = 2, .on = {{0, 4096}, {2, 12288}}};
    expect_written(board, values, COUNT(values));
}

static void endings_are_written(void **state)
{
    static const char *const values[][2] = {
        {"config.capacity", "\"1Ki/100/100/unbounded\""},
        {"capacity", "[1024,128,128,null]"},
        {"config.close", "\"shutdown\""},
        {"config.fail", "\"stage=resize,item=500,how=error\""},
        {"config.on_fail", "\"drain\""},
        {"drain_s", "5e-05"},
        {"join_s", "0.00015"},
        {"caller_cpu_s", "2e-05"},
        {"abandoned", "0"},
        {"failed", "7"},
        {"roles.1.failed", "3"},
        {"roles.2.failed", "4"},
        {"error", "{\"stage\":\"resize\",\"worker\":1,\"item\":500,\"text\":\"was made to fail\"}"},
        {"cpu_s", "6e-06"},
        {"minor_faults", "6"},
        {"threads.3.abandoned", "false"},
    };
    (void)state;
    expect_written(make_board(), values, COUNT(values));
}

/* Of a thread that was left running the CPU time is known, and nothing else. */
static void abandoned_threads_are_written(void **state)
{
    static const char *const values[][2] = {
        {"config.capacity", "64"},
        {"config.fail", "null"},
        {"config.on_fail", "null"},
        {"abandoned", "1"},
        {"threads.2.abandoned", "true"},
        {"threads.2.cpu", "null"},
        {"threads.3.abandoned", "false"},
        {"error", "null"},
        {"cpu_s", "6e-06"},
        {"roles.2.cpu_s", "2e-06"},
        {"user_s", "null"},
        {"minor_faults", "null"},
        {"voluntary_switches", "null"},
        {"roles.2.voluntary_switches", "null"},
        {"roles.1.voluntary_switches", "0"},
    };
    struct board *board = make_board();
    (void)state;
    assert_int_equal(spec_parse_capacity("64", &board->spec.capacity, NULL), 0);
    board->spec.fail = (struct fail_choice){0};
    board->failure = (struct failure){0};
    board->abandoned = 1;
    *board_report(board, 2) = (struct thread_report){.abandoned = true, .cpu_ns = 1000};
    expect_written(board, values, COUNT(values));
}

/* A source that did not end, threads that were not joined, a crash whose item nobody knows, a thread that did
   not end. */
static void unknown_endings_are_null(void **state)
{
    static const char *const unended[][2] = {{"drain_s", "null"},         {"join_s", "null"},
                                             {"cpu_s", "null"},           {"caller_cpu_s", "null"},
                                             {"config.capacity", "null"}, {"error.item", "null"}};
    static const char *const unjoined[][2] = {
        {"drain_s", "0.0"}, {"join_s", "null"}, {"config.on_fail", "\"stop\""}};
    struct board *board = make_board();
    (void)state;
    assert_int_equal(spec_parse_capacity("unbounded", &board->spec.capacity, NULL), 0);
    board->last_put_ns = board->failure.item = 0;
    board_report(board, 0)->ended = false;
    expect_written(board, unended, COUNT(unended));
    board = make_board();
    board->last_delivered_ns = board->joined_ns = 0; /* all had been delivered before the source's end */
    board->spec.fail.stop = true;
    expect_written(board, unjoined, COUNT(unjoined));
}

/* The header that the program writes, of a plan that skips something. */
static void written_headers_are_described(void **state)
{
    struct axes axes = {0};
    struct spec common = {.counted = true};
    struct plan plan;
    struct topology *topology;
    struct fault fault = {""};
    (void)state;
    assert_int_equal(axes_add(&axes, AXIS_QUEUE, "condvar,ck-ring-spsc", &fault), 0);
    assert_int_equal(axes_add(&axes, AXIS_WAIT, "yield,native", &fault), 0);
    for (enum axis axis = 0; axis < AXES; axis++)
        assert_int_equal(axes_default(&axes, axis, preset_plain.axis[axis], &fault), 0);
    assert_int_equal(topology_load_described(&topology, "core:2 pu:1", &fault), 0);
    struct plan_part part = {.axes = &axes, .common = &common};
    assert_int_equal(plan_make(&plan, &part, 1, topology, &fault), 0);
    assert_int_equal(plan.skipped_count, 1);
    struct campaign campaign = {
        .plan = &plan, .topology = topology, .config = "[global]\n", .rule = {5, 9, 0.02, 60}};
    json_t *header = campaign_header(&campaign);
    char *page = schema_page();
    expect_described(page, header, "");
    assert_int_equal(json_integer_value(json_object_get(header, "blocks")), 9);
    assert_int_equal(json_integer_value(json_object_get(header, "blocks_min")), 5);
    assert_float_equal(json_number_value(json_object_get(header, "precision")), 0.02, 0);
    assert_float_equal(json_number_value(json_object_get(header, "budget_s")), 60, 0);
    assert_string_equal(json_string_value(json_object_get(header, "config")), "[global]\n");
    json_t *queues = json_object_get(header, "queues"), *second = json_array_get(queues, 1);
    assert_int_equal(json_array_size(queues), 2);
    assert_string_equal(json_string_value(json_object_get(second, "queue")), "ck-ring-spsc");
    assert_non_null(strstr(json_string_value(json_object_get(second, "origin")), "Concurrency Kit"));
    assert_true(json_is_null(json_object_get(second, "sha256")));
    free(page);
    json_decref(header);
    plan_release(&plan);
    axes_release(&axes);
    topology_free(topology);
}

static void sample_is_read_and_described(void **state)
{
    const char *path = getenv("SLUICE_SAMPLE");
    struct campaign_file file;
    struct fault fault = {""};
    (void)state;
    if (!path || !*path)
        skip();
    char *page = schema_page();
    if (record_read(path, &file, &fault))
        fail_msg("the sample was refused: %s", fault.text);
    expect_described(page, file.header, "");
    if (file.end)
        expect_described(page, file.end, "");
    for (size_t i = 0; i < json_array_size(file.baselines); i++)
        expect_described(page, json_array_get(file.baselines, i), "");
    for (size_t i = 0; i < file.count; i++) {
        json_t *line = record_trial_line(&file, &file.trials[i]);
        expect_described(page, line, "");
        json_decref(line);
    }
    record_release(&file);
    free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(machine_and_disturbance_are_described),
        cmocka_unit_test(the_doctors_words_are_described),
        cmocka_unit_test(written_trials_are_read_and_described),
        cmocka_unit_test(shapes_are_written_and_read),
        cmocka_unit_test(nodes_are_written),
        cmocka_unit_test(endings_are_written),
        cmocka_unit_test(abandoned_threads_are_written),
        cmocka_unit_test(unknown_endings_are_null),
        cmocka_unit_test(written_headers_are_described),
        cmocka_unit_test(sample_is_read_and_described),
    };
    return cmocka_run_group_tests_name("schema", tests, NULL, NULL) != 0;
}
