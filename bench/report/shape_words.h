/* shape_words.h - what medians do not tell, in a sentence each: modes, drift, outliers, no steady state. */
#ifndef BENCH_SHAPE_WORDS_H
#define BENCH_SHAPE_WORDS_H

#include "report/summary.h"

/* A configuration's sample by name. */
struct shaped {
    char name[256];
    const struct stats_shape *shape;
};

/* The samples of a summary's throughput; the caller's to free. Null when memory ran out. */
struct shaped *shape_list(const struct summary *summary);

/* Each writes into `text`, cut at its end, and returns it: a sentence without full stop, or "" where there is
   nothing to say. Those that say p say it of the configurations named; drift is tested over all of the list
   (Holm), modes each by itself. */
const char *shape_modes(const struct shaped *list, size_t count, char *text, size_t size);
const char *shape_drift(const struct shaped *list, size_t count, char *text, size_t size);
const char *shape_outliers(const struct shaped *list, size_t count, char *text, size_t size);
const char *shape_steady(const struct summary *summary, char *text, size_t size);

/* "p = 0.012", "p <= 0.001". */
const char *shape_p(double p, char *text, size_t size);

#endif
