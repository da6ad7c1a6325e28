/* check.c - see check.h. Facts that are a word are graded by a list of answers; those that are a number, or
   that need a second fact to be judged, by a function. The table `checks` lists them all. */
#include "machine/check.h"

#include <hwloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SYS_CPU       "/sys/devices/system/cpu/"
#define WRITE(to, it) "echo " it " | sudo tee " to

/* What a fact may say, and what that means; `{}` stands for it. The first answer that fits is taken: a null
   value fits an unknown fact, "*" any known one. */
struct answer {
    const char *value;
    enum grade grade;
    const char *phrase, *text, *remedy;
};

static const struct answer hypervisor[] = {
    {NULL, GRADE_UNKNOWN, NULL, "whether this is a virtual machine is not known", NULL},
    {"none", GRADE_OK, NULL, "this is no virtual machine", NULL},
    {"*", GRADE_WARN, "{} guest",
     "this is a {} guest: the host may stop its CPUs at any time, and their topology may not be the real one",
     NULL},
    {0},
};

static const struct answer governor[] = {
    {NULL, GRADE_UNKNOWN, NULL,
     "the frequency governor is unknown: changes of the clock rate between trials would go unnoticed", NULL},
    {"performance", GRADE_OK, NULL,
     "the frequency governor is performance: it asks for the highest clock rate", NULL},
    {"*", GRADE_WARN, "governor {}",
     "the frequency governor is {}, not performance: the clock rate changes with the load",
     "sudo cpupower frequency-set -g performance"},
    {0},
};

static const struct answer governors[] = {
    {"*", GRADE_BAD, "governors {}",
     "the CPUs have different frequency governors ({}): placements differ in the clock rate, too",
     "sudo cpupower frequency-set -g performance"},
    {0},
};

static const struct answer turbo[] = {
    {NULL, GRADE_UNKNOWN, NULL, "whether the clock may rise above its nominal rate is not known", NULL},
    {"off", GRADE_OK, NULL, "the clock does not rise above its nominal rate", NULL},
    {"on", GRADE_WARN, "turbo on",
     "turbo is on: the clock rate falls as more CPUs are busy, and with heat, so that trials run at "
     "different rates",
     WRITE(SYS_CPU "cpufreq/boost", "0")},
    {0},
};

static const struct answer intel_turbo[] = {
    {"on", GRADE_WARN, "turbo on",
     "turbo is on: the clock rate falls as more CPUs are busy, and with heat, so that trials run at "
     "different rates",
     WRITE(SYS_CPU "intel_pstate/no_turbo", "1")},
    {0},
};

static const struct answer smt[] = {
    {NULL, GRADE_UNKNOWN, NULL, "whether hardware threads share cores is not known", NULL},
    {"off", GRADE_OK, NULL, "no two hardware threads share a core", NULL},
    {"*", GRADE_WARN, "SMT on",
     "SMT is on: whatever runs on the sibling of a measured hardware thread slows that down",
     WRITE(SYS_CPU "smt/control", "off")},
    {0},
};

static const struct answer clocksource[] = {
    {NULL, GRADE_UNKNOWN, NULL, "the kernel's clock source is not known", NULL},
    {"tsc", GRADE_OK, NULL, "the clock is {}, which is read in user mode", NULL},
    {"kvm-clock", GRADE_OK, NULL, "the clock is {}, which is read in user mode", NULL},
    {"hyperv_clocksource_tsc_page", GRADE_OK, NULL, "the clock is {}, which is read in user mode", NULL},
    {"arch_sys_counter", GRADE_OK, NULL, "the clock is {}, which is read in user mode", NULL},
    {"hpet", GRADE_BAD, "clock {}", "the clock is {}: reading it takes a system call and about a microsecond",
     WRITE("/sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc")},
    {"acpi_pm", GRADE_BAD, "clock {}",
     "the clock is {}: reading it takes a system call and about a microsecond",
     WRITE("/sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc")},
    {"jiffies", GRADE_BAD, "clock {}", "the clock is {}, which ticks every few milliseconds only", NULL},
    {"*", GRADE_WARN, "clock {}",
     "the clock is {}, which may need a system call: what reading it costs is measured by `sluice limits`",
     NULL},
    {0},
};

