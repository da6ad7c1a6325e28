/* test_scenes.c - what scenes.sh cannot bring about: crews over queues that fill, queues that refuse, and how
   the text of a failure is read. The plays run in this process. */
#include "support.h"

#include "scene/scene_parts.h"
#include "trial/registry.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

/* --- failures as text --- */

static void mishaps_are_read(void **state)
{
    static const struct {
        const char *text;
        struct mishap due;
    } good[] = {
        {"stage=producer,item=5", {MISHAP_PRODUCER, -1, 5, 0}},
        {"stage=consumer,item=10", {MISHAP_CONSUMER, -1, 10, 0}},
        {"item=1,worker=1,stage=consumer", {MISHAP_CONSUMER, 1, 1, 0}},
        {"stage=consumer,every=3", {MISHAP_CONSUMER, -1, 0, 3}},
        {"stage=consumer,item=2,every=1", {MISHAP_CONSUMER, -1, 2, 1}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        struct mishap mishap;
        struct fault fault = {""};
        test_doing("%s", good[i].text);
        assert_int_equal(mishap_parse(good[i].text, 2, 10, &mishap, &fault), 0);
        assert_memory_equal(&mishap, &good[i].due, sizeof mishap);
    }
}

static void mishaps_that_make_no_sense_are_refused(void **state)
{
    static const struct {
        const char *text, *part_of_the_sentence;
    } bad[] = {
        {"", "has no value"},
        {"stage", "has no value"},
        {"stage=resize,item=1", "the stages are producer, consumer"},
        {"stage=,item=1", "producer, consumer"},
        {"stage=consumers,item=1", "did you mean 'consumer'"},
        {"stages=consumer,item=1", "did you mean 'stage'"},
        {"stage=consumer", "does not say who fails, and on what"},
        {"item=1", "does not say who fails, and on what"},
        {"stage=consumer,item=0", "0"},
        {"stage=consumer,item=-1", "-1"},
        {"stage=consumer,item=x", "'x'"},
        {"stage=consumer,item=11", "there are 10"},
        {"stage=consumer,every=11", "there are 10"},
        {"stage=consumer,item=1,worker=2", "there are 2, and they count from 0"},
        {"stage=consumer,item=1,worker=99999999999", "they count from 0"},
        {"stage=producer,item=1,worker=0", "only one producer"},
        {"stage=consumer,item=1,", "has no value"},
        {"stage=consumer,item="
         "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
         "00000000000000000000000000000000000000000000000001",
         "too long"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct mishap mishap;
        struct fault fault = {""};
        test_doing("%s", bad[i].text);
        assert_int_equal(mishap_parse(bad[i].text, 2, 10, &mishap, &fault), -1);
        if (!strstr(fault.text, bad[i].part_of_the_sentence))
            fail_msg("'%s': %s", bad[i].text, fault.text);
    }
}

static void mishaps_strike_when_they_are_due(void **state)
{
    const struct mishap task_5 = {MISHAP_CONSUMER, -1, 5, 0}, own_2 = {MISHAP_CONSUMER, 1, 2, 0},
                        each_3 = {MISHAP_PRODUCER, -1, 0, 3}, from_2 = {MISHAP_CONSUMER, -1, 2, 4};
    (void)state;
    for (uint64_t task = 1; task <= 20; task++) {
        assert_int_equal(mishap_strikes(&task_5, MISHAP_CONSUMER, 0, task, 1), task == 5);
        assert_false(mishap_strikes(&task_5, MISHAP_PRODUCER, 0, task, task));
        assert_int_equal(mishap_strikes(&own_2, MISHAP_CONSUMER, 1, 100, task), task == 2);
        assert_false(mishap_strikes(&own_2, MISHAP_CONSUMER, 0, 100, task));
        assert_int_equal(mishap_strikes(&each_3, MISHAP_PRODUCER, 0, task, task), task % 3 == 0);
        assert_int_equal(mishap_strikes(&from_2, MISHAP_CONSUMER, 0, task, 1), task % 4 == 2);
    }
}

/* --- queues that are asked for something, and refuse --- */

static const struct sluice_backend *condvar;
static struct sluice_backend backend; /* condvar, and what a test changes of it */
static struct sluice_queue_ops ops;
static uint64_t puts_before_no_memory;
static int attaches_refused;

static enum sluice_status enqueue_until_no_memory(void *end, void *item)
{
    return puts_before_no_memory == 0 ? SLUICE_NO_MEMORY
                                      : (puts_before_no_memory--, condvar->ops->enqueue(end, item));
}

/* The first one only: what is left in the queue can be taken out in the end. */
static int attach_no_consumer(void *queue, enum sluice_end side, unsigned index, void **end)
{
    return side == SLUICE_CONSUMER && attaches_refused++ == 0 ? -ENOSPC
                                                              : condvar->attach(queue, side, index, end);
}

static int create_twice_as_large(const struct sluice_queue_config *config, void **queue)
{
    struct sluice_queue_config larger = *config;
    larger.capacity *= 2;
    return condvar->create(&larger, queue);
}

static int create_nothing(const struct sluice_queue_config *config, void **queue)
{
    (void)config, (void)queue;
    return -ENOMEM;
}

/* --- plays --- */

static const char *const waits[] = {"yield", "sleep:100us", "block", "lazy:4", "native"};

/* Plays a scene over `backend`, once with each wait policy, and looks at what is left behind. */
static void play(const struct scene *scene, uint32_t consumers, const char *mishap,
                 void (*look)(const struct minutes *))
{
    for (size_t i = 0; i < COUNT(waits); i++) {
        struct play its = {.scene = scene,
                           .backend = &backend,
                           .consumers = consumers,
                           .items = scene->items,
                           .quiet = true,
                           .out = tmpfile()};
        struct spec spec = {.queue = ""};
        struct fault fault;
        struct minutes *minutes = calloc(1, sizeof *minutes + cast_rows(&its) * sizeof *minutes->row);
        test_doing("%s, wait=%s, fail=%s", scene->name, waits[i], mishap ? mishap : "-");
        assert_int_equal(spec_parse_wait(waits[i], &spec.wait, &fault), 0);
        its.wait = spec.wait;
        its.signal = spec_signal(&spec);
        if (mishap && mishap_parse(mishap, consumers, its.items, &its.mishap, &fault))
            fail_msg("%s", fault.text);
        minutes->rows = cast_rows(&its);
        cast_play(&its, minutes);
        signal(SIGINT, SIG_DFL);
        signal(SIGTERM, SIG_DFL);
        assert_true(minutes->ended);
        assert_int_equal(minutes->put, minutes->consumed + minutes->failed + minutes->discarded);
        look(minutes);
        free(minutes);
        fclose(its.out);
    }
}

static int set_up(void **state)
{
    struct fault fault;
    (void)state;
    if (registry_find("condvar", &condvar, &fault))
        return -1;
    backend = *condvar;
    ops = *condvar->ops;
    backend.ops = &ops;
    return 0;
}

static const struct scene small_crew = {
    .name = "crew", .items = 500, .capacity = 2, .is_crew = true, .play = task_queue_play};
static const struct scene free_crew = {
    .name = "crew", .items = 500, .is_crew = true, .play = task_queue_play};

static void says(const struct minutes *minutes, const char *text)
{
    if (strncmp(minutes->failure, text, strlen(text)) != 0)
        fail_msg("%s: %s", test_what(), minutes->failure);
}

static void all_went_well(const struct minutes *minutes)
{
    if (minutes->failures)
        fail_msg("%s: %s", test_what(), minutes->failure);
    assert_int_equal(minutes->consumed, 500);
}

static void crews_go_well_over_a_queue_that_fills(void **state)
{
    (void)state;
    play(&small_crew, 1, NULL, all_went_well);
    play(&small_crew, 3, NULL, all_went_well);
}

static void nobody_was_left(const struct minutes *minutes)
{
    assert_int_equal(minutes->failures, minutes->failed);
    assert_int_equal(minutes->consumed, 0);
    assert_in_range(minutes->put, minutes->failed, minutes->failed + 2);
    says(minutes, "An exception was thrown by consumer ");
}

/* It sleeps for room that nobody will make: the last consumer that goes has it refused. */
static void dead_consumers_do_not_block_the_producer(void **state)
{
    (void)state;
    play(&small_crew, 1, "stage=consumer,item=1", nobody_was_left);
    play(&small_crew, 3, "stage=consumer,every=1", nobody_was_left);
}

static void the_others_did_the_rest(const struct minutes *minutes)
{
    assert_int_equal(minutes->failures, 1);
    assert_int_equal(minutes->failed, 1);
    assert_int_equal(minutes->consumed, 499);
    assert_int_equal(minutes->discarded, 0);
    says(minutes, "An exception was thrown by consumer ");
}

/* Nor does its end mark, which nobody takes. */
static void one_dead_consumer_is_replaced_by_the_others(void **state)
{
    (void)state;
    play(&small_crew, 3, "stage=consumer,item=1", the_others_did_the_rest);
    play(&small_crew, 2, "stage=consumer,item=500", the_others_did_the_rest);
}

static void the_producer_had_no_memory(const struct minutes *minutes)
{
    says(minutes, "An exception was thrown by the producer on task 8: out of memory");
    assert_int_equal(minutes->put, 7);
    assert_int_equal(minutes->consumed, 7);
    puts_before_no_memory = 7;
}

static void a_put_without_memory_is_told_to_the_caller(void **state)
{
    (void)state;
    ops.enqueue = enqueue_until_no_memory;
    puts_before_no_memory = 7;
    play(&free_crew, 2, NULL, the_producer_had_no_memory);
}

static void the_end_mark_had_no_memory(const struct minutes *minutes)
{
    says(minutes, "An exception was thrown by the producer on an end mark: out of memory");
    assert_int_equal(minutes->consumed, 500);
    puts_before_no_memory = 501;
}

static void consumers_end_without_an_end_mark(void **state)
{
    (void)state;
    ops.enqueue = enqueue_until_no_memory;
    puts_before_no_memory = 501;
    play(&free_crew, 2, NULL, the_end_mark_had_no_memory);
}

static void it_could_not_be_attached(const struct minutes *minutes)
{
    says(minutes, "the queue's attach failed for consumer: No space left on device");
    assert_int_equal(minutes->consumed, 0);
    attaches_refused = 0;
}

static void a_consumer_without_an_end_ends_the_play(void **state)
{
    (void)state;
    backend.attach = attach_no_consumer;
    play(scene_find("bounded"), 1, NULL, it_could_not_be_attached);
}

static void it_holds_too_many(const struct minutes *minutes)
{
    says(minutes, "condvar holds at least 2 items, and the scene is about a queue that holds 1");
}

static void there_is_no_queue(const struct minutes *minutes)
{
    says(minutes, "the queue could not be made: Cannot allocate memory");
}

static void queues_that_do_not_suit_are_told(void **state)
{
    (void)state;
    backend.create = create_twice_as_large;
    play(scene_find("bounded"), 1, NULL, it_holds_too_many);
    backend.create = create_nothing;
    play(scene_find("shutdown"), 1, NULL, there_is_no_queue);
    play(&free_crew, 2, NULL, there_is_no_queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mishaps_are_read),
        cmocka_unit_test(mishaps_that_make_no_sense_are_refused),
        cmocka_unit_test(mishaps_strike_when_they_are_due),
        cmocka_unit_test_setup(crews_go_well_over_a_queue_that_fills, set_up),
        cmocka_unit_test_setup(dead_consumers_do_not_block_the_producer, set_up),
        cmocka_unit_test_setup(one_dead_consumer_is_replaced_by_the_others, set_up),
        cmocka_unit_test_setup(a_put_without_memory_is_told_to_the_caller, set_up),
        cmocka_unit_test_setup(consumers_end_without_an_end_mark, set_up),
        cmocka_unit_test_setup(a_consumer_without_an_end_ends_the_play, set_up),
        cmocka_unit_test_setup(queues_that_do_not_suit_are_told, set_up),
    };
    test_watch(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
