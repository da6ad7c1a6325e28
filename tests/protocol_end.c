/* protocol_end.c - shutdown, at once or after a drain; close, by sentinels; and the thread that is cut off.
 */
#include "protocol.h"

static uint64_t discarded(const struct hand *hand)
{
    return hand->thread.count.n[SLUICE_DISCARDED];
}

static uint64_t all_discarded(const struct crew *crew)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < crew->getters; i++)
        sum += discarded(&crew->getter[i]);
    return sum;
}

/* ---- shutdown ---- */

static void expect_refused(struct crew *crew)
{
    struct timespec late = in_ns(HOUR_NS);
    uint64_t before = unfinished(crew);
    for (uint32_t i = 0; i < crew->putters; i++) {
        assert_int_equal(hand_put(&crew->putter[i], 99), SLUICE_CLOSED);
        assert_int_equal(hand_put_until(&crew->putter[i], 99, &long_past), SLUICE_CLOSED);
        assert_int_equal(hand_put_until(&crew->putter[i], 99, &late), SLUICE_CLOSED);
    }
    assert_int_equal(unfinished(crew), before);
}

static void expect_ended(struct crew *crew)
{
    struct timespec late = in_ns(HOUR_NS);
    uint64_t value;
    for (uint32_t i = 0; i < crew->getters; i++) {
        assert_int_equal(hand_get(&crew->getter[i], &value), SLUICE_CLOSED);
        assert_int_equal(hand_get_until(&crew->getter[i], &value, &long_past), SLUICE_CLOSED);
        assert_int_equal(hand_get_until(&crew->getter[i], &value, &late), SLUICE_CLOSED);
    }
}

/* There is room, and still no put; what is left comes in order, and then the end, for every getter. */
static void shutdown_drains(const char *policy)
{
    for (uint64_t left = 0; left <= 3; left++) {
        struct crew crew;
        crew_open(&crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 8);
        put_values(&crew, 1, left);
        sluice_shutdown(&crew.hop.channel, false);
        expect_refused(&crew);
        expect_values(&crew, 1, left);
        expect_ended(&crew);
        sluice_shutdown(&crew.hop.channel, false); /* once more changes nothing */
        expect_refused(&crew);
        expect_ended(&crew);
        assert_int_equal(unfinished(&crew), left);
        assert_true(sluice_task_done(&crew.hop.channel, left));
        expect_joined(&crew);
        assert_int_equal(all_discarded(&crew), 0);
        crew_close(&crew);
    }
}

static void shutdown_wakes_getters(const char *policy)
{
    for (int immediate = 0; immediate <= 1; immediate++) {
        struct crew crew;
        crew_open(&crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 4);
        start_waiting(crew.getter, crew.getters, get_one, SLUICE_STARVED);
        sluice_shutdown(&crew.hop.channel, immediate);
        join_hands(crew.getter, crew.getters);
        for (uint32_t i = 0; i < crew.getters; i++)
            assert_int_equal(crew.getter[i].last, SLUICE_CLOSED);
        expect_refused(&crew);
        expect_ended(&crew);
        assert_int_equal(all_discarded(&crew), 0);
        crew_close(&crew);
    }
}

/* The queue is full, and a thread of each putter waits at it. */
static uint64_t start_putters(struct crew *crew)
{
    uint64_t full = fill_up(crew, 1);
    start_waiting(crew->putter, crew->putters, put_one, SLUICE_CLOGGED);
    return full;
}

static void expect_putters_refused(struct crew *crew)
{
    join_hands(crew->putter, crew->putters);
    for (uint32_t i = 0; i < crew->putters; i++)
        assert_int_equal(crew->putter[i].last, SLUICE_CLOSED);
    expect_refused(crew);
}

static void shutdown_wakes_putters(const char *policy)
{
    struct crew crew;
    crew_open(&crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 3);
    uint64_t full = start_putters(&crew);
    sluice_shutdown(&crew.hop.channel, false);
    expect_putters_refused(&crew);
    assert_int_equal(unfinished(&crew), full);
    expect_values(&crew, 1, full); /* what was refused is not among them */
    expect_ended(&crew);
    crew_close(&crew);
}

