/* calibrate.h - how fast this machine burns CPU time, for work such as spin:200ns. */
#ifndef BENCH_CALIBRATE_H
#define BENCH_CALIBRATE_H

/* Rounds of sluice_burn a nanosecond: the best of many short runs, since whatever disturbs a run makes it
   slower. Takes about 20 ms. */
double calibrate_burn(void);

#endif
