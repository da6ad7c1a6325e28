/* report_json.c - the summary as JSON: an object a configuration. */
#include "report/report_parts.h"

#include "report/report_columns.h"

#include <stdlib.h>

#define COLUMN(name, kind, member)                                                                           \
    {                                                                                                        \
        name, COLUMN_##kind, offsetof(struct configuration, member)                                          \
    }

/* After what all trials of a configuration have alike. */
static const struct data_column columns[] = {
    COLUMN("trials", COUNT, trials),
    COLUMN("ok", COUNT, ok),
    COLUMN("outcomes", CHARS, outcome_text),
    COLUMN("items_per_s", NUMBER, throughput.median),
    COLUMN("items_per_s_low", NUMBER, throughput.low),
    COLUMN("items_per_s_high", NUMBER, throughput.high),
    COLUMN("confidence", NUMBER, throughput.confidence),
    COLUMN("operations_per_s", NUMBER, operations.median),
    COLUMN("operations_per_s_low", NUMBER, operations.low),
    COLUMN("operations_per_s_high", NUMBER, operations.high),
    COLUMN("failed_operations", NUMBER, failed_share.median),
    COLUMN("round_trip_s", NUMBER, round_trip_seconds.median),
    COLUMN("round_trip_s_low", NUMBER, round_trip_seconds.low),
    COLUMN("round_trip_s_high", NUMBER, round_trip_seconds.high),
    COLUMN("local_took_ns", NUMBER, local_took_ns.median),
    COLUMN("precision", NUMBER, precision),
    COLUMN("stopped", TEXT, stopped),
    COLUMN("aa_ratio", NUMBER, aa_ratio.median),
    COLUMN("aa_ratio_low", NUMBER, aa_ratio.low),
    COLUMN("aa_ratio_high", NUMBER, aa_ratio.high),
    COLUMN("limit_items_per_s_low", NUMBER, limit.low),
    COLUMN("limit_items_per_s_high", NUMBER, limit.high),
    COLUMN("share_of_limit", NUMBER, share.median),
    COLUMN("share_of_limit_low", NUMBER, share.low),
    COLUMN("share_of_limit_high", NUMBER, share.high),
    COLUMN("exceeds_limit", FLAG, exceeds),
    COLUMN("modes", COUNT, shape.modes.count),
    COLUMN("modes_p", NUMBER, shape.modes.p),
    COLUMN("drift_p", NUMBER, shape.trend_p),
    COLUMN("drift_factor", NUMBER, shape.change),
    COLUMN("outliers", COUNT, shape.outliers),
    COLUMN("unsteady", COUNT, unsteady),
    COLUMN("late", COUNT, late),
    COLUMN("items", NUMBER, items),
    COLUMN("discarded", NUMBER, discarded),
    COLUMN("empty_polls_per_item", NUMBER, empty_polls_per_item),
    COLUMN("full_polls_per_item", NUMBER, full_polls_per_item),
    COLUMN("polls_per_item", NUMBER, polls_per_item),
    COLUMN("cpu_ns_per_item", NUMBER, cpu_ns_per_item.median),
    COLUMN("cpu_ns_per_item_low", NUMBER, cpu_ns_per_item.low),
    COLUMN("cpu_ns_per_item_high", NUMBER, cpu_ns_per_item.high),
    COLUMN("cpus", NUMBER, cpus.median),
    COLUMN("voluntary_switches_per_1000_items", NUMBER, voluntary_per_1000),
    COLUMN("involuntary_switches_per_1000_items", NUMBER, involuntary_per_1000),
    COLUMN("peak_bytes", NUMBER, peak_bytes.median),
    COLUMN("growth_bytes", NUMBER, growth_bytes.median),
    COLUMN("heap_slope_bytes_per_s", NUMBER, heap_slope.median),
    COLUMN("bottleneck", TEXT, bottleneck),
    COLUMN("busy_download", NUMBER, busy[1].median),
    COLUMN("busy_resize", NUMBER, busy[2].median),
    COLUMN("busy_upload", NUMBER, busy[3].median),
    COLUMN("drain_s", NUMBER, drain_seconds.median),
    COLUMN("drain_s_low", NUMBER, drain_seconds.low),
    COLUMN("drain_s_high", NUMBER, drain_seconds.high),
    COLUMN("join_s", NUMBER, join_seconds.median),
    COLUMN("join_s_low", NUMBER, join_seconds.low),
    COLUMN("join_s_high", NUMBER, join_seconds.high),
    COLUMN("caller_cpu_s", NUMBER, caller_cpu_seconds.median),
    COLUMN("failed", NUMBER, failed),
    COLUMN("abandoned", NUMBER, abandoned),
    COLUMN("bound_nodes", CHARS, bound_nodes),
    COLUMN("made_on", CHARS, made_on),
    COLUMN("grown_on", CHARS, grown_on),
    COLUMN("memory_astray", NUMBER, astray),
    COLUMN("migrations", NUMBER, migrations),
    COLUMN("strayed_threads", NUMBER, strayed),
};

enum { COLUMNS = sizeof columns / sizeof *columns };

/* The trials that did not end ok, with what they said. */
static json_t *failures(const struct configuration *its)
{
    json_t *array = json_array();
    for (size_t i = 0; i < its->trials; i++) {
        const struct trial_figures *trial = its->trial[i];
        if (trial->outcome != OUTCOME_OK)
            json_array_append_new(array,
                                  json_pack("{s:I, s:s, s:s}", "block", (json_int_t)trial->block, "outcome",
                                            outcome_names[trial->outcome], "text", trial->text));
    }
    return array;
}

static json_t *configuration_object(const struct configuration *its)
{
    json_t *object = json_object();
    json_object_set_new(object, "label", json_string(its->label));
    for (size_t i = 0; i < shared_column_count; i++)
        json_object_set_new(object, shared_columns[i].name, column_json(its, &shared_columns[i]));
    for (int i = 0; i < COLUMNS; i++)
        json_object_set_new(object, columns[i].name, column_json(its, &columns[i]));
    json_object_set_new(object, "failures", failures(its));
    return object;
}

int report_json(const struct summary *summary, FILE *out, struct fault *fault)
{
    json_t *report = json_object(), *configurations = json_array(), *unrun = json_array();
    for (size_t i = 0; i < summary->count + summary->twins; i++)
        json_array_append_new(configurations, configuration_object(&summary->configurations[i]));
    for (size_t i = 0; i < summary->unrun_count; i++)
        json_array_append_new(unrun, json_string(summary->unrun[i]));
    json_object_set(report, "campaign", summary->file->header);
    json_object_set(report, "baselines", summary->file->baselines);
    json_t *disturbance = json_object_get(summary->file->end, "disturbance");
    json_object_set_new(report, "disturbance", disturbance ? json_incref(disturbance) : json_null());
    json_object_set_new(report, "limits",
                        summary->file->limits ? json_incref(summary->file->limits) : json_null());
    json_object_set_new(report, "trials", json_integer((json_int_t)summary->file->count));
    json_object_set_new(report, "complete", json_boolean(summary->file->complete));
    json_object_set_new(report, "not_run", unrun);
    json_object_set_new(report, "configurations", configurations);
    char *text = json_dumps(report, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
    json_decref(report);
    if (!text)
        return fault_set(fault, "the report cannot be made: out of memory");
    fprintf(out, "%s\n", text);
    free(text);
    return 0;
}
