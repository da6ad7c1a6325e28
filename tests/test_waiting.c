/* test_waiting.c - the channel over a queue that answers as it is told: how often it polls, what it counts,
   what it passes on, and when it closes. */
#include "deadline.h"

#include "trial/spec.h"

/* One answer a poll. */
enum {
    GO = 'o',     /* done */
    NO = 'n',     /* full, or empty */
    SOON = 's',   /* the same, and the other side signals right after */
    LEAVES = 'l', /* the same, and the last putter of the channel is done right after */
    SHUT = 'c',   /* closed */
    BROKE = 'm',  /* no memory */
};

/* A thread, its only end, and the answers that it will get. */
struct stage_play {
    struct sluice_channel channel;
    struct sluice_slot slot;
    struct sluice_thread thread;
    const char *answers;
    const struct timespec *deadline; /* as the native polls were given it */
    unsigned polls, native_polls, closes;
    uint32_t state; /* as seen at the last poll */
    enum sluice_signal signal;
};

static enum sluice_status answer(struct stage_play *play, struct ck_ec32 *event)
{
    char next = play->answers[play->polls++];
    play->state = atomic_load(&play->slot.state);
    if (next == SOON)
        sluice_ec_signal(event);
    if (next == LEAVES)
        sluice_end_put(&play->channel, 0);
    if (next == '\0')
        fail_msg("poll %u was not expected", play->polls);
    return next == GO      ? SLUICE_OK
           : next == SHUT  ? SLUICE_CLOSED
           : next == BROKE ? SLUICE_NO_MEMORY
                           : SLUICE_AGAIN;
}

static enum sluice_status play_enqueue(void *end, void *item)
{
    struct stage_play *play = end;
    assert_non_null(item);
    return answer(play, &play->channel.room);
}

static enum sluice_status play_dequeue(void *end, void **item)
{
    struct stage_play *play = end;
    *item = play;
    return answer(play, &play->channel.items);
}

static enum sluice_status play_enqueue_wait(void *end, void *item, const struct timespec *deadline)
{
    ((struct stage_play *)end)->native_polls++;
    ((struct stage_play *)end)->deadline = deadline;
    return play_enqueue(end, item);
}

static enum sluice_status play_dequeue_wait(void *end, void **item, const struct timespec *deadline)
{
    ((struct stage_play *)end)->native_polls++;
    ((struct stage_play *)end)->deadline = deadline;
    return play_dequeue(end, item);
}

static const struct sluice_queue_ops ops = {.enqueue = play_enqueue,
                                            .dequeue = play_dequeue,
                                            .enqueue_wait = play_enqueue_wait,
                                            .dequeue_wait = play_dequeue_wait};

static void play_close(void *queue)
{
    ((struct stage_play *)queue)->closes++;
}

static uint64_t play_capacity(const void *queue)
{
    (void)queue;
    return 1;
}

/* Enough of a backend for a channel. */
static const struct sluice_backend played = {.close = play_close, .capacity = play_capacity};

static void play_init(struct stage_play *play, enum sluice_end side, const char *policy, const char *answers)
{
    struct spec spec = {0};
    struct fault fault = {""};
    if (spec_parse_wait(policy, &spec.wait, &fault))
        fail_msg("%s", fault.text);
    test_doing("waiting: wait=%s, answers \"%s\"", policy, answers);
    memset(play, 0, sizeof *play);
    sluice_channel_init(&play->channel, &played, play, 1, SLUICE_ENDS_BY_LEAVING, spec.wait.on_empty,
                        spec.wait.on_full);
    play->thread.slot = &play->slot;
    sluice_handle_init(side == SLUICE_PRODUCER ? &play->thread.out : &play->thread.in, &play->channel, side,
                       play);
    play->answers = answers;
    play->signal = spec_signal(&spec);
}

static uint64_t counted(const struct stage_play *play, enum sluice_count count)
{
    return play->thread.count.n[count];
}

/* ---- one item: every poll that fails is counted, and followed by what the policy does ---- */

