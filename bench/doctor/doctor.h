/* doctor.h - how far this machine can be trusted with measurements now: the standing checks
   (machine/check.h), and three that take a few seconds because they measure.

   The grades are of what was measured, by bounds that are arguable and stated here; a check that could not be
   made is graded unknown. Times are nanoseconds. */
#ifndef BENCH_DOCTOR_H
#define BENCH_DOCTOR_H

#include "base/fault.h"
#include "stats/sample.h"
#include "machine/finding.h"
#include "machine/topology.h"

#include <stdint.h>

/* --- steadiness: the same work, again and again --- */

enum { PACE_PUS = 4 /* most PUs that are tried */ };

/* How long the same work took on a PU. */
struct pace {
    unsigned pu; /* OS index */
    size_t
        samples; /* each the fastest of a few runs in a row, so that one interruption is no change of pace */
    double median_ns;
    double low_ns, high_ns; /* the 5 % and 95 % quantiles of the samples */
};

/* Runs some 0.1 ms of work on up to PACE_PUS of the usable PUs, evenly chosen and in turn, until the time is
   over and each has 8 samples. 0, or -1 with a sentence. */
int pace_measure(const struct topology *topology, uint64_t duration_ns, struct pace pace[PACE_PUS],
                 unsigned *count, struct fault *fault);
/* By how much the samples of the least steady PU, and the medians of the PUs, differ: up to 2 % is ok, up to
   10 % a warning. */
void pace_grade(const struct pace *pace, unsigned count, struct finding *finding);

/* --- background: what the CPUs do while we do nothing --- */

/* The share of the usable PUs' time that others use in so long; NAN: the machine does not tell. */
double background_measure(const struct topology *topology, uint64_t duration_ns);

/* --- the noise floor: the same queue twice --- */

#define NOISE_BAND  0.02 /* within which a ratio counts as equal, as METHOD's equivalence does */
#define NOISE_POWER 0.80 /* the chance with which a difference of the floor's size is told */

struct noise {
    size_t blocks;                  /* in which both trials ended ok, after moving something */
    uint64_t trial_ns;              /* how long a trial measured */
    double ratio;                   /* of the throughputs, first over second (stats/ratio.h) */
    struct stats_interval interval; /* of the ratio */
    double error;                   /* of the ratio's logarithm: its standard error */
};

/* From what both measured in each block, all above 0; the error is NAN with fewer than 6 blocks. */
struct noise noise_of(const double *first, const double *second, size_t blocks);

/* The least relative difference of two queues that so many blocks tell, as a share: 0.05 is 5 %. That is by
   how much one must be faster for the 95 % interval of the ratio to leave 1 out with a chance of NOISE_POWER,
   if the error shrinks with the root of the number of blocks; Cohen, Statistical Power Analysis for the
   Behavioral Sciences, 2nd ed. 1988. NAN where the error is. */
double noise_floor(const struct noise *noise, unsigned blocks);
/* How many blocks tell such a difference. */
unsigned noise_blocks(const struct noise *noise, double difference);

/* Runs a little campaign of one configuration twice, in an order that is random in each block. 0, or -1 with
   a sentence; a trial that does not end ok takes its block with it. */
int noise_measure(const struct topology *topology, unsigned blocks, uint64_t trial_ns, struct noise *noise,
                  struct fault *fault);
/* Ok where 10 blocks tell 5 %, a warning up to 20 %. Twice the same must not differ: an interval that leaves
   1 out is a warning, one that is outside of the band of NOISE_BAND is bad. */
void noise_grade(const struct noise *noise, struct finding *finding);

/* --- all of it --- */

struct diagnosis {
    json_t *machine; /* the record */
    struct findings findings;
    struct pace pace[PACE_PUS];
    unsigned pace_count;
    double background_share;
    struct noise noise;
};

/* Takes about 9 s, or 3 s where it is to be quick. 0, or -1 with a sentence. Release in any case. */
int diagnosis_make(struct diagnosis *diagnosis, const struct topology *topology, bool quick,
                   struct fault *fault);
void diagnosis_release(struct diagnosis *diagnosis);

/* Replaces control characters, which a text from a file may hold and which would move a terminal's cursor. */
void text_make_harmless(char *text);

/* The findings as a table, each with what would mend it, and the verdict. */
void findings_print(const struct findings *findings, FILE *out);
/* A diagnosis as one object (results/SCHEMA.md), the caller's to release. */
json_t *diagnosis_json(const struct diagnosis *diagnosis);

#endif
