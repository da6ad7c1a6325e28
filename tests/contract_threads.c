/* contract_threads.c - the contract with many threads at once: whatever the interleaving, each item comes out
   once, and after those that its producer put before it. */
#include "contract.h"

#include "base/rng.h"

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

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

/* One thread of the crowd. Checks are noted and looked at after the threads have ended: cmocka's assertions
   are for the main thread only. */
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
    bool failed;
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
    size_t there = backend->ops->reserve(end, n, &slots);
    for (size_t i = 0; i < there; i++)
        slots[i] = items[i];
    backend->ops->commit(end, there);
    return there;
}

/* How many of the n items were put; they may be none. */
static size_t try_put(struct member *member, void *const *items, size_t n)
{
    const struct sluice_queue_ops *ops = backend->ops;
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
           (member->put > 0 && sluice_now_ns() > member->crowd->deadline_ns);
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
    if (backend->attach(crowd->queue, SLUICE_PRODUCER, member->index, &member->end)) {
        member->failed = true;
    } else {
        put_all(member);
        backend->detach(member->end);
    }
    /* Release: the consumer that sees none left sees all that was put. */
    if (atomic_fetch_sub_explicit(&crowd->producing, 1, memory_order_acq_rel) == 1 && crowd->mode == WAITING)
        backend->close(crowd->queue);
    return NULL;
}

/* ---- consumers ---- */

static size_t take_in_place(void *end, void **items, size_t n)
{
    void **slots;
    size_t there = backend->ops->peek(end, n, &slots);
    for (size_t i = 0; i < there; i++)
        items[i] = slots[i];
    backend->ops->release(end, there);
    return there;
}

static size_t try_take(struct member *member, void **items, size_t n)
{
    const struct sluice_queue_ops *ops = backend->ops;
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
    if (producer >= crowd->producers || sequence < 1 || sequence > crowd->each) {
        member->failed = true;
        return;
    }
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
    if (backend->attach(member->crowd->queue, SLUICE_CONSUMER, member->index, &member->end)) {
        member->failed = true;
        return NULL;
    }
    take_all(member);
    backend->detach(member->end);
    return NULL;
}

/* Capacity and footprint may be asked at any time. */
static void *sample(void *argument)
{
    struct crowd *crowd = argument;
    uint64_t capacity = backend->capacity(crowd->queue);
    size_t smallest = SIZE_MAX;
    while (atomic_load_explicit(&crowd->sampling, memory_order_relaxed)) {
        size_t bytes = backend->footprint(crowd->queue);
        smallest = bytes < smallest ? bytes : smallest;
        if (backend->capacity(crowd->queue) != capacity)
            smallest = 0;
        usleep(100);
    }
    return (void *)(uintptr_t)smallest;
}

/* ---- a run, and what must be true after it ---- */

static struct member *start_member(struct crowd *crowd, struct member *member, uint32_t index,
                                   void *(*run)(void *))
{
    member->crowd = crowd;
    member->index = index;
    rng_seed(&member->rng, 1000 * index + (run == produce));
    assert_int_equal(pthread_create(&member->thread, NULL, run, member), 0);
    return member + 1;
}

/* The members are the producers, then the consumers. */
static void expect_each_once(const struct crowd *crowd, const struct member *members)
{
    for (uint32_t producer = 0; producer < crowd->producers; producer++)
        for (uint64_t i = 0; i < crowd->each; i++) {
            int times = crowd->seen[producer * crowd->each + i], due = i < members[producer].put;
            if (times != due)
                fail_msg("%s: item %llu of producer %u, put %d times, came out %d times", test_what(),
                         (unsigned long long)i + 1, producer, due, times);
        }
}

static void expect_nothing_left(struct crowd *crowd)
{
    void *end, *item;
    assert_int_equal(backend->attach(crowd->queue, SLUICE_CONSUMER, 0, &end), 0);
    assert_int_not_equal(backend->ops->dequeue(end, &item), SLUICE_OK);
    backend->detach(end);
}

