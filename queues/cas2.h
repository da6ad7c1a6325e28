/* cas2.h - a compare-and-swap of two adjacent words at once, for queues that need it (SLUICE_NEEDS_CAS2).

   On x86-64 it is cmpxchg16b: files that include this are compiled with -mcx16. The __sync builtin is used,
   for gcc calls a library for the __atomic one. The two words are read one after the other: a cas2 that
   succeeds shows that they are together; what is decided without one must be right for any two that were
   there one after the other. */
#ifndef QUEUES_CAS2_H
#define QUEUES_CAS2_H

#include "hurry.h"

/* Where cas2 is a call of a library, it may exclude other such calls only: under ThreadSanitizer, and with a
   libatomic that has a lock for it. Operations on one half are made of it there. */
#if defined(__SANITIZE_THREAD__) || !defined(__GCC_HAVE_SYNC_COMPARE_AND_SWAP_16)
#define CAS2_IS_CALLED 1
#else
#define CAS2_IS_CALLED 0
#endif

struct words {
    uint64_t a, b;
};

union pair {
    alignas(16) struct {
        _Atomic uint64_t a, b;
    };
    unsigned __int128 both;
};

static_assert(sizeof(union pair) == 16 && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "a is the lower half");

SLUICE_INLINE unsigned __int128 cas2_join(struct words words)
{
    return (unsigned __int128)words.b << 64 | words.a;
}

/* Sequentially consistent. */
SLUICE_INLINE bool cas2(union pair *pair, struct words expected, struct words desired)
{
    hurry_step();
#if defined(__GCC_HAVE_SYNC_COMPARE_AND_SWAP_16)
    return __sync_bool_compare_and_swap(&pair->both, cas2_join(expected), cas2_join(desired));
#elif defined(__x86_64__)
#error "build this queue with -mcx16"
#else
    unsigned __int128 old = cas2_join(expected); /* by the compiler's means: link with -latomic */
    return __atomic_compare_exchange_n(&pair->both, &old, cas2_join(desired), false, __ATOMIC_SEQ_CST,
                                       __ATOMIC_SEQ_CST);
#endif
}

/* Operations on one half, while others use cas2 on both. Sequentially consistent. */

SLUICE_INLINE bool cas2_swap_a(union pair *pair, uint64_t expected, uint64_t desired)
{
    hurry_step();
#if CAS2_IS_CALLED
    for (;;) {
        uint64_t a = atomic_load_explicit(&pair->a, memory_order_seq_cst);
        uint64_t b = atomic_load_explicit(&pair->b, memory_order_seq_cst);
        if (a != expected)
            return false;
        if (cas2(pair, (struct words){a, b}, (struct words){desired, b}))
            return true;
    }
#else
    return atomic_compare_exchange_strong_explicit(&pair->a, &expected, desired, memory_order_seq_cst,
                                                   memory_order_seq_cst);
#endif
}

SLUICE_INLINE uint64_t cas2_fetch_add_a(union pair *pair, uint64_t n)
{
#if CAS2_IS_CALLED
    uint64_t a;
    do
        a = atomic_load_explicit(&pair->a, memory_order_seq_cst);
    while (!cas2_swap_a(pair, a, a + n));
    return a;
#else
    return atomic_fetch_add_explicit(&pair->a, n, memory_order_seq_cst);
#endif
}

SLUICE_INLINE void cas2_or_a(union pair *pair, uint64_t bits)
{
    hurry_step();
#if CAS2_IS_CALLED
    uint64_t a;
    do
        a = atomic_load_explicit(&pair->a, memory_order_seq_cst);
    while (!cas2_swap_a(pair, a, a | bits));
#else
    atomic_fetch_or_explicit(&pair->a, bits, memory_order_seq_cst);
#endif
}

#endif
