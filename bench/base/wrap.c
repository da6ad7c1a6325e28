/* wrap.c - see wrap.h. */
#include "base/wrap.h"

#include <stdbool.h>
#include <string.h>

size_t wrap_words(FILE *out, const char *text, size_t column, size_t indent, size_t width)
{
    while (*text) {
        size_t length = strcspn(text, " \n");
        bool is_first = column <= indent;
        if (length && !is_first && column + 1 + length > width) {
            fputc('\n', out);
            column = 0;
            is_first = true;
        }
        if (length) {
            int blanks = is_first ? (int)(indent - column) : 1;
            fprintf(out, "%*s%.*s", blanks, "", (int)length, text);
            column += (size_t)blanks + length;
        }
        text += length;
        if (*text == '\n') {
            fputc('\n', out);
            column = 0;
        }
        text += *text != '\0';
    }
    return column;
}