static void run_threads(struct crowd *crowd, struct member *members)
{
    struct member *next = members;
    pthread_t sampler;
    void *smallest;
    atomic_store(&crowd->sampling, true);
    assert_int_equal(pthread_create(&sampler, NULL, sample, crowd), 0);
    for (uint32_t i = 0; i < crowd->producers; i++)
        next = start_member(crowd, next, i, produce);
    for (uint32_t i = 0; i < crowd->consumers; i++)
        next = start_member(crowd, next, i, consume);
    while (next-- > members)
        pthread_join(next->thread, NULL);
    atomic_store(&crowd->sampling, false);
    pthread_join(sampler, &smallest);
    assert_true((uintptr_t)smallest > 0); /* no wrapped difference would be far above, and 0 is too small */
}

static void run_crowd(uint32_t producers, uint32_t consumers, enum mode mode, uint64_t capacity,
                      uint64_t items)
{
    struct crowd crowd = {.producers = producers,
                          .consumers = consumers,
                          .mode = mode,
                          .each = items / producers + 1,
                          .deadline_ns = sluice_now_ns() + MOST_TIME_NS};
    struct sluice_queue_config config = {
        .size = sizeof config, .producers = producers, .consumers = consumers, .capacity = capacity};
    struct member *members = sluice_alloc((producers + consumers) * sizeof *members);
    crowd.seen = calloc(producers * crowd.each, 1);
    assert_non_null(members);
    assert_non_null(crowd.seen);
    test_doing("%s: %u producers, %u consumers, %s, capacity %llu", backend->name, producers, consumers,
               mode_names[mode], (unsigned long long)capacity);
    atomic_store(&crowd.producing, producers);
    assert_int_equal(make_queue(&config, &crowd.queue), 0);
    pthread_barrier_init(&crowd.start, NULL, producers + consumers);
    run_threads(&crowd, members);
    for (uint32_t i = 0; i < producers + consumers; i++) {
        if (members[i].failed)
            fail_msg("%s: an attach failed, or something came out that nobody had put", test_what());
        if (members[i].check.disordered && backend->traits.order != SLUICE_UNORDERED)
            fail_msg("%s: %llu items came out of order", test_what(),
                     (unsigned long long)members[i].check.disordered);
    }
    expect_each_once(&crowd, members);
    expect_nothing_left(&crowd);
    pthread_barrier_destroy(&crowd.start);
    backend->destroy(crowd.queue);
    free((void *)crowd.seen);
    free(members);
}

static uint32_t processors(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? (uint32_t)CPU_COUNT(&set) : 2;
}

/* Every shape that the traits claim; smaller capacities with fewer items. */
static void run_shapes(enum mode mode)
{
    static const struct {
        uint64_t capacity, items;
    } sizes[] = {{1, 4000}, {3, 10000}, {64, 60000}, {1024, 200000}};
    uint32_t crowded = 2 * processors() < MOST_THREADS / 2 ? 2 * processors() : MOST_THREADS / 2;
    const uint32_t shapes[][2] = {{1, 1},           {4, 1},          {1, 4}, {4, 4}, {crowded, crowded},
                                  {1, 2 * crowded}, {2 * crowded, 1}};
    for (size_t i = 0; i < COUNT(shapes); i++) {
        if (shapes[i][0] > backend->traits.max_producers || shapes[i][1] > backend->traits.max_consumers)
            continue;
        for (size_t j = can_be_bounded() ? 0 : COUNT(sizes) - 1; j < COUNT(sizes); j++)
            run_crowd(shapes[i][0], shapes[i][1], mode, capacity_within_traits(sizes[j].capacity),
                      scaled(sizes[j].items));
        if (can_be_bounded() && can_be_unbounded())
            run_crowd(shapes[i][0], shapes[i][1], mode, 0, scaled(sizes[COUNT(sizes) - 1].items));
    }
}

static void threads_pass_items(void **state)
{
    (void)state;
    run_shapes(ITEMS);
}

static void threads_pass_batches(void **state)
{
    (void)state;
    run_shapes(BATCHES);
}

static void threads_pass_spans(void **state)
{
    (void)state;
    run_shapes(SPANS);
}

static void threads_wait_in_the_queue(void **state)
{
    (void)state;
    run_shapes(WAITING);
}

const struct contract_test thread_tests[] = {
    {"threads_pass_items", threads_pass_items, NULL},
    {"threads_pass_batches", threads_pass_batches, NULL},
    {"threads_pass_spans", threads_pass_spans, has_spans},
    {"threads_wait_in_the_queue", threads_wait_in_the_queue, blocks_natively},
    {0},
};
