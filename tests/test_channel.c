/* test_channel.c - the channel over one backend (test_channel QUEUE) and every wait policy: nobody waits for
   ever, nothing is lost at the end, and nobody bothers the kernel in vain. */
#include "channel.h"

#include "trial/registry.h"
#include "base/rng.h"

#include <sched.h>
#include <stdio.h>

const struct sluice_backend *backend;

enum { MANY = 3, MOST_THREADS = 64, MOST_TIME_NS = 10 * 1000 * 1000 };

/* ---- the end of the stream reaches every getter, and nothing is lost before it ---- */

struct stream {
    uint64_t
        each; /* most items that a producer puts; fewer where that takes too long, as in contract/crowd.c */
    size_t batch; /* most at once; 1: single items */
    uint64_t deadline_ns;
};

static void *put_and_leave(void *argument)
{
    struct hand *hand = argument;
    const struct stream *stream = hand->context;
    struct rng rng;
    enum sluice_status status = SLUICE_OK;
    rng_seed(&rng, hand->index);
    while (status == SLUICE_OK && hand->count < stream->each && sluice_now_ns() < stream->deadline_ns) {
        size_t n = 1 + (size_t)rng_below(&rng, stream->batch);
        n = n < stream->each - hand->count ? n : (size_t)(stream->each - hand->count);
        if (stream->batch == 1)
            status = hand_put(hand, hand->count + 1);
        else
            n = hand_put_n(hand, hand->count + 1, n, &status);
        hand->count += n;
        if (rng_below(&rng, 16) == 0)
            sched_yield();
    }
    hand->sum = hand->count * (hand->count + 1) / 2;
    hand->last = status;
    sluice_leave(&hand->thread);
    return NULL;
}

static void *get_until_closed(void *argument)
{
    struct hand *hand = argument;
    const struct stream *stream = hand->context;
    uint64_t values[33];
    size_t n;
    for (;;) {
        if (stream->batch == 1)
            n = hand_get(hand, values) == SLUICE_OK;
        else
            n = hand_get_n(hand, values, COUNT(values));
        if (n == 0)
            break;
        for (size_t i = 0; i < n; i++)
            hand->sum += values[i];
        hand->count += n;
    }
    hand->last = hand_get(hand, values); /* and so it stays */
    return NULL;
}

static void run_stream(const char *policy, uint64_t each, size_t batch)
{
    struct hop hop;
    struct hand hands[2 * MANY];
    struct stream stream = {.each = each, .batch = batch, .deadline_ns = sluice_now_ns() + MOST_TIME_NS};
    uint32_t producers = at_most(MANY, backend->traits.max_producers);
    uint32_t consumers = at_most(MANY, backend->traits.max_consumers);
    uint64_t count = 0, sum = 0;
    hop_open(&hop, policy, SLUICE_ENDS_BY_LEAVING, 7, producers, consumers);
    for (uint32_t i = 0; i < producers + consumers; i++) {
        bool produces = i < producers;
        hand_init(&hands[i], produces ? NULL : &hop, i - producers, produces ? &hop : NULL, i);
        hands[i].context = &stream;
        hands[i].index = i;
        hand_start(&hands[i], produces ? put_and_leave : get_until_closed);
    }
    for (uint32_t i = 0; i < producers + consumers; i++) {
        pthread_join(hands[i].id, NULL);
        assert_int_equal(hands[i].last, i < producers ? SLUICE_OK : SLUICE_CLOSED);
        count += i < producers ? hands[i].count : -hands[i].count;
        sum += i < producers ? hands[i].sum : -hands[i].sum;
        hand_release(&hands[i]);
    }
    assert_int_equal(count, 0);
    assert_int_equal(sum, 0);
    hop_close(&hop);
}

static void stream_ends(const char *policy)
{
    static const uint64_t lengths[] = {0, 1, 2, 7, 8, 20};
    for (size_t i = 0; i < COUNT(lengths); i++)
        for (int again = 0; again < (policy_spins(policy) ? 1 : 4); again++)
            run_stream(policy, lengths[i], 1);
    if (!policy_spins(policy))
        run_stream(policy, scaled(1500), 1);
}

static void batches_cross_full_and_end(const char *policy)
{
    run_stream(policy, policy_spins(policy) ? 30 : scaled(3000), 100); /* more than the queue holds */
    run_stream(policy, 5, 33);
}

