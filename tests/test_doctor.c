/* test_doctor.c - what `sluice doctor` measures, graded; the measuring itself on this machine, whose outcome
   is not looked at: how fast or quiet it is must not matter here. */
#include "doctor/doctor.h"
#include "machine/sysfile.h"

#include "support.h"

#include "base/rng.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* --- the noise floor --- */

enum { MOST = 1000 };

/* So many blocks of a machine on which a trial's throughput has this spread (of its logarithm), and the first
   of the two is faster by a factor. */
static struct noise simulated(size_t blocks, double spread, double factor, uint64_t seed)
{
    double first[MOST] = {0}, second[MOST] = {0};
    struct rng rng;
    rng_seed(&rng, seed);
    for (size_t i = 0; i < blocks; i++) {
        double normal[2] = {0, 0};
        for (int side = 0; side < 2; side++) {
            for (int j = 0; j < 12; j++)
                normal[side] += (double)(rng_next(&rng) >> 11) * 0x1p-53;
            normal[side] -= 6; /* Irwin and Hall: of variance 1 */
        }
        first[i] = 1e6 * factor * exp(spread * normal[0]);
        second[i] = 1e6 * exp(spread * normal[1]);
    }
    return noise_of(first, second, blocks);
}

/* The floor is what the theory says of Hodges & Lehmann's estimate: 1.0233 times the error of a mean, of a
   difference of two. */
static void floor_is_that_of_the_estimate(void **state)
{
    const double spread = 0.1, error = 1.0233 * spread * sqrt(2.0 / MOST);
    double sum = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct noise noise = simulated(MOST, spread, 1.0, seed);
        assert_int_equal(noise.blocks, MOST);
        sum += noise.error / 20;
    }
    assert_float_equal(sum / error, 1.0, 0.15);
    struct noise noise = {.blocks = 100, .error = 0.01};
    assert_float_equal(noise_floor(&noise, 100), exp(2.801585 * 0.01) - 1, 1e-6);
    assert_float_equal(noise_floor(&noise, 25), exp(2.801585 * 0.02) - 1, 1e-6);
    assert_int_equal(noise_blocks(&noise, noise_floor(&noise, 25) * 1.0001), 25);
    assert_int_equal(noise_blocks(&noise, 10.0), 6); /* no interval with fewer */
}

static void expect_noise(struct noise noise, const char *grade, const char *part)
{
    struct findings findings = {0};
    struct finding *finding = findings_add(&findings, "noise-floor");
    noise.trial_ns = 80000000;
    noise_grade(&noise, finding);
    if (strcmp(grade_names[finding->grade], grade) != 0 || !strstr(finding->text, part))
        fail_msg("%s instead of %s (%s): %s", grade_names[finding->grade], grade, part, finding->text);
    bool has_phrase = finding->grade == GRADE_WARN || finding->grade == GRADE_BAD;
    assert_int_equal(has_phrase, *finding->phrase != '\0');
}

static struct noise made(double low, double high, double error)
{
    return (struct noise){
        .blocks = 10, .ratio = (low + high) / 2, .interval = {low, high, 0.95}, .error = error};
}

static void noise_is_graded(void **state)
{
    (void)state;
    expect_noise(made(0.99, 1.01, 0.005), "ok", "ratio 1.000 [0.990, 1.010] (95%); 10 blocks");
    expect_noise(made(0.95, 1.05, 0.025), "warn", "tell a difference of 7.3% or more");
    expect_noise(made(0.8, 1.2, 0.1), "bad", "32.3% or more");
    expect_noise(made(1.001, 1.015, 0.005), "warn", "leaves 1 out");
    expect_noise(made(1.03, 1.05, 0.005), "bad", "leaves 1 out");
    expect_noise(made(0.95, 0.97, 0.005), "bad", "leaves 1 out");
    expect_noise(simulated(5, 0.01, 1.0, 1), "unknown", "too few trials");
    expect_noise(simulated(0, 0.01, 1.0, 1), "unknown", "too few trials");
    expect_noise(simulated(100, 0.01, 1.2, 1), "bad", "leaves 1 out");
    expect_noise(simulated(100, 0.01, 1.0, 1), "ok", "10 blocks");
}

