/* test_tape.c - lines of JSON as tapes: what is JSON and what is not, and the values, against Jansson's. */
#include "support.h"

#include "base/rng.h"
#include "record/tape.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* The tape's value is Jansson's, all the way down. */
static void expect_same(const struct tape_node *node, const json_t *value, struct text_set *texts)
{
    switch (json_typeof(value)) {
    case JSON_NULL:
        assert_true(tape_is(node, TAPE_NULL));
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        assert_true(tape_is(node, json_is_true(value) ? TAPE_TRUE : TAPE_FALSE));
        break;
    case JSON_INTEGER:
        assert_true(tape_is(node, TAPE_INTEGER) && node->number == (double)json_integer_value(value));
        break;
    case JSON_REAL:
        assert_true(tape_is(node, TAPE_REAL));
        if (node->number != json_real_value(value))
            fail_msg("%.17g instead of %.17g", node->number, json_real_value(value));
        break;
    case JSON_STRING:
        assert_true(tape_is(node, TAPE_TEXT));
        assert_string_equal(tape_text(node, texts), json_string_value(value));
        break;
    case JSON_ARRAY: {
        const struct tape_node *element = tape_first(node);
        assert_true(tape_is(node, TAPE_ARRAY));
        assert_int_equal(tape_size(node), json_array_size(value));
        for (size_t i = 0; i < json_array_size(value); i++, element = tape_next(element))
            expect_same(element, json_array_get(value, i), texts);
        break;
    }
    case JSON_OBJECT: {
        const char *key;
        json_t *inner;
        const struct tape_node *near = NULL;
        assert_true(tape_is(node, TAPE_OBJECT));
        assert_int_equal(node->count, json_object_size(value));
        json_object_foreach ((json_t *)value, key, inner) {
            const struct tape_node *member = tape_member(node, key, NULL);
            if (strspn(key, "abcdefghijklmnopqrstuvwxyz_") < strlen(key))
                continue; /* names with escapes are never asked for */
            near = tape_member(node, key, near);
            assert_true(member == near);
            expect_same(member, inner, texts);
        }
        break;
    }
    }
}

