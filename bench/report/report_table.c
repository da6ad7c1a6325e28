/* report_table.c - a summary as tables: one row a configuration, a column for each axis that varies and for
   each figure, as many as fit on a line. */
#include "report/report_parts.h"

#include "report/report_grid.h"
#include "report/summary_words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CELL = 128 };

/* --- cells --- */

/* Digits behind the point that show 3 significant ones of a value below 1000. */
static int decimals(double value)
{
    return fabs(value) >= 99.95 ? 0 : fabs(value) >= 9.995 ? 1 : 2;
}

/* Writes a cell, as a text and, where it is a number, as a value in base units. */
struct cell {
    char text[CELL];
    struct grid_value value;
};
typedef void (*cell_printer)(const struct configuration *its, struct cell *cell);

static void set_value(struct cell *cell, double value, const char *unit)
{
    cell->value = (struct grid_value){value, NAN, NAN, unit};
}

/* "12.3 [11.9, 12.8] M/s": times a scale, all with the prefix and the decimals that suit the median, or the
   interval's end where the median is 0; without an interval where one trial gives none. */
static void print_figure(const struct figure *figure, double scale, const char *unit, struct cell *cell)
{
    static const char *const prefixes[] = {"n", "u", "m", "", "k", "M", "G", "T"};
    char *text = cell->text;
    bool has_interval = figure->confidence > 0 && (figure->median != 0 || figure->high > 0);
    double shown = fabs((figure->median == 0 && has_interval ? figure->high : figure->median) * scale);
    int prefix = 3;
    if (isnan(shown))
        return;
    set_value(cell, figure->median * scale, unit);
    if (has_interval) {
        cell->value.low = figure->low * scale;
        cell->value.high = figure->high * scale;
    }
    for (; shown >= 999.5 && prefix < 7; prefix++, scale /= 1e3)
        shown /= 1e3;
    for (; shown > 0 && shown < 0.9995 && prefix > 0; prefix--, scale *= 1e3)
        shown *= 1e3;
    int digits = shown > 0 ? decimals(shown) : 0;
    int length = snprintf(text, CELL, "%.*f", digits, figure->median * scale);
    if (has_interval)
        length += snprintf(text + length, CELL - (size_t)length, " [%.*f, %.*f]", digits, figure->low * scale,
                           digits, figure->high * scale);
    snprintf(text + length, CELL - (size_t)length, " %s%s", prefixes[prefix], unit);
}

static void print_ratio(double value, struct cell *cell)
{
    set_value(cell, value, "");
    if (value >= 999.5)
        units_format_si(value, cell->text, CELL);
    else if (!isnan(value))
        snprintf(cell->text, CELL, "%.3g", value);
}

/* A median of bytes. */
static void print_bytes(const struct figure *figure, struct cell *cell)
{
    if (isnan(figure->median))
        return;
    set_value(cell, figure->median, "B");
    units_format_size(figure->median, cell->text, CELL);
}

/* "27 [22, 31]% CPU": with what binds. */
static void share_cell(const struct configuration *its, struct cell *cell)
{
    const struct figure *share = &its->share;
    double percent = 100 * share->median;
    int digits = percent >= 9.95 ? 0 : percent >= 0.995 ? 1 : percent >= 0.0995 ? 2 : 3;
    if (isnan(percent))
        return;
    cell->value = (struct grid_value){share->median, NAN, NAN, "%"};
    int length = snprintf(cell->text, CELL, "%.*f", digits, percent);
    if (share->confidence > 0) {
        cell->value.low = share->low;
        cell->value.high = share->high;
        length += snprintf(cell->text + length, CELL - (size_t)length, " [%.*f, %.*f]", digits,
                           100 * share->low, digits, 100 * share->high);
    }
    snprintf(cell->text + length, CELL - (size_t)length, "%% %s", its->limited_by);
}

static void limit_cell(const struct configuration *its, struct cell *cell)
{
    struct figure limit = its->limit;
    limit.confidence = 1; /* of each of its figures */
    print_figure(&limit, 1, "/s", cell);
}

static void throughput_cell(const struct configuration *its, struct cell *cell)
{
    print_figure(&its->throughput, 1, "/s", cell);
}

/* Of a mix: what papers report, failed operations with their share. */
static void operations_cell(const struct configuration *its, struct cell *cell)
{
    print_figure(&its->operations, 1, "ops/s", cell);
}

