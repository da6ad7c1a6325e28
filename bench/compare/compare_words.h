/* compare_words.h - what `sluice compare` and `sluice rank` say alike: cells, notes, rows for programs. */
#ifndef BENCH_COMPARE_WORDS_H
#define BENCH_COMPARE_WORDS_H

#include "compare/compare.h"

#include <stdio.h>

enum { WORDS_CELL = 128 };

/* These write a cell and return it; "" for what is not known. */
const char *words_figure(const struct figure *figure, const struct metric *metric, char text[WORDS_CELL]);
const char *words_ratio(const struct stats_ratio *ratio, char text[WORDS_CELL]);
const char *words_probability(double p, char text[WORDS_CELL]);

/* A line "what   text", or a list item in Markdown. */
__attribute__((format(printf, 4, 5))) void words_note(const char *what, bool markdown, FILE *out,
                                                      const char *format, ...);

/* What the medians of these configurations do not tell: modes, drift, outliers. 0, or -1 when memory ran out.
 */
int words_shapes(const struct measured *const *list, const struct configuration *const *of,
                 const struct summary *const *in, size_t count, bool markdown, FILE *out);

/* Which axes, beside the queue, vary in any of these summaries: bits 1 << axis. */
unsigned words_axes(const struct summary *summary);

/* Puts a configuration's axes, but for the queue, into an object. */
void words_set_axes(json_t *object, const struct configuration *its);
/* A number, or null where it is not finite. */
json_t *words_number(double value);
/* Puts "NAME", "NAME_low", "NAME_high". */
void words_set_figure(json_t *object, const char *name, const struct figure *figure);

/* Prints an array of objects that have the same keys, whose values are no arrays or objects, as CSV. */
void words_csv(const json_t *rows, FILE *out);
/* Prints an object: 0, or -1 with a sentence. */
int words_json(const json_t *object, FILE *out, struct fault *fault);

#endif
