/* protocol_wait.c - put and get wait, until it is their turn, until the deadline, or not at all. */
#include "protocol.h"

#include <sched.h>

/* ---- get ---- */

static void get_waits_for_an_item(const char *policy)
{
    struct crew crew;
    crew_open(&crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 4);
    struct hand *getter = &crew.getter[0];
    for (uint64_t i = 1; i <= 3; i++) {
        start_waiting(getter, 1, get_one, SLUICE_STARVED);
        put_values(&crew, i, 1);
        join_hands(getter, 1);
        assert_int_equal(getter->last, SLUICE_OK);
        assert_int_equal(getter->sum, i);
    }
    crew_close(&crew);
}

static void get_waits_until_the_deadline(const char *policy)
{
    struct crew crew;
    uint64_t value;
    crew_open(&crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 4);
    struct hand *getter = &crew.getter[0];
    assert_int_equal(hand_get_until(getter, &value, &long_past), SLUICE_AGAIN);
    assert_int_equal(getter->thread.count.n[SLUICE_EMPTY_POLLS], 1); /* get_nowait tries once */
    struct timespec soon = in_ns(3 * MS_NS), late = in_ns(HOUR_NS);
    assert_int_equal(hand_get_until(getter, &value, &soon), SLUICE_AGAIN);
    expect_after(&soon);
    put_values(&crew, 1, 2);
    assert_int_equal(hand_get_until(getter, &value, &long_past), SLUICE_OK);
    expect_next(&crew, value, 1);
    assert_int_equal(hand_get_until(getter, &value, &late), SLUICE_OK);
    expect_next(&crew, value, 2);
    crew_close(&crew);
}

static void *get_until_late(void *argument)
{
    struct hand *hand = argument;
    struct timespec late = in_ns(HOUR_NS);
    hand->last = hand_get_until(hand, &hand->sum, &late);
    return NULL;
}

static void an_item_comes_before_the_deadline(const char *policy)
{
    struct crew crew;
    crew_open(&crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 4);
    start_waiting(crew.getter, 1, get_until_late, SLUICE_STARVED);
    put_values(&crew, 7, 1);
    join_hands(crew.getter, 1);
    assert_int_equal(crew.getter[0].last, SLUICE_OK);
    assert_int_equal(crew.getter[0].sum, 7);
    crew_close(&crew);
}

/* ---- put ---- */

static void put_waits_for_room(const char *policy)
{
    struct crew crew;
    crew_open(&crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 3);
    uint64_t full = fill_up(&crew, 1);
    for (uint64_t i = 1; i <= 3; i++) {
        crew.putter[0].value = full + i;
        start_waiting(crew.putter, 1, put_one, SLUICE_CLOGGED);
        assert_int_equal(backend->capacity(crew.hop.channel.queue), full);
        expect_values(&crew, i, 1);
        for (uint32_t j = 0; j < crew.getters; j++)
            sluice_flush(&crew.getter[j].thread);
        join_hands(crew.putter, 1);
        assert_int_equal(crew.putter[0].last, SLUICE_OK);
        crew.last++;
    }
    expect_values(&crew, 4, full);
    crew_close(&crew);
}

static void put_waits_until_the_deadline(const char *policy)
{
    struct crew crew;
    crew_open(&crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 3);
    struct hand *putter = &crew.putter[0];
    uint64_t full = fill_up(&crew, 1);
    assert_int_equal(hand_put_until(putter, 97, &long_past), SLUICE_AGAIN);
    assert_int_equal(putter->thread.count.n[SLUICE_FULL_POLLS], 1); /* put_nowait tries once */
    struct timespec soon = in_ns(3 * MS_NS), late = in_ns(HOUR_NS);
    assert_int_equal(hand_put_until(putter, 98, &soon), SLUICE_AGAIN);
    expect_after(&soon);
    assert_int_equal(unfinished(&crew), full); /* what was not put is no task */
    expect_values(&crew, 1, 1);
    assert_int_equal(hand_put_until(putter, ++crew.last, &late), SLUICE_OK);
    expect_values(&crew, 2, full); /* nor is it in the queue */
    assert_int_equal(hand_put_until(putter, ++crew.last, &long_past), SLUICE_OK);
    expect_values(&crew, full + 2, 1);
    crew_close(&crew);
}