static void immediate_shutdown_wakes_putters(const char *policy)
{
    struct crew crew;
    uint64_t value;
    crew_open(&crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 3);
    uint64_t full = start_putters(&crew);
    sluice_shutdown(&crew.hop.channel, true);
    expect_putters_refused(&crew);
    expect_unjoined(&crew); /* nobody has looked yet */
    assert_int_equal(hand_get(&crew.getter[0], &value), SLUICE_CLOSED);
    assert_int_equal(discarded(&crew.getter[0]), full);
    expect_joined(&crew);
    expect_ended(&crew);
    assert_int_equal(all_discarded(&crew), full);
    crew_close(&crew);
}

/* What is left is dropped by the getter that looks first, counted, and done. */
static void immediate_shutdown_drops(const char *policy)
{
    for (uint64_t left = 0; left <= 3; left++) {
        struct crew crew;
        uint64_t value;
        crew_open(&crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 8);
        put_values(&crew, 1, left);
        sluice_shutdown(&crew.hop.channel, left & 1); /* a drain may be cut short */
        sluice_shutdown(&crew.hop.channel, true);
        sluice_shutdown(&crew.hop.channel, false); /* and does not come back */
        expect_refused(&crew);
        assert_int_equal(unfinished(&crew), left);
        struct timespec late = in_ns(HOUR_NS);
        struct hand *getter = &crew.getter[crew.getters - 1];
        if (left & 2)
            assert_int_equal(hand_get(getter, &value), SLUICE_CLOSED);
        else
            assert_int_equal(hand_get_until(getter, &value, left ? &long_past : &late), SLUICE_CLOSED);
        assert_int_equal(discarded(getter), left);
        expect_joined(&crew);
        expect_ended(&crew);
        assert_int_equal(all_discarded(&crew), left);
        assert_false(sluice_task_done(&crew.hop.channel, 1));
        crew_close(&crew);
    }
}

static void *join_it(void *argument)
{
    struct hand *hand = argument;
    hand->last = sluice_join(hand->thread.out.channel, NULL);
    return NULL;
}

/* An item in somebody's hand is not dropped, and join waits for it. */
static void immediate_shutdown_waits_for_what_was_taken(const char *policy)
{
    struct crew crew;
    uint64_t value;
    crew_open(&crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 8);
    put_values(&crew, 1, 3);
    expect_values(&crew, 1, 1);
    hand_start(&crew.putter[0], join_it);
    sluice_shutdown(&crew.hop.channel, true);
    expect_unjoined(&crew);
    assert_int_equal(hand_get(&crew.getter[0], &value), SLUICE_CLOSED);
    assert_int_equal(discarded(&crew.getter[0]), 2);
    struct timespec soon = in_ns(2 * MS_NS);
    assert_int_equal(sluice_join(&crew.hop.channel, &soon), SLUICE_AGAIN);
    assert_true(sluice_task_done(&crew.hop.channel, 1));
    join_hands(crew.putter, 1);
    assert_int_equal(crew.putter[0].last, SLUICE_OK);
    assert_false(sluice_task_done(&crew.hop.channel, 1));
    crew_close(&crew);
}

/* A putter that was there before the shutdown may still put. A getter whose deadline passes meanwhile has not
   seen the end, and must not say so: if it were the last to look, that item would stay. Where the queue
   itself is closed nothing comes, and that is the end. */
static void dropping_ends_after_the_last_putter(const char *policy)
{
    for (int waits = 0; waits <= 1; waits++) {
        struct crew crew;
        uint64_t value;
        crew_open(&crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 8);
        struct hand *getter = &crew.getter[0];
        put_values(&crew, 1, 2);
        assert_true(sluice_begin_put(&crew.hop.channel, 1));
        sluice_shutdown(&crew.hop.channel, true);
        struct timespec soon = in_ns(MS_NS);
        assert_int_equal(hand_get_until(getter, &value, waits ? &soon : &long_past),
                         backend->close ? SLUICE_CLOSED : SLUICE_AGAIN);
        assert_int_equal(discarded(getter), 2);
        void *item = sluice_item_of(crew.hop.channel.intrusive, 3);
        bool put = backend->ops->enqueue(crew.putter[0].thread.out.end, item) == SLUICE_OK;
        if (!put)
            sluice_item_free(crew.hop.channel.intrusive, item);
        assert_int_equal(put, backend->close == NULL);
        sluice_end_put(&crew.hop.channel, !put);
        expect_ended(&crew);
        assert_int_equal(all_discarded(&crew), 2 + put);
        expect_joined(&crew);
        crew_close(&crew);
    }
}