static const struct {
    const char *policy, *answers;
    enum sluice_status status;
    uint64_t yields, sleeps, wakeups, native;
} waits[] = {
    {"spin", "o", SLUICE_OK, 0, 0, 0, 0},
    {"spin", "nnno", SLUICE_OK, 0, 0, 0, 0},
    {"yield", "nno", SLUICE_OK, 2, 0, 0, 0},
    {"sleep:1us", "nnno", SLUICE_OK, 0, 3, 0, 0},
    {"backoff", "nno", SLUICE_OK, 0, 0, 0, 0},
    /* 32 loops doubled up to 4096: seven times; then it yields */
    {"backoff", "nnnnnnnnno", SLUICE_OK, 2, 0, 0, 0},
    /* The first time only the event is looked at, then polled again. */
    {"block", "no", SLUICE_OK, 0, 0, 0, 0},
    {"block", "nso", SLUICE_OK, 0, 0, 1, 0},
    {"block", "nssso", SLUICE_OK, 0, 0, 3, 0},
    {"lazy:64", "nsso", SLUICE_OK, 0, 0, 2, 0},
    {"native", "no", SLUICE_OK, 0, 0, 1, 1},
    {"yield", "c", SLUICE_CLOSED, 0, 0, 0, 0},
    {"yield", "nc", SLUICE_CLOSED, 1, 0, 0, 0},
    {"block", "nsc", SLUICE_CLOSED, 0, 0, 1, 0},
    {"native", "nc", SLUICE_CLOSED, 0, 0, 1, 1},
    {"yield", "m", SLUICE_NO_MEMORY, 0, 0, 0, 0},
    {"block", "nsm", SLUICE_NO_MEMORY, 0, 0, 1, 0},
    {"native", "nm", SLUICE_NO_MEMORY, 0, 0, 1, 1},
};

static void wait_once(size_t i, enum sluice_end side)
{
    struct stage_play play;
    void *item = &play;
    play_init(&play, side, waits[i].policy, waits[i].answers);
    enum sluice_status status = side == SLUICE_PRODUCER ? sluice_put(&ops, play.signal, &play.thread, item)
                                                        : sluice_get(&ops, play.signal, &play.thread, &item);
    uint64_t failed = 0;
    for (const char *at = waits[i].answers; *at; at++)
        failed += *at == NO || *at == SOON;
    assert_int_equal(status, waits[i].status);
    assert_int_equal(play.polls, strlen(waits[i].answers));
    assert_int_equal(play.native_polls, waits[i].native);
    assert_int_equal(counted(&play, side == SLUICE_PRODUCER ? SLUICE_FULL_POLLS : SLUICE_EMPTY_POLLS),
                     failed);
    assert_int_equal(counted(&play, side == SLUICE_PRODUCER ? SLUICE_EMPTY_POLLS : SLUICE_FULL_POLLS), 0);
    assert_int_equal(counted(&play, SLUICE_YIELDS), waits[i].yields);
    assert_int_equal(counted(&play, SLUICE_SLEEPS), waits[i].sleeps);
    assert_int_equal(counted(&play, SLUICE_WAKEUPS), waits[i].wakeups);
    if (failed) {
        assert_int_equal(play.state, side == SLUICE_PRODUCER ? SLUICE_CLOGGED : SLUICE_STARVED);
        assert_int_equal(play.slot.state, SLUICE_WORKING);
    }
}

static void polls_and_waits_are_counted(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(waits); i++) {
        wait_once(i, SLUICE_PRODUCER);
        if (waits[i].status != SLUICE_NO_MEMORY) /* which is for enqueues only */
            wait_once(i, SLUICE_CONSUMER);
    }
}

/* ---- batches: what was put before a failure is told, and the failure is passed on ---- */

static void batches_tell_how_far_they_came(void **state)
{
    static const struct {
        const char *answers;
        size_t put;
        enum sluice_status status;
    } cases[] = {
        {"ooooo", 5, SLUICE_OK},         {"oonnoono", 5, SLUICE_OK},  {"nnnooooo", 5, SLUICE_OK},
        {"ooomm", 3, SLUICE_NO_MEMORY},  {"mm", 0, SLUICE_NO_MEMORY}, {"onnm", 1, SLUICE_NO_MEMORY},
        {"oocc", 2, SLUICE_CLOSED},      {"cc", 0, SLUICE_CLOSED},    {"ooonc", 3, SLUICE_CLOSED},
        {"oooonm", 4, SLUICE_NO_MEMORY},
    };
    void *items[5] = {&items, &items, &items, &items, &items};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct stage_play play;
        enum sluice_status status = SLUICE_OK;
        play_init(&play, SLUICE_PRODUCER, "yield", cases[i].answers);
        assert_int_equal(sluice_put_n(&ops, play.signal, &play.thread, items, 5, &status), cases[i].put);
        assert_int_equal(status, cases[i].status);
        assert_int_equal(play.polls, strlen(cases[i].answers));
    }
}

