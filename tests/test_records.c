/* test_records.c - the reader of records against good and hostile files, and the schema's page against what
   is written. */
#include "campaign/disturbance.h"
#include "doctor/doctor.h"
#include "doctor/rules.h"
#include "machine/machine.h"

#include "records.h"

#include "trial/board.h"
#include "base/rng.h"
#include "campaign/campaign.h"
#include "campaign/preset.h"

#include <math.h>

static const char *const queues[] = {"a", "b", NULL};
static const struct hand_trial trials[] = {
    {.queue = "a",
     .throughput = 100,
     .cpu_ns = 50,
     .items = 1000,
     .taken = 3000,
     .empty = 10,
     .elapsed_s = 2,
     .cpu_s = 3,
     .drain_s = 0.25,
     .join_s = 0.5,
     .caller_cpu_s = 0.125,
     .discarded = 7},
    {.queue = "b", .outcome = "timeout", .text = "had to be killed", .throughput = 1},
};

/* The bytes of a good file: header, two trials, end. */
static char *good_file(void)
{
    json_t *records[] = {hand_header(queues, 2), hand_trial(&trials[0]), hand_trial(&trials[1]), hand_end(2)};
    return hand_lines(records, COUNT(records));
}

/* --- files that are read --- */

static void good_file_is_read(void **state)
{
    struct campaign_file file;
    struct fault fault = {""};
    (void)state;
    if (record_read(hand_file(queues, trials, COUNT(trials)), &file, &fault))
        fail_msg("refused: %s", fault.text);
    assert_int_equal(file.count, 2);
    assert_int_equal(file.planned, 2);
    assert_true(file.complete);
    const struct trial_figures *trial = &file.trials[0];
    assert_string_equal(trial->queue, "a");
    json_t *line = record_trial_line(&file, trial);
    assert_string_equal(trial->label, json_string_value(json_object_get(line, "label")));
    json_decref(line);
    assert_int_equal(trial->outcome, OUTCOME_OK);
    assert_float_equal(trial->throughput, 100, 0);
    assert_float_equal(trial->worker_taken, 3000, 0);
    assert_float_equal(trial->empty_polls, 10, 0);
    assert_float_equal(trial->capacity, 65536, 0);
    assert_null(trial->capacities);
    for (int hop = 0; hop < HOPS; hop++)
        assert_float_equal(trial->real_capacity[hop], 65535, 0);
    assert_string_equal(trial->close, "close");
    assert_null(trial->fail);
    assert_float_equal(trial->drain_seconds, 0.25, 0);
    assert_float_equal(trial->join_seconds, 0.5, 0);
    assert_float_equal(trial->caller_cpu_seconds, 0.125, 0);
    assert_float_equal(trial->discarded, 7, 0);
    assert_float_equal(trial->failed, 0, 0);
    assert_float_equal(trial->abandoned, 0, 0);
    assert_null(trial->error_stage);
    assert_null(trial->error_text);
    assert_false(trial->is_baseline);
    assert_float_equal(trial->cpus, 1.5, 1e-12);
    assert_float_equal(trial->heap_slope, -2, 0);
    assert_true(isnan(trial->duration_seconds));
    assert_int_equal(trial->migrations, 3);
    assert_int_equal(trial->strayed, 1);
    assert_int_equal(file.trials[1].outcome, OUTCOME_TIMEOUT);
    assert_string_equal(file.trials[1].text, "had to be killed");
    assert_true(isnan(file.trials[1].join_seconds));
    assert_int_equal(file.own_count, 2);
    assert_int_equal(json_array_size(file.labels), 2);
    assert_int_equal(json_array_size(file.baselines), 0);
    record_release(&file);
    record_release(&file); /* all zero now */
}

static void interrupted_file_is_read(void **state)
{
    json_t *records[] = {hand_header(queues, 6), hand_trial(&trials[0])};
    char *text = hand_lines(records, COUNT(records));
    struct campaign_file file;
    struct fault fault = {""};
    (void)state;
    assert_int_equal(record_read(hand_bytes(text, strlen(text)), &file, &fault), 0);
    assert_int_equal(file.count, 1);
    assert_int_equal(file.planned, 6);
    assert_false(file.complete);
    record_release(&file);
    free(text);
}

