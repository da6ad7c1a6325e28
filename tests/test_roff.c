/* test_roff.c - text in manual pages is never a request, and comes out as it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/roff.h"

static void expect(void (*print)(FILE *out, const char *text), const char *text, const char *roff)
{
    char *printed;
    size_t size;
    FILE *out = open_memstream(&printed, &size);
    assert_non_null(out);
    print(out, text);
    fclose(out);
    assert_string_equal(printed, roff);
    free(printed);
}

static void what_typesetters_change_is_escaped(void **state)
{
    (void)state;
    expect(roff_string, "plain text", "plain text");
    expect(roff_string, "-n \\n 'a' `b` \"c\" ^ ~",
           "\\-n \\(rsn \\(aqa\\(aq \\(gab\\(ga \\(dqc\\(dq \\(ha \\(ti");
    expect(roff_string, "two\n.lines", "two .lines");
}

static void a_line_is_no_request(void **state)
{
    (void)state;
    expect(roff_verbatim, ".so /etc/passwd\n'br\n\n  end",
           ".nf\n\\&.so /etc/passwd\n\\&\\(aqbr\n\\&\n\\&  end\n.fi\n");
}

static void paragraphs_keep_what_is_indented(void **state)
{
    (void)state;
    expect(roff_paragraphs, "", "");
    expect(roff_paragraphs, "one\ntwo\n\nthree", "\\&one\n\\&two\n.PP\n\\&three\n");
    expect(roff_paragraphs, "one\n  two\n", "\\&one\n.nf\n\\&  two\n.fi\n");
    expect(roff_paragraphs, "  one\n\ntwo", ".nf\n\\&  one\n.fi\n.PP\n\\&two\n");
}

static void print_heading(FILE *out, const char *text)
{
    roff_macro(out, "SS", text);
}

static void an_argument_stays_one(void **state)
{
    (void)state;
    expect(print_heading, "How \"long\"", ".SS \"How \\(dqlong\\(dq\"\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_typesetters_change_is_escaped),
        cmocka_unit_test(a_line_is_no_request),
        cmocka_unit_test(paragraphs_keep_what_is_indented),
        cmocka_unit_test(an_argument_stays_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
