/* test_machine.c - the machine record: complete, null where unknown, and put into words from itself alone. */
#include "machine/finding.h"
#include "machine/machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
/* cmocka needs the four above */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static json_t *record_of_this_machine(void)
{
    struct fault fault = {""};
    struct topology *topology;
    json_t *record;

    if (topology_load(&topology, &fault) != 0)
        fail_msg("%s", fault.text);
    record = machine_record(topology);
    assert_non_null(record);
    assert_int_equal(json_integer_value(json_object_get(record, "pus_usable")), topology_pus(topology));
    topology_free(topology);
    return record;
}

/* ---- the record ---- */

static void record_has_every_key(void **state)
{
    static const char *const keys[] = {
        "smt",
        "cgroup",
        "governor",
        "numa_nodes",
        "steal_share",
        "isolated_cpus",
        "aslr",
        "checks",
        "cpu_model",
        "hypervisor",
        "clocksource",
        "kernel_release",
        "cores",
        "pu_list",
        "pus_total",
        "dmi_vendor",
        "architecture",
        "kernel_version",
        "turbo",
        "verdict",
        "allocator",
        "page_bytes",
        "load_average",
        "timer_slack_ns",
        "build",
        "hostname",
        "libraries",
        "kernel_name",
        "memory_bytes",
        "frequency_driver",
        "caches",
        "packages",
        "pus_usable",
        "memory_nodes",
        "dmi_product",
        "frequency_khz",
        "transparent_hugepages",
    };
    static const char *const nested[][2] = {
        {"cgroup", "version"},  {"cgroup", "cpu_limit"},  {"cgroup", "memory_limit_bytes"},
        {"cgroup", "cpuset"},   {"libraries", "hwloc"},   {"libraries", "jansson"},
        {"libraries", "glibc"}, {"libraries", "liburcu"}, {"libraries", "ck"},
        {"build", "compiler"},  {"build", "flags"},       {"build", "type"},
        {"build", "commit"},
    };
    json_t *record = record_of_this_machine();
    (void)state;

    for (size_t i = 0; i < COUNT(keys); i++)
        if (!json_object_get(record, keys[i]))
            fail_msg("the record lacks '%s'", keys[i]);
    assert_int_equal(json_object_size(record), COUNT(keys));
    for (size_t i = 0; i < COUNT(nested); i++)
        if (!json_object_get(json_object_get(record, nested[i][0]), nested[i][1]))
            fail_msg("the record lacks '%s.%s'", nested[i][0], nested[i][1]);
    json_decref(record);
}

/* What every Linux tells, and what must then hold. */
static void record_is_plausible(void **state)
{
    json_t *record = record_of_this_machine();
    json_t *steal = json_object_get(record, "steal_share");
    (void)state;

    assert_string_equal(json_string_value(json_object_get(record, "kernel_name")), "Linux");
    assert_true(json_is_string(json_object_get(record, "architecture")));
    assert_true(json_is_string(json_object_get(json_object_get(record, "build"), "compiler")));
    assert_true(json_integer_value(json_object_get(record, "page_bytes")) >= 4096);
    assert_true(json_integer_value(json_object_get(record, "memory_bytes")) > 0);
    assert_true(json_integer_value(json_object_get(record, "pus_usable")) <=
                json_integer_value(json_object_get(record, "pus_total")));
    assert_true(json_is_null(steal) || (json_real_value(steal) >= 0 && json_real_value(steal) <= 1));
    json_decref(record);
}

static const char *const told_by_topology[] = {"cpu_model", "pus_usable", "pu_list",
                                               "cores",     "packages",   "numa_nodes",
                                               "caches",    "governor",   "frequency_khz"};

static void unknown_is_null(void **state)
{
    static const char *const build_keys[] = {"flags", "type", "commit"};
    struct topology *elsewhere;
    json_t *without, *imagined;
    (void)state;

    assert_int_equal(topology_load_synthetic(&elsewhere, "package:2 l3:1 core:4 pu:2", NULL), 0);
    without = machine_record(NULL);
    imagined = machine_record(elsewhere);
    for (size_t i = 0; i < COUNT(told_by_topology); i++) {
        assert_true(json_is_null(json_object_get(without, told_by_topology[i])));
        assert_true(json_is_null(json_object_get(imagined, told_by_topology[i])));
    }
    /* test_machine may be linked with a machine.c that was told of the build, or not: no text is empty */
    for (size_t i = 0; i < COUNT(build_keys); i++) {
        json_t *value = json_object_get(json_object_get(without, "build"), build_keys[i]);
        assert_true(json_is_null(value) || json_string_length(value) > 0);
        assert_true(json_is_null(value) || strcmp(json_string_value(value), "unknown") != 0);
    }
    topology_free(elsewhere);
    json_decref(without);
    json_decref(imagined);
}

static void record_survives_a_round_trip(void **state)
{
    json_t *record = record_of_this_machine(), *read;
    char *line = json_dumps(record, JSON_COMPACT);
    (void)state;

    assert_non_null(line);
    assert_null(strchr(line, '\n'));
    read = json_loads(line, 0, NULL);
    assert_true(json_equal(read, record));
    free(line);
    json_decref(read);
    json_decref(record);
}

