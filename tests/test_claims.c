/* test_claims.c - claims judged by campaigns made by hand, whose figures are known. */
#include "made.h"

#include "compare/claims.h"
#include "stats/ratio.h"

#include <math.h>

/* A section about the file that was made last, which is in /tmp. */
static char text[4096];

static const char *section(const char *keys)
{
    snprintf(text, sizeof text, "[one]\nsays = it is so\nfile = %s\n%s\n", strrchr(hand_path, '/') + 1, keys);
    return text;
}

/* Two queues, the second three times as fast, in as many blocks as asked for; noise 0 makes every block's
   ratio the same. */
static void make(double noise, unsigned blocks)
{
    struct campaign_file file;
    start();
    add_queue("base", 1, 0, 0);
    add_queue("fast", 3, noise, 3);
    size_t kept = 0;
    for (size_t i = 0; i < trial_count; i++)
        if (trials[i].block < blocks)
            trials[kept++] = trials[i];
    trial_count = kept;
    read_made(&file, "{}");
    record_release(&file);
}

static void judge(struct claims *claims, const char *keys)
{
    struct fault fault = {""};
    if (claims_read_text(claims, section(keys), "made", &fault) || claims_judge(claims, "/tmp", &fault))
        fail_msg("%s", fault.text);
}

static void expect(const char *keys, enum claim_verdict verdict)
{
    struct claims claims;
    judge(&claims, keys);
    if (claims.list[0].found.verdict != verdict)
        fail_msg("'%s' is %s, not %s: %g [%g, %g]", keys, claim_verdicts[claims.list[0].found.verdict],
                 claim_verdicts[verdict], claims.list[0].found.figure.median, claims.list[0].found.figure.low,
                 claims.list[0].found.figure.high);
    for (int i = 0; i < CLAIM_VERDICTS; i++)
        assert_int_equal(claims_count(&claims, (enum claim_verdict)i), i == (int)verdict);
    claims_release(&claims);
}

#define RATIO "of = queue=fast\nover = queue=base\n"

static void ratios_are_paired_by_block(void **state)
{
    struct claims claims;
    (void)state;
    make(0, BLOCKS); /* the blocks drift by a factor of four, which a ratio must not see */
    judge(&claims, RATIO "at-least = 2.9\nat-most = 3.1");
    assert_int_equal(claims.list[0].found.verdict, CLAIM_REPRODUCED);
    assert_true(fabs(claims.list[0].found.figure.low - 3) < 1e-9);
    assert_true(fabs(claims.list[0].found.figure.high - 3) < 1e-9);
    assert_int_equal(claims.list[0].found.values, BLOCKS);
    claims_release(&claims);
}

static void the_whole_interval_decides(void **state)
{
    (void)state;
    make(0.5, BLOCKS); /* 1.5 to 4.5 times: the interval is wide, and around 3 */
    expect(RATIO "at-least = 1.1", CLAIM_REPRODUCED);
    expect(RATIO "at-least = 3", CLAIM_INCONCLUSIVE);
    expect(RATIO "at-least = 5", CLAIM_NOT_REPRODUCED);
    expect(RATIO "at-most = 5", CLAIM_REPRODUCED);
    expect(RATIO "at-most = 3", CLAIM_INCONCLUSIVE);
    expect(RATIO "at-most = 1.1", CLAIM_NOT_REPRODUCED);
    expect(RATIO "at-least = 2.9\nat-most = 3.1", CLAIM_INCONCLUSIVE);
}

static void few_values_decide_nothing(void **state)
{
    (void)state;
    make(0, STATS_LEAST_BLOCKS);
    expect(RATIO "at-least = 2", CLAIM_REPRODUCED);
    expect("of = queue=fast\nat-least = 1000", CLAIM_REPRODUCED);
    make(0, STATS_LEAST_BLOCKS - 1);
    expect(RATIO "at-least = 2", CLAIM_INCONCLUSIVE);
    expect(RATIO "at-least = 20", CLAIM_INCONCLUSIVE);
    expect("of = queue=fast\nat-least = 1000", CLAIM_INCONCLUSIVE);
}

