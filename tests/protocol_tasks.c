/* protocol_tasks.c - task_done and join: join comes when as many tasks are done as items were put, not
   earlier, and to everybody; and nobody calls the kernel while nobody waits. */
#include "protocol.h"

static bool task_done(struct crew *crew, uint64_t n)
{
    return sluice_task_done(&crew->hop.channel, n);
}

static void join_of_nothing_comes_at_once(const char *policy)
{
    struct crew crew;
    crew_open(&crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 4);
    expect_joined(&crew);
    assert_int_equal(sluice_join(&crew.hop.channel, NULL), SLUICE_OK);
    assert_false(task_done(&crew, 1));
    expect_joined(&crew);
    crew_close(&crew);
}

static void join_waits_for_every_task(const char *policy)
{
    struct crew crew;
    crew_open(&crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 4);
    for (int round = 0; round < 3; round++) {
        uint64_t first = crew.last + 1;
        put_values(&crew, first, 3);
        expect_unjoined(&crew);
        expect_values(&crew, first, 3);
        expect_unjoined(&crew); /* taken is not done */
        assert_true(task_done(&crew, 2));
        struct timespec soon = in_ns(2 * MS_NS);
        assert_int_equal(sluice_join(&crew.hop.channel, &soon), SLUICE_AGAIN);
        expect_after(&soon);
        assert_true(task_done(&crew, 1));
        expect_joined(&crew);
    }
    crew_close(&crew);
}

static void a_task_done_too_many_changes_nothing(const char *policy)
{
    struct crew crew;
    crew_open(&crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 4);
    put_values(&crew, 1, 2);
    assert_false(task_done(&crew, 3));
    assert_int_equal(unfinished(&crew), 2);
    assert_true(task_done(&crew, 2));
    assert_false(task_done(&crew, 1));
    expect_joined(&crew);
    put_values(&crew, 3, 1);
    assert_false(task_done(&crew, 2));
    expect_unjoined(&crew);
    assert_true(task_done(&crew, 1));
    expect_joined(&crew);
    crew_close(&crew);
}

/* While somebody puts, what he has announced hides that a task_done was one too many; but that must not take
   the channel down when he takes his announcement back. */
static void a_task_done_too_many_during_a_put_does_no_harm(const char *policy)
{
    for (uint64_t put = 0; put <= 2; put++) {
        struct crew crew;
        crew_open(&crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 8);
        assert_true(sluice_begin_put(&crew.hop.channel, 4));
        task_done(&crew, 3);
        sluice_end_put(&crew.hop.channel, 4 - put);
        assert_int_equal(sluice_tasks_putters(crew.hop.channel.tasks.word), 0);
        expect_joined(&crew);
        put_values(&crew, 1, 2); /* not shut down */
        expect_values(&crew, 1, 2);
        assert_true(task_done(&crew, 2));
        assert_false(task_done(&crew, 1));
        sluice_shutdown(&crew.hop.channel, false);
        uint64_t value;
        assert_int_equal(hand_get(&crew.getter[0], &value), SLUICE_CLOSED);
        crew_close(&crew);
    }
}

/* ---- join from several threads ---- */

enum { JOINERS = 4 };

struct joiner {
    alignas(SLUICE_SEPARATE) struct crew *crew;
    pthread_t id;
    _Atomic bool *done;
    bool early;
};

static void *join_and_look(void *argument)
{
    struct joiner *joiner = argument;
    joiner->early = sluice_join(&joiner->crew->hop.channel, NULL) != SLUICE_OK || !atomic_load(joiner->done);
    return NULL;
}

static void start_joiners(struct joiner *joiners, struct crew *crew, _Atomic bool *done)
{
    for (int i = 0; i < JOINERS; i++) {
        joiners[i] = (struct joiner){.crew = crew, .done = done};
        assert_int_equal(pthread_create(&joiners[i].id, NULL, join_and_look, &joiners[i]), 0);
    }
    sluice_sleep(MS_NS); /* right wherever they are, and better when they sleep */
}

static void join_joiners(struct joiner *joiners)
{
    for (int i = 0; i < JOINERS; i++) {
        pthread_join(joiners[i].id, NULL);
        assert_false(joiners[i].early);
    }
}

