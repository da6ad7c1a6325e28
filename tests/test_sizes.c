/* test_sizes.c - numbers of threads that depend on the machine: see bench/campaign/sizes.h. */
#include "support.h"

#include "campaign/sizes.h"

static void expect(const char *text, unsigned pus, const char *expected)
{
    struct sizes sizes;
    struct fault fault;
    char all[1024] = "";
    if (sizes_expand(&sizes, text, pus, &fault))
        fail_msg("%s: %s", text, fault.text);
    for (unsigned i = 0; i < sizes.count; i++) {
        strcat(all, i ? " " : "");
        strcat(all, sizes.text[i]);
    }
    assert_string_equal(all, expected);
}

static void expect_refusal(const char *text, const char *part)
{
    struct sizes sizes;
    struct fault fault = {""};
    assert_int_equal(sizes_expand(&sizes, text, 8, &fault), -1);
    if (!strstr(fault.text, part))
        fail_msg("'%s' does not say '%s'", fault.text, part);
}

static void test_numbers(void **state)
{
    (void)state;
    expect("4", 8, "4");
    expect("3,4,5", 8, "3,4,5");
    expect("nonsense", 8, "nonsense"); /* its reader says so */
    expect("pus", 8, "8");
    expect("pus/2", 8, "4");
    expect("pus/2", 1, "1");
    expect("pus/3", 8, "2");
    expect("2*pus", 8, "16");
    expect("3*pus/2", 8, "12");
    expect("1,pus/4,pus", 8, "1,2,8");
}

static void test_powers(void **state)
{
    (void)state;
    expect("powers", 1, "1");
    expect("powers", 2, "1 2");
    expect("powers", 8, "1 2 4 8");
    expect("powers", 12, "1 2 4 8 12");
    expect("powers:2*pus", 3, "1 2 4 6");
    expect("powers:pus/2", 8, "1 2 4");
    expect("powers:5", 8, "1 2 4 5");
    expect("powers,1,powers", 4, "1,1,1 2,1,2 4,1,4");
    expect("powers,pus,1", 3, "1,3,1 2,3,1 3,3,1");
}

static void test_mistakes(void **state)
{
    (void)state;
    assert_false(sizes_depend("3,4,5"));
    assert_true(sizes_depend("1,pus,1"));
    expect_refusal("cpus", "write a number, pus");
    expect_refusal("pus2", "'pus2'");
    expect_refusal("0*pus", "factor");
    expect_refusal("pus/0", "factor");
    expect_refusal("pus/x", "factor");
    expect_refusal("powers:", "'powers:'");
    expect_refusal("powers:0", "or at none");
    expect_refusal("powers2", "'powers2'");
    expect_refusal("powers,powers:2,1", "different");
    expect_refusal("1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,pus", "too long");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_numbers), cmocka_unit_test(test_powers),
                                       cmocka_unit_test(test_mistakes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
