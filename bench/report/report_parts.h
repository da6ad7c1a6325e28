/* report_parts.h - what report.c is put together from. All print what they are given and leave errors to the
 * stream. */
#ifndef BENCH_REPORT_PARTS_H
#define BENCH_REPORT_PARTS_H

#include "report/report_style.h"
#include "report/summary.h"

#include <stdio.h>

/* report_csv.c, report_json.c: for programs, the trials and the summary. */
int report_csv(const struct summary *summary, FILE *out, struct fault *fault);
int report_json(const struct summary *summary, FILE *out, struct fault *fault);

/* report_table.c: one row a configuration; first what flowed, then where the queues' memory lay, and how it ended,
   where that is worth a look. */
int report_table(const struct summary *summary, const struct page *page, struct fault *fault);
int report_nodes(const struct summary *summary, const struct page *page, struct fault *fault);
int report_endings(const struct summary *summary, const struct page *page, struct fault *fault);

/* report_notes.c: what stands above and below that table. */
void report_heading(const struct summary *summary, const struct page *page);
int report_notes(const struct summary *summary, const struct page *page, struct fault *fault);

/* report.c: all of the above. */
int report_whole(const struct summary *summary, const struct page *page, struct fault *fault);

/* report_paper.c, report_html.c: whole files. */
int report_latex(const struct summary *summary, FILE *out, struct fault *fault);
int report_html(const struct summary *summary, FILE *out, struct fault *fault);

/* Prints a text from a file, which may hold anything: control characters, which would move a terminal's
   cursor, as '?', and what Markdown would read as markup escaped. */
void report_text(const char *text, bool markdown, FILE *out);

#endif
