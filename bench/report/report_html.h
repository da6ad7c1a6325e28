/* report_html.h - what report_html.c, which makes the page, is put together from. */
#ifndef BENCH_REPORT_HTML_H
#define BENCH_REPORT_HTML_H

#include "report/summary.h"

#include <stdio.h>

/* Prints a text that may hold anything, for an element or an attribute in quotes. Control characters become
 * '?'. */
void html_text(const char *text, FILE *out);

/* html_assets.c: the page's style sheet and its script, which sorts tables and unfolds trials. */
extern const char html_style[], html_script[];

/* html_plots.c: each plot as a figure with inline SVG; or why there is none. */
void html_plots(const struct summary *summary, FILE *out);

/* html_trials.c: every trial, folded, a fold for each configuration. */
void html_trials(const struct summary *summary, FILE *out);

#endif
