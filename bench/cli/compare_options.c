/* compare_options.c - see compare_options.h. */
#include "cli/compare_options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int compare_set_metric(void *target, const char *text, struct fault *fault)
{
    struct compare_options *options = target;
    options->comparing.metric = metric_find(text, fault);
    return options->comparing.metric ? 0 : -1;
}

int compare_set_band(void *target, const char *text, struct fault *fault)
{
    struct compare_options *options = target;
    char *end;
    double percent = strspn(text, "0123456789.") ? strtod(text, &end) : NAN;
    if (!(percent >= 0 && percent <= 100) || strcmp(end, "%") != 0)
        return fault_set(fault, "'%s' is no share: write it as 2%% or 0.5%%, up to 100%%", text);
    options->comparing.band = percent / 100;
    return 0;
}

int compare_set_format(void *target, const char *text, struct fault *fault)
{
    struct compare_options *options = target;
    return report_format_parse_before(text, REPORT_LATEX, &options->format, fault);
}
