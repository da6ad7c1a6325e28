/* deadline.c - the contract's blocking operations with a deadline: they answer SLUICE_AGAIN when it has
   passed and not before, and a waiter that gives up takes nobody's wake-up along. */
#include "contract/subject.h"

#include "base/clock.h"

static const struct timespec long_past = {.tv_sec = 0};

static struct timespec in_ns(uint64_t ns)
{
    return clock_timespec(clock_now_ns() + ns);
}

static struct timespec soon(void)
{
    return in_ns(3000000);
}

static struct timespec late(void)
{
    return in_ns(3600 * CLOCK_NS_PER_SECOND);
}

static enum sluice_status take_until(void *end, uint64_t *value, struct timespec deadline)
{
    void *item = NULL;
    enum sluice_status status = subject->ops->dequeue_wait(end, &item, &deadline);
    *value = status == SLUICE_OK ? value_of(item) : 0;
    return status;
}

static enum sluice_status put_until(void *end, uint64_t value, struct timespec deadline)
{
    void *item = item_of(value);
    enum sluice_status status = subject->ops->enqueue_wait(end, item, &deadline);
    if (status != SLUICE_OK)
        value_of(item);
    return status;
}

static void expect_answer(const char *what, enum sluice_status status, enum sluice_status due)
{
    EXPECT(KIND_DEADLINE, status == due, "%s answers %d, and %d is due", what, (int)status, (int)due);
}

/* That it is not earlier than the deadline. */
static void expect_after(struct timespec deadline)
{
    uint64_t deadline_ns = (uint64_t)deadline.tv_sec * CLOCK_NS_PER_SECOND + (uint64_t)deadline.tv_nsec;
    uint64_t now_ns = clock_now_ns();
    EXPECT(KIND_DEADLINE, now_ns >= deadline_ns, "a wait ends %ju ns before its deadline",
           (uintmax_t)(deadline_ns - now_ns));
}

static void expect_taken(struct queue *queue, struct timespec deadline, uint64_t due)
{
    uint64_t value;
    expect_answer("dequeue_wait where an item is there", take_until(queue->out, &value, deadline), SLUICE_OK);
    EXPECT(KIND_ORDER, value == due || !is_ordered(), "item %ju came out where item %ju was next",
           (uintmax_t)value, (uintmax_t)due);
}

static void empty_queue_waits_until_the_deadline(void)
{
    struct queue queue = queue_open(capacity_within_traits(4));
    uint64_t value;
    struct timespec moment = soon();
    expect_answer("dequeue_wait with a deadline long past", take_until(queue.out, &value, long_past),
                  SLUICE_AGAIN);
    expect_answer("dequeue_wait with a deadline", take_until(queue.out, &value, moment), SLUICE_AGAIN);
    expect_after(moment);
    for (uint64_t i = 1; i <= 3; i++)
        put_value(&queue, i);
    expect_taken(&queue, long_past, 1); /* what is there is given */
    expect_taken(&queue, late(), 2);
    subject->close(queue.self);
    expect_taken(&queue, long_past, 3);
    expect_answer("dequeue_wait after close", take_until(queue.out, &value, long_past), SLUICE_CLOSED);
    expect_answer("dequeue_wait after close", take_until(queue.out, &value, late()), SLUICE_CLOSED);
    queue_close(&queue);
}

static void full_queue_waits_until_the_deadline(void)
{
    struct queue queue = queue_open(4);
    struct timespec moment;
    for (uint64_t i = 1; i <= queue.capacity; i++)
        expect_answer("enqueue_wait with room", put_until(queue.in, i, i % 2 ? long_past : late()),
                      SLUICE_OK);
    moment = soon();
    expect_answer("enqueue_wait with a deadline long past", put_until(queue.in, 98, long_past), SLUICE_AGAIN);
    expect_answer("enqueue_wait with a deadline", put_until(queue.in, 99, moment), SLUICE_AGAIN);
    expect_after(moment);
    take_value(&queue, 1);
    expect_answer("enqueue_wait with room", put_until(queue.in, queue.capacity + 1, long_past), SLUICE_OK);
    for (uint64_t i = 2; i <= queue.capacity + 1; i++) /* what was refused is not among them */
        take_value(&queue, i);
    expect_empty(&queue);
    subject->close(queue.self);
    expect_answer("enqueue_wait after close", put_until(queue.in, 99, long_past), SLUICE_CLOSED);
    expect_answer("enqueue_wait after close", put_until(queue.in, 99, late()), SLUICE_CLOSED);
    queue_close(&queue);
}

/* ---- some waiters are patient, others give up all the time; all items come through ---- */

enum { SIDE = 3, TIMEOUT_NS = 20000 };

struct passenger {
    void *queue;
    pthread_t thread;
    uint32_t index; /* 0 is patient */
    uint64_t each;  /* items of a producer */
    uint64_t count, sum;
};

static struct timespec patience(const struct passenger *passenger)
{
    return passenger->index == 0 ? late() : in_ns(TIMEOUT_NS);
}

static void *take_impatiently(void *argument)
{
    struct passenger *passenger = argument;
    void *end = attach(passenger->queue, SLUICE_CONSUMER, passenger->index);
    enum sluice_status status;
    uint64_t value;
    while ((status = take_until(end, &value, patience(passenger))) != SLUICE_CLOSED) {
        passenger->count += status == SLUICE_OK;
        passenger->sum += value;
    }
    subject->detach(end);
    return NULL;
}

static void *put_impatiently(void *argument)
{
    struct passenger *passenger = argument;
    void *end = attach(passenger->queue, SLUICE_PRODUCER, passenger->index);
    while (passenger->count < passenger->each) {
        enum sluice_status status = put_until(end, passenger->count + 1, patience(passenger));
        EXPECT(KIND_STATUS, status == SLUICE_OK || status == SLUICE_AGAIN, "enqueue_wait answers %d",
               (int)status);
        if (status == SLUICE_OK)
            passenger->sum += ++passenger->count;
    }
    subject->detach(end);
    return NULL;
}

static void who_gives_up_takes_no_wake_up_along(void)
{
    struct passenger passengers[2 * SIDE];
    uint32_t producers = at_most(SIDE, subject->traits.max_producers);
    uint32_t all = producers + at_most(SIDE, subject->traits.max_consumers);
    void *queue = make_queue(capacity_within_traits(1), producers, all - producers);
    uint64_t count = 0, sum = 0; /* put, and not taken */
    doing("%u producers, %u consumers, most of which give up", producers, all - producers);
    for (uint32_t i = 0; i < all; i++) {
        bool puts = i < producers;
        passengers[i] =
            (struct passenger){.queue = queue, .index = puts ? i : i - producers, .each = scaled(6000)};
        start_thread(&passengers[i].thread, puts ? put_impatiently : take_impatiently, &passengers[i]);
    }
    for (uint32_t i = 0; i < all; i++) {
        if (i == producers)
            subject->close(queue);
        pthread_join(passengers[i].thread, NULL);
        count += i < producers ? passengers[i].count : -passengers[i].count;
        sum += i < producers ? passengers[i].sum : -passengers[i].sum;
    }
    expect_same_items(count, sum);
    subject->destroy(queue);
}

const struct contract_test deadline_tests[] = {
    {"empty_queue_waits_until_the_deadline", empty_queue_waits_until_the_deadline, blocks_natively},
    {"full_queue_waits_until_the_deadline", full_queue_waits_until_the_deadline, blocks_when_full},
    {"who_gives_up_takes_no_wake_up_along", who_gives_up_takes_no_wake_up_along, blocks_natively},
    {0},
};