static void empties_cell(const struct configuration *its, struct cell *cell)
{
    if (isnan(its->failed_share.median))
        return;
    set_value(cell, its->failed_share.median, "");
    snprintf(cell->text, CELL, "%.3g%%", 100 * its->failed_share.median);
}

static void round_trip_cell(const struct configuration *its, struct cell *cell)
{
    print_figure(&its->round_trip_seconds, 1, "s", cell);
}

static void outcome_cell(const struct configuration *its, struct cell *cell)
{
    snprintf(cell->text, CELL, "%s", its->outcome_text);
}

static void empty_cell(const struct configuration *its, struct cell *cell)
{
    print_ratio(its->empty_polls_per_item, cell);
}

static void full_cell(const struct configuration *its, struct cell *cell)
{
    print_ratio(its->full_polls_per_item, cell);
}

static void cpu_cell(const struct configuration *its, struct cell *cell)
{
    print_figure(&its->cpu_ns_per_item, 1e-9, "s", cell);
}

static void cpus_cell(const struct configuration *its, struct cell *cell)
{
    if (isnan(its->cpus.median))
        return;
    set_value(cell, its->cpus.median, "");
    snprintf(cell->text, CELL, "%.2f", its->cpus.median);
}

static void peak_cell(const struct configuration *its, struct cell *cell)
{
    print_bytes(&its->peak_bytes, cell);
}

static void growth_cell(const struct configuration *its, struct cell *cell)
{
    print_bytes(&its->growth_bytes, cell);
}

static void switches_cell(const struct configuration *its, struct cell *cell)
{
    print_ratio(its->voluntary_per_1000 + its->involuntary_per_1000, cell);
}

static void bottleneck_cell(const struct configuration *its, struct cell *cell)
{
    for (int role = 1; its->bottleneck && role <= STAGES; role++)
        if (strcmp(role_names[role], its->bottleneck) == 0)
            snprintf(cell->text, CELL, "%s %.0f%%", its->bottleneck, 100 * its->busy[role].median);
}

static void drain_cell(const struct configuration *its, struct cell *cell)
{
    print_figure(&its->drain_seconds, 1, "s", cell);
}

static void join_cell(const struct configuration *its, struct cell *cell)
{
    print_figure(&its->join_seconds, 1, "s", cell);
}

static void caller_cell(const struct configuration *its, struct cell *cell)
{
    struct figure median = {its->caller_cpu_seconds.median, NAN, NAN, NAN};
    print_figure(&median, 1, "s", cell);
}

static void dropped_cell(const struct configuration *its, struct cell *cell)
{
    print_ratio(its->dropped.median, cell);
}

static void failed_cell(const struct configuration *its, struct cell *cell)
{
    print_ratio(its->failed / (double)its->trials, cell);
}

static void abandoned_cell(const struct configuration *its, struct cell *cell)
{
    print_ratio(its->abandoned / (double)its->trials, cell);
}

static void bound_cell(const struct configuration *its, struct cell *cell)
{
    snprintf(cell->text, CELL, "%s", *its->bound_nodes ? its->bound_nodes : "not bound");
}

static void made_cell(const struct configuration *its, struct cell *cell)
{
    snprintf(cell->text, CELL, "%s", its->made_on);
}

static void grown_cell(const struct configuration *its, struct cell *cell)
{
    snprintf(cell->text, CELL, "%s", its->grown_on);
}

static void astray_cell(const struct configuration *its, struct cell *cell)
{
    if (isnan(its->astray))
        return;
    set_value(cell, its->astray, "");
    snprintf(cell->text, CELL, "%.3g%%", 100 * its->astray);
}

/* --- tables --- */

struct column {
    const char *title;
    cell_printer print;
};

/* The important ones first: those at the end are left out where the line is too long. */
static const struct column figures[] = {
    {"operations", operations_cell},
    {"failed ops", empties_cell},
    {"round trip", round_trip_cell}, /* of shapes */
    {"throughput", throughput_cell},
    {"of limit", share_cell},  /* only where a limit is known */
    {"outcome", outcome_cell}, /* only where a trial did not end ok */
    {"empty/item", empty_cell},
    {"CPU/item", cpu_cell},
    {"peak", peak_cell},
    {"growth", growth_cell},
    {"full/item", full_cell},
    {"CPUs", cpus_cell},
    {"switches/1k", switches_cell},
    {"busiest", bottleneck_cell},
    {"limit", limit_cell}, /* as its share */
};

