/* closing.c - the contract's close, and the queue's own blocking operations, which it ends. */
#include "contract/subject.h"

#include <sched.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static bool can_close(void)
{
    return subject->close && !subject->traits.instrument;
}

static void expect_closed(const char *what, enum sluice_status status)
{
    EXPECT(KIND_CLOSE, status == SLUICE_CLOSED, "%s answers %d, and not that the queue is closed", what,
           (int)status);
}

static void expect_all_closed(struct queue *queue)
{
    void *item = item_of(9), *taken;
    void *const items[] = {item};
    expect_closed("enqueue", subject->ops->enqueue(queue->in, item));
    expect_closed("dequeue", subject->ops->dequeue(queue->out, &taken));
    EXPECT(KIND_CLOSE, sluice_try_put_n(subject->ops, queue->in, items, 1) == 0,
           "a closed queue takes a batch");
    EXPECT(KIND_CLOSE, sluice_try_get_n(subject->ops, queue->out, &taken, 1) == 0,
           "a closed and empty queue gives a batch");
    if (blocks_natively()) {
        expect_closed("enqueue_wait", subject->ops->enqueue_wait(queue->in, item, NULL));
        expect_closed("dequeue_wait", subject->ops->dequeue_wait(queue->out, &taken, NULL));
    }
    value_of(item);
}

static void closed_queue_drains_and_takes_no_more(void)
{
    for (uint64_t left = 0; left <= 4; left++) {
        struct queue queue = queue_open(capacity_within_traits(4));
        void *item;
        doing("%ju items left in it", (uintmax_t)left);
        for (uint64_t i = 1; i <= left; i++)
            put_value(&queue, i);
        subject->close(queue.self);
        for (uint64_t i = 1; i <= left; i++) {
            if (!blocks_natively() || i % 2 == 0) {
                take_value(&queue, i);
                continue;
            }
            enum sluice_status status = subject->ops->dequeue_wait(queue.out, &item, NULL);
            EXPECT(KIND_LOST, status == SLUICE_OK,
                   "dequeue_wait answers %d where item %ju is left after close", (int)status, (uintmax_t)i);
            expect_run(&queue, &item, 1, i);
        }
        expect_all_closed(&queue);
        subject->close(queue.self); /* once more changes nothing */
        expect_all_closed(&queue);
        queue_close(&queue);
    }
}

/* ---- threads that wait in the queue ---- */

enum { SLEEPERS = 4 };

struct sleeper {
    pthread_t thread;
    void *queue;
    enum sluice_end side;
    uint32_t index;
    _Atomic int tid;
    enum sluice_status status;
    void *item; /* taken, or to be put */
};

