/* contract_close.c - the contract's close, and the queue's own blocking operations, which it ends. */
#include "contract.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static bool can_close(void)
{
    return backend->close && !backend->traits.instrument;
}

static bool blocks_when_full(void)
{
    return blocks_natively() && can_be_bounded();
}

static void expect_closed(struct queue *queue)
{
    void *item = item_of(9), *taken;
    void *const items[] = {item};
    assert_int_equal(backend->ops->enqueue(queue->in, item), SLUICE_CLOSED);
    assert_int_equal(sluice_try_put_n(backend->ops, queue->in, items, 1), 0);
    assert_int_equal(backend->ops->dequeue(queue->out, &taken), SLUICE_CLOSED);
    assert_int_equal(sluice_try_get_n(backend->ops, queue->out, &taken, 1), 0);
    if (blocks_natively()) {
        assert_int_equal(backend->ops->enqueue_wait(queue->in, item, NULL), SLUICE_CLOSED);
        assert_int_equal(backend->ops->dequeue_wait(queue->out, &taken, NULL), SLUICE_CLOSED);
    }
    value_of(item);
}

static void closed_queue_drains_and_takes_no_more(void **state)
{
    (void)state;
    for (uint64_t left = 0; left <= 4; left++) {
        struct queue queue = queue_open(capacity_within_traits(4), 1, 1);
        void *item;
        for (uint64_t i = 1; i <= left; i++)
            put_value(&queue, i);
        backend->close(queue.self);
        for (uint64_t i = 1; i <= left; i++) {
            if (blocks_natively() && i % 2) {
                assert_int_equal(backend->ops->dequeue_wait(queue.out, &item, NULL), SLUICE_OK);
                expect_same(item, i);
            } else {
                take_value(&queue, i);
            }
        }
        expect_closed(&queue);
        backend->close(queue.self); /* once more changes nothing */
        expect_closed(&queue);
        queue_close(&queue);
    }
}

/* ---- threads that wait in the queue ---- */

enum { SLEEPERS = 4 };

struct sleeper {
    pthread_t thread;
    void *queue;
    enum sluice_end side;
    unsigned index;
    _Atomic int tid;
    enum sluice_status status;
    void *item; /* taken, or to be put */
};

static void *sleep_in_queue(void *argument)
{
    struct sleeper *sleeper = argument;
    void *end;
    if (backend->attach(sleeper->queue, sleeper->side, sleeper->index, &end))
        return NULL; /* the status shows it */
    atomic_store(&sleeper->tid, gettid());
    sleeper->status = sleeper->side == SLUICE_PRODUCER
                          ? backend->ops->enqueue_wait(end, sleeper->item, NULL)
                          : backend->ops->dequeue_wait(end, &sleeper->item, NULL);
    backend->detach(end);
    return NULL;
}

static bool is_asleep(int tid)
{
    char path[64], state = '?';
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", tid);
    FILE *file = fopen(path, "re");
    if (!file)
        return true; /* it has ended already: the status will tell */
    if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
        state = '?';
    fclose(file);
    return state == 'S';
}

static uint32_t start_sleepers(struct sleeper *sleepers, void *queue, enum sluice_end side)
{
    uint32_t count = at_most(SLEEPERS, side == SLUICE_PRODUCER ? backend->traits.max_producers
                                                               : backend->traits.max_consumers);
    for (uint32_t i = 0; i < count; i++) {
        sleepers[i] = (struct sleeper){.queue = queue, .side = side, .index = i, .status = SLUICE_AGAIN};
        sleepers[i].item = side == SLUICE_PRODUCER ? item_of(100 + i) : NULL;
        assert_int_equal(pthread_create(&sleepers[i].thread, NULL, sleep_in_queue, &sleepers[i]), 0);
    }
    /* The test is right whether they sleep yet or not, and means more when they do. */
    for (uint32_t i = 0; i < count; i++) {
        const struct timespec moment = {.tv_nsec = 200000};
        while (atomic_load(&sleepers[i].tid) == 0)
            sched_yield();
        for (int look = 0; look < 100 && !is_asleep(atomic_load(&sleepers[i].tid)); look++)
            nanosleep(&moment, NULL);
    }
    return count;
}

static void *bare_queue(uint64_t capacity)
{
    void *queue;
    struct sluice_queue_config config = {.size = sizeof config,
                                         .producers = at_most(SLEEPERS, backend->traits.max_producers),
                                         .consumers = at_most(SLEEPERS, backend->traits.max_consumers),
                                         .capacity = capacity};
    assert_int_equal(make_queue(&config, &queue), 0);
    return queue;
}

