/* stage_end.c - how the line is ended by others: by sentinels, at once, half of it, or by cutting threads
 * off. */
#include "stage.h"

#include <sched.h>

enum { ITEMS = 200, SMALL = 6 };

/* ---- sentinels ---- */

static uint32_t have_left(const struct member *members, uint32_t n, uint32_t *sentinels)
{
    uint32_t left = 0;
    *sentinels = 0;
    for (uint32_t i = 0; i < n; i++)
        if (atomic_load(&members[i].left)) {
            left++;
            *sentinels += members[i].worker.sentinels;
        }
    return left;
}

/* As the channel's last producer, over its end, puts a sentinel for each of its getters. With batches a
   getter may swallow others' sentinels, which are put again then; `sentinels` counts them. */
static void close_hop(struct line *line, int hop, struct member *getters, uint32_t n)
{
    struct hand hand;
    uint32_t owed = n, put = 0, swallowed = 0;
    hand_init(&hand, NULL, 0, &line->hops[hop], 0);
    while (owed > 0) {
        assert_int_equal(sluice_close(backend->ops, line->hops[hop].signal, &hand.thread, owed), SLUICE_OK);
        put += owed;
        for (;;) {
            uint32_t left = have_left(getters, n, &swallowed);
            owed = swallowed == put ? n - left : 0;
            if (left == n || owed)
                break;
            sched_yield();
        }
    }
    hand_release(&hand);
    join_members(getters, n);
    assert_int_equal(swallowed, put);
}

static void sentinels_end_all_threads(const struct way *way)
{
    static const uint64_t items[] = {0, 1, CHUNK, ITEMS};
    for (size_t i = 0; i < COUNT(items); i++) {
        struct line line;
        line_open(&line, way, SLUICE_ENDS_BY_SHUTDOWN, items[i], i % 2 ? 1 : SMALL);
        start_members(line.members, line.count);
        join_members(line.source, 1);
        close_hop(&line, 0, line.worker, line.workers);
        assert_int_equal(sluice_join(&line.hops[0].channel, &long_past), SLUICE_OK);
        close_hop(&line, 1, line.sink, line.sinks);
        assert_int_equal(sluice_join(&line.hops[1].channel, &long_past), SLUICE_OK);
        assert_int_equal(total(&line, SLUICE_SINK, SLUICE_TAKEN), items[i]); /* sentinels are no items */
        line_close(&line);
    }
}

/* In a channel that counts no tasks they end the threads just so. */
static void sentinels_end_uncounted_channels(const struct way *way)
{
    struct line line;
    line_open(&line, way, SLUICE_NEVER_ENDS, ITEMS, SMALL);
    start_members(line.members, line.count);
    join_members(line.source, 1);
    close_hop(&line, 0, line.worker, line.workers);
    close_hop(&line, 1, line.sink, line.sinks);
    assert_int_equal(total(&line, SLUICE_SINK, SLUICE_TAKEN), ITEMS);
    line_close(&line);
}

/* ---- at once ---- */

static void shutdown_of_all_hops_in_the_middle(const struct way *way)
{
    static const uint64_t taken[] = {0, 1, 50};
    for (size_t i = 0; i < COUNT(taken); i++) {
        struct line line;
        line_open(&line, way, SLUICE_ENDS_BY_SHUTDOWN, SLUICE_MAX_SEQUENCE, SMALL);
        start_members(line.members, line.count);
        await_published(&line, SLUICE_SINK, SLUICE_TAKEN, taken[i]);
        for (int hop = 0; hop < 2; hop++)
            sluice_shutdown(&line.hops[hop].channel, true);
        expect_join(&line, 0);
        expect_join(&line, 1);
        join_members(line.members, line.count);
        assert_true(total(&line, SLUICE_SINK, SLUICE_TAKEN) >= taken[i]);
        line_close(&line);
    }
}

/* A drain that takes too long is cut short: what is still there is dropped, though nobody shut the hops down.
 */
static void drop_in_the_middle(const struct way *way)
{
    struct line line;
    line_open(&line, way, SLUICE_ENDS_BY_SHUTDOWN, ITEMS, SMALL);
    start_members(line.members, line.count);
    await_published(&line, SLUICE_SINK, SLUICE_TAKEN, 1);
    sluice_drop(&line.hops[0].channel);
    join_members(line.source, 1); /* it is not refused: what it puts is dropped */
    for (int hop = 0; hop < 2; hop++) {
        sluice_shutdown(&line.hops[hop].channel, false);
        expect_join(&line, hop);
    }
    join_members(line.worker, line.workers + line.sinks);
    assert_int_equal(total(&line, SLUICE_SOURCE, SLUICE_PUT), ITEMS);
    line_close(&line);
}

/* Workers whose results nobody takes any more go on taking, and drop: the source does not stay blocked. */
static void refused_workers_drop_what_they_take(const struct way *way)
{
    struct line line;
    line_open(&line, way, SLUICE_ENDS_BY_SHUTDOWN, ITEMS, SMALL);
    start_members(line.members, line.count);
    sluice_shutdown(&line.hops[1].channel, false);
    join_members(line.source, 1);
    sluice_shutdown(&line.hops[0].channel, false);
    expect_join(&line, 0);
    expect_join(&line, 1);
    join_members(line.worker, line.workers + line.sinks);
    assert_int_equal(total(&line, SLUICE_SOURCE, SLUICE_PUT), ITEMS);
    assert_int_equal(total(&line, SLUICE_WORKER, SLUICE_DISCARDED),
                     ITEMS - total(&line, SLUICE_SINK, SLUICE_TAKEN));
    line_close(&line);
}

