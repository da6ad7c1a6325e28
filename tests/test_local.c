/* test_local.c - local work: its rounds, its samples, and what is made of them (include/sluice/local.h,
   bench/trial/local_work.h). How long it takes is the machine's: the trial's own samples tell that. */
#include "support.h"

#include "trial/local_work.h"

static void test_pieces(void **state)
{
    (void)state;
    /* A piece of n rounds is n steps of the generator, and n lies where it was said. */
    uint64_t seen[8] = {0}, from = 1;
    for (int i = 0; i < 8000; i++) {
        uint64_t after = sluice_work_locally(from, 3, 7), at = from;
        unsigned rounds = 0;
        while (at != after && rounds <= 10) {
            at = sluice_draw(at);
            rounds++;
        }
        assert_in_range(rounds, 3, 10);
        seen[rounds - 3]++;
        from = after;
    }
    for (int i = 0; i < 8; i++) /* each about 1000 times: eight standard deviations */
        assert_in_range(seen[i], 760, 1240);
    assert_int_equal(sluice_work_locally(5, 1, 0), sluice_draw(5));
}

static void test_samples(void **state)
{
    (void)state;
    struct sluice_local local = {.state = 1, .least = 1};
    assert_true(local_took_ns(&local) == 0);
    sluice_sample_local(&local, 1, 1); /* the first at once */
    assert_int_equal(local.samples, 1);
    sluice_sample_local(&local, 1, SLUICE_LOCAL_PAUSE - 1);
    assert_int_equal(local.samples, 1);
    sluice_sample_local(&local, 1, 1);
    assert_int_equal(local.samples, 2);
    for (int i = 0; i < 2 * SLUICE_LOCAL_SAMPLES; i++)
        sluice_sample_local(&local, 1, SLUICE_LOCAL_PAUSE);
    assert_int_equal(local.samples, 2 + 2 * SLUICE_LOCAL_SAMPLES);

    struct sluice_local odd = {.samples = 3, .took_ns = {6400, 640000000, 3200}};
    assert_true(local_took_ns(&odd) == 100);
    struct sluice_local even = {.samples = 2, .took_ns = {6400, 12800}};
    assert_true(local_took_ns(&even) == 150);
}

static void test_calibration(void **state)
{
    (void)state;
    struct sluice_local local;
    local_calibrate(&local, 0, 0, 7);
    assert_int_equal(local.least, 0); /* none */
    assert_int_equal(local.state, 7);
    local_calibrate(&local, 2000, 2000, 7);
    assert_true(local.least > 20);
    assert_int_equal(local.spread, 0);
    assert_int_equal(local.samples, 0);
    local_calibrate(&local, 0, 5000, 7);
    assert_true(local.least >= 1);
    assert_true(local.spread > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_pieces), cmocka_unit_test(test_samples),
                                       cmocka_unit_test(test_calibration)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
