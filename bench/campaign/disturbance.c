/* disturbance.c - see disturbance.h. */
#include "campaign/disturbance.h"

#include "machine/check.h"

#include <math.h>

void disturbance_begin(struct disturbance *disturbance, const struct topology *topology)
{
    *disturbance = (struct disturbance){.topology = topology, .own_begin_s = cpu_times_own()};
    disturbance->is_timed =
        topology->is_this_machine &&
        cpu_times_read(hwloc_topology_get_topology_cpuset(topology->hwloc), &disturbance->begin);
}

void disturbance_add(struct disturbance *disturbance, const struct board *board)
{
    for (uint32_t i = 0; i < board->threads; i++) {
        const struct thread_report *report = board_report(board, i);
        disturbance->migrations += board_count(board, i, SLUICE_MIGRATIONS);
        disturbance->strayed_threads += report->ended && report->strayed;
        disturbance->involuntary_switches += report->ended ? report->involuntary_switches : 0;
    }
}

static json_t *share(double part, double whole)
{
    return whole > 0 ? json_real(fmin(fmax(part / whole, 0), 1)) : json_null();
}

json_t *disturbance_record(const struct disturbance *disturbance, const json_t *machine)
{
    struct cpu_times end = disturbance->begin;
    struct findings findings = {0};
    if (disturbance->is_timed)
        cpu_times_read(hwloc_topology_get_topology_cpuset(disturbance->topology->hwloc), &end);
    double total_s = end.total - disturbance->begin.total, busy_s = end.busy - disturbance->begin.busy;
    double others_s = busy_s - (cpu_times_own() - disturbance->own_begin_s);
    json_t *object = json_object();
    json_object_set_new(object, "steal_share", share(end.steal - disturbance->begin.steal, total_s));
    json_object_set_new(object, "background_share", share(others_s, total_s));
    json_object_set_new(object, "involuntary_switches",
                        json_integer((json_int_t)disturbance->involuntary_switches));
    json_object_set_new(object, "migrations", json_integer((json_int_t)disturbance->migrations));
    json_object_set_new(object, "strayed_threads", json_integer((json_int_t)disturbance->strayed_threads));
    check_disturbance(machine, object, &findings);
    findings_store(&findings, object);
    return object;
}
