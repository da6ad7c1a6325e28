/* takeover.c - the contract's ends: one that is detached can be attached again under the same index, by any
   thread, and goes on where it stopped; nothing is lost or comes twice. */
#include "contract/subject.h"

#include "base/rng.h"

#include <sched.h>

static void again(void *queue, enum sluice_end side, void **end)
{
    subject->detach(*end);
    *end = attach(queue, side, 0);
}

/* At every fill of the queue, from empty to full. */
static void go_on_at_capacity(uint64_t asked)
{
    struct queue queue = queue_open(asked);
    struct rng rng;
    uint64_t most = queue.capacity ? queue.capacity : 200, put = 0, taken = 0;
    doing("capacity %ju", (uintmax_t)queue.capacity);
    rng_seed(&rng, seed_for(asked));
    while (taken < 10 * most + 500) {
        for (uint64_t n = rng_below(&rng, most - (put - taken) + 1); n > 0; n--)
            put_value(&queue, ++put);
        again(queue.self, SLUICE_PRODUCER, &queue.in);
        for (uint64_t n = rng_below(&rng, put - taken + 1); n > 0; n--)
            take_value(&queue, ++taken);
        again(queue.self, SLUICE_CONSUMER, &queue.out);
    }
    if (queue.capacity) {
        while (put - taken < most)
            put_value(&queue, ++put);
        again(queue.self, SLUICE_PRODUCER, &queue.in);
        expect_full(&queue);
    }
    while (taken < put)
        take_value(&queue, ++taken);
    again(queue.self, SLUICE_CONSUMER, &queue.out);
    expect_empty(&queue);
    queue_close(&queue);
}

static void an_end_goes_on_where_it_stopped(void)
{
    static const uint64_t capacities[] = {1, 2, 3, 8, 100};
    for (size_t i = 0; i < COUNT(capacities) && can_be_bounded(); i++)
        go_on_at_capacity(capacities[i]);
    if (can_be_unbounded())
        go_on_at_capacity(0);
}

/* ---- a relay on each side: thread after thread takes over the same index, while the other side and, where
   the queue allows it, a stayer beside them are at work ---- */

enum { LEGS = 30, SIDE = 2 };

struct course {
    void *queue;
    uint32_t producers;
    uint64_t leg; /* items of one runner; a stayer puts as many as all of them */
    _Atomic uint32_t producing;
};

struct runner {
    struct course *course;
    pthread_t thread;
    uint32_t index;
    bool stays;
    uint64_t count, sum;   /* of the index, over all legs */
    uint64_t latest[SIDE]; /* a consumer's, by producer */
};

static void *put_leg(void *argument)
{
    struct runner *runner = argument;
    void *end = attach(runner->course->queue, SLUICE_PRODUCER, runner->index);
    for (uint64_t i = 0; i < runner->course->leg; i++) {
        uint64_t stamp = sluice_first_stamp(runner->index) + ++runner->count;
        void *item = item_of(stamp);
        while (subject->ops->enqueue(end, item) != SLUICE_OK)
            sched_yield();
        runner->sum += stamp;
    }
    subject->detach(end);
    return NULL;
}

static void note(struct runner *runner, uint64_t stamp)
{
    uint64_t producer = stamp >> SLUICE_STAMP_BITS, sequence = stamp & SLUICE_MAX_SEQUENCE;
    EXPECT(KIND_MADE_UP, producer < runner->course->producers, "%#jx came out, which nobody put",
           (uintmax_t)stamp);
    EXPECT(KIND_ORDER, sequence > runner->latest[producer] || !is_ordered(),
           "item %ju of producer %ju came out after its item %ju", (uintmax_t)sequence, (uintmax_t)producer,
           (uintmax_t)runner->latest[producer]);
    runner->latest[producer] = sequence;
    runner->count++;
    runner->sum += stamp;
}

/* As many as a leg has, or until all producers have ended. */
static void *take_leg(void *argument)
{
    struct runner *runner = argument;
    void *end = attach(runner->course->queue, SLUICE_CONSUMER, runner->index), *item;
    bool last = false;
    for (uint64_t i = 0; i < runner->course->leg;) {
        if (subject->ops->dequeue(end, &item) == SLUICE_OK) {
            note(runner, value_of(item));
            i++;
        } else if (last) {
            break;
        } else {
            last = atomic_load_explicit(&runner->course->producing, memory_order_acquire) == 0;
            sched_yield();
        }
    }
    subject->detach(end);
    return NULL;
}

/* In a thread of its own, or in this one. */
static void run_leg(struct runner *runner, void *(*leg)(void *))
{
    pthread_t thread;
    if (runner->stays) {
        leg(runner);
        return;
    }
    start_thread(&thread, leg, runner);
    pthread_join(thread, NULL);
}

static void *produce_legs(void *argument)
{
    struct runner *runner = argument;
    for (int i = 0; i < LEGS; i++)
        run_leg(runner, put_leg);
    atomic_fetch_sub_explicit(&runner->course->producing, 1, memory_order_acq_rel);
    return NULL;
}

static void *consume_legs(void *argument)
{
    struct runner *runner = argument;
    uint64_t before;
    do { /* legs that are full, and then one that found the end */
        before = runner->count;
        run_leg(runner, take_leg);
    } while (runner->count == before + runner->course->leg);
    return NULL;
}

static void other_threads_take_over_the_ends(void)
{
    struct course course = {.leg = scaled(300), .producers = at_most(SIDE, subject->traits.max_producers)};
    const uint32_t consumers = at_most(SIDE, subject->traits.max_consumers),
                   all = course.producers + consumers;
    struct runner runners[2 * SIDE];
    uint64_t count = 0, sum = 0; /* put, and not taken */
    doing("%u producers and %u consumers that are replaced all the time", course.producers, consumers);
    atomic_store(&course.producing, course.producers);
    course.queue = make_queue(capacity_within_traits(7), course.producers, consumers);
    for (uint32_t i = 0; i < all; i++) {
        bool produces = i < course.producers;
        uint32_t index = produces ? i : i - course.producers;
        runners[i] = (struct runner){.course = &course, .index = index, .stays = index > 0};
        start_thread(&runners[i].thread, produces ? produce_legs : consume_legs, &runners[i]);
    }
    for (uint32_t i = 0; i < all; i++) {
        pthread_join(runners[i].thread, NULL);
        count += i < course.producers ? runners[i].count : -runners[i].count;
        sum += i < course.producers ? runners[i].sum : -runners[i].sum;
    }
    expect_same_items(count, sum);
    subject->destroy(course.queue);
}

const struct contract_test takeover_tests[] = {
    {"an_end_goes_on_where_it_stopped", an_end_goes_on_where_it_stopped, NULL},
    {"other_threads_take_over_the_ends", other_threads_take_over_the_ends, NULL},
    {0},
};