/* Replaces what stands at a path such as "memory.peak_bytes" or "roles.2.taken"; null takes it away. */
static void change(json_t *object, const char *path, json_t *value);

static void places_of_memory_are_read(void **state)
{
    static const char *const keys[] = {"config.memory", "memory.bound_nodes", "memory.made_on",
                                       "memory.grown_on"};
    json_t *records[] = {hand_header(queues, 2), hand_trial(&trials[0]), hand_trial(&trials[1])};
    struct campaign_file file;
    struct fault fault = {""};
    (void)state;
    change(records[1], "config.memory", json_string("local"));
    change(records[1], "memory.bound_nodes", hand_value("[[0],[0,2],null,[1]]"));
    change(records[1], "memory.made_on", hand_value("[[[0,100],[1,10]],[[2,1000],[3,1]],[[5,7000]],null]"));
    for (size_t i = 0; i < COUNT(keys); i++) /* of before there was a choice */
        change(records[2], keys[i], NULL);
    if (record_read(hand_records(records, COUNT(records)), &file, &fault))
        fail_msg("refused: %s", fault.text);
    assert_string_equal(file.trials[0].memory, "local");
    assert_float_equal(file.trials[0].bound_bytes, 1111, 0);
    assert_float_equal(file.trials[0].astray_bytes, 11, 0);
    assert_string_equal(file.trials[1].memory, "default");
    assert_float_equal(file.trials[1].bound_bytes, 0, 0);
    record_release(&file);
}

static void unlike_hops_and_errors_are_read(void **state)
{
    json_t *records[] = {hand_header(queues, 2), hand_trial(&trials[0]), hand_trial(&trials[1])};
    struct campaign_file file;
    struct fault fault = {""};
    (void)state;
    change(records[1], "config.capacity", json_string("unbounded/100/100/1Ki"));
    change(records[1], "capacity", hand_value("[null, 128, 128, 1024]"));
    change(records[1], "config.fail", json_string("stage=resize,item=500,how=error"));
    change(records[1], "config.on_fail", json_string("stop"));
    change(records[1], "error",
           hand_value("{\"stage\":\"upload\",\"worker\":3,\"item\":null,\"text\":\"fell\"}"));
    change(records[1], "failed", json_integer(2));
    change(records[1], "abandoned", json_integer(3));
    change(records[2], "config.capacity", json_null());
    change(records[2], "abandoned", json_null());
    if (record_read(hand_records(records, COUNT(records)), &file, &fault))
        fail_msg("refused: %s", fault.text);
    const struct trial_figures *trial = &file.trials[0];
    assert_string_equal(trial->capacities, "unbounded/100/100/1Ki");
    assert_true(isnan(trial->capacity) && isnan(trial->real_capacity[0]));
    assert_float_equal(trial->real_capacity[3], 1024, 0);
    assert_string_equal(trial->fail, "stage=resize,item=500,how=error");
    assert_string_equal(trial->on_fail, "stop");
    assert_string_equal(trial->error_stage, "upload");
    assert_string_equal(trial->error_text, "fell");
    assert_float_equal(trial->failed, 2, 0);
    assert_float_equal(trial->abandoned, 3, 0);
    trial = &file.trials[1];
    assert_true(isnan(trial->capacity) && isnan(trial->abandoned));
    assert_null(trial->capacities);
    record_release(&file);
}

/* --- baselines --- */

/* Reads records that must be good; takes their references. */
static void read_good(json_t *const *records, size_t count, struct campaign_file *file)
{
    struct fault fault = {""};
    if (record_read(hand_records(records, count), file, &fault))
        fail_msg("refused: %s", fault.text);
}

