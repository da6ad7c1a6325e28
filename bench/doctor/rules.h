/* rules.h - which of the method's 24 rules, which results/METHOD.md lists, a campaign kept, by what its
   records show.

   A rule counts as kept only where the records hold something that would look otherwise if it had not been.
   What the program always does but no record shows is not claimed here. */
#ifndef BENCH_RULES_H
#define BENCH_RULES_H

#include "report/summary.h"

enum rule_state {
    RULE_KEPT,
    RULE_PARTLY,  /* for some of what it is about */
    RULE_BROKEN,  /* not kept */
    RULE_UNKNOWN, /* the records do not tell */
    RULE_IDLE,    /* the campaign has nothing that it is about */
    RULE_STATES
};
extern const char
    *const rule_state_names[RULE_STATES]; /* "kept", "in part", "not kept", "unknown", "no case" */

enum { RULES = 24 };
extern const char *const rule_names[RULES]; /* rule 1 is the first */

struct ruling {
    enum rule_state state;
    char text[320]; /* how it was kept, or why not: a sentence without a full stop */
};

/* What the records of a campaign's own trials show, those of baselines left aside: counts of trials, unless
   it says otherwise. */
struct evidence {
    const struct summary *summary;
    const struct campaign_file *file;
    const json_t *header, *machine;
    size_t trials, ok, read; /* all; those that ended ok; those whose lines could be read again */

    size_t with_process, same_process; /* whose process is known; and is that of the trial before */
    size_t with_padding;               /* whose environment's padding is known */
    bool paddings_differ;
    size_t whole_blocks, reordered_blocks; /* that have each configuration once; of these, in another order
                                              than the first one */
    /* Of trials that ended ok: */
    size_t counted, warmed,
        with_series;                 /* with a number of items as their end; with a warm-up; with 3 samples */
    size_t rates_right, rates_wrong; /* whose throughput is items over time, as they say themselves */
    size_t with_counts;              /* each kind of poll, wait and switch by itself */
    size_t conserved, ordered, verified; /* put = delivered + discarded + failed; nothing out of order or
                                            foreign; both, and no instrument */
    size_t with_memory;                  /* peak, slope with interval, what is left */
    size_t window_inside;                /* the measured interval is known and within the trial */
    size_t rising_series;                /* whose samples' times rise */
    size_t placed, bound, strayed; /* threads: where they ran is known; that were bound; found elsewhere */
    size_t steadiness_tested, unsteady; /* that tell whether they got steady; that did not */
    size_t mixed_configs;               /* trials of one label whose configurations differ */
};

/* Reads the lines of all trials again. 0, or -1 with a sentence when memory ran out. */
int evidence_gather(struct evidence *evidence, const struct summary *summary, struct fault *fault);

/* Judges each rule. */
void rules_judge(const struct evidence *evidence, struct ruling rulings[RULES]);

void rules_print(const struct ruling rulings[RULES], FILE *out);
/* An array of {rule, name, state, text}, the caller's to release. */
json_t *rules_json(const struct ruling rulings[RULES]);

#endif
