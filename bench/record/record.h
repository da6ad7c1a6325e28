/* record.h - results as JSON Lines: one object a line, each written by one write(2). The schema is described
   in results/SCHEMA.md.

   A file holds one campaign: its header (the machine, the plan), a line for each trial in the order in which
   they ran, and a last line when all were run; before the trials may be the machine's limits. A killed
   campaign leaves whole lines only, but perhaps for the last. Other programs may add baselines, before that
   last line or behind it: a header each and trials. */
#ifndef BENCH_RECORD_H
#define BENCH_RECORD_H

#include "base/text_set.h"
#include "stats/steady.h"
#include "trial/board.h"

#include <jansson.h>
#include <stdio.h>

enum { RECORD_SCHEMA = 2, RECORD_SERIES = 64 /* most samples of a series that a trial's line keeps */ };

/* --- writing --- */

struct record_file {
    int descriptor;
    char path[4096];
};

/* Makes a new file, whose folder must exist, and refuses to overwrite one. 0 or -1 with a sentence. While it
   is open nobody else can reopen it. */
int record_create(struct record_file *file, const char *path, struct fault *fault);
/* Opens an interrupted campaign's file to go on with it; a cut last line is removed. Refused where another
   program writes to it. */
int record_reopen(struct record_file *file, const char *path, struct fault *fault);
/* Writes one line; takes the reference to the object. After a failure (a full disk) what was written of the
   line is taken back, so that the file stays whole. */
int record_write(struct record_file *file, json_t *object, struct fault *fault);
/* Makes what was written so far survive a power failure. */
int record_sync(struct record_file *file, struct fault *fault);
void record_close(struct record_file *file);
/* A number as it is after it was written and read again. */
double record_round(double value);

/* A trial's line. `hops`: what the threads of each hop share; `signature`: of the placement (signature.h). */
json_t *record_of_trial(const struct board *board, unsigned block, unsigned position,
                        const char *const hops[HOPS], const char *signature);

/* --- reading --- */

/* One trial as the reports need it; the strings are the file's. A number that is not known is NAN. Figures of
   a trial whose outcome is not ok are what was seen until it ended. results/SCHEMA.md says what each is. */
struct trial_figures {
    const char *label; /* which configuration */
    const char *queue, *wait, *transfer, *work, *workers, *placement, *memory, *close;
    const char *shape, *local;
    const char *stages, *sources, *sinks; /* how many */
    const char *signature;                /* of the placement (machine/signature.h) */
    const char *fail, *on_fail;           /* what was made to fail, and what then: "drain", "stop"; or null */
    double capacity;                      /* of each hop, as asked for; NAN: unbounded, or not alike */
    const char *capacities;               /* where hops are not alike: "1023/100/100/1023"; else null */
    double real_capacity[HOPS];           /* as made; NAN: unbounded */
    double items_planned, duration_seconds; /* one of them is NAN: the trial has the other as its end */
    double warmup_seconds;                  /* of the duration, not measured; NAN: items were counted */
    unsigned block;
    enum outcome outcome;
    const char *text;          /* why, where the outcome is not ok */
    const char *bottleneck;    /* the stage that was busy most; null: not known */
    double throughput;         /* items/s in the window */
    double window_seconds;     /* how long that was */
    double operations;         /* of a mix: a second in the window, failed ones too; NAN: it is none */
    double failed_share;       /* of these, those that found the queue empty or full */
    double round_trip_seconds; /* of ping-pong, on average; NAN: it is none */

    double local_wanted_ns, local_took_ns; /* local work between operations, on average; NAN: there is none */
    double local_ceiling;       /* the operations a second for which it leaves time; NAN likewise */
    struct stats_steady steady; /* when deliveries got steady, in seconds and items/s (stats/steady.h) */
    double elapsed_seconds;
    double drain_seconds,
        join_seconds;                /* from the last put to the last delivery; to the last thread's join */
    double caller_cpu_seconds;       /* of the thread that brought the pipeline to its end */
    double items, discarded, failed; /* delivered; taken and dropped; taken, and the work on them failed */
    double abandoned;                /* threads that had to be left running */
    const char *error_stage;         /* of the first thread that failed; null: none did */
    const char *error_text;          /* what happened to it, "" where that is not known; null likewise */
    double worker_taken, empty_polls, full_polls; /* the polls of the stages' workers; without stages of all */
    double role_busy[ROLES]; /* share of the looks at its threads that found them at work */
    double cpu_seconds, cpu_ns_per_item;
    double cpus; /* CPU time over elapsed time */
    double voluntary_switches, involuntary_switches;
    double resident_peak_bytes, resident_growth_bytes; /* growth: from the start to the peak */
    double heap_slope;                                 /* bytes/s over the window */
    double at_seconds;                                 /* of the campaign's running time, when it ended */
    bool twin; /* the A/A twin of the configuration that is otherwise the same */
    double bound_bytes,
        astray_bytes; /* that making the hops' queues took where memory was bound; of that elsewhere */
    unsigned migrations, strayed;    /* times that threads were found moved, threads found off their PU */
    bool instrument;                 /* measures the harness: never ranked */
    bool is_baseline;                /* of a baseline's configuration, not the campaign's */
    size_t samples;                  /* of each of its series */
    size_t line_offset, line_length; /* of its line in the file: record_trial_line */
};

/* A whole file that was read. */
struct campaign_file {
    char *path;
    json_t *header;
    json_t *limits; /* the record of the machine's limits, unread (limits/roofline.h); null: there is none */
    json_t *baselines; /* array: the headers of the baselines, in the file's order */
    json_t
        *labels; /* array: the campaign's configurations as planned, then those of the baselines, each once */
    struct trial_figures *trials;
    size_t count;          /* of all trials */
    size_t own_count;      /* of the campaign's own: what `planned` and the last line count */
    size_t planned;        /* at most; of a complete campaign: that were run */
    json_t *end;           /* its last line; null: it was interrupted */
    bool complete;         /* it has its last line: all trials that it was to have are there */
    struct text_set texts; /* of the trials */
};

/* Reads and checks a whole file. 0, or -1 with a sentence that names the file and line: not there, empty, no
   records of ours, of another schema, cut, a field missing or of the wrong type, a trial twice. After -1
   nothing is held. Release with record_release, which takes an all-zero struct too. */
int record_read(const char *path, struct campaign_file *file, struct fault *fault);
void record_release(struct campaign_file *file);

/* All that a trial's line says, its series too, read from the file again: a campaign's series do not fit into
   memory. An empty object where the file has gone or was changed meanwhile. The caller's to release. */
json_t *record_trial_line(const struct campaign_file *file, const struct trial_figures *trial);

#endif