static void a_batch_takes_what_there_is(void **state)
{
    static const struct {
        const char *answers;
        size_t taken;
    } cases[] = {{"ooooo", 5}, {"oon", 2}, {"nno", 1}, {"cc", 0}, {"nnc", 0}, {"oc", 1}};
    void *items[5];
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct stage_play play;
        play_init(&play, SLUICE_CONSUMER, "yield", cases[i].answers);
        assert_int_equal(sluice_get_n(&ops, play.signal, &play.thread, items, 5), cases[i].taken);
        assert_int_equal(play.polls, strlen(cases[i].answers));
    }
}

/* ---- the end ---- */

static const char *const every_way[] = {"spin", "yield", "sleep:1us", "backoff", "block", "lazy:8", "native"};

/* The poll after the one that saw the channel closed is the last: it sees all that was ever put. */
static void closed_channel_is_polled_once_more(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(every_way); i++) {
        struct stage_play play;
        void *item;
        play_init(&play, SLUICE_CONSUMER, every_way[i], "nonn");
        atomic_store(&play.channel.closed, 1);
        assert_int_equal(sluice_get(&ops, play.signal, &play.thread, &item), SLUICE_OK);
        assert_int_equal(sluice_get(&ops, play.signal, &play.thread, &item), SLUICE_CLOSED);
        assert_int_equal(play.polls, 4);
    }
}

static void the_last_producer_closes(void **state)
{
    struct stage_play play;
    (void)state;
    play_init(&play, SLUICE_PRODUCER, "block", "");
    atomic_store(&play.channel.producers, 3);
    for (unsigned left = 3; left > 0; left--) {
        assert_int_equal(play.channel.closed, 0);
        assert_int_equal(play.closes, 0);
        sluice_leave(&play.thread);
    }
    assert_int_equal(play.channel.closed, 1);
    assert_int_equal(play.closes, 1);
}

/* A putter that was there before the shutdown may still put: getters do not end before it is done. */
static void getters_wait_for_the_last_putter(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(every_way); i++) {
        struct stage_play play;
        void *item;
        play_init(&play, SLUICE_CONSUMER, every_way[i], "nslonn");
        play.channel.ending = SLUICE_ENDS_BY_SHUTDOWN;
        assert_true(sluice_begin_put(&play.channel, 1));
        sluice_shutdown(&play.channel, false);
        assert_int_equal(sluice_get(&ops, play.signal, &play.thread, &item), SLUICE_OK);
        assert_int_equal(play.polls, 4);
        assert_int_equal(sluice_get(&ops, play.signal, &play.thread, &item), SLUICE_CLOSED);
        assert_int_equal(play.polls, 6);
        assert_int_equal(play.closes, 1);
    }
}

/* A getter polls once more, a putter does not: it is refused even if there were room now. */
static void waiting_putters_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(every_way); i++) {
        struct stage_play play;
        play_init(&play, SLUICE_PRODUCER, every_way[i], "n");
        play.channel.ending = SLUICE_ENDS_BY_SHUTDOWN;
        sluice_shutdown(&play.channel, false);
        assert_int_equal(sluice_put_at(&ops, play.signal, &play.thread, &play, &play), SLUICE_CLOSED);
        assert_int_equal(play.polls, 1);
    }
}

/* ---- deadlines ---- */

static enum sluice_status once(struct stage_play *play, enum sluice_end side, const struct timespec *deadline)
{
    void *item = play;
    return side == SLUICE_PRODUCER ? sluice_put_until(&ops, play->signal, &play->thread, item, deadline)
                                   : sluice_get_until(&ops, play->signal, &play->thread, &item, deadline);
}

