/* rng.h - seeded pseudo-random numbers, so that a shuffled order or a bootstrap can be repeated.

   The generator is xoshiro256** with its state filled by splitmix64, as its authors advise (Blackman
   & Vigna, "Scrambled linear pseudorandom number generators", ACM Transactions on Mathematical
   Software 47(4), 2021; preprint 2018; both algorithms are in the public domain). Equal seeds give
   equal sequences on every machine. Not for secrets.

   A generator belongs to one thread at a time; different generators are independent of each other. */
#ifndef BENCH_RNG_H
#define BENCH_RNG_H

#include <stddef.h>
#include <stdint.h>

struct rng {
    uint64_t state[4]; /* never all zero; rng_seed() sees to that */
};

__extension__ typedef unsigned __int128 rng_wide;

static inline uint64_t rng_rotate_left(uint64_t word, unsigned bits)
{
    return (word << bits) | (word >> (64 - bits));
}

/* The next output of splitmix64 (Steele, Lea & Flood, "Fast splittable pseudorandom number
   generators", OOPSLA 2014); `state` may start at any value. Also good for hashing a few seeds into
   one. */
static inline uint64_t rng_splitmix64(uint64_t *state)
{
    uint64_t mixed = *state += UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ (mixed >> 31);
}

/* Starts a generator. Any seed will do, 0 too: splitmix64 visits each value once in its period, so
   four of its outputs in a row are never all zero, and near seeds give unlike states. */
static inline void rng_seed(struct rng *rng, uint64_t seed)
{
    for (size_t i = 0; i < 4; i++)
        rng->state[i] = rng_splitmix64(&seed);
}

/* The next 64 random bits. */
static inline uint64_t rng_next(struct rng *rng)
{
    uint64_t *state = rng->state;
    uint64_t result = rng_rotate_left(state[1] * 5, 7) * 9;
    uint64_t shifted = state[1] << 17;

    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rng_rotate_left(state[3], 45);
    return result;
}

/* A uniform integer in [0, n), without bias, for n >= 1 (Lemire, "Fast random integer generation in
   an interval", ACM TOMACS 29(1), 2019): the high half of a 128-bit product is the result, and the
   2^64 mod n low halves that would favour some results are drawn again. n = 0 gives 0. */
static inline uint64_t rng_below(struct rng *rng, uint64_t n)
{
    rng_wide product = (rng_wide)rng_next(rng) * n;
    if ((uint64_t)product < n) {
        /* the division is needed only here, on the rare path */
        uint64_t surplus = n ? -n % n : 0;
        while ((uint64_t)product < surplus)
            product = (rng_wide)rng_next(rng) * n;
    }
    return (uint64_t)(product >> 64);
}

/* A uniform double in [0, 1): the 53 high bits, so that every value is equally likely and exact. */
static inline double rng_uniform(struct rng *rng)
{
    return (double)(rng_next(rng) >> 11) * 0x1p-53;
}

/* Puts the array in random order, every order equally likely (Fisher-Yates; Durstenfeld, "Algorithm
   235: Random permutation", Communications of the ACM 7(7), 1964). */
static inline void rng_shuffle(struct rng *rng, size_t *array, size_t count)
{
    for (size_t left = count; left > 1; left--) {
        size_t chosen = (size_t)rng_below(rng, left);
        size_t kept = array[left - 1];
        array[left - 1] = array[chosen];
        array[chosen] = kept;
    }
}

#endif
