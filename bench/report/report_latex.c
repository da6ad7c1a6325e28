/* report_latex.c - see report_latex.h: tables with the rules of booktabs and the columns of siunitx, notes as
   comments. */
#include "report/report_latex.h"

#include "report/report_parts.h"

#include <math.h>
#include <string.h>

/* Columns of a table in a paper are chosen so that a line has no more letters: 16 cm of a small font. */
enum { LINE = 112, FIXED = 7 /* most digits behind a point; smaller numbers have an exponent */ };

/* --- texts --- */

/* The letters from U+00C0 to U+00FF that every font of LaTeX can make: all but eth and thorn. */
static bool is_typeset(unsigned code)
{
    return code >= 0xC0 && code <= 0xFF && code != 0xD0 && code != 0xDE && code != 0xF0 && code != 0xFE;
}

/* Decodes a character of more than one byte, which begins at `text`; stores how many bytes it has. Text of a
   record is valid UTF-8. */
static unsigned decode(const unsigned char *text, size_t *length)
{
    unsigned code = *text & (*text >= 0xF0 ? 0x07u : *text >= 0xE0 ? 0x0Fu : 0x1Fu);
    *length = 1;
    for (; (text[*length] & 0xC0) == 0x80; ++*length)
        code = code << 6 | (text[*length] & 0x3Fu);
    return code;
}

/* Brackets and asterisks in braces: behind the end of a table's row they would be an argument of it. */
static const char *command_of(char sign)
{
    static const struct {
        char sign;
        const char *command;
    } commands[] = {
        {'\\', "\\textbackslash{}"},
        {'~', "\\textasciitilde{}"},
        {'^', "\\textasciicircum{}"},
        {'<', "\\textless{}"},
        {'>', "\\textgreater{}"},
        {'|', "\\textbar{}"},
        {'"', "{\\char34}"},
        {'[', "{[}"},
        {']', "{]}"},
        {'*', "{*}"},
        {'_', "\\_"},
        {'&', "\\&"},
        {'%', "\\%"},
        {'$', "\\$"},
        {'#', "\\#"},
        {'{', "\\{"},
        {'}', "\\}"},
        {'`', "{`}"},
        {'\'', "{'}"},
        {'-', "{-}"}, /* two of which would be a dash */
    };
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (commands[i].sign == sign)
            return commands[i].command;
    return NULL;
}

void latex_text(const char *text, FILE *out)
{
    for (size_t length; *text; text += length) {
        const unsigned char letter = (unsigned char)*text;
        bool is_doubled = letter == '-' && text[1] == '-';
        const char *command = letter == '-' && !is_doubled ? NULL : command_of(*text);
        length = 1;
        if (letter >= 0x80) {
            unsigned code = decode((const unsigned char *)text, &length);
            if (is_typeset(code))
                fwrite(text, 1, length, out);
            else
                fprintf(out, "{[}U+%04X{]}", code);
        } else if (command) {
            fputs(command, out);
        } else {
            putc(letter < ' ' || letter == 0x7f ? '?' : letter, out);
        }
    }
}

/* --- numbers --- */

