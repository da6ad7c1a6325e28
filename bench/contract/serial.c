/* serial.c - the contract in one thread: order, emptiness, values, batches. */
#include "contract/subject.h"

#include "base/rng.h"

static void pass_over_many_wraps(uint64_t asked)
{
    struct queue queue = queue_open(asked);
    struct rng rng;
    uint64_t most = queue.capacity ? queue.capacity : 200, put = 0, taken = 0;
    doing("capacity %ju", (uintmax_t)asked);
    rng_seed(&rng, seed_for(asked));
    while (taken < 20 * most + 1000) {
        for (uint64_t n = rng_below(&rng, most - (put - taken) + 1); n > 0; n--)
            put_value(&queue, ++put);
        for (uint64_t n = rng_below(&rng, put - taken + 1); n > 0; n--)
            take_value(&queue, ++taken);
    }
    while (taken < put)
        take_value(&queue, ++taken);
    expect_empty(&queue);
    queue_close(&queue);
}

static void fifo_order_over_many_wraps(void)
{
    static const uint64_t capacities[] = {1, 2, 3, 5, 8, 64, 100};
    for (size_t i = 0; i < COUNT(capacities) && can_be_bounded(); i++)
        pass_over_many_wraps(capacities[i]);
    if (can_be_unbounded())
        pass_over_many_wraps(0);
}

static void empty_answers_again(void)
{
    struct queue queue = queue_open(capacity_within_traits(4));
    for (uint64_t i = 1; i <= 100; i++) {
        expect_empty(&queue);
        expect_empty(&queue);
        put_value(&queue, i);
        take_value(&queue, i);
    }
    expect_empty(&queue);
    queue_close(&queue);
}

static void pass_value(struct queue *queue, uint64_t value)
{
    void *item = NULL;
    put_value(queue, value);
    enum sluice_status status = subject->ops->dequeue(queue->out, &item);
    EXPECT(KIND_LOST, status != SLUICE_AGAIN, "%#jx was put, and dequeue says empty", (uintmax_t)value);
    EXPECT(KIND_STATUS, status == SLUICE_OK, "dequeue answers %d where %#jx is next", (int)status,
           (uintmax_t)value);
    EXPECT(KIND_MADE_UP, item, "%#jx was put, and a null came out", (uintmax_t)value);
    uint64_t actual = value_of(item);
    EXPECT(KIND_MADE_UP, actual == value, "%#jx was put, and %#jx came out", (uintmax_t)value,
           (uintmax_t)actual);
}

/* Every bit of a value, alone and with all below it: a queue may pack something beside a pointer only as far
   as its traits say so. */
static void any_value_passes(void)
{
    const bool small = subject->traits.needs & SLUICE_NEEDS_SMALL_VALUES;
    struct queue queue = queue_open(capacity_within_traits(4));
    for (unsigned bit = 0; bit < (small ? 48 : 64); bit++) {
        pass_value(&queue, UINT64_C(1) << bit);
        pass_value(&queue, UINT64_MAX >> (63 - bit));
    }
    queue_close(&queue);
}

/* ---- batches: the queue's own, or made of single operations by the channel's adapter ---- */

enum { MOST = 33 };

static void put_batch(struct queue *queue, uint64_t put, size_t n, size_t due)
{
    void *items[MOST];
    for (size_t i = 0; i < n; i++)
        items[i] = item_of(put + i + 1);
    size_t done = sluice_try_put_n(subject->ops, queue->in, items, n);
    EXPECT(KIND_CAPACITY, done == due, "of a batch of %zu, with room for %zu, %zu are put", n, due, done);
    for (size_t i = done; i < n; i++)
        value_of(items[i]);
}

static void take_batch(struct queue *queue, uint64_t taken, size_t n, size_t due)
{
    void *items[MOST];
    size_t done = sluice_try_get_n(subject->ops, queue->out, items, n);
    EXPECT(KIND_MADE_UP, done <= due, "of a batch of %zu, with %zu items there, %zu are taken", n, due, done);
    EXPECT(KIND_LOST, done == due, "of a batch of %zu, with %zu items there, %zu are taken", n, due, done);
    expect_run(queue, items, done, taken + 1);
}

static size_t smaller(size_t a, uint64_t b)
{
    return a < b ? a : (size_t)b;
}

/* Each batch moves as many as there is room for, or as there are. */
static void mix_batches_with_items(struct queue *queue)
{
    struct rng rng;
    uint64_t put = 0, taken = 0, most = queue->capacity ? queue->capacity : UINT32_MAX;
    rng_seed(&rng, seed_for(most));
    for (int round = 0; round < 60; round++)
        for (size_t n = 1; n <= MOST; n++) {
            size_t fits = smaller(n, most - (put - taken));
            put_batch(queue, put, n, fits);
            put += fits;
            if (rng_below(&rng, 2) && put - taken < most)
                put_value(queue, ++put);
            size_t wanted = 1 + (size_t)rng_below(&rng, MOST), there = smaller(wanted, put - taken);
            take_batch(queue, taken, wanted, there);
            taken += there;
            if (rng_below(&rng, 2) && put > taken)
                take_value(queue, ++taken);
        }
    while (taken < put)
        take_value(queue, ++taken);
    take_batch(queue, taken, MOST, 0);
}

static void batches_mix_with_items(void)
{
    static const uint64_t capacities[] = {1, 2, 7, 32, 33, 1000};
    for (size_t i = 0; i <= COUNT(capacities); i++) {
        bool bounded = i < COUNT(capacities);
        if (!(bounded ? can_be_bounded() : can_be_unbounded()))
            continue;
        struct queue queue = queue_open(bounded ? capacities[i] : 0);
        doing("capacity %ju", (uintmax_t)queue.capacity);
        mix_batches_with_items(&queue);
        queue_close(&queue);
    }
}

const struct contract_test serial_tests[] = {
    {"fifo_order_over_many_wraps", fifo_order_over_many_wraps, NULL},
    {"empty_answers_again", empty_answers_again, NULL},
    {"any_value_passes", any_value_passes, NULL},
    {"batches_mix_with_items", batches_mix_with_items, NULL},
    {0},
};
