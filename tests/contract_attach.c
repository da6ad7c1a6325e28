/* contract_attach.c - the contract's ends: one that is detached can be attached again under the same index,
   by any thread, and goes on where it stopped; nothing is lost or comes twice. */
#include "contract.h"

#include "base/rng.h"

#include <pthread.h>
#include <sched.h>

static void again(void *queue, enum sluice_end side, void **end)
{
    backend->detach(*end);
    assert_int_equal(backend->attach(queue, side, 0, end), 0);
}

/* At every fill of the queue, from empty to full. */
static void an_end_goes_on_where_it_stopped(void **state)
{
    static const uint64_t capacities[] = {1, 2, 3, 8, 100};
    struct rng rng;
    (void)state;
    rng_seed(&rng, 5);
    for (size_t i = 0; i < (can_be_bounded() ? COUNT(capacities) : 1); i++) {
        struct queue queue = queue_open(capacity_within_traits(capacities[i]), 1, 1);
        uint64_t most = queue.capacity ? queue.capacity : 200, put = 0, taken = 0;
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
            void *item = item_of(1);
            assert_int_equal(backend->ops->enqueue(queue.in, item), SLUICE_AGAIN);
            value_of(item);
        }
        while (taken < put)
            take_value(&queue, ++taken);
        again(queue.self, SLUICE_CONSUMER, &queue.out);
        expect_empty(&queue);
        queue_close(&queue);
    }
}

/* ---- a relay on each side: thread after thread takes over the same index, while the other side and, where
   the queue allows it, a stayer beside them are at work ---- */

enum { LEGS = 30 };

struct course {
    void *queue;
    uint32_t producers;
    uint64_t leg; /* items of one runner; a stayer puts as many as all of them */
    _Atomic uint32_t producing;
};

struct runner {
    struct course *course;
    uint32_t index;
    bool stays, failed;
    uint64_t count, sum; /* of the index, over all legs */
    uint64_t latest[2];  /* a consumer's, by producer */
};

static void put_leg(struct runner *runner)
{
    void *end;
    if (backend->attach(runner->course->queue, SLUICE_PRODUCER, runner->index, &end)) {
        runner->failed = true;
        return;
    }
    for (uint64_t i = 0; i < runner->course->leg; i++) {
        uint64_t stamp = sluice_first_stamp(runner->index) + ++runner->count;
        void *item = item_of(stamp);
        while (backend->ops->enqueue(end, item) != SLUICE_OK)
            sched_yield();
        runner->sum += stamp;
    }
    backend->detach(end);
}

static void note(struct runner *runner, uint64_t stamp)
{
    uint64_t producer = stamp >> SLUICE_STAMP_BITS, sequence = stamp & SLUICE_MAX_SEQUENCE;
    if (producer >= runner->course->producers) {
        runner->failed = true;
        return;
    }
    runner->failed |= sequence <= runner->latest[producer] && backend->traits.order != SLUICE_UNORDERED;
    runner->latest[producer] = sequence;
    runner->count++;
    runner->sum += stamp;
}

/* As many as a leg has, or until all producers have ended. */
static void take_leg(struct runner *runner)
{
    void *end, *item;
    bool last = false;
    if (backend->attach(runner->course->queue, SLUICE_CONSUMER, runner->index, &end)) {
        runner->failed = true;
        return;
    }
    for (uint64_t i = 0; i < runner->course->leg;) {
        if (backend->ops->dequeue(end, &item) == SLUICE_OK) {
            note(runner, value_of(item));
            i++;
        } else if (last) {
            break;
        } else {
            last = atomic_load_explicit(&runner->course->producing, memory_order_acquire) == 0;
            sched_yield();
        }
    }
    backend->detach(end);
}

static void *run_put_leg(void *argument)
{
    put_leg(argument);
    return NULL;
}

static void *run_take_leg(void *argument)
{
    take_leg(argument);
    return NULL;
}

/* Each leg in a thread of its own, after the one before, or all in this one. */
static void run_legs(struct runner *runner, uint32_t legs, void *(*leg)(void *))
{
    for (uint32_t i = 0; i < legs && !runner->failed; i++) {
        pthread_t thread;
        if (runner->stays)
            leg(runner);
        else if (pthread_create(&thread, NULL, leg, runner) || pthread_join(thread, NULL))
            runner->failed = true;
    }
}

static void *produce_legs(void *argument)
{
    struct runner *runner = argument;
    run_legs(runner, LEGS, run_put_leg);
    atomic_fetch_sub_explicit(&runner->course->producing, 1, memory_order_acq_rel);
    return NULL;
}

static void *consume_legs(void *argument)
{
    struct runner *runner = argument;
    uint64_t before;
    do { /* legs that are full, and then one that found the end */
        before = runner->count;
        run_legs(runner, 1, run_take_leg);
    } while (runner->count == before + runner->course->leg && !runner->failed);
    return NULL;
}

static void other_threads_take_over_the_ends(void **state)
{
    struct course course = {.leg = scaled(300), .producers = at_most(2, backend->traits.max_producers)};
    uint32_t consumers = at_most(2, backend->traits.max_consumers), all = course.producers + consumers;
    struct sluice_queue_config config = {.size = sizeof config,
                                         .producers = course.producers,
                                         .consumers = consumers,
                                         .capacity = capacity_within_traits(7)};
    struct runner runners[4];
    pthread_t threads[4];
    uint64_t count = 0, sum = 0;
    (void)state;
    test_doing("%s: ends that are taken over", backend->name);
    atomic_store(&course.producing, course.producers);
    assert_int_equal(make_queue(&config, &course.queue), 0);
    for (uint32_t i = 0; i < all; i++) {
        uint32_t index = i < course.producers ? i : i - course.producers;
        runners[i] = (struct runner){.course = &course, .index = index, .stays = index > 0};
        assert_int_equal(pthread_create(&threads[i], NULL, i < course.producers ? produce_legs : consume_legs,
                                        &runners[i]),
                         0);
    }
    for (uint32_t i = 0; i < all; i++) {
        pthread_join(threads[i], NULL);
        assert_false(runners[i].failed);
        count += i < course.producers ? runners[i].count : -runners[i].count;
        sum += i < course.producers ? runners[i].sum : -runners[i].sum;
    }
    assert_int_equal(count, 0);
    assert_int_equal(sum, 0);
    backend->destroy(course.queue);
}

const struct contract_test attach_tests[] = {
    {"an_end_goes_on_where_it_stopped", an_end_goes_on_where_it_stopped, NULL},
    {"other_threads_take_over_the_ends", other_threads_take_over_the_ends, NULL},
    {0},
};