/* ---- no wake-up is lost: tokens go round a ring of threads, more of them than CPUs ---- */

struct ring {
    struct hop hops[MOST_THREADS];
    uint32_t threads;
    uint64_t laps, deadline_ns;
};

/* Each thread passes on what comes; the first one ends it after some laps, or some time, and takes the tokens
 * out. */
static void *pass_on(void *argument)
{
    struct hand *hand = argument;
    const struct ring *ring = hand->context;
    uint64_t token;
    bool last = hand->index == 0;
    while (hand_get(hand, &token) == SLUICE_OK) {
        hand->count++;
        if (last && (hand->count == ring->laps || sluice_now_ns() > ring->deadline_ns)) {
            hand->sum += token;
            break;
        }
        if (hand_put(hand, token) != SLUICE_OK)
            abort();
    }
    sluice_leave(&hand->thread);
    while (last && hand_get(hand, &token) == SLUICE_OK)
        hand->sum += token;
    return NULL;
}

static void run_ring(const char *policy, uint32_t threads, uint32_t tokens, uint64_t laps)
{
    struct ring ring = {.threads = threads, .laps = laps, .deadline_ns = sluice_now_ns() + MOST_TIME_NS};
    struct hand hands[MOST_THREADS];
    for (uint32_t i = 0; i < threads; i++)
        hop_open(&ring.hops[i], policy, SLUICE_ENDS_BY_LEAVING, 1, 1, 1);
    for (uint32_t i = 0; i < threads; i++) {
        hand_init(&hands[i], &ring.hops[i], 0, &ring.hops[(i + 1) % threads], 0);
        hands[i].context = &ring;
        hands[i].index = i;
    }
    for (uint32_t i = 1; i <= tokens; i++) /* a token a hop: there is room */
        assert_int_equal(hand_put(&hands[i], i), SLUICE_OK);
    for (uint32_t i = 0; i < threads; i++)
        hand_start(&hands[i], pass_on);
    for (uint32_t i = 0; i < threads; i++)
        pthread_join(hands[i].id, NULL);
    for (uint32_t i = 0; i < threads; i++)
        hand_release(&hands[i]); /* both ends, before either hop is closed */
    for (uint32_t i = 0; i < threads; i++)
        hop_close(&ring.hops[i]);
    assert_int_equal(hands[0].sum, tokens * (tokens + 1) / 2);
}

/* With one token nearly all threads wait for items; with a token less than threads, for room. With two
   threads and lazy waiting, each would sleep on the other's item if nobody flushed. */
static void tokens_go_round(const char *policy)
{
    cpu_set_t set;
    uint32_t cpus = sched_getaffinity(0, sizeof set, &set) == 0 ? (uint32_t)CPU_COUNT(&set) : 2;
    uint32_t crowd = at_most(2 * cpus + 1, MOST_THREADS - 1);
    uint64_t laps = policy_spins(policy) ? 5 : 20000;
    run_ring(policy, 2, 1, laps);
    run_ring(policy, crowd, 1, laps);
    run_ring(policy, crowd, crowd / 2, laps);
    run_ring(policy, crowd, crowd - 1, laps);
}

/* ---- a source that waits for room can be cut off ---- */

static void *put_until_cut(void *argument)
{
    struct hand *hand = argument;
    while ((hand->last = hand_put(hand, hand->count + 1)) == SLUICE_OK)
        if (++hand->count, atomic_load(hand->thread.out.cut))
            break;
    sluice_leave(&hand->thread);
    return NULL;
}

static void cut_ends_a_waiting_source(const char *policy)
{
    struct hop hop;
    struct hand source, sink;
    _Atomic bool cut = false;
    uint64_t value, taken = 0, sum = 0;
    hop_open(&hop, policy, SLUICE_ENDS_BY_LEAVING, 4, 1, 1);
    hand_init(&source, NULL, 0, &hop, 0);
    hand_init(&sink, &hop, 0, NULL, 0);
    source.thread.out.cut = &cut;
    hand_start(&source, put_until_cut);
    while (atomic_load(&source.slot.state) != SLUICE_CLOGGED)
        sched_yield();
    atomic_store(&cut, true);
    sluice_channel_wake(&hop.channel);
    if (hop.signal == SLUICE_NATIVE) { /* it waits in the queue, and stops when there is room */
        assert_int_equal(hand_get(&sink, &value), SLUICE_OK);
        taken++;
        sum += value;
    }
    pthread_join(source.id, NULL);
    assert_int_equal(source.last, hop.signal == SLUICE_NATIVE ? SLUICE_OK : SLUICE_CLOSED);
    while (hand_get(&sink, &value) == SLUICE_OK) {
        taken++;
        sum += value;
        assert_true(value == taken || !keeps_order());
    }
    assert_int_equal(taken, source.count); /* what was refused is not there */
    assert_int_equal(sum, taken * (taken + 1) / 2);
    hand_release(&source);
    hand_release(&sink);
    hop_close(&hop);
}