/* Before the end, behind it, and once more: each time its trials count for nothing but themselves. */
static void baselines_are_read(void **state)
{
    json_t *records[] = {
        hand_header(queues, 2),        hand_trial(&trials[0]),      hand_baseline(hand_python, 1),
        hand_trial(&hand_python[0]),   hand_trial(&trials[1]),      hand_end(2),
        hand_baseline(hand_python, 3), hand_trial(&hand_python[1]), hand_baseline(&hand_python[2], 1),
        hand_trial(&hand_python[2]),
    };
    struct campaign_file file;
    (void)state;
    read_good(records, COUNT(records), &file);
    assert_int_equal(file.count, 5);
    assert_int_equal(file.own_count, 2);
    assert_int_equal(file.planned, 2);
    assert_true(file.complete);
    assert_int_equal(json_array_size(file.baselines), 3);
    assert_int_equal(json_array_size(file.labels), 4); /* each once, in the order in which they came */
    assert_string_equal(json_string_value(json_array_get(file.labels, 3)), file.trials[4].label);
    assert_false(file.trials[0].is_baseline || file.trials[2].is_baseline);
    assert_true(file.trials[1].is_baseline && file.trials[3].is_baseline && file.trials[4].is_baseline);
    assert_string_equal(file.trials[4].close, "pull:1ms");
    record_release(&file);
}

/* An interrupted campaign that got a baseline can go on, and is not complete until it has its end. */
static void interrupted_file_with_baseline_is_read(void **state)
{
    json_t *records[] = {hand_header(queues, 2), hand_trial(&trials[0]), hand_baseline(hand_python, 1),
                         hand_trial(&hand_python[0])};
    struct campaign_file file;
    (void)state;
    read_good(records, COUNT(records), &file);
    assert_int_equal(file.count, 2);
    assert_int_equal(file.own_count, 1);
    assert_false(file.complete);
    record_release(&file);
}

/* --- files that are refused --- */

/* Expects a refusal whose sentence holds `reason`. */
static void refuse_path(const char *path, const char *reason)
{
    struct campaign_file file;
    struct fault fault = {""};
    if (record_read(path, &file, &fault) != -1)
        fail_msg("was read, though: %s", reason);
    if (!strstr(fault.text, reason) || !strstr(fault.text, path) || strchr(fault.text, '\n'))
        fail_msg("the refusal says: %s\nand not: %s", fault.text, reason);
    assert_null(file.header);
    assert_null(file.trials);
}

static void refuse_bytes(const char *bytes, size_t length, const char *reason)
{
    refuse_path(hand_bytes(bytes, length), reason);
}

static void foreign_files_are_refused(void **state)
{
    static const struct {
        const char *text, *reason;
    } files[] = {
        {"", "is empty"},
        {"\n", "line 1 of"},
        {"time,value\n1,2\n", "line 1 of"},
        {"time,value", "is no JSON"},
        {"{\n \"record\": \"campaign\"\n}\n", "is no JSON"},
        {"{\"record\":\"camp", "line 1 of"},
        {"{\"record\":\"camp", "is cut: the campaign was interrupted while writing its header"},
        {"[1, 2]\n", "is JSON, but no record of ours"},
        {"{\"a\": 1}\n", "is JSON, but no record of ours"},
        {"{\"record\":\"trial\"}\n", "no header: the file's first line is missing"},
        {"{\"record\":\"campaign\"}\n", "lacks 'schema'"},
        {"{\"record\":\"baseline\",\"schema\":2}\n", "no header: the file's first line is missing"},
        {"{\"record\":\"campaign\",\"schema\":1}\n", "says schema 1, but this program reads schema 2 only"},
        {"{\"record\":\"campaign\",\"schema\":3}\n", "says schema 3, but this program reads schema 2 only"},
        {"{\"record\":\"campaign\",\"schema\":2}\n", "lacks 'program', which must be a text"},
        {"{\"record\":\"campaign\",\"schema\":2,\"schema\":2}\n", "is no JSON"},
        {"\xff\xfe{}\n", "is no JSON"},
    };
    static const char nul_inside[] = "{\"record\":\"campaign\",\"schema\":2,\"program\":\"a\0b\"}\n";
    (void)state;
    for (size_t i = 0; i < COUNT(files); i++)
        refuse_bytes(files[i].text, strlen(files[i].text), files[i].reason);
    refuse_bytes("\0\0\0\0", 4, "is no JSON");
    refuse_bytes(nul_inside, sizeof nul_inside - 1, "is no JSON");
    refuse_path("/tmp", "is a folder");
    refuse_path("/nowhere/at/all.jsonl", "No such file or directory");
}

