/* wiring.h - who hands items to whom: the roles of a trial, the threads of each, and the hops between them.

   A pipeline is a source, up to three stages and a sink, each hop between neighbours; with fewer stages it
   has the first ones of download, resize and upload, and without any the sources put into the hop that the
   sinks take from. Roles and hops that a wiring lacks keep their numbers: their threads are none.

   In the shapes of the papers all threads of a mix are of one role, the source, which takes from the hop that
   it puts into: `done`. In ping-pong the source and a worker of download hand an item to and fro, there
   through `download` and back through `done`. */
#ifndef BENCH_WIRING_H
#define BENCH_WIRING_H

#include <stdbool.h>

enum {
    WIRING_STAGES = 3, /* download, resize, upload */
    WIRING_HOPS = 4,   /* by what they feed: download, resize, upload, done */
    WIRING_ROLES = 5,  /* source, download, resize, upload, sink */
    WIRING_NONE = -1,  /* in place of a role or hop: there is none */
};

/* Threads are counted role by role. */
struct wiring {
    unsigned threads_of[WIRING_ROLES];
    int producer[WIRING_HOPS], consumer[WIRING_HOPS]; /* roles, or both WIRING_NONE: there is no such hop */
};

struct wiring wiring_of_pipeline(unsigned sources, unsigned stages, const unsigned workers[WIRING_STAGES],
                                 unsigned sinks);

struct wiring wiring_of_mix(unsigned threads);
struct wiring wiring_of_ping_pong(void);

unsigned wiring_threads(const struct wiring *wiring);
/* Whether it is three stages with one thread each role. */
bool wiring_is_single(const struct wiring *wiring);
/* The number of a role's first thread. */
unsigned wiring_first(const struct wiring *wiring, unsigned role);
/* The role of a thread, and which of its role it is. */
unsigned wiring_role(const struct wiring *wiring, unsigned thread, unsigned *index);

static inline bool wiring_has_hop(const struct wiring *wiring, unsigned hop)
{
    return wiring->producer[hop] != WIRING_NONE;
}

/* The role at which items are delivered. */
static inline unsigned wiring_last(const struct wiring *wiring)
{
    return (unsigned)wiring->consumer[WIRING_HOPS - 1];
}

/* The hop that a role takes from, and that it puts into; or WIRING_NONE. */
int wiring_input(const struct wiring *wiring, unsigned role);
int wiring_output(const struct wiring *wiring, unsigned role);

#endif
