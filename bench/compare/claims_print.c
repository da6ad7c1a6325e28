/* claims_print.c - claims as a table with notes, and for programs. */
#include "compare/claims.h"

#include "compare/compare_words.h"
#include "report/report_grid.h"
#include "report/report_parts.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- cells --- */

static void print_name(const struct claim *claim, FILE *out)
{
    fputs(claim->name, out);
}

static void print_says(const struct claim *claim, FILE *out)
{
    fputs(claim->says, out);
}

static void print_figure(const struct claim *claim, FILE *out)
{
    char text[WORDS_CELL];
    const struct figure *figure = &claim->found.figure;
    const struct stats_ratio ratio = {.ratio = figure->median,
                                      .interval = {figure->low, figure->high, figure->confidence}};
    bool is_factor = claim->over || claims_is_share(claim->metric);
    fputs(is_factor ? words_ratio(&ratio, text) : words_figure(figure, claim->metric, text), out);
}

static void print_bound(const struct claim *claim, double bound, FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    if (claim->over || claims_is_share(claim->metric))
        fprintf(out, "%.6g", bound);
    else
        fprintf(out, "%s%s", units_format_si(bound * claim->metric->scale, text, sizeof text),
                claim->metric->shown_unit);
}

static void print_bounds(const struct claim *claim, FILE *out)
{
    if (isfinite(claim->at_least)) {
        fputs("at least ", out);
        print_bound(claim, claim->at_least, out);
    }
    if (isfinite(claim->at_most)) {
        fputs(isfinite(claim->at_least) ? ", at most " : "at most ", out);
        print_bound(claim, claim->at_most, out);
    }
}

static void print_values(const struct claim *claim, FILE *out)
{
    fprintf(out, "%zu", claim->found.values);
}

static void print_verdict(const struct claim *claim, FILE *out)
{
    fputs(claim_verdicts[claim->found.verdict], out);
}

/* --- how the records were made --- */

/* A word as a shell reads it. */
static void print_word(const char *word, FILE *out)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+,.:/%@";
    if (*word && strspn(word, plain) == strlen(word)) {
        fputs(word, out);
        return;
    }
    putc('\'', out);
    for (; *word; word++)
        fputs(*word == '\'' ? "'\\''" : (const char[]){*word, '\0'}, out);
    putc('\'', out);
}

static void print_arguments(const char *program, const json_t *header, FILE *out)
{
    const json_t *arguments = json_object_get(header, "arguments"), *argument;
    size_t i;
    fputs(program, out);
    json_array_foreach (arguments, i, argument)
        if (json_is_string(argument)) {
            putc(' ', out);
            print_word(json_string_value(argument), out);
        }
}

static bool is_of_baseline(const struct configuration *its)
{
    return its && its->trial[0]->is_baseline;
}

/* The command that made the records, as they tell it. */
static void print_command(const struct claim *claim, FILE *out)
{
    const struct campaign_file *file = &claim->records->file;
    size_t i;
    const json_t *header;
    print_arguments("sluice run", file->header, out);
    if (is_of_baseline(claim->found.its) || is_of_baseline(claim->found.base))
        json_array_foreach (file->baselines, i, header)
            print_arguments("; scripts/python-baseline", header, out);
}

static const struct column {
    const char *title;
    void (*print)(const struct claim *claim, FILE *out);
    bool is_text, on_a_page; /* on_a_page: not on a terminal, where it stands below */
} columns[] = {
    {"claim", print_name, true, false},      {"it says", print_says, true, true},
    {"figure", print_figure, false, false},  {"n", print_values, false, false},
    {"holds if", print_bounds, true, false}, {"verdict", print_verdict, true, false},
    {"command", print_command, true, true},
};

/* What a column says of a claim, the caller's to free; null: memory ran out. */
static char *cell_text(const struct claim *claim, const struct column *column)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    column->print(claim, out);
    fclose(out);
    return text;
}

/* --- the table --- */

static int add_column(struct grid *grid, const struct claims *claims, const struct column *column)
{
    grid_open_column(grid, column->title, column->is_text);
    for (size_t i = 0; i < claims->count; i++) {
        char *text = cell_text(&claims->list[i], column);
        int status = text ? grid_set_cell(grid, i, text) : -1;
        free(text);
        if (status)
            return -1;
    }
    return 0;
}

/* A column, and behind the figure that of the reference. */
static int add_columns(struct grid *grid, const struct claims *claims, const struct claims *reference,
                       const struct column *column)
{
    static const struct column figure = {"reference", print_figure, false, false};
    if (add_column(grid, claims, column))
        return -1;
    return reference && column->print == print_figure ? add_column(grid, reference, &figure) : 0;
}