static const struct answer hugepages[] = {
    {NULL, GRADE_UNKNOWN, NULL, "whether the kernel uses huge pages is not known", NULL},
    {"always", GRADE_WARN, "huge pages always",
     "transparent huge pages are given to whoever asks for memory, as far as there are any: resident sets "
     "grow in "
     "steps of a huge page, and differ from trial to trial",
     WRITE("/sys/kernel/mm/transparent_hugepage/enabled", "madvise")},
    {"*", GRADE_OK, NULL, "transparent huge pages are set to {}: no queue here asks for any", NULL},
    {0},
};

static const struct answer aslr[] = {
    {NULL, GRADE_UNKNOWN, NULL, "whether address layouts are randomised is not known", NULL},
    {"full", GRADE_OK, NULL, "each trial has an address layout of its own", NULL},
    {"partial", GRADE_WARN, "ASLR partial",
     "the heap's place is the same in every trial: a lucky or unlucky one is in all figures",
     "sudo sysctl kernel.randomize_va_space=2"},
    {"*", GRADE_BAD, "ASLR {}",
     "all trials have the same address layout: a lucky or unlucky one is in all figures (Mytkowicz et al. "
     "2009)",
     "sudo sysctl kernel.randomize_va_space=2"},
    {0},
};

static const struct answer build_type[] = {
    {NULL, GRADE_UNKNOWN, NULL, "how the program was built is not known", NULL},
    {"Release", GRADE_OK, NULL, "the program was built for release", NULL},
    {"*", GRADE_BAD, "{} build",
     "the program was built as {}: its figures tell more of that than of the queues",
     "cmake --preset release && cmake --build --preset release"},
    {0},
};

/* --- facts that are a word --- */

static bool fits(const struct answer *answer, const char *value)
{
    return answer->value && value ? strcmp(answer->value, value) == 0 || strcmp(answer->value, "*") == 0
                                  : !answer->value && !value;
}

/* A list ends with an answer without a text; where none fits, the finding stays as it is. */
static void grade_by(const struct answer *answer, const char *value, struct finding *finding)
{
    while (answer->text && !fits(answer, value))
        answer++;
    if (answer->text)
        finding_set(finding, answer->grade, answer->phrase, answer->text, answer->remedy, value);
}

/* A text as it is, a switch as "on" or "off"; null: unknown. */
static const char *word_of(const json_t *value)
{
    return json_is_boolean(value) ? (json_is_true(value) ? "on" : "off") : json_string_value(value);
}

static const char *fact(const json_t *machine, const char *key)
{
    return word_of(json_object_get(machine, key));
}

static void check_governor(const json_t *machine, struct finding *finding)
{
    const char *value = fact(machine, "governor");
    grade_by(value && strchr(value, ',') ? governors : governor, value, finding);
}

/* The switch is where the driver that sets the clock has it. */
static void check_turbo(const json_t *machine, struct finding *finding)
{
    const char *driver = fact(machine, "frequency_driver"), *value = fact(machine, "turbo");
    bool is_intel = driver && strncmp(driver, "intel_", 6) == 0;
    grade_by(is_intel && value && strcmp(value, "on") == 0 ? intel_turbo : turbo, value, finding);
}

static void check_build(const json_t *machine, struct finding *finding)
{
    grade_by(build_type, fact(json_object_get(machine, "build"), "type"), finding);
}

/* --- isolated CPUs --- */

/* What to boot with, on this machine: all usable CPUs but the first, which is left to the rest of the system.
 */
static void suggest_isolation(hwloc_bitmap_t usable, struct finding *finding)
{
    char *list = NULL; /* which hwloc may leave null */
    if (hwloc_bitmap_weight(usable) < 3)
        return; /* nothing to spare */
    hwloc_bitmap_clr(usable, (unsigned)hwloc_bitmap_first(usable));
    hwloc_bitmap_list_asprintf(&list, usable);
    int length = !list ? 0
                       : snprintf(finding->remedy, sizeof finding->remedy,
                                  "boot Linux with isolcpus=%s nohz_full=%s, then: taskset -c %s sluice ...",
                                  list, list, list);
    if (length >= (int)sizeof finding->remedy)
        finding->remedy[0] = '\0'; /* a command that is cut is none */
    free(list);
}

