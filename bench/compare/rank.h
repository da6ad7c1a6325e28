/* rank.h - what `sluice rank` does: the queues of a campaign in order, within each setting, with ties where
   the data cannot tell.

   A setting is all axes but the queue; capacities divide it, but an unbounded queue is ranked with those of
   each capacity. In a setting all pairs of queues are tested as one family. A queue's rank is an interval:
   one more than there are queues that are better, up to as many as are not worse. So the ranks of a setting
   hold together with 95 % (Mohamad, Goeman & van Zwet, "Simultaneous confidence intervals for ranks with
   application to ranking institutions", Biometrics 78(1), 2022). Instruments are never ranked. */
#ifndef BENCH_RANK_H
#define BENCH_RANK_H

#include "compare/compare.h"
#include "report/report.h"

/* A queue in a setting. */
struct place {
    const struct configuration *its;
    size_t setting, size;        /* which, from 0, and how many queues it has; failed ones too */
    const char *capacity;        /* of the setting: "1023"; "unbounded" where no queue of it has bounds */
    size_t low, high;            /* its rank, from 1; 0: failed, it has no figure */
    struct comparison with_best; /* its figure over that of the setting's best median; not of a family */
};

struct ranking {
    const struct metric *metric;
    double band;
    const struct campaign_file *file;
    struct summary summary;
    struct measurements measurements;
    struct place *place; /* by setting, the best median first */
    size_t count, settings;
    size_t alone; /* queues that have no other one in their setting */
};

/* 0, or -1 with a sentence: nothing to rank. Release in any case. */
int rank_make(struct ranking *ranking, const struct campaign_file *file, const struct metric *metric,
              double band, struct fault *fault);
void rank_release(struct ranking *ranking);

/* Prints it, as report_print() does a report. */
int rank_print(const struct ranking *ranking, enum report_format format, FILE *out, struct fault *fault);

#endif