static const struct column endings[] = {
    {"drain", drain_cell},       {"join", join_cell},     {"caller CPU", caller_cell},
    {"discarded", dropped_cell}, {"failed", failed_cell}, {"abandoned", abandoned_cell},
    {"outcome", outcome_cell}, /* as above */
};

static const struct column places[] = {{"bound to", bound_cell},
                                       {"made on", made_cell},
                                       {"grown on", grown_cell},
                                       {"made elsewhere", astray_cell}};

enum { PLACES = sizeof places / sizeof *places };
static_assert(AXES + PLACES <= GRID_COLUMNS, "the grid has room");

enum { FIGURES = sizeof figures / sizeof *figures, ENDINGS = sizeof endings / sizeof *endings };
static_assert(AXES + 1 + FIGURES <= GRID_COLUMNS && AXES + ENDINGS <= GRID_COLUMNS, "the grid has room");

/* A table in the making: its rows are the summary's configurations, in an order of its own. */
struct table {
    const struct summary *summary;
    const struct configuration **row;
    struct grid grid;
};

static int add_axis(struct table *table, int axis)
{
    grid_open_column(&table->grid, summary_axis_names[axis], true);
    for (size_t i = 0; i < table->grid.rows; i++) {
        const char *value = table->row[i]->axis[axis];
        char *marked = NULL;
        bool mark = axis == AXIS_QUEUE && table->row[i]->instrument;
        if (mark && asprintf(&marked, "(%s)", value) < 0)
            return -1;
        int status = grid_set_cell(&table->grid, i, mark ? marked : value);
        free(marked);
        if (status)
            return -1;
    }
    return 0;
}

static int add_axes(struct table *table, unsigned axes)
{
    for (int axis = 0; axis < AXES; axis++)
        if ((axes & 1u << axis) && add_axis(table, axis))
            return -1;
    table->grid.headings = table->grid.columns;
    return 0;
}

/* By which figures of different machines can be laid side by side. */
static int add_class(struct table *table)
{
    if (!table->summary->class_varies || !table->summary->class_tells)
        return 0;
    grid_open_column(&table->grid, "class", true);
    for (size_t i = 0; i < table->grid.rows; i++)
        if (grid_set_cell(&table->grid, i, table->row[i]->place_class))
            return -1;
    table->grid.headings = table->grid.columns;
    return 0;
}

static bool is_text(cell_printer print)
{
    return print == outcome_cell || print == bottleneck_cell || print == bound_cell || print == made_cell ||
           print == grown_cell;
}

/* Whether some row has what a shape of the papers alone has. */
static bool has_of_shape(const struct table *table, cell_printer print)
{
    for (size_t i = 0; i < table->grid.rows; i++) {
        struct cell cell = {"", {NAN, NAN, NAN, NULL}};
        print(table->row[i], &cell);
        if (*cell.text)
            return true;
    }
    return false;
}

static bool is_of_shape(cell_printer print)
{
    return print == operations_cell || print == empties_cell || print == round_trip_cell;
}

/* The columns, but for the outcome where all trials ended ok, the limit where none is known, and what no
   shape has. */
static int add_columns(struct table *table, const struct column *columns, size_t count)
{
    bool failures = summary_not_ok(table->summary) > 0;
    for (const struct column *column = columns; column < columns + count; column++) {
        bool is_of_limit = column->print == share_cell || column->print == limit_cell;
        if ((column->print == outcome_cell && !failures) || (is_of_limit && !table->summary->has_limits) ||
            (is_of_shape(column->print) && !has_of_shape(table, column->print)))
            continue;
        grid_open_column(&table->grid, column->title, is_text(column->print));
        for (size_t i = 0; i < table->grid.rows; i++) {
            struct cell cell = {"", {NAN, NAN, NAN, NULL}};
            column->print(table->row[i], &cell);
            if (grid_set_value(&table->grid, i, cell.text, &cell.value))
                return -1;
        }
    }
    return 0;
}

/* Makes a table without columns, its rows in the summary's order: 0, or -1 when memory ran out. */
static int open_table(struct table *table, const struct summary *summary)
{
    *table = (struct table){.summary = summary, .row = calloc(summary->count + 1, sizeof *table->row)};
    for (size_t i = 0; table->row && i < summary->count; i++)
        table->row[i] = &summary->configurations[i];
    return grid_make(&table->grid, summary->count) || !table->row ? -1 : 0;
}

