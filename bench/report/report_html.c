/* report_html.c - a campaign as one page that needs nothing else: no network, no library, and a script only
   for comfort. The tables and notes are those of the other formats; plots and trials are beside this file. */
#include "report/report_html.h"

#include "report/report_parts.h"
#include "base/sha256.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- the style --- */

static const char *entity_of(char letter)
{
    switch (letter) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return "?";
    }
}

void html_text(const char *text, FILE *out)
{
    static const char special[] =
        "&<>\"'\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20\21\22\23\24\25\26\27\30\31\32"
        "\33\34\35\36\37\177";
    for (;;) {
        size_t length = strcspn(text, special);
        fwrite(text, 1, length, out);
        text += length;
        if (!*text)
            return;
        fputs(entity_of(*text++), out);
    }
}

/* Opens a cell: a heading of its row or not, with the value that it sorts by where its column has numbers. */
static void open_cell(const struct grid *grid, size_t column, bool has_values, const struct grid_cell *cell,
                      FILE *out)
{
    bool is_heading = column < grid->headings;
    fputs(is_heading ? "<th scope=\"row\"" : "<td", out);
    fputs(grid->is_text[column] ? "" : " class=\"number\"", out);
    if (has_values && isfinite(cell->value.value))
        fprintf(out, " data-v=\"%.17g\"", cell->value.value);
    else if (has_values)
        fputs(" data-v=\"\"", out);
    putc('>', out);
}

static void put_titles(const struct grid *grid, FILE *out)
{
    fputs("<thead><tr>", out);
    for (size_t column = 0; column < grid->columns; column++) {
        fprintf(out, "<th scope=\"col\"%s>", grid->is_text[column] ? "" : " class=\"number\"");
        html_text(grid->title[column], out);
        fputs("</th>", out);
    }
    fputs("</tr></thead>\n", out);
}

static void html_table(const struct grid *grid, const struct page *page)
{
    FILE *out = page->out;
    fputs("<div class=\"scroll\" tabindex=\"0\"><table class=\"sortable\"><caption>", out);
    html_text(grid->caption ? grid->caption : "", out);
    fputs("</caption>\n", out);
    put_titles(grid, out);
    fputs("<tbody>\n", out);
    for (size_t row = 0; row < grid->rows; row++) {
        fputs("<tr>", out);
        for (size_t column = 0; column < grid->columns; column++) {
            const struct grid_cell *cell = grid_cell(grid, row, column);
            open_cell(grid, column, !grid->is_text[column], cell, out);
            html_text(cell->text, out);
            fputs(column < grid->headings ? "</th>" : "</td>", out);
        }
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table></div>\n", out);
}

const struct style style_html = {
    .head = {"", ""},
    .line = {"<p>", "</p>\n"},
    .title = {"<h3>", "</h3>\n"},
    .notes = {"<dl>\n", "</dl>\n"},
    .note = {"<dt>", "</dt><dd>", "</dd>\n"},
    .intro = {"<p>", "</p>\n"},
    .list = {"<ul>\n", "</ul>\n"},
    .item = {"<li>", ": ", "</li>\n"},
    .text = html_text,
    .table = html_table,
};

/* --- the machine --- */

static void put_fact(const char *name, const char *text, FILE *out)
{
    fputs("<tr><th scope=\"row\">", out);
    html_text(name, out);
    fputs("</th><td>", out);
    html_text(text, out);
    fputs("</td></tr>\n", out);
}

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

/* A check of the machine: "governor" with "unknown: the frequency governor is unknown ...". False: it is
 * none. */
static bool put_check(const json_t *check, FILE *out)
{
    const char *name = text_of(check, "name"), *grade = text_of(check, "grade"),
               *text = text_of(check, "text");
    char both[1024];
    if (!name || !grade || !text)
        return false;
    snprintf(both, sizeof both, "%s: %s", grade, text);
    put_fact(name, both, out);
    return true;
}

static bool put_checks(const json_t *array, FILE *out)
{
    bool are_checks = json_is_array(array) && json_array_size(array);
    for (size_t i = 0; i < json_array_size(array) && are_checks; i++)
        are_checks = put_check(json_array_get(array, i), out);
    return are_checks;
}

/* All facts of an object, of objects in it by names such as "build.flags". */
static void put_facts(const json_t *object, const char *within, FILE *out)
{
    const char *key;
    const json_t *value;
    json_object_foreach ((json_t *)object, key, value) {
        char name[256];
        snprintf(name, sizeof name, "%s%s", within, key);
        if (json_is_object(value)) {
            strncat(name, ".", sizeof name - strlen(name) - 1);
            put_facts(value, name, out);
        } else if (put_checks(value, out)) {
            continue;
        } else if (json_is_string(value)) {
            put_fact(name, json_string_value(value), out);
        } else {
            char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(9));
            put_fact(name, json_is_null(value) || !text ? "unknown" : text, out);
            free(text);
        }
    }
}

