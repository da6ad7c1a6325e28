/* campaign.h - runs a plan: blocks of one trial of each configuration, in a random order each (METHOD rule
   3), until the rule of stopping.h is met, and writes a record of each trial as it ends. */
#ifndef BENCH_CAMPAIGN_H
#define BENCH_CAMPAIGN_H

#include "campaign/axes.h"
#include "campaign/stopping.h"
#include "record/record.h"

struct campaign {
    const struct plan *plan;
    const struct topology *topology;
    const char *const *arguments; /* of the command line, for the header */
    size_t argument_count;
    const char *config; /* the campaign file that says the same, for the header */
    const char *preset;
    struct stop_rule rule;
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

/* Seconds that a block will take, by its durations and a guess where items are counted; and that the campaign
   will take at least. */
double campaign_estimate_block(const struct plan *plan);
double campaign_estimate(const struct campaign *campaign);

/* Prints the plan: configurations, skipped ones with reasons, order, time, size of the records. */
void campaign_print(const struct campaign *campaign, FILE *out);

/* The record that begins a campaign's file. */
json_t *campaign_header(const struct campaign *campaign);

/* Whether a campaign of this header can be gone on with here and now: 0; or -1 with a sentence, where the
   machine or the program is another one than then, or the plan has other configurations. */
int campaign_check_resumable(const struct campaign *campaign, const json_t *header, const char *path,
                             struct fault *fault);

/* Runs it from the start into a new file, or, where `done` is given, goes on with the file that it was read
   from: trials that are in it are not run again. The file is open. 0, or -1 with a sentence. */
int campaign_run(const struct campaign *campaign, struct record_file *file, const struct campaign_file *done,
                 struct campaign_result *result, struct fault *fault);

#endif