static void medians_have_the_metrics_unit(void **state)
{
    (void)state;
    make(0, BLOCKS);
    expect("of = queue=base\nat-least = 999999", CLAIM_REPRODUCED);
    expect("of = queue=base\nat-least = 1e7", CLAIM_NOT_REPRODUCED);
    expect("of = queue=base\nmetric = peak\nat-least = 1048576\nat-most = 1048576", CLAIM_REPRODUCED);
    expect("of = queue=base\nmetric = cpu\nat-most = 1000", CLAIM_REPRODUCED);
    expect("of = queue=base\nmetric = cpus\nat-least = 1\nat-most = 1", CLAIM_REPRODUCED);
    expect("of = queue=base\nmetric = join\nat-most = 1", CLAIM_INCONCLUSIVE); /* no trial knows it */
}

static void trials_that_failed_say_nothing(void **state)
{
    struct campaign_file file;
    (void)state;
    start();
    add_queue("base", 1, 0, 0);
    add_queue("fast", 3, 0, 0);
    for (size_t i = BLOCKS; i < trial_count; i++)
        trials[i].outcome = "crashed";
    read_made(&file, "{}");
    record_release(&file);
    expect(RATIO "at-least = 1", CLAIM_INCONCLUSIVE);
    expect("every = wait=yield\nat-least = 1", CLAIM_INCONCLUSIVE);
}

static void the_worst_of_every_one_counts(void **state)
{
    struct claims claims;
    (void)state;
    make(0, BLOCKS);
    expect("every = wait=yield\nat-least = 900000", CLAIM_REPRODUCED);
    judge(&claims, "every = wait=yield\nat-least = 900000");
    assert_string_equal(claims.list[0].found.its->axis[AXIS_QUEUE], "base");
    claims_release(&claims);
    judge(&claims, "every = wait=yield\nat-least = 0\nat-most = 7000000");
    assert_string_equal(claims.list[0].found.its->axis[AXIS_QUEUE], "fast"); /* its interval goes beyond */
    claims_release(&claims);
    expect("every = wait=yield\nat-least = 1e8", CLAIM_NOT_REPRODUCED);
    expect("every = wait=yield\nover = queue=base\nat-least = 2", CLAIM_REPRODUCED); /* not over itself */
    expect("every = capacity=65536 workers=1\nat-least = 1", CLAIM_REPRODUCED);      /* or as written, 64Ki */
    expect("every = wait=yield\nmetric = share\nat-most = 1", CLAIM_INCONCLUSIVE);   /* no limits are known */
}

/* Sections may have keys in common, and records are shared. */
static void sections_share_what_is_global(void **state)
{
    struct claims claims;
    struct fault fault = {""};
    (void)state;
    make(0, BLOCKS);
    snprintf(text, sizeof text,
             "[global]\nfile = %s\nover = queue=base\n[a]\nsays = \"x, y\"\nof = queue=fast\nat-least = 1\n"
             "[b]\nsays = z\nof = queue=fast\nat-most = 1\n",
             strrchr(hand_path, '/') + 1);
    if (claims_read_text(&claims, text, "made", &fault) || claims_judge(&claims, "/tmp", &fault))
        fail_msg("%s", fault.text);
    assert_int_equal(claims.count, 2);
    assert_int_equal(claims.record_count, 1);
    assert_string_equal(claims.list[0].says, "x, y");
    assert_int_equal(claims.list[0].found.verdict, CLAIM_REPRODUCED);
    assert_int_equal(claims.list[1].found.verdict, CLAIM_NOT_REPRODUCED);
    claims_release(&claims);
}

/* The claims of the repository can be read, whether or not they hold. */
static void our_claims_are_well_formed(void **state)
{
    struct claims claims;
    struct fault fault = {""};
    (void)state;
    if (claims_read(&claims, SLUICE_SOURCE_DIR "/results/claims", &fault))
        fail_msg("%s", fault.text);
    assert_true(claims.count >= 8);
    claims_release(&claims);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ratios_are_paired_by_block),     cmocka_unit_test(the_whole_interval_decides),
        cmocka_unit_test(few_values_decide_nothing),      cmocka_unit_test(medians_have_the_metrics_unit),
        cmocka_unit_test(trials_that_failed_say_nothing), cmocka_unit_test(the_worst_of_every_one_counts),
        cmocka_unit_test(sections_share_what_is_global),  cmocka_unit_test(our_claims_are_well_formed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
