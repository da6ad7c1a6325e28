/* report_csv.c - the trials as tidy CSV: a row an observation, which is a trial, and a column for each axis
   and each measure. RFC 4180, but with newlines of one character. */
#include "report/report_parts.h"

#include "report/report_columns.h"

#include <string.h>

static void put_field(const char *text, FILE *out)
{
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, out);
        return;
    }
    putc('"', out);
    for (; *text; text++) {
        if (*text == '"')
            putc('"', out);
        putc(*text, out);
    }
    putc('"', out);
}

static void put_row(const struct configuration *its, const struct trial_figures *trial, FILE *out)
{
    char number[COLUMN_NUMBER_TEXT];
    for (size_t i = 0; i < shared_column_count; i++) {
        put_field(column_text(its, &shared_columns[i], number), out);
        putc(',', out);
    }
    for (size_t i = 0; i < trial_column_count; i++) {
        put_field(column_text(trial, &trial_columns[i], number), out);
        putc(i + 1 < trial_column_count ? ',' : '\n', out);
    }
}

int report_csv(const struct summary *summary, FILE *out, struct fault *fault)
{
    (void)fault;
    for (size_t i = 0; i < shared_column_count; i++)
        fprintf(out, "%s,", shared_columns[i].name);
    for (size_t i = 0; i < trial_column_count; i++)
        fprintf(out, "%s%c", trial_columns[i].name, i + 1 < trial_column_count ? ',' : '\n');
    for (const struct configuration *its = summary->configurations;
         its < summary->configurations + summary->count + summary->twins; its++)
        for (size_t i = 0; i < its->trials; i++)
            put_row(its, its->trial[i], out);
    return 0;
}
