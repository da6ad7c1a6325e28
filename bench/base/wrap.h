/* wrap.h - words on lines of a page, for people. */
#ifndef BENCH_WRAP_H
#define BENCH_WRAP_H

#include <stddef.h>
#include <stdio.h>

/* Prints the words of a text from `column` on, wrapped so that no line has more than `width` columns, but for
   words that are longer; every line starts at the column `indent`. A newline in the text is kept. Returns the
   column reached. */
size_t wrap_words(FILE *out, const char *text, size_t column, size_t indent, size_t width);

#endif