static int print_grid(const struct claims *claims, const struct claims *reference, bool markdown, FILE *out)
{
    struct grid grid;
    int status = grid_make(&grid, claims->count);
    for (size_t i = 0; status == 0 && i < sizeof columns / sizeof *columns; i++)
        if (markdown || !columns[i].on_a_page)
            status = add_columns(&grid, claims, reference, &columns[i]);
    if (status == 0)
        grid_print(&grid, markdown, out);
    grid_release(&grid);
    return status;
}

/* On a terminal: what has no room in its table. */
static int print_details(const struct claims *claims, FILE *out)
{
    for (size_t i = 0; i < claims->count; i++) {
        const struct claim *claim = &claims->list[i];
        fprintf(out, "\n%s\n", claim->name);
        for (size_t j = 0; j < sizeof columns / sizeof *columns; j++) {
            char *text = columns[j].on_a_page ? cell_text(claim, &columns[j]) : NULL;
            if (columns[j].on_a_page && !text)
                return -1;
            if (text && *text)
                words_note(columns[j].title, false, out, "%s", text);
            free(text);
        }
    }
    return 0;
}

static int print_for_people(const struct claims *claims, const struct claims *reference, bool markdown,
                            FILE *out)
{
    if (print_grid(claims, reference, markdown, out) || (!markdown && print_details(claims, out)))
        return -1;
    putc('\n', out);
    for (size_t i = 0; i < claims->record_count; i++)
        if (!claims->records[i].file.complete)
            words_note("warning", markdown, out, "'%s' is not complete: it was judged as far as it went",
                       claims->records[i].path);
    words_note("method", markdown, out,
               "a claim holds where the whole interval of 95%% is within its bounds; with fewer than %d "
               "values it is inconclusive",
               STATS_LEAST_BLOCKS);
    words_note("claims", markdown, out, "%zu reproduced, %zu inconclusive, %zu not reproduced",
               claims_count(claims, CLAIM_REPRODUCED), claims_count(claims, CLAIM_INCONCLUSIVE),
               claims_count(claims, CLAIM_NOT_REPRODUCED));
    return 0;
}

/* --- for programs --- */

static json_t *text_or_null(const char *text)
{
    return text ? json_string(text) : json_null();
}

static json_t *row_of(const struct claim *claim, const struct claim *reference)
{
    static const struct figure unknown = {NAN, NAN, NAN, NAN};
    const struct judgement *found = &claim->found;
    const struct column command = {.print = print_command};
    char *text = cell_text(claim, &command);
    json_t *row = json_object();
    json_object_set_new(row, "claim", json_string(claim->name));
    json_object_set_new(row, "says", json_string(claim->says));
    json_object_set_new(row, "file", json_string(claim->records->path));
    json_object_set_new(row, "configuration", text_or_null(found->its ? found->its->label : NULL));
    json_object_set_new(row, "over", text_or_null(found->base ? found->base->label : NULL));
    json_object_set_new(row, "metric", json_string(claim->metric->name));
    json_object_set_new(row, "unit", json_string(claim->over ? "" : claim->metric->unit));
    words_set_figure(row, "figure", &found->figure);
    json_object_set_new(row, "confidence", words_number(found->figure.confidence));
    json_object_set_new(row, "values", json_integer((json_int_t)found->values));
    json_object_set_new(row, "at_least", words_number(claim->at_least));
    json_object_set_new(row, "at_most", words_number(claim->at_most));
    json_object_set_new(row, "verdict", json_string(claim_verdicts[found->verdict]));
    words_set_figure(row, "reference", reference ? &reference->found.figure : &unknown);
    json_object_set_new(row, "command", text_or_null(text));
    free(text);
    return row;
}

static int print_for_programs(const struct claims *claims, const struct claims *reference, bool csv,
                              FILE *out, struct fault *fault)
{
    json_t *object = json_object(), *rows = json_array();
    int status = 0;
    for (size_t i = 0; i < claims->count; i++)
        json_array_append_new(rows, row_of(&claims->list[i], reference ? &reference->list[i] : NULL));
    json_object_set(object, "claims", rows);
    if (csv)
        words_csv(rows, out);
    else
        status = words_json(object, out, fault);
    json_decref(rows);
    json_decref(object);
    return status;
}

int claims_print(const struct claims *claims, const struct claims *reference, enum report_format format,
                 FILE *out, struct fault *fault)
{
    int status = 0;
    if (format == REPORT_CSV || format == REPORT_JSON)
        status = print_for_programs(claims, reference, format == REPORT_CSV, out, fault);
    else if (print_for_people(claims, reference, format == REPORT_MARKDOWN, out))
        status = fault_set(fault, "the claims cannot be printed: out of memory");
    if (status == 0 && (fflush(out) == EOF || ferror(out)))
        status = fault_set(fault, "the claims cannot be written: %s", strerror(errno));
    return status;
}