struct latex_unit latex_unit(double value, const char *unit)
{
    static const char *const binary[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    static const char *const times[] = {"\\nano", "\\micro", "\\milli", ""};
    static const char *const counts[] = {"", "k", "M", "G", "T"};
    struct latex_unit found = {1, ""};
    int step = 0;
    value = fabs(value);
    if (strcmp(unit, "s") == 0) {
        found.scale = 1e9;
        for (; step < 3 && value * found.scale >= 999.5; step++)
            found.scale /= 1e3;
        snprintf(found.text, sizeof found.text, "\\si{%s\\second}", times[step]);
    } else if (strcmp(unit, "B") == 0) {
        for (; step < 4 && value * found.scale >= 999.5; step++)
            found.scale /= 1024;
        snprintf(found.text, sizeof found.text, "\\mbox{%s}", binary[step]);
    } else if (strcmp(unit, "%") == 0) {
        found = (struct latex_unit){100, "\\%"};
    } else if (*unit) {
        for (; step < 4 && value * found.scale >= 999.5; step++)
            found.scale /= 1e3;
        snprintf(found.text, sizeof found.text, "\\mbox{%s%s}", counts[step], unit);
    }
    return found;
}

int latex_decimals(double value)
{
    value = fabs(value);
    if (!(value > 0) || value >= 99.95)
        return 0;
    int decimals = value >= 9.995 ? 1 : 2;
    for (; value < 0.9995 && decimals < 12; value *= 10)
        decimals++;
    return decimals;
}

const char *latex_number(double value, int decimals, char text[LATEX_NUMBER])
{
    if (decimals > FIXED || fabs(value) >= 1e9)
        snprintf(text, LATEX_NUMBER, "%.2e", value);
    else
        snprintf(text, LATEX_NUMBER, "%.*f", decimals, value);
    return text;
}

/* --- tables --- */

struct column {
    bool is_number, has_intervals;
    struct latex_unit unit; /* one for all its rows */
    int digits, decimals;   /* most before the point and behind it */
};

/* The unit that suits the middle of the column's values, by their logarithms. */
static struct latex_unit unit_of(const struct grid *grid, size_t at)
{
    double sum = 0, count = 0;
    const char *unit = "";
    for (size_t row = 0; row < grid->rows; row++) {
        const struct grid_value *value = &grid_cell(grid, row, at)->value;
        if (value->unit)
            unit = value->unit;
        if (isfinite(value->value) && value->value != 0) {
            sum += log(fabs(value->value));
            count++;
        }
    }
    return latex_unit(count > 0 ? exp(sum / count) : 0, unit);
}

static int digits_of(const char *number)
{
    return (int)strspn(number, "-0123456789");
}

static void widen(struct column *column, double value, int decimals)
{
    char number[LATEX_NUMBER];
    if (!isfinite(value))
        return;
    if (strchr(latex_number(value * column->unit.scale, decimals, number), 'e'))
        return;
    int digits = digits_of(number);
    int behind = number[digits] == '.' ? (int)strspn(number + digits + 1, "0123456789") : 0;
    column->digits = digits > column->digits ? digits : column->digits;
    column->decimals = behind > column->decimals ? behind : column->decimals;
}

/* Of a median of 0 with an interval, its upper end says how many are worth showing. */
static int decimals_of(const struct grid_value *value, double scale)
{
    return latex_decimals(scale * (value->value == 0 && value->high > 0 ? value->high : value->value));
}

static struct column column_of(const struct grid *grid, size_t at)
{
    struct column column = {.unit = unit_of(grid, at)};
    for (size_t row = 0; row < grid->rows; row++) {
        const struct grid_value *value = &grid_cell(grid, row, at)->value;
        int decimals = decimals_of(value, column.unit.scale);
        column.is_number |= isfinite(value->value);
        column.has_intervals |= isfinite(value->low);
        widen(&column, value->value, decimals);
        widen(&column, value->low, decimals);
        widen(&column, value->high, decimals);
    }
    return column;
}

/* In letters, with the gap to the next; a unit in its title, such as " (MiB)", takes 6. */
static size_t width_of(const struct grid *grid, size_t at, const struct column *column)
{
    size_t width = (size_t)(column->digits + column->decimals) + 3;
    size_t title = strlen(grid->title[at]) + (*column->unit.text ? 6 : 0) + 2;
    if (!column->is_number)
        return grid->width[at] + 2;
    if (column->has_intervals)
        width *= 3;
    return width > title ? width : title;
}

/* How many columns a line has room for; all headings in any case. */
static size_t fitting_columns(const struct grid *grid, struct column columns[GRID_COLUMNS])
{
    size_t width = 0, fitting = 0;
    for (; fitting < grid->columns; fitting++) {
        columns[fitting] = column_of(grid, fitting);
        width += width_of(grid, fitting, &columns[fitting]);
        if (width > LINE && fitting > grid->headings)
            break;
    }
    return fitting;
}

static void put_preamble(const struct column *columns, size_t count, FILE *out)
{
    fputs("\\begin{tabular}{@{}", out);
    for (size_t i = 0; i < count; i++)
        for (int times = columns[i].has_intervals ? 3 : 1; times; times--) {
            if (columns[i].is_number)
                fprintf(out, "S[table-format=%d.%d]", columns[i].digits, columns[i].decimals);
            else
                putc('l', out);
        }
    fputs("@{}}\n\\toprule\n", out);
}

static void put_titles(const struct grid *grid, const struct column *columns, size_t count, FILE *out)
{
    bool has_intervals = false;
    size_t at = 1; /* as LaTeX counts */
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "%s%s{", i ? " & " : "", columns[i].has_intervals ? "\\multicolumn{3}{c}" : "");
        latex_text(grid->title[i], out);
        if (*columns[i].unit.text)
            fprintf(out, " (%s)", columns[i].unit.text);
        putc('}', out);
        has_intervals |= columns[i].has_intervals;
    }
    fputs(" \\\\\n", out);
    for (size_t i = 0; i < count; at += columns[i++].has_intervals ? 3 : 1)
        if (columns[i].has_intervals)
            fprintf(out, "\\cmidrule(lr){%zu-%zu}", at, at + 2);
    for (size_t i = 0; i < count && has_intervals; i++)
        fprintf(out, "%s%s", i ? " & " : "\n", columns[i].has_intervals ? "{median} & {low} & {high}" : "");
    fputs(has_intervals ? " \\\\\n\\midrule\n" : "\\midrule\n", out);
}

