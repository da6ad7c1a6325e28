/* test_verify.c - the verification of a trial: the stamps' check and sums against plain models, and boards of
   runs in which something went wrong. */
#include "support.h"

#include "base/rng.h"
#include "trial/verify.h"

#include <sluice/stamp.h>

/* ---- sums ---- */

static void sums_are_those_of_the_stamps(void **state)
{
    static const uint32_t producers[] = {0, 1, 7, SLUICE_MAX_PRODUCERS - 1};
    (void)state;
    for (size_t i = 0; i < COUNT(producers); i++) {
        uint64_t sum_due = 0, squares_due = 0, sum, squares;
        for (uint64_t n = 0; n <= 3000; n++) {
            uint64_t stamp = sluice_first_stamp(producers[i]) + n;
            sum_due += n ? stamp : 0;
            squares_due += n ? stamp * stamp : 0;
            verify_sums(producers[i], n, &sum, &squares);
            assert_int_equal(sum, sum_due);
            assert_int_equal(squares, squares_due);
        }
    }
}

/* Up to as many items as a producer can number: the sums of the second half follow from those of the first,
   whose stamps are n lower. */
static void sums_of_many_items_follow_from_half_of_them(void **state)
{
    (void)state;
    for (uint64_t n = 1000; 2 * n <= SLUICE_MAX_SEQUENCE; n *= 2) {
        uint64_t half_sum, half_squares, sum, squares;
        verify_sums(3, n, &half_sum, &half_squares);
        verify_sums(3, 2 * n, &sum, &squares);
        assert_int_equal(sum, 2 * half_sum + n * n);
        assert_int_equal(squares, 2 * half_squares + 2 * n * half_sum + n * n * n);
    }
}

/* ---- the check of one consumer ---- */

enum { PRODUCERS = 3 };

/* What the check must come to, stamp by stamp. */
struct model {
    uint64_t highest[PRODUCERS], sum, squares, disordered, foreign;
};

static void model_stamp(struct model *model, uint64_t stamp)
{
    uint64_t producer = stamp >> SLUICE_STAMP_BITS, sequence = stamp & SLUICE_MAX_SEQUENCE;
    if (producer >= PRODUCERS || sequence == 0) {
        model->foreign++;
        return;
    }
    model->sum += stamp;
    model->squares += stamp * stamp;
    if (sequence <= model->highest[producer])
        model->disordered++;
    else
        model->highest[producer] = sequence;
}

static void expect_as_model(const struct sluice_check *check, const struct model *model)
{
    assert_int_equal(check->sum, model->sum);
    assert_int_equal(check->squares, model->squares);
    assert_int_equal(check->disordered, model->disordered);
    assert_int_equal(check->foreign, model->foreign);
}

static uint64_t stamp_of(uint32_t producer, uint64_t sequence)
{
    return sluice_first_stamp(producer) + sequence;
}

static void check_counts_disorder_and_foreigners(void **state)
{
    static const struct {
        uint64_t stamps[8]; /* up to the first 0 */
        uint64_t disordered, foreign;
    } cases[] = {
        {{0}, 0, 0},
        {{1, 2, 3}, 0, 0},
        {{5, 9, 10}, 0, 0}, /* another consumer has the others */
        {{1, 1}, 1, 0},
        {{2, 1}, 1, 0},
        {{3, 1, 2, 4}, 2, 0},
        {{1, 2, 1, 2, 3}, 2, 0},
        {{1, UINT64_C(1) << 38 | 1, 2, UINT64_C(1) << 38 | 2}, 0, 0},
        {{2, UINT64_C(1) << 38 | 5, 1, UINT64_C(1) << 38 | 4}, 2, 0},
        {{UINT64_C(1) << 38}, 0, 1},                       /* a sequence begins with 1 */
        {{1, UINT64_C(3) << 38 | 1, 2, UINT64_MAX}, 0, 2}, /* there are producers 0 to 2 */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint64_t latest[PRODUCERS];
        struct sluice_check check;
        sluice_check_init(&check, latest, PRODUCERS);
        uint64_t next = check.begin;
        for (size_t j = 0; cases[i].stamps[j]; j++)
            next = sluice_check_stamp(&check, next, cases[i].stamps[j]);
        sluice_check_cut(&check, next);
        assert_int_equal(check.disordered, cases[i].disordered);
        assert_int_equal(check.foreign, cases[i].foreign);
    }
}

