/* protocol_hand_off.c - no wake-up is lost: pairs of threads, more than there are CPUs, hand an item to and
   fro, so often as it says here, and every hand-off needs the other's wake-up. */
#include "protocol.h"

#include <sched.h>

/* Each pair's, by wait policy; there and back is two. A lost wake-up hangs, and the watchdog says where. */
static const struct {
    const char *policy;
    uint64_t times;
} hand_offs[] = {
    {"block", 20000},  {"native", 20000}, {"lazy:1", 5000},    {"lazy:3", 5000},
    {"lazy:64", 5000}, {"spin", 20},      {"sleep:20us", 400}, {NULL, 2000}, /* and all others */
};

enum { MOST_PAIRS = 16 };

struct pair {
    struct hop there, back;
    struct hand pinger, ponger;
    uint64_t round_trips;
};

static void *ping(void *argument)
{
    struct hand *hand = argument;
    struct pair *pair = hand->context;
    uint64_t value;
    for (uint64_t i = 1; i <= pair->round_trips; i++) {
        if (hand_put(hand, i) != SLUICE_OK || hand_get(hand, &value) != SLUICE_OK || value != i ||
            !sluice_task_done(&pair->back.channel, 1))
            abort();
        hand->count++;
    }
    sluice_shutdown(&pair->there.channel, false);
    sluice_leave(&hand->thread);
    return NULL;
}

static void *pong(void *argument)
{
    struct hand *hand = argument;
    struct pair *pair = hand->context;
    uint64_t value;
    while (hand_get(hand, &value) == SLUICE_OK) {
        if (!sluice_task_done(&pair->there.channel, 1) || hand_put(hand, value) != SLUICE_OK)
            abort();
        hand->count++;
    }
    sluice_leave(&hand->thread);
    return NULL;
}

static void pair_start(struct pair *pair, const char *policy, uint64_t times)
{
    pair->round_trips = times / 2;
    hop_open(&pair->there, policy, SLUICE_ENDS_BY_SHUTDOWN, 1, 1, 1);
    hop_open(&pair->back, policy, SLUICE_ENDS_BY_SHUTDOWN, 1, 1, 1);
    hand_init(&pair->pinger, &pair->back, 0, &pair->there, 0);
    hand_init(&pair->ponger, &pair->there, 0, &pair->back, 0);
    pair->pinger.context = pair->ponger.context = pair;
    hand_start(&pair->pinger, ping);
    hand_start(&pair->ponger, pong);
}

static void pair_end(struct pair *pair)
{
    pthread_join(pair->pinger.id, NULL);
    pthread_join(pair->ponger.id, NULL);
    assert_int_equal(pair->pinger.count, pair->round_trips);
    assert_int_equal(pair->ponger.count, pair->round_trips);
    assert_int_equal(sluice_join(&pair->there.channel, &long_past), SLUICE_OK);
    assert_int_equal(sluice_join(&pair->back.channel, &long_past), SLUICE_OK);
    hand_release(&pair->pinger);
    hand_release(&pair->ponger);
    hop_close(&pair->there);
    hop_close(&pair->back);
}

static void no_wake_up_is_lost(const char *policy)
{
    static struct pair pairs[MOST_PAIRS];
    cpu_set_t set;
    uint32_t cpus = sched_getaffinity(0, sizeof set, &set) == 0 ? (uint32_t)CPU_COUNT(&set) : 2;
    uint32_t count = at_most(cpus + 1, MOST_PAIRS);
    size_t i = 0;
    while (hand_offs[i].policy && strcmp(hand_offs[i].policy, policy) != 0)
        i++;
    for (uint32_t pair = 0; pair < count; pair++)
        pair_start(&pairs[pair], policy,
                   policy_spins(policy) ? hand_offs[i].times : scaled(hand_offs[i].times));
    for (uint32_t pair = 0; pair < count; pair++)
        pair_end(&pairs[pair]);
}

const struct protocol_test hand_off_tests[] = {
    {"no_wake_up_is_lost", no_wake_up_is_lost, NULL},
    {0},
};