static void put_number(double value, double scale, int decimals, FILE *out)
{
    char number[LATEX_NUMBER];
    if (!isfinite(value))
        fputs("{--}", out);
    else if (strchr(latex_number(value * scale, decimals, number), 'e'))
        fprintf(out, "{\\num{%s}}", number); /* a column of fixed format would drop the exponent */
    else
        fputs(number, out);
}

static void put_cell(const struct grid_cell *cell, const struct column *column, FILE *out)
{
    const struct grid_value *value = &cell->value;
    const double scale = column->unit.scale;
    int decimals = decimals_of(value, scale);
    if (!column->is_number) {
        latex_text(cell->text, out);
        return;
    }
    put_number(value->value, scale, decimals, out);
    if (column->has_intervals) {
        fputs(" & ", out);
        put_number(value->low, scale, decimals, out);
        fputs(" & ", out);
        put_number(value->high, scale, decimals, out);
    }
}

static void put_left_out(const struct grid *grid, size_t count, FILE *out)
{
    for (size_t i = count; i < grid->columns; i++)
        fprintf(out, "%s%s", i == count ? "% left out, since a line has no room: " : ", ", grid->title[i]);
    if (count < grid->columns)
        fputs("; the macros have them\n", out);
}

static void latex_table(const struct grid *grid, const struct page *page)
{
    struct column columns[GRID_COLUMNS];
    size_t count = fitting_columns(grid, columns);
    FILE *out = page->out;
    put_left_out(grid, count, out);
    put_preamble(columns, count, out);
    put_titles(grid, columns, count, out);
    for (size_t row = 0; row < grid->rows; row++) {
        for (size_t i = 0; i < count; i++) {
            fputs(i ? " & " : "", out);
            put_cell(grid_cell(grid, row, i), &columns[i], out);
        }
        fputs(" \\\\\n", out);
    }
    fputs("\\bottomrule\n\\end{tabular}\n", out);
}

const struct style style_latex = {
    .head = {"", "%\n"},
    .line = {"% ", "\n"},
    .title = {"% ", "\n"},
    .notes = {"", ""},
    .note = {"% ", " ", "\n"},
    .word_width = 13,
    .intro = {"% ", "\n"},
    .list = {"", ""},
    .item = {"%   ", ": ", "\n"},
    .text = style_plain_text,
    .table = latex_table,
};