static void close_wakes_waiting_getters(void **state)
{
    struct sleeper sleepers[SLEEPERS];
    void *queue = bare_queue(capacity_within_traits(4));
    uint32_t count = start_sleepers(sleepers, queue, SLUICE_CONSUMER);
    (void)state;
    backend->close(queue);
    for (uint32_t i = 0; i < count; i++) {
        pthread_join(sleepers[i].thread, NULL);
        assert_int_equal(sleepers[i].status, SLUICE_CLOSED);
    }
    backend->destroy(queue);
}

static void an_item_wakes_each_waiting_getter(void **state)
{
    struct sleeper sleepers[SLEEPERS];
    void *queue = bare_queue(capacity_within_traits(4)), *end;
    uint32_t count = start_sleepers(sleepers, queue, SLUICE_CONSUMER);
    uint64_t sum = 0;
    (void)state;
    assert_int_equal(backend->attach(queue, SLUICE_PRODUCER, 0, &end), 0);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(backend->ops->enqueue(end, item_of(i + 1)), SLUICE_OK);
    for (uint32_t i = 0; i < count; i++) {
        pthread_join(sleepers[i].thread, NULL);
        assert_int_equal(sleepers[i].status, SLUICE_OK);
        sum += value_of(sleepers[i].item);
    }
    assert_int_equal(sum, count * (count + 1) / 2);
    backend->detach(end);
    backend->destroy(queue);
}

/* A full queue with threads that wait to put more into it. */
static uint32_t start_putters(struct sleeper *sleepers, void *queue)
{
    void *end;
    assert_int_equal(backend->attach(queue, SLUICE_PRODUCER, 0, &end), 0);
    assert_true(backend->capacity(queue) <= 8);
    for (uint64_t i = 1; i <= backend->capacity(queue); i++)
        assert_int_equal(backend->ops->enqueue(end, item_of(i)), SLUICE_OK);
    backend->detach(end);
    return start_sleepers(sleepers, queue, SLUICE_PRODUCER);
}

static void close_wakes_waiting_putters(void **state)
{
    struct sleeper sleepers[SLEEPERS];
    void *queue = bare_queue(3), *end, *item;
    uint32_t count = start_putters(sleepers, queue);
    (void)state;
    backend->close(queue);
    for (uint32_t i = 0; i < count; i++) {
        pthread_join(sleepers[i].thread, NULL);
        assert_int_equal(sleepers[i].status, SLUICE_CLOSED);
        value_of(sleepers[i].item);
    }
    assert_int_equal(backend->attach(queue, SLUICE_CONSUMER, 0, &end), 0);
    for (uint64_t i = 1; i <= backend->capacity(queue); i++) {
        assert_int_equal(backend->ops->dequeue_wait(end, &item, NULL), SLUICE_OK);
        expect_same(item, i);
    }
    assert_int_equal(backend->ops->dequeue_wait(end, &item, NULL), SLUICE_CLOSED);
    backend->detach(end);
    backend->destroy(queue);
}

static void room_wakes_each_waiting_putter(void **state)
{
    struct sleeper sleepers[SLEEPERS];
    void *queue = bare_queue(3), *end, *item;
    uint64_t capacity = backend->capacity(queue);
    uint32_t count = start_putters(sleepers, queue);
    (void)state;
    assert_int_equal(backend->attach(queue, SLUICE_CONSUMER, 0, &end), 0);
    for (uint64_t i = 0; i < capacity + count; i++) {
        assert_int_equal(backend->ops->dequeue_wait(end, &item, NULL), SLUICE_OK);
        value_of(item);
    }
    for (uint32_t i = 0; i < count; i++) {
        pthread_join(sleepers[i].thread, NULL);
        assert_int_equal(sleepers[i].status, SLUICE_OK);
    }
    assert_int_equal(backend->ops->dequeue(end, &item), SLUICE_AGAIN);
    backend->detach(end);
    backend->destroy(queue);
}

const struct contract_test close_tests[] = {
    {"closed_queue_drains_and_takes_no_more", closed_queue_drains_and_takes_no_more, can_close},
    {"close_wakes_waiting_getters", close_wakes_waiting_getters, blocks_natively},
    {"an_item_wakes_each_waiting_getter", an_item_wakes_each_waiting_getter, blocks_natively},
    {"close_wakes_waiting_putters", close_wakes_waiting_putters, blocks_when_full},
    {"room_wakes_each_waiting_putter", room_wakes_each_waiting_putter, blocks_when_full},
    {0},
};
