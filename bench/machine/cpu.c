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
    return SLUICE_NEEDS_CAS2; /* by the compiler's library, which knows the processor */
#endif
}
