/* test_sha256.c - the hash against the examples of NIST's "Example Values" for FIPS 180-4 and of RFC 6234,
   and, whatever the length and however it is cut, against itself. */
#include "support.h"

#include "base/sha256.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void expect(const char *text, size_t times, const char *expected)
{
    struct sha256 hash;
    char got[SHA256_TEXT];
    sha256_start(&hash);
    for (size_t i = 0; i < times; i++)
        sha256_add(&hash, text, strlen(text));
    sha256_finish(&hash, got);
    assert_string_equal(got, expected);
}

static void known_answers(void **state)
{
    (void)state;
    expect("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
           "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    expect("a", 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    expect("0123456701234567012345670123456701234567012345670123456701234567", 10,
           "594847328451bdfa85056225462cc1d867d877fb388df0ce35f25ab5562bfbb5");
}

/* At once and byte by byte, around the lengths at which the padding takes a block more. */
static void however_it_is_cut(void **state)
{
    char bytes[200], at_once[SHA256_TEXT], by_bytes[SHA256_TEXT];
    struct sha256 hash;
    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 7);
    for (size_t length = 0; length <= sizeof bytes; length++) {
        sha256_start(&hash);
        sha256_add(&hash, bytes, length);
        sha256_finish(&hash, at_once);
        sha256_start(&hash);
        for (size_t i = 0; i < length; i++)
            sha256_add(&hash, bytes + i, 1);
        sha256_finish(&hash, by_bytes);
        assert_string_equal(at_once, by_bytes);
    }
}

static void of_a_file(void **state)
{
    char path[] = "/tmp/sluice-test-XXXXXX", text[SHA256_TEXT];
    struct fault fault;
    int file = mkstemp(path);
    (void)state;
    assert_int_equal(write(file, "abc", 3), 3);
    close(file);
    assert_int_equal(sha256_file(path, text, &fault), 0);
    assert_string_equal(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    unlink(path);
    assert_int_equal(sha256_file(path, text, &fault), -1);
    assert_non_null(strstr(fault.text, "No such file"));
    assert_int_equal(sha256_file("/", text, &fault), -1); /* a folder */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers),
        cmocka_unit_test(however_it_is_cut),
        cmocka_unit_test(of_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
