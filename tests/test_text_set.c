/* test_text_set.c - texts are found again, and only those. */
#include "base/text_set.h"

#include "support.h"

#include <stdio.h>

static void texts_are_found_again(void **state)
{
    struct text_set set = {.slot = NULL};
    char text[32];
    (void)state;

    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 5000; i++) {
            snprintf(text, sizeof text, "label %d", i);
            assert_int_equal(text_set_add(&set, text), round == 0);
        }
    assert_int_equal(set.count, 5000);
    assert_int_equal(text_set_add(&set, ""), 1);
    assert_int_equal(text_set_add(&set, ""), 0);
    text_set_release(&set);
    assert_int_equal(set.count, 0);
    assert_int_equal(text_set_add(&set, "label 7"), 1);
    text_set_release(&set);
    text_set_release(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(texts_are_found_again)};
    return cmocka_run_group_tests_name("text_set", tests, NULL, NULL);
}
