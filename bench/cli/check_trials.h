/* check_trials.h - the second part of `sluice check`: the queue in the harness, over one hop, in some numbers
   of producers and consumers, capacities, transfers and ways of waiting, as far as its traits allow them. */
#ifndef BENCH_CLI_CHECK_TRIALS_H
#define BENCH_CLI_CHECK_TRIALS_H

#include "campaign/campaign.h"
#include "cli/check_findings.h"

/* One trial for each configuration; `items` a trial. */
int check_trials_plan(struct plan *plan, const char *queue, uint64_t items, uint64_t timeout_ns,
                      const struct topology *topology, struct fault *fault);

/* All of them, each a process of its own and verified item by item, until there are enough findings. */
int check_trials_run(const struct plan *plan, const struct sluice_backend *backend, uint64_t seed,
                     struct findings *findings, struct fault *fault);

#endif
