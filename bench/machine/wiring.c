/* wiring.c - see wiring.h. */
#include "machine/wiring.h"

#include <stddef.h>

struct wiring wiring_of_pipeline(unsigned sources, unsigned stages, const unsigned workers[WIRING_STAGES],
                                 unsigned sinks)
{
    struct wiring wiring = {.threads_of = {sources, 0, 0, 0, sinks}};
    for (unsigned stage = 0; stage < WIRING_STAGES; stage++)
        wiring.threads_of[stage + 1] = stage < stages ? workers[stage] : 0;
    for (unsigned hop = 0; hop < WIRING_HOPS; hop++) {
        bool is_last = hop == WIRING_HOPS - 1, is_there = is_last || hop < stages;
        wiring.producer[hop] = !is_there ? WIRING_NONE : is_last ? (int)stages : (int)hop;
        wiring.consumer[hop] = is_there ? (int)hop + 1 : WIRING_NONE;
    }
    return wiring;
}

struct wiring wiring_of_mix(unsigned threads)
{
    struct wiring wiring = wiring_of_pipeline(threads, 0, NULL, 0);
    wiring.consumer[WIRING_HOPS - 1] = 0;
    return wiring;
}

struct wiring wiring_of_ping_pong(void)
{
    const unsigned workers[WIRING_STAGES] = {1};
    struct wiring wiring = wiring_of_pipeline(1, 1, workers, 0);
    wiring.consumer[WIRING_HOPS - 1] = 0;
    return wiring;
}

unsigned wiring_threads(const struct wiring *wiring)
{
    return wiring_first(wiring, WIRING_ROLES);
}

bool wiring_is_single(const struct wiring *wiring)
{
    for (unsigned role = 0; role < WIRING_ROLES; role++)
        if (wiring->threads_of[role] != 1)
            return false;
    return true;
}

unsigned wiring_first(const struct wiring *wiring, unsigned role)
{
    unsigned first = 0;
    for (unsigned before = 0; before < role; before++)
        first += wiring->threads_of[before];
    return first;
}

unsigned wiring_role(const struct wiring *wiring, unsigned thread, unsigned *index)
{
    unsigned role = 0;
    while (thread >= wiring->threads_of[role])
        thread -= wiring->threads_of[role++];
    *index = thread;
    return role;
}

static int find(const int role_of[WIRING_HOPS], unsigned role)
{
    for (int hop = 0; hop < WIRING_HOPS; hop++)
        if (role_of[hop] == (int)role)
            return hop;
    return WIRING_NONE;
}

int wiring_input(const struct wiring *wiring, unsigned role)
{
    return find(wiring->consumer, role);
}

int wiring_output(const struct wiring *wiring, unsigned role)
{
    return find(wiring->producer, role);
}
