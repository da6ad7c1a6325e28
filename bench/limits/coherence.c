/* coherence.c - what it costs to move a cache line from one core to another: round trips, a stream, and by
   turns.

   Round trips as in David, Guerraoui & Trigonakis, "Everything you always wanted to know about
   synchronization but were afraid to ask", SOSP 2013; the cost by the state in which the other core has the
   line as in Molka, Hackenberg, Schoene & Mueller, "Memory performance and cache coherency effects on an
   Intel Nehalem multiprocessor system", PACT 2009. */
#include "limits/measures.h"

#include "base/clock.h"

#include <math.h>

/* One line of items. The words and the stamp hold the line's number in the stream, from 1. */
struct line {
    uint64_t word[7];
    _Atomic uint64_t stamp;
};
static_assert(sizeof(struct line) == LIMITS_LINE_BYTES, "8 items of 8 bytes");

/* A cursor on a line of its own. */
struct cursor {
    alignas(SLUICE_SEPARATE) _Atomic uint64_t at;
};

static int unordered(struct fault *fault, const char *name)
{
    return fault_set(fault,
                     "%s: what one thread wrote did not come to the other: the memory or the compiler "
                     "is broken",
                     name);
}

/* --- ping-pong --- */

enum { PING_WARM = 100, PINGS = 1000 };

struct ping_pong {
    _Atomic uint64_t *turn; /* odd: the second member's */
    double ns;
};

static void ping_pong_body(void *task_, unsigned member)
{
    struct ping_pong *task = task_;
    uint64_t begin_ns = 0;
    for (uint64_t i = 0; i < PING_WARM + PINGS; i++) {
        if (member == 0) {
            if (i == PING_WARM)
                begin_ns = clock_now_ns();
            /* Release and crew_await's acquire: what a queue needs to hand an item over. On x86 plain moves.
             */
            atomic_store_explicit(task->turn, 2 * i + 1, memory_order_release);
            crew_await(task->turn, 2 * i + 2);
        } else {
            crew_await(task->turn, 2 * i + 1);
            atomic_store_explicit(task->turn, 2 * i + 2, memory_order_release);
        }
    }
    if (member == 0)
        task->ns = (double)(clock_now_ns() - begin_ns);
}

int sample_ping_pong(struct bench *bench, const struct limit *limit, double *value, struct fault *fault)
{
    struct ping_pong task = {.turn = bench_place(bench, SLUICE_SEPARATE)};
    int status = crew_run(limit->pus, 2, ping_pong_body, &task, &bench->preempted, fault);
    *value = task.ns / PINGS;
    return status;
}

/* --- stream --- */

enum {
    STREAM_RING = 4096, /* lines that the first may be ahead: 256 KiB, half of a hop of 64 Ki items */
    STREAM_WARM = 2 * STREAM_RING, /* lines, that all of the ring has been at both cores */
    STREAM_LINES = 32768,          /* lines that are measured */
    STREAM_TELL = 64,              /* lines after which the second says how far it is */
};

struct stream {
    struct line *ring;
    struct cursor *head, *tail; /* lines taken; lines published, where blocks are */
    unsigned block;
    uint64_t sum; /* of the stamps and words that the second read */
    double ns;
};

static void fill(struct line *line, uint64_t number, memory_order order)
{
    for (int i = 0; i < 7; i++)
        line->word[i] = number;
    atomic_store_explicit(&line->stamp, number, order);
}

static uint64_t total(const struct line *line, uint64_t stamp)
{
    uint64_t sum = stamp;
    for (int i = 0; i < 7; i++)
        sum += line->word[i];
    return sum;
}

static void stream_put(struct stream *task)
{
    for (uint64_t at = 0, room = STREAM_RING; at < STREAM_WARM + STREAM_LINES; at += task->block) {
        if (at == room) {
            /* Acquire, here and in crew_await, pairs with the second's release: it has read what lay in the
               lines that are now written again. */
            crew_await(&task->head->at, at + STREAM_TELL - STREAM_RING);
            room = atomic_load_explicit(&task->head->at, memory_order_acquire) + STREAM_RING;
        }
        if (task->block == 1) {
            /* Release: whoever sees the stamp sees the words, too. */
            fill(&task->ring[at % STREAM_RING], at + 1, memory_order_release);
        } else {
            for (unsigned i = 0; i < task->block; i++)
                fill(&task->ring[(at + i) % STREAM_RING], at + i + 1, memory_order_relaxed);
            atomic_store_explicit(&task->tail->at, at + task->block, memory_order_release); /* likewise */
        }
    }
}

