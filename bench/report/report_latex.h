/* report_latex.h - texts, numbers and units in LaTeX: for report_latex.c, which makes tables of them, and
   report_macros.c, which makes macros of them. What comes out compiles with siunitx of version 2 or 3. */
#ifndef BENCH_REPORT_LATEX_H
#define BENCH_REPORT_LATEX_H

#include "report/report_grid.h"

#include <stdio.h>

/* Prints a text that may hold anything so that LaTeX typesets it and runs none of it: signs with a meaning by
   their commands, letters with accents of Western Europe as they are, other characters by their number,
   "[U+4E2D]", which no font lacks. */
void latex_text(const char *text, FILE *out);

enum { LATEX_NUMBER = 32 };

/* A unit with the prefix that suits a value, and what the value has to be multiplied by. */
struct latex_unit {
    double scale;
    char text[LATEX_NUMBER]; /* LaTeX, "" where there is none */
};
struct latex_unit latex_unit(double value, const char *unit);

/* Digits behind the point that show 3 significant ones. */
int latex_decimals(double value);
/* Writes the number as siunitx takes it; returns `text`. */
const char *latex_number(double value, int decimals, char text[LATEX_NUMBER]);

#endif
