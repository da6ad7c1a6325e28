/* test_units.c - human units there and back, what is refused and why; and the clock that they measure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/rng.h"
#include "base/units.h"

typedef int (*parser)(const char *text, uint64_t *value, struct fault *fault);
typedef const char *(*formatter)(uint64_t value, char *buffer, size_t size);

static const struct {
    parser parse;
    formatter format;
} kinds[] = {{units_parse_duration, units_format_duration},
             {units_parse_bytes, units_format_bytes},
             {units_parse_count, units_format_count}};

static void expect(parser parse, const char *text, uint64_t expected)
{
    struct fault fault = {0};
    uint64_t value = ~expected;
    if (parse(text, &value, &fault))
        fail_msg("%s was refused: %s", text, fault.text);
    if (value != expected)
        fail_msg("%s is read as %ju, not %ju", text, (uintmax_t)value, (uintmax_t)expected);
}

/* Expects a refusal whose sentence quotes the text and holds `reason`. */
static void expect_refusal(parser parse, const char *text, const char *reason)
{
    struct fault fault = {0};
    uint64_t value = 42;
    if (parse(text, &value, &fault) != -1)
        fail_msg("'%s' was accepted as %ju", text, (uintmax_t)value);
    assert_int_equal(value, 42);
    if (!strstr(fault.text, text) || !strstr(fault.text, reason))
        fail_msg("'%s' is refused with: %s", text, fault.text);
    assert_int_equal(parse(text, &value, NULL), -1);
}

static void durations_are_read(void **state)
{
    (void)state;
    expect(units_parse_duration, "10ms", 10000000);
    expect(units_parse_duration, "0.5s", 500000000);
    expect(units_parse_duration, ".5s", 500000000);
    expect(units_parse_duration, "1.5us", 1500);
    expect(units_parse_duration, "7ns", 7);
    expect(units_parse_duration, "2m", UINT64_C(120000000000));
    expect(units_parse_duration, "1.25h", UINT64_C(4500000000000));
    expect(units_parse_duration, "0.000000001s", 1);
    expect(units_parse_duration, "1.50000000000000000000000000000s", 1500000000);
    expect(units_parse_duration, "000000000000000000000000000001s", 1000000000);
    expect(units_parse_duration, "0", 0);
    expect(units_parse_duration, "0.0", 0);
    expect(units_parse_duration, "0ms", 0);
    expect(units_parse_duration, "18446744073709551615ns", UINT64_MAX);
    expect(units_parse_duration, "1e3ms", 1000000000);
}

static void sizes_are_read(void **state)
{
    (void)state;
    expect(units_parse_bytes, "4096", 4096);
    expect(units_parse_bytes, "4096B", 4096);
    expect(units_parse_bytes, "64KiB", 65536);
    expect(units_parse_bytes, "1.5MiB", 1572864);
    expect(units_parse_bytes, "2GiB", UINT64_C(2147483648));
    expect(units_parse_bytes, "1TiB", UINT64_C(1099511627776));
    expect(units_parse_bytes, "1KB", 1000);
    expect(units_parse_bytes, "1kB", 1000);
    expect(units_parse_bytes, "3MB", 3000000);
    expect(units_parse_bytes, "3GB", UINT64_C(3000000000));
    expect(units_parse_bytes, "16777215TiB", UINT64_C(16777215) << 40);
    expect(units_parse_bytes, "0.0009765625KiB", 1);
    expect(units_parse_bytes, "1e3", 1000);
}

static void counts_are_read(void **state)
{
    (void)state;
    expect(units_parse_count, "0", 0);
    expect(units_parse_count, "1000", 1000);
    expect(units_parse_count, "1k", 1000);
    expect(units_parse_count, "1.5M", 1500000);
    expect(units_parse_count, "1e6", 1000000);
    expect(units_parse_count, "1E+6", 1000000);
    expect(units_parse_count, "2.5e3", 2500);
    expect(units_parse_count, "5000e-3", 5);
    expect(units_parse_count, "0e999999999999999999999", 0);
    expect(units_parse_count, "2G", UINT64_C(2000000000));
    expect(units_parse_count, "3T", UINT64_C(3000000000000));
    expect(units_parse_count, "64Ki", 65536);
    expect(units_parse_count, "1Mi", 1048576);
    expect(units_parse_count, "1Gi", 1073741824);
    expect(units_parse_count, "0.5Ki", 512);
    expect(units_parse_count, "18446744073709551615", UINT64_MAX);
}

