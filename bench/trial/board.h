/* board.h - the board: memory shared by a trial's process and its parent. The parent writes what to do, the
   trial what it saw; it outlives a trial that crashes, hangs or is killed. */
#ifndef BENCH_BOARD_H
#define BENCH_BOARD_H

#include "machine/pages.h"
#include "trial/spec.h"

#include <sluice/ledger.h>

enum outcome {
    OUTCOME_CRASHED, /* 0: what is true of a trial that ended without a word */
    OUTCOME_OK,
    OUTCOME_INVALID,       /* ran, but lost, repeated or reordered items */
    OUTCOME_TIMEOUT,       /* had to be killed */
    OUTCOME_OUT_OF_MEMORY, /* reached the memory limit, or an allocation failed */
    OUTCOME_FAILED,        /* a worker's work failed, or it could not be run; the text says which */
    OUTCOMES
};
extern const char *const outcome_names[OUTCOMES];

enum {
    BOARD_MAGIC = 0x51c1ce04,
    BOARD_SAMPLES = 2048,
    BOARD_TEXT_SIZE = 768,
};

/* One look at the trial's memory and queues. */
struct sample {
    uint64_t at_ns;                      /* since the start */
    uint64_t resident_bytes, heap_bytes; /* of the process; of the four queues */
    uint64_t depth[HOPS];                /* items in each hop, to within a chunk a thread */
    uint64_t delivered;                  /* items at the sink */
};

/* What a thread reports at its end; valid where `ended` is set. */
struct thread_report {
    bool ended;
    bool abandoned;  /* ran on when the trial ended; only its cpu_ns is known */
    bool strayed;    /* was bound, but found elsewhere or with another mask */
    int32_t cpu;     /* where it ran last */
    double local_ns; /* what a piece of local work took; 0: there was none */
    uint64_t cpu_ns, user_ns, system_ns;
    uint64_t voluntary_switches, involuntary_switches, minor_faults, major_faults;
    uint64_t state_ticks[SLUICE_ENDED + 1]; /* how often the sampler found it in each state */
};

/* Where the trial's process has what: random, since where things lie biases what they take. */
struct layout {
    uint64_t code, heap, stack;
};

/* What the threads of a mix tried to do. */
struct operations {
    uint64_t done;   /* enqueues and dequeues */
    uint64_t failed; /* that found the queue full, or empty */
};

/* The first failure of a thread. */
struct failure {
    _Atomic uint32_t culprit; /* the thread's number + 1; 0: none failed */
    uint64_t item;            /* on which of its stage's items; 0: not known */
    char text[128];           /* what happened; "": not known */
};

struct board {
    uint32_t magic, threads;
    int32_t parent, process; /* the campaign's, and the trial's own */
    uint32_t padding_bytes;  /* by which the trial's environment is longer */
    uint64_t seed;           /* of what the trial's threads draw */
    struct spec spec;
    struct pages_policy memory[HOPS]; /* of what each hop's queue allocates */

    /* The trial's. Times are nanoseconds since the start (the release of the barrier). */
    _Atomic uint32_t outcome;
    char text[BOARD_TEXT_SIZE]; /* why, where the outcome is not ok */
    struct failure failure;
    struct layout layout;
    uint64_t capacity[HOPS];                 /* what each hop really holds; 0: unbounded */
    uint64_t window_begin_ns, window_end_ns; /* the measured interval, and the items delivered at both */
    uint64_t window_begin_items, window_end_items;
    struct operations window_begin_operations, window_end_operations; /* of a mix, likewise */
    uint64_t stopped_ns, ended_ns; /* the source was told to stop, or had put all; all threads had ended */
    bool discarded;                /* the drain took too long */
    uint64_t resident_start_bytes, resident_peak_bytes, resident_end_bytes, heap_end_bytes;
    struct pages_found made[HOPS]; /* where the memory lies that making each hop's queue took */
    struct pages_found grown;      /* where that lies that came from the start until the last put */
    uint64_t controller_cpu_ns;    /* of the thread that samples and keeps time */
    uint64_t caller_cpu_ns;        /* of the thread that brings the pipeline to its end */
    uint64_t last_put_ns;          /* the source had put its last item; 0: it did not end */
    uint64_t last_delivered_ns;    /* the sink had its last one; 0: before the source was near its end */
    uint64_t joined_ns;            /* all threads but the abandoned ones were joined; 0: were not */
    uint32_t abandoned;            /* threads */

    _Atomic uint32_t samples; /* how many are valid */
    uint64_t sample_ns;       /* the interval that they ended up with */
    struct sample sample[BOARD_SAMPLES];

    /* Threads' slots, then their reports and their PUs: see the functions below. */
    struct sluice_slot slot[];
};

size_t board_size(uint32_t threads);
struct thread_report *board_report(const struct board *board, uint32_t thread);
int32_t *board_pu(const struct board *board, uint32_t thread); /* -1: not bound */

/* A count of one thread as last published. */
uint64_t board_count(const struct board *board, uint32_t thread, enum sluice_count count);
/* Summed over the threads of a role. */
uint64_t board_role_count(const struct board *board, uint32_t role, enum sluice_count count);
/* Items in a hop: put but not yet taken. */
uint64_t board_depth(const struct board *board, uint32_t hop);
/* Items that came out at the end of the pipeline and were not dropped there. */
uint64_t board_delivered(const struct board *board);

/* By what the threads have published; of a mix alone, else zero. */
struct operations board_operations(const struct board *board);

/* Whether all that the source put has come to its end, by what the threads have published. */
bool board_is_settled(const struct board *board);

/* Notes the first thread that fails, and what happened to it; true: it is this one. */
bool board_fail(struct board *board, uint32_t thread, uint64_t item, const char *text);

/* Who failed, where somebody did, and what the threads were doing, as one sentence's part. */
void board_explain(const struct board *board, char *text, size_t size);

/* Ends the story: sets the outcome unless one was set before; the first one wins. */
void board_conclude(struct board *board, enum outcome outcome, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
