/* summary.h - a campaign's trials summarised by configuration.

   Medians and totals are over the trials that ended ok, and those alone: what became of the others is counted
   and shown, never averaged (METHOD rule 23). A figure that no such trial knows is NAN. */
#ifndef BENCH_SUMMARY_H
#define BENCH_SUMMARY_H

#include "campaign/axes.h"
#include "machine/signature.h"
#include "record/record.h"
#include "base/units.h"
#include "stats/shape.h"

/* The median of one value a trial, and the exact order-statistic interval of it. With fewer than 6 trials
   that interval is the whole range, and its confidence is less than 95 %. */
struct figure {
    double median, low, high;
    double confidence; /* that the interval reached, 0 to 1; 0 for one trial, NAN for none */
};

/* All trials of one label. Strings are the campaign file's, or the struct's own. */
struct configuration {
    const char *label;
    const char *axis[AXES]; /* the value of each axis, as --queue and the like take it */
    const char *capacity;   /* that of AXIS_CAPACITY in digits: "65536", "unbounded", "1023/100/100/1023" */
    const char *real_capacity; /* that the hops really have, likewise; null: unbounded */
    char capacity_text[UNITS_TEXT_SIZE], capacity_digits[UNITS_TEXT_SIZE]; /* what these three point at */
    char real_capacity_text[96];
    char place_class[SIGNATURE_CLASS_SIZE]; /* of the placement, on any machine: "same-l3 on 2 PUs" */
    /* Of the typical trial: the nodes that memory was bound to, "0" or one a hop, "0/0/1/1"; where that lay
       which making the queues took, and what they grew by, "48.0KiB on 0, 4.00KiB on 1". "": not bound; not
       known, or nothing. */
    char bound_nodes[64], made_on[96], grown_on[96];
    double astray;   /* share of what making the queues took that lay on other nodes than bound, over the ok
                        trials */
    bool instrument; /* measures the harness: never ranked */
    bool twin;       /* the A/A twin of another configuration */
    const struct configuration *original; /* whose twin it is; null: it is none, or that was not run */

    const struct trial_figures **trial;  /* its trials in the order of their blocks */
    size_t trials, ok;                   /* how many, and of these how many ended ok */
    size_t outcomes[OUTCOMES];           /* how many ended so */
    char outcome_text[96];               /* "ok", or "8 ok, 2 timeout" */
    const struct trial_figures *typical; /* the trial of the (lower) median throughput; null: none ended ok */

    struct figure throughput;         /* items/s */
    struct figure operations;         /* a second, of a mix; NAN: it is none */
    struct figure failed_share;       /* of these */
    struct figure round_trip_seconds; /* of ping-pong */
    struct figure local_took_ns;      /* local work between operations */
    double precision;       /* relative half-width of the throughput's 95 % interval; NAN: it has none */
    const char *stopped;    /* why no more trials were run: see results/SCHEMA.md; null: not known */
    struct figure aa_ratio; /* of a twin: its throughput over the original's, block by block */
    struct figure cpu_ns_per_item;    /* of all threads, source and sink too */
    struct figure peak_bytes;         /* of the resident set */
    struct figure growth_bytes;       /* of the resident set, from the start to its peak */
    struct figure heap_slope;         /* bytes/s that the queues' memory grew by while items were put */
    struct figure drain_seconds;      /* from the last item put to the last one delivered */
    struct figure join_seconds;       /* from the last item put to the last thread joined */
    struct figure caller_cpu_seconds; /* of the thread that brings the pipeline to its end */
    struct figure dropped;            /* items discarded in a trial */
    struct figure cpus;               /* CPU time over elapsed time */
    struct figure limit;              /* items/s that the limits of the same PUs allow (limits/model.h); NAN:
                                         nothing is known, or the model says nothing; its confidence is NAN */
    struct figure share;              /* throughput over limit, between the far ends of both intervals */
    char limited_by[24];              /* "CPU", "hop resize"; "" where there is no limit */
    bool exceeds;                     /* the share is above 1 by more than the intervals allow */
    struct figure busy[ROLES];        /* share of looks at the role's threads that found them at work */
    const char *bottleneck;           /* the stage that was it most often; null: not known */

    struct stats_shape shape;      /* of the throughput, in the order of the blocks */
    size_t judged, unsteady, late; /* ok trials that tell whether they got steady; of these did not; of these
                                      did so, but only after the warm-up that was cut */

    /* Totals over totals (METHOD rule 9). Polls are those of the three stages' workers. */
    double items, discarded; /* delivered; taken and dropped */
    double empty_polls_per_item, full_polls_per_item;
    double polls_per_item;                           /* hits and empty polls */
    double voluntary_per_1000, involuntary_per_1000; /* context switches a thousand items */
    double migrations,
        strayed; /* times that threads were seen moved; threads found off the PU they were bound to */

    /* Over all trials, also those that did not end ok. */
    double failed, abandoned; /* items whose work failed; threads that had to be left running */
};

struct summary {
    const struct campaign_file *file;
    struct configuration *configurations; /* in the file's order; those without a trial are left out, and the
                                             twins come behind all others, which they are not compared with */
    size_t count, twins;                  /* how many others, how many twins */
    const char **unrun;                   /* labels of those left out */
    size_t unrun_count;
    const struct trial_figures **lists; /* what the configurations' lists of trials are parts of */
    bool varies[AXES];                  /* between any two configurations */
    bool varies_in_queue[AXES];         /* between two of the same queue: needed to tell them apart */
    bool class_varies;                  /* between any two configurations */
    bool class_tells;                   /* some class is not called as its placement is */
    bool place_varies_in_class;         /* between two of the same class */
    bool has_limits;                    /* some configuration has one */
    bool tells_nodes;                   /* the machine has several NUMA nodes with memory */
    bool tells_endings; /* how the trials ended is worth a look: not all by close=close and without a failure
                         */
};

/* Summarises a campaign, which must outlive the summary. 0, or -1 with a sentence when memory ran out or the
   limits in the file are none.
   Release with summary_release, which takes an all-zero struct too. */
int summary_make(struct summary *summary, const struct campaign_file *file, struct fault *fault);
void summary_release(struct summary *summary);

/* Sets the classes and the limits; a part of summary_make. 0, or -1 with a sentence. */
int summary_place(struct summary *summary, struct fault *fault);
/* The figure of these values, which it sorts; all NAN where there are none. */
struct figure summary_figure(double *values, size_t count);

/* The axes' names, as their options are called. */
extern const char *const summary_axis_names[AXES];

#endif
