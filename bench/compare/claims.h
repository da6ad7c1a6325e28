/* claims.h - sentences about campaigns, and whether the records bear them out: the end of a reproduction.

   A file of claims has the syntax of campaign files (base/config_file.h), a section a claim:

       [rings beat locks]
       says = a bounded ring carries at least five times as much as a locked deque
       file = default.jsonl                  the records, within a folder that is given apart
       of = queue=ck-ring-spsc wait=yield    the configuration: axis=value, as many as it takes
       over = queue=deque-lock wait=yield    the claim is about the ratio to this one; may be left out
       metric = throughput                   see compare/metric.h; or share, of what the limits allow
       at-least = 5                          and, or, at-most; of a ratio, or in the metric's unit

   Sentences with commas stand in quotes.    `every` in the place of `of` selects any number of
   configurations, of each of which the claim must hold.

   A claim is reproduced where the whole interval of its figure is within the bounds, not reproduced where it
   is wholly outside, and inconclusive otherwise, as with fewer than STATS_LEAST_BLOCKS values. The figure is
   the ratio that `sluice compare` gives, with its interval, or the median with its own. Each claim is judged
   by itself: of many that lie on their bounds, one in twenty is judged wrongly. */
#ifndef BENCH_CLAIMS_H
#define BENCH_CLAIMS_H

#include "base/config_file.h"
#include "compare/metric.h"
#include "report/report.h"
#include "report/summary.h"

enum claim_verdict { CLAIM_REPRODUCED, CLAIM_INCONCLUSIVE, CLAIM_NOT_REPRODUCED, CLAIM_VERDICTS };

extern const char *const claim_verdicts[CLAIM_VERDICTS]; /* in words */

struct judgement {
    const struct configuration *its,
        *base;            /* of `every` the one that is worst off; base: null without `over` */
    struct figure figure; /* or ratio; all NAN where it is not known */
    size_t values;        /* that it rests on: blocks, or trials */
    enum claim_verdict verdict;
};

struct claim {
    /* What the file says; the strings are the settings'. */
    struct settings settings;
    const char *name, *says, *file, *of, *over; /* over: null where not given */
    bool is_every;
    const struct metric *metric;
    double at_least, at_most; /* infinite where not given */
    /* What the records say. */
    const struct records *records;
    struct judgement found;
};

/* One campaign that claims are about. */
struct records {
    char *path; /* owned */
    struct campaign_file file;
    struct summary summary;
};

struct claims {
    struct config_file text;
    struct claim *list; /* in the order of the file */
    struct records *records;
    size_t count, record_count;
};

/* The keys, as a table of options. */
extern const struct command_spec claims_command;

/* Reads a file of claims, or a text in memory that is called `path`; `path` must outlive it. 0, or -1 with a
   sentence with file and line: what config_read refuses, a key missing or given twice, no such metric or
   axis, no number. Release in any case. */
int claims_read(struct claims *claims, const char *path, struct fault *fault);
int claims_read_text(struct claims *claims, const char *text, const char *path, struct fault *fault);
void claims_release(struct claims *claims);

/* Judges them by the records in a folder. 0, or -1 with a sentence with file and line: a campaign that is not
   there or no campaign, a selection that matches nothing, or several where one is meant. */
int claims_judge(struct claims *claims, const char *folder, struct fault *fault);

/* How many have this verdict. */
size_t claims_count(const struct claims *claims, enum claim_verdict verdict);

/* Prints them with figure, bounds, verdict and the command that makes the records, as report_print() does a
   report; the formats are those before REPORT_LATEX. `reference`, if not null, are the same claims judged by
   other records, whose figures stand beside. */
int claims_print(const struct claims *claims, const struct claims *reference, enum report_format format,
                 FILE *out, struct fault *fault);

/* A part of reading and judging: the axis of a word "axis=value" and where its value begins; -1: none. */
int claims_axis(const char *word, size_t length, const char **value);
/* The next word of a selection; null: there are no more. */
const char *claims_word(const char **rest, size_t *length);
/* Whether a metric is the share of the limit, which no trial tells by itself. */
bool claims_is_share(const struct metric *metric);

#endif
