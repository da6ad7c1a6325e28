/* test_rules.c - the method's rules against campaigns made by hand: one that keeps what can be kept, and one
   change of its records after the other, each with the rule that then is judged otherwise. */
#include "doctor/rules.h"

#include "records.h"

#include <math.h>

enum { BLOCKS = 12, QUEUES = 3, TRIALS = BLOCKS * QUEUES };

static const char *const queues[QUEUES] = {"a", "b", "null"};

/* JSON with ' for ". */
static json_t *json_of(const char *text)
{
    char *copy = strdup(text);
    for (char *quote = copy; (quote = strchr(quote, '\'')); quote++)
        *quote = '"';
    json_t *value = json_loads(copy, JSON_DECODE_ANY, NULL);
    if (!value)
        fail_msg("not JSON: %s", text);
    free(copy);
    return value;
}

/* Sets or, with a null value, removes what stands at a path such as "roles.0.put". */
static void change(json_t *object, const char *path, const char *value)
{
    char key[64];
    size_t length = strcspn(path, ".");
    snprintf(key, sizeof key, "%.*s", (int)length, path);
    if (path[length])
        change(json_is_array(object) ? json_array_get(object, (size_t)atoi(key))
                                     : json_object_get(object, key),
               path + length + 1, value);
    else if (value)
        json_object_set_new(object, key, json_of(value));
    else
        json_object_del(object, key);
}

/* --- the campaign that keeps what can be kept --- */

static json_t *good_machine(void)
{
    return json_of(
        "{'hostname':'h','cpu_model':'c','kernel_release':'6','pus_total':4,'caches':[],'smt':'off',"
        "'governor':'performance','turbo':false,'frequency_khz':1,'isolated_cpus':'','hypervisor':'none',"
        "'load_average':[0,0,0],'steal_share':0,'clocksource':'tsc','transparent_hugepages':'never',"
        "'aslr':'full','allocator':'glibc malloc 2.36'}");
}

static void make_good_roles(json_t *roles, long long items)
{
    static const char *const zeros[] = {"yields", "sleeps", "wakeups", "signals", "disordered", "foreign"};
    json_t *role;
    size_t i;
    json_array_foreach (roles, i, role) {
        for (size_t j = 0; j < COUNT(zeros); j++)
            json_object_set_new(role, zeros[j], json_integer(0));
        json_object_set_new(role, "put", json_integer(items));
    }
}

#define TWELVE "[1,1,1,1,1,1,1,1,1,1,1,1]"
#define EVEN   "[80,160,240,320,400,480,560,640,720,800,880,960]"
#define UNEVEN "[80,160,240,320,400,480,560,640,650,660,670,680]"

static json_t *good_trial(unsigned block, unsigned position, unsigned queue)
{
    struct hand_trial hand = {
        .queue = queues[queue], .block = block, .throughput = 1000, .items = 1000, .elapsed_s = 1.2};
    json_t *trial = hand_trial(&hand);
    unsigned number = block * QUEUES + position;
    json_object_set_new(trial, "position", json_integer(position));
    json_object_set_new(trial, "process", json_integer(4000 + number));
    json_object_set_new(trial, "padding_bytes", json_integer(number * 577 % 4096));
    change(trial, "window_s", "1.0");
    change(trial, "window_items", "1000");
    change(trial, "config.items", "null");
    change(trial, "config.duration_s", "1.1");
    change(trial, "config.warmup_s", "0.1");
    change(trial, "memory.end_bytes", "1");
    change(trial, "threads", "[{'migrations':0,'strayed':false,'abandoned':false,'pu':0,'cpu':0}]");
    change(trial, "series",
           "{'at_s':[0.09,0.18,0.27,0.36,0.45,0.54,0.63,0.72,0.81,0.9,0.99,1.08],'resident_bytes':" TWELVE
           ",'heap_bytes':" TWELVE ",'delivered':" EVEN ",'depth':{'download':" TWELVE ",'resize':" TWELVE
           ",'upload':" TWELVE ",'done':" TWELVE "}}");
    make_good_roles(json_object_get(trial, "roles"), 1000);
    return trial;
}

