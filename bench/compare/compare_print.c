/* compare_print.c - a comparison as a table with notes, and for programs. */
#include "compare/comparing.h"

#include "compare/compare_words.h"
#include "report/report_grid.h"
#include "report/report_parts.h"
#include "report/summary_words.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- the table --- */

static const struct measured *base_of(const struct comparison *its)
{
    return measured_of(its->base_from, its->base);
}

static const struct measured *other_of(const struct comparison *its)
{
    return measured_of(its->other_from, its->other);
}

static const char *print_path(const struct comparison *its, char text[WORDS_CELL])
{
    snprintf(text, WORDS_CELL, "%s", its->other_from->summary->file->path);
    return text;
}

static const char *print_count(const struct comparison *its, char text[WORDS_CELL])
{
    if (its->is_paired)
        snprintf(text, WORDS_CELL, "%zu", its->blocks);
    else
        snprintf(text, WORDS_CELL, "%zu, %zu", base_of(its)->count, other_of(its)->count);
    return text;
}

static const char *print_base(const struct comparison *its, char text[WORDS_CELL])
{
    return words_figure(&base_of(its)->figure, its->other_from->metric, text);
}

static const char *print_other(const struct comparison *its, char text[WORDS_CELL])
{
    return words_figure(&other_of(its)->figure, its->other_from->metric, text);
}

static const char *print_ratio(const struct comparison *its, char text[WORDS_CELL])
{
    return words_ratio(&its->ratio, text);
}

static const char *print_p(const struct comparison *its, char text[WORDS_CELL])
{
    return words_probability(its->p, text);
}

static const char *print_verdict(const struct comparison *its, char text[WORDS_CELL])
{
    snprintf(text, WORDS_CELL, "%s", compare_verdict(its));
    return text;
}

static const struct column {
    const char *title;
    const char *(*print)(const struct comparison *its, char text[WORDS_CELL]);
    bool is_text;
} columns[] = {
    {"file", print_path, true},       {"n", print_count, false},         {"base", print_base, false},
    {"this", print_other, false},     {"this/base", print_ratio, false}, {"p", print_p, false},
    {"verdict", print_verdict, true},
};

static int add_column(struct grid *grid, const struct comparing *comparing, const struct column *column)
{
    char text[WORDS_CELL];
    grid_open_column(grid, column->title, column->is_text);
    for (size_t i = 0; i < comparing->count; i++)
        if (grid_set_cell(grid, i, column->print(&comparing->list[i], text)))
            return -1;
    return 0;
}

static int add_axis(struct grid *grid, const struct comparing *comparing, int axis)
{
    grid_open_column(grid, summary_axis_names[axis], true);
    for (size_t i = 0; i < comparing->count; i++)
        if (grid_set_cell(grid, i, comparing->list[i].other->axis[axis]))
            return -1;
    return 0;
}

/* Colours of a terminal: green, none, dim, red, red. */
static const char *const colours[VERDICTS] = {"\033[32m", "", "\033[2m", "\033[31m", "\033[31m"};

static int print_table(const struct comparing *comparing, bool markdown, bool colour, FILE *out)
{
    struct grid grid;
    unsigned axes = 0;
    int status = grid_make(&grid, comparing->count);
    const char **colour_of = calloc(comparing->count + 1, sizeof *colour_of);
    for (size_t i = 0; i < comparing->sides; i++)
        axes |= words_axes(&comparing->side[i].summary);
    if (!colour_of)
        status = -1;
    for (int axis = 0; status == 0 && axis < AXES; axis++)
        if (axis == AXIS_QUEUE || axes & 1u << axis)
            status = add_axis(&grid, comparing, axis);
    for (size_t i = comparing->sides > 2 ? 0 : 1; status == 0 && i < sizeof columns / sizeof *columns; i++)
        status = add_column(&grid, comparing, &columns[i]);
    for (size_t i = 0; status == 0 && i < comparing->count; i++)
        colour_of[i] = colours[comparing->list[i].verdict];
    if (status == 0 && colour)
        grid.colour = colour_of;
    if (status == 0)
        grid_print(&grid, markdown, out);
    grid_release(&grid);
    free(colour_of);
    return status;
}

