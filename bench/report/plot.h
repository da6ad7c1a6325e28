/* plot.h - draws a campaign's plots with gnuplot. */
#ifndef BENCH_PLOT_H
#define BENCH_PLOT_H

#include "report/plot_export.h"
#include "base/fault.h"

#include <stdio.h>

/* Formats of a plot, as bits. */
enum { PLOT_SVG = 1, PLOT_PDF = 2, PLOT_PNG = 4, PLOT_TEX = 8, PLOT_ALL = 15 };

/* The formats that plots have, for tables of options. */
extern const struct option_values plot_values;

/* Reads a list such as "svg,pdf": 0, or -1 with a sentence that lists the formats. */
int plot_formats_parse(const char *text, unsigned *formats, struct fault *fault);

/* Exports the data of the campaign in `jsonl_path`, with the limits of the file `limits_path` in place of its
   own unless that is null, to the folder `out_dir`, which is made if missing (its parent must be there),
   copies the gnuplot programs of `scripts_dir` to it, and draws each plot by them, in each of `formats`.
   Files of an earlier time are overwritten, but for programs that differ: somebody changed them. Says on
   `talk` which files it wrote, which plots would be empty and why, and how to draw one again by hand. 0, or
   -1 with a sentence: the campaign cannot be read or has no trial, the folder cannot be written, gnuplot is
   missing (the data is exported then) or failed. */
int plot_draw(const char *jsonl_path, const char *limits_path, const char *out_dir, unsigned formats,
              const char *scripts_dir, struct fault *fault, FILE *talk);

/* The same for a file of `sluice limits`: the round trips between its PUs as a heat map. */
int plot_limits(const char *jsonl_path, const char *out_dir, unsigned formats, const char *scripts_dir,
                struct fault *fault, FILE *talk);

/* The same of a campaign that was read: undrawable[] is set as plot_export does. */
int plot_draw_summary(const struct summary *summary, const char *out_dir, unsigned formats,
                      const char *scripts_dir, const char *undrawable[PLOTS], struct fault *fault,
                      FILE *talk);

/* The same for data that is in the folder already, with campaign.gp: of each of `count` names NAME.tsv, drawn
   by plot-NAME.gp unless undrawable says why there is nothing to draw. */
int plot_draw_data(const char *const *names, const char *const *undrawable, size_t count, const char *folder,
                   unsigned formats, const char *scripts_dir, struct fault *fault, FILE *talk);

/* Makes the folder for plots if it is not there. 0, or -1 with a sentence. */
int plot_make_folder(const char *path, struct fault *fault);

#endif
