/* subject.c - see subject.h; find, give_up and doing are contract.c's. */
#include "contract/subject.h"

#include "base/rng.h"

#include <errno.h>

bool can_be_bounded(void)
{
    return subject->traits.bound != SLUICE_UNBOUNDED;
}

bool can_be_unbounded(void)
{
    return subject->traits.bound != SLUICE_BOUNDED;
}

bool is_ordered(void)
{
    return subject->traits.order != SLUICE_UNORDERED;
}

bool has_spans(void)
{
    return subject->ops->peek != NULL;
}

bool blocks_natively(void)
{
    return subject->ops->dequeue_wait != NULL;
}

bool blocks_when_full(void)
{
    return blocks_natively() && can_be_bounded();
}

uint64_t capacity_within_traits(uint64_t bounded)
{
    return can_be_bounded() ? bounded : 0;
}

/* ---- items ---- */

void *item_of(uint64_t value)
{
    if (!subject->traits.item_room)
        return (void *)(uintptr_t)value;
    struct sluice_payload *payload = sluice_item_of(true, value);
    if (!payload)
        give_up("no memory for an item");
    memset(payload->room, 0xa5, sizeof payload->room); /* a queue must not rely on zeroes */
    return payload;
}

uint64_t value_of(void *item)
{
    if (!subject->traits.item_room)
        return (uint64_t)(uintptr_t)item;
    uint64_t value = ((struct sluice_payload *)item)->stamp;
    free(item);
    return value;
}

/* ---- queues and ends ---- */

int try_make_queue(uint64_t capacity, uint32_t producers, uint32_t consumers, void **queue)
{
    const struct sluice_queue_config config = {
        .size = sizeof config, .producers = producers, .consumers = consumers, .capacity = capacity};
    return subject->create(&config, queue);
}

void *make_queue(uint64_t capacity, uint32_t producers, uint32_t consumers)
{
    void *queue = NULL;
    int error = try_make_queue(capacity, producers, consumers, &queue);
    EXPECT(KIND_TRAITS, error == 0, "create refuses capacity %ju with %u producers and %u consumers: %s",
           (uintmax_t)capacity, producers, consumers, strerror(-error));
    return queue;
}

void *attach(void *queue, enum sluice_end side, uint32_t index)
{
    void *end = NULL;
    int error = subject->attach(queue, side, index, &end);
    EXPECT(KIND_ENDS, error == 0, "attach refuses %s %u: %s",
           side == SLUICE_PRODUCER ? "producer" : "consumer", index, strerror(-error));
    return end;
}

struct queue queue_open(uint64_t capacity)
{
    struct queue queue = {.self = make_queue(capacity, 1, 1)};
    queue.in = attach(queue.self, SLUICE_PRODUCER, 0);
    queue.out = attach(queue.self, SLUICE_CONSUMER, 0);
    queue.capacity = subject->capacity(queue.self);
    return queue;
}

void queue_close(struct queue *queue)
{
    subject->detach(queue->in);
    subject->detach(queue->out);
    subject->destroy(queue->self);
}

/* ---- operations of one thread ---- */

void put_value(struct queue *queue, uint64_t value)
{
    enum sluice_status status = subject->ops->enqueue(queue->in, item_of(value));
    EXPECT(KIND_CAPACITY, status != SLUICE_AGAIN,
           "enqueue says full to item %ju, with room for it in the queue's capacity of %ju", (uintmax_t)value,
           (uintmax_t)queue->capacity);
    EXPECT(KIND_STATUS, status == SLUICE_OK, "enqueue answers %d to item %ju", (int)status, (uintmax_t)value);
}

void expect_full(struct queue *queue)
{
    void *item = item_of(1);
    enum sluice_status status = subject->ops->enqueue(queue->in, item);
    EXPECT(KIND_CAPACITY, status != SLUICE_OK, "enqueue takes one more than the queue's capacity of %ju",
           (uintmax_t)queue->capacity);
    EXPECT(KIND_STATUS, status == SLUICE_AGAIN, "enqueue answers %d and not that the queue is full",
           (int)status);
    value_of(item);
}

void expect_empty(struct queue *queue)
{
    void *item = NULL;
    enum sluice_status status = subject->ops->dequeue(queue->out, &item);
    EXPECT(KIND_MADE_UP, status != SLUICE_OK, "dequeue gives an item where all that was put has come out");
    EXPECT(KIND_STATUS, status == SLUICE_AGAIN, "dequeue answers %d and not that the queue is empty",
           (int)status);
}

void take_value(struct queue *queue, uint64_t value)
{
    void *item = NULL;
    enum sluice_status status = subject->ops->dequeue(queue->out, &item);
    EXPECT(KIND_LOST, status != SLUICE_AGAIN, "dequeue says empty where item %ju is next", (uintmax_t)value);
    EXPECT(KIND_STATUS, status == SLUICE_OK, "dequeue answers %d where item %ju is next", (int)status,
           (uintmax_t)value);
    expect_run(queue, &item, 1, value);
}

/* `actual` came where `due` was; is it behind it? */
static _Noreturn void tell_wrong(struct queue *queue, uint64_t due, uint64_t actual, void *const *rest,
                                 size_t n)
{
    enum { FAR = 1 << 30, MOST = 1 << 20 };
    void *item;
    if (actual == 0 || actual > due + FAR)
        find(KIND_MADE_UP, "%#jx, which nobody put, came out where item %ju was next", (uintmax_t)actual,
             (uintmax_t)due);
    if (actual < due)
        find(KIND_DUPLICATE, "item %ju came out again where item %ju was next", (uintmax_t)actual,
             (uintmax_t)due);
    bool comes = false;
    for (size_t i = 0; i < n && !comes; i++)
        comes = value_of(rest[i]) == due;
    for (int i = 0; i < MOST && !comes && subject->ops->dequeue(queue->out, &item) == SLUICE_OK; i++)
        comes = value_of(item) == due;
    if (comes)
        find(KIND_ORDER, "item %ju came out before item %ju", (uintmax_t)actual, (uintmax_t)due);
    find(KIND_LOST, "item %ju was next, item %ju came out, and item %ju nowhere", (uintmax_t)due,
         (uintmax_t)actual, (uintmax_t)due);
}

void expect_run(struct queue *queue, void *const *items, size_t n, uint64_t first)
{
    for (size_t i = 0; i < n; i++) {
        EXPECT(KIND_MADE_UP, items[i], "a null came out where item %ju was next", (uintmax_t)(first + i));
        uint64_t actual = value_of(items[i]);
        if (actual != first + i && is_ordered())
            tell_wrong(queue, first + i, actual, items + i + 1, n - i - 1);
    }
}

void expect_same_items(uint64_t count, uint64_t sum)
{
    EXPECT((int64_t)count > 0 ? KIND_LOST : KIND_DUPLICATE, count == 0,
           "%jd items more were put than came out", (intmax_t)count);
    EXPECT(KIND_BOTH, sum == 0, "as many items were put as came out, but not the same");
}

void start_thread(pthread_t *thread, void *(*run)(void *), void *argument)
{
    int error = pthread_create(thread, NULL, run, argument);
    if (error)
        give_up("a thread could not be made: %s", strerror(error));
}
