/* report_grid.h - a grid of texts and numbers with a title a column, filled column by column and printed
   aligned for a terminal or as Markdown; report_style.h has the other formats. */
#ifndef BENCH_REPORT_GRID_H
#define BENCH_REPORT_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { GRID_COLUMNS = 32 /* most of them */, GRID_WIDTH = 150 /* columns of a terminal's line */ };

/* The number that a cell's text tells, in its base unit; NAN: none, or not known. */
struct grid_value {
    double value, low, high; /* low, high: of its interval */
    const char *unit;        /* of all values of a column: "s", "/s", "B", "%" (of which 1 is 100), "" */
};

struct grid_cell {
    char *text; /* owned */
    struct grid_value value;
};

struct grid {
    size_t rows, columns;
    size_t headings;            /* how many columns, from the first, say what their row is about */
    const char *caption;        /* the caller's; null: none */
    size_t *id;                 /* one a row, for the caller's use */
    bool is_text[GRID_COLUMNS]; /* aligned left */
    size_t width[GRID_COLUMNS];
    const char *title[GRID_COLUMNS]; /* the caller's */
    struct grid_cell *cell;          /* row by row, GRID_COLUMNS each */
    const char *const *colour; /* the caller's: what a terminal is told before each row; null: nothing */
};

/* Makes an empty one: 0, or -1 when memory ran out. Release with grid_release in any case. */
int grid_make(struct grid *grid, size_t rows);
void grid_release(struct grid *grid);

/* Opens the next column; then each of its cells is set, with a copy of the text: 0, or -1 when memory ran
   out. An empty text is shown as "-". */
void grid_open_column(struct grid *grid, const char *title, bool is_text);
int grid_set_cell(struct grid *grid, size_t row, const char *text);
int grid_set_value(struct grid *grid, size_t row, const char *text, const struct grid_value *value);

const struct grid_cell *grid_cell(const struct grid *grid, size_t row, size_t column);

/* Prints it unless it has no rows; on a terminal as many columns as fit on a line, and says so where some do
   not. */
void grid_print(const struct grid *grid, bool markdown, FILE *out);

#endif
