/* spec.h - one configuration: all that decides what a trial does. Plain data, so that it can be handed to
   the trial's process as it is. */
#ifndef BENCH_SPEC_H
#define BENCH_SPEC_H

#include "base/fault.h"

#include <sluice/queue.h>
#include <sluice/stage.h>
#include <sluice/wait.h>

enum {
    STAGES = 3, /* download, resize, upload */
    HOPS = 4,   /* source->download, download->resize, resize->upload, upload->sink */
    ROLES = 5,  /* source, download, resize, upload, sink */
    SPEC_TEXT_SIZE = 256,
};

extern const char *const role_names[ROLES];
extern const char *const hop_names[HOPS]; /* the hop is named by what it feeds; the last one is "done" */

/* A wait policy pair as the user wrote it: one for empty and full, or "EMPTY/FULL". */
struct wait_choice {
    char text[64];
    struct sluice_wait on_empty, on_full;
};

struct transfer_choice {
    char text[32]; /* "item", "batch:32", "span:1024" */
    enum sluice_transfer kind;
    uint32_t size; /* most items at once; 1 for item */
};

struct work_choice {
    char text[64]; /* "none", or one a stage: "none,spin:2us,none" */
    struct {
        enum sluice_work_kind kind;
        uint64_t amount; /* spin, sleep: nanoseconds; touch: bytes */
    } stage[STAGES];
};

struct workers_choice {
    char text[32]; /* "1" or "3,4,5" */
    uint32_t stage[STAGES];
};

struct spec {
    char queue[SPEC_TEXT_SIZE]; /* as the user wrote it: a name, or a plug-in's path */
    char queue_name[64];        /* the backend's name */
    bool instrument;            /* of the backend: measures the harness, and is neither verified nor ranked */
    char placement[SPEC_TEXT_SIZE];
    struct wait_choice wait;
    struct transfer_choice transfer;
    struct work_choice work;
    struct workers_choice workers;
    uint64_t capacity; /* of each hop, as asked for; 0: unbounded */

    bool counted; /* put `items` items; else run for the duration */
    uint64_t items;
    uint64_t duration_ns, warmup_ns;
    uint64_t drain_ns;         /* after the duration: then what is left is discarded */
    uint64_t timeout_ns;       /* for the whole trial; then it is killed */
    uint64_t memory_limit;     /* bytes resident; 0: none */
    uint64_t sample_ns;        /* between two memory samples; 0: none */
    double burn_rounds_per_ns; /* calibrated speed of sluice_burn */
};

/* These read one value of an axis, strictly; 0, or -1 with a sentence. */
int spec_parse_wait(const char *text, struct wait_choice *, struct fault *);
int spec_parse_transfer(const char *text, struct transfer_choice *, struct fault *);
int spec_parse_work(const char *text, struct work_choice *, struct fault *);
int spec_parse_workers(const char *text, struct workers_choice *, struct fault *);
int spec_parse_capacity(const char *text, uint64_t *capacity, struct fault *); /* "unbounded" is 0 */

/* Threads of a trial: source, workers, sink. */
uint32_t spec_threads(const struct spec *);
/* The role of a thread, and which of its role it is; threads are counted in pipeline order. */
uint32_t spec_role(const struct spec *, uint32_t thread, uint32_t *index);
/* Threads that put into a hop, and that take from it; *first is the first one's number. */
uint32_t spec_producers(const struct spec *, uint32_t hop, uint32_t *first);
uint32_t spec_consumers(const struct spec *, uint32_t hop, uint32_t *first);

/* How the loops signal for these wait policies. */
enum sluice_signal spec_signal(const struct spec *);

/* Whether the backend can run the configuration: 0, or -1 with the reason, which names the backends that can.
 */
int spec_check(const struct spec *, const struct sluice_backend *, struct fault *);

/* What makes two trials repetitions of each other, as text: "deque-lock wait=yield capacity=unbounded ...".
 */
void spec_label(const struct spec *, char *text, size_t size);

/* Kinds of wait policies and of work, for listings; the last name is null. */
struct spec_kind {
    const char *syntax, *summary;
};
extern const struct spec_kind wait_kinds[], work_kinds[], transfer_kinds[];

#endif
