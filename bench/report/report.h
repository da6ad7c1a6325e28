/* report.h - a campaign's results, for people and for programs. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "base/options.h"
#include "record/record.h"

#include <stdio.h>

enum report_format {
    REPORT_TABLE,
    REPORT_MARKDOWN,
    REPORT_CSV,
    REPORT_JSON,
    REPORT_LATEX,
    REPORT_HTML,
    REPORT_FORMATS
};

/* The format that is called so ("table", "markdown", "csv", "json", "latex", "html"): 0, or -1 with a
   sentence that lists them. */
int report_format_parse(const char *text, enum report_format *format, struct fault *fault);
/* The same of the formats before one, such as those before REPORT_LATEX, which have no more than tables. */
int report_format_parse_before(const char *text, enum report_format end, enum report_format *format,
                               struct fault *fault);

/* What such formats are, for tables of options: all of them, and those before REPORT_LATEX. */
extern const struct option_values report_values, report_table_values;

/* Prints the campaign; one that is not complete is printed as far as it went.
     table, markdown  for people: a row a configuration, rounded, with units, intervals, the machine, warnings
   and what failed csv              for programs, tidy: a header row, then a row a trial, plain numbers in
   base units (items/s, ns, bytes, s); unknown is empty json             one object: medians of each
   configuration, likewise in base units, with the campaign's header latex            the table for booktabs
   and siunitx, the rest as comments (report_paper.h has more) html             one file: tables that sort,
   plots, machine and method, every trial; where gnuplot is missing it says so in place of the plots 0, or -1
   with a sentence when it cannot be written or memory ran out. */
int report_print(const struct campaign_file *file, enum report_format format, FILE *out, struct fault *fault);

#endif