static void nonsense_is_refused(void **state)
{
    static const char *const never[] = {"",    " ",   "ms",   ".",    "1.",   "1.s", "-",    "+1s", "1 s",
                                        " 1s", "1s ", "1s1",  "1,5s", "0x10", "nan", "inf",  "1ss", "1e",
                                        "1es", "1e+", "1..5", "ten",  "1K",   "1MS", "1kib", "1_0", "5s\n"};
    (void)state;
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        for (size_t kind = 0; kind < 3; kind++)
            expect_refusal(kinds[kind].parse, never[i], ": give a ");
}

static void refusals_say_why(void **state)
{
    struct fault fault;
    uint64_t value;
    char endless[5000];
    (void)state;

    assert_int_equal(units_parse_duration("10 parsecs", &value, &fault), -1);
    assert_string_equal(
        fault.text, "'10 parsecs' is no duration: give a number with ns, us, ms, s, m or h, such as 10ms");
    expect_refusal(units_parse_duration, "10", "has no unit");
    expect_refusal(units_parse_duration, "0.5ns", "finer than a nanosecond");
    expect_refusal(units_parse_duration, "1e-10s", "finer than a nanosecond");
    expect_refusal(units_parse_duration, "18446744073709551616ns", "too many digits");
    expect_refusal(units_parse_duration, "18446744073.709551616s", "too many digits");
    expect_refusal(units_parse_duration, "5124096h", "too large");
    expect_refusal(units_parse_duration, "1e999999999999999999999s", "too large");
    expect_refusal(units_parse_duration, "1e-999999999999999999999s", "finer");
    expect_refusal(units_parse_duration, "-5ms", "negative");
    expect_refusal(units_parse_bytes, "0.3KiB", "no whole number of bytes");
    expect_refusal(units_parse_bytes, "16777216TiB", "too large");
    expect_refusal(units_parse_bytes, "64k", "such as 64KiB");
    expect_refusal(units_parse_count, "1.5", "no whole number");
    expect_refusal(units_parse_count, "1.0001k", "no whole number");
    expect_refusal(units_parse_count, "-1", "negative");
    expect_refusal(units_parse_count, "20000000000G", "too large");

    memset(endless, '7', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    assert_int_equal(units_parse_count(endless, &value, &fault), -1);
    assert_non_null(strstr(fault.text, "too many digits; give a whole number"));
}

static void zero_can_be_refused(void **state)
{
    struct fault fault;
    (void)state;
    assert_int_equal(units_require_positive("1ns", 1, &fault), 0);
    assert_int_equal(units_require_positive("0ms", 0, &fault), -1);
    assert_string_equal(fault.text, "'0ms' is zero: give more than zero");
}

static void expect_text(formatter format, uint64_t value, const char *expected)
{
    char buffer[UNITS_TEXT_SIZE];
    assert_ptr_equal(format(value, buffer, sizeof buffer), buffer);
    assert_string_equal(buffer, expected);
}

static void the_shortest_text_is_written(void **state)
{
    (void)state;
    expect_text(units_format_duration, 1500000, "1.5ms");
    expect_text(units_format_duration, 0, "0s");
    expect_text(units_format_duration, 1, "1ns");
    expect_text(units_format_duration, 100000000, "100ms");
    expect_text(units_format_duration, UINT64_C(90000000000), "90s");
    expect_text(units_format_duration, UINT64_C(120000000000), "2m");
    expect_text(units_format_duration, UINT64_C(5400000000000), "90m");
    expect_text(units_format_duration, UINT64_C(396000000000), "396s");
    expect_text(units_format_duration, 1234567, "1234567ns");
    expect_text(units_format_duration, 12345000, "12345us");
    expect_text(units_format_duration, 1230000, "1230us");
    expect_text(units_format_duration, 12300000, "12.3ms");
    expect_text(units_format_duration, UINT64_MAX, "18446744073709551615ns");
    expect_text(units_format_bytes, 0, "0B");
    expect_text(units_format_bytes, 1, "1B");
    expect_text(units_format_bytes, 65536, "64KiB");
    expect_text(units_format_bytes, 1000000, "1MB");
    expect_text(units_format_bytes, 1536, "1536B");
    expect_text(units_format_bytes, 1572864, "1.5MiB");
    expect_text(units_format_count, 0, "0");
    expect_text(units_format_count, 999, "999");
    expect_text(units_format_count, 1000000, "1M");
    expect_text(units_format_count, 1500000, "1.5M");
    expect_text(units_format_count, 65536, "64Ki");
    expect_text(units_format_count, 1023, "1023");
    expect_text(units_format_count, UINT64_MAX, "18446744073709551615");

    char cut[4];
    assert_string_equal(units_format_bytes(65536, cut, sizeof cut), "64K");
}

/* Random values of every magnitude, some of them round, survive being written and read. */
static void what_is_written_reads_back(void **state)
{
    static const uint64_t round_factors[] = {1, 1000, 1024, 60, 3600, 1000000, 1048576, 1000000000};
    struct rng rng;
    (void)state;

    rng_seed(&rng, 1);
    for (int i = 0; i < 100000; i++) {
        uint64_t value = (rng_next(&rng) >> rng_below(&rng, 64)) * round_factors[rng_below(&rng, 8)];
        for (size_t kind = 0; kind < 3; kind++) {
            char buffer[UNITS_TEXT_SIZE];
            expect(kinds[kind].parse, kinds[kind].format(value, buffer, sizeof buffer), value);
        }
    }
}

static void si_has_three_digits(void **state)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {12345678, "12.3M"},   {0, "0"},
        {-0.0, "0"},           {1, "1.00"},
        {999, "999"},          {999.6, "1.00k"},
        {1000, "1.00k"},       {99950, "100k"},
        {123e9, "123G"},       {1e12, "1.00T"},
        {2.5e15, "2.50P"},     {999e15, "999P"},
        {1e18, "1.00e+18"},    {0.5, "500m"},
        {0.042, "42.0m"},      {1e-6, "1.00u"},
        {3.14159e-9, "3.14n"}, {1e-12, "1.00e-12"},
        {-1234, "-1.23k"},     {-1e20, "-1.00e+20"},
        {NAN, "nan"},          {INFINITY, "inf"},
        {-INFINITY, "-inf"},   {0.9999, "1.00"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char buffer[UNITS_TEXT_SIZE];
        assert_string_equal(units_format_si(cases[i].value, buffer, sizeof buffer), cases[i].text);
    }
}