struct campaign {
    json_t *records[TRIALS + 2];
};

static struct campaign good_campaign(void)
{
    static const char *const names[] = {"a", "b", "null", NULL};
    struct campaign campaign = {.records = {hand_header(names, TRIALS)}};
    json_object_set_new(campaign.records[0], "machine", good_machine());
    change(campaign.records[0], "blocks", "12");
    change(campaign.records[0], "precision", "0.02");
    for (unsigned i = 0; i < TRIALS; i++) {
        unsigned block = i / QUEUES, position = i % QUEUES;
        campaign.records[1 + i] = good_trial(block, position, (position + block * block) % QUEUES);
    }
    campaign.records[TRIALS + 1] = hand_end(TRIALS);
    change(campaign.records[TRIALS + 1], "stopped", "['precise','precise','precise']");
    change(campaign.records[TRIALS + 1], "precision", "[0.01,0.01,0.01]");
    change(campaign.records[TRIALS + 1], "blocks", "12");
    return campaign;
}

/* Judges and releases it. */
static void judge(const struct campaign *campaign, size_t records, struct ruling rulings[RULES])
{
    struct campaign_file file;
    struct summary summary;
    struct evidence evidence;
    struct fault fault = {""};
    for (size_t i = records; i < COUNT(campaign->records); i++)
        json_decref(campaign->records[i]);
    if (record_read(hand_records(campaign->records, records), &file, &fault) ||
        summary_make(&summary, &file, &fault) || evidence_gather(&evidence, &summary, &fault))
        fail_msg("%s", fault.text);
    rules_judge(&evidence, rulings);
    summary_release(&summary);
    record_release(&file);
}

static const char *state_of(const struct ruling rulings[RULES], int rule)
{
    return rule_state_names[rulings[rule - 1].state];
}

static void good_campaign_keeps_rules(void **state)
{
    static const char *const states[RULES] = {
        "kept",    "kept",    "kept", "kept",    "kept",    "kept",    "kept",     "no case",
        "kept",    "kept",    "kept", "no case", "no case", "no case", "not kept", "no case",
        "no case", "in part", "kept", "no case", "kept",    "kept",    "kept",     "kept",
    };
    struct campaign campaign = good_campaign();
    struct ruling rulings[RULES];
    (void)state;
    judge(&campaign, COUNT(campaign.records), rulings);
    for (int rule = 1; rule <= RULES; rule++) {
        if (strcmp(state_of(rulings, rule), states[rule - 1]) != 0)
            fail_msg("rule %d is %s, not %s: %s", rule, state_of(rulings, rule), states[rule - 1],
                     rulings[rule - 1].text);
        assert_true(strlen(rulings[rule - 1].text) > 10);
    }
}

/* --- one change each --- */

enum { HEADER = -1, END = -2, ALL = -3, OF_A = -4 };

static void apply(struct campaign *campaign, int where, const char *path, const char *value)
{
    if (where == HEADER)
        change(campaign->records[0], path, value);
    else if (where == END)
        change(campaign->records[TRIALS + 1], path, value);
    else if (where >= 0)
        change(campaign->records[1 + where], path, value);
    else
        for (int i = 0; i < TRIALS; i++) {
            const json_t *label = json_object_get(campaign->records[1 + i], "label");
            if (where == ALL || strncmp(json_string_value(label), "a ", 2) == 0)
                change(campaign->records[1 + i], path, value);
        }
}

