/* test_limits.c - the limits: what is planned where, what samples come to, the
   file. What is measured here is only checked for what any machine must show. */
#include "limits.h"

#include "limits/crew.h"
#include "limits/measures.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

/* --- the plan --- */

static void plans(void **state)
{
    static const struct {
        const char *machine;
        bool full;
        size_t pairs, streams, crowds, wakes;
    } cases[] = {
        {"pu:1", false, 0, 0, 1, 1},
        {"core:2 pu:1", false, 1, 1, 2, 2},
        {"l3:2 core:2 pu:2", false, 28, 3, 8, 4}, /* core, l3, machine */
        {"core:12 pu:1", false, 66, 1, 5, 2},     /* 1 2 4 8 12 */
        {"l3:2 core:20 pu:1", false, 2, 2, 7, 3}, /* l3, machine; 1 2 4 8 16 32 40 */
        {"l3:2 core:20 pu:1", true, 780, 780, 40, 781},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct topology *topology = synthetic(cases[i].machine);
        struct limits_options options = {.full = cases[i].full};
        struct limits limits;
        assert_int_equal(limits_plan(&limits, topology, &options, NULL), 0);
        assert_int_equal(count_of(&limits, "ping-pong", ""), cases[i].pairs);
        assert_int_equal(count_of(&limits, "stream", "16"), cases[i].streams);
        assert_int_equal(count_of(&limits, "fetch-add", ""), cases[i].crowds);
        assert_int_equal(count_of(&limits, "futex-wake", ""), cases[i].wakes);
        assert_int_equal(count_of(&limits, "sleep", NULL), 5);
        for (size_t j = 0; j < limits.count; j++)
            assert_non_null(measure_of(&limits.each[j]));
        limits_release(&limits);
        topology_free(topology);
    }
}

/* Each pair is planned once, and found from both sides. */
static void the_matrix_is_symmetric(void **state)
{
    struct topology *topology = synthetic("package:2 core:2 pu:2");
    struct limits_options options = {0};
    struct limits limits;
    size_t count;
    (void)state;
    assert_int_equal(limits_plan(&limits, topology, &options, NULL), 0);
    unsigned *pus = limits_pair_pus(&limits, &count);
    assert_int_equal(count, 8);
    for (size_t a = 0; a < count; a++)
        for (size_t b = 0; b < count; b++) {
            const struct limit *pair = limits_pair(&limits, pus[a], pus[b]);
            assert_ptr_equal(pair, limits_pair(&limits, pus[b], pus[a]));
            assert_int_equal(pair != NULL, a != b);
        }
    free(pus);
    limits_release(&limits);
    topology_free(topology);
}

/* --- what samples come to --- */

static void samples_are_summed_up(void **state)
{
    double samples[] = {1000, 3, 1, 7, 5, 2, 6, 4, 9, 8}; /* one was preempted */
    struct limit limit = {.samples = samples, .count = COUNT(samples)}, none = {0};
    (void)state;
    assert_int_equal(limit_sum_up(&limit, NULL), 0);
    assert_float_equal(limit.median, 5.5, 1e-12);
    assert_float_equal(limit.low, 2, 0); /* the second from either end: 1 - 2 (1 + 10) / 1024 */
    assert_float_equal(limit.high, 9, 0);
    assert_float_equal(limit.confidence, 0.978515625, 1e-12);
    assert_float_equal(limit.standard_error, 7 / (2 * 2.2993622974), 1e-6);
    assert_float_equal(samples[0], 1000, 0); /* they keep the order of the rounds */
    assert_int_equal(limit_sum_up(&none, NULL), 0);
    assert_true(isnan(none.median) && isnan(none.low) && isnan(none.standard_error));
}

static void standard_errors(void **state)
{
    (void)state;
    assert_float_equal(limit_standard_error(-1.959963985, 1.959963985, 0.95), 1, 1e-8);
    assert_float_equal(limit_standard_error(10, 10, 0.95), 0, 0);
    assert_true(isnan(limit_standard_error(1, 1, 0)));
    assert_true(isnan(limit_standard_error(1, 2, 1)));
    assert_true(isnan(limit_standard_error(NAN, NAN, NAN)));
}

/* --- the crew --- */

struct roll_call {
    _Atomic unsigned seen; /* a bit for each member */
    _Atomic unsigned strayed;
    unsigned pu;
};

