/* crowd.c - the contract with many threads at once: whatever the interleaving, each item comes out once, and
   after those that its producer put before it. */
#include "contract/subject.h"

#include "base/clock.h"
#include "base/rng.h"

#include <sched.h>
#include <time.h>

/* A run ends after a count of items or, where that takes too long, after this time: a ring whose producers
   wait for each other's slots passes some hundred items a second when there are more of them than CPUs. The
   verdict is about the items that were put, however many. */
enum { MOST_THREADS = 64, MOST_BATCH = 33, MOST_TIME_NS = 40 * 1000 * 1000 };

enum mode { ITEMS, BATCHES, SPANS, WAITING };
static const char *const mode_names[] = {"items", "batches", "spans", "waiting in the queue"};

struct crowd {
    void *queue;
    uint32_t producers, consumers;
    enum mode mode;
    uint64_t each;               /* most items that a producer puts */
    uint64_t deadline_ns;        /* it ends earlier when this has passed */
    _Atomic unsigned char *seen; /* how often each item came out: producers * each */
    _Atomic uint32_t producing;
    _Atomic bool sampling;
    pthread_barrier_t start;
};

/* One thread of the crowd. */
struct member {
    alignas(SLUICE_SEPARATE) struct crowd *crowd;
    pthread_t thread;
    uint32_t index;
    void *end;
    struct rng rng;
    uint64_t put; /* a producer's items that went in */
    struct sluice_check check;
    uint64_t next; /* of the check */
    uint64_t latest[MOST_THREADS];
};

/* Now and then the thread gives its CPU away, so that the others see it at every point. */
static void stumble(struct member *member)
{
    if (rng_below(&member->rng, 64) == 0)
        sched_yield();
}

/* ---- producers ---- */

static size_t put_in_place(void *end, void *const *items, size_t n)
{
    void **slots;
    size_t there = subject->ops->reserve(end, n, &slots);
    for (size_t i = 0; i < there; i++)
        slots[i] = items[i];
    subject->ops->commit(end, there);
    return there;
}

/* How many of the n items were put; they may be none. */
static size_t try_put(struct member *member, void *const *items, size_t n)
{
    const struct sluice_queue_ops *ops = subject->ops;
    switch (member->crowd->mode) {
    case BATCHES:
        return sluice_try_put_n(ops, member->end, items, n);
    case SPANS:
        return put_in_place(member->end, items, n);
    case WAITING:
        return ops->enqueue_wait(member->end, items[0], NULL) == SLUICE_OK;
    case ITEMS:
    default:
        return ops->enqueue(member->end, items[0]) == SLUICE_OK;
    }
}

static bool is_over(const struct member *member)
{
    return member->put == member->crowd->each ||
           (member->put > 0 && clock_now_ns() > member->crowd->deadline_ns);
}

static void put_all(struct member *member)
{
    void *items[MOST_BATCH];
    uint64_t made = 0, first = sluice_first_stamp(member->index);
    size_t held = 0;
    while (!is_over(member)) {
        size_t wanted = 1 + (size_t)rng_below(&member->rng, MOST_BATCH);
        for (; held < wanted && made < member->crowd->each; held++)
            items[held] = item_of(first + ++made);
        size_t done = try_put(member, items, held);
        member->put += done;
        held -= done;
        memmove(items, items + done, held * sizeof *items);
        if (done == 0)
            sched_yield();
        stumble(member);
    }
    while (held > 0)
        value_of(items[--held]);
}

static void *produce(void *argument)
{
    struct member *member = argument;
    struct crowd *crowd = member->crowd;
    pthread_barrier_wait(&crowd->start);
    member->end = attach(crowd->queue, SLUICE_PRODUCER, member->index);
    put_all(member);
    subject->detach(member->end);
    /* Release: the consumer that sees none left sees all that was put. */
    if (atomic_fetch_sub_explicit(&crowd->producing, 1, memory_order_acq_rel) == 1 && crowd->mode == WAITING)
        subject->close(crowd->queue);
    return NULL;
}

/* ---- consumers ---- */

static size_t take_in_place(void *end, void **items, size_t n)
{
    void **slots;
    size_t there = subject->ops->peek(end, n, &slots);
    for (size_t i = 0; i < there; i++)
        items[i] = slots[i];
    subject->ops->release(end, there);
    return there;
}

