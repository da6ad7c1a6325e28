/* report_style.c - see report_style.h: the plain styles, for a terminal and as Markdown. */
#include "report/report_style.h"

#include "report/report_parts.h"

void style_put(const struct page *page, const char *const around[2], const char *text)
{
    fputs(around[0], page->out);
    page->style->text(text, page->out);
    fputs(around[1], page->out);
}

void style_plain_text(const char *text, FILE *out)
{
    report_text(text, false, out);
}

static void terminal_table(const struct grid *grid, const struct page *page)
{
    grid_print(grid, false, page->out);
}

static void markdown_text(const char *text, FILE *out)
{
    report_text(text, true, out);
}

static void markdown_table(const struct grid *grid, const struct page *page)
{
    grid_print(grid, true, page->out);
}

const struct style style_terminal = {
    .head = {"", "\n"},
    .line = {"", "\n"},
    .title = {"\n", "\n\n"},
    .notes = {"\n", ""},
    .note = {"", " ", "\n"},
    .word_width = 13,
    .intro = {"\n", "\n"},
    .list = {"", ""},
    .item = {"  ", ": ", "\n"},
    .text = style_plain_text,
    .table = terminal_table,
};

const struct style style_markdown = {
    .head = {"", ""},
    .line = {"", "\n\n"},
    .title = {"\n**", "**\n\n"},
    .notes = {"\n", ""},
    .note = {"- **", "**: ", "\n"},
    .intro = {"\n", "\n\n"},
    .list = {"", ""},
    .item = {"- ", ": ", "\n"},
    .text = markdown_text,
    .table = markdown_table,
};
