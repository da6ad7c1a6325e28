/* report.c - see report.h. */
#include "report/report.h"

#include "report/report_parts.h"
#include "base/suggest.h"

#include <errno.h>
#include <string.h>

int report_whole(const struct summary *summary, const struct page *page, struct fault *fault)
{
    report_heading(summary, page);
    return report_table(summary, page, fault) || report_nodes(summary, page, fault) ||
                   report_endings(summary, page, fault) || report_notes(summary, page, fault)
               ? -1
               : 0;
}

static int print_for_terminals(const struct summary *summary, FILE *out, struct fault *fault)
{
    return report_whole(summary, &(struct page){.style = &style_terminal, .out = out}, fault);
}

static int print_markdown(const struct summary *summary, FILE *out, struct fault *fault)
{
    return report_whole(summary, &(struct page){.style = &style_markdown, .out = out}, fault);
}

static const char *const format_names[REPORT_FORMATS] = {"table", "markdown", "csv", "json", "latex", "html"};

const struct option_values report_values = {.words = format_names, .count = REPORT_FORMATS},
                           report_table_values = {.words = format_names, .count = REPORT_LATEX};

static int (*const printers[REPORT_FORMATS])(const struct summary *summary, FILE *out,
                                             struct fault *fault) = {
    [REPORT_TABLE] = print_for_terminals, [REPORT_MARKDOWN] = print_markdown, [REPORT_CSV] = report_csv,
    [REPORT_JSON] = report_json,          [REPORT_LATEX] = report_latex,      [REPORT_HTML] = report_html,
};

int report_format_parse_before(const char *text, enum report_format end, enum report_format *format,
                               struct fault *fault)
{
    for (int i = 0; i < (int)end; i++) {
        *format = (enum report_format)i;
        if (strcmp(text, format_names[i]) == 0)
            return 0;
    }
    return suggest_unknown(fault, "format", text, format_names, end);
}

int report_format_parse(const char *text, enum report_format *format, struct fault *fault)
{
    return report_format_parse_before(text, REPORT_FORMATS, format, fault);
}

int report_print(const struct campaign_file *file, enum report_format format, FILE *out, struct fault *fault)
{
    struct summary summary;
    if (summary_make(&summary, file, fault))
        return -1;
    int status = printers[format](&summary, out, fault);
    summary_release(&summary);
    if (status == 0 && (fflush(out) == EOF || ferror(out)))
        status = fault_set(fault, "the report cannot be written: %s", strerror(errno));
    return status;
}
