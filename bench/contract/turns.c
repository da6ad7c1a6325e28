/* turns.c - FIFO among producers and among consumers: an enqueue that ends before another one begins comes
   out first, whoever takes it. */
#include "contract/subject.h"

#include <sched.h>

enum { SIDE = 2 };

struct relay {
    void *queue;
    uint32_t runners[2]; /* by side */
    uint64_t items;
    _Atomic uint64_t turn[2];
};

struct runner {
    struct relay *relay;
    pthread_t thread;
    enum sluice_end side;
    uint32_t index;
};

static void put_turn(void *end, uint64_t turn)
{
    void *item = item_of(turn + 1);
    while (subject->ops->enqueue(end, item) != SLUICE_OK)
        sched_yield();
}

static void take_turn(struct relay *relay, void *end, uint64_t turn)
{
    void *item;
    bool last = false; /* all was put before this poll: what it does not find is lost */
    while (subject->ops->dequeue(end, &item) != SLUICE_OK) {
        EXPECT(KIND_LOST, !last, "item %ju of %ju did not come out", (uintmax_t)turn + 1,
               (uintmax_t)relay->items);
        last = atomic_load_explicit(&relay->turn[SLUICE_PRODUCER], memory_order_acquire) == relay->items;
        sched_yield();
    }
    uint64_t value = value_of(item);
    EXPECT(KIND_ORDER, value == turn + 1,
           "item %ju came out where item %ju was next, of which one was put after the other",
           (uintmax_t)value, (uintmax_t)turn + 1);
}

/* The runners of each side take turns, so that there is one order in which all items are put, and one in
   which they are taken; both sides run at once. */
static void *run_turns(void *argument)
{
    struct runner *runner = argument;
    struct relay *relay = runner->relay;
    _Atomic uint64_t *turn = &relay->turn[runner->side];
    void *end = attach(relay->queue, runner->side, runner->index);
    for (uint64_t mine = runner->index; mine < relay->items; mine += relay->runners[runner->side]) {
        while (atomic_load_explicit(turn, memory_order_acquire) != mine)
            sched_yield();
        if (runner->side == SLUICE_PRODUCER)
            put_turn(end, mine);
        else
            take_turn(relay, end, mine);
        atomic_store_explicit(turn, mine + 1, memory_order_release);
    }
    subject->detach(end);
    return NULL;
}

static void order_holds_among_producers_and_consumers(void)
{
    struct runner runners[2 * SIDE];
    struct relay relay = {.items = scaled(10000)};
    uint32_t count = 0;
    relay.runners[SLUICE_PRODUCER] = at_most(SIDE, subject->traits.max_producers);
    relay.runners[SLUICE_CONSUMER] = at_most(SIDE, subject->traits.max_consumers);
    relay.queue = make_queue(capacity_within_traits(16), relay.runners[SLUICE_PRODUCER],
                             relay.runners[SLUICE_CONSUMER]);
    doing("%u producers and %u consumers in turn", relay.runners[SLUICE_PRODUCER],
          relay.runners[SLUICE_CONSUMER]);
    for (int side = SLUICE_PRODUCER; side <= SLUICE_CONSUMER; side++)
        for (uint32_t i = 0; i < relay.runners[side]; i++, count++) {
            runners[count] = (struct runner){.relay = &relay, .side = (enum sluice_end)side, .index = i};
            start_thread(&runners[count].thread, run_turns, &runners[count]);
        }
    while (count-- > 0)
        pthread_join(runners[count].thread, NULL);
    subject->destroy(relay.queue);
}

static bool is_fifo(void)
{
    return subject->traits.order == SLUICE_FIFO && !subject->traits.instrument;
}

const struct contract_test turn_tests[] = {
    {"order_holds_among_producers_and_consumers", order_holds_among_producers_and_consumers, is_fifo},
    {0},
};
