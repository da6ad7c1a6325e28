/* report_style.h - how the parts of a report are written in a format for people.

   A report is made of few parts: lines at its head, tables, titles, notes (a word and a text), lists. A style
   says what stands around each of them, how it makes a text harmless that may hold anything, and how it
   writes a table; report_table.c and report_notes.c say what is in them, for all formats alike. */
#ifndef BENCH_REPORT_STYLE_H
#define BENCH_REPORT_STYLE_H

#include "report/report_grid.h"

#include <stdio.h>

struct page;

struct style {
    const char *head[2];  /* before and after the lines at the head; and so on: */
    const char *line[2];  /* one of them */
    const char *title[2]; /* the title of a further table */
    const char *notes[2]; /* all notes */
    const char *note[3];  /* one: before its word, between word and text, after it */
    int word_width;       /* least width of the word */
    const char *intro[2]; /* the line above a list */
    const char *list[2];
    const char *item[3]; /* one of the list: before its name, between name and text, after it */
    void (*text)(const char *text, FILE *out);
    void (*table)(const struct grid *grid, const struct page *page); /* which has rows */
};

/* What a report is printed on. */
struct page {
    const struct style *style;
    FILE *out;
    struct macros *macros; /* of report_macros.c, for its style; else null */
};

extern const struct style style_terminal, style_markdown, style_latex, style_macros, style_html;

/* A text as it is, but for control characters: what a terminal, or a comment, takes. */
void style_plain_text(const char *text, FILE *out);

/* Prints a text between two strings of the style. */
void style_put(const struct page *page, const char *const around[2], const char *text);

#endif