static void check_isolation(const json_t *machine, struct finding *finding)
{
    const char *isolated_list = fact(machine, "isolated_cpus"), *usable_list = fact(machine, "pu_list");
    hwloc_bitmap_t isolated = hwloc_bitmap_alloc(), usable = hwloc_bitmap_alloc();
    bool is_known = isolated && usable && isolated_list && usable_list &&
                    hwloc_bitmap_list_sscanf(isolated, isolated_list) == 0 &&
                    hwloc_bitmap_list_sscanf(usable, usable_list) == 0;
    if (!is_known) {
        finding_set(finding, GRADE_UNKNOWN, NULL, "whether CPUs are isolated is not known", NULL, NULL);
    } else if (hwloc_bitmap_isincluded(usable, isolated)) {
        finding_set(finding, GRADE_OK, NULL,
                    "the CPUs in use ({}) are isolated: the scheduler puts nothing on them", NULL,
                    usable_list);
    } else {
        bool some = hwloc_bitmap_intersects(usable, isolated);
        finding_set(
            finding, GRADE_WARN, some ? "some CPUs not isolated" : "no isolated CPUs",
            some
                ? "of the CPUs in use only some ({}) are isolated: the scheduler puts other threads on the "
                  "rest"
                : "no CPU in use is isolated: the scheduler puts other threads on the CPUs that are measured",
            NULL, isolated_list);
        suggest_isolation(usable, finding);
    }
    hwloc_bitmap_free(isolated);
    hwloc_bitmap_free(usable);
}

/* --- facts that are a number --- */

static double number_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static void check_load(const json_t *machine, struct finding *finding)
{
    const json_t *first = json_array_get(json_object_get(machine, "load_average"), 0);
    double load = json_is_number(first) ? json_number_value(first) : NAN,
           pus = number_of(machine, "pus_total");
    char value[96];
    if (isnan(load) || isnan(pus) || pus < 1) {
        finding_set(finding, GRADE_UNKNOWN, NULL, "how much else was running is not known", NULL, NULL);
        return;
    }
    enum grade grade = load > pus ? GRADE_BAD : load > 0.5 * pus ? GRADE_WARN : GRADE_OK;
    snprintf(value, sizeof value, "%.2f on %.0f PU%s", load, pus, pus == 1 ? "" : "s");
    finding_set(finding, grade, "load {}",
                grade == GRADE_OK ? "the load average of the last minute was {} at the start"
                                  : "the load average was {} at the start: something else was running",
                grade == GRADE_OK ? NULL : "ps -eo pid,pcpu,comm --sort=-pcpu | head", value);
    if (grade == GRADE_OK)
        finding->phrase[0] = '\0';
}

/* A host need not tell its guests what it takes from them: then it is 0 for ever. */
static bool tells_steal(const json_t *machine, double share)
{
    const char *name = fact(machine, "hypervisor");
    bool has_told = share > 0 || number_of(machine, "steal_share") > 0;
    return has_told || (share == 0 && name && strcmp(name, "none") == 0);
}

static void grade_steal(const json_t *machine, double share, const char *when, struct finding *finding)
{
    char value[96];
    if (isnan(share) || !tells_steal(machine, share)) {
        finding_set(finding, GRADE_UNKNOWN, NULL,
                    isnan(share)
                        ? "whether the host took CPU time away is not known"
                        : "the host has told of no CPU time that it took away: perhaps it does not tell",
                    NULL, NULL);
        return;
    }
    enum grade grade = share > CHECK_SHARE_BAD ? GRADE_BAD : share > CHECK_SHARE_WARN ? GRADE_WARN : GRADE_OK;
    snprintf(value, sizeof value, "%.1f%%", 100 * share);
    finding_set(finding, grade, grade == GRADE_OK ? NULL : "steal {}", "{} of the CPU time", NULL, value);
    size_t used = strlen(finding->text);
    snprintf(finding->text + used, sizeof finding->text - used, " %s was stolen by the host for other guests",
             when);
}

static void check_steal(const json_t *machine, struct finding *finding)
{
    grade_steal(machine, number_of(machine, "steal_share"), "since boot", finding);
}