static void deep_and_long_files_are_refused(void **state)
{
    size_t length = 20 << 20;
    char *text = malloc(length);
    (void)state;
    assert_non_null(text);
    memset(text, '[', length);
    refuse_bytes(text, 1 << 20, "is no JSON");
    refuse_bytes(text, length, "is longer than any");
    free(text);
}

/* Whatever a file is cut to, or one byte of it changed to, it is refused or read, and never read as complete.
 */
static void no_cut_file_is_whole(void **state)
{
    char *text = good_file(), *end = strstr(text, "{\"record\":\"end\"");
    size_t length = strlen(text);
    struct campaign_file file;
    struct fault fault;
    (void)state;
    for (size_t kept = 0; kept < length; kept += kept < 2000 ? 7 : 1) {
        int status = record_read(hand_bytes(text, kept), &file, &fault);
        if (status == 0 && (file.complete || text[kept - 1] != '\n'))
            fail_msg("a file cut to %zu of %zu bytes was read as whole", kept, length);
        if (status == 0)
            record_release(&file);
    }
    refuse_bytes(text, (size_t)(end - text) - 5, "line 3 of");
    refuse_bytes(text, (size_t)(end - text) - 5,
                 "is cut: the campaign was interrupted while writing; `sluice run "
                 "--resume");
    refuse_bytes(text, length - 1, "line 4 of");
    free(text);
}

static void changed_bytes_do_no_harm(void **state)
{
    struct rng rng;
    char *text = good_file();
    size_t length = strlen(text);
    struct campaign_file file;
    struct fault fault;
    (void)state;
    rng_seed(&rng, 42);
    for (int i = 0; i < 3000; i++) {
        size_t at = rng_next(&rng) % length;
        char was = text[at];
        text[at] = (char)rng_next(&rng);
        if (record_read(hand_bytes(text, length), &file, &fault) == 0)
            record_release(&file);
        text[at] = was;
    }
    free(text);
}

static void change(json_t *object, const char *path, json_t *value)
{
    size_t length = strcspn(path, ".");
    char key[64];
    snprintf(key, sizeof key, "%.*s", (int)length, path);
    if (path[length] == '.') {
        json_t *inner =
            json_is_array(object) ? json_array_get(object, (size_t)atoi(key)) : json_object_get(object, key);
        assert_non_null(inner);
        change(inner, path + length + 1, value);
    } else if (json_is_array(object)) {
        assert_int_equal(json_array_set_new(object, (size_t)atoi(key), value), 0);
    } else if (value) {
        json_object_set_new(object, key, value);
    } else {
        assert_int_equal(json_object_del(object, key), 0);
    }
}

/* A change of the header (line 1), of the first trial (line 2), of the end (line 4) or of a baseline behind
 * it. */