/* --- what stands around it --- */

static void print_heading(const struct comparing *comparing, bool markdown, FILE *out)
{
    char text[1024];
    const char *const end = markdown ? "  \n" : "\n";
    for (size_t i = 0; i < comparing->sides; i++) {
        const struct side *side = &comparing->side[i];
        fputs(comparing->sides > 1 && i == 0 ? "base: " : "", out);
        report_text(side->file->path, markdown, out);
        fputs(": ", out);
        report_text(summary_origin(&side->summary, text, sizeof text), markdown, out);
        fputs(end, out);
    }
    fprintf(out, "%s: %s", comparing->options.metric->name, comparing->options.metric->summary);
    if (comparing->options.baseline) {
        fputs("; base: queue ", out);
        report_text(comparing->options.baseline, markdown, out);
    }
    fputs("\n\n", out);
}

/* How the ratio was found, and what its verdict means. */
static void note_method(const struct comparing *comparing, bool markdown, FILE *out)
{
    size_t paired = 0, few = 0, replaced = 0;
    double band = comparing->options.band;
    for (size_t i = 0; i < comparing->count; i++) {
        const struct comparison *its = &comparing->list[i];
        paired += its->is_paired;
        few += its->ratio.test && compare_values(its) < STATS_LEAST_BLOCKS;
        replaced += its->is_paired && its->ratio.test == STATS_RANK_SUM;
    }
    words_note("ratio", markdown, out, "this over base, Hodges-Lehmann, with its exact interval of 95%%; %s",
               paired == comparing->count ? "paired by block"
               : paired ? "paired by block, but for baselines, which ran in blocks of their own"
                        : "unpaired: what drifted between the campaigns is in it");
    words_note("p", markdown, out,
               "%s, adjusted for %zu comparison%s (Holm): a chance of 5%% that any %s or %s is false",
               replaced == comparing->count || !paired ? "Mann-Whitney's test"
               : replaced
                   ? "Wilcoxon's signed-rank test, or Mann-Whitney's where blocks are too few for so many"
                   : "Wilcoxon's signed-rank test",
               comparing->count, comparing->count == 1 ? "" : "s", comparing->options.metric->better,
               comparing->options.metric->worse);
    words_note("equivalent", markdown, out, "the whole interval is within %.4g%% (--band)", 100 * band);
    if (few)
        words_note("few", markdown, out,
                   "%zu comparison%s with fewer than %d blocks, or trials to a side: too few for 95%% and for a verdict",
                   few, few == 1 ? "" : "s", STATS_LEAST_BLOCKS);
}

static int by_address(const void *a_, const void *b_)
{
    const struct comparison *a = *(const struct comparison *const *)a_;
    const struct comparison *b = *(const struct comparison *const *)b_;
    return (a->base > b->base) - (a->base < b->base);
}

/* The modes and the like of all configurations in the table, each base once. */
static int note_shapes(const struct comparing *comparing, bool markdown, FILE *out)
{
    size_t room = 2 * comparing->count + 1, count = 0;
    const struct measured **list = calloc(room, sizeof *list);
    const struct configuration **of = calloc(room, sizeof *of);
    const struct summary **in = calloc(room, sizeof *in);
    const struct comparison **order = calloc(room, sizeof *order);
    bool ready = list && of && in && order;
    for (size_t i = 0; ready && i < comparing->count; i++)
        order[i] = &comparing->list[i];
    if (ready)
        qsort(order, comparing->count, sizeof *order, by_address);
    for (size_t i = 0; ready && i < 2 * comparing->count; i++) {
        const struct comparison *its = order[i / 2];
        bool is_base = i % 2 == 0;
        if (is_base && i && order[i / 2 - 1]->base == its->base)
            continue;
        list[count] = is_base ? base_of(its) : other_of(its);
        of[count] = is_base ? its->base : its->other;
        in[count++] = (is_base ? its->base_from : its->other_from)->summary;
    }
    int status = ready ? words_shapes(list, of, in, count, markdown, out) : -1;
    free(list);
    free(of);
    free(in);
    free(order);
    return status;
}