/* A stamp that mostly follows the one before, and sometimes is anything near it. */
static uint64_t stamp_after(struct rng *rng, uint64_t stamp)
{
    uint32_t producer = (uint32_t)(stamp >> SLUICE_STAMP_BITS);
    switch (rng_below(rng, 12)) {
    case 0:
        return stamp_of((uint32_t)rng_below(rng, PRODUCERS + 1), rng_below(rng, 40));
    case 1:
        return stamp_of(producer, rng_below(rng, 40));
    case 2:
        return stamp;
    case 3:
        return stamp + 2;
    default:
        return stamp + 1;
    }
}

static void check_is_as_the_model_wherever_it_is_cut(void **state)
{
    struct rng rng;
    (void)state;
    rng_seed(&rng, 4);
    for (int round = 0; round < 2000; round++) {
        uint64_t latest[PRODUCERS], stamp = 0;
        struct model model = {0};
        struct sluice_check check;
        sluice_check_init(&check, latest, PRODUCERS);
        uint64_t next = check.begin;
        for (int i = 0; i < 60; i++) {
            stamp = stamp_after(&rng, stamp);
            model_stamp(&model, stamp);
            next = sluice_check_stamp(&check, next, stamp);
            if (rng_below(&rng, 8) == 0) {
                next = sluice_check_cut(&check, next);
                expect_as_model(&check, &model);
            }
        }
        sluice_check_cut(&check, next);
        expect_as_model(&check, &model);
    }
}

static void longest_run_is_added_up_right(void **state)
{
    uint64_t latest[PRODUCERS], sum, squares;
    struct sluice_check check;
    (void)state;
    sluice_check_init(&check, latest, PRODUCERS);
    uint64_t next = check.begin;
    for (int run = 1; run <= 3; run++) {
        next = sluice_check_cut(&check, next + SLUICE_MAX_RUN);
        verify_sums(0, (uint64_t)run * SLUICE_MAX_RUN, &sum, &squares);
        assert_int_equal(check.sum, sum);
        assert_int_equal(check.squares, squares);
    }
}

/* ---- boards ---- */

enum { ITEMS = 120, ROOM = 2 * ITEMS };

/* What a hop gave, in the order in which its consumers take it in turns. */
struct hop_items {
    uint64_t stamps[ROOM];
    size_t count;
    uint32_t producers, consumers;
};

typedef void mishap(struct hop_items *items);

static void deliver(struct board *board, uint32_t hop, const struct hop_items *items)
{
    const struct wiring wiring = spec_wiring(&board->spec);
    uint32_t role = (uint32_t)wiring.consumer[hop];
    uint32_t first = wiring_first(&wiring, role), consumers = wiring.threads_of[role];
    for (uint32_t i = 0; i < consumers; i++) {
        uint64_t latest[8];
        struct sluice_check check;
        sluice_check_init(&check, latest, items->producers);
        uint64_t next = check.begin, taken = 0;
        for (size_t j = i; j < items->count; j += consumers, taken++)
            next = sluice_check_stamp(&check, next, items->stamps[j]);
        sluice_check_cut(&check, next);
        _Atomic uint64_t *n = board->slot[first + i].n;
        n[SLUICE_TAKEN] = taken;
        n[SLUICE_SUM] = check.sum;
        n[SLUICE_SQUARES] = check.squares;
        n[SLUICE_DISORDERED] = check.disordered;
        n[SLUICE_FOREIGN] = check.foreign;
        if (hop < HOPS - 1)
            n[SLUICE_PUT] = taken; /* what a worker takes it passes on */
    }
}

/* The producers' items, in turns. */
static void collect(const struct board *board, uint32_t hop, struct hop_items *items)
{
    const struct wiring wiring = spec_wiring(&board->spec);
    uint32_t first = wiring_first(&wiring, (uint32_t)wiring.producer[hop]);
    uint64_t left = 1;
    items->producers = wiring.threads_of[wiring.producer[hop]];
    items->consumers = wiring.threads_of[wiring.consumer[hop]];
    items->count = 0;
    for (uint64_t sequence = 1; left > 0; sequence++) {
        left = 0;
        for (uint32_t i = 0; i < items->producers; i++)
            if (sequence <= board_count(board, first + i, SLUICE_PUT)) {
                items->stamps[items->count++] = stamp_of(i, sequence);
                left++;
            }
    }
}

