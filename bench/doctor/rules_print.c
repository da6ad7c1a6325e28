/* rules_print.c - the rules' names, and how rulings are shown: see rules.h. */
#include "doctor/rules.h"

#include "base/wrap.h"

const char *const rule_state_names[RULE_STATES] = {"kept", "in part", "not kept", "unknown", "no case"};

const char *const rule_names[RULES] = {
    "a process a trial",
    "ten trials or more",
    "blocks in random order",
    "random layout",
    "warm-up cut, steadiness told",
    "stops when precise",
    "median, exact interval",
    "fixed work as times",
    "polls as totals",
    "nothing unlike averaged",
    "modes shown",
    "percentiles not averaged",
    "ratios of paired blocks",
    "four verdicts",
    "twins are alike (A/A)",
    "latency in an open loop",
    "samples for percentiles",
    "the harness's own cost",
    "the machine recorded",
    "axes crossed",
    "memory over time",
    "one clock, read rarely",
    "all verified, none dropped",
    "lines with a meaning",
};

void rules_print(const struct ruling rulings[RULES], FILE *out)
{
    size_t of_state[RULE_STATES] = {0};
    for (int i = 0; i < RULES; i++) {
        size_t column =
            (size_t)fprintf(out, "%2d  %-29s %-9s", i + 1, rule_names[i], rule_state_names[rulings[i].state]);
        wrap_words(out, rulings[i].text, column, 43, 120);
        putc('\n', out);
        of_state[rulings[i].state]++;
    }
    fputs("\nrules: ", out);
    for (int state = 0; state < RULE_STATES; state++)
        fprintf(out, "%s%zu %s", state ? ", " : "", of_state[state], rule_state_names[state]);
    putc('\n', out);
}

json_t *rules_json(const struct ruling rulings[RULES])
{
    json_t *array = json_array();
    for (int i = 0; i < RULES; i++)
        json_array_append_new(array,
                              json_pack("{s:i, s:s, s:s, s:s}", "rule", i + 1, "name", rule_names[i], "state",
                                        rule_state_names[rulings[i].state], "text", rulings[i].text));
    return array;
}