/* Both take the line, and alike; or both refuse it. `may_differ`: only what both take is compared. */
static void expect_alike(struct tape *tape, const char *line, size_t length, bool may_differ)
{
    struct text_set texts = {0};
    char *copy = malloc(length + 1); /* so that a sanitizer sees who reads too far */
    memcpy(copy, line, length);
    const char *why = tape_read(tape, copy, length);
    json_t *value = json_loadb(copy, length, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
    if (!may_differ && !why != (value != NULL))
        fail_msg("'%.*s' is %s", (int)length, line, why ? why : "taken");
    if (!why && value)
        expect_same(tape->node, value, &texts);
    json_decref(value);
    text_set_release(&texts);
    free(copy);
}

static void good_and_bad_lines(void **state)
{
    static const char *const lines[] = {
        "null",
        "true",
        "false",
        " [ ] ",
        "{ }",
        "[1,2]",
        "\"\"",
        "{\"a\":{\"b\":[{},[],null]},\"c\":1}",
        "",
        " ",
        "nul",
        "tru",
        "nulll",
        "[",
        "]",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "{",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\":1 \"b\":2}",
        "1 2",
        "[1]x",
        "{\"a\":1,\"b\":2,\"a\":3}",
        "{\"ab\":1,\"ba\":2,\"aa\":3,\"bb\":4,\"abab\":5}",
        /* numbers */
        "0",
        "-0",
        "7",
        "-7",
        "01",
        "-01",
        "00",
        "+1",
        "-",
        "1.",
        ".5",
        "1.5",
        "-0.0",
        "0.5",
        "00.5",
        "1e5",
        "1E+5",
        "1e-5",
        "1e",
        "1e+",
        "1.5e3",
        "1x",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775807",
        "18446744073709551616",
        "99999999999999999999999",
        "9007199254740993.0",
        "1e22",
        "1e23",
        "123456789e-15",
        "1e308",
        "1e309",
        "-1e309",
        "1e-400",
        "0e999999999999",
        "4.9e-324",
        "2.2250738585072011e-308",
        "0.1234567890123456789012345678901234567890",
        "10000000000000000000000000.0",
        "0.000000000000000000000001",
        "123456789012345678.25",
        "1.7976931348623157e308",
        "0.30000000000000004",
        "5e-324",
        /* texts */
        "\"a",
        "\"a\\",
        "\"a\\\"",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
        "\"\\x\"",
        "\"\\u0041\\u00e9\\u20ac\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ud83d\"",
        "\"\\ud83dx\"",
        "\"\\ude00\"",
        "\"\\ud83d\\u0041\"",
        "\"\\u12\"",
        "\"\\u00g0\"",
        "\"\\u0000\"",
        "\"a\tb\"",
        "\"a\nb\"",
        "\"\x7f\"",
        "\"caf\xc3\xa9\"",
        "\"\xe2\x82\xac\"",
        "\"\xf0\x9f\x98\x80\"",
        "\"\xc3\"",
        "\"\xc0\x80\"",
        "\"\xe0\x80\x80\"",
        "\"\xed\xa0\x80\"",
        "\"\xf4\x90\x80\x80\"",
        "\"\xff\"",
        "\"\x80\"",
        "\"\xf0\x80\x80\x80\"",
        "\"\xe2\x82\"",
    };
    struct tape tape = {0};
    (void)state;
    for (size_t i = 0; i < COUNT(lines); i++)
        expect_alike(&tape, lines[i], strlen(lines[i]), false);
    tape_release(&tape);
}

/* Numbers as records hold them and as nobody writes them: the nearest double in every case. */
static void numbers_are_the_nearest(void **state)
{
    static const char *const formats[] = {"%.9g", "%.17g", "%.0f.5", "%.25f", "%.20e"};
    struct tape tape = {0};
    struct rng rng;
    (void)state;
    rng_seed(&rng, 7);
    for (int i = 0; i < 20000; i++) {
        double value = (double)rng_next(&rng);
        char text[400];
        for (int halvings = (int)(rng_next(&rng) % 120); halvings > 0; halvings--)
            value /= 2;
        snprintf(text, sizeof text, formats[rng_next(&rng) % COUNT(formats)], value);
        expect_alike(&tape, text, strlen(text), false);
    }
    tape_release(&tape);
}

static const char sample[] =
    "{\"record\":\"trial\",\"label\":\"a b=c "
    "\\\"\\u00e9\",\"config\":{\"queue\":\"x\",\"capacity\":null,\"ok\":true},"
    "\"numbers\":[1,-2.5,3e-7,0.004682523,123456789],\"roles\":[{\"role\":\"source\",\"busy\":1.0},{\"role\":"
    "\"sink\",\"busy\":null}],\"series\":{\"depth\":{\"download\":[],\"done\":[0,0]}},\"empty\":{},\"name\":"
    "\"caf\xc3\xa9\"}";

/* What a file of the wrong bytes may hold. Jansson differs in one point: duplicate names that escapes spell
   differently. */
static void changed_bytes_are_read_alike(void **state)
{
    struct tape tape = {0};
    struct rng rng;
    char line[sizeof sample];
    (void)state;
    rng_seed(&rng, 42);
    expect_alike(&tape, sample, sizeof sample - 1, false);
    for (size_t length = 0; length < sizeof sample - 1; length++)
        expect_alike(&tape, sample, length, false);
    for (int i = 0; i < 20000; i++) {
        memcpy(line, sample, sizeof sample);
        for (uint64_t changes = 1 + rng_next(&rng) % 3; changes > 0; changes--)
            line[rng_next(&rng) % (sizeof sample - 1)] =
                rng_next(&rng) % 2 ? (char)rng_next(&rng) : sample[rng_next(&rng) % (sizeof sample - 1)];
        expect_alike(&tape, line, sizeof sample - 1, memchr(line, '\\', sizeof sample - 1) != NULL);
    }
    tape_release(&tape);
}

static void depth_is_limited(void **state)
{
    struct tape tape = {0};
    char line[2 * TAPE_DEPTH + 2];
    (void)state;
    for (size_t depth = TAPE_DEPTH; depth <= TAPE_DEPTH + 1; depth++) {
        memset(line, '[', depth);
        memset(line + depth, ']', depth);
        assert_int_equal(tape_read(&tape, line, 2 * depth) == NULL, depth == TAPE_DEPTH);
    }
    tape_release(&tape);
}

/* Asking for what is not there gives nothing, step by step. */
static void missing_is_nothing(void **state)
{
    struct tape tape = {0};
    (void)state;
    assert_null(tape_read(&tape, sample, sizeof sample - 1));
    const struct tape_node *config = tape_member(tape.node, "config", NULL);
    assert_true(tape_is_text(tape_member(config, "queue", NULL), "x"));
    assert_false(tape_is_text(tape_member(config, "queue", NULL), ""));
    assert_false(tape_is_text(tape_member(config, "queue", NULL), "xy"));
    assert_null(tape_member(config, "que", NULL));
    assert_null(tape_member(config, "queues", NULL));
    assert_non_null(tape_member(config, "queue", tape_member(config, "ok", NULL)));
    assert_null(tape_member(tape_member(config, "none", NULL), "x", NULL));
    assert_null(tape_first(tape_member(config, "none", NULL)));
    assert_null(tape_member(tape_member(tape.node, "empty", NULL), "x", NULL));
    assert_null(tape_text(tape_member(config, "capacity", NULL), NULL));
    assert_int_equal(tape_size(config), 0);
    tape_release(&tape);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_and_bad_lines),           cmocka_unit_test(numbers_are_the_nearest),
        cmocka_unit_test(changed_bytes_are_read_alike), cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(missing_is_nothing),
    };
    return cmocka_run_group_tests_name("tape", tests, NULL, NULL) != 0;
}
