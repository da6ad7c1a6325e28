/* unlike.h - what two campaigns differ in beside what is compared: machines, compilers, settings. */
#ifndef BENCH_UNLIKE_H
#define BENCH_UNLIKE_H

#include "record/record.h"

/* Whether it makes sense to compare the two: 0; or -1 with a sentence, where they are one and the same, or
   ran on machines whose CPUs are not the same, which `anyway` allows. Appends a sentence to `warnings`, an
   array, for whatever else differs. */
int unlike_check(const struct campaign_file *base, const struct campaign_file *other, bool anyway,
                 json_t *warnings, struct fault *fault);

/* A sentence where these two configurations' trials, which are compared, were of another length; "" where
   they are alike. Returns the text. */
const char *unlike_lengths(const struct trial_figures *base, const struct trial_figures *other, char *text,
                           size_t size);

#endif