static size_t try_take(struct member *member, void **items, size_t n)
{
    const struct sluice_queue_ops *ops = subject->ops;
    switch (member->crowd->mode) {
    case BATCHES:
        return sluice_try_get_n(ops, member->end, items, n);
    case SPANS:
        return take_in_place(member->end, items, n);
    case WAITING:
        return ops->dequeue_wait(member->end, items, NULL) == SLUICE_OK;
    case ITEMS:
    default:
        return ops->dequeue(member->end, items) == SLUICE_OK;
    }
}

static void note(struct member *member, uint64_t stamp)
{
    const struct crowd *crowd = member->crowd;
    uint64_t producer = stamp >> SLUICE_STAMP_BITS, sequence = stamp & SLUICE_MAX_SEQUENCE;
    EXPECT(KIND_MADE_UP, producer < crowd->producers && sequence >= 1 && sequence <= crowd->each,
           "%#jx came out, which nobody put", (uintmax_t)stamp);
    member->next = sluice_check_stamp(&member->check, member->next, stamp);
    /* Relaxed: it must not order what the queue leaves unordered. */
    atomic_fetch_add_explicit(&crowd->seen[producer * crowd->each + sequence - 1], 1, memory_order_relaxed);
}

static void take_all(struct member *member)
{
    void *items[MOST_BATCH];
    bool last = false; /* all producers had ended before this poll: what it does not find is not there */
    for (;;) {
        size_t n = try_take(member, items, 1 + (size_t)rng_below(&member->rng, MOST_BATCH));
        for (size_t i = 0; i < n; i++)
            note(member, value_of(items[i]));
        if (n == 0) {
            if (last)
                return;
            last = atomic_load_explicit(&member->crowd->producing, memory_order_acquire) == 0;
            sched_yield();
        }
        stumble(member);
    }
}

static void *consume(void *argument)
{
    struct member *member = argument;
    sluice_check_init(&member->check, member->latest, member->crowd->producers);
    member->next = member->check.begin;
    pthread_barrier_wait(&member->crowd->start);
    member->end = attach(member->crowd->queue, SLUICE_CONSUMER, member->index);
    take_all(member);
    subject->detach(member->end);
    return NULL;
}

/* Capacity and footprint may be asked at any time. */
static void *sample(void *argument)
{
    struct crowd *crowd = argument;
    const struct timespec moment = {.tv_nsec = 100000};
    const uint64_t capacity = subject->capacity(crowd->queue);
    while (atomic_load_explicit(&crowd->sampling, memory_order_relaxed)) {
        size_t bytes = subject->footprint(crowd->queue);
        EXPECT(KIND_FOOTPRINT, bytes > 0 && bytes < SIZE_MAX / 2, "the footprint is %zu B", bytes);
        EXPECT(KIND_CAPACITY, subject->capacity(crowd->queue) == capacity, "the capacity changes");
        nanosleep(&moment, NULL);
    }
    return NULL;
}

/* ---- a run, and what must be true after it ---- */

/* What each item's fate is, by how often it came out and whether it was put. */
static void expect_each_once(const struct crowd *crowd, const struct member *members)
{
    uint64_t lost = 0, repeated = 0, producer_of = 0, first = 0;
    for (uint32_t producer = 0; producer < crowd->producers; producer++)
        for (uint64_t i = 0; i < crowd->each; i++) {
            unsigned times = crowd->seen[producer * crowd->each + i], due = i < members[producer].put;
            if (times != due && lost + repeated == 0) {
                producer_of = producer;
                first = i + 1;
            }
            lost += times < due;
            repeated += times > due;
        }
    EXPECT(lost && repeated ? KIND_BOTH
           : lost           ? KIND_LOST
                            : KIND_DUPLICATE,
           lost + repeated == 0,
           "%ju items did not come out and %ju came too often, item %ju of producer %ju the first",
           (uintmax_t)lost, (uintmax_t)repeated, (uintmax_t)first, (uintmax_t)producer_of);
}

static void expect_nothing_left(struct crowd *crowd)
{
    struct queue queue = {.self = crowd->queue, .out = attach(crowd->queue, SLUICE_CONSUMER, 0)};
    void *item;
    EXPECT(KIND_LOST, subject->ops->dequeue(queue.out, &item) != SLUICE_OK,
           "the queue said empty, with all producers gone, and still has items");
    subject->detach(queue.out);
}

