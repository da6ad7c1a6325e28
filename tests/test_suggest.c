/* test_suggest.c - which name counts as the nearest, and the sentence about unknown ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "base/suggest.h"

static const char *const queues[] = {"null",         "ck-ring-spsc", "ck-ring-mpmc",
                                     "ck-fifo-spsc", "urcu-wfcq",    "mutex-ring",
                                     "moodycamel",   "condvar",      "urcu-rculfq"};
enum { QUEUES = sizeof queues / sizeof *queues };

static void expect_nearest(const char *text, const char *expected)
{
    const char *nearest = suggest_nearest(text, queues, QUEUES);
    if ((nearest && expected) ? strcmp(nearest, expected) : nearest != expected)
        fail_msg("nearest to '%s' is %s, not %s", text, nearest ? nearest : "(none)",
                 expected ? expected : "(none)");
}

static void slips_of_the_hand_are_near(void **state)
{
    (void)state;
    expect_nearest("ck-ring-spcs", "ck-ring-spsc"); /* swapped */
    expect_nearest("nul", "null");                  /* dropped */
    expect_nearest("nulll", "null");                /* doubled */
    expect_nearest("nuxl", "null");                 /* wrong */
    expect_nearest("nlul", "null");                 /* a swap is one edit: two would be too many for four */
    expect_nearest("urcu_wfcq", "urcu-wfcq");
    expect_nearest("conditionvar", NULL);
    expect_nearest("codnvra", "condvar"); /* two swaps are two edits */
}

static void beginnings_and_parts_are_near(void **state)
{
    (void)state;
    expect_nearest("moody", "moodycamel");
    expect_nearest("m", "mutex-ring"); /* both fit as well: the one with fewer letters more */
    expect_nearest("mpmc", "ck-ring-mpmc");
    expect_nearest("wfcq", "urcu-wfcq");
    expect_nearest("ck-rng", "ck-ring-spsc"); /* a beginning, misspelt; the first of two as near */
    expect_nearest("rculfq", "urcu-rculfq");
}

static void letter_case_does_not_matter(void **state)
{
    (void)state;
    expect_nearest("CK-Ring-MPMC", "ck-ring-mpmc");
    expect_nearest("WFCQ", "urcu-wfcq");
}

static void strangers_are_not_near(void **state)
{
    char long_text[300];
    (void)state;
    expect_nearest("", NULL);
    expect_nearest("zebra", NULL);
    expect_nearest("x", "mutex-ring"); /* the only one with an x in it */
    expect_nearest("z", NULL);
    expect_nearest("zz", NULL);
    memset(long_text, 'n', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    expect_nearest(long_text, NULL);
    assert_null(suggest_nearest("null", NULL, 0));
}

static void whole_names_beat_beginnings(void **state)
{
    static const char *const names[] = {"spring-queue", "spin", "spinning"};
    (void)state;
    assert_string_equal(suggest_nearest("sping", names, 3), "spin");
    assert_string_equal(suggest_nearest("spinn", names, 3), "spinning");
    assert_string_equal(suggest_nearest("spin", names, 3), "spin");
}

static void long_names_are_skipped(void **state)
{
    char long_name[200];
    memset(long_name, 'a', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    const char *const names[] = {long_name, "aab"};
    (void)state;
    assert_string_equal(suggest_nearest("aaa", names, 2), "aab");
}

static void the_sentence_lists_all(void **state)
{
    static const char *const few[] = {"a", "ck-ring-spsc", "c"};
    struct fault fault;
    (void)state;

    assert_int_equal(suggest_unknown(&fault, "queue", "ck-rng", few, 3), -1);
    assert_string_equal(fault.text, "there is no queue 'ck-rng': did you mean 'ck-ring-spsc'? "
                                    "The queues are a, ck-ring-spsc, c");
    assert_int_equal(suggest_unknown(&fault, "wait policy", "zzz", few, 3), -1);
    assert_string_equal(fault.text,
                        "there is no wait policy 'zzz': the wait policies are a, ck-ring-spsc, c");
    assert_int_equal(suggest_unknown(&fault, "axis", "zzz", few, 0), -1);
    assert_non_null(strstr(fault.text, "there is no axis 'zzz': there are no ax"));
    assert_int_equal(suggest_unknown(NULL, "queue", "zzz", few, 3), -1);
}

static void a_list_that_does_not_fit_is_counted(void **state)
{
    static char storage[200][16];
    const char *names[200];
    struct fault fault;
    unsigned listed = 0, left = 0;
    (void)state;

    for (unsigned i = 0; i < 200; i++) {
        snprintf(storage[i], sizeof storage[i], "queue-%03u", i);
        names[i] = storage[i];
    }
    assert_int_equal(suggest_unknown(&fault, "queue", "zzz", names, 200), -1);
    const char *end = strstr(fault.text, ", and ");
    assert_non_null(end);
    assert_int_equal(sscanf(end, ", and %u more", &left), 1);
    for (unsigned i = 0; i < 200; i++)
        listed += strstr(fault.text, names[i]) != NULL;
    assert_int_equal(listed + left, 200);
    assert_true(listed > 80);
    assert_string_equal(fault.text + strlen(fault.text) - 5, " more");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slips_of_the_hand_are_near),  cmocka_unit_test(beginnings_and_parts_are_near),
        cmocka_unit_test(letter_case_does_not_matter), cmocka_unit_test(strangers_are_not_near),
        cmocka_unit_test(whole_names_beat_beginnings), cmocka_unit_test(long_names_are_skipped),
        cmocka_unit_test(the_sentence_lists_all),      cmocka_unit_test(a_list_that_does_not_fit_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
