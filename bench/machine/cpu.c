/* cpu.c - see cpu.h. */
#include "machine/cpu.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

uint32_t cpu_meets(void)
{
#if defined(__x86_64__)
    /* The first x86-64 processors lack it: bit CMPXCHG16B of leaf 1. */
    unsigned a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_CMPXCHG16B) ? SLUICE_NEEDS_CAS2 : 0;
#else
    /* By the compiler's library, which knows the processor; where it would take a lock, the queues would not
       be what they say. */
    alignas(16) static char pair[16];
    return __atomic_is_lock_free(sizeof pair, pair) ? SLUICE_NEEDS_CAS2 : 0;
#endif
}
