/* stage_flow.c - what flows through the line, what the ledgers say of it meanwhile, and work that fails. */
#include "stage.h"

#include <sched.h>

enum { ITEMS = 300, SMALL = 6, LARGE = 200 };

/* Hop by hop: no more is put, and what was put is done. */
static void drain(struct line *line)
{
    join_members(line->source, 1);
    for (int hop = 0; hop < 2; hop++) {
        sluice_shutdown(&line->hops[hop].channel, false);
        expect_join(line, hop);
    }
    join_members(line->worker, line->workers + line->sinks);
}

static void all_items_come_through(const struct way *way)
{
    struct line line;
    line_open(&line, way, SLUICE_ENDS_BY_SHUTDOWN, ITEMS, SMALL);
    start_members(line.members, line.count);
    drain(&line);
    assert_int_equal(total(&line, SLUICE_SOURCE, SLUICE_PUT), ITEMS);
    assert_int_equal(total(&line, SLUICE_SINK, SLUICE_TAKEN), ITEMS);
    assert_int_equal(total(&line, SLUICE_WORKER, SLUICE_DISCARDED), 0);
    assert_int_equal(total(&line, SLUICE_WORKER, SLUICE_FAILED), 0);
    line_close(&line);
}

/* The hops end one after the other by themselves. */
static void all_items_come_through_closing_hops(const struct way *way)
{
    for (int drops = 0; drops <= 1; drops++) {
        struct line line;
        line_open(&line, way, SLUICE_ENDS_BY_LEAVING, ITEMS, SMALL);
        start_members(line.members, line.count);
        for (int hop = 0; hop < 2 && drops; hop++)
            sluice_drop(&line.hops[hop].channel);
        join_members(line.members, line.count);
        assert_int_equal(total(&line, SLUICE_SOURCE, SLUICE_PUT), ITEMS);
        if (!drops)
            assert_int_equal(total(&line, SLUICE_SINK, SLUICE_TAKEN), ITEMS);
        line_close(&line);
    }
}

/* An empty stream ends too, and so do those whose last chunk is any part of one. */
static void any_number_of_items_comes_through(const struct way *way)
{
    for (uint64_t items = 0; items <= 2 * CHUNK + 1; items++) {
        struct line line;
        line_open(&line, way, SLUICE_ENDS_BY_SHUTDOWN, items, 1 + items % 3);
        start_members(line.members, line.count);
        drain(&line);
        assert_int_equal(total(&line, SLUICE_SINK, SLUICE_TAKEN), items);
        assert_int_equal(total(&line, SLUICE_WORKER, SLUICE_DISCARDED), 0);
        line_close(&line);
    }
}

/* Join tells of the work and not of the queue: what the workers wrote before is there for who joined. */
static void join_comes_after_the_work(const struct way *way)
{
    struct line line;
    uint64_t attempts = 0;
    line_open(&line, way, SLUICE_ENDS_BY_SHUTDOWN, ITEMS, SMALL);
    for (uint32_t i = 0; i < line.workers; i++)
        line.worker[i].fail_every = UINT64_MAX;
    start_members(line.members, line.count);
    join_members(line.source, 1);
    expect_join(&line, 0);
    for (uint32_t i = 0; i < line.workers; i++)
        attempts += line.worker[i].attempts; /* plain counters of threads that go on */
    assert_int_equal(attempts, ITEMS);
    for (int hop = 0; hop < 2; hop++)
        sluice_shutdown(&line.hops[hop].channel, false);
    join_members(line.worker, line.workers + line.sinks);
    assert_int_equal(total(&line, SLUICE_SINK, SLUICE_TAKEN), ITEMS);
    line_close(&line);
}

/* A thread that waits for items has published all that it did, and its tasks are done: nobody has to stop it
   for that. */
static void ledgers_of_waiting_threads_are_exact(const struct way *way)
{
    struct line line;
    line_open(&line, way, SLUICE_ENDS_BY_SHUTDOWN, ITEMS, SMALL);
    start_members(line.members, line.count);
    expect_join(&line, 0); /* perhaps before the source has begun; then once more */
    join_members(line.source, 1);
    expect_join(&line, 0);
    expect_join(&line, 1);
    await_published(&line, SLUICE_SINK, SLUICE_TAKEN, ITEMS);
    await_published(&line, SLUICE_WORKER, SLUICE_TAKEN, ITEMS);
    await_published(&line, SLUICE_WORKER, SLUICE_PUT, ITEMS);
    for (uint32_t i = 1; i < line.count; i++)
        while (atomic_load(&line.members[i].slot.state) != SLUICE_STARVED)
            sched_yield();
    assert_int_equal(published(&line, SLUICE_SINK, SLUICE_TAKEN), ITEMS);
    assert_int_equal(published(&line, SLUICE_WORKER, SLUICE_TAKEN), ITEMS);
    assert_int_equal(published(&line, SLUICE_WORKER, SLUICE_PUT), ITEMS);
    for (int hop = 0; hop < 2; hop++) {
        assert_int_equal(sluice_join(&line.hops[hop].channel, &long_past), SLUICE_OK);
        sluice_shutdown(&line.hops[hop].channel, false);
    }
    join_members(line.worker, line.workers + line.sinks);
    line_close(&line);
}

