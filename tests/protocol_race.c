/* protocol_race.c - putters, getters, a joiner and a shutdown at once: whatever the interleaving, what a put
   said it put is got or dropped, and everybody comes to an end. */
#include "protocol.h"

#include "base/rng.h"

#include <sched.h>

struct race {
    struct crew crew;
    struct rng rng;
    bool immediate, refused_otherwise;
    uint64_t put, put_sum, got, got_sum, dropped;
};

enum { MOST = 3000, NAGS = 100 };

/* As fast as it can, until it is refused; or until there is so much in an unbounded queue that it takes long
   to get it out again. */
static void *put_until_refused(void *argument)
{
    struct hand *hand = argument;
    uint64_t stamp = sluice_first_stamp(hand->index);
    while (hand->count < MOST && (hand->last = hand_put(hand, stamp + hand->count + 1)) == SLUICE_OK)
        hand->sum += stamp + ++hand->count;
    sluice_flush(&hand->thread);
    /* Who is refused was a putter for a moment, and getters that saw it must not wait for it. */
    for (int i = 0; i < NAGS && hand->last == SLUICE_CLOSED; i++)
        hand->last = hand_put(hand, 1);
    return NULL;
}

/* Sometimes now, sometimes when the threads have got into their stride. */
static void linger(struct race *race)
{
    for (uint64_t n = rng_below(&race->rng, 8); n > 0; n--)
        sched_yield();
    if (rng_below(&race->rng, 4) == 0)
        sluice_sleep(1 + rng_below(&race->rng, MS_NS / 5));
}

static void run_to_the_end(struct race *race)
{
    struct crew *crew = &race->crew;
    /* Now the one side is there first, now the other. */
    bool getters_first = rng_below(&race->rng, 2);
    for (uint32_t i = 0; getters_first && i < crew->getters; i++)
        hand_start(&crew->getter[i], get_all);
    for (uint32_t i = 0; i < crew->putters; i++)
        hand_start(&crew->putter[i], put_until_refused);
    for (uint32_t i = 0; !getters_first && i < crew->getters; i++)
        hand_start(&crew->getter[i], get_all);
    linger(race);
    sluice_shutdown(&crew->hop.channel, race->immediate);
    expect_join(crew);
    join_hands(crew->putter, crew->putters);
    join_hands(crew->getter, crew->getters);
}

static void add_up(struct race *race)
{
    const struct crew *crew = &race->crew;
    for (uint32_t i = 0; i < crew->putters; i++) {
        race->put += crew->putter[i].count;
        race->put_sum += crew->putter[i].sum;
        race->refused_otherwise |= crew->putter[i].last != SLUICE_CLOSED && crew->putter[i].count < MOST;
    }
    for (uint32_t i = 0; i < crew->getters; i++) {
        race->got += crew->getter[i].count;
        race->got_sum += crew->getter[i].sum;
        race->dropped += crew->getter[i].thread.count.n[SLUICE_DISCARDED];
        race->refused_otherwise |= crew->getter[i].last != SLUICE_CLOSED;
    }
}

/* Many races, but not more than there is time for: with more threads than CPUs one that spins takes long. */
static bool another(uint64_t round, uint64_t begin_ns)
{
    return round < 3 || (round < 60 && sluice_now_ns() < begin_ns + 100 * MS_NS);
}

static void race_against_shutdown(const char *policy, bool immediate)
{
    uint64_t begin_ns = sluice_now_ns();
    for (uint64_t round = 0; another(round, begin_ns); round++) {
        struct race race = {.immediate = immediate};
        rng_seed(&race.rng, round);
        crew_open(&race.crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 1 + round % 4);
        run_to_the_end(&race);
        add_up(&race);
        assert_false(race.refused_otherwise);
        assert_int_equal(race.put, race.got + race.dropped);
        if (!immediate) {
            assert_int_equal(race.dropped, 0);
            assert_int_equal(race.put_sum, race.got_sum);
        }
        assert_int_equal(unfinished(&race.crew), 0);
        assert_int_equal(sluice_tasks_putters(race.crew.hop.channel.tasks.word), 0);
        crew_close(&race.crew);
    }
}

static void no_item_is_lost_at_shutdown(const char *policy)
{
    race_against_shutdown(policy, false);
}

static void no_item_is_lost_at_immediate_shutdown(const char *policy)
{
    race_against_shutdown(policy, true);
}

/* Getters that look in only now and then, with a deadline, until they are told of the end; what was put is
   theirs even so. */
static void *get_with_deadlines(void *argument)
{
    struct hand *hand = argument;
    uint64_t value;
    for (;;) {
        struct timespec deadline = in_ns(hand->index == 0 ? 0 : 50000);
        hand->last = hand_get_until(hand, &value, &deadline);
        if (hand->last == SLUICE_CLOSED)
            return NULL;
        if (hand->last == SLUICE_OK) {
            hand->count++;
            hand->sum += value;
            sluice_task_done(hand->thread.in.channel, 1);
        } else {
            sched_yield();
        }
    }
}

static void no_item_is_lost_to_deadlines(const char *policy)
{
    uint64_t begin_ns = sluice_now_ns();
    for (uint64_t round = 0; another(round, begin_ns); round++) {
        struct race race = {.immediate = round % 2};
        struct crew *crew = &race.crew;
        rng_seed(&race.rng, round);
        crew_open(crew, policy, SLUICE_ENDS_BY_SHUTDOWN, 1 + round % 4);
        for (uint32_t i = 0; i < crew->putters; i++)
            hand_start(&crew->putter[i], put_until_refused);
        for (uint32_t i = 0; i < crew->getters; i++)
            hand_start(&crew->getter[i], get_with_deadlines);
        linger(&race);
        sluice_shutdown(&crew->hop.channel, race.immediate);
        expect_join(crew);
        join_hands(crew->putter, crew->putters);
        join_hands(crew->getter, crew->getters);
        add_up(&race);
        assert_false(race.refused_otherwise);
        assert_int_equal(race.put, race.got + race.dropped);
        assert_int_equal(unfinished(crew), 0);
        crew_close(crew);
    }
}

const struct protocol_test race_tests[] = {
    {"no_item_is_lost_at_shutdown", no_item_is_lost_at_shutdown, NULL},
    {"no_item_is_lost_at_immediate_shutdown", no_item_is_lost_at_immediate_shutdown, NULL},
    {"no_item_is_lost_to_deadlines", no_item_is_lost_to_deadlines, NULL},
    {0},
};