/* A board after a run with a mishap on one hop. */
static struct board *run_with(mishap *happens, uint32_t at_hop, const char *workers)
{
    struct spec spec = {.counted = true, .items = ITEMS, .stages = STAGES, .sources = 1, .sinks = 1};
    struct fault fault = {""};
    if (spec_parse_workers(workers, &spec.workers, &fault))
        fail_msg("%s", fault.text);
    const struct wiring wiring = spec_wiring(&spec);
    uint32_t threads = wiring_threads(&wiring);
    struct board *board = sluice_alloc(board_size(threads));
    assert_non_null(board);
    board->threads = threads;
    board->spec = spec;
    board->slot[0].n[SLUICE_PUT] = ITEMS;
    for (uint32_t hop = 0; hop < HOPS; hop++) {
        struct hop_items items;
        collect(board, hop, &items);
        if (hop == at_hop)
            happens(&items);
        deliver(board, hop, &items);
    }
    return board;
}

static void remove_at(struct hop_items *items, size_t at)
{
    memmove(&items->stamps[at], &items->stamps[at + 1], (--items->count - at) * sizeof *items->stamps);
}

static void nothing_happens(struct hop_items *items)
{
    (void)items;
}

static void one_is_lost(struct hop_items *items)
{
    remove_at(items, 50);
}

static void last_is_lost(struct hop_items *items)
{
    items->count--;
}

static void three_fewer_are_put(struct hop_items *items)
{
    items->count -= 3;
}

static void all_are_lost(struct hop_items *items)
{
    items->count = 0;
}

static void one_comes_twice(struct hop_items *items)
{
    items->stamps[items->count++] = items->stamps[50];
}

static void one_comes_for_another(struct hop_items *items)
{
    items->stamps[51] = items->stamps[50];
}

static void two_come_for_two_others(struct hop_items *items)
{
    items->stamps[51] = items->stamps[50];
    items->stamps[91] = items->stamps[90];
}

/* Two of one producer are replaced by the two between them: neither count nor sum tells. */
static void sum_stays(struct hop_items *items)
{
    size_t step = items->producers;
    items->stamps[40] = items->stamps[40 + step];
    items->stamps[40 + 3 * step] = items->stamps[40 + 2 * step];
}

static void two_change_places(struct hop_items *items)
{
    size_t step = (size_t)items->producers * items->consumers; /* of one producer, to the same consumer */
    uint64_t first = items->stamps[30];
    items->stamps[30] = items->stamps[30 + step];
    items->stamps[30 + step] = first;
}

static void foreigner_comes(struct hop_items *items)
{
    items->stamps[50] |= UINT64_C(1) << 47;
}

static void foreigner_comes_besides(struct hop_items *items)
{
    items->stamps[items->count++] = stamp_of(items->producers, 1);
}

static void unnumbered_comes(struct hop_items *items)
{
    items->stamps[50] = 0;
}

static const struct {
    mishap *happens;
    const char *says; /* null: nothing is wrong */
} mishaps[] = {
    {nothing_happens, NULL},
    {one_is_lost, "lost 1 of"},
    {last_is_lost, "lost 1 of"},
    {all_are_lost, "lost 120 of 120"},
    {one_comes_twice, "gave more items than were put: 1 more"},
    {one_comes_for_another, "other items"},
    {two_come_for_two_others, "other items"},
    {sum_stays, "other items"},
    {two_change_places, "after later ones"},
    {foreigner_comes, "nobody puts"},
    {foreigner_comes_besides, "nobody puts"},
    {unnumbered_comes, "nobody puts"},
};

static const char *const crews[] = {"1", "2", "1,2,3", "3,1,2"};

static void mishaps_are_found_on_every_hop(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(mishaps); i++)
        for (uint32_t hop = 0; hop < HOPS; hop++)
            for (size_t j = 0; j < COUNT(crews); j++) {
                struct fault fault;
                struct board *board = run_with(mishaps[i].happens, hop, crews[j]);
                int status = verify_board(board, SLUICE_FIFO, &fault);
                free(board);
                if ((status == 0) != (mishaps[i].says == NULL))
                    fail_msg("mishap %zu on hop %u with workers %s: status %d, \"%s\"", i, hop, crews[j],
                             status, fault.text);
                if (status == 0)
                    continue;
                assert_non_null(strstr(fault.text, mishaps[i].says));
                assert_non_null(strstr(fault.text, hop_names[hop]));
            }
}

static void order_is_asked_of_those_that_claim_it(void **state)
{
    (void)state;
    for (uint32_t hop = 0; hop < HOPS; hop++) {
        struct fault fault;
        struct board *board = run_with(two_change_places, hop, "2");
        assert_int_equal(verify_board(board, SLUICE_FIFO, &fault), -1);
        assert_int_equal(verify_board(board, SLUICE_FIFO_PER_PRODUCER, &fault), -1);
        assert_int_equal(verify_board(board, SLUICE_UNORDERED, &fault), 0);
        free(board);
    }
}

