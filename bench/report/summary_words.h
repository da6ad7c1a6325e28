/* summary_words.h - a summary in words, for tables and plots alike. Each function writes into `text`, cut at
   its end, and returns it. */
#ifndef BENCH_SUMMARY_WORDS_H
#define BENCH_SUMMARY_WORDS_H

#include "report/summary.h"

/* What two configurations of one queue may differ in, of those axes in `axes` (bits 1 << enum axis), after
   the queue where that is among them: "ck-ring-spsc, yield, capacity 1023", "null, yield (instrument)". */
const char *summary_name(const struct summary *summary, const struct configuration *its, unsigned axes,
                         char *text, size_t size);

/* What is the same for all configurations of a queue, and when a trial ends: "transfer=item
   capacity=unbounded|1023 workers=1 work=none; 0.25s or 20k items a trial". Empty where there is no trial. */
const char *summary_constants(const struct summary *summary, char *text, size_t size);

/* A sentence, without full stop, on the confidence of the medians' intervals, or on why there is none. */
const char *summary_confidence(const struct summary *summary, char *text, size_t size);

/* The same as a list: "97.9% with 10 trials, 98.4% with 7 trials"; empty where there is no interval. */
const char *summary_confidences(const struct summary *summary, char *text, size_t size);

/* When, by what, and how much of it: "2026-11-22 07:50 UTC, sluice 0.1.0, commit 0123abc, seed 123, 10
   blocks, 120 of 120 trials, baseline CPython 3.11.2 (30 trials)". */
const char *summary_origin(const struct summary *summary, char *text, size_t size);

/* Trials that did not end ok. */
size_t summary_not_ok(const struct summary *summary);

#endif
