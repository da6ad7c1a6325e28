/* check.h - what disturbs measurements on a machine, by what its record says: one table of checks, from which
   the verdict and the warnings of a campaign's header, and the list of `sluice doctor` come.

   The checks see the record alone: what it does not know (null) is graded unknown. */
#ifndef BENCH_CHECK_H
#define BENCH_CHECK_H

#include "machine/finding.h"

/* Shares of a CPU's time from which on somebody else's work, or the host's, is graded. */
#define CHECK_SHARE_WARN 0.01
#define CHECK_SHARE_BAD  0.10

/* Adds a finding for each check of the machine's standing state, from a machine record (machine.h). */
void check_machine(const json_t *machine, struct findings *findings);

/* Adds what can only be said of a campaign that has run, from its `disturbance` (results/SCHEMA.md) and the
   machine's record. */
void check_disturbance(const json_t *machine, const json_t *disturbance, struct findings *findings);

/* Grades the share of CPU time that others used; NAN: not known. `when`: "during the campaign". */
void check_background(double share, const char *when, struct finding *finding);

#endif
