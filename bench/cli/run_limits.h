/* run_limits.h - the limits of the campaign that `sluice run` is about to run. */
#ifndef BENCH_RUN_LIMITS_H
#define BENCH_RUN_LIMITS_H

#include "campaign/campaign.h"

/* Makes the record of the campaign's limits (limits/roofline.h) as `what` says: "measure", on the PUs that
   its placements use; "none"; or a file of `sluice limits`. *record is null where there is nothing to be
   known: the model says nothing of any configuration. 0; 1: interrupted; -1 with a sentence. */
int run_limits(const struct campaign *campaign, const char *what, json_t **record, struct fault *fault);

#endif
