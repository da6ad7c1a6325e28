/* rank_print.c - a ranking as a table with notes, and for programs. */
#include "compare/rank.h"

#include "compare/compare_words.h"
#include "report/report_grid.h"
#include "report/report_parts.h"
#include "report/summary_words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* --- the table --- */

/* "1", "2-3"; "failed". */
static const char *print_rank(const struct place *place, char text[WORDS_CELL])
{
    if (!place->low)
        return strcpy(text, "failed");
    snprintf(text, WORDS_CELL, place->low == place->high ? "%zu" : "%zu-%zu", place->low, place->high);
    return text;
}

static const char *print_queue(const struct place *place, char text[WORDS_CELL])
{
    snprintf(text, WORDS_CELL, "%s", place->its->axis[AXIS_QUEUE]);
    return text;
}

static const struct measured *of(const struct place *place)
{
    return measured_of(place->with_best.other_from, place->its);
}

static const char *print_trials(const struct place *place, char text[WORDS_CELL])
{
    snprintf(text, WORDS_CELL, "%zu", of(place)->count);
    return text;
}

static const char *print_median(const struct place *place, char text[WORDS_CELL])
{
    return words_figure(&of(place)->figure, place->with_best.other_from->metric, text);
}

static const char *print_of_best(const struct place *place, char text[WORDS_CELL])
{
    text[0] = '\0';
    return place->its == place->with_best.base ? strcpy(text, "1")
                                               : words_ratio(&place->with_best.ratio, text);
}

static const char *print_capacity(const struct place *place, char text[WORDS_CELL])
{
    snprintf(text, WORDS_CELL, "%s", place->its->axis[AXIS_CAPACITY]);
    return text;
}

static const struct column {
    const char *title;
    const char *(*print)(const struct place *place, char text[WORDS_CELL]);
    bool is_text;
} columns[] = {
    {"rank", print_rank, false},     {"queue", print_queue, true},    {"capacity", print_capacity, true},
    {"trials", print_trials, false}, {"median", print_median, false}, {"of the best", print_of_best, false},
};

/* The axes of a setting that vary: told in its first row. */
static int add_axis(struct grid *grid, const struct ranking *ranking, int axis)
{
    grid_open_column(grid, summary_axis_names[axis], true);
    for (size_t i = 0; i < ranking->count; i++) {
        const struct place *place = &ranking->place[i];
        if (grid_set_cell(grid, i, place->its->axis[axis]))
            return -1;
    }
    return 0;
}

static int add_column(struct grid *grid, const struct ranking *ranking, const struct column *column)
{
    char text[WORDS_CELL];
    grid_open_column(grid, column->title, column->is_text);
    for (size_t i = 0; i < ranking->count; i++)
        if (grid_set_cell(grid, i, column->print(&ranking->place[i], text)))
            return -1;
    return 0;
}

static int print_table(const struct ranking *ranking, bool markdown, FILE *out)
{
    struct grid grid;
    unsigned axes = words_axes(&ranking->summary);
    int status = grid_make(&grid, ranking->count);
    for (int axis = AXIS_QUEUE + 1; status == 0 && axis < AXES; axis++)
        if (axis != AXIS_CAPACITY && axes & 1u << axis)
            status = add_axis(&grid, ranking, axis);
    for (size_t i = 0; status == 0 && i < sizeof columns / sizeof *columns; i++)
        if (columns[i].print != print_capacity || axes & 1u << AXIS_CAPACITY)
            status = add_column(&grid, ranking, &columns[i]);
    if (status == 0)
        grid_print(&grid, markdown, out);
    grid_release(&grid);
    return status;
}

/* --- what stands around it --- */

static void print_heading(const struct ranking *ranking, bool markdown, FILE *out)
{
    char text[1024];
    report_text(ranking->file->path, markdown, out);
    fputs(": ", out);
    report_text(summary_origin(&ranking->summary, text, sizeof text), markdown, out);
    fprintf(out, "%s%s: %s\n", markdown ? "  \n" : "\n", ranking->metric->name, ranking->metric->summary);
    if (*summary_constants(&ranking->summary, text, sizeof text)) {
        fputs(markdown ? "everywhere: " : "everywhere: ", out);
        report_text(text, markdown, out);
        putc('\n', out);
    }
    putc('\n', out);
}