static void check_quota(const json_t *machine, struct finding *finding)
{
    const json_t *limit = json_object_get(json_object_get(machine, "cgroup"), "cpu_limit");
    double cpus = json_number_value(limit), usable = number_of(machine, "pus_usable");
    char value[32];
    if (json_is_string(limit)) {
        finding_set(finding, GRADE_OK, NULL, "no cgroup limits the CPU time", NULL, NULL);
        return;
    }
    if (!json_is_number(limit)) {
        finding_set(finding, GRADE_UNKNOWN, NULL, "whether a cgroup limits the CPU time is not known", NULL,
                    NULL);
        return;
    }
    snprintf(value, sizeof value, "%.2f CPUs", cpus);
    if (cpus >= usable)
        finding_set(finding, GRADE_OK, NULL, "the cgroup allows the time of {}, which is all that are in use",
                    NULL, value);
    else
        finding_set(
            finding, GRADE_BAD, "quota {}",
            "the cgroup allows the time of {}: threads that use more are stopped until the next period",
            "sudo systemd-run --pty --same-dir sluice ...", value);
}

/* --- during a campaign --- */

void check_background(double share, const char *when, struct finding *finding)
{
    char value[96];
    if (isnan(share)) {
        finding_set(finding, GRADE_UNKNOWN, NULL, "how much CPU time others used is not known", NULL, NULL);
        return;
    }
    enum grade grade = share > CHECK_SHARE_BAD ? GRADE_BAD : share > CHECK_SHARE_WARN ? GRADE_WARN : GRADE_OK;
    snprintf(value, sizeof value, "%.1f%%", 100 * share);
    finding_set(finding, grade, grade == GRADE_OK ? NULL : "others {}", "others used {} of the CPUs' time",
                grade == GRADE_OK ? NULL : "ps -eo pid,pcpu,comm --sort=-pcpu | head", value);
    size_t used = strlen(finding->text);
    snprintf(finding->text + used, sizeof finding->text - used, " %s", when);
}

static void check_strays(const json_t *disturbance, struct finding *finding)
{
    double strayed = number_of(disturbance, "strayed_threads");
    char value[32];
    snprintf(value, sizeof value, "%.0f", strayed);
    if (isnan(strayed))
        finding_set(finding, GRADE_UNKNOWN, NULL, "whether threads stayed where they were bound is not known",
                    NULL, NULL);
    else if (strayed > 0)
        finding_set(
            finding, GRADE_BAD, "{} threads strayed",
            "{} threads were found off the PU that they were bound to: placements are not what they say",
            NULL, value);
    else
        finding_set(finding, GRADE_OK, NULL, "every bound thread was found on its PU", NULL, NULL);
}

void check_disturbance(const json_t *machine, const json_t *disturbance, struct findings *findings)
{
    grade_steal(machine, number_of(disturbance, "steal_share"), "during the campaign",
                findings_add(findings, "steal-during"));
    check_background(number_of(disturbance, "background_share"), "during the campaign",
                     findings_add(findings, "background-during"));
    check_strays(disturbance, findings_add(findings, "strayed"));
}

/* --- the table --- */

/* A key of the record with its answers, or a function. */
static const struct {
    const char *name, *key;
    const struct answer *answers;
    void (*judge)(const json_t *machine, struct finding *finding);
} checks[] = {
    {"hypervisor", "hypervisor", hypervisor, NULL},
    {"governor", NULL, NULL, check_governor},
    {"turbo", NULL, NULL, check_turbo},
    {"smt", "smt", smt, NULL},
    {"isolation", NULL, NULL, check_isolation},
    {"load", NULL, NULL, check_load},
    {"steal", NULL, NULL, check_steal},
    {"cgroup-quota", NULL, NULL, check_quota},
    {"clock-source", "clocksource", clocksource, NULL},
    {"huge-pages", "transparent_hugepages", hugepages, NULL},
    {"aslr", "aslr", aslr, NULL},
    {"build", NULL, NULL, check_build},
};

void check_machine(const json_t *machine, struct findings *findings)
{
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        struct finding *finding = findings_add(findings, checks[i].name);
        if (checks[i].judge)
            checks[i].judge(machine, finding);
        else
            grade_by(checks[i].answers, fact(machine, checks[i].key), finding);
    }
}
