/* model.h - the roofline of a queue: how many items a second the pipeline could move at most over the best of
   queues, on this machine, as far as its limits were measured. results/MODEL.md explains and derives what is
   computed here. */
#ifndef BENCH_MODEL_H
#define BENCH_MODEL_H

#include "limits/limits.h"

enum {
    MODEL_ROLES = 5,
    MODEL_HOPS = 4,
    MODEL_LINE_ITEMS = 8, /* items of 8 bytes in a line */
    MODEL_PAIRS = 32,     /* pairs of PUs up to which model_plan wants each; beyond, one of each kind */
};

enum model_transfer { MODEL_ITEM, MODEL_BATCH, MODEL_SPAN };

struct model_pipeline {
    enum model_transfer transfer;
    unsigned threads[MODEL_ROLES]; /* of source, download, resize, upload, sink; each 1 or more */
    /* The OS index of the PU of each thread, in pipeline order; a negative one is of a thread that is not
       bound. As struct placement_plan has it. */
    const int *pus;
    /* What producers and consumers of each hop share, as struct signature has it: "pu", "l3", "pu..l3",
       "unbound". */
    const char *shared[MODEL_HOPS];
    unsigned usable; /* PUs that threads which are not bound may use; 1 or more */
};

struct model_limit {
    double items_per_s;     /* the least of those below */
    double low, high;       /* the same with every figure at the slow and at the fast end of its interval */
    double hop[MODEL_HOPS]; /* by the lines of each hop, items/s; INFINITY where no line need cross */
    double pu;              /* by the time of the busiest PU, items/s */
    int busiest;            /* its OS index; -1 where threads are not bound */
    int slowest_hop;        /* which hop is the limit; -1: the busiest PU is */
};

/* Lists the figures that model_limit takes for the pipeline, on its very PUs, as far as they are not listed
   yet. 0, or -1 with a sentence when memory is out. */
int model_plan(struct limits *limits, const struct topology *topology, const struct model_pipeline *pipeline,
               struct fault *fault);

/* Computes the limit. Of several figures it takes the one that was measured on the very PUs, else the one
   whose PUs share the same. 0, or -1 with a sentence where a figure that it needs is not among the limits. */
int model_limit(const struct limits *limits, const struct model_pipeline *pipeline, struct model_limit *limit,
                struct fault *fault);

#endif
