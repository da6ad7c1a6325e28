/* contract_spans.c - the contract's zero-copy spans, in one thread: reserve and commit, peek and release. */
#include "contract.h"

#include "base/rng.h"

static size_t reserve(struct queue *queue, size_t n, void ***slots)
{
    size_t there = backend->ops->reserve(queue->in, n, slots);
    assert_true(there <= n);
    return there;
}

static size_t peek(struct queue *queue, size_t n, void ***slots)
{
    size_t there = backend->ops->peek(queue->out, n, slots);
    assert_true(there <= n);
    return there;
}

/* A second reserve or peek before the commit or release gives the same slots again; asked for less, fewer of
 * them. */
static void asking_again_gives_the_same_slots(void **state)
{
    struct queue queue = queue_open(8, 1, 1);
    void **slots, **again;
    (void)state;
    size_t there = reserve(&queue, 5, &slots);
    assert_true(there > 0);
    assert_int_equal(reserve(&queue, 5, &again), there);
    assert_ptr_equal(again, slots);
    assert_int_equal(reserve(&queue, 1, &again), 1);
    assert_ptr_equal(again, slots);
    expect_empty(&queue); /* nothing is there before the commit */
    for (size_t i = 0; i < there; i++)
        slots[i] = item_of(i + 1);
    backend->ops->commit(queue.in, there);

    assert_int_equal(peek(&queue, 5, &slots), there);
    assert_int_equal(peek(&queue, 5, &again), there);
    assert_ptr_equal(again, slots);
    assert_int_equal(peek(&queue, 1, &again), 1);
    assert_ptr_equal(again, slots);
    backend->ops->release(queue.out, 0); /* nothing was taken */
    for (size_t i = 1; i <= there; i++)
        take_value(&queue, i);
    queue_close(&queue);
}

static void spans_end_at_capacity(void **state)
{
    struct queue queue = queue_open(8, 1, 1);
    void **slots;
    uint64_t put = 0, taken = 0;
    (void)state;
    for (int round = 0; round < 5; round++) {
        for (size_t there; (there = reserve(&queue, 100, &slots)) > 0;) {
            for (size_t i = 0; i < there; i++)
                slots[i] = item_of(++put);
            backend->ops->commit(queue.in, there);
            assert_true(put - taken <= queue.capacity);
        }
        assert_int_equal(put - taken, queue.capacity);
        for (size_t there; (there = peek(&queue, 3, &slots)) > 0;) {
            for (size_t i = 0; i < there; i++)
                expect_same(slots[i], ++taken);
            backend->ops->release(queue.out, there);
        }
        assert_int_equal(taken, put);
    }
    queue_close(&queue);
}

/* Writes all slots that it gets and commits some of them: the rest must not show. */
static uint64_t commit_some(struct queue *queue, struct rng *rng, uint64_t put)
{
    void **slots;
    size_t there = reserve(queue, 1 + (size_t)rng_below(rng, 10), &slots);
    size_t some = there ? (size_t)rng_below(rng, there + 1) : 0;
    for (size_t i = 0; i < there; i++)
        slots[i] = i < some ? item_of(put + i + 1) : NULL;
    backend->ops->commit(queue->in, some);
    return put + some;
}

static uint64_t release_some(struct queue *queue, struct rng *rng, uint64_t put, uint64_t taken)
{
    void **slots;
    size_t wanted = 1 + (size_t)rng_below(rng, 10), there = peek(queue, wanted, &slots);
    assert_true((there > 0) == (put > taken));
    assert_true(there <= put - taken);
    size_t some = there ? (size_t)rng_below(rng, there + 1) : 0;
    for (size_t i = 0; i < some; i++)
        expect_same(slots[i], taken + i + 1);
    backend->ops->release(queue->out, some);
    return taken + some;
}

static void partial_spans_mix_with_items_and_wrap(void **state)
{
    static const uint64_t capacities[] = {1, 2, 3, 7, 8, 100};
    struct rng rng;
    (void)state;
    rng_seed(&rng, 3);
    for (size_t c = 0; c < COUNT(capacities); c++) {
        struct queue queue = queue_open(capacities[c], 1, 1);
        uint64_t put = 0, taken = 0;
        for (int round = 0; round < 5000; round++) {
            put = commit_some(&queue, &rng, put);
            if (rng_below(&rng, 4) == 0 && put - taken < queue.capacity)
                put_value(&queue, ++put);
            taken = release_some(&queue, &rng, put, taken);
            if (rng_below(&rng, 4) == 0 && put > taken)
                take_value(&queue, ++taken);
        }
        assert_true(taken > 1000); /* many times around */
        while (taken < put)
            take_value(&queue, ++taken);
        expect_empty(&queue);
        queue_close(&queue);
    }
}

/* Who has slots in hand may do without them, and go on item by item. */
static void unused_slots_are_given_back(void **state)
{
    struct queue queue = queue_open(8, 1, 1);
    void **slots;
    (void)state;
    for (uint64_t round = 0; round < 20; round++) {
        assert_true(reserve(&queue, 3, &slots) > 0);
        put_value(&queue, 2 * round + 1);
        put_value(&queue, 2 * round + 2);
        assert_true(peek(&queue, 2, &slots) > 0);
        take_value(&queue, 2 * round + 1);
        take_value(&queue, 2 * round + 2);
        expect_empty(&queue);
    }
    queue_close(&queue);
}

const struct contract_test span_tests[] = {
    {"unused_slots_are_given_back", unused_slots_are_given_back, has_spans},
    {"asking_again_gives_the_same_slots", asking_again_gives_the_same_slots, has_spans},
    {"spans_end_at_capacity", spans_end_at_capacity, has_spans},
    {"partial_spans_mix_with_items_and_wrap", partial_spans_mix_with_items_and_wrap, has_spans},
    {0},
};
