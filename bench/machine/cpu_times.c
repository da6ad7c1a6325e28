/* cpu_times.c - see cpu_times.h. */
#include "machine/cpu_times.h"

#include "machine/sysfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    USER,
    NICE,
    SYSTEM,
    IDLE,
    IOWAIT,
    IRQ,
    SOFTIRQ,
    STEAL,
    KINDS
}; /* guests' time is part of USER and NICE */

/* Adds the numbers of a line; false where it has not all of them. */
static bool add_line(struct cpu_times *times, const char *numbers)
{
    const double tick = 1.0 / (double)sysconf(_SC_CLK_TCK);
    unsigned long long t[KINDS];

    if (sscanf(numbers, "%llu %llu %llu %llu %llu %llu %llu %llu", &t[USER], &t[NICE], &t[SYSTEM], &t[IDLE],
               &t[IOWAIT], &t[IRQ], &t[SOFTIRQ], &t[STEAL]) != KINDS)
        return false;
    for (int kind = 0; kind < KINDS; kind++) {
        times->total += tick * (double)t[kind];
        if (kind != IDLE && kind != IOWAIT && kind != STEAL)
            times->busy += tick * (double)t[kind];
    }
    times->steal += tick * (double)t[STEAL];
    return true;
}

/* The lines of CPUs come first: "cpu" is of all, "cpu0" and so on of one. */
bool cpu_times_read(hwloc_const_bitmap_t pus, struct cpu_times *times)
{
    FILE *file = sysfile_open("/proc/stat");
    char line[512];
    bool found = false;

    *times = (struct cpu_times){0};
    while (file && fgets(line, sizeof line, file) && strncmp(line, "cpu", 3) == 0) {
        char *numbers;
        unsigned long cpu = strtoul(line + 3, &numbers, 10);
        bool is_one = line[3] != ' ';
        if (is_one ? pus && hwloc_bitmap_isset(pus, (unsigned)cpu) : !pus)
            found |= add_line(times, is_one ? numbers : line + 3);
    }
    if (file)
        fclose(file);
    return found && times->total > 0;
}

static double used_by(int whom)
{
    struct rusage usage;

    if (getrusage(whom, &usage) != 0)
        return 0;
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

double cpu_times_own(void)
{
    return used_by(RUSAGE_SELF) + used_by(RUSAGE_CHILDREN);
}