static void *put_until_late(void *argument)
{
    struct hand *hand = argument;
    struct timespec late = in_ns(HOUR_NS);
    hand->last = hand_put_until(hand, hand->value, &late);
    return NULL;
}

static void room_comes_before_the_deadline(const char *policy)
{
    struct crew crew;
    uint64_t value;
    crew_open(&crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 3);
    uint64_t full = fill_up(&crew, 1);
    crew.putter[0].value = full + 1;
    start_waiting(crew.putter, 1, put_until_late, SLUICE_CLOGGED);
    assert_int_equal(hand_get(&crew.getter[0], &value), SLUICE_OK);
    expect_next(&crew, value, 1);
    sluice_flush(&crew.getter[0].thread);
    join_hands(crew.putter, 1);
    assert_int_equal(crew.putter[0].last, SLUICE_OK);
    crew.last++;
    expect_values(&crew, 2, full);
    crew_close(&crew);
}

/* ---- one side waits, the other only tries: who tries in vain wakes those who sleep, or it goes on for ever
   ---- */

enum { FEW = 10 };
static const uint64_t patience_ns = 5000 * MS_NS;

static void *put_few(void *argument)
{
    struct hand *hand = argument;
    while (hand->count < FEW && (hand->last = hand_put(hand, hand->count + 1)) == SLUICE_OK)
        hand->count++;
    sluice_flush(&hand->thread);
    return NULL;
}

static void *get_few(void *argument)
{
    struct hand *hand = argument;
    uint64_t value;
    while (hand->count < FEW && (hand->last = hand_get(hand, &value)) == SLUICE_OK)
        hand->count++;
    return NULL;
}

static void putters_sleep_while_a_getter_tries(const char *policy)
{
    struct crew crew;
    uint64_t value, got = 0, end_ns = sluice_now_ns() + patience_ns;
    crew_open(&crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 3);
    crew.last = FEW;
    hand_start(&crew.putter[0], put_few);
    while (got < FEW && sluice_now_ns() < end_ns) {
        if (hand_get_until(&crew.getter[0], &value, &long_past) == SLUICE_OK)
            expect_next(&crew, value, ++got);
        else
            sched_yield();
    }
    sluice_shutdown(&crew.hop.channel, false);
    join_hands(crew.putter, 1);
    assert_int_equal(got, FEW);
    crew_close(&crew);
}

static void getters_sleep_while_a_putter_tries(const char *policy)
{
    struct crew crew;
    uint64_t put = 0, end_ns = sluice_now_ns() + patience_ns;
    crew_open(&crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 3);
    hand_start(&crew.getter[0], get_few);
    while (put < FEW && sluice_now_ns() < end_ns) {
        if (hand_put_until(&crew.putter[0], put + 1, &long_past) == SLUICE_OK)
            put++;
        else
            sched_yield();
    }
    sluice_shutdown(&crew.hop.channel, false);
    join_hands(crew.getter, 1);
    assert_int_equal(put, FEW);
    assert_int_equal(crew.getter[0].count, FEW);
    crew_close(&crew);
}

const struct protocol_test wait_tests[] = {
    {"get_waits_for_an_item", get_waits_for_an_item, NULL},
    {"get_waits_until_the_deadline", get_waits_until_the_deadline, NULL},
    {"an_item_comes_before_the_deadline", an_item_comes_before_the_deadline, NULL},
    {"put_waits_for_room", put_waits_for_room, can_be_full},
    {"put_waits_until_the_deadline", put_waits_until_the_deadline, can_be_full},
    {"room_comes_before_the_deadline", room_comes_before_the_deadline, can_be_full},
    {"putters_sleep_while_a_getter_tries", putters_sleep_while_a_getter_tries, can_be_full},
    {"getters_sleep_while_a_putter_tries", getters_sleep_while_a_putter_tries, can_be_full},
    {0},
};
