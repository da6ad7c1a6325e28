/* roff.c - see roff.h. */
#include "base/roff.h"

#include <stdbool.h>
#include <string.h>

/* What typesetters make something else of: hyphens, quotes and accents. */
static const char *escape(char c)
{
    switch (c) {
    case '\\':
        return "\\(rs";
    case '-':
        return "\\-";
    case '\'':
        return "\\(aq";
    case '`':
        return "\\(ga";
    case '"':
        return "\\(dq";
    case '^':
        return "\\(ha";
    case '~':
        return "\\(ti";
    case '\n':
        return " ";
    default:
        return NULL;
    }
}

void roff_text(FILE *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        const char *escaped = escape(text[i]);
        if (escaped)
            fputs(escaped, out);
        else
            fputc(text[i], out);
    }
}

void roff_string(FILE *out, const char *text)
{
    roff_text(out, text, strlen(text));
}

void roff_macro(FILE *out, const char *macro, const char *argument)
{
    fprintf(out, ".%s \"", macro);
    roff_string(out, argument);
    fputs("\"\n", out);
}

/* The line at the cursor, which moves behind it; false: there is none. */
static bool next_line(const char **cursor, const char **line, size_t *length)
{
    *line = *cursor;
    *length = strcspn(*cursor, "\n");
    *cursor += *length + ((*cursor)[*length] == '\n');
    return **line != '\0';
}

static void print_line(FILE *out, const char *line, size_t length)
{
    fputs(ROFF_LINE, out);
    roff_text(out, line, length);
    fputc('\n', out);
}

void roff_verbatim(FILE *out, const char *lines)
{
    const char *line;
    size_t length;
    fputs(".nf\n", out);
    while (next_line(&lines, &line, &length))
        print_line(out, line, length);
    fputs(".fi\n", out);
}

void roff_paragraphs(FILE *out, const char *lines)
{
    bool is_verbatim = false;
    const char *line;
    size_t length;
    while (next_line(&lines, &line, &length)) {
        bool is_indented = *line == ' ';
        if (is_indented != is_verbatim)
            fputs(is_indented ? ".nf\n" : ".fi\n", out);
        is_verbatim = is_indented;
        if (length)
            print_line(out, line, length);
        else
            fputs(".PP\n", out);
    }
    if (is_verbatim)
        fputs(".fi\n", out);
}