static void wrong_fields_are_named(void **state)
{
    static const struct {
        int line;
        const char *path, *json, *reason; /* json null: the field is taken away */
    } changes[] = {
        {1, "program", "1", "has a wrong 'program': it must be a text"},
        {1, "machine", NULL, "lacks 'machine', which must be an object"},
        {1, "configurations", "[1]", "has a wrong 'configurations': it must be an array of texts"},
        {1, "configurations", "[\"x\",\"x\"]", "names the configuration 'x' twice"},
        {1, "blocks", "-1", "has a wrong 'blocks'"},
        {1, "skipped", "[{\"label\":\"x\"}]", "lacks 'skipped[0].reason'"},
        {1, "seed", "1.5", "has a wrong 'seed': it must be an integer"},
        {2, "throughput", "\"fast\"", "has a wrong 'throughput': it must be a number of 0 or more, or null"},
        {2, "throughput", "-1", "has a wrong 'throughput'"},
        {2, "items", "null", "has a wrong 'items': it must be an integer of 0 or more"},
        {2, "outcome", "\"splendid\"", "has an outcome 'splendid'"},
        {2, "block", "4294967296", "has a wrong 'block'"},
        {2, "config", NULL, "lacks 'config'"},
        {2, "config.queue", NULL, "lacks 'config.queue', which must be a text"},
        {2, "memory.peak_bytes", "true", "has a wrong 'memory.peak_bytes'"},
        {2, "memory.heap_slope_bytes_per_s", "[1]", "has a wrong 'memory.heap_slope_bytes_per_s'"},
        {2, "roles", "[]", "has 0 'roles', not 5"},
        {2, "roles.2.role", "\"source\"", "has a wrong 'roles[2].role': it must be \"resize\""},
        {2, "roles.3.taken", NULL, "lacks 'roles[3].taken'"},
        {2, "threads.1.strayed", "0", "has a wrong 'threads[1].strayed': it must be true or false"},
        {2, "series.resident_bytes", "[1]", "has a wrong 'series.resident_bytes'"},
        {2, "series.depth.done", "[1,\"x\"]", "has a wrong 'series.depth.done'"},
        {2, "label", "\"nobody\"",
         "is a trial of 'nobody', which is not among the configurations of a header"},
        {2, "join_s", NULL, "lacks 'join_s', which must be a number of 0 or more, or null"},
        {2, "drain_s", "-1", "has a wrong 'drain_s'"},
        {2, "failed", "null", "has a wrong 'failed'"},
        {2, "abandoned", "\"none\"", "has a wrong 'abandoned': it must be an integer of 0 or more, or null"},
        {2, "caller_cpu_s", NULL, "lacks 'caller_cpu_s'"},
        {2, "capacity", "1023", "has a wrong 'capacity': it must be an array of 4"},
        {2, "capacity", "[1,2,3]", "has a wrong 'capacity'"},
        {2, "capacity", "[1,2,3,-4]", "has a wrong 'capacity'"},
        {2, "config.capacity", "-1", "has a wrong 'config.capacity'"},
        {2, "config.capacity", NULL, "has a wrong 'config.capacity'"},
        {2, "config.capacity", "\"1/2/3\"", "has a wrong 'config.capacity'"},
        {2, "config.close", NULL, "lacks 'config.close', which must be a text"},
        {2, "config.memory", "1", "has a wrong 'config.memory': it must be a text"},
        {2, "memory.bound_nodes", NULL, "has a wrong 'memory.bound_nodes': it must be an array of 4"},
        {2, "memory.bound_nodes", "[null,[0],[0,1],[-1]]", "has a wrong 'memory.bound_nodes'"},
        {2, "memory.made_on", "[null,null,null]", "has a wrong 'memory.made_on': it must be an array of 4"},
        {2, "memory.made_on", "[null,null,null,[[0]]]", "has a wrong 'memory.made_on'"},
        {2, "memory.made_on", "[null,null,null,[[0,1.5]]]", "has a wrong 'memory.made_on'"},
        {2, "memory.grown_on", NULL, "has a wrong 'memory.grown_on'"},
        {2, "memory.grown_on", "[[0,1,2]]", "has a wrong 'memory.grown_on'"},
        {2, "config.fail", "true", "has a wrong 'config.fail': it must be a text or null"},
        {2, "config.on_fail", NULL, "lacks 'config.on_fail'"},
        {2, "error", NULL, "lacks 'error', which must be an object or null"},
        {2, "error", "\"boom\"", "has a wrong 'error': it must be an object or null"},
        {2, "error", "{}", "lacks 'error.stage'"},
        {2, "error", "{\"stage\":\"moon\",\"worker\":0,\"item\":1,\"text\":\"\"}",
         "has a wrong 'error.stage': there is none 'moon'"},
        {2, "error", "{\"stage\":\"sink\",\"worker\":-1,\"item\":1,\"text\":\"\"}",
         "has a wrong 'error.worker'"},
        {2, "threads.0.abandoned", NULL, "lacks 'threads[0].abandoned', which must be true or false"},
        {2, "record", "\"poem\"", "is a record 'poem'"},
        {2, "record", "\"campaign\"", "is a second header"},
        {2, "record", NULL, "lacks 'record'"},
        {4, "trials", "3", "says that the campaign has 3 trials, but 2 are above it"},
        {4, "seconds", NULL, "lacks 'seconds'"},
        {4, "stopped", "[\"precise\",2]", "has a wrong 'stopped': it must be an array of texts"},
        {4, "stopped", "[\"precise\",\"blocks\"]", "lacks 'precision'"},
        {5, "schema", "1", "says schema 1"},
        {5, "gil", "1", "has a wrong 'gil': it must be true or false"},
        {5, "switch_interval_s", NULL, "lacks 'switch_interval_s'"},
        {5, "configurations", "[\"x\",\"x\"]", "names the configuration 'x' twice"},
        {5, "configurations", "[\"mine\"]", "names the configuration 'mine', which is the campaign's own"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(changes); i++) {
        json_t *records[] = {hand_header(queues, 2), hand_trial(&trials[0]), hand_trial(&trials[1]),
                             hand_end(2), hand_baseline(hand_python, 1)};
        json_array_append_new(json_object_get(records[0], "configurations"), json_string("mine"));
        json_t *value = changes[i].json ? json_loads(changes[i].json, JSON_DECODE_ANY, NULL) : NULL;
        char line[32];
        change(records[changes[i].line - 1], changes[i].path, value);
        char *text = hand_lines(records, COUNT(records));
        refuse_bytes(text, strlen(text), changes[i].reason);
        snprintf(line, sizeof line, "line %d of", changes[i].line);
        refuse_bytes(text, strlen(text), line);
        free(text);
    }
}

static void refuse_records(json_t *const *records, size_t count, const char *reason)
{
    refuse_path(hand_records(records, count), reason);
}

static void misplaced_lines_are_refused(void **state)
{
    json_t *twice[] = {hand_header(queues, 2), hand_trial(&trials[0]), hand_trial(&trials[0])};
    json_t *after[] = {hand_header(queues, 2), hand_end(0), hand_trial(&trials[0])};
    json_t *ends[] = {hand_header(queues, 2), hand_end(0), hand_end(0)};
    (void)state;
    refuse_records(twice, COUNT(twice), "in block 0 a second time");
    refuse_records(after, COUNT(after), "comes after the record that ends the campaign");
    refuse_records(ends, COUNT(ends), "comes after the record that ends the campaign");
}

static void misplaced_baselines_are_refused(void **state)
{
    json_t *before[] = {hand_header(queues, 2), hand_trial(&hand_python[0]), hand_baseline(hand_python, 1)};
    json_t *first[] = {hand_baseline(hand_python, 1), hand_trial(&hand_python[0])};
    json_t *again[] = {hand_header(queues, 2), hand_baseline(hand_python, 1), hand_trial(&hand_python[0]),
                       hand_baseline(hand_python, 1), hand_trial(&hand_python[0])};
    json_t *counted[] = {hand_header(queues, 2), hand_trial(&trials[0]), hand_baseline(hand_python, 1),
                         hand_trial(&hand_python[0]), hand_end(2)};
    json_t *behind[] = {hand_header(queues, 2), hand_end(0), hand_baseline(hand_python, 1),
                        hand_trial(&trials[0])};
    (void)state;
    refuse_records(before, COUNT(before), "line 2 of");
    refuse_records(first, COUNT(first), "no header");
    refuse_records(again, COUNT(again), "in block 0 a second time");
    refuse_records(counted, COUNT(counted), "says that the campaign has 2 trials, but 1 are above it");
    refuse_records(behind, COUNT(behind), "comes after the record that ends the campaign");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_file_is_read),
        cmocka_unit_test(interrupted_file_is_read),
        cmocka_unit_test(places_of_memory_are_read),
        cmocka_unit_test(unlike_hops_and_errors_are_read),
        cmocka_unit_test(baselines_are_read),
        cmocka_unit_test(interrupted_file_with_baseline_is_read),
        cmocka_unit_test(foreign_files_are_refused),
        cmocka_unit_test(deep_and_long_files_are_refused),
        cmocka_unit_test(no_cut_file_is_whole),
        cmocka_unit_test(changed_bytes_do_no_harm),
        cmocka_unit_test(wrong_fields_are_named),
        cmocka_unit_test(misplaced_lines_are_refused),
        cmocka_unit_test(misplaced_baselines_are_refused),
    };
    return cmocka_run_group_tests_name("records", tests, NULL, NULL) != 0;
}
