/* cmd_check.c - `sluice check`: runs the suite of the queue contract against a queue, then the queue in the
   harness, and says in words what is wrong. */
#include "cli/commands.h"

#include "base/clock.h"
#include "base/options.h"
#include "base/units.h"
#include "cli/check_trials.h"
#include "trial/registry.h"

#include <stdio.h>

struct check_options {
    uint64_t items, repeat, timeout_ns;
};

static int set_items(void *target, const char *text, struct fault *fault)
{
    return units_parse_count(text, &((struct check_options *)target)->items, fault);
}

static int set_repeat(void *target, const char *text, struct fault *fault)
{
    uint64_t *count = &((struct check_options *)target)->repeat;
    return units_parse_count(text, count, fault) || units_require_positive(text, *count, fault) ? -1 : 0;
}

static int set_timeout(void *target, const char *text, struct fault *fault)
{
    uint64_t *ns = &((struct check_options *)target)->timeout_ns;
    return units_parse_duration(text, ns, fault) || units_require_positive(text, *ns, fault) ? -1 : 0;
}

static const struct option_spec option_table[] = {
    {"items", 'n', "COUNT", NULL, "items a trial; 0: no trials", set_items, "10k", NULL},
    {"repeat", 0, "COUNT", NULL, "how often all of it is run, with other random numbers each time",
     set_repeat, "1", NULL},
    {"timeout", 0, "DURATION", NULL, "what has not ended after so long hangs", set_timeout, "60s", NULL},
};

static const struct command_spec command = {
    .name = "check",
    .summary = "try whether a queue keeps the contract and its traits, and say what is wrong",
    .usage = "sluice check QUEUE [options]",
    .examples = "sluice check ./myqueue.so\n"
                "sluice check lcrq --repeat 100",
    .notes = "First the suite of the contract: order, capacity, batches, spans, close, deadlines, ends\n"
             "that are taken over, footprint, leaks, crowds of threads, and threads that are stopped in\n"
             "the midst of an operation that is said to be lock-free. Then trials over one hop: one\n"
             "thread and four times as many as CPUs on either side, capacities from 1 on, items, batches\n"
             "and spans, and ways of waiting, as far as the traits allow them.\n"
             "Ends early after twenty findings or three hangs. Status 1: something is wrong.",
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
    .min_operands = 1,
    .max_operands = 1,
    .operands = &queue_values,
};

/* The suite once. */
static int run_suite(const struct sluice_backend *backend, uint64_t round, uint64_t timeout_ns,
                     struct findings *findings, struct fault *fault)
{
    const size_t tests = contract_tests(backend);
    for (size_t test = 0; test < tests && !findings_enough(findings); test++) {
        struct contract_finding finding;
        char where[512];
        int status = contract_try(backend, test, round, timeout_ns, &finding, fault);
        if (status < 0)
            return -1;
        if (status > 0) {
            snprintf(where, sizeof where, "%s%s%s", finding.test, *finding.doing ? ": " : "", finding.doing);
            findings_tell(findings, finding.kind, finding.text, where);
        } else if (*finding.text && round == 0) {
            printf("not tried: %s\n  in: %s\n", finding.text, finding.test);
        }
        findings_step(findings);
    }
    return 0;
}

static int run_rounds(const char *queue, const struct sluice_backend *backend, const struct plan *plan,
                      const struct check_options *options, struct fault *fault)
{
    const size_t tests = contract_tests(backend);
    struct findings findings = {.all = (tests + plan->count) * options->repeat};
    for (uint64_t round = 0; round < options->repeat && !findings_enough(&findings); round++)
        if (run_suite(backend, round, options->timeout_ns, &findings, fault) ||
            check_trials_run(plan, backend, clock_now_ns(), &findings, fault))
            return -1;
    printf("%s: %ju of %ju done (%zu tests of the contract and %zu trials, %ju times), %u with a finding\n",
           queue, (uintmax_t)findings.done, (uintmax_t)findings.all, tests, plan->count,
           (uintmax_t)options->repeat, findings.found);
    return findings.found > 0;
}

/* 0: nothing is wrong; 1: something is; -1: with a sentence. */
static int check(const char *queue, const struct check_options *options, struct fault *fault)
{
    const struct sluice_backend *backend;
    struct topology *topology;
    struct plan plan = {0};
    if (registry_find(queue, &backend, fault) || topology_load(&topology, fault))
        return -1;
    int status = 0;
    if (options->items > 0 && !backend->traits.instrument) /* what comes out of one cannot be wrong */
        status = check_trials_plan(&plan, queue, options->items, options->timeout_ns, topology, fault);
    if (status == 0)
        status = run_rounds(queue, backend, &plan, options, fault);
    plan_release(&plan);
    topology_free(topology);
    return status;
}

static int main_check(int argc, char **argv)
{
    struct fault fault;
    struct check_options options;
    int first, status = options_parse(&command, argc, argv, &options, &first, &fault);
    if (status == 1)
        return 0;
    if (status == 0)
        status = check(argv[first], &options, &fault);
    if (status >= 0)
        return status;
    fprintf(stderr, "sluice: %s\n", fault.text);
    return 2;
}

const struct command cmd_check = {&command, main_check};