static void *sleep_in_queue(void *argument)
{
    struct sleeper *sleeper = argument;
    void *end = attach(sleeper->queue, sleeper->side, sleeper->index);
    atomic_store(&sleeper->tid, gettid());
    sleeper->status = sleeper->side == SLUICE_PRODUCER
                          ? subject->ops->enqueue_wait(end, sleeper->item, NULL)
                          : subject->ops->dequeue_wait(end, &sleeper->item, NULL);
    subject->detach(end);
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
    uint32_t count = at_most(SLEEPERS, side == SLUICE_PRODUCER ? subject->traits.max_producers
                                                               : subject->traits.max_consumers);
    for (uint32_t i = 0; i < count; i++) {
        sleepers[i] = (struct sleeper){.queue = queue, .side = side, .index = i, .status = SLUICE_AGAIN};
        sleepers[i].item = side == SLUICE_PRODUCER ? item_of(100 + i) : NULL;
        start_thread(&sleepers[i].thread, sleep_in_queue, &sleepers[i]);
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

/* A thread that is never woken makes the test hang, which is what is told then. */
static void expect_woken(struct sleeper *sleepers, uint32_t count, enum sluice_status due)
{
    for (uint32_t i = 0; i < count; i++) {
        pthread_join(sleepers[i].thread, NULL);
        EXPECT(KIND_STATUS, sleepers[i].status == due, "a waiting %s is woken with %d, and not with %d",
               sleepers[i].side == SLUICE_PRODUCER ? "enqueue" : "dequeue", (int)sleepers[i].status,
               (int)due);
    }
}

static void *queue_for_sleepers(uint64_t capacity)
{
    return make_queue(capacity, at_most(SLEEPERS, subject->traits.max_producers),
                      at_most(SLEEPERS, subject->traits.max_consumers));
}

static void close_wakes_waiting_consumers(void)
{
    struct sleeper sleepers[SLEEPERS];
    void *queue = queue_for_sleepers(capacity_within_traits(4));
    uint32_t count = start_sleepers(sleepers, queue, SLUICE_CONSUMER);
    doing("%u dequeues wait, and the queue is closed", count);
    subject->close(queue);
    expect_woken(sleepers, count, SLUICE_CLOSED);
    subject->destroy(queue);
}

static void an_item_wakes_each_waiting_consumer(void)
{
    struct sleeper sleepers[SLEEPERS];
    void *queue = queue_for_sleepers(capacity_within_traits(4));
    uint32_t count = start_sleepers(sleepers, queue, SLUICE_CONSUMER);
    void *end = attach(queue, SLUICE_PRODUCER, 0);
    uint64_t sum = 0;
    doing("%u dequeues wait, and as many items are put", count);
    for (uint32_t i = 0; i < count; i++) {
        enum sluice_status status = subject->ops->enqueue(end, item_of(i + 1));
        EXPECT(KIND_CAPACITY, status == SLUICE_OK, "enqueue answers %d to item %u", (int)status, i + 1);
    }
    expect_woken(sleepers, count, SLUICE_OK);
    for (uint32_t i = 0; i < count; i++)
        sum += value_of(sleepers[i].item);
    EXPECT(KIND_BOTH, sum == count * (count + 1) / 2, "not each item came out once");
    subject->detach(end);
    subject->destroy(queue);
}

/* A full queue with threads that wait to put more into it. */
static uint32_t start_producers(struct sleeper *sleepers, void *queue)
{
    void *end = attach(queue, SLUICE_PRODUCER, 0);
    for (uint64_t i = 1; i <= subject->capacity(queue); i++) {
        enum sluice_status status = subject->ops->enqueue(end, item_of(i));
        EXPECT(KIND_CAPACITY, status == SLUICE_OK, "enqueue answers %d to item %ju", (int)status,
               (uintmax_t)i);
    }
    subject->detach(end);
    return start_sleepers(sleepers, queue, SLUICE_PRODUCER);
}

static void close_wakes_waiting_producers(void)
{
    struct sleeper sleepers[SLEEPERS];
    struct queue queue = {.self = queue_for_sleepers(3)};
    uint32_t count = start_producers(sleepers, queue.self);
    void *item;
    doing("%u enqueues wait, and the queue is closed", count);
    subject->close(queue.self);
    expect_woken(sleepers, count, SLUICE_CLOSED);
    for (uint32_t i = 0; i < count; i++)
        value_of(sleepers[i].item);
    queue.out = attach(queue.self, SLUICE_CONSUMER, 0);
    for (uint64_t i = 1; i <= subject->capacity(queue.self); i++) {
        enum sluice_status status = subject->ops->dequeue_wait(queue.out, &item, NULL);
        EXPECT(KIND_LOST, status == SLUICE_OK, "dequeue_wait answers %d where item %ju is left after close",
               (int)status, (uintmax_t)i);
        expect_run(&queue, &item, 1, i);
    }
    expect_closed("dequeue_wait", subject->ops->dequeue_wait(queue.out, &item, NULL));
    subject->detach(queue.out);
    subject->destroy(queue.self);
}

static void room_wakes_each_waiting_producer(void)
{
    struct sleeper sleepers[SLEEPERS];
    struct queue queue = {.self = queue_for_sleepers(3)};
    const uint64_t capacity = subject->capacity(queue.self);
    uint32_t count = start_producers(sleepers, queue.self);
    void *item;
    doing("%u enqueues wait, and all is taken", count);
    queue.out = attach(queue.self, SLUICE_CONSUMER, 0);
    for (uint64_t i = 0; i < capacity + count; i++) {
        enum sluice_status status = subject->ops->dequeue_wait(queue.out, &item, NULL);
        EXPECT(KIND_STATUS, status == SLUICE_OK, "dequeue_wait answers %d", (int)status);
        value_of(item);
    }
    expect_woken(sleepers, count, SLUICE_OK);
    expect_empty(&queue);
    subject->detach(queue.out);
    subject->destroy(queue.self);
}

const struct contract_test close_tests[] = {
    {"closed_queue_drains_and_takes_no_more", closed_queue_drains_and_takes_no_more, can_close},
    {"close_wakes_waiting_consumers", close_wakes_waiting_consumers, blocks_natively},
    {"an_item_wakes_each_waiting_consumer", an_item_wakes_each_waiting_consumer, blocks_natively},
    {"close_wakes_waiting_producers", close_wakes_waiting_producers, blocks_when_full},
    {"room_wakes_each_waiting_producer", room_wakes_each_waiting_producer, blocks_when_full},
    {0},
};