/* The clock runs where the lines arrive. */
static void stream_take(struct stream *task)
{
    uint64_t begin_ns = 0, sum = 0, at = 0, there = 0;
    while (at < STREAM_WARM + STREAM_LINES) {
        if (at == STREAM_WARM)
            begin_ns = clock_now_ns();
        if (task->block == 1) {
            const struct line *line = &task->ring[at % STREAM_RING];
            crew_await(&line->stamp, at + 1);
            sum += total(line, at + 1);
        } else {
            if (at == there) {
                crew_await(&task->tail->at, at + task->block);
                there = atomic_load_explicit(&task->tail->at, memory_order_acquire);
            }
            for (unsigned i = 0; i < task->block; i++) {
                const struct line *line = &task->ring[(at + i) % STREAM_RING];
                sum += total(line, atomic_load_explicit(&line->stamp, memory_order_relaxed));
            }
        }
        at += task->block;
        if (at % STREAM_TELL == 0) /* release: all that was read was read before it may be overwritten */
            atomic_store_explicit(&task->head->at, at, memory_order_release);
    }
    task->ns = (double)(clock_now_ns() - begin_ns);
    task->sum = sum;
}

static void stream_body(void *task, unsigned member)
{
    if (member == 0)
        stream_put(task);
    else
        stream_take(task);
}

int sample_stream(struct bench *bench, const struct limit *limit, double *value, struct fault *fault)
{
    const uint64_t lines = STREAM_WARM + STREAM_LINES;
    unsigned char *place = bench_place(bench, 2 * sizeof(struct cursor) + STREAM_RING * sizeof(struct line));
    struct stream task = {
        .head = (struct cursor *)place,
        .tail = (struct cursor *)place + 1,
        .ring = (struct line *)(place + 2 * sizeof(struct cursor)),
        .block = (unsigned)atoi(limit->variant),
    };
    if (crew_run(limit->pus, 2, stream_body, &task, &bench->preempted, fault))
        return -1;
    if (task.sum != 8 * (lines * (lines + 1) / 2))
        return unordered(fault, "stream");
    *value = STREAM_LINES / (task.ns / 1e9);
    return 0;
}

/* --- by turns: one end's own cost, nothing going on at the other --- */

enum { TURN_LINES = 1024, TURN_WARM = 2, TURNS = 16 };

struct turns {
    struct cursor *turn; /* odd: the second member's */
    struct line *lines;
    uint64_t sum;
    double write_ns, read_ns; /* in all turns but the first ones */
};

static void turns_body(void *task_, unsigned member)
{
    struct turns *task = task_;
    uint64_t sum = 0, ns = 0;
    for (uint64_t turn = 0; turn < TURN_WARM + TURNS; turn++) {
        crew_await(&task->turn->at, 2 * turn + member); /* acquire: the other's lines are there, or read */
        uint64_t begin_ns = clock_now_ns();
        for (unsigned i = 0; i < TURN_LINES; i++) {
            struct line *line = &task->lines[i];
            if (member == 0)
                fill(line, turn + 1, memory_order_relaxed);
            else
                sum += total(line, atomic_load_explicit(&line->stamp, memory_order_relaxed));
        }
        /* Release pairs with the acquire above. It is an exchange and no store so that, on x86, the lines'
           stores, which a core may hold back, have reached its cache when the clock is read. */
        atomic_exchange_explicit(&task->turn->at, 2 * turn + member + 1, memory_order_acq_rel);
        if (turn >= TURN_WARM)
            ns += clock_now_ns() - begin_ns;
    }
    *(member == 0 ? &task->write_ns : &task->read_ns) = (double)ns;
    if (member == 1)
        task->sum = sum;
}

int sample_hand_over(struct bench *bench, const struct limit *limit, double *value, struct fault *fault)
{
    const uint64_t turns = TURN_WARM + TURNS;
    unsigned char *place = bench_place(bench, sizeof(struct cursor) + TURN_LINES * sizeof(struct line));
    struct turns task = {.turn = (struct cursor *)place,
                         .lines = (struct line *)(place + sizeof(struct cursor))};
    if (crew_run(limit->pus, 2, turns_body, &task, &bench->preempted, fault))
        return -1;
    if (task.sum != UINT64_C(8) * TURN_LINES * (turns * (turns + 1) / 2))
        return unordered(fault, "hand-over");
    *value = (limit->variant[0] == 'w' ? task.write_ns : task.read_ns) / ((double)TURNS * TURN_LINES);
    return 0;
}
