/* local_work.h - how many rounds the local work between operations takes (include/sluice/local.h), found on
   the thread's own processor, and how long it then really took. */
#ifndef BENCH_LOCAL_WORK_H
#define BENCH_LOCAL_WORK_H

#include <sluice/local.h>

#define LOCAL_MOST_NS 100000 /* a sample has SLUICE_LOCAL_PIECES of them */

/* Sets rounds that take `least_ns` to `most_ns`, evenly drawn, on the processor where the calling thread is.
   Both 0: no local work. `seed` differs from thread to thread. */
void local_calibrate(struct sluice_local *local, uint64_t least_ns, uint64_t most_ns, uint64_t seed);

/* The median over the samples of what a piece took on average, in ns: a sample in which the thread was
   taken off its processor does not count. 0: there are none. */
double local_took_ns(const struct sluice_local *local);

#endif
