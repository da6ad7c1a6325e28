/* campaign.h - runs a plan: blocks of one trial of each configuration, in a random order each (METHOD rule
   3), and writes a record of each trial as it ends. */
#ifndef BENCH_CAMPAIGN_H
#define BENCH_CAMPAIGN_H

#include "campaign/axes.h"
#include "record/record.h"

struct campaign {
    const struct plan *plan;
    const struct topology *topology;
    const char *const *arguments; /* of the command line, for the header */
    size_t argument_count;
    const char *preset;
    unsigned blocks;
    uint64_t seed; /* of the orders and of the environments' sizes */
    double burn_rounds_per_ns;
    json_t *limits; /* the record of the machine's limits for the file; the caller's; null: none */
    bool quiet;     /* no progress */
};

/* What became of it; all trials that ended are in the file in any case. */
struct campaign_result {
    size_t trials, not_ok;
    bool interrupted;
};

/* Seconds that the plan will take, by its durations and a guess where items are counted. */
double campaign_estimate(const struct campaign *campaign);

/* Prints the plan: configurations, skipped ones with reasons, order, time. */
void campaign_print(const struct campaign *campaign, FILE *out);

/* Runs it from the start into a new file, or, where `done` is given, goes on with the file that it was read
   from: trials that are in it are not run again. The file is open. 0, or -1 with a sentence. */
int campaign_run(const struct campaign *campaign, struct record_file *file, const struct campaign_file *done,
                 struct campaign_result *result, struct fault *fault);

#endif
