/* plot_export.h - the data of the plots as files that gnuplot and people can read. */
#ifndef BENCH_PLOT_EXPORT_H
#define BENCH_PLOT_EXPORT_H

#include "report/summary.h"

#include <stdio.h>

enum plot {
    PLOT_THROUGHPUT,
    PLOT_POLLS,
    PLOT_MEMORY,
    PLOT_CPU,
    PLOT_STOP,
    PLOT_OPERATIONS,
    PLOT_ROUND_TRIP,
    PLOTS
};

/* Their names: the data of one is in NAME.tsv, the gnuplot program that draws it is plot-NAME.gp. */
extern const char *const plot_names[PLOTS];

/* What one shows, as a phrase: "throughput by queue and placement". */
const char *plot_phrase(enum plot plot);

/* Writes campaign.gp (titles and captions) and a data file for each plot into a folder, which must exist.
   undrawable[] is null, or says why a plot has nothing to show: "" where the campaign has no trials
   of its kind, and there is no data file either. 0, or -1 with a sentence. */
int plot_export(const struct summary *summary, const char *folder, const char *undrawable[PLOTS],
                struct fault *fault);

/* --- for whoever else has data to draw --- */

/* Opens FOLDER/NAME.SUFFIX (the suffix with its dot) to be written anew; null with a sentence. */
FILE *plot_open(const char *folder, const char *name, const char *suffix, struct fault *fault);
/* Closes it. 0, or -1 with a sentence where something was not written. */
int plot_close(FILE *file, const char *name, struct fault *fault);
/* Writes a line of campaign.gp: the variable campaign_NAME, any text. */
void plot_put_setting(const char *name, const char *text, FILE *out);

#endif
