/* check_findings.h - what `sluice check` has found so far, in the contract's suite and in trials. */
#ifndef BENCH_CLI_CHECK_FINDINGS_H
#define BENCH_CLI_CHECK_FINDINGS_H

#include "contract/contract.h"

struct findings {
    unsigned found, hangs;
    uint64_t done, all; /* tests and trials */
};

/* Prints a finding: what kind, in words, and in which test or configuration. */
void findings_tell(struct findings *findings, enum contract_kind kind, const char *text, const char *where);

/* After each test or trial: counts it, and shows progress on a terminal. */
void findings_step(struct findings *findings);

/* Whether it is enough: a queue that is wrong is wrong in many ways, and a hang takes the whole time limit.
 */
bool findings_enough(const struct findings *findings);

#endif