static void a_deadline_that_has_passed_means_to_try(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(every_way); i++)
        for (int side = SLUICE_PRODUCER; side <= SLUICE_CONSUMER; side++) {
            struct stage_play play;
            play_init(&play, (enum sluice_end)side, every_way[i], "nonno");
            assert_int_equal(once(&play, (enum sluice_end)side, &long_past), SLUICE_AGAIN);
            assert_int_equal(play.polls, 1);
            assert_int_equal(play.slot.state, SLUICE_WORKING);
            assert_int_equal(once(&play, (enum sluice_end)side, &long_past), SLUICE_OK);
            assert_int_equal(once(&play, (enum sluice_end)side, &long_past), SLUICE_AGAIN);
            assert_int_equal(once(&play, (enum sluice_end)side, &long_past), SLUICE_AGAIN);
            assert_int_equal(once(&play, (enum sluice_end)side, &long_past), SLUICE_OK);
            assert_int_equal(play.native_polls, 0);
            assert_null(play.thread.deadline);
        }
}

/* Who sleeps does so up to the deadline and not beyond it, and polls once more then. */
static void a_deadline_ends_a_sleep(void **state)
{
    static const struct {
        const char *policy, *answers;
    } cases[] = {{"sleep:1h", "nn"}, {"block", "nnn"}, {"lazy:8", "nnn"}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        for (int side = SLUICE_PRODUCER; side <= SLUICE_CONSUMER; side++) {
            struct stage_play play;
            struct timespec deadline = in_ns(3 * MS_NS);
            play_init(&play, (enum sluice_end)side, cases[i].policy, cases[i].answers);
            assert_int_equal(once(&play, (enum sluice_end)side, &deadline), SLUICE_AGAIN);
            assert_int_equal(play.polls, strlen(cases[i].answers));
            assert_true(sluice_is_past(&deadline));
        }
}

/* Farther than nanoseconds reach in 64 bits, as a caller may write who means never. */
static void a_deadline_may_be_ages_away(void **state)
{
    static const struct timespec ages = {.tv_sec = INT64_MAX};
    static const struct {
        const char *policy, *answers;
    } cases[] = {{"spin", "nno"}, {"sleep:1us", "nno"}, {"block", "nso"}, {"native", "no"}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct stage_play play;
        play_init(&play, SLUICE_CONSUMER, cases[i].policy, cases[i].answers);
        assert_int_equal(once(&play, SLUICE_CONSUMER, &ages), SLUICE_OK);
    }
    /* It sleeps as long as the policy says, and not shorter. */
    struct stage_play play;
    struct timespec due = in_ns(2 * MS_NS);
    play_init(&play, SLUICE_CONSUMER, "sleep:2ms", "no");
    assert_int_equal(once(&play, SLUICE_CONSUMER, &ages), SLUICE_OK);
    expect_after(&due);
}

static void native_waits_are_told_the_deadline(void **state)
{
    struct timespec deadline = in_ns(HOUR_NS);
    (void)state;
    for (int side = SLUICE_PRODUCER; side <= SLUICE_CONSUMER; side++) {
        struct stage_play play;
        play_init(&play, (enum sluice_end)side, "native", "nono");
        assert_int_equal(once(&play, (enum sluice_end)side, &deadline), SLUICE_OK);
        assert_ptr_equal(play.deadline, &deadline);
        assert_int_equal(once(&play, (enum sluice_end)side, NULL), SLUICE_OK);
        assert_null(play.deadline);
    }
}

/* ---- what is owed is paid before a long wait of any kind, before a sleep and before leaving ---- */

static void debts_are_paid(void **state)
{
    static const struct {
        const char *policy, *answers; /* a put that is owed for, then one that waits */
    } cases[] = {
        {"lazy:64", "onsso"},
        {"lazy:64/sleep:1us", "onno"},
        {"lazy:64/backoff", "onno"},
        {"lazy:64/block", "onsso"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct stage_play play;
        play_init(&play, SLUICE_PRODUCER, cases[i].policy, cases[i].answers);
        assert_int_equal(sluice_put(&ops, play.signal, &play.thread, &play), SLUICE_OK);
        assert_int_equal(counted(&play, SLUICE_SIGNALS), 0);
        assert_int_equal(sluice_put(&ops, play.signal, &play.thread, &play), SLUICE_OK);
        assert_int_equal(counted(&play, SLUICE_SIGNALS), 1);
        sluice_leave(&play.thread); /* the second one's */
        assert_int_equal(counted(&play, SLUICE_SIGNALS), 2);
    }
}

/* Who gives up may do anything then, and for ever: sleep elsewhere, or only try. */
static void debts_are_paid_by_who_gives_up(void **state)
{
    static const char *const policy[] = {"lazy:64", "lazy:64/yield", "yield/lazy:64"};
    (void)state;
    for (size_t i = 0; i < COUNT(policy); i++)
        for (int side = SLUICE_PRODUCER; side <= SLUICE_CONSUMER; side++) {
            _Atomic bool cut = true;
            struct stage_play late, cut_off;
            bool owes = i == 0 || (i == 1) == (side == SLUICE_PRODUCER);
            play_init(&late, (enum sluice_end)side, policy[i], "on");
            assert_int_equal(once(&late, (enum sluice_end)side, NULL), SLUICE_OK);
            assert_int_equal(once(&late, (enum sluice_end)side, &long_past), SLUICE_AGAIN);
            assert_int_equal(counted(&late, SLUICE_SIGNALS), owes);
            play_init(&cut_off, (enum sluice_end)side, policy[i], "on");
            cut_off.thread.in.cut = cut_off.thread.out.cut = &cut;
            assert_int_equal(once(&cut_off, (enum sluice_end)side, NULL), SLUICE_OK);
            assert_int_equal(once(&cut_off, (enum sluice_end)side, NULL), SLUICE_CLOSED);
            assert_int_equal(counted(&cut_off, SLUICE_SIGNALS), owes);
        }
}

/* A spin is not a long wait at first, but it may become one. */
static void debts_are_paid_in_a_long_spin(void **state)
{
    static const char *const waiting[] = {"lazy:64/spin", "lazy:64/yield"};
    char answers[202] = "o";
    (void)state;
    memset(answers + 1, NO, sizeof answers - 3);
    answers[sizeof answers - 2] = GO;
    for (size_t i = 0; i < COUNT(waiting); i++) {
        struct stage_play play;
        play_init(&play, SLUICE_PRODUCER, waiting[i], answers);
        assert_int_equal(sluice_put(&ops, play.signal, &play.thread, &play), SLUICE_OK);
        assert_int_equal(sluice_put(&ops, play.signal, &play.thread, &play), SLUICE_OK);
        assert_int_equal(counted(&play, SLUICE_SIGNALS), 1);
    }
}

static void debts_are_paid_before_work_that_sleeps(void **state)
{
    struct stage_play play;
    struct sluice_worker worker = {.work = {.kind = SLUICE_WORK_SLEEP, .amount = 1}};
    (void)state;
    play_init(&play, SLUICE_PRODUCER, "lazy:64", "o");
    assert_int_equal(sluice_put(&ops, play.signal, &play.thread, &play), SLUICE_OK);
    worker.thread = play.thread;
    sluice_do_work(&worker);
    assert_int_equal(worker.thread.count.n[SLUICE_SIGNALS], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(polls_and_waits_are_counted),
        cmocka_unit_test(batches_tell_how_far_they_came),
        cmocka_unit_test(a_batch_takes_what_there_is),
        cmocka_unit_test(closed_channel_is_polled_once_more),
        cmocka_unit_test(the_last_producer_closes),
        cmocka_unit_test(getters_wait_for_the_last_putter),
        cmocka_unit_test(waiting_putters_are_refused),
        cmocka_unit_test(a_deadline_that_has_passed_means_to_try),
        cmocka_unit_test(a_deadline_ends_a_sleep),
        cmocka_unit_test(a_deadline_may_be_ages_away),
        cmocka_unit_test(native_waits_are_told_the_deadline),
        cmocka_unit_test(debts_are_paid),
        cmocka_unit_test(debts_are_paid_by_who_gives_up),
        cmocka_unit_test(debts_are_paid_in_a_long_spin),
        cmocka_unit_test(debts_are_paid_before_work_that_sleeps),
    };
    test_watch(100);
    return cmocka_run_group_tests_name("waiting", tests, NULL, NULL) != 0;
}