static void sizes_have_three_digits(void **state)
{
    static const struct {
        double bytes;
        const char *text;
    } cases[] = {{0, "0B"},           {999, "999B"},        {1000, "0.98KiB"}, {12288, "12.0KiB"},
                 {1023000, "999KiB"}, {1 << 20, "1.00MiB"}, {3e9, "2.79GiB"},  {-2048, "-2.00KiB"},
                 {5e12, "4.55TiB"},   {3e15, "2728TiB"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char buffer[UNITS_TEXT_SIZE];
        assert_string_equal(units_format_size(cases[i].bytes, buffer, sizeof buffer), cases[i].text);
    }
}

static void the_clock_moves_on(void **state)
{
    (void)state;
    uint64_t start = clock_now_ns(), deadline = start + 3000000;
    int64_t cpu_start = clock_thread_cpu_ns();

    clock_sleep_until_ns(deadline);
    assert_true(clock_now_ns() >= deadline);
    clock_sleep_until_ns(start); /* has passed: returns at once */
    assert_true(cpu_start >= 0);
    assert_true(clock_thread_cpu_ns() >= cpu_start);
    /* sleeping costs no CPU time */
    assert_true(clock_thread_cpu_ns() - cpu_start < 3000000);
}

static void percentages_are_shares(void **state)
{
    static const struct {
        const char *text;
        double share;
    } good[] = {{"2%", 0.02}, {"0.5%", 0.005}, {"99.9999%", 0.999999}, {"1e1%", 0.1}};
    static const char *const bad[] = {"",    "2", "0%",  "0",   "100%",     "-2%",   "2 %",
                                      "2%%", "%", "2%x", "nan", "0.00001%", "1e99%", "2kb"};
    struct fault fault;
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double share = 7;
        assert_int_equal(units_parse_percent(good[i].text, &share, &fault), 0);
        assert_true(share == good[i].share);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double share = 7;
        assert_int_equal(units_parse_percent(bad[i], &share, &fault), -1);
        assert_non_null(strstr(fault.text, "such as 2%"));
        assert_true(share == 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(percentages_are_shares),
        cmocka_unit_test(durations_are_read),
        cmocka_unit_test(sizes_are_read),
        cmocka_unit_test(counts_are_read),
        cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(refusals_say_why),
        cmocka_unit_test(zero_can_be_refused),
        cmocka_unit_test(the_shortest_text_is_written),
        cmocka_unit_test(what_is_written_reads_back),
        cmocka_unit_test(si_has_three_digits),
        cmocka_unit_test(sizes_have_three_digits),
        cmocka_unit_test(the_clock_moves_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
