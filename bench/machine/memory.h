/* memory.h - how much memory this process has, and how much more it may get. */
#ifndef BENCH_MEMORY_H
#define BENCH_MEMORY_H

#include <stdint.h>

/* A descriptor for memory_resident; -1 where /proc is missing, which memory_resident understands. */
int memory_open(void);
/* Bytes resident now, 0 where unknown. Some 2 us. */
uint64_t memory_resident(int descriptor);
/* Most bytes that were ever resident, since the exec (VmHWM; ru_maxrss would be inherited). 0: unknown. */
uint64_t memory_peak(void);
/* Makes allocations fail when this process has got `bytes` and a margin more than it has now. The limit
   proper is kept by looking at the resident set; this one is for growth that outruns the looking. Does
   nothing under a sanitizer, whose shadow memory counts as data. */
void memory_limit_growth(uint64_t bytes);
/* Bytes that can be had before this machine, or this process's cgroup, is out of memory. 0: unknown. */
uint64_t memory_available(void);

#endif
