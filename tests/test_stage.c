/* test_stage.c - the loops of one backend (test_stage QUEUE), in a line of a source, workers and sinks, for
   every kind of transfer and every way of signalling. */
#include "stage.h"

#include "trial/registry.h"
#include "trial/verify.h"

#include <sched.h>
#include <stdio.h>

const struct sluice_backend *backend;

/* ---- a thread's life ---- */

static bool fail_sometimes(struct sluice_worker *worker)
{
    struct member *member = (struct member *)((char *)worker - offsetof(struct member, worker));
    uint64_t seen = atomic_load(&member->slot.n[SLUICE_TAKEN]);
    member->lags |= member->attempts > seen + CHUNK + BATCH;
    return ++member->attempts % member->fail_every != 0;
}

static void never_out_of_memory(struct sluice_worker *worker)
{
    (void)worker;
    abort();
}

static void *attach(struct hop *hop, enum sluice_end side, uint32_t index)
{
    void *end;
    if (backend->attach(hop->channel.queue, side, index, &end))
        abort();
    return end;
}

static void *live(void *argument)
{
    struct member *member = argument;
    struct sluice_thread *thread = &member->worker.thread;
    struct hop *hops = member->line->hops;
    bool gets = member->role != SLUICE_SOURCE, puts = member->role != SLUICE_SINK;
    struct hop *in = member->role == SLUICE_SINK ? &hops[1] : &hops[0], *out = gets ? &hops[1] : &hops[0];
    if (gets) {
        sluice_handle_init(&thread->in, &in->channel, SLUICE_CONSUMER,
                           attach(in, SLUICE_CONSUMER, member->index));
        thread->in.cut = &member->cut;
    }
    if (puts) {
        sluice_handle_init(&thread->out, &out->channel, SLUICE_PRODUCER,
                           attach(out, SLUICE_PRODUCER, member->index));
        thread->out.cut = gets ? NULL : &member->cut;
    }
    enum sluice_transfer transfer = member->worker.batch == 1 ? SLUICE_ITEM
                                    : member->worker.items    ? SLUICE_BATCH
                                                              : SLUICE_SPAN;
    backend->loops.run[member->role][transfer][hops[0].signal](&member->worker);
    if (gets)
        backend->detach(thread->in.end);
    if (puts)
        backend->detach(thread->out.end);
    atomic_store(&member->left, true);
    return NULL;
}

static struct member *make_member(struct line *line, enum sluice_role role, uint32_t index,
                                  const struct way *way)
{
    struct member *member = &line->members[line->count++];
    struct sluice_worker *worker = &member->worker;
    member->line = line;
    member->role = role;
    member->index = index;
    worker->thread.slot = &member->slot;
    worker->stamp = sluice_first_stamp(index);
    worker->chunk = CHUNK;
    worker->batch = way->transfer == SLUICE_ITEM ? 1 : BATCH;
    worker->items = way->transfer == SLUICE_BATCH ? member->items : NULL;
    worker->out_of_memory = never_out_of_memory;
    worker->ending = &line->ending;
    sluice_check_init(&worker->check, member->latest, role == SLUICE_SINK ? line->workers : 1);
    return member;
}

/* ---- a line's life ---- */

void line_open(struct line *line, const struct way *way, enum sluice_ending ending, uint64_t items,
               uint64_t capacity)
{
    memset(line, 0, sizeof *line);
    line->sinks = at_most(2, backend->traits.max_consumers);
    line->workers = at_most(MANY, at_most(backend->traits.max_consumers, backend->traits.max_producers));
    hop_open(&line->hops[0], way->policy, ending, capacity, 1, line->workers);
    hop_open(&line->hops[1], way->policy, ending, capacity, line->workers, line->sinks);
    line->source = make_member(line, SLUICE_SOURCE, 0, way);
    line->source->worker.limit = items;
    line->worker = &line->members[line->count];
    for (uint32_t i = 0; i < line->workers; i++)
        make_member(line, SLUICE_WORKER, i, way);
    line->sink = &line->members[line->count];
    for (uint32_t i = 0; i < line->sinks; i++)
        make_member(line, SLUICE_SINK, i, way);
}

void start_members(struct member *members, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        members[i].worker.attempt = members[i].fail_every ? fail_sometimes : NULL;
        assert_int_equal(pthread_create(&members[i].id, NULL, live, &members[i]), 0);
    }
}

void join_members(struct member *members, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        pthread_join(members[i].id, NULL);
        assert_int_equal(members[i].slot.state, SLUICE_ENDED);
        for (int j = 0; j < SLUICE_COUNTS; j++) /* the last publication has it all */
            assert_int_equal(members[i].slot.n[j], members[i].worker.thread.count.n[j]);
    }
}

