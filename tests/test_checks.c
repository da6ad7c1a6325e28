/* test_checks.c - the checks of a machine: every grade of each, on records made up by hand and on made-up
   machines whose files are in a folder of our own. */
#include "machine/check.h"
#include "machine/cpu_times.h"
#include "machine/machine.h"
#include "machine/sysfile.h"

#include "support.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- records made up by hand --- */

/* JSON with ' for ". */
static json_t *json_of(const char *text)
{
    char *copy = strdup(text);
    for (char *quote = copy; (quote = strchr(quote, '\'')); quote++)
        *quote = '"';
    json_t *value = json_loads(copy, 0, NULL);
    if (!value)
        fail_msg("not JSON: %s", text);
    free(copy);
    return value;
}

static const struct finding *find(const struct findings *findings, const char *name)
{
    for (size_t i = 0; i < findings->count; i++)
        if (strcmp(findings->each[i].name, name) == 0)
            return &findings->each[i];
    fail_msg("there is no check '%s'", name);
    return NULL;
}

static void expect(const struct finding *finding, const char *what, const char *grade, const char *part,
                   const char *remedy)
{
    if (strcmp(grade_names[finding->grade], grade) != 0)
        fail_msg("%s of %s is %s, not %s: %s", finding->name, what, grade_names[finding->grade], grade,
                 finding->text);
    if (!strstr(finding->text, part))
        fail_msg("%s of %s does not say '%s': %s", finding->name, what, part, finding->text);
    if (remedy ? !strstr(finding->remedy, remedy) : *finding->remedy != '\0')
        fail_msg("%s of %s is mended by '%s'", finding->name, what, finding->remedy);
    bool has_phrase = finding->grade == GRADE_WARN || finding->grade == GRADE_BAD;
    if (has_phrase != (*finding->phrase != '\0'))
        fail_msg("%s of %s has the phrase '%s'", finding->name, what, finding->phrase);
}