/* ---- close: a sentinel for each getter ---- */

static enum sluice_status close_for(struct crew *crew, uint32_t getters)
{
    return sluice_close(backend->ops, crew->hop.signal, &crew->putter[0].thread, getters);
}

static void sentinels_come_last_and_are_tasks(const char *policy)
{
    struct crew crew;
    uint64_t value;
    crew_open(&crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 8);
    put_values(&crew, 1, 3);
    assert_int_equal(close_for(&crew, crew.getters), SLUICE_OK);
    assert_int_equal(unfinished(&crew), 3 + crew.getters);
    expect_values(&crew, 1, 3);
    for (uint32_t i = 0; i < crew.getters; i++) {
        assert_int_equal(unfinished(&crew), 3 + crew.getters - i);
        assert_int_equal(hand_get(&crew.getter[i], &value), SLUICE_CLOSED);
    }
    /* The last getter finds nothing behind its sentinel: there was one for each. */
    assert_int_equal(hand_get_until(&crew.getter[crew.getters - 1], &value, &long_past), SLUICE_AGAIN);
    expect_unjoined(&crew);
    assert_true(sluice_task_done(&crew.hop.channel, 3));
    expect_joined(&crew);
    assert_int_equal(all_discarded(&crew), 0);
    crew_close(&crew);
}

/* Dropped, a sentinel is a task that is done, but no item that was discarded, in whatever order they come. */
static void dropped_sentinels_are_no_items(const char *policy)
{
    struct crew crew;
    crew_open(&crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 8);
    put_values(&crew, 1, 2);
    assert_int_equal(close_for(&crew, crew.getters), SLUICE_OK);
    sluice_shutdown(&crew.hop.channel, true);
    expect_ended(&crew);
    assert_int_equal(all_discarded(&crew), 2);
    expect_joined(&crew);
    crew_close(&crew);
}

static void *close_it(void *argument)
{
    struct hand *hand = argument;
    struct crew *crew = hand->context;
    hand->last = close_for(crew, crew->getters);
    return NULL;
}

/* Getters are at work or asleep when the close comes, and the queue is full or nearly so. */
static void close_ends_each_getter(const char *policy)
{
    int rounds = policy_spins(policy) ? 2 : SANITIZED ? 6 : 20;
    for (int round = 0; round < rounds; round++) {
        struct crew crew;
        uint64_t got = 0, sum = 0, put = (uint64_t)round % 6;
        crew_open(&crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 1 + (uint64_t)round % 3);
        if (round % 2) {
            start_waiting(crew.getter, crew.getters, get_all, SLUICE_STARVED);
        } else {
            for (uint32_t i = 0; i < crew.getters; i++)
                hand_start(&crew.getter[i], get_all);
        }
        put_values(&crew, 1, put);
        hand_start(&crew.putter[0], close_it);
        expect_join(&crew);
        join_hands(crew.putter, 1);
        assert_int_equal(crew.putter[0].last, SLUICE_OK);
        join_hands(crew.getter, crew.getters);
        for (uint32_t i = 0; i < crew.getters; i++) {
            assert_int_equal(crew.getter[i].last, SLUICE_CLOSED);
            got += crew.getter[i].count;
            sum += crew.getter[i].sum;
        }
        assert_int_equal(got, put);
        assert_int_equal(sum, put * (put + 1) / 2);
        crew_close(&crew);
    }
}

static void close_waits_for_room(const char *policy)
{
    struct crew crew;
    uint64_t got = 0;
    crew_open(&crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 3);
    uint64_t full = fill_up(&crew, 1);
    start_waiting(crew.putter, 1, close_it, SLUICE_CLOGGED);
    for (uint32_t i = 0; i < crew.getters; i++)
        hand_start(&crew.getter[i], get_all);
    expect_join(&crew);
    join_hands(crew.putter, 1);
    assert_int_equal(crew.putter[0].last, SLUICE_OK);
    join_hands(crew.getter, crew.getters);
    for (uint32_t i = 0; i < crew.getters; i++)
        got += crew.getter[i].count;
    assert_int_equal(got, full);
    crew_close(&crew);
}