uint64_t total(const struct line *line, enum sluice_role role, enum sluice_count count)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < line->count; i++)
        sum += line->members[i].role == role ? line->members[i].worker.thread.count.n[count] : 0;
    return sum;
}

uint64_t published(struct line *line, enum sluice_role role, enum sluice_count count)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < line->count; i++)
        if (line->members[i].role == role)
            sum += atomic_load_explicit(&line->members[i].slot.n[count], memory_order_acquire);
    return sum;
}

void await_published(struct line *line, enum sluice_role role, enum sluice_count count, uint64_t n)
{
    while (published(line, role, count) < n)
        sched_yield();
}

void expect_join(struct line *line, int hop)
{
    struct timespec deadline = in_ns(10000 * MS_NS);
    if (sluice_join(&line->hops[hop].channel, &deadline) == SLUICE_OK)
        return;
    fprintf(stderr, "%s: the join of hop %d did not come\n", test_what(), hop);
    _exit(1);
}

static void verify_hop(const struct line *line, enum sluice_role putters, enum sluice_role getters)
{
    uint64_t sum_due = 0, squares_due = 0, sum, squares;
    for (uint32_t i = 0; i < line->count; i++)
        if (line->members[i].role == putters) {
            const struct member *member = &line->members[i];
            verify_sums(member->index, member->worker.thread.count.n[SLUICE_PUT], &sum, &squares);
            sum_due += sum;
            squares_due += squares;
        }
    assert_int_equal(total(line, putters, SLUICE_PUT), total(line, getters, SLUICE_TAKEN));
    assert_int_equal(total(line, getters, SLUICE_SUM), sum_due);
    assert_int_equal(total(line, getters, SLUICE_SQUARES), squares_due);
    assert_int_equal(total(line, getters, SLUICE_FOREIGN), 0);
    if (keeps_order())
        assert_int_equal(total(line, getters, SLUICE_DISORDERED), 0);
}

void line_close(struct line *line)
{
    verify_hop(line, SLUICE_SOURCE, SLUICE_WORKER);
    verify_hop(line, SLUICE_WORKER, SLUICE_SINK);
    for (uint32_t i = 0; i < line->workers; i++) {
        const uint64_t *n = line->worker[i].worker.thread.count.n;
        assert_int_equal(n[SLUICE_TAKEN], n[SLUICE_PUT] + n[SLUICE_DISCARDED] + n[SLUICE_FAILED]);
    }
    for (int i = 0; i < 2; i++) {
        struct sluice_channel *channel = &line->hops[i].channel;
        if (channel->ending == SLUICE_ENDS_BY_SHUTDOWN)
            assert_int_equal(sluice_tasks_unfinished(channel->tasks.word), 0);
        assert_int_equal(sluice_tasks_putters(channel->tasks.word), 0);
        hop_close(&line->hops[i]);
    }
}

/* ---- all ways ---- */

static void run_all_ways(void **state)
{
    static const char *const names[] = {"item", "batch", "span"}, *const ways[] = {"yield", "block", "lazy:7",
                                                                                   "sleep:20us/lazy:3",
                                                                                   "native"};
    const struct stage_test *test = *state;
    for (int transfer = SLUICE_ITEM; transfer <= SLUICE_SPAN; transfer++)
        for (size_t i = 0; i < COUNT(ways); i++) {
            struct way way = {(enum sluice_transfer)transfer, ways[i]};
            bool native = strcmp(ways[i], "native") == 0;
            if (!policy_applies(ways[i]) || (transfer == SLUICE_SPAN && (native || !backend->ops->peek)))
                continue;
            test_doing("%s: %s, transfer=%s, wait=%s", backend->name, test->name, names[transfer], ways[i]);
            test->run(&way);
        }
}

static size_t select_tests(const struct stage_test *from, struct CMUnitTest *to)
{
    size_t count = 0;
    for (; from->name; from++)
        if (!from->applies || from->applies())
            to[count++] = (struct CMUnitTest){
                .name = from->name, .test_func = run_all_ways, .initial_state = (void *)from};
    return count;
}

int main(int argc, char **argv)
{
    struct CMUnitTest tests[64];
    struct fault fault;
    if (argc != 2 || registry_find(argv[1], &backend, &fault)) {
        fprintf(stderr, "test_stage: %s\n", argc == 2 ? fault.text : "give it one queue");
        return 2;
    }
    size_t count = select_tests(flow_tests, tests);
    count += select_tests(stage_end_tests, tests + count);
    test_watch(100);
    return _cmocka_run_group_tests(backend->name, tests, count, NULL, NULL) != 0;
}
