/* local.h - work that takes CPU time and touches no memory: that of a stage, and the local work between the
   operations of a shape, of random length, whose true length is measured while it is done.

   Papers put some 100 ns between two operations of a thread, so that it does not run away with the queue in
   its own cache, and draw them at random, so that threads do not fall into step (Michael & Scott 1996; Yang &
   Mellor-Crummey 2016). */
#ifndef SLUICE_LOCAL_H
#define SLUICE_LOCAL_H

#include <sluice/port.h>

#include <time.h>

enum {
    SLUICE_LOCAL_PIECES = 64,  /* done in a row for a sample, so that two looks at the clock do not count */
    SLUICE_LOCAL_SAMPLES = 64, /* kept, the latest */
    SLUICE_LOCAL_PAUSE = 100 * SLUICE_LOCAL_PIECES, /* pieces from a sample to the next: 1 % of them */
};

struct sluice_local {
    uint64_t state; /* of the random numbers; any */
    uint32_t least,
        spread;       /* rounds of a piece: `least` to least + spread; least 0: there is no local work */
    uint64_t since;   /* pieces since the last sample, about */
    uint64_t samples; /* taken; sample i is at i modulo SLUICE_LOCAL_SAMPLES: */
    uint32_t took_ns[SLUICE_LOCAL_SAMPLES]; /* what SLUICE_LOCAL_PIECES pieces took */
};

SLUICE_INLINE uint64_t sluice_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* A step of a linear congruential generator modulo 2^64 (Knuth's multiplier), of which only the high bits
   are random enough. Each step depends on the one before: about a nanosecond that cannot be hidden. */
SLUICE_INLINE uint64_t sluice_draw(uint64_t state)
{
    return state * UINT64_C(6364136223846793005) + 1;
}

SLUICE_INLINE uint64_t sluice_burn_from(uint64_t state, uint64_t rounds)
{
    for (uint64_t i = 0; i < rounds; i++) {
        state = sluice_draw(state);
        __asm__ volatile("" : "+r"(state)); /* else many steps would be made in one */
    }
    return state;
}

/* Rounds of arithmetic that depend on each other; about a nanosecond each, which the harness calibrates. */
SLUICE_INLINE void sluice_burn(uint64_t rounds)
{
    sluice_burn_from(rounds, rounds);
}

/* One piece. Draws its length from the state (bit 63 is left to the caller) and returns the next state, on
   which the next piece thus depends: none begins before the last one is done. */
SLUICE_OUTLINE uint64_t sluice_work_locally(uint64_t state, uint32_t least, uint32_t spread)
{
    uint64_t drawn = (state >> 31) & UINT32_MAX;
    return sluice_burn_from(state, least + ((drawn * ((uint64_t)spread + 1)) >> 32));
}

/* Takes a sample when it is time for one; `pieces` were done since the last call. */
SLUICE_OUTLINE uint64_t sluice_sample_local(struct sluice_local *local, uint64_t state, uint64_t pieces)
{
    local->since += pieces;
    if (local->samples && local->since < SLUICE_LOCAL_PAUSE)
        return state;
    uint64_t begin_ns = sluice_now_ns();
    for (int i = 0; i < SLUICE_LOCAL_PIECES; i++)
        state = sluice_work_locally(state, local->least, local->spread);
    uint64_t took_ns = sluice_now_ns() - begin_ns;
    local->took_ns[local->samples++ % SLUICE_LOCAL_SAMPLES] =
        took_ns < UINT32_MAX ? (uint32_t)took_ns : UINT32_MAX;
    local->since = 0;
    return state;
}

#endif
