/* cast.h - what every scene is set with: one play of it, a channel over the queue, the players (threads and
   their ends of the channel), and what they say. All of it lives in the process of the play; only the minutes
   are shared with its parent.

   The caller is the program's own thread: in a crew a thread that only looks after the others, else the
   producer. */
#ifndef BENCH_CAST_H
#define BENCH_CAST_H

#include "scene/mishap.h"
#include "scene/scene.h"
#include "trial/spec.h"

#include <sluice/channel.h>

#include <pthread.h>
#include <semaphore.h>

enum {
    CAST_LINE = 128,           /* bytes of a line that a player says */
    CAST_MOST_SLOTS = 1 << 24, /* of a queue that always has a capacity, in place of an unbounded one */
};

/* One play of a scene; constant while it lasts. */
struct play {
    const struct scene *scene;
    const struct sluice_backend *backend;
    struct wait_choice wait;
    enum sluice_signal signal;
    uint32_t consumers;
    uint64_t items;
    struct mishap mishap;
    uint64_t timeout_ns;
    bool quiet;
    FILE *out;
};

struct minutes_row {
    char name[24];
    bool filled; /* the player got to its end */
    uint64_t n[SLUICE_COUNTS];
    int64_t cpu_ns; /* -1: the kernel does not tell */
};

/* What a play leaves behind, in memory shared with the parent process, which reads it after the end, however
   that came about. */
struct minutes {
    char last_line[CAST_LINE]; /* said */
    int write_error;           /* errno, where a line could not be written */
    bool ended;                /* and the rest is valid */
    bool interrupted;
    _Atomic uint32_t failures;                 /* so many; the first one is kept */
    char failure[512];                         /* as a sentence */
    uint64_t put, consumed, failed, discarded; /* items */
    char timed[96];                            /* what the scene is about; "": it was not come to */
    uint64_t time_ns;                          /* and how long it took */
    uint32_t rows;
    struct minutes_row row[];
};

/* A thread and its ends of the channel. */
struct player {
    alignas(SLUICE_SEPARATE) struct sluice_thread thread;
    struct sluice_slot slot; /* nobody reads it */
    struct cast *cast;
    struct minutes_row *row;
    void (*act)(struct player *);
    pthread_t id;
    bool started;
    enum sluice_end side;
    uint32_t index;            /* of its side */
    uint64_t latest, sum, own; /* of the values that it took: the last one; all, modulo 2^64; how many */
    uint64_t noted_ns;         /* a time, for the scene's use */
    int64_t cpu_before_ns;
};

struct cast {
    struct sluice_channel channel;
    const struct play *play;
    struct minutes *minutes;
    pthread_mutex_t voice;     /* one speaks at a time */
    sem_t changed;             /* posted by a player that leaves */
    _Atomic uint32_t on_stage; /* players that run */
    _Atomic uint32_t takers;   /* consumers that have not left, where the scene counts them */
    uint64_t end_marks;        /* that were put */
    struct player *caller, *producer;
    struct player *consumers;
    struct player players[]; /* producer, consumers, caller */
};

/* Plays, and writes the minutes: the body of the play's process. */
void cast_play(const struct play *play, struct minutes *minutes);

/* Rows that the minutes of a play need. */
uint32_t cast_rows(const struct play *play);

/* Says a line, without its newline: in one write, and before it returns. Where it cannot be written the
   channel is shut down. Any thread may call it. */
void cast_say(struct cast *cast, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Notes a failure in a sentence; the first one is kept. Any thread may call it. */
void cast_raise(struct cast *cast, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same, for what must not happen in any scene: also ends the waiting of all the others. */
void cast_break(struct cast *cast, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Notes what the scene is about, and how long it took; nothing where one of the two times was not come to,
   and is 0. The caller calls it. */
void cast_time(struct cast *cast, const char *what, uint64_t from_ns, uint64_t to_ns);

/* Starts a thread that attaches the player's end and then acts. */
void player_start(struct player *player, void (*act)(struct player *));
void player_join(struct player *player);

/* Puts or gets a value (1, 2, 3, ...), and counts it. The status is the channel's. Before a thread waits for
   anything else than its channel it calls sluice_flush, since it may owe wake-ups under a lazy policy. */
enum sluice_status player_put(struct player *me, uint64_t value);
enum sluice_status player_get(struct player *me, uint64_t *value);
/* The same where nothing else than success is right. False: the play is broken. */
bool player_give(struct player *me, uint64_t value);
bool player_take(struct player *me);

/* Attaches the end of its index on that side. False: that failed, and the play is broken. Called by the
   player's thread, as are the next two. */
bool player_attach(struct player *me, enum sluice_end side);
/* Pays what it owes, detaches its ends, and writes its row of the minutes. */
void player_leave(struct player *me);
/* Looks at an item that came out, counts and releases it, and returns its value. There is one producer, which
   counts up, and every queue that is let in keeps its order: so each player sees values that rise. */
uint64_t player_inspect(struct player *me, void *item);

const char *cast_status_text(enum sluice_status status);

#endif
