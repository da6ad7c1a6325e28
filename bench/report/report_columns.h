/* report_columns.h - tables for programs: a column is a name and a member of a struct, of which each row is
 * one. */
#ifndef BENCH_REPORT_COLUMNS_H
#define BENCH_REPORT_COLUMNS_H

#include "report/summary.h"

#include <jansson.h>

/* Each is the type of a member. */
enum column_kind {
    COLUMN_TEXT,    /* const char *, null: unknown */
    COLUMN_CHARS,   /* char[] */
    COLUMN_FLAG,    /* bool */
    COLUMN_COUNT,   /* size_t */
    COLUMN_INDEX,   /* unsigned */
    COLUMN_OUTCOME, /* enum outcome */
    COLUMN_NUMBER,  /* double, NAN: unknown */
};

struct data_column {
    const char *name; /* with its unit, such as "drain_s" */
    enum column_kind kind;
    size_t offset;
};

enum { COLUMN_NUMBER_TEXT = 32 };

/* The value as a text, in base units with 9 significant digits; "" for what is not known. It is the row's, or
   in `buffer`. */
const char *column_text(const void *row, const struct data_column *column, char buffer[COLUMN_NUMBER_TEXT]);
/* The value as JSON, null for what is not known; the caller's. */
json_t *column_json(const void *row, const struct data_column *column);

/* What all trials of a configuration have alike, its axes and its limit: the first columns of each table, of
   a struct configuration. */
extern const struct data_column shared_columns[];
extern const size_t shared_column_count;

/* What a trial says, of a struct trial_figures. */
extern const struct data_column trial_columns[];
extern const size_t trial_column_count;

#endif