static void close_of_what_is_shut_down_fails(const char *policy)
{
    struct crew crew;
    crew_open(&crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 8);
    sluice_shutdown(&crew.hop.channel, false);
    assert_int_equal(close_for(&crew, crew.getters), SLUICE_CLOSED);
    expect_joined(&crew);
    crew_close(&crew);
}

/* ---- cut ---- */

static void start_to_be_cut(struct hand *hands, uint32_t n, _Atomic bool *cut, void *(*run)(void *),
                            enum sluice_state state)
{
    atomic_store(cut, false);
    for (uint32_t i = 0; i < n; i++)
        hands[i].thread.in.cut = hands[i].thread.out.cut = cut;
    start_waiting(hands, n, run, state);
}

/* The channel itself does not end: who is cut off may come back. */
static void getters_can_be_cut_off(const char *policy)
{
    struct crew crew;
    _Atomic bool cut;
    crew_open(&crew, policy, SLUICE_NEVER_ENDS, 4);
    for (int round = 0; round < 2 && crew.hop.signal != SLUICE_NATIVE; round++) {
        start_to_be_cut(crew.getter, crew.getters, &cut, get_one, SLUICE_STARVED);
        atomic_store(&cut, true);
        sluice_channel_wake(&crew.hop.channel);
        join_hands(crew.getter, crew.getters);
        for (uint32_t i = 0; i < crew.getters; i++)
            assert_int_equal(crew.getter[i].last, SLUICE_CLOSED);
        uint64_t next = crew.last + 1;
        put_values(&crew, next, 1);
        expect_values(&crew, next, 1); /* what is there is given all the same */
    }
    crew_close(&crew);
}

static void putters_can_be_cut_off(const char *policy)
{
    struct crew crew;
    _Atomic bool cut;
    crew_open(&crew, policy, SLUICE_NEVER_ENDS, 3);
    if (crew.hop.signal != SLUICE_NATIVE) {
        uint64_t full = fill_up(&crew, 1);
        start_to_be_cut(crew.putter, crew.putters, &cut, put_one, SLUICE_CLOGGED);
        atomic_store(&cut, true);
        sluice_channel_wake(&crew.hop.channel);
        join_hands(crew.putter, crew.putters);
        for (uint32_t i = 0; i < crew.putters; i++)
            assert_int_equal(crew.putter[i].last, SLUICE_CLOSED);
        expect_values(&crew, 1, full);
        put_values(&crew, full + 1, 1);
        expect_values(&crew, full + 1, 1);
    }
    crew_close(&crew);
}

static bool can_be_full_of_sentinels(void)
{
    return can_be_full() && takes_sentinels();
}

const struct protocol_test end_tests[] = {
    {"shutdown_drains", shutdown_drains, NULL},
    {"shutdown_wakes_getters", shutdown_wakes_getters, NULL},
    {"shutdown_wakes_putters", shutdown_wakes_putters, can_be_full},
    {"immediate_shutdown_wakes_putters", immediate_shutdown_wakes_putters, can_be_full},
    {"immediate_shutdown_drops", immediate_shutdown_drops, NULL},
    {"immediate_shutdown_waits_for_what_was_taken", immediate_shutdown_waits_for_what_was_taken, NULL},
    {"dropping_ends_after_the_last_putter", dropping_ends_after_the_last_putter, NULL},
    {"sentinels_come_last_and_are_tasks", sentinels_come_last_and_are_tasks, takes_sentinels},
    {"dropped_sentinels_are_no_items", dropped_sentinels_are_no_items, NULL},
    {"close_ends_each_getter", close_ends_each_getter, takes_sentinels},
    {"close_waits_for_room", close_waits_for_room, can_be_full_of_sentinels},
    {"close_of_what_is_shut_down_fails", close_of_what_is_shut_down_fails, NULL},
    {"getters_can_be_cut_off", getters_can_be_cut_off, NULL},
    {"putters_can_be_cut_off", putters_can_be_cut_off, can_be_full},
    {0},
};