static void cut_ends_a_waiting_batch(const char *policy)
{
    struct hop hop;
    struct hand hand;
    _Atomic bool cut = true;
    enum sluice_status status;
    hop_open(&hop, policy, SLUICE_ENDS_BY_LEAVING, 4, 1, 1);
    hand_init(&hand, NULL, 0, &hop, 0);
    hand.thread.out.cut = &cut;
    if (hop.signal != SLUICE_NATIVE) {
        uint64_t capacity = backend->capacity(hop.channel.queue);
        assert_int_equal(hand_put_n(&hand, 1, capacity + 3, &status), capacity);
        assert_int_equal(status, SLUICE_CLOSED);
        assert_int_equal(hand_put_n(&hand, 1, 1, &status), 0);
        assert_int_equal(status, SLUICE_CLOSED);
    }
    hand_release(&hand);
    hop_close(&hop);
}

/* ---- signals: as many as the policy says, and no kernel call while nobody sleeps ---- */

static void expect_signals(const char *policy, uint64_t by_putter, uint64_t by_getter)
{
    enum { ITEMS = 640 };
    struct hop hop;
    struct hand source, sink;
    uint64_t value, before = atomic_load(&kernel_calls);
    hop_open(&hop, policy, SLUICE_ENDS_BY_LEAVING, 8, 1, 1);
    hand_init(&source, NULL, 0, &hop, 0);
    hand_init(&sink, &hop, 0, NULL, 0);
    for (uint64_t i = 1; i <= ITEMS; i++) {
        assert_int_equal(hand_put(&source, i), SLUICE_OK);
        assert_int_equal(hand_get(&sink, &value), SLUICE_OK);
        assert_int_equal(value, i);
    }
    assert_int_equal(atomic_load(&kernel_calls), before);
    assert_int_equal(source.thread.count.n[SLUICE_SIGNALS], by_putter);
    assert_int_equal(sink.thread.count.n[SLUICE_SIGNALS], hop.channel.can_fill ? by_getter : 0);
    assert_int_equal(sink.thread.count.n[SLUICE_EMPTY_POLLS], 0);
    hand_release(&source);
    hand_release(&sink);
    hop_close(&hop);
}

static void nobody_is_woken_in_vain(void **state)
{
    static const struct {
        const char *policy;
        uint64_t by_putter, by_getter;
    } cases[] = {
        {"spin", 0, 0},      {"yield", 0, 0},         {"block", 640, 640},      {"lazy:1", 640, 640},
        {"lazy:64", 10, 10}, {"block/yield", 640, 0}, {"yield/lazy:64", 0, 10}, {"lazy:1000", 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        expect_signals(cases[i].policy, cases[i].by_putter, cases[i].by_getter);
}

OVER_POLICIES(stream_ends)
OVER_POLICIES(batches_cross_full_and_end)
OVER_POLICIES(tokens_go_round)
OVER_POLICIES(cut_ends_a_waiting_source)
OVER_POLICIES(cut_ends_a_waiting_batch)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_woken_in_vain),         cmocka_unit_test(test_stream_ends),
        cmocka_unit_test(test_batches_cross_full_and_end), cmocka_unit_test(test_tokens_go_round),
        cmocka_unit_test(test_cut_ends_a_waiting_source),  cmocka_unit_test(test_cut_ends_a_waiting_batch),
    };
    struct fault fault;
    if (argc != 2 || registry_find(argv[1], &backend, &fault)) {
        fprintf(stderr, "test_channel: %s\n", argc == 2 ? fault.text : "give it one queue");
        return 2;
    }
    test_watch(100);
    /* An unbounded queue never makes a source wait. */
    size_t count = COUNT(tests) - (backend->traits.bound == SLUICE_UNBOUNDED ? 2 : 0);
    return _cmocka_run_group_tests(backend->name, tests, count, NULL, NULL) != 0;
}
