/* report_macros.c - see report_macros.h. */
#include "report/report_macros.h"

#include "machine/machine.h"
#include "report/report_latex.h"
#include "report/report_parts.h"
#include "report/summary_words.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 512, SHORT_HASH = 12 };

/* --- names --- */

static bool is_letter(char sign)
{
    return (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z');
}

int macros_check_prefix(const char *prefix, struct fault *fault)
{
    size_t letters = 0;
    while (is_letter(prefix[letters]))
        letters++;
    if (letters && letters < MACROS_PREFIX && !prefix[letters])
        return 0;
    return fault_set(fault,
                     "'%s' cannot begin the name of a macro: LaTeX allows letters from a to z and A to Z "
                     "only, and no more than %d are taken, such as Sluice",
                     prefix, MACROS_PREFIX - 1);
}

/* Appends the text's words, each with a capital; what does not fit is cut. */
static void append_words(char *name, const char *text)
{
    static const char *const digits[] = {"Zero", "One", "Two",   "Three", "Four",
                                         "Five", "Six", "Seven", "Eight", "Nine"};
    size_t length = strlen(name);
    bool is_start = true;
    for (; *text && length + 6 < NAME; text++) {
        bool is_digit = *text >= '0' && *text <= '9';
        if (is_digit)
            length += (size_t)snprintf(name + length, NAME - length, "%s", digits[*text - '0']);
        else if (is_letter(*text))
            name[length++] = (char)(is_start ? toupper((unsigned char)*text) : *text);
        name[length] = '\0';
        is_start = !is_letter(*text);
    }
}

/* Makes the name one that was not used: as it is, or with a letter after it. */
static int make_unique(struct text_set *used, char *name)
{
    size_t length = strlen(name);
    int added = text_set_add(used, name);
    for (unsigned time = 1; added == 0; time++) { /* B to Z, then BB, ... */
        size_t at = length;
        for (unsigned rest = time; rest && at + 1 < NAME; rest /= 25)
            name[at++] = (char)('A' + (rest - 1) % 25 + 1);
        name[at] = '\0';
        added = text_set_add(used, name);
    }
    return added < 0 ? -1 : 0;
}

static int make_stem(struct macros *macros, const struct summary *summary, struct text_set *stems)
{
    const struct configuration *its = &summary->configurations[macros->count];
    char name[NAME] = "";
    for (int axis = 0; axis < AXES; axis++)
        if (axis == AXIS_QUEUE || summary->varies_in_queue[axis])
            append_words(name, its->axis[axis]);
    if (make_unique(stems, name) || !(macros->stem[macros->count] = strdup(name)))
        return -1;
    macros->count++;
    return 0;
}

static const char *fact(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "unknown";
}

int macros_make(struct macros *macros, const struct summary *summary, const char *prefix, const char *hash)
{
    const json_t *machine = json_object_get(summary->file->header, "machine");
    struct text_set stems = {0};
    *macros = (struct macros){.prefix = prefix, .stem = calloc(summary->count + 1, sizeof *macros->stem)};
    bool is_named = json_is_string(json_object_get(machine, "hostname"));
    snprintf(macros->stamp, sizeof macros->stamp, "campaign %.*s, commit %.20s, %s %.128s", SHORT_HASH, hash,
             fact(json_object_get(machine, "build"), "commit"), is_named ? "host" : "CPU",
             fact(machine, is_named ? "hostname" : "cpu_model"));
    int status = macros->stem ? 0 : -1;
    while (status == 0 && macros->count < summary->count)
        status = make_stem(macros, summary, &stems);
    text_set_release(&stems);
    return status;
}

void macros_release(struct macros *macros)
{
    for (size_t i = 0; i < macros->count; i++)
        free(macros->stem[i]);
    free(macros->stem);
    text_set_release(&macros->used);
    *macros = (struct macros){0};
}

/* --- facts --- */

/* Opens a macro: "\newcommand{\NAME}{". */
static void open_macro(struct macros *macros, char name[NAME], FILE *out)
{
    macros->failed |= make_unique(&macros->used, name) != 0;
    fprintf(out, "\\newcommand{\\%s}{", name);
}

static void put_fact(struct macros *macros, const char *what, const char *text, FILE *out)
{
    char name[NAME];
    snprintf(name, sizeof name, "%s%s", macros->prefix, what);
    open_macro(macros, name, out);
    latex_text(text, out);
    fputs("} % ", out);
    style_plain_text(macros->stamp, out);
    putc('\n', out);
}

static void put_count(struct macros *macros, const char *what, json_int_t count, FILE *out)
{
    char text[LATEX_NUMBER];
    snprintf(text, sizeof text, "%" PRIu64, (uint64_t)count);
    put_fact(macros, what, text, out);
}

void macros_print_facts(struct macros *macros, const struct summary *summary, const char *hash, FILE *out)
{
    const json_t *header = summary->file->header, *machine = json_object_get(header, "machine");
    const json_t *build = json_object_get(machine, "build");
    struct findings findings = {0};
    char text[2048];
    fprintf(out,
            "%% A name is %s, the figure, and the configuration: the values of what its queue has several "
            "of. Digits\n"
            "%% are spelled, other signs left out; of two names that would be alike the second has a letter "
            "more.\n"
            "%% Each figure is a median or, of counts of polls and switches, a total over a total; with "
            "...Interval\n"
            "%% its interval. Define the next two before you read this file, to have all of them look "
            "otherwise.\n"
            "\\providecommand{\\%sFigure}[2]{\\num{#1}#2}\n"
            "\\providecommand{\\%sInterval}[3]{[\\num{#1}, \\num{#2}]#3}\n",
            macros->prefix, macros->prefix, macros->prefix);
    put_fact(macros, "Hash", hash, out);
    snprintf(text, sizeof text, "%.*s", SHORT_HASH, hash);
    put_fact(macros, "Campaign", text, out);
    put_fact(macros, "Origin", summary_origin(summary, text, sizeof text), out);
    put_fact(macros, "Constants", summary_constants(summary, text, sizeof text), out);
    put_fact(macros, "Intervals", summary_confidences(summary, text, sizeof text), out);
    machine_caption(machine, text, sizeof text);
    put_fact(macros, "Machine", text, out);
    strcpy(text, "unknown");
    if (machine_findings(machine, json_object_get(summary->file->end, "disturbance"), &findings))
        findings_phrase(&findings, text, sizeof text);
    put_fact(macros, "Verdict", text, out);
    put_fact(macros, "Program", fact(header, "program"), out);
    put_fact(macros, "Started", fact(header, "started"), out);
    put_fact(macros, "Commit", fact(build, "commit"), out);
    put_fact(macros, "Compiler", fact(build, "compiler"), out);
    put_fact(macros, "Flags", fact(build, "flags"), out);
    put_fact(macros, "Host", fact(machine, "hostname"), out);
    put_fact(macros, "Processor", fact(machine, "cpu_model"), out);
    put_fact(macros, "Kernel", fact(machine, "kernel_release"), out);
    put_count(macros, "Seed", json_integer_value(json_object_get(header, "seed")), out);
    put_count(macros, "Blocks", json_integer_value(json_object_get(header, "blocks")), out);
    put_count(macros, "Trials", (json_int_t)summary->file->count, out);
    put_count(macros, "TrialsNotOk", (json_int_t)summary_not_ok(summary), out);
    put_count(macros, "Configurations", (json_int_t)summary->count, out);
}

/* --- figures --- */

/* Closes a macro: in a comment its value in base units, of which configuration it is, where it comes from. */
static void close_macro(const struct grid *grid, size_t row, const char *value, const char *unit,
                        const struct macros *macros, FILE *out)
{
    fprintf(out, "} %% %s%s%s:", value, *unit ? " " : "", unit);
    for (size_t i = 0; i < grid->headings; i++) {
        fputs(i ? ", " : " ", out);
        style_plain_text(grid_cell(grid, row, i)->text, out);
    }
    fputs("; ", out);
    style_plain_text(macros->stamp, out);
    putc('\n', out);
}

/* The median, or the upper end of its interval where it is 0, chooses the unit and the digits of both macros.
 */
static void put_figure(const struct grid *grid, size_t row, size_t column, struct macros *macros, FILE *out)
{
    const struct grid_value *value = &grid_cell(grid, row, column)->value;
    double shown = value->value == 0 && value->high > 0 ? value->high : value->value;
    struct latex_unit unit = latex_unit(shown, value->unit);
    int decimals = latex_decimals(shown * unit.scale);
    const char *gap = *unit.text ? "\\," : "";
    const double whole = strcmp(value->unit, "%") == 0 ? 100 : 1;
    char name[NAME], low[LATEX_NUMBER], high[LATEX_NUMBER], plain[64];
    snprintf(name, sizeof name, "%s", macros->prefix);
    append_words(name, grid->title[column]);
    append_words(name, macros->stem[grid->id[row]]);
    open_macro(macros, name, out);
    fprintf(out, "\\%sFigure{%s}{%s%s}", macros->prefix,
            latex_number(value->value * unit.scale, decimals, low), gap, unit.text);
    snprintf(plain, sizeof plain, "%.9g", value->value * whole);
    close_macro(grid, row, plain, value->unit, macros, out);
    if (!isfinite(value->low))
        return;
    append_words(name, "Interval");
    open_macro(macros, name, out);
    fprintf(out, "\\%sInterval{%s}{%s}{%s%s}", macros->prefix,
            latex_number(value->low * unit.scale, decimals, low),
            latex_number(value->high * unit.scale, decimals, high), gap, unit.text);
    snprintf(plain, sizeof plain, "[%.9g, %.9g]", value->low * whole, value->high * whole);
    close_macro(grid, row, plain, value->unit, macros, out);
}

static void macros_table(const struct grid *grid, const struct page *page)
{
    for (size_t row = 0; row < grid->rows; row++)
        for (size_t column = grid->headings; column < grid->columns; column++)
            if (isfinite(grid_cell(grid, row, column)->value.value))
                put_figure(grid, row, column, page->macros, page->out);
}

const struct style style_macros = {
    .head = {"", ""},
    .line = {"% ", "\n"},
    .title = {"% ", "\n"},
    .notes = {"", ""},
    .note = {"% ", " ", "\n"},
    .word_width = 13,
    .intro = {"% ", "\n"},
    .list = {"", ""},
    .item = {"%   ", ": ", "\n"},
    .text = style_plain_text,
    .table = macros_table,
};