static int print_for_people(const struct comparing *comparing, bool markdown, bool colour, FILE *out)
{
    print_heading(comparing, markdown, out);
    if (print_table(comparing, markdown, colour, out))
        return -1;
    putc('\n', out);
    note_method(comparing, markdown, out);
    if (note_shapes(comparing, markdown, out))
        return -1;
    for (size_t i = 0; i < json_array_size(comparing->warnings); i++)
        words_note("warning", markdown, out, "%s", json_string_value(json_array_get(comparing->warnings, i)));
    return 0;
}

/* --- for programs --- */

static json_t *row_of(const struct comparison *its)
{
    const struct measured *base = base_of(its), *other = other_of(its);
    json_t *row = json_object();
    json_object_set_new(row, "file", json_string(its->other_from->summary->file->path));
    json_object_set_new(row, "queue", json_string(its->other->axis[AXIS_QUEUE]));
    words_set_axes(row, its->other);
    json_object_set_new(row, "base_file", json_string(its->base_from->summary->file->path));
    json_object_set_new(row, "base_queue", json_string(its->base->axis[AXIS_QUEUE]));
    json_object_set_new(row, "base_capacity", json_string(its->base->capacity));
    json_object_set_new(row, "metric", json_string(its->other_from->metric->name));
    json_object_set_new(row, "unit", json_string(its->other_from->metric->unit));
    json_object_set_new(row, "paired", json_boolean(its->is_paired));
    json_object_set_new(row, "blocks", its->is_paired ? json_integer((json_int_t)its->blocks) : json_null());
    json_object_set_new(row, "base_trials", json_integer((json_int_t)base->count));
    json_object_set_new(row, "trials", json_integer((json_int_t)other->count));
    words_set_figure(row, "base_median", &base->figure);
    words_set_figure(row, "median", &other->figure);
    json_object_set_new(row, "ratio", words_number(its->ratio.ratio));
    json_object_set_new(row, "ratio_low", words_number(its->ratio.interval.low));
    json_object_set_new(row, "ratio_high", words_number(its->ratio.interval.high));
    json_object_set_new(row, "confidence", words_number(its->ratio.interval.confidence));
    json_object_set_new(row, "test", json_string(compare_test(its)));
    json_object_set_new(row, "p", words_number(its->ratio.p));
    json_object_set_new(row, "p_holm", words_number(its->p));
    json_object_set_new(row, "verdict", json_string(compare_verdict(its)));
    json_object_set_new(row, "base_modes", json_integer((json_int_t)base->shape.modes.count));
    json_object_set_new(row, "modes", json_integer((json_int_t)other->shape.modes.count));
    json_object_set_new(row, "base_drift_p", words_number(base->shape.trend_p));
    json_object_set_new(row, "drift_p", words_number(other->shape.trend_p));
    return row;
}

static int print_for_programs(const struct comparing *comparing, bool csv, FILE *out, struct fault *fault)
{
    json_t *object = json_object(), *rows = json_array();
    int status = 0;
    for (size_t i = 0; i < comparing->count; i++)
        json_array_append_new(rows, row_of(&comparing->list[i]));
    json_object_set_new(object, "band", json_real(comparing->options.band));
    json_object_set(object, "warnings", comparing->warnings);
    json_object_set(object, "comparisons", rows);
    if (csv)
        words_csv(rows, out);
    else
        status = words_json(object, out, fault);
    json_decref(rows);
    json_decref(object);
    return status;
}

int comparing_print(const struct comparing *comparing, enum report_format format, bool colour, FILE *out,
                    struct fault *fault)
{
    int status = 0;
    if (format == REPORT_CSV || format == REPORT_JSON)
        status = print_for_programs(comparing, format == REPORT_CSV, out, fault);
    else if (print_for_people(comparing, format == REPORT_MARKDOWN, colour, out))
        status = fault_set(fault, "the comparison cannot be printed: out of memory");
    if (status == 0 && (fflush(out) == EOF || ferror(out)))
        status = fault_set(fault, "the comparison cannot be written: %s", strerror(errno));
    return status;
}
