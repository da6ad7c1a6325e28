/* spans.c - the contract's zero-copy spans, in one thread: reserve and commit, peek and release. */
#include "contract/subject.h"

#include "base/rng.h"

static size_t reserve(struct queue *queue, size_t n, void ***slots)
{
    size_t there = subject->ops->reserve(queue->in, n, slots);
    EXPECT(KIND_SPAN, there <= n, "reserve gives %zu slots of %zu", there, n);
    return there;
}

static size_t peek(struct queue *queue, size_t n, void ***slots)
{
    size_t there = subject->ops->peek(queue->out, n, slots);
    EXPECT(KIND_SPAN, there <= n, "peek gives %zu items of %zu", there, n);
    return there;
}

/* A second reserve or peek before the commit or release gives the same slots again; asked for less, fewer of
 * them. */
static void asking_again_gives_the_same_slots(void)
{
    struct queue queue = queue_open(8);
    void **slots, **again;
    size_t there = reserve(&queue, 5, &slots);
    EXPECT(KIND_CAPACITY, there > 0, "reserve says full where the queue is empty");
    EXPECT(KIND_SPAN, reserve(&queue, 5, &again) == there && again == slots,
           "a second reserve gives other slots");
    EXPECT(KIND_SPAN, reserve(&queue, 1, &again) == 1 && again == slots,
           "a smaller reserve gives other slots");
    expect_empty(&queue); /* nothing is there before the commit */
    for (size_t i = 0; i < there; i++)
        slots[i] = item_of(i + 1);
    subject->ops->commit(queue.in, there);

    EXPECT(KIND_LOST, peek(&queue, 5, &slots) == there, "peek does not give all of what was committed");
    EXPECT(KIND_SPAN, peek(&queue, 5, &again) == there && again == slots, "a second peek gives other items");
    EXPECT(KIND_SPAN, peek(&queue, 1, &again) == 1 && again == slots, "a smaller peek gives other items");
    subject->ops->release(queue.out, 0); /* nothing was taken */
    for (size_t i = 1; i <= there; i++)
        take_value(&queue, i);
    queue_close(&queue);
}

static void spans_end_at_capacity(void)
{
    struct queue queue = queue_open(8);
    void **slots;
    uint64_t put = 0, taken = 0;
    for (int round = 0; round < 5; round++) {
        for (size_t there; (there = reserve(&queue, 100, &slots)) > 0;) {
            EXPECT(KIND_CAPACITY, put + there - taken <= queue.capacity,
                   "reserve gives room for %ju items in a queue of capacity %ju",
                   (uintmax_t)(put + there - taken), (uintmax_t)queue.capacity);
            for (size_t i = 0; i < there; i++)
                slots[i] = item_of(++put);
            subject->ops->commit(queue.in, there);
        }
        EXPECT(KIND_CAPACITY, put - taken == queue.capacity, "reserve says full at %ju items of %ju",
               (uintmax_t)(put - taken), (uintmax_t)queue.capacity);
        for (size_t there; (there = peek(&queue, 3, &slots)) > 0; taken += there) {
            expect_run(&queue, slots, there, taken + 1);
            subject->ops->release(queue.out, there);
        }
        EXPECT(KIND_LOST, taken == put, "peek says empty with %ju items in it", (uintmax_t)(put - taken));
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
    subject->ops->commit(queue->in, some);
    return put + some;
}

static uint64_t release_some(struct queue *queue, struct rng *rng, uint64_t put, uint64_t taken)
{
    void **slots;
    size_t there = peek(queue, 1 + (size_t)rng_below(rng, 10), &slots);
    EXPECT(KIND_MADE_UP, there <= put - taken, "peek gives %zu items where there are %ju", there,
           (uintmax_t)(put - taken));
    EXPECT(KIND_LOST, put == taken || there > 0, "peek says empty with %ju items in it",
           (uintmax_t)(put - taken));
    size_t some = there ? (size_t)rng_below(rng, there + 1) : 0;
    expect_run(queue, slots, some, taken + 1);
    subject->ops->release(queue->out, some);
    return taken + some;
}

static void partial_spans_mix_with_items_and_wrap(void)
{
    static const uint64_t capacities[] = {1, 2, 3, 7, 8, 100};
    struct rng rng;
    rng_seed(&rng, seed_for(3));
    for (size_t c = 0; c < COUNT(capacities); c++) {
        struct queue queue = queue_open(capacities[c]);
        uint64_t put = 0, taken = 0;
        doing("capacity %ju", (uintmax_t)queue.capacity);
        for (int round = 0; round < 5000; round++) {
            put = commit_some(&queue, &rng, put);
            if (rng_below(&rng, 4) == 0 && put - taken < queue.capacity)
                put_value(&queue, ++put);
            taken = release_some(&queue, &rng, put, taken);
            if (rng_below(&rng, 4) == 0 && put > taken)
                take_value(&queue, ++taken);
        }
        while (taken < put)
            take_value(&queue, ++taken);
        expect_empty(&queue);
        queue_close(&queue);
    }
}

/* Who has slots in hand may do without them, and go on item by item. */
static void unused_slots_are_given_back(void)
{
    struct queue queue = queue_open(8);
    void **slots;
    for (uint64_t round = 0; round < 20; round++) {
        EXPECT(KIND_CAPACITY, reserve(&queue, 3, &slots) > 0, "reserve says full where the queue is empty");
        put_value(&queue, 2 * round + 1);
        put_value(&queue, 2 * round + 2);
        EXPECT(KIND_LOST, peek(&queue, 2, &slots) > 0, "peek says empty with 2 items in it");
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
