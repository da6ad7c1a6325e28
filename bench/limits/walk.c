/* walk.c - what an item costs a stage that has all it needs in its nearest cache: one thread takes items from
   a ring and puts them into another, and back again; item by item, in batches that are copied, or in place.
   It is the least that a queue of this kind of transfer can do, with nobody at the other end.

   The rings are Lamport's (Specifying Concurrent Program Modules, TOPLAS 1983) with cached cursors, as in
   queues/spsc_ring.c: an end looks at the other's cursor once a round, and publishes its own with every
   transfer. */
#include "limits/measures.h"

#include "base/clock.h"

#include <string.h>

enum {
    WALK_SLOTS = 512, /* 4 KiB, twice: the smallest of nearest caches have 16 */
    WALK_BATCH = 32,
    WALK_WARM = 8, /* rounds: all items to the other ring */
    WALK_ROUNDS = 400,
};

struct ring {
    alignas(SLUICE_SEPARATE) _Atomic uint64_t tail; /* items put */
    alignas(SLUICE_SEPARATE) _Atomic uint64_t head; /* items taken */
    alignas(SLUICE_SEPARATE) void *slots[WALK_SLOTS];
};

/* Moves `count` items, starting at the first slots; `head` and `tail` are where the cursors of `from` and
   `to` were before. */
typedef void walk_round(struct ring *from, struct ring *to, uint64_t head, uint64_t tail, uint64_t count);

struct walk {
    struct ring *rings; /* two */
    walk_round *round;
    double ns;
    bool is_whole; /* every item is where it belongs, and all were moved in all rounds */
};

/* A stage looks at every item by itself: no two of them may be folded into one vector operation. */
SLUICE_INLINE void *look_at(void *item)
{
    __asm__ volatile("" : "+r"(item));
    return item;
}

/* Release and acquire, as a ring between two threads needs them. Here nobody looks but the thread itself:
   only what the instruction costs counts. */
SLUICE_INLINE void publish(_Atomic uint64_t *cursor, uint64_t value)
{
    atomic_store_explicit(cursor, value, memory_order_release);
}

SLUICE_INLINE uint64_t look(const _Atomic uint64_t *cursor)
{
    return atomic_load_explicit(cursor, memory_order_acquire);
}

static void by_item(struct ring *from, struct ring *to, uint64_t head, uint64_t tail, uint64_t count)
{
#pragma GCC unroll 4
    for (uint64_t i = 0; i < count; i++) {
        void *item = look_at(from->slots[i]);
        publish(&from->head, head + i + 1);
        to->slots[i] = item;
        publish(&to->tail, tail + i + 1);
    }
}

static void by_batch(struct ring *from, struct ring *to, uint64_t head, uint64_t tail, uint64_t count)
{
    void *batch[WALK_BATCH];
    for (uint64_t i = 0; i < count; i += WALK_BATCH) {
        memcpy(batch, &from->slots[i], sizeof batch);
        publish(&from->head, head + i + WALK_BATCH);
#pragma GCC unroll 4
        for (int j = 0; j < WALK_BATCH; j++)
            batch[j] = look_at(batch[j]);
        memcpy(&to->slots[i], batch, sizeof batch);
        publish(&to->tail, tail + i + WALK_BATCH);
    }
}

static void by_span(struct ring *from, struct ring *to, uint64_t head, uint64_t tail, uint64_t count)
{
#pragma GCC unroll 4
    for (uint64_t i = 0; i < count; i++)
        to->slots[i] = look_at(from->slots[i]);
    publish(&from->head, head + count);
    publish(&to->tail, tail + count);
}

static bool is_whole(const struct ring *ring)
{
    for (uint64_t i = 0; i < WALK_SLOTS; i++)
        if ((uintptr_t)ring->slots[i] != i + 1)
            return false;
    return true;
}

/* The rounds are called through a pointer, and count items that were read from memory: the compiler sees
 * neither. */
static void walk_body(void *task_, unsigned member)
{
    struct walk *task = task_;
    uint64_t begin_ns = 0;
    (void)member;
    for (unsigned i = 0; i < WALK_SLOTS; i++)
        task->rings[0].slots[i] = (void *)(uintptr_t)(i + 1);
    publish(&task->rings[0].tail, WALK_SLOTS);
    for (unsigned round = 0; round < WALK_WARM + WALK_ROUNDS; round++) {
        struct ring *from = &task->rings[round % 2], *to = &task->rings[1 - round % 2];
        if (round == WALK_WARM)
            begin_ns = clock_now_ns();
        uint64_t head = look(&from->head), tail = look(&to->tail);
        task->round(from, to, head, tail, look(&from->tail) - head);
    }
    task->ns = (double)(clock_now_ns() - begin_ns);
    task->is_whole = is_whole(&task->rings[0]) && is_whole(&task->rings[1]) &&
                     look(&task->rings[0].head) + look(&task->rings[1].head) ==
                         (uint64_t)(WALK_WARM + WALK_ROUNDS) * WALK_SLOTS;
}

int sample_loop(struct bench *bench, const struct limit *limit, double *value, struct fault *fault)
{
    char kind = limit->variant[0];
    struct walk task = {
        .rings = bench_place(bench, 2 * sizeof(struct ring)),
        .round = kind == 'i'   ? by_item
                 : kind == 'b' ? by_batch
                               : by_span,
    };
    if (crew_run(limit->pus, 1, walk_body, &task, &bench->preempted, fault))
        return -1;
    if (!task.is_whole)
        return fault_set(fault, "loop: items were lost: the memory or the compiler is broken");
    *value = task.ns / ((double)WALK_ROUNDS * WALK_SLOTS);
    return 0;
}