/* ---- what the threads do with the items ---- */

static void stages_must_pass_on_what_they_take(void **state)
{
    struct fault fault;
    struct board *board = run_with(nothing_happens, 0, "1");
    (void)state;
    board->slot[2].n[SLUICE_DISCARDED] = 3; /* more than it took */
    assert_int_equal(verify_board(board, SLUICE_FIFO, &fault), -1);
    assert_non_null(
        strstr(fault.text, "resize stage took 120 items and passed on, discarded or failed on 123"));
    board->slot[2].n[SLUICE_DISCARDED] = 0;
    board->slot[2].n[SLUICE_FAILED] = 2;
    assert_int_equal(verify_board(board, SLUICE_FIFO, &fault), -1);
    assert_non_null(
        strstr(fault.text, "resize stage took 120 items and passed on, discarded or failed on 122"));
    free(board);
}

/* The last three items of a stage's only worker are not passed on; the hop behind has them neither. */
static void items_may_be_discarded_or_failed_on(void **state)
{
    static const struct {
        uint64_t discarded, failed;
        int status;
    } cases[] = {{3, 0, 0}, {0, 3, 0}, {2, 1, 0}, {1, 1, -1}, {2, 2, -1}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fault fault;
        struct board *board = run_with(three_fewer_are_put, 3, "1");
        board->slot[3].n[SLUICE_PUT] -= 3;
        board->slot[3].n[SLUICE_DISCARDED] = cases[i].discarded;
        board->slot[3].n[SLUICE_FAILED] = cases[i].failed;
        assert_int_equal(verify_board(board, SLUICE_FIFO, &fault), cases[i].status);
        free(board);
    }
}

static void source_must_put_all(void **state)
{
    struct fault fault;
    struct board *board = run_with(nothing_happens, 0, "1");
    (void)state;
    board->spec.items = ITEMS + 5;
    assert_int_equal(verify_board(board, SLUICE_FIFO, &fault), -1);
    assert_non_null(strstr(fault.text, "120 of 125"));
    board->failure.culprit = 3; /* a worker failed: it may stop early */
    assert_int_equal(verify_board(board, SLUICE_FIFO, &fault), 0);
    board->failure.culprit = 0;
    board->spec.counted = false; /* a duration: it puts what it puts */
    assert_int_equal(verify_board(board, SLUICE_FIFO, &fault), 0);
    free(board);
}

static void every_hop_that_is_wrong_is_named(void **state)
{
    struct fault fault;
    struct board *board = run_with(one_is_lost, 1, "1");
    (void)state;
    board->slot[0].n[SLUICE_PUT] = ITEMS + 2;
    assert_int_equal(verify_board(board, SLUICE_FIFO, &fault), -1);
    assert_non_null(strstr(fault.text, "download hop lost 2"));
    assert_non_null(strstr(fault.text, "resize hop lost 1"));
    assert_non_null(strstr(fault.text, "source put 122 of 120"));
    free(board);
}

/* As a reader may see the sink between two of its counts: never fewer than none. */
static void delivered_is_never_negative(void **state)
{
    struct board *board = run_with(nothing_happens, 0, "1");
    struct sluice_slot *sink = &board->slot[board->threads - 1];
    (void)state;
    assert_int_equal(board_delivered(board), ITEMS);
    sink->n[SLUICE_DISCARDED] = 20;
    assert_int_equal(board_delivered(board), ITEMS - 20);
    sink->n[SLUICE_DISCARDED] = ITEMS + 20;
    assert_int_equal(board_delivered(board), 0);
    free(board);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_those_of_the_stamps),
        cmocka_unit_test(sums_of_many_items_follow_from_half_of_them),
        cmocka_unit_test(check_counts_disorder_and_foreigners),
        cmocka_unit_test(check_is_as_the_model_wherever_it_is_cut),
        cmocka_unit_test(longest_run_is_added_up_right),
        cmocka_unit_test(mishaps_are_found_on_every_hop),
        cmocka_unit_test(order_is_asked_of_those_that_claim_it),
        cmocka_unit_test(stages_must_pass_on_what_they_take),
        cmocka_unit_test(items_may_be_discarded_or_failed_on),
        cmocka_unit_test(source_must_put_all),
        cmocka_unit_test(every_hop_that_is_wrong_is_named),
        cmocka_unit_test(delivered_is_never_negative),
    };
    return cmocka_run_group_tests_name("verify", tests, NULL, NULL) != 0;
}
