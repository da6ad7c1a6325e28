/* report_paper.h - a campaign for a paper: a folder to take files from. */
#ifndef BENCH_REPORT_PAPER_H
#define BENCH_REPORT_PAPER_H

#include "record/record.h"

#include <stdio.h>

/* Writes to a folder, which is made if missing (its parent must be there):
     table.tex    the table, for \input; its notes are comments
     endings.tex  the table of how the trials ended, where that is worth a look
     macros.tex   a \newcommand for each figure and each fact on the campaign, their names begin with `prefix`
     paper.tex    a document that shows how to use these and the plots
     and the plots for LaTeX, as plot_draw (plot.h) does.
   Says on `talk` what it wrote. 0, or -1 with a sentence: the campaign has no trial, the folder cannot be
   written, gnuplot is missing (the rest is written then) or failed. */
int report_paper(const struct campaign_file *file, const char *folder, const char *prefix,
                 const char *scripts_dir, struct fault *fault, FILE *talk);

#endif
