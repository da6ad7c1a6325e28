/* cmd_doctor.c - `sluice doctor`: how far this machine can be trusted with measurements, or could be when a
   campaign ran on it, and which of the method's rules the campaign kept. */
#include "cli/commands.h"

#include "base/options.h"
#include "doctor/doctor.h"
#include "doctor/rules.h"
#include "machine/machine.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct doctor_options {
    bool quick, json;
    enum grade fail_on; /* GRADES: never */
};

static int set_quick(void *target, const char *text, struct fault *fault)
{
    (void)text, (void)fault;
    ((struct doctor_options *)target)->quick = true;
    return 0;
}

static const char *const format_words[] = {"table", "json"}, *const grade_words[] = {"never", "warn", "bad"};
static const struct option_values formats = {.words = format_words, .count = 2},
                                  grade_values = {.words = grade_words, .count = 3};

static int set_format(void *target, const char *text, struct fault *fault)
{
    int format = options_find_word(&formats, "format", text, fault);
    ((struct doctor_options *)target)->json = format > 0;
    return format < 0 ? -1 : 0;
}

static int set_fail_on(void *target, const char *text, struct fault *fault)
{
    static const enum grade grades[] = {GRADES, GRADE_WARN, GRADE_BAD};
    int word = options_find_word(&grade_values, "grade to fail on", text, fault);
    if (word < 0)
        return -1;
    ((struct doctor_options *)target)->fail_on = grades[word];
    return 0;
}

static const struct option_spec option_table[] = {
    {"quick", 0, NULL, NULL, "a third of the time, and a coarser noise floor", set_quick, NULL, NULL},
    {"format", 'f', "FORMAT", NULL, "table or json", set_format, "table", &formats},
    {"fail-on", 0, "GRADE", NULL, "end with status 1 where a check is as bad as this: warn, bad or never",
     set_fail_on, "never", &grade_values},
};

static const struct command_spec command = {
    .name = "doctor",
    .summary = "say how far this machine can be trusted with measurements, and what would mend it",
    .usage = "sluice doctor [--quick] [--format table|json] [--fail-on warn|bad]\n"
             "sluice doctor FILE [--format table|json] [--fail-on warn|bad]",
    .examples = "sluice doctor\n"
                "sluice doctor --quick --fail-on bad && sluice run\n"
                "taskset -c 2-5 sluice doctor\n"
                "sluice doctor results/runs/20261122-075000-host.jsonl",
    .notes = "Without FILE, this machine is examined, which takes some seconds: its settings, what\n"
             "else it is doing, how steadily its CPUs work, and what difference between two queues\n"
             "could be told on it. Each check is graded ok, warn, bad or unknown; the verdict is good,\n"
             "fair (a warning), poor (something bad) or unknown.\n"
             "With FILE, which is what `sluice run` wrote, it prints what was found when that campaign\n"
             "ran, and which of the method's 24 rules its records show to be kept.\n"
             "Nothing is changed on the machine; the exit status is 0 whatever the verdict is, unless\n"
             "--fail-on says otherwise.",
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
    .max_operands = 1,
    .operands = &option_files,
};

/* Prints an object and releases it. */
static int print_json(json_t *object, struct fault *fault)
{
    char *text = json_dumps(object, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
    json_decref(object);
    if (!text)
        return fault_set(fault, "the diagnosis cannot be printed: out of memory");
    puts(text);
    free(text);
    return 0;
}

static int examine(const struct doctor_options *options, enum grade *worst, struct fault *fault)
{
    struct topology *topology;
    struct diagnosis diagnosis;
    char caption[512];
    if (topology_load(&topology, fault))
        return -1;
    int status = diagnosis_make(&diagnosis, topology, options->quick, fault);
    if (status == 0 && options->json) {
        status = print_json(diagnosis_json(&diagnosis), fault);
    } else if (status == 0) {
        machine_caption(diagnosis.machine, caption, sizeof caption);
        printf("%s\n\n", caption);
        findings_print(&diagnosis.findings, stdout);
    }
    *worst = findings_worst(&diagnosis.findings);
    diagnosis_release(&diagnosis);
    topology_free(topology);
    return status;
}

/* What was found out about the machine when the campaign started, and after its last trial. */
static json_t *history_json(const struct findings *findings, const struct ruling rulings[RULES])
{
    json_t *object = json_object();
    json_object_set_new(object, "record", json_string("rules"));
    findings_store(findings, object);
    if (!findings->count)
        json_object_set_new(object, "verdict", json_string(verdict_words[GRADE_UNKNOWN]));
    json_object_set_new(object, "rules", rules_json(rulings));
    return object;
}

static void print_history(const struct campaign_file *file, const struct findings *findings,
                          const struct ruling rulings[RULES])
{
    char caption[512];
    machine_caption(json_object_get(file->header, "machine"), caption, sizeof caption);
    text_make_harmless(caption);
    printf("%s\n\n", caption);
    if (findings->count)
        findings_print(findings, stdout);
    else
        puts("nothing was recorded of how far the machine could be trusted: an older version ran the "
             "campaign");
    putchar('\n');
    rules_print(rulings, stdout);
}

static int review(const char *path, const struct doctor_options *options, enum grade *worst,
                  struct fault *fault)
{
    struct campaign_file file;
    struct summary summary;
    struct evidence evidence;
    struct findings findings = {0};
    struct ruling rulings[RULES];
    if (record_read(path, &file, fault))
        return -1;
    int status = summary_make(&summary, &file, fault);
    if (status == 0 && (status = evidence_gather(&evidence, &summary, fault)) == 0) {
        machine_findings(json_object_get(file.header, "machine"), json_object_get(file.end, "disturbance"),
                         &findings);
        rules_judge(&evidence, rulings);
        if (options->json)
            status = print_json(history_json(&findings, rulings), fault);
        else
            print_history(&file, &findings, rulings);
        *worst = findings.count ? findings_worst(&findings) : GRADE_UNKNOWN;
    }
    summary_release(&summary);
    record_release(&file);
    return status;
}

static int main_doctor(int argc, char **argv)
{
    struct doctor_options options = {.fail_on = GRADES};
    struct fault fault = {""};
    enum grade worst = GRADE_OK;
    int first, status = options_parse(&command, argc, argv, &options, &first, &fault);
    if (status == 1)
        return 0;
    signal(SIGCHLD, SIG_DFL); /* ignored, as some parents leave it, no trial could be waited for */
    signal(SIGPIPE, SIG_IGN);
    if (status == 0 && first < argc && options.quick)
        status = fault_set(
            &fault, "--quick is about examining this machine, and '%s' names a campaign's file", argv[first]);
    else if (status == 0 && first < argc)
        status = review(argv[first], &options, &worst, &fault);
    else if (status == 0)
        status = examine(&options, &worst, &fault);
    if (status == 0 && (fflush(stdout) == EOF || ferror(stdout)))
        status = fault_set(&fault, "the diagnosis cannot be written: %s", strerror(errno));
    if (status == 0)
        return worst >= options.fail_on;
    fprintf(stderr, "sluice: %s\n", fault.text);
    return 2;
}

const struct command cmd_doctor = {&command, main_doctor};
