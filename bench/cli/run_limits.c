/* run_limits.c - see run_limits.h. */
#include "cli/run_limits.h"

#include "cli/limits_watch.h"
#include "limits/roofline.h"
#include "machine/machine.h"
#include "trial/trial.h"

#include <string.h>
#include <unistd.h>

/* A twentieth of the campaign's time, and no more than it takes for intervals of a few per cent. A tiny
   campaign still gets the least number of rounds, which is some tens of milliseconds. */
enum { LIMITS_PART = 20, LIMITS_MOST_S = 3 };

static int measure(const struct campaign *campaign, struct limits *limits, struct fault *fault)
{
    double seconds = campaign_estimate(campaign) / LIMITS_PART;
    struct limits_watch watch = {.interrupted = &trial_interrupted,
                                 .shows = !campaign->quiet && isatty(STDERR_FILENO)};
    const struct limits_options options = {
        .duration_ns = (uint64_t)((seconds < LIMITS_MOST_S ? seconds : LIMITS_MOST_S) * 1e9)};
    int status = limits_measure(limits, &options, limits_watch_step, &watch, fault);
    limits_watch_end(&watch);
    if (status == 0)
        limits->header = limits_header(campaign->topology, &options, NULL, 0);
    return status;
}

static int measure_for_plan(const struct campaign *campaign, json_t **record, struct fault *fault)
{
    struct limits limits = {0};
    int status = 0;
    for (size_t i = 0; i < campaign->plan->count && status == 0; i++)
        status = roofline_plan(&limits, &campaign->plan->specs[i], campaign->topology, fault);
    if (status == 0 && limits.count)
        status = measure(campaign, &limits, fault);
    if (status == 0 && limits.count)
        *record = roofline_record(&limits, NULL, json_array());
    limits_release(&limits);
    return status;
}

int run_limits(const struct campaign *campaign, const char *what, json_t **record, struct fault *fault)
{
    struct fault reason;
    *record = NULL;
    if (strcmp(what, "none") == 0)
        return 0;
    if (strcmp(what, "measure") == 0)
        return measure_for_plan(campaign, record, fault);
    json_t *machine = machine_record(campaign->topology);
    *record = roofline_of_file(what, machine, &reason);
    json_decref(machine);
    return *record ? 0 : fault_set(fault, "--limits: %s", reason.text);
}
