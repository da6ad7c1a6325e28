/* report_macros.h - a campaign's figures as macros of LaTeX, for a text to quote: see style_macros. */
#ifndef BENCH_REPORT_MACROS_H
#define BENCH_REPORT_MACROS_H

#include "report/summary.h"
#include "base/text_set.h"

#include <stdio.h>

/* Names of macros are letters: the prefix, the figure (the title of its column), the queue and what tells its
   configurations apart: \SluiceThroughputCkRingSpscYieldCompact. A sign that is no letter begins a word,
   digits are spelled (64Ki: SixFourKi). Of two names that would come out alike the second gets a letter: B,
   C, ... */
struct macros {
    const char *prefix;   /* "Sluice" */
    char **stem;          /* of each configuration, by its place in the summary */
    size_t count;         /* of them */
    struct text_set used; /* names */
    char stamp[256];      /* what a figure comes from: campaign, commit, machine */
    bool failed;          /* memory ran out */
};

enum { MACROS_PREFIX = 32 };

/* Whether this can begin the names of macros: letters, fewer than MACROS_PREFIX. 0, or -1 with a sentence. */
int macros_check_prefix(const char *prefix, struct fault *fault);

/* Makes the stems, `hash` is that of the campaign's file. 0, or -1 when memory ran out. Release in any case.
 */
int macros_make(struct macros *macros, const struct summary *summary, const char *prefix, const char *hash);
void macros_release(struct macros *macros);

/* Prints what the macros are, the macros that the others are made of, and one for each fact on the campaign.
 */
void macros_print_facts(struct macros *macros, const struct summary *summary, const char *hash, FILE *out);

#endif