/* --- pace --- */

static void expect_pace(const struct pace *pace, unsigned count, const char *grade, const char *part)
{
    struct findings findings = {0};
    struct finding *finding = findings_add(&findings, "steadiness");
    pace_grade(pace, count, finding);
    if (strcmp(grade_names[finding->grade], grade) != 0 || !strstr(finding->text, part))
        fail_msg("%s instead of %s (%s): %s", grade_names[finding->grade], grade, part, finding->text);
}

static void pace_is_graded(void **state)
{
    const struct pace even[] = {{0, 9, 100e3, 100e3, 101e3}, {4, 9, 101e3, 100e3, 101e3}};
    const struct pace uneven[] = {{0, 9, 100e3, 100e3, 101e3}, {4, 9, 101e3, 100e3, 105e3}};
    const struct pace jumping[] = {{0, 9, 100e3, 90e3, 125e3}};
    const struct pace unlike[] = {{0, 9, 100e3, 100e3, 101e3}, {4, 9, 150e3, 150e3, 151e3}};
    (void)state;
    expect_pace(even, 2, "ok", "100.0 to 101.0 us (5% to 95% of 9 samples) on PU ");
    expect_pace(uneven, 2, "warn",
                "100.0 to 105.0 us (5% to 95% of 9 samples) on PU 4, the least steady of 2");
    expect_pace(jumping, 1, "bad", "90.0 to 125.0 us");
    expect_pace(unlike, 2, "bad", "the medians of the PUs are 50.0% apart");
    expect_pace(NULL, 0, "unknown", "not known");
}

static void pace_is_measured(void **state)
{
    struct topology *topology;
    struct pace pace[PACE_PUS];
    struct fault fault = {""};
    unsigned count;
    (void)state;
    assert_int_equal(topology_load(&topology, &fault), 0);
    if (pace_measure(topology, 0, pace, &count, &fault))
        fail_msg("%s", fault.text);
    assert_true(count >= 1 && count <= PACE_PUS && count <= topology_pus(topology));
    for (unsigned i = 0; i < count; i++) {
        assert_true(topology_has_pu(topology, pace[i].pu));
        assert_true(i == 0 || pace[i].pu != pace[i - 1].pu);
        assert_int_equal(pace[i].samples, 8);
        assert_true(pace[i].low_ns > 0 && pace[i].low_ns <= pace[i].median_ns);
        assert_true(pace[i].median_ns <= pace[i].high_ns);
    }
    topology_free(topology);
}

/* --- background --- */

static void background_is_a_share_or_unknown(void **state)
{
    struct topology *topology, *elsewhere;
    struct fault fault = {""};
    (void)state;
    assert_int_equal(topology_load(&topology, &fault), 0);
    assert_int_equal(topology_load_synthetic(&elsewhere, "pu:2", &fault), 0);
    double share = background_measure(topology, 50000000);
    assert_true(isnan(share) || (share >= 0 && share <= 1));
    assert_true(isnan(background_measure(elsewhere, 0)));
    sysfile_set_root("/nowhere");
    assert_true(isnan(background_measure(topology, 0)));
    sysfile_set_root(NULL);
    topology_free(topology);
    topology_free(elsewhere);
}

/* --- shown --- */

static void findings_are_printed(void **state)
{
    struct findings findings = {0};
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    (void)state;
    finding_set(findings_add(&findings, "turbo"), GRADE_WARN, "turbo on", "it\033[2J is hot", "cool it",
                NULL);
    finding_set(findings_add(&findings, "aslr"), GRADE_OK, NULL, "fine", NULL, NULL);
    findings_print(&findings, out);
    fclose(out);
    assert_string_equal(text, "turbo              warn     it?[2J is hot\n"
                              "                to mend it: cool it\n"
                              "aslr               ok       fine\n\n"
                              "verdict: fair (turbo on)\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(floor_is_that_of_the_estimate),
        cmocka_unit_test(noise_is_graded),
        cmocka_unit_test(pace_is_graded),
        cmocka_unit_test(pace_is_measured),
        cmocka_unit_test(background_is_a_share_or_unknown),
        cmocka_unit_test(findings_are_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