static void answer_roll_call(void *task_, unsigned member)
{
    struct roll_call *task = task_;
    atomic_fetch_or(&task->seen, 1u << member);
    atomic_fetch_add(&task->strayed, (unsigned)sched_getcpu() != task->pu);
}

static struct topology *this_machine(void)
{
    struct fault fault = {""};
    struct topology *topology;
    if (topology_load(&topology, &fault))
        fail_msg("%s", fault.text);
    return topology;
}

/* More threads than CPUs get through, each on its CPU. */
static void a_crew_is_bound(void **state)
{
    struct topology *topology = this_machine();
    unsigned pu = topology_pu_os_index(topology, 0), pus[8], preempted;
    struct roll_call task = {.pu = pu};
    struct fault fault = {""};
    (void)state;
    for (size_t i = 0; i < COUNT(pus); i++)
        pus[i] = pu;
    assert_int_equal(crew_run(pus, COUNT(pus), answer_roll_call, &task, &preempted, &fault), 0);
    assert_int_equal(task.seen, 0xff);
    assert_int_equal(task.strayed, 0);
    topology_free(topology);
}

static void a_crew_that_cannot_be_bound_is_refused(void **state)
{
    struct topology *topology = this_machine();
    unsigned pus[] = {topology_pu_os_index(topology, 0), 4000}, preempted;
    struct roll_call task = {0};
    struct fault fault = {""};
    (void)state;
    assert_int_equal(crew_run(pus, 2, answer_roll_call, &task, &preempted, &fault), -1);
    assert_non_null(strstr(fault.text, "thread 2 of 2 could not be started on CPU 4000"));
    assert_int_equal(task.seen, 0);
    topology_free(topology);
}

/* --- measuring --- */

struct watching {
    size_t samples, stop_at;
};

static bool watch(void *watching_, const struct limit *next, unsigned round, unsigned rounds,
                  double seconds_left)
{
    struct watching *watching = watching_;
    assert_non_null(measure_of(next));
    assert_true(rounds == 0 || (round <= LIMITS_MAX_ROUNDS && rounds >= LIMITS_MIN_ROUNDS));
    assert_true(seconds_left >= 0);
    test_doing("%s:%s", next->name, next->variant);
    test_watch(100); /* for each: how long all of them take is the machine's affair */
    return ++watching->samples != watching->stop_at;
}

/* No matter how short the time is, there are rounds for an interval; and what is measured is possible. */
static void figures_are_possible(void **state)
{
    struct topology *topology = this_machine();
    struct limits_options options = {.duration_ns = 1};
    struct watching watching = {0};
    struct limits limits;
    struct fault fault = {""};
    (void)state;
    assert_int_equal(limits_plan(&limits, topology, &options, &fault), 0);
    if (limits_measure(&limits, &options, watch, &watching, &fault))
        fail_msg("%s", fault.text);
    assert_int_equal(watching.samples, limits.count * (LIMITS_MIN_ROUNDS + 1));
    for (size_t i = 0; i < limits.count; i++) {
        const struct limit *limit = &limits.each[i];
        test_doing("%s:%s", limit->name, limit->variant);
        /* Whether somebody slept to be woken depends on what else runs. */
        assert_true(strcmp(limit->name, "futex-wake") == 0 ? limit->count > 0
                                                           : limit->count == LIMITS_MIN_ROUNDS);
        assert_true(isfinite(limit->median) && limit->median > 0);
        assert_true(limit->low > 0 && limit->low <= limit->median && limit->median <= limit->high);
        assert_true(limit->standard_error >= 0 || limit->count < 2);
        assert_true(limit->preempted <= limit->count);
    }
    /* A core of 10 GHz would have to store 4 items a cycle. */
    for (size_t i = 0; i < limits.count; i++)
        if (strcmp(limits.each[i].name, "loop") == 0)
            assert_true(limits.each[i].median > 0.025);
    /* The one thing that must take its time. */
    const struct limit *sleep = limits_find(&limits, "sleep", "1ms", NULL);
    assert_true(sleep->median >= 1e6);
    limits_release(&limits);
    topology_free(topology);
}

static void measuring_can_be_ended(void **state)
{
    struct topology *topology = this_machine();
    struct limits_options options = {.duration_ns = 1};
    struct limits limits;
    struct fault fault = {""};
    (void)state;
    assert_int_equal(limits_plan(&limits, topology, &options, &fault), 0);
    struct watching watching = {.stop_at = limits.count + 4}; /* within the first round that counts */
    assert_int_equal(limits_measure(&limits, &options, watch, &watching, &fault), 1);
    size_t samples = 0;
    for (size_t i = 0; i < limits.count; i++)
        samples += limits.each[i].count;
    assert_in_range(samples, 0, 3);
    limits_release(&limits);
    topology_free(topology);
}

