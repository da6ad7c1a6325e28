/* disturbance.h - what a campaign's trials were disturbed by, as far as only its end can tell. */
#ifndef BENCH_DISTURBANCE_H
#define BENCH_DISTURBANCE_H

#include "machine/cpu_times.h"
#include "machine/topology.h"
#include "trial/board.h"

#include <jansson.h>

struct disturbance {
    const struct topology *topology;
    struct cpu_times begin;
    bool is_timed; /* the machine tells what its CPUs do */
    double own_begin_s;
    uint64_t involuntary_switches, migrations, strayed_threads;
};

/* Before the first trial; the topology must outlive it. */
void disturbance_begin(struct disturbance *disturbance, const struct topology *topology);
/* After each trial. */
void disturbance_add(struct disturbance *disturbance, const struct board *board);
/* After the last one: a new object as results/SCHEMA.md describes it, graded with the machine's record. */
json_t *disturbance_record(const struct disturbance *disturbance, const json_t *machine);

#endif