/* The source alone puts 100 items or, where the queue holds fewer, as many as it does. */
static uint64_t fill_first_hop(struct line *line)
{
    uint64_t room = backend->capacity(line->hops[0].channel.queue), items = room && room < 100 ? room : 100;
    line->source->worker.limit = items;
    start_members(line->source, 1);
    join_members(line->source, 1);
    return items;
}

/* A queue that gives an item twice makes tasks done that nobody put. That is found by the sums; join must
   come, or nobody gets to look at them. */
static void items_made_up_do_not_hold_up_the_join(const struct way *way)
{
    struct line line;
    line_open(&line, way, SLUICE_ENDS_BY_SHUTDOWN, 100, LARGE);
    uint64_t items = fill_first_hop(&line);
    assert_true(sluice_task_done(&line.hops[0].channel, 3)); /* as if 3 of them were made up */
    start_members(line.worker, line.workers + line.sinks);
    for (int hop = 0; hop < 2; hop++) {
        expect_join(&line, hop);
        /* Not all was done when that came. */
        await_published(&line, hop ? SLUICE_SINK : SLUICE_WORKER, SLUICE_TAKEN, items);
        sluice_shutdown(&line.hops[hop].channel, false);
    }
    join_members(line.worker, line.workers + line.sinks);
    line_close(&line);
}

/* ---- work that fails ---- */

static void failed_items_are_counted_and_the_rest_flows_on(const struct way *way)
{
    static const uint64_t every[] = {1, 2, 7};
    for (size_t i = 0; i < COUNT(every); i++) {
        struct line line;
        uint64_t due = 0;
        line_open(&line, way, SLUICE_ENDS_BY_SHUTDOWN, ITEMS, SMALL);
        for (uint32_t j = 0; j < line.workers; j++)
            line.worker[j].fail_every = every[i];
        start_members(line.members, line.count);
        drain(&line);
        for (uint32_t j = 0; j < line.workers; j++) {
            const uint64_t *n = line.worker[j].worker.thread.count.n;
            assert_int_equal(n[SLUICE_TAKEN], line.worker[j].attempts);
            assert_int_equal(n[SLUICE_FAILED], n[SLUICE_TAKEN] / every[i]);
            due += n[SLUICE_FAILED];
        }
        assert_int_equal(total(&line, SLUICE_WORKER, SLUICE_TAKEN), ITEMS);
        assert_int_equal(total(&line, SLUICE_WORKER, SLUICE_DISCARDED), 0);
        assert_int_equal(total(&line, SLUICE_SINK, SLUICE_TAKEN), ITEMS - due);
        line_close(&line);
    }
}

/* However the work goes, a thread looks at the flags and publishes once a chunk, even where the items never
   run out. */
static void ledgers_are_a_chunk_old_at_most(const struct way *way)
{
    static const uint64_t every[] = {1, 2, UINT64_MAX};
    for (size_t i = 0; i < COUNT(every); i++) {
        struct line line;
        line_open(&line, way, SLUICE_ENDS_BY_SHUTDOWN, 100, LARGE);
        fill_first_hop(&line);
        for (uint32_t j = 0; j < line.workers; j++)
            line.worker[j].fail_every = every[i];
        start_members(line.worker, line.workers + line.sinks);
        for (int hop = 0; hop < 2; hop++) {
            expect_join(&line, hop);
            sluice_shutdown(&line.hops[hop].channel, false);
        }
        join_members(line.worker, line.workers + line.sinks);
        for (uint32_t j = 0; j < line.workers; j++)
            assert_false(line.worker[j].lags);
        line_close(&line);
    }
}

const struct stage_test flow_tests[] = {
    {"all_items_come_through", all_items_come_through, NULL},
    {"all_items_come_through_closing_hops", all_items_come_through_closing_hops, NULL},
    {"any_number_of_items_comes_through", any_number_of_items_comes_through, NULL},
    {"join_comes_after_the_work", join_comes_after_the_work, NULL},
    {"ledgers_of_waiting_threads_are_exact", ledgers_of_waiting_threads_are_exact, NULL},
    {"items_made_up_do_not_hold_up_the_join", items_made_up_do_not_hold_up_the_join, NULL},
    {"failed_items_are_counted_and_the_rest_flows_on", failed_items_are_counted_and_the_rest_flows_on, NULL},
    {"ledgers_are_a_chunk_old_at_most", ledgers_are_a_chunk_old_at_most, NULL},
    {0},
};
