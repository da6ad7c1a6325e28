/* background.c - what else the machine is doing: see doctor.h. */
#include "doctor/doctor.h"

#include "base/clock.h"
#include "machine/cpu_times.h"

#include <math.h>

double background_measure(const struct topology *topology, uint64_t duration_ns)
{
    hwloc_const_bitmap_t pus = hwloc_topology_get_topology_cpuset(topology->hwloc);
    struct cpu_times begin, end;
    double own_s = cpu_times_own();
    if (!topology->is_this_machine || !cpu_times_read(pus, &begin))
        return NAN;
    clock_sleep_until_ns(clock_now_ns() + duration_ns);
    if (!cpu_times_read(pus, &end) || !(end.total > begin.total))
        return NAN;
    double others_s = end.busy - begin.busy - (cpu_times_own() - own_s);
    return fmin(fmax(others_s / (end.total - begin.total), 0), 1);
}
