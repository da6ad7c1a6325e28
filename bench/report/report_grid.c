/* report_grid.c - see report_grid.h. */
#include "report/report_grid.h"

#include "report/report_parts.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- filling --- */

int grid_make(struct grid *grid, size_t rows)
{
    *grid = (struct grid){
        .rows = rows,
        .id = calloc(rows + 1, sizeof *grid->id),
        .cell = calloc((rows + 1) * GRID_COLUMNS, sizeof *grid->cell),
    };
    return grid->cell && grid->id ? 0 : -1;
}

void grid_release(struct grid *grid)
{
    for (size_t i = 0; grid->cell && i < (grid->rows + 1) * GRID_COLUMNS; i++)
        free(grid->cell[i].text);
    free(grid->cell);
    free(grid->id);
    *grid = (struct grid){0};
}

/* Columns on a terminal that a UTF-8 text takes, if each character takes one. */
static size_t width_of(const char *text)
{
    size_t width = 0;
    for (; *text; text++)
        width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

static struct grid_cell *cell_at(const struct grid *grid, size_t row, size_t column)
{
    return &grid->cell[row * GRID_COLUMNS + column];
}

const struct grid_cell *grid_cell(const struct grid *grid, size_t row, size_t column)
{
    return cell_at(grid, row, column);
}

void grid_open_column(struct grid *grid, const char *title, bool is_text)
{
    assert(grid->columns < GRID_COLUMNS);
    grid->title[grid->columns] = title;
    grid->width[grid->columns] = strlen(title);
    grid->is_text[grid->columns] = is_text;
    grid->columns++;
}

int grid_set_value(struct grid *grid, size_t row, const char *text, const struct grid_value *value)
{
    size_t column = grid->columns - 1;
    struct grid_cell *cell = cell_at(grid, row, column);
    cell->value = *value;
    if (!(cell->text = strdup(*text ? text : "-")))
        return -1;
    if (width_of(cell->text) > grid->width[column])
        grid->width[column] = width_of(cell->text);
    return 0;
}

int grid_set_cell(struct grid *grid, size_t row, const char *text)
{
    return grid_set_value(grid, row, text, &(struct grid_value){NAN, NAN, NAN, NULL});
}

/* --- printing --- */

/* How many columns fit on a line. */
static size_t fitting_columns(const struct grid *grid)
{
    size_t width = 0, column = 0;
    for (; column < grid->columns; column++) {
        width += grid->width[column] + 2;
        if (width > GRID_WIDTH + 2)
            break;
    }
    return column;
}

static void pad(size_t width, char with, FILE *out)
{
    for (size_t i = 0; i < width; i++)
        putc(with, out);
}

static void print_cell(const struct grid *grid, size_t column, const char *text, bool markdown, FILE *out)
{
    size_t gap = grid->width[column] - width_of(text);
    bool is_last = column + 1 == grid->columns;
    if (!grid->is_text[column])
        pad(gap, ' ', out);
    report_text(text, markdown, out);
    if (grid->is_text[column] && (markdown || !is_last))
        pad(gap, ' ', out);
    if (!is_last)
        fputs(markdown ? " | " : "  ", out);
}

static void print_row(const struct grid *grid, size_t row, bool is_title, bool markdown, FILE *out)
{
    fputs(markdown ? "| " : "", out);
    for (size_t column = 0; column < grid->columns; column++)
        print_cell(grid, column, is_title ? grid->title[column] : cell_at(grid, row, column)->text, markdown,
                   out);
    fputs(markdown ? " |\n" : "\n", out);
}

static void print_rule(const struct grid *grid, bool markdown, FILE *out)
{
    for (size_t column = 0; column < grid->columns; column++) {
        fputs(markdown ? "|-" : "", out);
        pad(grid->width[column], '-', out);
        if (markdown)
            putc(grid->is_text[column] ? '-' : ':', out);
        else if (column + 1 < grid->columns)
            fputs("  ", out);
    }
    fputs(markdown ? "|\n" : "\n", out);
}

void grid_print(const struct grid *grid, bool markdown, FILE *out)
{
    struct grid shown = *grid; /* a view: its cells are the grid's */
    if (!markdown)
        shown.columns = fitting_columns(grid);
    if (!grid->rows)
        return;
    print_row(&shown, 0, true, markdown, out);
    print_rule(&shown, markdown, out);
    for (size_t row = 0; row < shown.rows; row++) {
        bool is_coloured = grid->colour && !markdown && *grid->colour[row];
        fputs(is_coloured ? grid->colour[row] : "", out);
        print_row(&shown, row, false, markdown, out);
        fputs(is_coloured ? "\033[0m" : "", out);
    }
    if (shown.columns < grid->columns)
        fputs("(more columns: --format markdown, html or json)\n", out);
}