static int note_shapes(const struct ranking *ranking, bool markdown, FILE *out)
{
    const struct measured **list = calloc(ranking->count + 1, sizeof *list);
    const struct configuration **its = calloc(ranking->count + 1, sizeof *its);
    const struct summary **in = calloc(ranking->count + 1, sizeof *in);
    bool ready = list && its && in;
    for (size_t i = 0; ready && i < ranking->count; i++) {
        list[i] = of(&ranking->place[i]);
        its[i] = ranking->place[i].its;
        in[i] = &ranking->summary;
    }
    int status = ready ? words_shapes(list, its, in, ranking->count, markdown, out) : -1;
    free(list);
    free(its);
    free(in);
    return status;
}

static int print_for_people(const struct ranking *ranking, bool markdown, FILE *out)
{
    print_heading(ranking, markdown, out);
    if (print_table(ranking, markdown, out))
        return -1;
    putc('\n', out);
    words_note(
        "rank", markdown, out,
        "from one more than there are better queues in the setting to as many as are not worse; all pairs of "
        "a setting are tested together (Holm), so that its ranks hold with 95%%");
    words_note("of the best", markdown, out,
               "ratio to the best median of the setting, Hodges-Lehmann, with its exact interval of 95%%; "
               "differences within %.4g%% are ties (--band)",
               100 * ranking->band);
    if (note_shapes(ranking, markdown, out))
        return -1;
    if (ranking->alone)
        words_note("alone", markdown, out, "%zu configuration%s without another queue in the same setting",
                   ranking->alone, ranking->alone == 1 ? "" : "s");
    if (!ranking->file->complete)
        words_note("note", markdown, out, "the campaign is not complete");
    return 0;
}

/* --- for programs --- */

static json_t *row_of(const struct place *place)
{
    const struct stats_ratio *ratio = &place->with_best.ratio;
    json_t *row = json_object();
    json_object_set_new(row, "setting", json_integer((json_int_t)place->setting));
    json_object_set_new(row, "rank_low", place->low ? json_integer((json_int_t)place->low) : json_null());
    json_object_set_new(row, "rank_high", place->low ? json_integer((json_int_t)place->high) : json_null());
    json_object_set_new(row, "of", json_integer((json_int_t)place->size));
    json_object_set_new(row, "queue", json_string(place->its->axis[AXIS_QUEUE]));
    words_set_axes(row, place->its);
    json_object_set_new(row, "metric", json_string(place->with_best.other_from->metric->name));
    json_object_set_new(row, "unit", json_string(place->with_best.other_from->metric->unit));
    json_object_set_new(row, "trials", json_integer((json_int_t)of(place)->count));
    words_set_figure(row, "median", &of(place)->figure);
    json_object_set_new(row, "ratio_to_best", words_number(ratio->ratio));
    json_object_set_new(row, "ratio_low", words_number(ratio->interval.low));
    json_object_set_new(row, "ratio_high", words_number(ratio->interval.high));
    json_object_set_new(row, "modes", json_integer((json_int_t)of(place)->shape.modes.count));
    json_object_set_new(row, "drift_p", words_number(of(place)->shape.trend_p));
    return row;
}

static int print_for_programs(const struct ranking *ranking, bool csv, FILE *out, struct fault *fault)
{
    json_t *object = json_object(), *rows = json_array();
    int status = 0;
    for (size_t i = 0; i < ranking->count; i++)
        json_array_append_new(rows, row_of(&ranking->place[i]));
    json_object_set_new(object, "band", json_real(ranking->band));
    json_object_set(object, "ranks", rows);
    if (csv)
        words_csv(rows, out);
    else
        status = words_json(object, out, fault);
    json_decref(rows);
    json_decref(object);
    return status;
}

int rank_print(const struct ranking *ranking, enum report_format format, FILE *out, struct fault *fault)
{
    int status = 0;
    if (format == REPORT_CSV || format == REPORT_JSON)
        status = print_for_programs(ranking, format == REPORT_CSV, out, fault);
    else if (print_for_people(ranking, format == REPORT_MARKDOWN, out))
        status = fault_set(fault, "the ranking cannot be printed: out of memory");
    if (status == 0 && (fflush(out) == EOF || ferror(out)))
        status = fault_set(fault, "the ranking cannot be written: %s", strerror(errno));
    return status;
}