/* What a thread that drops took out of the queue is dropped too when the end of its input is a sentinel. */
static void sentinels_end_refused_workers(const struct way *way)
{
    struct line line;
    line_open(&line, way, SLUICE_ENDS_BY_SHUTDOWN, ITEMS, SMALL);
    sluice_shutdown(&line.hops[1].channel, false);
    start_members(line.members, line.count);
    join_members(line.source, 1);
    close_hop(&line, 0, line.worker, line.workers);
    join_members(line.sink, line.sinks);
    assert_int_equal(total(&line, SLUICE_WORKER, SLUICE_DISCARDED), ITEMS);
    line_close(&line);
}

/* ---- cut off, in channels that never end ---- */

static void cut_off(struct line *line, struct member *members, uint32_t n, int hop)
{
    for (uint32_t i = 0; i < n; i++)
        atomic_store(&members[i].cut, true);
    sluice_channel_wake(&line->hops[hop].channel);
    join_members(members, n);
}

static void waiting_threads_can_be_cut_off(const struct way *way)
{
    struct line line;
    line_open(&line, way, SLUICE_NEVER_ENDS, ITEMS, SMALL);
    if (line.hops[0].signal == SLUICE_NATIVE) {
        for (int hop = 0; hop < 2; hop++)
            hop_close(&line.hops[hop]);
        return;
    }
    start_members(line.members, line.count);
    join_members(line.source, 1);
    await_published(&line, SLUICE_SINK, SLUICE_TAKEN, ITEMS);
    cut_off(&line, line.worker, line.workers, 0);
    cut_off(&line, line.sink, line.sinks, 1);
    assert_int_equal(total(&line, SLUICE_WORKER, SLUICE_PUT), ITEMS);
    line_close(&line);
}

/* An item comes to a worker that waits, whose results nobody takes any more, and that is cut off at that
   moment: it is in the queue or was taken, counted and done. */
static void a_cut_loses_nothing(const struct way *way)
{
    struct line line;
    struct hand putter;
    void *item = NULL, *left = NULL;
    line_open(&line, way, SLUICE_ENDS_BY_SHUTDOWN, 0, SMALL);
    struct sluice_channel *in = &line.hops[0].channel;
    hand_init(&putter, NULL, 0, &line.hops[0], 0);
    start_members(line.worker, 1);
    while (atomic_load(&line.worker->slot.state) != SLUICE_STARVED)
        sched_yield();
    sluice_sleep(MS_NS / 5); /* right wherever it is, and better when it sleeps */
    sluice_shutdown(&line.hops[1].channel, false);
    assert_true(sluice_begin_put(in, 1));
    item = sluice_item_of(in->intrusive, 1);
    assert_int_equal(backend->ops->enqueue(putter.thread.out.end, item), SLUICE_OK);
    sluice_end_put(in, 0);
    atomic_store(&line.worker->cut, true);
    sluice_channel_wake(in);
    if (line.hops[0].signal == SLUICE_NATIVE) /* does not see the cut, and may not see the item */
        sluice_shutdown(in, false);
    join_members(line.worker, 1);
    hand_release(&putter);
    struct hand getter;
    hand_init(&getter, &line.hops[0], 0, NULL, 0);
    bool there = backend->ops->dequeue(getter.thread.in.end, &left) == SLUICE_OK;
    if (there)
        sluice_item_free(in->intrusive, left);
    hand_release(&getter);
    assert_int_equal(total(&line, SLUICE_WORKER, SLUICE_TAKEN), !there);
    assert_int_equal(total(&line, SLUICE_WORKER, SLUICE_DISCARDED), !there);
    assert_int_equal(sluice_tasks_unfinished(in->tasks.word), there);
    for (int hop = 0; hop < 2; hop++)
        hop_close(&line.hops[hop]);
}

/* A source that waits for room, or not: what it was refused it does not count as put. */
static void a_source_can_be_cut_off(const struct way *way)
{
    struct line line;
    line_open(&line, way, SLUICE_ENDS_BY_SHUTDOWN, SLUICE_MAX_SEQUENCE, SMALL);
    start_members(line.members, line.count);
    await_published(&line, SLUICE_SINK, SLUICE_TAKEN, 1);
    cut_off(&line, line.source, 1, 0);
    for (int hop = 0; hop < 2; hop++) {
        sluice_shutdown(&line.hops[hop].channel, false);
        expect_join(&line, hop);
    }
    join_members(line.worker, line.workers + line.sinks);
    assert_int_equal(total(&line, SLUICE_SINK, SLUICE_TAKEN), total(&line, SLUICE_SOURCE, SLUICE_PUT));
    line_close(&line);
}

const struct stage_test stage_end_tests[] = {
    {"sentinels_end_all_threads", sentinels_end_all_threads, takes_sentinels},
    {"sentinels_end_uncounted_channels", sentinels_end_uncounted_channels, takes_sentinels},
    {"shutdown_of_all_hops_in_the_middle", shutdown_of_all_hops_in_the_middle, NULL},
    {"drop_in_the_middle", drop_in_the_middle, NULL},
    {"refused_workers_drop_what_they_take", refused_workers_drop_what_they_take, NULL},
    {"sentinels_end_refused_workers", sentinels_end_refused_workers, takes_sentinels},
    {"waiting_threads_can_be_cut_off", waiting_threads_can_be_cut_off, NULL},
    {"a_cut_loses_nothing", a_cut_loses_nothing, NULL},
    {"a_source_can_be_cut_off", a_source_can_be_cut_off, NULL},
    {0},
};
