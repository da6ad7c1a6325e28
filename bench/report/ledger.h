/* ledger.h - one trial in full: what each role counted, and how long each part took. */
#ifndef BENCH_LEDGER_H
#define BENCH_LEDGER_H

#include "record/record.h"

#include <stdio.h>

void ledger_print(const struct campaign_file *file, const struct trial_figures *trial, FILE *out);

#endif
