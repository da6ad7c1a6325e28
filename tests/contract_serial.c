/* contract_serial.c - the contract in one thread: order, capacity, growth, batches, spans, what is refused.
 */
#include "contract.h"

#include "trial/registry.h"
#include "base/rng.h"

#include <dirent.h>
#include <errno.h>

static bool always(void)
{
    return true;
}

/* ---- the descriptor ---- */

static void descriptor_is_accepted(void **state)
{
    struct fault fault = {""};
    const struct sluice_traits *traits = &backend->traits;
    (void)state;
    if (registry_check(backend, &fault) != 0)
        fail_msg("%s", fault.text);
    assert_string_not_equal(progress_name(traits->enqueue), "unknown");
    assert_string_not_equal(progress_name(traits->dequeue), "unknown");
    assert_string_not_equal(order_name(traits->order), "unknown");
    assert_string_not_equal(memory_name(traits->memory), "unknown");
    assert_string_not_equal(bound_name(traits->bound), "unknown");
    /* A mutex or a malloc within an operation makes it blocking; a fixed amount of memory has a bound. */
    if (traits->memory == SLUICE_MEMORY_NODES)
        assert_int_equal(traits->enqueue, SLUICE_BLOCKING);
    if (traits->memory == SLUICE_MEMORY_FIXED && !traits->instrument)
        assert_int_equal(traits->bound, SLUICE_BOUNDED);
}

static void loops_are_there(void **state)
{
    (void)state;
    for (int role = 0; role < 3; role++)
        for (int transfer = 0; transfer < 3; transfer++)
            for (int signal = 0; signal < 3; signal++)
                if (transfer != SLUICE_SPAN || signal != SLUICE_NATIVE)
                    assert_non_null(backend->loops.run[role][transfer][signal]);
}

/* ---- configurations ---- */

static int create_with(uint64_t capacity)
{
    void *queue = NULL;
    struct sluice_queue_config config = {
        .size = sizeof config, .producers = 1, .consumers = 1, .capacity = capacity};
    int error = make_queue(&config, &queue);
    if (!error)
        backend->destroy(queue);
    return error;
}

static void impossible_capacities_are_refused(void **state)
{
    (void)state;
    assert_int_equal(create_with(capacity_within_traits(8)), 0);
    if (!can_be_bounded())
        assert_int_equal(create_with(8), -EINVAL);
    if (!can_be_unbounded())
        assert_int_equal(create_with(0), -EINVAL);
    if (backend->traits.memory == SLUICE_MEMORY_FIXED && can_be_bounded())
        assert_int_equal(create_with(UINT64_MAX), -EINVAL); /* and no sum or product wraps round */
}

/* Queue and ends start on lines of their own; two ends are one object or far enough apart. */
static void ends_share_no_cache_line(void **state)
{
    void *queue, *end[8];
    struct sluice_queue_config config = {.size = sizeof config,
                                         .producers = at_most(4, backend->traits.max_producers),
                                         .consumers = at_most(4, backend->traits.max_consumers),
                                         .capacity = capacity_within_traits(8)};
    uint32_t ends = config.producers + config.consumers;
    (void)state;
    assert_int_equal(make_queue(&config, &queue), 0);
    assert_int_equal((uintptr_t)queue % SLUICE_SEPARATE, 0);
    for (uint32_t i = 0; i < ends; i++) {
        bool produces = i < config.producers;
        assert_int_equal(backend->attach(queue, produces ? SLUICE_PRODUCER : SLUICE_CONSUMER,
                                         produces ? i : i - config.producers, &end[i]),
                         0);
        assert_int_equal((uintptr_t)end[i] % SLUICE_SEPARATE, 0);
        for (uint32_t j = 0; j < i; j++)
            assert_true(end[i] != end[j] || end[i] == queue);
    }
    for (uint32_t i = 0; i < ends; i++)
        backend->detach(end[i]);
    backend->destroy(queue);
}

/* ---- order and emptiness ---- */