/* ---- in words ---- */

static json_t *parse(const char *text)
{
    json_error_t error;
    json_t *value = json_loads(text, 0, &error);

    if (!value)
        fail_msg("%s: %s", text, error.text);
    return value;
}

static void captions(void **state)
{
    static const char *const cases[][2] = {
        {"{'cpu_model':'Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz','cores':2,'pus_usable':2,'pus_total':2,"
         "'kernel_name':'Linux','kernel_release':'6.18.44-fc','governor':null,'hypervisor':'KVM',"
         "'build':{'compiler':'gcc 12.2.0','flags':'-O2 -g -O3 -DNDEBUG'}}",
         "Intel Xeon E5-2680 v4, 2 cores / 2 PUs, Linux 6.18, gcc 12.2 -O3, governor unknown, KVM guest"},
        {"{'cpu_model':'AMD EPYC 7763 64-Core Processor','cores':1,'pus_usable':1,'pus_total':128,"
         "'kernel_name':'Linux','kernel_release':'5.10','governor':'performance','hypervisor':'none',"
         "'build':{'compiler':'clang 14.0.6','flags':null}}",
         "AMD EPYC 7763 64-Core, 1 core / 1 of 128 PUs, Linux 5.10, clang 14.0, governor performance"},
        {"{'cores':null,'pus_usable':4,'pus_total':null,'governor':'powersave,performance','hypervisor':"
         "null}",
         "unknown CPU, 4 PUs, governor powersave,performance"},
        {"{}", "unknown CPU, governor unknown"},
    };
    char text[256];
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        char line[512];
        json_t *machine;
        strcpy(line, cases[i][0]);
        for (char *quote = line; (quote = strchr(quote, '\'')); quote++)
            *quote = '"';
        machine = parse(line);
        machine_caption(machine, text, sizeof text);
        assert_string_equal(text, cases[i][1]);
        json_decref(machine);
    }
    machine_caption(NULL, text, sizeof text);
    assert_string_equal(text, "unknown CPU, governor unknown");
}

static void caption_of_this_machine_fits_any_buffer(void **state)
{
    json_t *record = record_of_this_machine();
    char whole[512], cut[512];
    (void)state;

    machine_caption(record, whole, sizeof whole);
    assert_true(strlen(whole) > strlen("unknown CPU"));
    print_message("%s\n", whole);
    for (size_t size = 1; size <= strlen(whole) + 1; size++) {
        machine_caption(record, cut, size);
        assert_int_equal(strlen(cut), size - 1);
        assert_memory_equal(cut, whole, size - 1);
    }
    machine_caption(record, NULL, 0);
    json_decref(record);
}

/* A record's warnings and verdict are those of its checks, whatever else it says. */
static void warnings_say_why(void **state)
{
    json_t *machine = json_object(), *warnings;
    struct findings findings = {0}, read = {0};
    char text[256];
    (void)state;

    warnings = machine_warnings(machine);
    assert_int_equal(json_array_size(warnings), 0);
    json_decref(warnings);
    assert_false(machine_findings(machine, NULL, &read));
    assert_false(machine_findings(NULL, NULL, &read));
    assert_int_equal(read.count, 0);

    finding_set(findings_add(&findings, "aslr"), GRADE_OK, NULL, "fine", NULL, NULL);
    finding_set(findings_add(&findings, "steal"), GRADE_UNKNOWN, NULL, "who knows", NULL, NULL);
    finding_set(findings_add(&findings, "turbo"), GRADE_WARN, "turbo on", "it is hot", NULL, NULL);
    finding_set(findings_add(&findings, "load"), GRADE_BAD, "load {}", "{} run", "kill", "9");
    finding_set(findings_add(&findings, "smt"), GRADE_UNKNOWN, NULL, "who knows", NULL, NULL);
    findings_store(&findings, machine);
    warnings = machine_warnings(machine);
    assert_int_equal(json_array_size(warnings), 3);
    assert_string_equal(json_string_value(json_array_get(warnings, 0)), "it is hot");
    assert_string_equal(json_string_value(json_array_get(warnings, 1)), "9 run");
    assert_non_null(strstr(json_string_value(json_array_get(warnings, 2)), "unnoticed: steal, smt"));
    json_decref(warnings);
    assert_true(machine_findings(machine, NULL, &read));
    findings_phrase(&read, text, sizeof text);
    assert_string_equal(text, "poor (load 9, turbo on; unknown: steal, smt)");
    findings_phrase(&read, text, 12);
    assert_string_equal(text, "poor (load ");
    assert_true(machine_findings(machine, machine, &read)); /* of the start and of the end */
    assert_int_equal(read.count, 3 * findings.count);
    json_decref(machine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(record_has_every_key),
        cmocka_unit_test(record_is_plausible),
        cmocka_unit_test(unknown_is_null),
        cmocka_unit_test(record_survives_a_round_trip),
        cmocka_unit_test(captions),
        cmocka_unit_test(caption_of_this_machine_fits_any_buffer),
        cmocka_unit_test(warnings_say_why),
    };

    return cmocka_run_group_tests_name("machine record", tests, NULL, NULL);
}