static void run_threads(struct crowd *crowd, struct member *members)
{
    const uint32_t all = crowd->producers + crowd->consumers;
    pthread_t sampler;
    atomic_store(&crowd->sampling, true);
    start_thread(&sampler, sample, crowd);
    for (uint32_t i = 0; i < all; i++) {
        const bool produces = i < crowd->producers;
        members[i].crowd = crowd;
        members[i].index = produces ? i : i - crowd->producers;
        rng_seed(&members[i].rng, seed_for(1000 + i));
        start_thread(&members[i].thread, produces ? produce : consume, &members[i]);
    }
    for (uint32_t i = 0; i < all; i++)
        pthread_join(members[i].thread, NULL);
    atomic_store(&crowd->sampling, false);
    pthread_join(sampler, NULL);
}

static void run_crowd(uint32_t producers, uint32_t consumers, enum mode mode, uint64_t capacity,
                      uint64_t items)
{
    struct crowd crowd = {.producers = producers,
                          .consumers = consumers,
                          .mode = mode,
                          .each = items / producers + 1,
                          .deadline_ns = clock_now_ns() + MOST_TIME_NS};
    struct member *members = sluice_alloc((producers + consumers) * sizeof *members);
    crowd.seen = calloc(producers * crowd.each, 1);
    if (!members || !crowd.seen)
        give_up("no memory for %u threads", producers + consumers);
    doing("%u producers, %u consumers, %s, capacity %ju", producers, consumers, mode_names[mode],
          (uintmax_t)capacity);
    atomic_store(&crowd.producing, producers);
    crowd.queue = make_queue(capacity, producers, consumers);
    pthread_barrier_init(&crowd.start, NULL, producers + consumers);
    run_threads(&crowd, members);
    expect_each_once(&crowd, members);
    for (uint32_t i = producers; i < producers + consumers && is_ordered(); i++)
        EXPECT(KIND_ORDER, members[i].check.disordered == 0,
               "consumer %u got %ju items after later ones of the same producer", members[i].index,
               (uintmax_t)members[i].check.disordered);
    expect_nothing_left(&crowd);
    pthread_barrier_destroy(&crowd.start);
    subject->destroy(crowd.queue);
    free((void *)crowd.seen);
    free(members);
}

static uint32_t processors(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? (uint32_t)CPU_COUNT(&set) : 2;
}

/* What the traits allow of these shapes, with up to four times as many threads as CPUs, but MOST_THREADS;
   smaller capacities with fewer items. */
static void run_shapes(enum mode mode)
{
    static const struct {
        uint64_t capacity, items;
    } sizes[] = {{1, 4000}, {3, 10000}, {64, 60000}, {1024, 200000}};
    const uint32_t crowded = at_most(2 * processors(), MOST_THREADS / 2);
    const uint32_t shapes[][2] = {{1, 1},           {4, 1},          {1, 4}, {4, 4}, {crowded, crowded},
                                  {1, 2 * crowded}, {2 * crowded, 1}};
    for (size_t i = 0; i < COUNT(shapes); i++) {
        if (shapes[i][0] > subject->traits.max_producers || shapes[i][1] > subject->traits.max_consumers)
            continue;
        for (size_t j = can_be_bounded() ? 0 : COUNT(sizes) - 1; j < COUNT(sizes); j++)
            run_crowd(shapes[i][0], shapes[i][1], mode, capacity_within_traits(sizes[j].capacity),
                      scaled(sizes[j].items));
        if (can_be_bounded() && can_be_unbounded())
            run_crowd(shapes[i][0], shapes[i][1], mode, 0, scaled(sizes[COUNT(sizes) - 1].items));
    }
}

static void threads_pass_items(void)
{
    run_shapes(ITEMS);
}

static void threads_pass_batches(void)
{
    run_shapes(BATCHES);
}

static void threads_pass_spans(void)
{
    run_shapes(SPANS);
}

static void threads_wait_in_the_queue(void)
{
    run_shapes(WAITING);
}

const struct contract_test crowd_tests[] = {
    {"threads_pass_items", threads_pass_items, NULL},
    {"threads_pass_batches", threads_pass_batches, NULL},
    {"threads_pass_spans", threads_pass_spans, has_spans},
    {"threads_wait_in_the_queue", threads_wait_in_the_queue, blocks_natively},
    {0},
};