static void fifo_order_over_many_wraps(void **state)
{
    static const uint64_t capacities[] = {1, 2, 3, 5, 8, 64, 100};
    struct rng rng;
    (void)state;
    rng_seed(&rng, 1);
    for (size_t i = 0; i < (can_be_bounded() ? COUNT(capacities) : 1); i++) {
        struct queue queue = queue_open(capacity_within_traits(capacities[i]), 1, 1);
        uint64_t most = queue.capacity ? queue.capacity : 200, put = 0, taken = 0;
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
}

static void empty_answers_again(void **state)
{
    struct queue queue = queue_open(capacity_within_traits(4), 1, 1);
    (void)state;
    for (uint64_t i = 1; i <= 100; i++) {
        expect_empty(&queue);
        expect_empty(&queue);
        put_value(&queue, i);
        take_value(&queue, i);
    }
    expect_empty(&queue);
    queue_close(&queue);
}

/* Every bit of a value, alone and with all below it: a queue may pack something beside a pointer only as far
   as its traits say so. */
static void any_value_passes(void **state)
{
    bool small = backend->traits.needs & SLUICE_NEEDS_SMALL_VALUES;
    struct queue queue = queue_open(capacity_within_traits(4), 1, 1);
    (void)state;
    for (unsigned bit = 0; bit < (small ? 48 : 64); bit++) {
        put_value(&queue, UINT64_C(1) << bit);
        take_value(&queue, UINT64_C(1) << bit);
        put_value(&queue, UINT64_MAX >> (63 - bit));
        take_value(&queue, UINT64_MAX >> (63 - bit));
    }
    queue_close(&queue);
}

/* ---- capacity ---- */

static void expect_full(struct queue *queue)
{
    void *item = item_of(1);
    assert_int_equal(backend->ops->enqueue(queue->in, item), SLUICE_AGAIN);
    value_of(item);
}

/* From a start that is `offset` items past the beginning of the ring: fills at the capacity and not before.
 */
static void expect_fills_at_capacity(uint64_t asked, uint64_t offset)
{
    struct queue queue = queue_open(asked, 1, 1);
    size_t footprint = backend->footprint(queue.self);
    for (uint64_t i = 0; i < offset; i++) {
        put_value(&queue, i + 1);
        take_value(&queue, i + 1);
    }
    for (uint64_t i = 1; i <= queue.capacity; i++)
        put_value(&queue, i);
    expect_full(&queue);
    expect_full(&queue);
    take_value(&queue, 1);
    put_value(&queue, queue.capacity + 1);
    expect_full(&queue);
    if (backend->traits.memory == SLUICE_MEMORY_FIXED)
        assert_int_equal(backend->footprint(queue.self), footprint);
    for (uint64_t i = 2; i <= queue.capacity + 1; i++)
        take_value(&queue, i);
    expect_empty(&queue);
    queue_close(&queue);
}

static void capacity_is_as_reported(void **state)
{
    static const uint64_t asked[] = {1, 2, 3, 4, 5, 7, 8, 100, 1023, 1024, 1025};
    uint64_t smallest = 0, before = 0;
    (void)state;
    for (size_t i = 0; i < COUNT(asked); i++) {
        struct queue queue = queue_open(asked[i], 1, 1);
        uint64_t capacity = queue.capacity;
        queue_close(&queue);
        if (i == 0)
            smallest = capacity;
        assert_true(capacity >= 1);
        /* Never above what was asked for, but where even the smallest is. */
        assert_true(capacity <= asked[i] || capacity == smallest);
        assert_true(capacity >= before);
        before = capacity;
        expect_fills_at_capacity(asked[i], 0);
        expect_fills_at_capacity(asked[i], 1);
        expect_fills_at_capacity(asked[i], capacity + 2);
    }
}

/* ---- growth ---- */

static void unbounded_grows_and_falls(void **state)
{
    enum { SLACK_BYTES = 64 * 1024 };
    struct queue queue = queue_open(0, 1, 1);
    uint64_t items = scaled(1000000);
    size_t before = backend->footprint(queue.self), fallen = 0;
    (void)state;
    assert_int_equal(queue.capacity, 0);
    for (int round = 0; round < 2; round++) {
        for (uint64_t i = 1; i <= items; i++)
            put_value(&queue, i);
        /* An intrusive queue's memory is the items'. */
        if (backend->traits.memory != SLUICE_MEMORY_INTRUSIVE)
            assert_true(backend->footprint(queue.self) >= before + items * sizeof(void *));
        for (uint64_t i = 1; i <= items; i++)
            take_value(&queue, i);
        expect_empty(&queue);
        if (round == 0)
            fallen = backend->traits.memory == SLUICE_MEMORY_KEPT ? backend->footprint(queue.self) : before;
        assert_true(backend->footprint(queue.self) <= fallen + SLACK_BYTES);
    }
    queue_close(&queue);
}

static void destroy_releases_what_is_left(void **state)
{
    static const uint64_t left[] = {0, 1, 2, 63, 64, 65, 1000};
    (void)state;
    for (size_t i = 0; i < COUNT(left); i++) {
        struct queue queue = queue_open(capacity_within_traits(2048), 1, 1);
        uint64_t most = queue.capacity && queue.capacity < left[i] ? queue.capacity : left[i];
        void **items = calloc(most + 1, sizeof *items); /* they are not the queue's */
        for (uint64_t j = 0; j < most; j++) {
            items[j] = item_of(j + 1);
            assert_int_equal(backend->ops->enqueue(queue.in, items[j]), SLUICE_OK);
        }
        queue_close(&queue); /* what it forgot is LeakSanitizer's to tell */
        for (uint64_t j = 0; j < most; j++)
            value_of(items[j]);
        free(items);
    }
}

static size_t count_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    size_t count = 0;
    assert_non_null(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

static void destroy_closes_what_it_opened(void **state)
{
    (void)state;
    size_t before = count_descriptors();
    for (int i = 0; i < 3; i++) {
        struct queue queue = queue_open(capacity_within_traits(8), 1, 1);
        put_value(&queue, 1);
        if (i == 1 && backend->close)
            backend->close(queue.self);
        take_value(&queue, 1);
        queue_close(&queue);
        if (can_be_bounded())
            create_with(UINT64_MAX); /* refused or not */
        if (!can_be_unbounded())
            create_with(0);
    }
    assert_int_equal(count_descriptors(), before);
}

/* ---- batches: the queue's own, or made of single operations by the channel's adapter ---- */

enum { MOST = 33 };

static size_t put_batch(struct queue *queue, uint64_t put, size_t n)
{
    void *items[MOST];
    for (size_t i = 0; i < n; i++)
        items[i] = item_of(put + i + 1);
    size_t done = sluice_try_put_n(backend->ops, queue->in, items, n);
    assert_true(done <= n);
    for (size_t i = done; i < n; i++)
        value_of(items[i]);
    return done;
}

static size_t expect_batch(struct queue *queue, uint64_t taken, size_t n)
{
    void *items[MOST];
    size_t done = sluice_try_get_n(backend->ops, queue->out, items, n);
    assert_true(done <= n);
    for (size_t i = 0; i < done; i++)
        expect_same(items[i], taken + i + 1);
    return done;
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
    rng_seed(&rng, 2);
    for (int round = 0; round < 60; round++)
        for (size_t n = 1; n <= MOST; n++) {
            assert_int_equal(put_batch(queue, put, n), smaller(n, most - (put - taken)));
            put += smaller(n, most - (put - taken));
            if (rng_below(&rng, 2) && put - taken < most)
                put_value(queue, ++put);
            size_t wanted = 1 + (size_t)rng_below(&rng, MOST);
            assert_int_equal(expect_batch(queue, taken, wanted), smaller(wanted, put - taken));
            taken += smaller(wanted, put - taken);
            if (rng_below(&rng, 2) && put > taken)
                take_value(queue, ++taken);
        }
    while (taken < put)
        take_value(queue, ++taken);
    assert_int_equal(expect_batch(queue, taken, MOST), 0);
}

static void batches_mix_with_items(void **state)
{
    static const uint64_t capacities[] = {1, 2, 7, 32, 33, 1000};
    (void)state;
    for (size_t i = 0; i < (can_be_bounded() ? COUNT(capacities) : 1); i++) {
        struct queue queue = queue_open(capacity_within_traits(capacities[i]), 1, 1);
        mix_batches_with_items(&queue);
        queue_close(&queue);
    }
    if (can_be_unbounded()) {
        struct queue queue = queue_open(0, 1, 1);
        mix_batches_with_items(&queue);
        queue_close(&queue);
    }
}

/* ---- instruments: they take what is put and make up what is taken, until they are closed ---- */

static void instrument_never_waits_and_ends(void **state)
{
    struct queue queue = queue_open(0, 1, 1);
    size_t footprint = backend->footprint(queue.self);
    void *item = NULL;
    (void)state;
    for (uint64_t i = 1; i <= 10000; i++) {
        put_value(&queue, i);
        assert_int_equal(backend->ops->dequeue(queue.out, &item), SLUICE_OK);
        assert_non_null(item);
    }
    assert_int_equal(backend->footprint(queue.self), footprint);
    assert_non_null(backend->close);
    backend->close(queue.self);
    assert_int_equal(backend->ops->dequeue(queue.out, &item), SLUICE_CLOSED);
    queue_close(&queue);
}

static bool is_instrument(void)
{
    return backend->traits.instrument;
}

static bool is_bounded_queue(void)
{
    return !is_instrument() && can_be_bounded();
}

static bool is_unbounded_queue(void)
{
    return !is_instrument() && can_be_unbounded();
}

const struct contract_test serial_tests[] = {
    {"descriptor_is_accepted", descriptor_is_accepted, always},
    {"loops_are_there", loops_are_there, always},
    {"impossible_capacities_are_refused", impossible_capacities_are_refused, always},
    {"ends_share_no_cache_line", ends_share_no_cache_line, always},
    {"fifo_order_over_many_wraps", fifo_order_over_many_wraps, NULL},
    {"empty_answers_again", empty_answers_again, NULL},
    {"any_value_passes", any_value_passes, NULL},
    {"capacity_is_as_reported", capacity_is_as_reported, is_bounded_queue},
    {"unbounded_grows_and_falls", unbounded_grows_and_falls, is_unbounded_queue},
    {"destroy_closes_what_it_opened", destroy_closes_what_it_opened, NULL},
    {"destroy_releases_what_is_left", destroy_releases_what_is_left, NULL},
    {"batches_mix_with_items", batches_mix_with_items, NULL},
    {"instrument_never_waits_and_ends", instrument_never_waits_and_ends, is_instrument},
    {0},
};
