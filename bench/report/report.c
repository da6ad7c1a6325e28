/* report.c - see report.h. */
#include "report/report.h"

#include "report/report_parts.h"
#include "base/suggest.h"

#include <errno.h>
#include <string.h>

static const char *const format_names[REPORT_FORMATS] = {"table", "csv", "json", "markdown"};

int report_format_parse(const char *text, enum report_format *format, struct fault *fault)
{
    for (int i = 0; i < REPORT_FORMATS; i++) {
        *format = (enum report_format)i;
        if (strcmp(text, format_names[i]) == 0)
            return 0;
    }
    return suggest_unknown(fault, "format", text, format_names, REPORT_FORMATS);
}

static int print_for_people(const struct summary *summary, const struct page *page, struct fault *fault)
{
    report_heading(summary, page);
    return report_table(summary, page, fault) || report_nodes(summary, page, fault) ||
                   report_endings(summary, page, fault) || report_notes(summary, page, fault)
               ? -1
               : 0;
}

static int print(const struct summary *summary, enum report_format format, FILE *out, struct fault *fault)
{
    switch (format) {
    case REPORT_CSV:
        report_csv(summary, out);
        return 0;
    case REPORT_JSON:
        return report_json(summary, out, fault);
    default:
        return print_for_people(
            summary,
            &(struct page){.style = format == REPORT_MARKDOWN ? &style_markdown : &style_terminal,
                           .out = out},
            fault);
    }
}

int report_print(const struct campaign_file *file, enum report_format format, FILE *out, struct fault *fault)
{
    struct summary summary;
    if (summary_make(&summary, file, fault))
        return -1;
    int status = print(&summary, format, out, fault);
    summary_release(&summary);
    if (status == 0 && (fflush(out) == EOF || ferror(out)))
        status = fault_set(fault, "the report cannot be written: %s", strerror(errno));
    return status;
}
