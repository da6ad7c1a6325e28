/* report_columns.c - see report_columns.h. */
#include "report/report_columns.h"

#include <math.h>

#define COLUMN(name, kind, member)                                                                           \
    {                                                                                                        \
        name, COLUMN_##kind, offsetof(struct configuration, member)                                          \
    }

const struct data_column shared_columns[] = {
    COLUMN("queue", TEXT, axis[AXIS_QUEUE]),
    COLUMN("wait", TEXT, axis[AXIS_WAIT]),
    COLUMN("transfer", TEXT, axis[AXIS_TRANSFER]),
    COLUMN("capacity", TEXT, capacity),
    COLUMN("real_capacity", TEXT, real_capacity),
    COLUMN("workers", TEXT, axis[AXIS_WORKERS]),
    COLUMN("work", TEXT, axis[AXIS_WORK]),
    COLUMN("placement", TEXT, axis[AXIS_PLACE]),
    COLUMN("placement_class", CHARS, place_class),
    COLUMN("memory", TEXT, axis[AXIS_MEMORY]),
    COLUMN("close", TEXT, axis[AXIS_CLOSE]),
    COLUMN("instrument", FLAG, instrument),
    COLUMN("twin", FLAG, twin),
    COLUMN("limit_items_per_s", NUMBER, limit.median),
    COLUMN("limited_by", CHARS, limited_by),
    COLUMN("stages", TEXT, axis[AXIS_STAGES]),
    COLUMN("sources", TEXT, axis[AXIS_SOURCES]),
    COLUMN("sinks", TEXT, axis[AXIS_SINKS]),
    COLUMN("shape", TEXT, axis[AXIS_SHAPE]),
    COLUMN("local", TEXT, axis[AXIS_LOCAL]),
};
const size_t shared_column_count = sizeof shared_columns / sizeof *shared_columns;

#undef COLUMN
#define COLUMN(name, kind, member)                                                                           \
    {                                                                                                        \
        name, COLUMN_##kind, offsetof(struct trial_figures, member)                                          \
    }

const struct data_column trial_columns[] = {
    COLUMN("block", INDEX, block),
    COLUMN("outcome", OUTCOME, outcome),
    COLUMN("text", TEXT, text),
    COLUMN("items_per_s", NUMBER, throughput),
    COLUMN("items", NUMBER, items),
    COLUMN("discarded", NUMBER, discarded),
    COLUMN("failed", NUMBER, failed),
    COLUMN("abandoned", NUMBER, abandoned),
    COLUMN("elapsed_s", NUMBER, elapsed_seconds),
    COLUMN("drain_s", NUMBER, drain_seconds),
    COLUMN("join_s", NUMBER, join_seconds),
    COLUMN("caller_cpu_s", NUMBER, caller_cpu_seconds),
    COLUMN("cpu_s", NUMBER, cpu_seconds),
    COLUMN("cpu_ns_per_item", NUMBER, cpu_ns_per_item),
    COLUMN("cpus", NUMBER, cpus),
    COLUMN("worker_hits", NUMBER, worker_taken),
    COLUMN("worker_empty_polls", NUMBER, empty_polls),
    COLUMN("worker_full_polls", NUMBER, full_polls),
    COLUMN("bottleneck", TEXT, bottleneck),
    COLUMN("busy_source", NUMBER, role_busy[0]),
    COLUMN("busy_download", NUMBER, role_busy[1]),
    COLUMN("busy_resize", NUMBER, role_busy[2]),
    COLUMN("busy_upload", NUMBER, role_busy[3]),
    COLUMN("busy_sink", NUMBER, role_busy[4]),
    COLUMN("voluntary_switches", NUMBER, voluntary_switches),
    COLUMN("involuntary_switches", NUMBER, involuntary_switches),
    COLUMN("peak_bytes", NUMBER, resident_peak_bytes),
    COLUMN("growth_bytes", NUMBER, resident_growth_bytes),
    COLUMN("heap_slope_bytes_per_s", NUMBER, heap_slope),
    COLUMN("migrations", INDEX, migrations),
    COLUMN("strayed_threads", INDEX, strayed),
    COLUMN("error_stage", TEXT, error_stage),
    COLUMN("error_text", TEXT, error_text),
    COLUMN("planned_items", NUMBER, items_planned),
    COLUMN("planned_duration_s", NUMBER, duration_seconds),
    COLUMN("fail", TEXT, fail),
    COLUMN("on_fail", TEXT, on_fail),
    COLUMN("baseline", FLAG, is_baseline),
    COLUMN("operations_per_s", NUMBER, operations),
    COLUMN("failed_operations", NUMBER, failed_share),
    COLUMN("round_trip_s", NUMBER, round_trip_seconds),
    COLUMN("local_wanted_ns", NUMBER, local_wanted_ns),
    COLUMN("local_took_ns", NUMBER, local_took_ns),
    COLUMN("memory_bound_bytes", NUMBER, bound_bytes),
    COLUMN("memory_astray_bytes", NUMBER, astray_bytes),
};
const size_t trial_column_count = sizeof trial_columns / sizeof *trial_columns;

#undef COLUMN

static const char *text_at(const void *member, enum column_kind kind)
{
    switch (kind) {
    case COLUMN_CHARS:
        return member;
    case COLUMN_OUTCOME:
        return outcome_names[*(const enum outcome *)member];
    default:
        return *(const char *const *)member;
    }
}

const char *column_text(const void *row, const struct data_column *column, char buffer[COLUMN_NUMBER_TEXT])
{
    const void *member = (const char *)row + column->offset;
    const char *text;
    buffer[0] = '\0';
    switch (column->kind) {
    case COLUMN_TEXT:
    case COLUMN_CHARS:
    case COLUMN_OUTCOME:
        text = text_at(member, column->kind);
        return text ? text : "";
    case COLUMN_FLAG:
        return *(const bool *)member ? "true" : "false";
    case COLUMN_COUNT:
        snprintf(buffer, COLUMN_NUMBER_TEXT, "%zu", *(const size_t *)member);
        break;
    case COLUMN_INDEX:
        snprintf(buffer, COLUMN_NUMBER_TEXT, "%u", *(const unsigned *)member);
        break;
    case COLUMN_NUMBER:
        if (isfinite(*(const double *)member))
            snprintf(buffer, COLUMN_NUMBER_TEXT, "%.9g", *(const double *)member);
    }
    return buffer;
}

json_t *column_json(const void *row, const struct data_column *column)
{
    const void *member = (const char *)row + column->offset;
    const char *text;
    switch (column->kind) {
    case COLUMN_TEXT:
    case COLUMN_CHARS:
    case COLUMN_OUTCOME:
        text = text_at(member, column->kind);
        return text ? json_string(text) : json_null();
    case COLUMN_FLAG:
        return json_boolean(*(const bool *)member);
    case COLUMN_COUNT:
        return json_integer((json_int_t) * (const size_t *)member);
    case COLUMN_INDEX:
        return json_integer((json_int_t) * (const unsigned *)member);
    case COLUMN_NUMBER:
        break;
    }
    double value = *(const double *)member;
    return isfinite(value) ? json_real(value) : json_null();
}
