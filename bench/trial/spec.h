/* spec.h - one configuration: all that decides what a trial does. Plain data, so that it can be handed to
   the trial's process as it is. */
#ifndef BENCH_SPEC_H
#define BENCH_SPEC_H

#include "base/fault.h"
#include "machine/wiring.h"

#include <sluice/queue.h>
#include <sluice/stage.h>
#include <sluice/wait.h>

enum {
    STAGES = WIRING_STAGES,
    HOPS = WIRING_HOPS,
    ROLES = WIRING_ROLES,
    SPEC_TEXT_SIZE = 256,
};

/* What the label of an A/A twin has behind that of its original. */
#define SPEC_TWIN " aa=twin"

extern const char *const role_names[ROLES];
extern const char *const hop_names[HOPS]; /* the hop is named by what it feeds; the last one is "done" */

enum shape { SHAPE_PIPELINE, SHAPE_PAIRS, SHAPE_FIFTY, SHAPE_BURST, SHAPE_PING_PONG };

struct shape_choice {
    char text[32]; /* "pipeline", "pairs", "burst:16" */
    enum shape kind;
    uint32_t burst; /* items in a row; 1 where it is no burst */
};

/* How long threads work between the operations of a mix: evenly drawn from this range. */
struct local_choice {
    char text[64];              /* "none", "100ns", "50ns..150ns" */
    uint64_t least_ns, most_ns; /* both 0: not at all */
};

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

/* How many items a hop may hold, as the user wrote it: one for all, or four with '/' between them. */
struct capacity_choice {
    char text[64];      /* "1023", "unbounded", "unbounded/100/100/unbounded" */
    uint64_t hop[HOPS]; /* 0: unbounded */
};

/* How the pipeline is brought to its end once the source has put its last item. */
enum close_kind {
    CLOSE_CLOSE,     /* the last producer of a hop that leaves closes it */
    CLOSE_SENTINEL,  /* hop by hop: a sentinel for each getter, join the tasks, join the threads */
    CLOSE_SHUTDOWN,  /* hop by hop: shut down, join the tasks; then join the threads */
    CLOSE_IMMEDIATE, /* all hops at once are shut down and drop what they hold */
    CLOSE_PULL,      /* look at the done count; then take each worker's input away, and join it */
    CLOSE_ABANDON,   /* look at the done count; then leave the workers where they are */
};

struct close_choice {
    char text[32]; /* "close", "shutdown:immediate", "pull:100ms" */
    enum close_kind kind;
    uint64_t look_ns; /* pull, abandon: between two looks; 0: without a pause */
};

/* A worker that is made to fail. */
enum fail_how { FAIL_ERROR, FAIL_CRASH, FAIL_HANG };

struct fail_choice {
    char text[96]; /* "stage=resize,item=500,how=error"; "": nobody fails */
    enum fail_how how;
    uint32_t role;  /* which stage, as a role: 1 to STAGES */
    int32_t worker; /* of the stage; -1: whichever it hits */
    uint64_t item;  /* the first that fails, counted from 1: the worker's, or the stage's; 0: none */
    uint64_t every; /* and every so many; 0: no more */
    bool stop;      /* after the first failure what is in the pipeline is dropped, not drained */
};

struct spec {
    char queue[SPEC_TEXT_SIZE]; /* as the user wrote it: a name, or a plug-in's path */
    char queue_name[64];        /* the backend's name */
    bool twin;                  /* the A/A twin of the configuration that is otherwise the same */
    bool instrument;            /* of the backend: measures the harness, and is neither verified nor ranked */
    char placement[SPEC_TEXT_SIZE];
    char memory[32]; /* where the queues' memory lies: "default", "node:1" (machine/memory_place.h) */
    struct wait_choice wait;
    struct transfer_choice transfer;
    struct work_choice work;
    struct shape_choice shape;
    struct local_choice local;
    uint32_t sources, stages, sinks; /* of a mix the sources are all its threads; else a shape has one source,
                                        and no shape has stages and sinks */
    struct workers_choice workers;   /* of the stages that there are */
    struct capacity_choice capacity;
    struct close_choice close;
    struct fail_choice fail;

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
int spec_parse_capacity(const char *text, struct capacity_choice *, struct fault *);
int spec_parse_close(const char *text, struct close_choice *, struct fault *);
int spec_parse_fail(const char *text, struct fail_choice *, struct fault *); /* but for `stop` */

int spec_parse_shape(const char *text, struct shape_choice *, struct fault *);
int spec_parse_local(const char *text, struct local_choice *, struct fault *);
int spec_parse_sources(const char *text, uint32_t *, struct fault *);
int spec_parse_stages(const char *text, uint32_t *, struct fault *);
int spec_parse_sinks(const char *text, uint32_t *, struct fault *);

/* Whether all threads do the same on one queue: pairs, fifty, burst. */
bool spec_is_mix(const struct spec *);

/* Sets what has no part in the spec's shape to what it always is there, so that configurations that only
   differ in it are one. 0, or -1 with a sentence. */
int spec_settle(struct spec *, struct fault *);

/* Who hands items to whom. */
struct wiring spec_wiring(const struct spec *);

/* How the loops signal for these wait policies. */
enum sluice_signal spec_signal(const struct spec *);

/* Whether the backend can run the configuration: 0, or -1 with the reason, which names the backends that can.
 */
int spec_check(const struct spec *, const struct sluice_backend *, struct fault *);

/* What makes two trials repetitions of each other, as text: "deque-lock wait=yield capacity=unbounded ...".
 */
void spec_label(const struct spec *, char *text, size_t size);

/* What an axis can be, for listings and for the parsers; the last name is null. */
struct spec_kind {
    const char *syntax, *summary; /* "name", "name:ARGUMENT" or "name[:ARGUMENT]" */
};
extern const struct spec_kind shape_kinds[], wait_kinds[], work_kinds[], transfer_kinds[], close_kinds[];

#endif