static void put_machine(const struct summary *summary, FILE *out)
{
    fputs("<section id=\"machine\"><h2>Machine</h2>\n<div class=\"scroll\" tabindex=\"0\"><table "
          "class=\"facts\">"
          "<caption>What the campaign's records say of it</caption><tbody>\n",
          out);
    put_facts(json_object_get(summary->file->header, "machine"), "", out);
    put_facts(json_object_get(summary->file->end, "disturbance"), "while it ran: ", out);
    fputs("</tbody></table></div></section>\n", out);
}

/* --- the page --- */

static const char method[] =
    "<section id=\"method\"><h2>Method</h2>\n<dl>\n"
    "<dt>pipeline</dt><dd>A source, three stages (download, resize, upload) and a sink, with a queue of the "
    "same kind "
    "before each stage and before the sink.</dd>\n"
    "<dt>trial</dt><dd>One run of the pipeline in a process of its own; every item is accounted for. A trial "
    "that "
    "crashed, hung or lost an item is a result: it is listed and never averaged.</dd>\n"
    "<dt>block</dt><dd>One trial of every configuration, in random order, so that what drifts hits all "
    "alike.</dd>\n"
    "<dt>figure</dt><dd>The median of a configuration's trials with its exact order-statistic interval "
    "(Hollander "
    "&amp; Wolfe 1999). Polls and context switches are totals over totals.</dd>\n"
    "<dt>throughput</dt><dd>Items that reached the sink in the measured window, over its length.</dd>\n"
    "<dt>CPU/item</dt><dd>CPU time of all threads of the pipeline over the items delivered.</dd>\n"
    "<dt>more</dt><dd>results/METHOD.md and results/SCHEMA.md in Sluice's source.</dd>\n"
    "</dl></section>\n";

static void open_page(const struct summary *summary, const struct page *page)
{
    const json_t *header = summary->file->header;
    const char *preset = json_string_value(json_object_get(header, "preset"));
    FILE *out = page->out;
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
          "'unsafe-inline'; "
          "script-src 'unsafe-inline'\">\n<title>Sluice: ",
          out);
    html_text(preset ? preset : "campaign", out);
    fputs(" of ", out);
    html_text(json_string_value(json_object_get(header, "started")), out);
    fprintf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<header>\n<h1>Sluice: ", html_style);
    html_text(preset ? preset : "a campaign", out);
    fputs("</h1>\n", out);
    report_heading(summary, page);
    fputs("<nav aria-label=\"Sections\"><a href=\"#results\">Results</a> <a href=\"#plots\">Plots</a> "
          "<a href=\"#notes\">Notes</a> <a href=\"#machine\">Machine</a> <a href=\"#method\">Method</a> "
          "<a href=\"#trials\">Trials</a></nav>\n</header>\n<main>\n",
          out);
}

static void close_page(const struct summary *summary, const char *hash, FILE *out)
{
    const char *path = strrchr(summary->file->path, '/');
    fprintf(out, "</main>\n<footer><p class=\"label\">Of the file with SHA-256 %s, ", hash);
    html_text(path ? path + 1 : summary->file->path, out);
    fprintf(out, "</p></footer>\n<script>\n%s</script>\n</body>\n</html>\n", html_script);
}

int report_html(const struct summary *summary, FILE *out, struct fault *fault)
{
    const struct page page = {.style = &style_html, .out = out};
    char hash[SHA256_TEXT];
    if (sha256_file(summary->file->path, hash, fault))
        return -1;
    open_page(summary, &page);
    fputs("<section id=\"results\"><h2>Results</h2>\n", out);
    if (report_table(summary, &page, fault) || report_endings(summary, &page, fault))
        return -1;
    fputs("</section>\n", out);
    html_plots(summary, out);
    fputs("<section id=\"notes\"><h2>Notes</h2>\n", out);
    if (report_notes(summary, &page, fault))
        return -1;
    fputs("</section>\n", out);
    put_machine(summary, out);
    fputs(method, out);
    html_trials(summary, out);
    close_page(summary, hash, out);
    return 0;
}