static void each_rule_can_be_broken(void **state)
{
    static const struct {
        int where;
        const char *path, *value;
        int rule;
        const char *state, *part;
    } cases[] = {
        {5, "process", NULL, 1, "unknown", "35 of 36"},
        {ALL, "process", "77", 1, "not kept", "35 trials ran in the process of the one before"},
        {3, "outcome", "'crashed'", 2, "kept", "at least 11"},
        {OF_A, "outcome", "'crashed'", 2, "not kept", "at least 0"},
        {ALL, "position", NULL, 3, "unknown", "0 whole blocks"},
        {ALL, "padding_bytes", NULL, 4, "unknown", "0 of 36"},
        {ALL, "padding_bytes", "7", 4, "in part", "not seen to differ"},
        {HEADER, "machine.aslr", "'off'", 4, "in part", "ASLR off"},
        {HEADER, "machine.aslr", "null", 4, "unknown", "ASLR unknown"},
        {ALL, "config.warmup_s", "0", 5, "in part", "0 have a warm-up"},
        {ALL, "series.delivered", UNEVEN, 5, "kept", "36 of 36 trials reached no steady state"},
        {OF_A, "series.delivered", UNEVEN, 5, "kept", "12 of 36 trials reached no steady state"},
        {OF_A, "series.delivered", EVEN, 5, "kept", "0 of 36 trials reached no steady state"},
        {HEADER, "precision", NULL, 6, "not kept", "fixed beforehand, at 12"},
        {END, "stopped", "['precise','blocks','budget']", 6, "in part", "1 of 3"},
        {END, "stopped", NULL, 6, "unknown", "not recorded"},
        {OF_A, "outcome", "'timeout'", 7, "kept", "2 of 2"},
        {ALL, "config.items", "1000", 8, "kept", "36 trials had a fixed number"},
        {ALL, "outcome", "'failed'", 7, "unknown", "no trial ended ok"},
        {4, "roles.2.yields", NULL, 9, "in part", "35 of 36"},
        {4, "voluntary_switches", "null", 9, "in part", "35 of 36"},
        {ALL, "roles.0.sleeps", NULL, 9, "not kept", "0 of 36"},
        {4, "config.capacity", "5", 10, "not kept", "1 trials have another configuration"},
        {OF_A, "config.instrument", "true", 18, "in part", "2 configurations"},
        {ALL, "config.instrument", "false", 18, "not kept", "nothing ran without a queue"},
        {HEADER, "machine.governor", "null", 19, "in part", "does not tell governor;"},
        {HEADER, "machine.governor", NULL, 19, "in part", "does not tell governor;"},
        {7, "threads.0.cpu", "null", 19, "in part", "35 of 36"},
        {OF_A, "config.wait", "'block'", 20, "in part", "with the queue, and with it alone, varies: wait"},
        {HEADER, "machine.allocator", "null", 21, "in part", "allocator"},
        {4, "memory.heap_slope_bytes_per_s", "null", 21, "in part", "35 of 36"},
        {4, "window_s", "1.5", 22, "in part", "35 of 36"},
        {4, "window_s", "null", 22, "in part", "35 of 36"},
        {HEADER, "machine.clocksource", "null", 22, "unknown", "clock source"},
        {OF_A, "roles.0.put", "1001", 23, "not kept", "12 of 24"},
        {OF_A, "roles.3.disordered", "1", 23, "not kept", "12 of 24"},
        {OF_A, "roles.3.foreign", NULL, 23, "not kept", "12 of 24"},
        {OF_A, "outcome", "'invalid'", 23, "kept", "12 that did not are in the file"},
        {4, "series.at_s", "[0.1,0.6,0.5,0.7,0.71,0.72,0.73,0.74,0.75,0.76,0.77,0.78]", 24, "in part",
         "35 of 36"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct campaign campaign = good_campaign();
        struct ruling rulings[RULES];
        apply(&campaign, cases[i].where, cases[i].path, cases[i].value);
        judge(&campaign, COUNT(campaign.records), rulings);
        const struct ruling *ruling = &rulings[cases[i].rule - 1];
        if (strcmp(rule_state_names[ruling->state], cases[i].state) != 0 ||
            !strstr(ruling->text, cases[i].part))
            fail_msg("%s = %s: rule %d is %s: %s", cases[i].path,
                     cases[i].value ? cases[i].value : "(removed)", cases[i].rule,
                     rule_state_names[ruling->state], ruling->text);
    }
}

/* A rate that is not items over time, in a campaign of counted items. */
static void wrong_rates_are_found(void **state)
{
    struct campaign campaign = good_campaign();
    struct ruling rulings[RULES];
    (void)state;
    apply(&campaign, ALL, "config.items", "1000");
    apply(&campaign, 7, "throughput", "1001.0");
    judge(&campaign, COUNT(campaign.records), rulings);
    assert_string_equal(state_of(rulings, 8), "not kept");
}

/* The same order in each block, as if nobody had shuffled; with too few blocks that may be chance. */
static void fixed_order_is_found(void **state)
{
    (void)state;
    for (int few = 0; few < 2; few++) {
        struct campaign campaign = good_campaign();
        struct ruling rulings[RULES];
        for (unsigned i = 0; i < TRIALS; i++) {
            json_decref(campaign.records[1 + i]);
            campaign.records[1 + i] = good_trial(i / QUEUES, i % QUEUES, i % QUEUES);
        }
        judge(&campaign, few ? 1 + 2 * QUEUES : COUNT(campaign.records), rulings);
        assert_string_equal(state_of(rulings, 3), few ? "unknown" : "not kept");
        assert_string_equal(state_of(rulings, 2), few ? "not kept" : "kept");
        assert_string_equal(state_of(rulings, 23), few ? "in part" : "kept"); /* trials are missing */
    }
}

/* Makes b the twin of a, with so many times its throughput. */
static void judge_twins(double factor, struct ruling rulings[RULES])
{
    struct campaign campaign = good_campaign();
    char twin[300], text[64];
    const char *label =
        json_string_value(json_array_get(json_object_get(campaign.records[0], "configurations"), 0));
    snprintf(twin, sizeof twin, "%s aa=twin", label);
    json_array_set_new(json_object_get(campaign.records[0], "configurations"), 1, json_string(twin));
    for (int i = 0; i < TRIALS; i++) {
        json_t *trial = campaign.records[1 + i];
        if (strncmp(json_string_value(json_object_get(trial, "label")), "b ", 2) != 0)
            continue;
        json_object_set_new(trial, "label", json_string(twin));
        json_object_set_new(json_object_get(trial, "config"), "twin", json_true());
        snprintf(text, sizeof text, "%.3f", 1000 * factor * (i % 2 ? 1.001 : 0.999));
        change(trial, "throughput", text);
    }
    judge(&campaign, COUNT(campaign.records), rulings);
}

static void twins_are_compared(void **state)
{
    struct ruling rulings[RULES];
    (void)state;
    judge_twins(1.0, rulings);
    assert_string_equal(state_of(rulings, 15), "kept");
    judge_twins(1.1, rulings);
    assert_string_equal(state_of(rulings, 15), "in part");
    assert_non_null(strstr(rulings[14].text, "of 1 its 95% interval leaves 1 out"));
}

/* Files of older versions lack what was added since; nothing is claimed of them. */
static void nothing_is_claimed_without_records(void **state)
{
    static const char *const no_queue[] = {"a", NULL};
    json_t *records[] = {hand_header(no_queue, 1), hand_trial(&(struct hand_trial){.queue = "a"}),
                         hand_end(1)};
    struct campaign_file file;
    struct summary summary;
    struct evidence evidence;
    struct ruling rulings[RULES];
    struct fault fault = {""};
    (void)state;
    assert_int_equal(record_read(hand_records(records, COUNT(records)), &file, &fault), 0);
    assert_int_equal(summary_make(&summary, &file, &fault), 0);
    assert_int_equal(evidence_gather(&evidence, &summary, &fault), 0);
    rules_judge(&evidence, rulings);
    for (int rule = 1; rule <= RULES; rule++)
        if (rulings[rule - 1].state == RULE_KEPT && rule != 10 && rule != 8)
            fail_msg("rule %d is said to be kept: %s", rule, rulings[rule - 1].text);
    json_t *array = rules_json(rulings);
    assert_int_equal(json_array_size(array), RULES);
    assert_int_equal(json_integer_value(json_object_get(json_array_get(array, 23), "rule")), 24);
    json_decref(array);
    summary_release(&summary);
    record_release(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_campaign_keeps_rules), cmocka_unit_test(each_rule_can_be_broken),
        cmocka_unit_test(wrong_rates_are_found),     cmocka_unit_test(fixed_order_is_found),
        cmocka_unit_test(twins_are_compared),        cmocka_unit_test(nothing_is_claimed_without_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