static void every_joiner_is_woken(const char *policy)
{
    struct crew crew;
    struct joiner joiners[JOINERS];
    _Atomic bool done = false;
    crew_open(&crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 4);
    put_values(&crew, 1, 2);
    start_joiners(joiners, &crew, &done);
    assert_true(task_done(&crew, 1));
    atomic_store(&done, true);
    assert_true(task_done(&crew, 1));
    join_joiners(joiners);
    crew_close(&crew);
}

/* What a full queue refused was announced before, so that the refusal may be what joiners wait for. */
static void a_refused_put_wakes_joiners(const char *policy)
{
    struct crew crew;
    struct joiner joiners[JOINERS];
    _Atomic bool done = false;
    crew_open(&crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 4);
    assert_true(sluice_begin_put(&crew.hop.channel, 5));
    start_joiners(joiners, &crew, &done);
    atomic_store(&done, true);
    sluice_end_put(&crew.hop.channel, 5);
    join_joiners(joiners);
    assert_false(task_done(&crew, 1));
    crew_close(&crew);
}

/* ---- join and the workers: what they did is seen by who joined, round after round ---- */

static void join_comes_after_the_work(const char *policy)
{
    struct crew crew;
    uint64_t rounds = policy_spins(policy) ? 10 : scaled(300), put = 0;
    crew_open(&crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 4);
    for (uint32_t i = 0; i < crew.getters; i++)
        hand_start(&crew.getter[i], get_all);
    for (uint64_t round = 0; round < rounds; round++) {
        uint64_t got = 0, n = 1 + round % 7;
        put_values(&crew, 1, n);
        put += n;
        expect_join(&crew);
        /* Plain counters of other threads: join orders what they did before what comes here. */
        for (uint32_t i = 0; i < crew.getters; i++)
            got += crew.getter[i].count;
        assert_int_equal(got, put);
    }
    sluice_shutdown(&crew.hop.channel, false);
    join_hands(crew.getter, crew.getters);
    crew_close(&crew);
}

/* ---- no kernel call while nobody waits ---- */

static void nobody_bothers_the_kernel(const char *policy)
{
    struct crew crew;
    uint64_t value, before = atomic_load(&kernel_calls);
    struct timespec late = in_ns(HOUR_NS);
    crew_open(&crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 8);
    struct hand *putter = &crew.putter[0], *getter = &crew.getter[0];
    for (uint64_t i = 1; i <= 200; i++) {
        assert_int_equal(i % 2 ? hand_put(putter, i) : hand_put_until(putter, i, &late), SLUICE_OK);
        assert_int_equal(i % 2 ? hand_get_until(getter, &value, &late) : hand_get(getter, &value), SLUICE_OK);
        assert_int_equal(value, i);
        expect_unjoined(&crew);
        assert_true(task_done(&crew, 1));
        assert_int_equal(sluice_join(&crew.hop.channel, i % 2 ? NULL : &late), SLUICE_OK);
    }
    assert_int_equal(hand_get_until(getter, &value, &long_past), SLUICE_AGAIN);
    sluice_shutdown(&crew.hop.channel, false);
    assert_int_equal(hand_get(getter, &value), SLUICE_CLOSED);
    assert_int_equal(hand_put(putter, 1), SLUICE_CLOSED);
    assert_int_equal(atomic_load(&kernel_calls), before);
    crew_close(&crew);
}

const struct protocol_test task_tests[] = {
    {"join_of_nothing_comes_at_once", join_of_nothing_comes_at_once, NULL},
    {"join_waits_for_every_task", join_waits_for_every_task, NULL},
    {"a_task_done_too_many_changes_nothing", a_task_done_too_many_changes_nothing, NULL},
    {"a_task_done_too_many_during_a_put_does_no_harm", a_task_done_too_many_during_a_put_does_no_harm, NULL},
    {"every_joiner_is_woken", every_joiner_is_woken, NULL},
    {"a_refused_put_wakes_joiners", a_refused_put_wakes_joiners, NULL},
    {"join_comes_after_the_work", join_comes_after_the_work, NULL},
    {"nobody_bothers_the_kernel", nobody_bothers_the_kernel, NULL},
    {0},
};
