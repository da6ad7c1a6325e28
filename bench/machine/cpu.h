/* cpu.h - what this processor can do that a queue may need. */
#ifndef BENCH_CPU_H
#define BENCH_CPU_H

#include <sluice/queue.h>

/* A set of enum sluice_need: those that are up to the processor and met. */
uint32_t cpu_meets(void);

#endif
