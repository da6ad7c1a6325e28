/* report_table.c - a summary as a table: one row a configuration, a column for each axis that varies and for
   each figure, as many as fit on a line. */
#include "report/report_parts.h"
#include "report/summary_words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CELL = 128, MAX_WIDTH = 150 /* columns of a terminal's line */ };

/* --- cells --- */

/* Digits behind the point that show 3 significant ones of a value below 1000. */
static int decimals(double value)
{
    return fabs(value) >= 99.95 ? 0 : fabs(value) >= 9.995 ? 1 : 2;
}

/* Bytes with 3 significant digits: 12.3MiB. */
static const char *bytes(double value, char text[UNITS_TEXT_SIZE])
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;
    for (; fabs(value) >= 999.5 && unit + 1 < sizeof units / sizeof *units; unit++)
        value /= 1024;
    snprintf(text, UNITS_TEXT_SIZE, "%.*f%s",
             fabs(value) >= 99.95 || !unit ? 0
             : fabs(value) >= 9.995        ? 1
                                           : 2,
             value, units[unit]);
    return text;
}

typedef void (*cell)(const struct configuration *its, char text[CELL]);

/* "12.3 [11.9, 12.8] M/s": times a scale, all with the prefix and the decimals that suit the median; without
   an interval where one trial gives none. */
static void print_figure(const struct figure *figure, double scale, const char *unit, char text[CELL])
{
    static const char *const prefixes[] = {"n", "u", "m", "", "k", "M", "G", "T"};
    double median = figure->median * scale;
    int prefix = 3;
    if (isnan(median))
        return;
    for (; fabs(median) >= 999.5 && prefix < 7; prefix++, scale /= 1e3)
        median /= 1e3;
    for (; median != 0 && fabs(median) < 0.9995 && prefix > 0; prefix--, scale *= 1e3)
        median *= 1e3;
    int digits = decimals(median), length = snprintf(text, CELL, "%.*f", digits, median);
    if (figure->confidence > 0)
        length += snprintf(text + length, CELL - (size_t)length, " [%.*f, %.*f]", digits, figure->low * scale,
                           digits, figure->high * scale);
    snprintf(text + length, CELL - (size_t)length, " %s%s", prefixes[prefix], unit);
}

static void print_ratio(double value, char text[CELL])
{
    if (value >= 999.5)
        units_format_si(value, text, CELL);
    else if (!isnan(value))
        snprintf(text, CELL, "%.3g", value);
}

static void throughput_cell(const struct configuration *its, char text[CELL])
{
    print_figure(&its->throughput, 1, "/s", text);
}

static void outcome_cell(const struct configuration *its, char text[CELL])
{
    snprintf(text, CELL, "%s", its->outcome_text);
}

static void empty_cell(const struct configuration *its, char text[CELL])
{
    print_ratio(its->empty_polls_per_item, text);
}

static void full_cell(const struct configuration *its, char text[CELL])
{
    print_ratio(its->full_polls_per_item, text);
}

static void cpu_cell(const struct configuration *its, char text[CELL])
{
    print_figure(&its->cpu_ns_per_item, 1e-9, "s", text);
}

static void cpus_cell(const struct configuration *its, char text[CELL])
{
    if (!isnan(its->cpus.median))
        snprintf(text, CELL, "%.2f", its->cpus.median);
}

static void peak_cell(const struct configuration *its, char text[CELL])
{
    if (!isnan(its->peak_bytes.median))
        bytes(its->peak_bytes.median, text);
}

static void growth_cell(const struct configuration *its, char text[CELL])
{
    if (!isnan(its->growth_bytes.median))
        bytes(its->growth_bytes.median, text);
}

static void switches_cell(const struct configuration *its, char text[CELL])
{
    print_ratio(its->voluntary_per_1000 + its->involuntary_per_1000, text);
}

static void bottleneck_cell(const struct configuration *its, char text[CELL])
{
    for (int role = 1; its->bottleneck && role <= STAGES; role++)
        if (strcmp(role_names[role], its->bottleneck) == 0)
            snprintf(text, CELL, "%s %.0f%%", its->bottleneck, 100 * its->busy[role].median);
}

/* The figures, the important ones first: those at the end are left out where the line is too long. */
static const struct {
    const char *title;
    cell print;
} figures[] = {
    {"throughput", throughput_cell}, {"outcome", outcome_cell}, /* only where a trial did not end ok */
    {"empty/item", empty_cell},      {"CPU/item", cpu_cell},       {"peak", peak_cell},
    {"growth", growth_cell},         {"full/item", full_cell},     {"CPUs", cpus_cell},
    {"switches/1k", switches_cell},  {"busiest", bottleneck_cell},
};

