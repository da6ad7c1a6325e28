/* test_protocol.c - the channel's protocol, point by point as Python's queue.Queue (3.13) has it, over one
   backend (test_protocol QUEUE) and every wait policy. */
#include "protocol.h"

#include "trial/registry.h"

#include <sched.h>
#include <stdio.h>

const struct sluice_backend *backend;

void crew_open(struct crew *crew, const char *policy, enum sluice_ending ending, uint64_t capacity)
{
    crew->putters = at_most(MANY, backend->traits.max_producers);
    crew->getters = at_most(MANY, backend->traits.max_consumers);
    crew->last = 0;
    memset(crew->got, 0, sizeof crew->got);
    hop_open(&crew->hop, policy, ending, capacity, crew->putters, crew->getters);
    for (uint32_t i = 0; i < crew->putters; i++) {
        hand_init(&crew->putter[i], NULL, 0, &crew->hop, i);
        crew->putter[i].index = i;
        crew->putter[i].value = 100 + i;
        crew->putter[i].context = crew;
    }
    for (uint32_t i = 0; i < crew->getters; i++) {
        hand_init(&crew->getter[i], &crew->hop, i, NULL, 0);
        crew->getter[i].index = i;
        crew->getter[i].context = crew;
    }
}

void crew_close(struct crew *crew)
{
    void *item;
    while (backend->ops->dequeue(crew->getter[0].thread.in.end, &item) == SLUICE_OK)
        sluice_item_free(crew->hop.channel.intrusive, item);
    for (uint32_t i = 0; i < crew->putters; i++)
        hand_release(&crew->putter[i]);
    for (uint32_t i = 0; i < crew->getters; i++)
        hand_release(&crew->getter[i]);
    hop_close(&crew->hop);
}

bool can_be_full(void)
{
    return backend->traits.bound != SLUICE_UNBOUNDED;
}

void put_values(struct crew *crew, uint64_t first, uint64_t n)
{
    for (uint64_t i = 0; i < n; i++)
        assert_int_equal(hand_put(&crew->putter[0], crew->last = first + i), SLUICE_OK);
    sluice_flush(&crew->putter[0].thread); /* a lazy one owes more than that */
}

void expect_next(struct crew *crew, uint64_t value, uint64_t due)
{
    if (keeps_order()) {
        assert_int_equal(value, due);
        return;
    }
    assert_in_range(value, 1, crew->last);
    assert_in_range(value, 1, MOST_VALUES - 1);
    assert_false(crew->got[value]);
    crew->got[value] = true;
}

void expect_values(struct crew *crew, uint64_t first, uint64_t n)
{
    uint64_t value;
    for (uint64_t i = 0; i < n; i++) {
        assert_int_equal(hand_get_until(&crew->getter[i % crew->getters], &value, &long_past), SLUICE_OK);
        expect_next(crew, value, first + i);
    }
}

uint64_t fill_up(struct crew *crew, uint64_t first)
{
    uint64_t capacity = backend->capacity(crew->hop.channel.queue);
    put_values(crew, first, capacity);
    return capacity;
}

uint64_t unfinished(struct crew *crew)
{
    return sluice_tasks_unfinished(atomic_load(&crew->hop.channel.tasks.word));
}

void expect_joined(struct crew *crew)
{
    assert_int_equal(sluice_join(&crew->hop.channel, &long_past), SLUICE_OK);
}

void expect_unjoined(struct crew *crew)
{
    assert_int_equal(sluice_join(&crew->hop.channel, &long_past), SLUICE_AGAIN);
}

void expect_join(struct crew *crew)
{
    struct timespec deadline = in_ns(10000 * MS_NS);
    if (sluice_join(&crew->hop.channel, &deadline) == SLUICE_OK)
        return;
    fprintf(stderr, "%s: the join did not come, with %llu tasks unfinished\n", test_what(),
            (unsigned long long)unfinished(crew));
    _exit(1);
}

void await_state(struct hand *hand, enum sluice_state state)
{
    while (atomic_load(&hand->slot.state) != state)
        sched_yield();
}

void start_waiting(struct hand *hands, uint32_t n, void *(*run)(void *), enum sluice_state state)
{
    for (uint32_t i = 0; i < n; i++)
        hand_start(&hands[i], run);
    for (uint32_t i = 0; i < n; i++)
        await_state(&hands[i], state);
    /* The tests are right wherever in its waiting a thread is, and mean more when it sleeps. */
    sluice_sleep(MS_NS / 5);
}

void join_hands(struct hand *hands, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        pthread_join(hands[i].id, NULL);
}

void *put_one(void *argument)
{
    struct hand *hand = argument;
    hand->last = hand_put(hand, hand->value);
    sluice_flush(&hand->thread);
    return NULL;
}

void *get_one(void *argument)
{
    struct hand *hand = argument;
    hand->last = hand_get(hand, &hand->sum);
    sluice_flush(&hand->thread);
    return NULL;
}

void *get_all(void *argument)
{
    struct hand *hand = argument;
    uint64_t value;
    while ((hand->last = hand_get(hand, &value)) == SLUICE_OK) {
        hand->count++;
        hand->sum += value;
        if (!sluice_task_done(hand->thread.in.channel, 1))
            abort(); /* cmocka's assertions are for the main thread */
    }
    return NULL;
}

static void run_over_policies(void **state)
{
    const struct protocol_test *test = *state;
    over_policies(test->name, test->run);
}

static size_t select_tests(const struct protocol_test *from, struct CMUnitTest *to)
{
    size_t count = 0;
    for (; from->name; from++)
        if (!from->applies || from->applies())
            to[count++] = (struct CMUnitTest){
                .name = from->name, .test_func = run_over_policies, .initial_state = (void *)from};
    return count;
}

int main(int argc, char **argv)
{
    struct CMUnitTest tests[64];
    struct fault fault;
    if (argc != 2 || registry_find(argv[1], &backend, &fault)) {
        fprintf(stderr, "test_protocol: %s\n", argc == 2 ? fault.text : "give it one queue");
        return 2;
    }
    size_t count = select_tests(wait_tests, tests);
    count += select_tests(task_tests, tests + count);
    count += select_tests(end_tests, tests + count);
    count += select_tests(race_tests, tests + count);
    count += select_tests(hand_off_tests, tests + count);
    test_watch(100);
    return _cmocka_run_group_tests(backend->name, tests, count, NULL, NULL) != 0;
}
