/* test_shape.c - the papers' shapes (include/sluice/shape.h) as one backend carries them (test_shape QUEUE):
   what each thread does, that what was put comes out once whatever is left over, and that a queue which does
   not do so is found out. */
#include "channel.h"
#include "deadline.h"

#include "trial/registry.h"
#include "trial/verify.h"

#include <stdio.h>

enum { MANY = 5, CHUNK = 8, ROW = 4, LIMIT = 400, SMALL = 3 };

const struct sluice_backend *backend;

/* A thread of a shape. What is not atomic is the thread's until it was joined. */
struct player {
    alignas(SLUICE_SEPARATE) struct sluice_worker worker;
    struct sluice_slot slot;
    sluice_loop *loop;
    struct hop *in, *out;
    uint32_t index;
    uint64_t latest[MANY];
    _Atomic(bool) stop;
    pthread_t id;
};

static _Atomic(bool) ending;

static void never_out_of_memory(struct sluice_worker *worker)
{
    (void)worker;
    abort();
}

static void *attach(struct hop *hop, enum sluice_end side, uint32_t index)
{
    void *end;
    if (backend->attach(hop->channel.queue, side, index, &end))
        abort();
    return end;
}

static void *live(void *argument)
{
    struct player *player = argument;
    struct sluice_thread *thread = &player->worker.thread;
    sluice_handle_init(&thread->in, &player->in->channel, SLUICE_CONSUMER,
                       attach(player->in, SLUICE_CONSUMER, player->index));
    sluice_handle_init(&thread->out, &player->out->channel, SLUICE_PRODUCER,
                       attach(player->out, SLUICE_PRODUCER, player->index));
    thread->out.cut = &player->stop;
    player->loop(&player->worker);
    backend->detach(thread->in.end);
    backend->detach(thread->out.end);
    return NULL;
}

static void make(struct player *player, sluice_loop *loop, struct hop *in, struct hop *out, uint32_t index,
                 uint32_t producers)
{
    struct sluice_worker *worker = &player->worker;
    memset(player, 0, sizeof *player);
    player->loop = loop;
    player->in = in;
    player->out = out;
    player->index = index;
    worker->thread.slot = &player->slot;
    worker->stamp = sluice_first_stamp(index);
    worker->limit = LIMIT;
    worker->chunk = CHUNK;
    worker->batch = ROW;
    worker->local.state = UINT64_C(0x9e3779b97f4a7c15) * (index + 1);
    worker->out_of_memory = never_out_of_memory;
    worker->ending = &ending;
    sluice_check_init(&worker->check, player->latest, producers);
}

static void start(struct player *players, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        assert_int_equal(pthread_create(&players[i].id, NULL, live, &players[i]), 0);
}

static void join(struct player *players, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        pthread_join(players[i].id, NULL);
        assert_int_equal(players[i].slot.state, SLUICE_ENDED);
        for (int j = 0; j < SLUICE_COUNTS; j++) /* the last publication has it all */
            assert_int_equal(players[i].slot.n[j], players[i].worker.thread.count.n[j]);
    }
}

static uint64_t count_of(const struct player *player, enum sluice_count count)
{
    return player->worker.thread.count.n[count];
}

static uint64_t total(const struct player *players, uint32_t n, enum sluice_count count)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < n; i++)
        sum += count_of(&players[i], count);
    return sum;
}

/* What the one put came out at the others, once and in order. */
static void verify(const struct player *putters, const struct player *getters, uint32_t n)
{
    uint64_t sum_due = 0, squares_due = 0, sum, squares;
    for (uint32_t i = 0; i < n; i++) {
        verify_sums(i, count_of(&putters[i], SLUICE_PUT), &sum, &squares);
        sum_due += sum;
        squares_due += squares;
    }
    assert_int_equal(total(putters, n, SLUICE_PUT), total(getters, n, SLUICE_TAKEN));
    assert_int_equal(total(getters, n, SLUICE_SUM), sum_due);
    assert_int_equal(total(getters, n, SLUICE_SQUARES), squares_due);
    assert_int_equal(total(getters, n, SLUICE_FOREIGN), 0);
    if (keeps_order())
        assert_int_equal(total(getters, n, SLUICE_DISORDERED), 0);
}

