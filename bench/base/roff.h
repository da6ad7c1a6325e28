/* roff.h - text for manual pages, in the macros of man(7): whatever a text holds, it is printed as it is and
   is no request. */
#ifndef BENCH_ROFF_H
#define BENCH_ROFF_H

#include <stddef.h>
#include <stdio.h>

/* Prints the first `length` bytes so that they may stand anywhere but at the beginning of a line, where
   ROFF_LINE has to stand before them. Newlines become blanks. */
void roff_text(FILE *out, const char *text, size_t length);
void roff_string(FILE *out, const char *text);

/* Prints nothing, but what follows is not a request. */
#define ROFF_LINE "\\&"

/* Prints a macro with one argument: `.SS "How long"`. */
void roff_macro(FILE *out, const char *macro, const char *argument);

/* Prints lines, each on a line of its own where they are to be as they are. */
void roff_verbatim(FILE *out, const char *lines);
/* Prints lines as paragraphs, an empty line between each two; lines that begin with a blank are as they are.
 */
void roff_paragraphs(FILE *out, const char *lines);

#endif