/* --- the file --- */

static char file_name[] = "/tmp/sluice-limits-XXXXXX";

static void write_file(const char *text)
{
    FILE *file = fopen(file_name, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

/* Appends a line to a text; takes the reference. */
static void append(char **text, json_t *object)
{
    char *line = json_dumps(object, JSON_COMPACT), *more;
    assert_non_null(line);
    assert_true(asprintf(&more, "%s%s\n", *text, line) > 0);
    free(line);
    free(*text);
    *text = more;
    json_decref(object);
}

static unsigned first_two[] = {0, 3};
static double some_samples[] = {7, 5, 6, 4, 8, 9, 3};

/* A file of two figures: a pair, and one without samples. */
static char *good_file(void)
{
    static const char *const arguments[] = {"--quick"};
    struct topology *topology = synthetic("core:40 pu:1");
    struct limits_options options = {.duration_ns = 3000000000};
    struct limit figures[] = {
        {.name = "ping-pong",
         .unit = "ns",
         .shared = "l3",
         .pus = first_two,
         .threads = 2,
         .samples = some_samples,
         .count = COUNT(some_samples),
         .preempted = 1},
        {.name = "sleep", .variant = "10us", .unit = "ns", .pus = first_two, .threads = 1},
    };
    struct limits limits = {.each = figures, .count = COUNT(figures)};
    char *text = strdup("");
    append(&text, limits_header(topology, &options, arguments, 1));
    for (size_t i = 0; i < COUNT(figures); i++) {
        assert_int_equal(limit_sum_up(&figures[i], NULL), 0);
        append(&text, limits_line(&figures[i]));
    }
    append(&text, limits_end(&limits, 2.5));
    topology_free(topology);
    return text;
}

static void a_file_is_read_back(void **state)
{
    char *text = good_file();
    struct limits limits;
    struct fault fault = {""};
    (void)state;
    write_file(text);
    free(text);
    assert_true(limits_is_file(file_name));
    if (limits_read(file_name, &limits, &fault))
        fail_msg("%s", fault.text);
    assert_true(limits.complete);
    assert_int_equal(limits.count, 2);
    const struct limit *pair = limits_find(&limits, "ping-pong", "", "l3");
    assert_ptr_equal(pair, limits_pair(&limits, 3, 0));
    assert_string_equal(pair->unit, "ns");
    assert_int_equal(pair->count, COUNT(some_samples));
    assert_memory_equal(pair->samples, some_samples, sizeof some_samples);
    assert_float_equal(pair->median, 6, 0);
    assert_float_equal(pair->low, 3, 0);
    assert_float_equal(pair->high, 9, 0);
    assert_float_equal(pair->confidence, 0.984375, 0);
    assert_true(pair->standard_error > 0);
    assert_int_equal(pair->preempted, 1);
    assert_true(isnan(limits_find(&limits, NULL, "10us", NULL)->median));
    assert_int_equal(json_array_size(json_object_get(limits.header, "left_out")), 2);
    limits_release(&limits);
    limits_release(&limits); /* all zero now */
}

/* Each key has a row in the page's section on the limits. */
static void expect_described(const char *section, const char *line)
{
    char row[96];
    const char *key;
    json_t *value, *object = json_loads(line, JSON_DISABLE_EOF_CHECK, NULL);
    assert_non_null(object);
    json_object_foreach (object, key, value) {
        snprintf(row, sizeof row, "| `%s` |", key);
        if (!strstr(section, row))
            fail_msg("results/SCHEMA.md does not describe '%s' of the limits", key);
    }
    json_decref(object);
}

static void the_schema_is_described(void **state)
{
    static char page[1 << 17];
    FILE *file = fopen(SLUICE_SOURCE_DIR "/results/SCHEMA.md", "r");
    char *text = good_file(), *end, row[96];
    (void)state;
    assert_non_null(file);
    assert_true(fread(page, 1, sizeof page - 1, file) > 0);
    fclose(file);
    char *section = strstr(page, "\n## The limits\n");
    assert_non_null(section);
    end = strstr(section + 1, "\n## ");
    if (end)
        *end = '\0';
    for (const char *line = text; *line; line = strchr(line, '\n') + 1)
        expect_described(section, line);
    for (const struct measure *measure = measures; measure->name; measure++) {
        snprintf(row, sizeof row, "\n| `%s` |", measure->name);
        if (!strstr(section, row))
            fail_msg("results/SCHEMA.md does not describe '%s'", measure->name);
    }
    free(text);
}

/* Expects a refusal of the good file with one text in place of another. */
static void refuse(const char *from, const char *to, const char *reason)
{
    char *text = good_file(), *at = strstr(text, from), *changed;
    struct limits limits;
    struct fault fault = {""};
    assert_non_null(at);
    assert_true(asprintf(&changed, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from)) > 0);
    write_file(changed);
    if (limits_read(file_name, &limits, &fault) == 0)
        fail_msg("'%s' for '%s' was not refused", to, from);
    if (!strstr(fault.text, reason))
        fail_msg("'%s' does not say '%s'", fault.text, reason);
    free(text);
    free(changed);
}

static void bad_files_are_refused(void **state)
{
    struct limits limits;
    struct fault fault = {""};
    (void)state;
    refuse("\"record\":\"limits\"", "\"record\":\"campaign\"", "line 1 of");
    refuse("\"schema\":1", "\"schema\":2", "of schema 2");
    refuse("\"record\":\"limit\",", "\"record\":\"trial\",", "line 2 of");
    refuse("\"pus\":[0,3]", "\"pus\":[0,3.5]", "3.5 is no CPU number");
    refuse("\"pus\":[0,3]", "\"pus\":[0,-3]", "'pus'");
    refuse("\"pus\":[0,3]", "\"pus\":[0]", "'shared'");
    refuse("\"pus\":[0,3]", "\"pus\":[]", "'pus'");
    refuse("\"shared\":\"l3\"", "\"shared\":\"\\u001b[31m\"", "'shared'");
    refuse("\"name\":\"ping-pong\"", "\"name\":\"ping-pong-ping-pong-ping-pong\"", "'name'");
    refuse("\"name\":\"ping-pong\",", "", "lacks 'name'");
    refuse("\"median\":6.0", "\"median\":-6.0", "'median'");
    refuse("\"samples\":[7.0", "\"samples\":[\"7\"", "'samples'");
    refuse("\"figures\":2", "\"figures\":3", "count the figures");
    refuse("}\n", "\n", "is no JSON");
    refuse("\"seconds\":2.5}\n", "\"seconds\":2.5}\n{\"record\":\"end\",\"figures\":2}\n", "comes after");
    write_file("");
    assert_false(limits_is_file(file_name));
    assert_int_equal(limits_read(file_name, &limits, &fault), -1);
    assert_non_null(strstr(fault.text, "is empty"));
    assert_int_equal(limits_read("/nonexistent/file", &limits, &fault), -1);
    assert_false(limits_is_file("/nonexistent/file"));
}

/* --- the screen --- */

static void values_are_formatted(void **state)
{
    static const struct {
        double value;
        const char *unit, *text;
    } cases[] = {
        {217.4, "ns", "217 ns"},
        {52100, "ns", "52.1 us"},
        {1.06e6, "ns", "1.06 ms"},
        {0.0946, "ns", "0.0946 ns"},
        {94.1e6, "lines/s", "94.1 M lines/s"},
        {12, "lines/s", "12.0 lines/s"},
        {NAN, "ns", "-"},
    };
    char text[64];
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(limits_format(cases[i].value, cases[i].unit, text, sizeof text), cases[i].text);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(plans),
        cmocka_unit_test(the_matrix_is_symmetric),
        cmocka_unit_test(samples_are_summed_up),
        cmocka_unit_test(standard_errors),
        cmocka_unit_test(a_crew_is_bound),
        cmocka_unit_test(a_crew_that_cannot_be_bound_is_refused),
        cmocka_unit_test(figures_are_possible),
        cmocka_unit_test(measuring_can_be_ended),
        cmocka_unit_test(a_file_is_read_back),
        cmocka_unit_test(the_schema_is_described),
        cmocka_unit_test(bad_files_are_refused),
        cmocka_unit_test(values_are_formatted),
    };
    int descriptor = mkstemp(file_name);
    if (descriptor < 0)
        return 1;
    close(descriptor);
    test_watch(100);
    int status = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(file_name);
    return status;
}