/* Of operations: those that took something, drained or not, and those that found nothing. */
static uint64_t takes(const struct player *player)
{
    return count_of(player, SLUICE_TAKEN) - count_of(player, SLUICE_DISCARDED) +
           count_of(player, SLUICE_EMPTY_POLLS);
}

static uint64_t tries(const struct player *player)
{
    return count_of(player, SLUICE_PUT) + count_of(player, SLUICE_FULL_POLLS);
}

/* --- pairs, fifty, burst --- */

static uint32_t crew(void)
{
    return at_most(MANY, at_most(backend->traits.max_consumers, backend->traits.max_producers));
}

static void play(struct player *players, enum sluice_mix mix, uint32_t n, uint64_t capacity, bool works)
{
    struct hop hop;
    hop_open(&hop, "yield", SLUICE_ENDS_BY_LEAVING, capacity, n, n);
    for (uint32_t i = 0; i < n; i++) {
        make(&players[i], backend->loops.mix[mix], &hop, &hop, i, n);
        if (works)
            players[i].worker.local.least = players[i].worker.local.spread = 10;
    }
    start(players, n);
    join(players, n);
    verify(players, players, n);
    hop_close(&hop);
}

/* Each thread puts what it was told to and takes as often as it put, or tried to. */
static void test_turns(void **state)
{
    (void)state;
    static const enum sluice_mix even[] = {SLUICE_PAIRS, SLUICE_BURST};
    for (size_t i = 0; i < COUNT(even); i++)
        for (uint64_t capacity = 1; capacity <= LIMIT; capacity *= 20)
            for (int works = 0; works <= 1; works++) {
                struct player players[MANY];
                test_doing("%s: %s, capacity %u%s", backend->name, i ? "burst" : "pairs", (unsigned)capacity,
                           works ? ", with local work" : "");
                play(players, even[i], crew(), capacity, works);
                for (uint32_t j = 0; j < crew(); j++) {
                    assert_int_equal(count_of(&players[j], SLUICE_PUT), LIMIT);
                    assert_int_equal(takes(&players[j]), tries(&players[j]));
                    assert_int_equal(players[j].worker.local.samples > 0, works);
                }
            }
}

/* Half of the operations are enqueues, to within six standard deviations; threads toss different coins. */
static void test_coins(void **state)
{
    (void)state;
    struct player players[MANY];
    uint64_t before = 0;
    test_doing("%s: fifty", backend->name);
    for (int works = 0; works <= 1; works++) {
        play(players, SLUICE_FIFTY, crew(), LIMIT, works);
        for (uint32_t i = 0; i < crew(); i++) {
            assert_int_equal(count_of(&players[i], SLUICE_PUT), LIMIT);
            int64_t off = (int64_t)tries(&players[i]) - (int64_t)takes(&players[i]);
            assert_true(off * off <= 36 * (int64_t)(tries(&players[i]) + takes(&players[i])));
            if (i > 0)
                assert_int_not_equal(players[i].worker.local.state, before);
            before = players[i].worker.local.state;
        }
    }
}