enum { FIGURES = sizeof figures / sizeof *figures, MAX_COLUMNS = AXES + FIGURES };

/* --- the grid --- */

struct grid {
    size_t rows, columns;
    bool is_text[MAX_COLUMNS]; /* aligned left */
    size_t width[MAX_COLUMNS];
    const char *title[MAX_COLUMNS];
    char **cell; /* owned; row by row, MAX_COLUMNS each */
};

/* Columns on a terminal that a UTF-8 text takes, if each character takes one. */
static size_t width_of(const char *text)
{
    size_t width = 0;
    for (; *text; text++)
        width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

static char **cell_at(const struct grid *grid, size_t row, size_t column)
{
    return &grid->cell[row * MAX_COLUMNS + column];
}

static int set_cell(struct grid *grid, size_t row, const char *text)
{
    char **at = cell_at(grid, row, grid->columns);
    if (!(*at = strdup(*text ? text : "-")))
        return -1;
    if (width_of(*at) > grid->width[grid->columns])
        grid->width[grid->columns] = width_of(*at);
    return 0;
}

static void open_column(struct grid *grid, const char *title, bool is_text)
{
    grid->title[grid->columns] = title;
    grid->width[grid->columns] = strlen(title);
    grid->is_text[grid->columns] = is_text;
}

static int add_axis(struct grid *grid, const struct summary *summary, int axis)
{
    open_column(grid, summary_axis_names[axis], true);
    for (size_t row = 0; row < summary->count; row++) {
        const struct configuration *its = &summary->configurations[row];
        char *marked = NULL;
        bool mark = axis == AXIS_QUEUE && its->instrument;
        if (mark && asprintf(&marked, "(%s)", its->axis[axis]) < 0)
            return -1;
        int status = set_cell(grid, row, mark ? marked : its->axis[axis]);
        free(marked);
        if (status)
            return -1;
    }
    grid->columns++;
    return 0;
}

static int add_figure(struct grid *grid, const struct summary *summary, const char *title, cell print)
{
    open_column(grid, title, print == outcome_cell || print == bottleneck_cell);
    for (size_t row = 0; row < summary->count; row++) {
        char text[CELL] = "";
        print(&summary->configurations[row], text);
        if (set_cell(grid, row, text))
            return -1;
    }
    grid->columns++;
    return 0;
}

static int fill(struct grid *grid, const struct summary *summary)
{
    bool failures = summary_not_ok(summary) > 0;
    grid->rows = summary->count;
    grid->cell = calloc((grid->rows + 1) * MAX_COLUMNS, sizeof *grid->cell);
    if (!grid->cell)
        return -1;
    for (int axis = 0; axis < AXES; axis++)
        if ((axis == AXIS_QUEUE || summary->varies[axis]) && add_axis(grid, summary, axis))
            return -1;
    for (int i = 0; i < FIGURES; i++)
        if ((failures || figures[i].print != outcome_cell) &&
            add_figure(grid, summary, figures[i].title, figures[i].print))
            return -1;
    return 0;
}

/* Leaves out the last columns that do not fit on a line; true where there are such. */
static bool narrow(struct grid *grid)
{
    size_t width = 0, column = 0;
    for (; column < grid->columns; column++) {
        width += grid->width[column] + 2;
        if (width > MAX_WIDTH + 2)
            break;
    }
    bool is_narrower = column < grid->columns;
    grid->columns = column;
    return is_narrower;
}

/* --- printing --- */

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
        print_cell(grid, column, is_title ? grid->title[column] : *cell_at(grid, row, column), markdown, out);
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

int report_table(const struct summary *summary, bool markdown, FILE *out, struct fault *fault)
{
    struct grid grid = {0};
    int status = fill(&grid, summary);
    if (status) {
        fault_set(fault, "the table cannot be made: out of memory");
    } else if (grid.rows) {
        bool is_narrower = !markdown && narrow(&grid);
        print_row(&grid, 0, true, markdown, out);
        print_rule(&grid, markdown, out);
        for (size_t row = 0; row < grid.rows; row++)
            print_row(&grid, row, false, markdown, out);
        if (is_narrower)
            fputs("(more columns: --format csv, markdown or json)\n", out);
    }
    for (size_t i = 0; grid.cell && i < (grid.rows + 1) * MAX_COLUMNS; i++)
        free(grid.cell[i]);
    free(grid.cell);
    return status;
}