/* Prints the table unless it could not be filled, and releases it. */
static int close_table(struct table *table, int status, const char *caption, const struct page *page,
                       struct fault *fault)
{
    struct grid *grid = &table->grid;
    grid->caption = caption;
    for (size_t i = 0; status == 0 && i < grid->rows; i++)
        grid->id[i] = (size_t)(table->row[i] - table->summary->configurations);
    if (status)
        fault_set(fault, "the table cannot be made: out of memory");
    else if (grid->rows)
        page->style->table(grid, page);
    grid_release(&table->grid);
    free(table->row);
    return status;
}

/* Which axes have a column: the queue, and those that vary. */
static unsigned shown_axes(const struct summary *summary)
{
    unsigned axes = 1u << AXIS_QUEUE;
    for (int axis = 0; axis < AXES; axis++)
        axes |= (unsigned)summary->varies[axis] << axis;
    return axes;
}

/* Moves rows of one class together, in the order in which the classes come first. */
static void group_by_class(struct table *table)
{
    for (size_t i = 1, count = table->grid.rows; i < count; i++) {
        const char *class = table->row[i - 1]->place_class;
        size_t next = i;
        while (next < count && strcmp(table->row[next]->place_class, class) != 0)
            next++;
        if (next == i || next == count)
            continue;
        const struct configuration *moved = table->row[next];
        memmove(&table->row[i + 1], &table->row[i], (next - i) * sizeof *table->row);
        table->row[i] = moved;
    }
}

int report_table(const struct summary *summary, const struct page *page, struct fault *fault)
{
    struct table table;
    int status = open_table(&table, summary);
    if (status == 0)
        group_by_class(&table);
    if (status == 0)
        status = add_axes(&table, shown_axes(summary)) || add_class(&table) ||
                         add_columns(&table, figures, FIGURES)
                     ? -1
                     : 0;
    return close_table(&table, status, "Medians, by configuration", page, fault);
}

/* --- where its memory lay --- */

int report_nodes(const struct summary *summary, const struct page *page, struct fault *fault)
{
    struct table table;
    if (!summary->tells_nodes)
        return 0;
    style_put(page, page->style->title, "On which NUMA nodes the queues' memory lay");
    int status = open_table(&table, summary) ||
                         add_axes(&table, shown_axes(summary) | 1u << AXIS_PLACE | 1u << AXIS_MEMORY) ||
                         add_columns(&table, places, PLACES)
                     ? -1
                     : 0;
    return close_table(&table, status, "Where the queues' memory lay, by configuration", page, fault);
}

/* --- how it ended --- */

/* The place of an axis' value in the order in which the file first has it. */
static size_t rank_of(const struct summary *summary, const struct configuration *its, int axis)
{
    size_t i = 0;
    while (strcmp(summary->configurations[i].axis[axis], its->axis[axis]) != 0)
        i++;
    return i;
}

/* By queue, wait and the other axes; those that differ in the close protocol alone stand together. */
static int by_close(const void *a_, const void *b_, void *summary)
{
    const struct configuration *a = *(const struct configuration *const *)a_;
    const struct configuration *b = *(const struct configuration *const *)b_;
    static_assert(AXIS_CLOSE == AXES - 1, "the protocol is what rows are sorted by last");
    for (int axis = 0; axis < AXES; axis++) {
        size_t rank_a = rank_of(summary, a, axis), rank_b = rank_of(summary, b, axis);
        if (rank_a != rank_b)
            return rank_a < rank_b ? -1 : 1;
    }
    return 0;
}

int report_endings(const struct summary *summary, const struct page *page, struct fault *fault)
{
    const unsigned named = 1u << AXIS_CLOSE | 1u << AXIS_QUEUE | 1u << AXIS_WAIT;
    struct table table;
    if (!summary->tells_endings)
        return 0;
    style_put(page, page->style->title, "How it ended");
    int status = open_table(&table, summary);
    if (status == 0)
        qsort_r(table.row, summary->count, sizeof *table.row, by_close, (void *)summary);
    if (status == 0)
        status = add_axis(&table, AXIS_CLOSE) || add_axis(&table, AXIS_QUEUE) ||
                         add_axis(&table, AXIS_WAIT) || add_axes(&table, shown_axes(summary) & ~named) ||
                         add_columns(&table, endings, ENDINGS)
                     ? -1
                     : 0;
    return close_table(&table, status, "How it ended, by configuration", page, fault);
}