/* One thread alone: a pair always finds its own item, and a burst is as long as was said. */
static void test_alone(void **state)
{
    (void)state;
    struct player player;
    test_doing("%s: alone", backend->name);
    play(&player, SLUICE_PAIRS, 1, LIMIT, false);
    assert_int_equal(count_of(&player, SLUICE_TAKEN), LIMIT);
    assert_int_equal(count_of(&player, SLUICE_DISCARDED), 0);
    assert_int_equal(count_of(&player, SLUICE_EMPTY_POLLS), 0);
    play(&player, SLUICE_BURST, 1, LIMIT, false);
    assert_int_equal(count_of(&player, SLUICE_EMPTY_POLLS), 0);
    play(&player, SLUICE_BURST, 1, 1, false);
    struct sluice_queue_config least = {.size = sizeof least,
                                        .producers = 1,
                                        .consumers = 1,
                                        .capacity = backend->traits.bound == SLUICE_UNBOUNDED ? 0 : 1};
    void *queue;
    assert_int_equal(backend->create(&least, &queue), 0);
    uint64_t room = backend->capacity(queue);
    backend->destroy(queue);
    if (room == 1) /* of each burst one is taken and the rest refused */
        assert_true(count_of(&player, SLUICE_FULL_POLLS) > 2 * LIMIT);
}

/* Threads that are told to stop leave at once, whatever is in the queue. */
static void test_stop(void **state)
{
    (void)state;
    for (int mix = 0; mix < SLUICE_MIXES; mix++) {
        struct player players[MANY];
        struct hop hop;
        test_doing("%s: stopping mix %d", backend->name, mix);
        hop_open(&hop, "block", SLUICE_ENDS_BY_LEAVING, SMALL, crew(), crew());
        for (uint32_t i = 0; i < crew(); i++) {
            make(&players[i], backend->loops.mix[mix], &hop, &hop, i, crew());
            players[i].worker.limit = SLUICE_MAX_SEQUENCE;
        }
        start(players, crew());
        while (!atomic_load(&players[0].slot.n[SLUICE_PUT]))
            sched_yield();
        for (uint32_t i = 0; i < crew(); i++)
            atomic_store(&players[i].stop, true);
        join(players, crew());
        verify(players, players, crew());
        hop_close(&hop);
    }
}

/* --- ping-pong --- */

static void ping_pong(const char *policy)
{
    for (int stops = 0; stops <= 1; stops++) {
        struct player pair[2];
        struct hop there, back;
        hop_open(&there, policy, SLUICE_ENDS_BY_LEAVING, SMALL, 1, 1);
        hop_open(&back, policy, SLUICE_ENDS_BY_LEAVING, SMALL, 1, 1);
        make(&pair[0], backend->loops.ping[there.signal], &back, &there, 0, 1);
        make(&pair[1], backend->loops.run[SLUICE_WORKER][SLUICE_ITEM][there.signal], &there, &back, 0, 1);
        pair[0].worker.limit = stops ? SLUICE_MAX_SEQUENCE : 50;
        pair[1].worker.limit = 0;
        start(pair, 2);
        while (stops && !atomic_load(&pair[0].slot.n[SLUICE_PUT]))
            sched_yield();
        atomic_store(&pair[0].stop, stops);
        join(pair, 2);
        if (!stops)
            assert_int_equal(count_of(&pair[0], SLUICE_PUT), 50);
        verify(&pair[0], &pair[1], 1);
        verify(&pair[1], &pair[0], 1);
        hop_close(&there);
        hop_close(&back);
    }
}
OVER_POLICIES(ping_pong)

int main(int argc, char **argv)
{
    const struct CMUnitTest mixes[] = {cmocka_unit_test(test_turns), cmocka_unit_test(test_coins),
                                       cmocka_unit_test(test_alone), cmocka_unit_test(test_stop)};
    const struct CMUnitTest waits[] = {cmocka_unit_test(test_ping_pong)};
    struct fault fault;
    if (argc != 2 || registry_find(argv[1], &backend, &fault)) {
        fprintf(stderr, "test_shape: %s\n", argc == 2 ? fault.text : "give it one queue");
        return 2;
    }
    test_watch(100);
    /* A queue that loses an item would let ping-pong wait for ever: it is found out before. */
    return cmocka_run_group_tests(mixes, NULL, NULL) || cmocka_run_group_tests(waits, NULL, NULL);
}