static void every_grade_of_each_check(void **state)
{
    static const struct {
        const char *name, *record, *grade, *part, *remedy;
    } cases[] = {
        {"hypervisor", "{'hypervisor':'none'}", "ok", "no virtual machine", NULL},
        {"hypervisor", "{'hypervisor':'KVM'}", "warn", "this is a KVM guest", NULL},
        {"hypervisor", "{'hypervisor':null}", "unknown", "not known", NULL},
        {"governor", "{'governor':'performance'}", "ok", "performance", NULL},
        {"governor", "{'governor':'powersave'}", "warn", "governor is powersave, not",
         "frequency-set -g performance"},
        {"governor", "{'governor':'performance,powersave'}", "bad", "different",
         "frequency-set -g performance"},
        {"governor", "{'governor':null}", "unknown", "the frequency governor is unknown", NULL},
        {"turbo", "{'turbo':false}", "ok", "does not rise", NULL},
        {"turbo", "{'turbo':true,'frequency_driver':'intel_pstate'}", "warn", "falls",
         "1 | sudo tee /sys/devices/"
         "system/cpu/intel_pstate/"
         "no_turbo"},
        {"turbo", "{'turbo':true,'frequency_driver':'intel_cpufreq'}", "warn", "falls", "no_turbo"},
        {"turbo", "{'turbo':true,'frequency_driver':'acpi-cpufreq'}", "warn", "falls",
         "0 | sudo tee /sys/devices/"
         "system/cpu/cpufreq/boost"},
        {"turbo", "{'turbo':true,'frequency_driver':null}", "warn", "falls", "cpufreq/boost"},
        {"turbo", "{'frequency_driver':'intel_pstate'}", "unknown", "not known", NULL},
        {"smt", "{'smt':'off'}", "ok", "no two", NULL},
        {"smt", "{'smt':'on'}", "warn", "sibling", "echo off | sudo tee /sys/devices/system/cpu/smt/control"},
        {"smt", "{}", "unknown", "not known", NULL},
        {"isolation", "{'isolated_cpus':'2-5','pu_list':'2-3'}", "ok", "(2-3) are isolated", NULL},
        {"isolation", "{'isolated_cpus':'','pu_list':'0-5'}", "warn", "no CPU in use is isolated",
         "isolcpus=1-5 nohz_full=1-5, then: taskset -c 1-5"},
        {"isolation", "{'isolated_cpus':'4-7','pu_list':'0-3'}", "warn", "no CPU in use", "isolcpus=1-3"},
        {"isolation", "{'isolated_cpus':'2-3','pu_list':'0-3'}", "warn", "only some (2-3)", "isolcpus=1-3"},
        {"isolation", "{'isolated_cpus':'','pu_list':'0-1'}", "warn", "no CPU in use", NULL},
        {"isolation", "{'isolated_cpus':'','pu_list':null}", "unknown", "not known", NULL},
        {"isolation", "{'isolated_cpus':'x','pu_list':'0'}", "unknown", "not known", NULL},
        {"isolation", "{'pu_list':'0-3'}", "unknown", "not known", NULL},
        {"load", "{'pus_total':4,'load_average':[2.0,9,9]}", "ok", "2.00 on 4 PUs", NULL},
        {"load", "{'pus_total':4,'load_average':[2.1,0,0]}", "warn", "2.10 on 4 PUs", "ps -eo"},
        {"load", "{'pus_total':4,'load_average':[4.1,0,0]}", "bad", "4.10 on 4 PUs", "ps -eo"},
        {"load", "{'pus_total':1,'load_average':[0,0,0]}", "ok", "0.00 on 1 PU ", NULL},
        {"load", "{'pus_total':4,'load_average':null}", "unknown", "not known", NULL},
        {"load", "{'pus_total':null,'load_average':[1,1,1]}", "unknown", "not known", NULL},
        {"steal", "{'steal_share':0.01,'hypervisor':'KVM'}", "ok", "1.0% of the CPU time since boot", NULL},
        {"steal", "{'steal_share':0.023,'hypervisor':'KVM'}", "warn", "2.3% of the CPU time since boot",
         NULL},
        {"steal", "{'steal_share':0.11,'hypervisor':null}", "bad", "11.0%", NULL},
        {"steal", "{'steal_share':0.0,'hypervisor':'none'}", "ok", "0.0%", NULL},
        {"steal", "{'steal_share':0.0,'hypervisor':'KVM'}", "unknown", "perhaps it does not tell", NULL},
        {"steal", "{'steal_share':0.0,'hypervisor':null}", "unknown", "perhaps it does not tell", NULL},
        {"steal", "{'steal_share':null,'hypervisor':'none'}", "unknown", "not known", NULL},
        {"cgroup-quota", "{'cgroup':{'cpu_limit':'max'},'pus_usable':4}", "ok", "no cgroup", NULL},
        {"cgroup-quota", "{'cgroup':{'cpu_limit':4},'pus_usable':4}", "ok", "4.00 CPUs", NULL},
        {"cgroup-quota", "{'cgroup':{'cpu_limit':1.5},'pus_usable':4}", "bad", "the time of 1.50 CPUs",
         "systemd-run"},
        {"cgroup-quota", "{'cgroup':{'cpu_limit':1.5},'pus_usable':null}", "bad", "1.50 CPUs", "systemd-run"},
        {"cgroup-quota", "{'cgroup':{'cpu_limit':null},'pus_usable':4}", "unknown", "not known", NULL},
        {"clock-source", "{'clocksource':'tsc'}", "ok", "tsc", NULL},
        {"clock-source", "{'clocksource':'xen'}", "warn", "xen", NULL},
        {"clock-source", "{'clocksource':'hpet'}", "bad", "hpet", "echo tsc | sudo tee"},
        {"clock-source", "{'clocksource':'jiffies'}", "bad", "milliseconds", NULL},
        {"clock-source", "{}", "unknown", "not known", NULL},
        {"huge-pages", "{'transparent_hugepages':'never'}", "ok", "never", NULL},
        {"huge-pages", "{'transparent_hugepages':'madvise'}", "ok", "madvise", NULL},
        {"huge-pages", "{'transparent_hugepages':'always'}", "warn", "resident sets",
         "echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled"},
        {"huge-pages", "{}", "unknown", "not known", NULL},
        {"aslr", "{'aslr':'full'}", "ok", "layout of its own", NULL},
        {"aslr", "{'aslr':'partial'}", "warn", "heap", "sysctl kernel.randomize_va_space=2"},
        {"aslr", "{'aslr':'off'}", "bad", "same address layout", "sysctl kernel.randomize_va_space=2"},
        {"aslr", "{}", "unknown", "not known", NULL},
        {"build", "{'build':{'type':'Release'}}", "ok", "release", NULL},
        {"build", "{'build':{'type':'Debug'}}", "bad", "built as Debug", "cmake --preset release"},
        {"build", "{'build':{'type':null}}", "unknown", "not known", NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        json_t *record = json_of(cases[i].record);
        struct findings findings = {0};
        check_machine(record, &findings);
        expect(find(&findings, cases[i].name), cases[i].record, cases[i].grade, cases[i].part,
               cases[i].remedy);
        json_decref(record);
    }
}

/* What comes from a file need not be of the right type: that is not known, and no reason to crash. */
static void nonsense_is_unknown(void **state)
{
    static const char *const records[] = {
        "{}",
        "{'hypervisor':1,'governor':[],'turbo':'?','smt':{},'isolated_cpus':3,'pu_list':false,'load_average':"
        "'high',"
        "'steal_share':'1','cgroup':[],'clocksource':0,'transparent_hugepages':1.5,'aslr':[1],'build':'big'}",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(records); i++) {
        json_t *record = json_of(records[i]);
        struct findings findings = {0};
        check_machine(record, &findings);
        assert_int_equal(findings.count, 12);
        for (size_t j = 0; j < findings.count; j++)
            if (findings.each[j].grade != GRADE_UNKNOWN && strcmp(findings.each[j].name, "turbo") != 0)
                fail_msg("%s is %s in %s", findings.each[j].name, grade_names[findings.each[j].grade],
                         records[i]);
        assert_int_equal(findings_worst(&findings), GRADE_UNKNOWN);
        json_decref(record);
    }
}

static void disturbance_is_graded(void **state)
{
    static const struct {
        const char *name, *record, *grade, *part, *remedy;
    } cases[] = {
        {"steal-during", "{'steal_share':0.005}", "ok", "0.5% of the CPU time during the campaign", NULL},
        {"steal-during", "{'steal_share':0.05}", "warn", "5.0%", NULL},
        {"steal-during", "{'steal_share':0.5}", "bad", "50.0%", NULL},
        {"steal-during", "{'steal_share':0}", "unknown", "perhaps it does not tell", NULL},
        {"steal-during", "{'steal_share':null}", "unknown", "not known", NULL},
        {"background-during", "{'background_share':0.01}", "ok", "1.0% of the CPUs' time during the campaign",
         NULL},
        {"background-during", "{'background_share':0.02}", "warn", "2.0%", "ps -eo"},
        {"background-during", "{'background_share':0.2}", "bad", "20.0%", "ps -eo"},
        {"background-during", "{}", "unknown", "not known", NULL},
        {"strayed", "{'strayed_threads':0}", "ok", "every bound thread", NULL},
        {"strayed", "{'strayed_threads':3}", "bad", "3 threads were found off", NULL},
        {"strayed", "{}", "unknown", "not known", NULL},
    };
    json_t *machine = json_of("{'hypervisor':'KVM'}"),
           *telling = json_of("{'hypervisor':'KVM','steal_share':0.1}");
    json_t *none = json_of("{'steal_share':0}"), *unknown = json_of("{'steal_share':null}");
    struct findings told = {0};
    (void)state;
    check_disturbance(telling, none, &told); /* it has told before: now 0 means 0 */
    expect(find(&told, "steal-during"), "a host that tells", "ok", "0.0%", NULL);
    told.count = 0;
    check_disturbance(telling, unknown, &told);
    expect(find(&told, "steal-during"), "nothing", "unknown", "not known", NULL);
    json_decref(telling);
    json_decref(none);
    json_decref(unknown);
    for (size_t i = 0; i < COUNT(cases); i++) {
        json_t *record = json_of(cases[i].record);
        struct findings findings = {0};
        check_disturbance(machine, record, &findings);
        expect(find(&findings, cases[i].name), cases[i].record, cases[i].grade, cases[i].part,
               cases[i].remedy);
        json_decref(record);
    }
    json_decref(machine);
}

/* --- findings --- */

static void findings_come_back(void **state)
{
    json_t *object = json_object(), *nonsense = json_of("{'checks':[{'name':'a','grade':'superb'},7]}");
    struct findings findings = {0}, read = {0};
    (void)state;
    finding_set(findings_add(&findings, "a"), GRADE_WARN, "{} of it", "a {} more", "mend {}", "bit");
    finding_set(findings_add(&findings, "b"), GRADE_OK, NULL, "well", NULL, NULL);
    findings_store(&findings, object);
    assert_string_equal(json_string_value(json_object_get(object, "verdict")), "fair");
    assert_true(findings_load(&read, object));
    assert_int_equal(read.count, 2);
    assert_string_equal(read.each[0].phrase, "bit of it");
    assert_string_equal(read.each[0].text, "a bit more");
    assert_string_equal(read.each[0].remedy, "mend bit");
    assert_int_equal(read.each[0].grade, GRADE_WARN);
    assert_int_equal(read.each[1].grade, GRADE_OK);
    assert_string_equal(read.each[1].remedy, "");
    read.count = 0;
    assert_false(findings_load(&read, nonsense));
    assert_false(findings_load(&read, NULL));
    assert_int_equal(read.count, 0);
    for (size_t i = 0; i < 2 * FINDINGS_MOST; i++) /* no more than there is room for */
        assert_true(findings_load(&read, object));
    assert_int_equal(read.count, FINDINGS_MOST);
    json_decref(object);
    json_decref(nonsense);
}

static void verdict_is_of_the_worst(void **state)
{
    static const char *const words[GRADES] = {"good", "unknown (unknown: 1)", "fair (2; unknown: 1)",
                                              "poor (3, 2; unknown: 1)"};
    static const char *const captions[GRADES] = {"good", "unknown (1 unknown)", "fair (2, 1 unknown)",
                                                 "poor (3, 2, 1 unknown)"};
    struct findings findings = {0};
    char text[64];
    (void)state;
    for (int grade = GRADE_OK; grade < GRADES; grade++) {
        char name[2] = {(char)('0' + grade), '\0'};
        finding_set(findings_add(&findings, name), (enum grade)grade, NULL, "x", NULL, NULL);
        findings_phrase(&findings, text, sizeof text);
        assert_string_equal(text, words[grade]);
        findings_caption(&findings, text, sizeof text);
        assert_string_equal(text, captions[grade]);
    }
    finding_set(findings_add(&findings, "4"), GRADE_WARN, "hot", "x", NULL, NULL);
    findings_caption(&findings, text, sizeof text);
    assert_string_equal(text, "poor (3, 2, 1 more, 1 unknown)");
}

/* --- made-up machines: files under a root of our own --- */

static char root[] = "/tmp/sluice-test-XXXXXX";

static int remove_one(const char *path, const struct stat *stat, int kind, struct FTW *walk)
{
    (void)stat, (void)kind, (void)walk;
    return remove(path);
}

static void clear_root(void)
{
    nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void put(const char *path, const char *text)
{
    char full[512];
    snprintf(full, sizeof full, "%s%s", root, path);
    for (char *at = full + strlen(root) + 1; (at = strchr(at, '/')); at++) {
        *at = '\0';
        mkdir(full, 0700);
        *at = '/';
    }
    FILE *file = fopen(full, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

struct file {
    const char *path, *text;
};

/* The record of a machine of 4 PUs that has these files; the last one's path is null. */
static json_t *record_of(const struct file *files)
{
    struct topology *topology;
    clear_root();
    assert_int_equal(mkdir(root, 0700), 0);
    for (; files->path; files++)
        put(files->path, files->text);
    assert_int_equal(topology_load_synthetic(&topology, "core:4 pu:1", NULL), 0);
    topology->is_this_machine = true; /* that whose files these are */
    sysfile_set_root(root);
    json_t *record = machine_record(topology);
    sysfile_set_root(NULL);
    topology_free(topology);
    return record;
}

#define CPU "/sys/devices/system/cpu/"

static const struct file tuned[] = {
    {CPU "cpu0/cpufreq/scaling_governor", "performance\n"},
    {CPU "cpu1/cpufreq/scaling_governor", "performance\n"},
    {CPU "cpu2/cpufreq/scaling_governor", "performance\n"},
    {CPU "cpu3/cpufreq/scaling_governor", "performance\n"},
    {CPU "cpu0/cpufreq/scaling_driver", "intel_pstate\n"},
    {CPU "intel_pstate/no_turbo", "1\n"},
    {CPU "smt/active", "0\n"},
    {CPU "isolated", "0-3\n"},
    {"/proc/loadavg", "0.10 0.20 0.30 1/96 908\n"},
    {"/proc/stat", "cpu  50 0 50 9900 0 0 0 0 0 0\ncpu0 50 0 50 9900 0 0 0 0 0 0\nintr 1\n"},
    {"/proc/self/cgroup", "0::/a/b\n"},
    {"/sys/fs/cgroup/cgroup.procs", "1\n"},
    {"/sys/fs/cgroup/a/cgroup.procs", "1\n"},
    {"/sys/fs/cgroup/a/b/cgroup.procs", "1\n"},
    {"/sys/fs/cgroup/a/cpu.max", "max 100000\n"},
    {"/sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n"},
    {"/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n"},
    {"/proc/sys/kernel/randomize_va_space", "2\n"},
    {"/sys/hypervisor/type", "none\n"},
    {0},
};

static const struct file neglected[] = {
    {CPU "cpu0/cpufreq/scaling_governor", "performance\n"},
    {CPU "cpu1/cpufreq/scaling_governor", "powersave\n"},
    {CPU "cpu2/cpufreq/scaling_governor", "powersave\n"},
    {CPU "cpu3/cpufreq/scaling_governor", "powersave\n"},
    {CPU "cpu0/cpufreq/scaling_driver", "acpi-cpufreq\n"},
    {CPU "cpufreq/boost", "1\n"},
    {CPU "smt/active", "1\n"},
    {CPU "isolated", "\n"},
    {"/proc/loadavg", "99.10 0.20 0.30 1/96 908\n"},
    {"/proc/stat", "cpu  50 0 50 700 0 0 0 200 0 0\ncpu0 50 0 50 700 0 0 0 200 0 0\nintr 1\n"},
    {"/proc/self/cgroup", "0::/a/b\n"},
    {"/sys/fs/cgroup/cgroup.procs", "1\n"},
    {"/sys/fs/cgroup/a/cgroup.procs", "1\n"},
    {"/sys/fs/cgroup/a/b/cgroup.procs", "1\n"},
    {"/sys/fs/cgroup/a/cpu.max", "150000 100000\n"},
    {"/sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet\n"},
    {"/sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never\n"},
    {"/proc/sys/kernel/randomize_va_space", "0\n"},
    {"/sys/hypervisor/type", "xen\n"},
    {0},
};

static const struct file mute[] = {{"/proc/stat", "cpu  oops\n"}, {"/proc/loadavg", "high\n"}, {0}};

static void made_up_machines_are_graded(void **state)
{
    static const struct {
        const char *name, *tuned, *neglected;
    } cases[] = {
        {"hypervisor", "ok", "warn"}, {"governor", "ok", "bad"},     {"turbo", "ok", "warn"},
        {"smt", "ok", "warn"},        {"isolation", "ok", "warn"},   {"load", "ok", "bad"},
        {"steal", "ok", "bad"},       {"cgroup-quota", "ok", "bad"}, {"clock-source", "ok", "bad"},
        {"huge-pages", "ok", "warn"}, {"aslr", "ok", "bad"},
    };
    json_t *records[] = {record_of(tuned), record_of(neglected), record_of(mute)};
    struct findings findings[3] = {{0}, {0}, {0}};
    (void)state;
    for (size_t i = 0; i < COUNT(records); i++)
        assert_true(findings_load(&findings[i], records[i]));
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *grades[] = {cases[i].tuned, cases[i].neglected, "unknown"};
        for (size_t j = 0; j < COUNT(records); j++) {
            const struct finding *finding = find(&findings[j], cases[i].name);
            if (strcmp(grade_names[finding->grade], grades[j]) != 0)
                fail_msg("%s of machine %zu is %s, not %s: %s", cases[i].name, j, grade_names[finding->grade],
                         grades[j], finding->text);
        }
    }
    assert_non_null(strstr(find(&findings[1], "turbo")->remedy, "cpufreq/boost"));
    assert_non_null(strstr(find(&findings[1], "load")->text, "99.10 on "));
    assert_non_null(strstr(find(&findings[1], "steal")->text, "20.0%"));
    for (size_t i = 0; i < COUNT(records); i++)
        json_decref(records[i]);
}

/* The quotas of version 1, each controller in a tree of its own. */
static void old_quota_is_found(void **state)
{
    static const struct file files[] = {
        {"/proc/self/cgroup", "4:memory:/\n1:cpu,cpuacct:/box\n0::/\n"},
        {"/sys/fs/cgroup/cpu/box/cgroup.procs", "1\n"},
        {"/sys/fs/cgroup/cpu/box/cpu.cfs_quota_us", "200000\n"},
        {"/sys/fs/cgroup/cpu/box/cpu.cfs_period_us", "100000\n"},
        {0},
    };
    json_t *record = record_of(files);
    struct findings findings = {0};
    (void)state;
    assert_true(findings_load(&findings, record));
    expect(find(&findings, "cgroup-quota"), "version 1", "bad", "2.00 CPUs", "systemd-run");
    json_decref(record);
}

/* Of these CPUs, or of all; in seconds, whatever else is in the file. */
static void cpu_times_are_read(void **state)
{
    static const struct file files[] = {
        {"/proc/stat", "cpu  1000 200 300 4000 500 60 40 900 7 7\n"
                       "cpu0 0 0 0 0 0 0 0 0 0 0\n"
                       "cpu2 100 20 30 400 50 6 4 90 7 7\n"
                       "cpu13 900 180 270 3600 450 54 36 810 0 0\n"
                       "intr 5 5 5\ncpu2 1 1 1 1 1 1 1 1 1 1\n"},
        {0},
    };
    const double tick = 1.0 / (double)sysconf(_SC_CLK_TCK);
    hwloc_bitmap_t pus = hwloc_bitmap_alloc();
    struct cpu_times times;
    (void)state;
    json_decref(record_of(files));
    sysfile_set_root(root);
    assert_true(cpu_times_read(NULL, &times));
    assert_float_equal(times.total, 7000 * tick, 1e-9);
    assert_float_equal(times.busy, 1600 * tick, 1e-9);
    assert_float_equal(times.steal, 900 * tick, 1e-9);
    hwloc_bitmap_only(pus, 2);
    assert_true(cpu_times_read(pus, &times));
    assert_float_equal(times.total, 700 * tick, 1e-9);
    assert_float_equal(times.busy, 160 * tick, 1e-9);
    hwloc_bitmap_set(pus, 13);
    assert_true(cpu_times_read(pus, &times));
    assert_float_equal(times.steal, 900 * tick, 1e-9);
    hwloc_bitmap_only(pus, 1);
    assert_false(cpu_times_read(pus, &times));
    hwloc_bitmap_only(pus, 0); /* counts nothing: nothing is known */
    assert_false(cpu_times_read(pus, &times));
    sysfile_set_root(NULL);
    hwloc_bitmap_free(pus);
    assert_true(cpu_times_own() >= 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_grade_of_each_check), cmocka_unit_test(nonsense_is_unknown),
        cmocka_unit_test(disturbance_is_graded),     cmocka_unit_test(findings_come_back),
        cmocka_unit_test(verdict_is_of_the_worst),   cmocka_unit_test(made_up_machines_are_graded),
        cmocka_unit_test(old_quota_is_found),        cmocka_unit_test(cpu_times_are_read),
    };
    if (!mkdtemp(root))
        return 1;
    int status = cmocka_run_group_tests(tests, NULL, NULL);
    clear_root();
    return status;
}
