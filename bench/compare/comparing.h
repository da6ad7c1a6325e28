/* comparing.h - what `sluice compare` does: one campaign's queues against one of them, or campaigns against
   the first one. */
#ifndef BENCH_COMPARING_H
#define BENCH_COMPARING_H

#include "compare/compare.h"
#include "report/report.h"

struct comparing_options {
    const struct metric *metric;
    double band;          /* see stats_verdict() */
    const char *baseline; /* a queue; null: the first one. Of one campaign only */
    bool anyway;          /* unlike machines too */
};

/* One campaign of those that are compared. */
struct side {
    const struct campaign_file *file;
    struct summary summary;
    struct measurements measurements;
};

struct comparing {
    struct comparing_options options; /* with the baseline that was chosen; null: between campaigns */
    struct side *side;                /* the first one is, or has, the base */
    size_t sides;
    struct comparison *list; /* the best first */
    size_t count;
    json_t *warnings; /* array of sentences: what else differs */
};

/* Compares the campaigns, which must outlive the result. 0, or -1 with a sentence: a queue that is not there,
   nothing to compare, machines that are unlike. Release in any case. */
int comparing_make(struct comparing *comparing, const struct campaign_file *files, size_t count,
                   const struct comparing_options *options, struct fault *fault);
void comparing_release(struct comparing *comparing);

/* How many have this verdict. */
size_t comparing_count(const struct comparing *comparing, enum verdict verdict);

/* Prints it, as report_print() does a report; `colour` on a terminal. */
int comparing_print(const struct comparing *comparing, enum report_format format, bool colour, FILE *out,
                    struct fault *fault);

#endif
