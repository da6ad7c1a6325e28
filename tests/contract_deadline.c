/* contract_deadline.c - the contract's blocking operations with a deadline: they answer SLUICE_AGAIN when it
   has passed and not before, and a waiter that gives up takes nobody's wake-up along. */
#include "contract.h"
#include "deadline.h"

#include <pthread.h>

static enum sluice_status take_until(void *end, uint64_t *value, const struct timespec *deadline)
{
    void *item = NULL;
    enum sluice_status status = backend->ops->dequeue_wait(end, &item, deadline);
    *value = status == SLUICE_OK ? value_of(item) : 0;
    return status;
}

static enum sluice_status put_until(void *end, uint64_t value, const struct timespec *deadline)
{
    void *item = item_of(value);
    enum sluice_status status = backend->ops->enqueue_wait(end, item, deadline);
    if (status != SLUICE_OK)
        value_of(item);
    return status;
}

static void empty_queue_waits_until_the_deadline(void **state)
{
    struct queue queue = queue_open(capacity_within_traits(4), 1, 1);
    struct timespec soon = in_ns(3 * MS_NS), late = in_ns(HOUR_NS);
    uint64_t value;
    (void)state;
    assert_int_equal(take_until(queue.out, &value, &long_past), SLUICE_AGAIN);
    assert_int_equal(take_until(queue.out, &value, &soon), SLUICE_AGAIN);
    expect_after(&soon);
    for (uint64_t i = 1; i <= 3; i++)
        put_value(&queue, i);
    assert_int_equal(take_until(queue.out, &value, &long_past), SLUICE_OK); /* what is there is given */
    assert_int_equal(value, 1);
    assert_int_equal(take_until(queue.out, &value, &late), SLUICE_OK);
    assert_int_equal(value, 2);
    backend->close(queue.self);
    assert_int_equal(take_until(queue.out, &value, &long_past), SLUICE_OK);
    assert_int_equal(value, 3);
    assert_int_equal(take_until(queue.out, &value, &long_past), SLUICE_CLOSED);
    assert_int_equal(take_until(queue.out, &value, &late), SLUICE_CLOSED);
    queue_close(&queue);
}

static void full_queue_waits_until_the_deadline(void **state)
{
    struct queue queue = queue_open(4, 1, 1);
    struct timespec soon = in_ns(3 * MS_NS), late = in_ns(HOUR_NS);
    (void)state;
    for (uint64_t i = 1; i <= queue.capacity; i++)
        assert_int_equal(put_until(queue.in, i, i % 2 ? &long_past : &late), SLUICE_OK);
    assert_int_equal(put_until(queue.in, 98, &long_past), SLUICE_AGAIN);
    assert_int_equal(put_until(queue.in, 99, &soon), SLUICE_AGAIN);
    expect_after(&soon);
    take_value(&queue, 1);
    assert_int_equal(put_until(queue.in, queue.capacity + 1, &long_past), SLUICE_OK);
    for (uint64_t i = 2; i <= queue.capacity + 1; i++) /* what was refused is not among them */
        take_value(&queue, i);
    expect_empty(&queue);
    backend->close(queue.self);
    assert_int_equal(put_until(queue.in, 99, &long_past), SLUICE_CLOSED);
    assert_int_equal(put_until(queue.in, 99, &late), SLUICE_CLOSED);
    queue_close(&queue);
}

/* ---- some waiters are patient, others give up all the time; all items come through ---- */

enum { SIDE = 3, TIMEOUT_NS = 20000 };

struct crossing {
    void *queue;
    uint64_t each; /* items of a putter */
};

struct passenger {
    struct crossing *crossing;
    pthread_t thread;
    uint32_t index;
    bool failed;
    uint64_t count, sum;
};

static enum sluice_status wait_for_one(const struct passenger *passenger, void *end, uint64_t *value)
{
    for (;;) {
        struct timespec deadline = in_ns(TIMEOUT_NS);
        enum sluice_status status = take_until(end, value, passenger->index == 0 ? NULL : &deadline);
        if (status != SLUICE_AGAIN)
            return status;
    }
}

static void *take_impatiently(void *argument)
{
    struct passenger *passenger = argument;
    uint64_t value;
    void *end;
    if (backend->attach(passenger->crossing->queue, SLUICE_CONSUMER, passenger->index, &end)) {
        passenger->failed = true;
        return NULL;
    }
    while (wait_for_one(passenger, end, &value) == SLUICE_OK) {
        passenger->count++;
        passenger->sum += value;
    }
    backend->detach(end);
    return NULL;
}

static void *put_impatiently(void *argument)
{
    struct passenger *passenger = argument;
    void *end;
    if (backend->attach(passenger->crossing->queue, SLUICE_PRODUCER, passenger->index, &end)) {
        passenger->failed = true;
        return NULL;
    }
    while (passenger->count < passenger->crossing->each && !passenger->failed) {
        struct timespec deadline = in_ns(TIMEOUT_NS);
        enum sluice_status status =
            put_until(end, passenger->count + 1, passenger->index == 0 ? NULL : &deadline);
        if (status == SLUICE_OK)
            passenger->sum += ++passenger->count;
        passenger->failed = status != SLUICE_OK && status != SLUICE_AGAIN;
    }
    backend->detach(end);
    return NULL;
}

static void who_gives_up_takes_no_wake_up_along(void **state)
{
    struct crossing crossing = {.each = scaled(6000)};
    struct passenger passengers[2 * SIDE];
    struct sluice_queue_config config = {.size = sizeof config,
                                         .producers = at_most(SIDE, backend->traits.max_producers),
                                         .consumers = at_most(SIDE, backend->traits.max_consumers),
                                         .capacity = capacity_within_traits(1)};
    uint32_t putters = config.producers, all = putters + config.consumers;
    uint64_t count = 0, sum = 0;
    (void)state;
    test_doing("%s: waiters that give up", backend->name);
    assert_int_equal(make_queue(&config, &crossing.queue), 0);
    for (uint32_t i = 0; i < all; i++) {
        bool puts = i < putters;
        passengers[i] = (struct passenger){.crossing = &crossing, .index = puts ? i : i - putters};
        assert_int_equal(pthread_create(&passengers[i].thread, NULL,
                                        puts ? put_impatiently : take_impatiently, &passengers[i]),
                         0);
    }
    for (uint32_t i = 0; i < all; i++) {
        if (i == putters)
            backend->close(crossing.queue);
        pthread_join(passengers[i].thread, NULL);
        assert_false(passengers[i].failed);
        count += i < putters ? passengers[i].count : -passengers[i].count;
        sum += i < putters ? passengers[i].sum : -passengers[i].sum;
    }
    assert_int_equal(count, 0);
    assert_int_equal(sum, 0);
    backend->destroy(crossing.queue);
}

static bool blocks_natively_when_full(void)
{
    return blocks_natively() && can_be_bounded();
}

const struct contract_test deadline_tests[] = {
    {"empty_queue_waits_until_the_deadline", empty_queue_waits_until_the_deadline, blocks_natively},
    {"full_queue_waits_until_the_deadline", full_queue_waits_until_the_deadline, blocks_natively_when_full},
    {"who_gives_up_takes_no_wake_up_along", who_gives_up_takes_no_wake_up_along, blocks_natively},
    {0},
};
