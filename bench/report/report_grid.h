/* report_grid.h - a grid of texts with a title a column, filled column by column and printed aligned for a
   terminal or as Markdown. */
#ifndef BENCH_REPORT_GRID_H
#define BENCH_REPORT_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { GRID_COLUMNS = 32 /* most of them */, GRID_WIDTH = 150 /* columns of a terminal's line */ };

struct grid {
    size_t rows, columns;
    bool is_text[GRID_COLUMNS]; /* aligned left */
    size_t width[GRID_COLUMNS];
    const char *title[GRID_COLUMNS]; /* the caller's */
    char **cell;                     /* owned; row by row, GRID_COLUMNS each */
    const char *const *colour; /* the caller's: what a terminal is told before each row; null: nothing */
};

/* Makes an empty one: 0, or -1 when memory ran out. Release with grid_release in any case. */
int grid_make(struct grid *grid, size_t rows);
void grid_release(struct grid *grid);

/* Opens the next column; then each of its cells is set, with a copy of the text: 0, or -1 when memory ran
   out. An empty text is shown as "-". */
void grid_open_column(struct grid *grid, const char *title, bool is_text);
int grid_set_cell(struct grid *grid, size_t row, const char *text);

/* Prints it unless it has no rows; on a terminal as many columns as fit on a line, and says so where some do
   not. */
void grid_print(const struct grid *grid, bool markdown, FILE *out);

#endif
