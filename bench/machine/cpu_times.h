/* cpu_times.h - what the CPUs of the machine did with their time, as the kernel counts it in /proc/stat. */
#ifndef BENCH_CPU_TIMES_H
#define BENCH_CPU_TIMES_H

#include <hwloc.h>
#include <stdbool.h>

/* Seconds since boot, summed over CPUs. */
struct cpu_times {
    double total, busy; /* busy: ran somebody's threads, or the kernel's */
    double steal;       /* wanted to run, but the hypervisor ran others */
};

/* Reads the times of these CPUs, or of all where the set is null. False where the machine does not tell. */
bool cpu_times_read(hwloc_const_bitmap_t pus, struct cpu_times *times);

/* What this process and those of its children that it has waited for have used of the CPUs' time, in seconds.
 */
double cpu_times_own(void);

#endif
