/* contract_order.c - FIFO among producers and among consumers: an enqueue that ends before another one begins
   comes out first, whoever takes it. */
#include "contract.h"

#include <pthread.h>
#include <sched.h>

struct relay {
    void *queue;
    uint32_t runners[2]; /* by side */
    uint64_t items;
    _Atomic uint64_t turn[2];
    uint64_t wrong; /* items that did not come when they should; of the consumer whose turn it is */
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
    while (backend->ops->enqueue(end, item) != SLUICE_OK)
        sched_yield();
}

static void take_turn(struct relay *relay, void *end, uint64_t turn)
{
    void *item;
    bool last = false; /* all was put before this poll: what it does not find is lost */
    while (backend->ops->dequeue(end, &item) != SLUICE_OK) {
        if (last) {
            relay->wrong++;
            return;
        }
        last = atomic_load_explicit(&relay->turn[SLUICE_PRODUCER], memory_order_acquire) == relay->items;
        sched_yield();
    }
    relay->wrong += value_of(item) != turn + 1;
}

/* The runners of each side take turns, so that there is one order in which all items are put, and one in
   which they are taken; both sides run at once. */
static void *run_turns(void *argument)
{
    struct runner *runner = argument;
    struct relay *relay = runner->relay;
    _Atomic uint64_t *turn = &relay->turn[runner->side];
    void *end;
    if (backend->attach(relay->queue, runner->side, runner->index, &end))
        abort();
    for (uint64_t mine = runner->index; mine < relay->items; mine += relay->runners[runner->side]) {
        while (atomic_load_explicit(turn, memory_order_acquire) != mine)
            sched_yield();
        if (runner->side == SLUICE_PRODUCER)
            put_turn(end, mine);
        else
            take_turn(relay, end, mine);
        atomic_store_explicit(turn, mine + 1, memory_order_release);
    }
    backend->detach(end);
    return NULL;
}

static void order_holds_among_producers_and_consumers(void **state)
{
    struct runner runners[4];
    struct relay relay = {.items = scaled(10000)};
    uint32_t count = 0;
    (void)state;
    relay.runners[SLUICE_PRODUCER] = at_most(2, backend->traits.max_producers);
    relay.runners[SLUICE_CONSUMER] = at_most(2, backend->traits.max_consumers);
    struct sluice_queue_config config = {.size = sizeof config,
                                         .producers = relay.runners[SLUICE_PRODUCER],
                                         .consumers = relay.runners[SLUICE_CONSUMER],
                                         .capacity = capacity_within_traits(16)};
    test_doing("%s: order among producers", backend->name);
    assert_int_equal(make_queue(&config, &relay.queue), 0);
    for (int side = SLUICE_PRODUCER; side <= SLUICE_CONSUMER; side++)
        for (uint32_t i = 0; i < relay.runners[side]; i++, count++) {
            runners[count] = (struct runner){.relay = &relay, .side = (enum sluice_end)side, .index = i};
            assert_int_equal(pthread_create(&runners[count].thread, NULL, run_turns, &runners[count]), 0);
        }
    while (count-- > 0)
        pthread_join(runners[count].thread, NULL);
    assert_int_equal(relay.wrong, 0);
    backend->destroy(relay.queue);
}

static bool is_fifo(void)
{
    return backend->traits.order == SLUICE_FIFO;
}

const struct contract_test order_tests[] = {
    {"order_holds_among_producers_and_consumers", order_holds_among_producers_and_consumers, is_fifo},
    {0},
};
