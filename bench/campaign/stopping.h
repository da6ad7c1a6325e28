/* stopping.h - when a campaign has seen enough: the rule, which is looked at behind each block.

   A configuration is precise when the exact order-statistic 95 % interval of its median throughput lies, on
   the average of both sides, within `precision` of the median: (high - low) / (2 median). Fewer than six
   trials that ended ok have no such interval. Blocks stay whole: a configuration that is precise runs on
   until all are, so that every block can be compared pair by pair and drift hits all alike; and none is left
   alone at the moment at which its own trials happened to agree, which would make its interval too narrow.

   Decisions depend on what the records hold alone, so that a campaign that is gone on with decides as if it
   had never been interrupted. */
#ifndef BENCH_STOPPING_H
#define BENCH_STOPPING_H

#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>

enum stop_reason {
    STOP_NOT,     /* it goes on */
    STOP_PRECISE, /* precise enough; of a campaign: each configuration of which a trial ended ok */
    STOP_BLOCKS,  /* as many blocks as there may be */
    STOP_BUDGET,  /* another block would take too long */
    STOP_FAILED,  /* of a configuration alone, where precision is asked for: no trial ended ok */
    STOP_REASONS
};
extern const char *const stop_reason_names[STOP_REASONS]; /* as in the records; the first is "interrupted" */

struct stop_rule {
    unsigned blocks_min, blocks_max; /* equal: as many, whatever comes */
    double precision;                /* 0: none is asked for */
    double budget_s;                 /* of the campaign's running time; 0: none */
};

/* What was measured so far. */
struct stopping {
    struct stop_rule rule;
    size_t configurations;
    struct throughputs {
        double *sorted;
        size_t count, room;
    } * of;      /* owned: one a configuration */
    double at_s; /* when the last trial ended */
};

/* 0, or -1 with a sentence when memory ran out. Release with stopping_release in any case. */
int stopping_make(struct stopping *stopping, const struct stop_rule *rule, size_t configurations,
                  struct fault *fault);
void stopping_release(struct stopping *stopping);

/* Notes a trial, whose figures are as the records have them: its throughput, NAN where it did not end ok, and
   when it ended. 0, or -1 with a sentence. */
int stopping_note(struct stopping *stopping, size_t configuration, double throughput, double at_s,
                  struct fault *fault);

/* The relative half-width of an interval of a median; NAN where its confidence is below 95 %. */
double stopping_half_width(double median, double low, double high, double confidence);
/* That of a configuration's throughput. */
double stopping_precision(const struct stopping *stopping, size_t configuration);
/* Configurations that are precise, and the widest of all: NAN where one that ran ok has no interval yet. */
size_t stopping_count_precise(const struct stopping *stopping, size_t *widest);

/* Behind `blocks` whole blocks, 1 or more: whether it ends there, and why. */
enum stop_reason stopping_decide(const struct stopping *stopping, unsigned blocks);
/* Why a configuration ended with a campaign that ended for `reason`. */
enum stop_reason stopping_reason_of(const struct stopping *stopping, size_t configuration,
                                    enum stop_reason reason);

#endif
