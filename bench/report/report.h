/* report.h - a campaign's results, for people and for programs. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "record/record.h"

#include <stdio.h>

enum report_format { REPORT_TABLE, REPORT_CSV, REPORT_JSON, REPORT_MARKDOWN, REPORT_FORMATS };

/* The format that is called so ("table", "csv", "json", "markdown"): 0, or -1 with a sentence that lists
 * them. */
int report_format_parse(const char *text, enum report_format *format, struct fault *fault);

/* Prints the campaign, a row a configuration; a campaign that is not complete is printed as far as it went.
     table, markdown  for people: rounded, with units, intervals, the machine, warnings and what failed
     csv              a header row, then plain numbers in base units (items/s, ns, bytes, s); unknown is empty
     json             one object: the same numbers under the same names, with the campaign's header
   0, or -1 with a sentence when it cannot be written or memory ran out. */
int report_print(const struct campaign_file *file, enum report_format format, FILE *out, struct fault *fault);

#endif
