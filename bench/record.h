/* record.h - results as JSON Lines: one object a line, each written by one write(2). The schema is described in
   results/SCHEMA.md.

   A file holds one campaign: its header (the machine, the plan), a line for each trial in the order in which they
   ran, and a last line when all were run. A killed campaign leaves whole lines only, but perhaps for the last. */
#ifndef BENCH_RECORD_H
#define BENCH_RECORD_H

#include "board.h"

#include <jansson.h>
#include <stdio.h>

enum { RECORD_SCHEMA = 1, RECORD_SERIES = 64 /* most samples of a series that a trial's line keeps */ };

/* --- writing --- */

struct record_file {
    int descriptor;
    char path[4096];
};

/* Makes a new file, whose folder must exist, and refuses to overwrite one. 0 or -1 with a sentence. */
int record_create(struct record_file *file, const char *path, struct fault *fault);
/* Opens an interrupted campaign's file to go on with it; a cut last line is removed. */
int record_reopen(struct record_file *file, const char *path, struct fault *fault);
/* Writes one line; takes the reference to the object. After a failure (a full disk) what was written of the line is
   taken back, so that the file stays whole. */
int record_write(struct record_file *file, json_t *object, struct fault *fault);
/* Makes what was written so far survive a power failure. */
int record_sync(struct record_file *file, struct fault *fault);
void record_close(struct record_file *file);

/* A trial's line. `hops`: what the threads of each hop share (placement.h). */
json_t *record_of_trial(const struct board *board, unsigned block, unsigned position, const char *const hops[HOPS]);

/* --- reading --- */

/* One trial as the reports need it. Figures of trials whose outcome is not ok are what was seen until then. */
struct trial_figures {
    char *label;  /* which configuration; owned by `object` */
    const char *queue, *wait, *transfer, *work, *workers, *placement; /* likewise */
    json_int_t capacity;                                    /* as asked for; 0: unbounded */
    unsigned block;
    enum outcome outcome;
    const char *text;
    double throughput; /* items/s in the window */
    double seconds;    /* the window */
    double items;      /* delivered in all */
    double worker_taken, empty_polls, full_polls; /* the polls of the three stages' workers */
    double role_taken[ROLES], role_empty_polls[ROLES], role_busy[ROLES]; /* busy: share of looks, NaN: unknown */
    double cpu_seconds, user_seconds, system_seconds, cpu_ns_per_item;
    double voluntary_switches, involuntary_switches;
    double resident_peak_bytes, resident_growth_bytes, heap_slope; /* bytes/s over the window, NaN: unknown */
    bool instrument;
    json_t *object; /* the line itself: the series and the rest */
};

struct campaign_file {
    json_t *header;
    struct trial_figures *trials;
    size_t count, planned;
    bool complete; /* all planned trials are there */
};

/* Reads and checks a whole file. 0 or -1 with a sentence that names the file and line: not there, empty, no
   records of ours, of a newer schema, cut. Release with record_release. */
int record_read(const char *path, struct campaign_file *file, struct fault *fault);
void record_release(struct campaign_file *file);

#endif
