/* port.h - what the compiler and the processor have to provide.

   The headers are C11 and, so that a C++ queue is used without a call between, C++20 as well: atomics are
   declared as _Atomic(T), which C++ has as std::atomic<T> of the same size, alignment and representation (as
   C++23's <stdatomic.h> defines it); structs are filled in the order of their members. */
#ifndef SLUICE_PORT_H
#define SLUICE_PORT_H

#ifdef __cplusplus
#include <atomic>
#else
#include <stdatomic.h>
#endif
#include <assert.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
#define _Atomic(type) std::atomic<type>
using std::atomic_compare_exchange_strong_explicit;
using std::atomic_compare_exchange_weak_explicit;
using std::atomic_exchange_explicit;
using std::atomic_fetch_add_explicit;
using std::atomic_fetch_and_explicit;
using std::atomic_fetch_or_explicit;
using std::atomic_fetch_sub_explicit;
using std::atomic_init;
using std::atomic_load_explicit;
using std::atomic_signal_fence;
using std::atomic_store_explicit;
using std::atomic_thread_fence;
using std::memory_order_acq_rel;
using std::memory_order_acquire;
using std::memory_order_relaxed;
using std::memory_order_release;
using std::memory_order_seq_cst;
/* g++ 12 finds fault with designated initializers that leave members zero, which is what they are for. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#define SLUICE_C_LINKAGE extern "C"
#else
#define SLUICE_C_LINKAGE extern
#endif

/* SLUICE_OUTLINE is for slow paths, to keep them out of the loops' code. It is not `cold`, which makes gcc 12
   move the loops' own back edges to the cold section. */
#define SLUICE_INLINE      static inline __attribute__((always_inline))
#define SLUICE_OUTLINE     static __attribute__((noinline, unused))
#define SLUICE_EXPORT      __attribute__((visibility("default")))
#define SLUICE_LIKELY(x)   __builtin_expect(!!(x), 1)
#define SLUICE_UNLIKELY(x) __builtin_expect(!!(x), 0)

/* Data of different writers is kept this far apart. A line is 64 bytes on x86 and most Arm cores, but the
   adjacent-line prefetcher of x86 fetches them in pairs, and POWER and Apple cores have 128-byte lines. */
#define SLUICE_SEPARATE 128

/* Whether two members of a struct are certain to lie on separate lines. */
#define SLUICE_APART(type, a, b)                                                                             \
    (offsetof(type, a) / SLUICE_SEPARATE != offsetof(type, b) / SLUICE_SEPARATE &&                           \
     alignof(type) >= SLUICE_SEPARATE)

/* Tells the core that this is a spin loop: frees the sibling thread's resources, avoids the
   memory-order machine clear on leaving it. */
SLUICE_INLINE void sluice_cpu_pause(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
    __asm__ volatile("yield" ::: "memory");
#elif defined(__powerpc__)
    __asm__ volatile("or 27,27,27" ::: "memory");
#else
    __asm__ volatile("" ::: "memory");
#endif
}

/* Zeroed memory aligned to SLUICE_SEPARATE, for types with alignas(SLUICE_SEPARATE), which malloc does not
   align enough. Returns null when there is none. Release with free(). */
SLUICE_INLINE void *sluice_alloc(size_t bytes)
{
    size_t rounded = (bytes + SLUICE_SEPARATE - 1) & ~(size_t)(SLUICE_SEPARATE - 1);
    if (rounded < bytes)
        return NULL;
    void *memory = aligned_alloc(SLUICE_SEPARATE, rounded ? rounded : SLUICE_SEPARATE);
    if (memory)
        memset(memory, 0, rounded);
    return memory;
}

#endif
