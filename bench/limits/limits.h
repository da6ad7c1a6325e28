/* limits.h - what a machine can do at most, figure by figure: made by `sluice limits`, kept in a file of
   JSON Lines (results/SCHEMA.md), used by the model (model.h, results/MODEL.md). */
#ifndef BENCH_LIMITS_H
#define BENCH_LIMITS_H

#include "base/fault.h"
#include "machine/topology.h"
#include "record/tape.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum {
    LIMITS_SCHEMA = 1,
    LIMITS_LINE_BYTES = 64,  /* what a "line" is here; 8 items of 8 bytes */
    LIMITS_ALL_PAIRS = 32,   /* PUs up to which every pair is measured without being asked for */
    LIMITS_ALL_CROWDS = 8,   /* PUs up to which every number of contending threads is */
    LIMITS_MIN_ROUNDS = 7,   /* of which an exact 95 % interval can be made, and one more */
    LIMITS_MAX_ROUNDS = 500, /* more would make the file large and the intervals no truer */
    LIMIT_WORD = 24,         /* bytes of a name or another word, with its terminator */
};

/* One figure. All values are above 0, smaller is better unless the unit is a rate. */
struct limit {
    char name[LIMIT_WORD];    /* of the measurement: "ping-pong" */
    char variant[LIMIT_WORD]; /* of the name: "16"; "" where there is but one */
    char unit[LIMIT_WORD];    /* "ns" or "lines/s" */
    char shared[LIMIT_WORD];  /* what the PUs of two threads share, in the words of topology.h; else "" */
    unsigned *pus;            /* OS index of the PU of each thread, `threads` of them; owned */
    unsigned threads;         /* 1 or more */
    double *samples;          /* one a round, in the order of the rounds; owned */
    size_t count;             /* of samples */
    unsigned preempted;       /* samples in which a thread was made to give up its PU; they are kept */
    double median, low, high; /* of the samples, and the exact order-statistic interval; NAN: no sample */
    double confidence;        /* of the interval: 0.95 or more from 6 samples on */
    double standard_error;    /* of the median; NAN with fewer than 2 samples */
};

/* All figures of one run. All zero is empty. */
struct limits {
    json_t *header; /* the first line of the file */
    struct limit *each;
    size_t count;
    bool complete; /* the file has its last line */
};

/* --- making a plan, running it --- */

struct limits_options {
    bool full;            /* every pair and every number of threads, however many PUs there are */
    uint64_t duration_ns; /* for all of it; no less than LIMITS_MIN_ROUNDS rounds are made, however long */
};

/* Lists the figures that can be measured on these PUs, without samples and without a header. With one PU what
   needs two is left out. 0, or -1 with a sentence when memory is out; release with limits_release. */
int limits_plan(struct limits *limits, const struct topology *topology, const struct limits_options *options,
                struct fault *fault);

/* Room for one figure more, zeroed and counted at once; null when memory is out. It moves those before it. */
struct limit *limits_append(struct limits *limits);

/* Lists one figure more, unless it is there: of this measurement, on the PUs with these OS indices. 0, or -1
   with a sentence when memory is out. */
int limits_add(struct limits *limits, const char *name, const char *variant, const unsigned *pus,
               unsigned threads, const char *shared, struct fault *fault);

/* Called before each sample, in rounds from 1 to `rounds` (0 while that is not known yet). False ends the
   measuring. */
typedef bool limits_watcher(void *watcher, const struct limit *next, unsigned round, unsigned rounds,
                            double seconds_left);

/* Measures the figures of a plan, in rounds of one sample each, so that what drifts hits all alike; a first
   round warms up and tells how long a round takes. Then sums up. Returns 0; 1 when the watcher ended it (what
   there is by then is summed up, and is nothing where not one round was complete); -1 with a sentence. */
int limits_measure(struct limits *limits, const struct limits_options *options, limits_watcher *watch,
                   void *watcher, struct fault *fault);

/* Sets the median and what is known of it from the samples. -1: out of memory. */
int limit_sum_up(struct limit *limit, struct fault *fault);

/* The standard error of a median, from the exact interval at the same samples: its width over that of a
   normal distribution at the same confidence (McKean & Schrader, "A comparison of methods for studentizing
   the sample median", Communications in Statistics B 13(6), 1984, there with the normal approximation of the
   ranks). It is of the samples of one run: between runs the figures differ by more. NAN where the confidence
   is 0. */
double limit_standard_error(double low, double high, double confidence);

/* Finds a figure; null for a word means any. Null where there is none. Of several the first. */
const struct limit *limits_find(const struct limits *limits, const char *name, const char *variant,
                                const char *shared);

/* The figure of these very PUs, in this order; null where it is not there. */
const struct limit *limits_find_on(const struct limits *limits, const char *name, const char *variant,
                                   const unsigned *pus, unsigned threads);

/* Whether it is the round trip between two PUs: a cell of the matrix. */
bool limit_is_pair(const struct limit *limit);

/* The PUs of the pairs by OS index, each once, in their order in the file; *count of them, 0 where there is
   no pair. The caller's to free; null: out of memory. */
unsigned *limits_pair_pus(const struct limits *limits, size_t *count);

/* The round trip between two PUs, in whichever direction; null where it is not there. */
const struct limit *limits_pair(const struct limits *limits, unsigned a, unsigned b);

void limits_release(struct limits *limits);

/* --- the file --- */

/* Makes the header: machine, options as given, what was left out. A new reference, null: out of memory. */
json_t *limits_header(const struct topology *topology, const struct limits_options *options,
                      const char *const *arguments, size_t argument_count);
/* A figure's line. */
json_t *limits_line(const struct limit *limit);
/* Reads one of its lines: adds the figure; `texts` is scratch. 0, or -1 with the end of a sentence that
   starts with the line: "lacks 'unit', which must be a text". */
int limits_read_figure(const struct tape_node *object, struct text_set *texts, struct limits *limits,
                       struct fault *fault);
/* The last line. */
json_t *limits_end(const struct limits *limits, double seconds);

/* Whether the file starts as one of limits does: of a file that cannot be read false. */
bool limits_is_file(const char *path);
/* Reads and checks a file: 0, or -1 with a sentence that names the file and the line; nothing is held then.
 */
int limits_read(const char *path, struct limits *limits, struct fault *fault);

/* --- the screen --- */

/* Prints the matrix of the pairs, then every other figure with unit, interval and standard error. */
void limits_print(const struct limits *limits, FILE *out);
/* A value with its unit for people: "217 ns", "94.1 M lines/s". Returns `text`. */
const char *limits_format(double value, const char *unit, char *text, size_t size);

#endif
