/* test_paper.c - what goes into a paper or a browser, of campaigns made by hand: numbers, names and hostile
   texts. tests/paper.sh has LaTeX and a browser read it. */
#include "records.h"

#include "report/plot_program.h"
#include "report/report.h"
#include "report/report_latex.h"
#include "report/report_macros.h"
#include "report/report_parts.h"
#include "base/sha256.h"

#include <math.h>
#include <sys/stat.h>

/* --- what a format makes of a campaign --- */

/* Not inlined: see test_reports.c. */
static __attribute__((noinline)) char *print(const char *path, enum report_format format)
{
    char *text = NULL;
    size_t size;
    struct campaign_file file;
    struct fault fault = {""};
    FILE *out = open_memstream(&text, &size);
    if (record_read(path, &file, &fault) || report_print(&file, format, out, &fault))
        fail_msg("%s", fault.text);
    fclose(out);
    record_release(&file);
    return text;
}

/* All macros. */
static __attribute__((noinline)) char *print_macros(const char *path, const char *prefix)
{
    char *text = NULL, hash[SHA256_TEXT];
    size_t size;
    struct campaign_file file;
    struct summary summary;
    struct macros macros;
    struct fault fault = {""};
    FILE *out = open_memstream(&text, &size);
    const struct page page = {.style = &style_macros, .out = out, .macros = &macros};
    if (record_read(path, &file, &fault) || summary_make(&summary, &file, &fault) ||
        sha256_file(path, hash, &fault))
        fail_msg("%s", fault.text);
    assert_int_equal(macros_make(&macros, &summary, prefix, hash), 0);
    macros_print_facts(&macros, &summary, hash, out);
    assert_int_equal(report_table(&summary, &page, &fault) || report_endings(&summary, &page, &fault), 0);
    fclose(out);
    macros_release(&macros);
    summary_release(&summary);
    record_release(&file);
    return text;
}

static void expect_in(const char *text, const char *const *parts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!strstr(text, parts[i]))
            fail_msg("there is no %s in\n%s", parts[i], text);
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (; (text = strstr(text, part)); text += strlen(part))
        count++;
    return count;
}

/* --- hostile texts --- */

static const struct {
    const char *text, *latex, *html;
} texts[] = {
    {"", "", ""},
    {"plain, 12:3/4+5=6", "plain, 12:3/4+5=6", "plain, 12:3/4+5=6"},
    {"a_b&c%d$e#f", "a\\_b\\&c\\%d\\$e\\#f", "a_b&amp;c%d$e#f"},
    {"{x}~^\\", "\\{x\\}\\textasciitilde{}\\textasciicircum{}\\textbackslash{}", "{x}~^\\"},
    {"<b>\"q\"'r'", "\\textless{}b\\textgreater{}{\\char34}q{\\char34}{'}r{'}",
     "&lt;b&gt;&quot;q&quot;&#39;r&#39;"},
    {"[a]*`|", "{[}a{]}{*}{`}\\textbar{}", "[a]*`|"},
    {"a-b--c---", "a-b{-}-c{-}{-}-", "a-b--c---"},
    {"\ta\n\x7f", "?a??", "?a??"},
    {"\xc3\xa9\xc3\x9f", "\xc3\xa9\xc3\x9f", "\xc3\xa9\xc3\x9f"},         /* é, ß */
    {"\xc3\xbe\xc3\x90", "{[}U+00FE{]}{[}U+00D0{]}", "\xc3\xbe\xc3\x90"}, /* thorn, Eth */
    {"\xe4\xb8\xad\xf0\x9f\xa6\x80x", "{[}U+4E2D{]}{[}U+1F980{]}x", "\xe4\xb8\xad\xf0\x9f\xa6\x80x"},
};

static __attribute__((noinline)) char *written(void (*write)(const char *text, FILE *out), const char *text)
{
    char *result = NULL;
    size_t size;
    FILE *out = open_memstream(&result, &size);
    write(text, out);
    fclose(out);
    return result;
}

static void texts_are_harmless(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        char *latex = written(latex_text, texts[i].text), *html = written(style_html.text, texts[i].text);
        assert_string_equal(latex, texts[i].latex);
        assert_string_equal(html, texts[i].html);
        free(latex);
        free(html);
    }
}

/* A name that ends a comment, an element, an attribute, a row and a macro. */
#define HOSTILE "x\n</pre></script><script>alert(1)</script>\" onload='y' & \\end{tabular} %\r\n& $"

static const struct hand_trial hostile[] = {
    {.queue = HOSTILE, .throughput = 1e6, .cpu_ns = 10, .items = 10, .outcome = "failed", .text = HOSTILE},
    {.queue = HOSTILE, .block = 1, .throughput = 2e6, .cpu_ns = 20, .items = 10},
    {.queue = "b", .throughput = 3e6, .cpu_ns = 30, .items = 10},
};

static const char *hostile_file(void)
{
    json_t *header = hand_header((const char *const[]){HOSTILE, "b", NULL}, 3);
    json_object_set_new(json_object_get(header, "machine"), "hostname", json_string(HOSTILE));
    json_object_set_new(json_object_get(header, "machine"), "cpu_model", json_string(HOSTILE));
    json_object_set_new(header, "preset", json_string(HOSTILE));
    return hand_file_under(header, hostile, COUNT(hostile));
}

static void hostile_names_in_latex(void **state)
{
    const char *path = hostile_file();
    char *text = print(path, REPORT_LATEX), *macros = print_macros(path, "Sluice");
    (void)state;
    assert_int_equal(count_of(text, "\\end{tabular}"), 1 + count_of(text, "x?</pre>")); /* in comments */
    expect_in(text,
              (const char *const[]){"\nx?\\textless{}/pre\\textgreater{}",
                                    "\\textbackslash{}end\\{tabular\\} \\%??\\& \\$ &"},
              2);
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        if (*line != '%' && strstr(line, "pre"))
            assert_null(strstr(line, "<"));
    for (char *line = strtok(macros, "\n"); line; line = strtok(NULL, "\n"))
        assert_true(*line == '%' || strncmp(line, "\\newcommand{\\Sluice", 19) == 0 ||
                    strncmp(line, "\\providecommand{\\Sluice", 23) == 0);
    free(text);
    free(macros);
}

static void hostile_names_in_html(void **state)
{
    char *text = print(hostile_file(), REPORT_HTML);
    (void)state;
    assert_int_equal(count_of(text, "<script"), 1);
    assert_int_equal(count_of(text, "</script"), 1);
    assert_int_equal(count_of(text, "<pre"), count_of(text, "</pre"));
    assert_null(strstr(text, "=\"x?<")); /* in an attribute */
    assert_true(count_of(text, "&lt;script&gt;alert(1)") > 5);
    /* a text of the raw trials holds no line or tab of its own */
    const char *row = strstr(text, "\n0\tfailed\tx?&lt;/pre");
    assert_non_null(row);
    const char *head = strstr(text, "block\toutcome\t");
    assert_non_null(head);
    size_t columns = 0, cells = 0;
    for (; *head != '\n'; head++)
        columns += *head == '\t';
    for (row++; *row != '\n'; row++)
        cells += *row == '\t';
    assert_int_equal(cells, columns);
    free(text);
}

/* --- numbers --- */

static void numbers_and_units(void **state)
{
    static const struct {
        double value;
        const char *unit, *number, *text;
    } cases[] = {
        {1640074.7, "/s", "1.64", "\\mbox{M/s}"},
        {999.4, "/s", "999", "\\mbox{/s}"},
        {999600, "/s", "1.00", "\\mbox{M/s}"},
        {8.593e-7, "s", "859", "\\si{\\nano\\second}"},
        {1.27e-6, "s", "1.27", "\\si{\\micro\\second}"},
        {0.0123, "s", "12.3", "\\si{\\milli\\second}"},
        {75, "s", "75.0", "\\si{\\second}"},
        {0, "s", "0", "\\si{\\nano\\second}"},
        {25001984, "B", "23.8", "\\mbox{MiB}"},
        {12, "B", "12.0", "\\mbox{B}"},
        {0.27, "%", "27.0", "\\%"},
        {0.0996, "", "0.0996", ""},
        {1.14e-5, "", "0.0000114", ""},
        {1.14e-6, "", "1.14e-06", ""},
        {2e12, "", "2.00e+12", ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct latex_unit unit = latex_unit(cases[i].value, cases[i].unit);
        double shown = cases[i].value * unit.scale;
        char text[LATEX_NUMBER];
        assert_string_equal(latex_number(shown, latex_decimals(shown), text), cases[i].number);
        assert_string_equal(unit.text, cases[i].text);
    }
}

/* Two queues: one of 2 trials, one of 1, which has no interval; a third failed and has nothing. */
static const struct hand_trial few[] = {
    {.queue = "my-ring", .throughput = 1e6, .cpu_ns = 100, .items = 1000000, .taken = 3000000, .empty = 1},
    {.queue = "my-ring", .block = 1, .throughput = 3e6, .cpu_ns = 300, .items = 1000000, .taken = 3000000},
    {.queue = "other", .throughput = 5e4, .cpu_ns = 2e4, .items = 100, .taken = 300, .empty = 50},
    {.queue = "third", .outcome = "crashed", .text = "signal 11"},
};

static void table_has_columns_of_numbers(void **state)
{
    static const char *const parts[] = {
        "% needs booktabs and siunitx\n% campaign      ",
        "\n% machine       Abacus, governor unknown\n",
        "\n\\begin{tabular}{@{}lS[table-format=4.1]S[table-format=4.1]S[table-format=4.1]lS[",
        "\n\\toprule\n{queue} & \\multicolumn{3}{c}{throughput (\\mbox{k/s})} & {outcome} & {empty/item} & ",
        "\\cmidrule(lr){2-4}",
        "\n\\midrule\n",
        " & {median} & {low} & {high} & ",
        "\nmy-ring & 2000 & 1000 & 3000 & ok & {\\num{5.00e-07}} & ", /* a column would drop the exponent */
        "\nother & 50.0 & {--} & {--} & ok & 0.500 & ",
        "\nthird & {--} & {--} & {--} & 1 crashed & {--} & ",
        " \\\\\n\\bottomrule\n\\end{tabular}\n",
    };
    char *text = print(hand_file_of(few, COUNT(few)), REPORT_LATEX);
    (void)state;
    expect_in(text, parts, COUNT(parts));
    free(text);
}

static void macros_are_figures(void **state)
{
    static const char *const parts[] = {
        "\\newcommand{\\SluiceThroughputMyRing}{\\SluiceFigure{2.00}{\\,\\mbox{M/s}}} % 2000000 /s: my-ring; "
        "campaign ",
        "\\newcommand{\\SluiceThroughputMyRingInterval}{\\SluiceInterval{1.00}{3.00}{\\,\\mbox{M/s}}} % "
        "[1000000, "
        "3000000] /s: my-ring",
        "\\newcommand{\\SluiceEmptyItemMyRing}{\\SluiceFigure{5.00e-07}{}} % 5e-07: ",
        "\\newcommand{\\SluiceCPUItemOther}{\\SluiceFigure{20.0}{\\,\\si{\\micro\\second}}} % 2e-05 s: other",
        "\\newcommand{\\SluiceTrials}{4} % campaign ",
        "\\newcommand{\\SluiceTrialsNotOk}{1} ",
        "\\newcommand{\\SluiceMachine}{Abacus, governor unknown} ",
        "\\newcommand{\\SluiceVerdict}{unknown} ",
        "\\newcommand{\\SluiceCommit}{unknown} ",
        ", commit unknown, CPU Abacus\n",
        "\\providecommand{\\SluiceFigure}[2]{\\num{#1}#2}\n",
    };
    const char *path = hand_file_of(few, COUNT(few));
    char hash[SHA256_TEXT], *text = print_macros(path, "Sluice");
    struct fault fault;
    (void)state;
    assert_int_equal(sha256_file(path, hash, &fault), 0);
    expect_in(text, (const char *const[]){hash}, 1);
    expect_in(text, parts, COUNT(parts));
    assert_null(strstr(text, "SluiceThroughputOtherInterval"));
    assert_null(strstr(text, "SluiceThroughputThird"));
    free(text);
    text = print_macros(path, "Mine");
    expect_in(text, (const char *const[]){"\\newcommand{\\MineThroughputMyRing}{\\MineFigure{2.00}"}, 1);
    free(text);
}

/* Names that come out alike, as a whole or with what comes after them, and names of no letter. */
static void names_of_macros_come_once(void **state)
{
    static const struct hand_trial alike[] = {
        {.queue = "a-b", .throughput = 1},
        {.queue = "a_b", .throughput = 1},
        {.queue = "a.b", .throughput = 1},
        {.queue = "+", .throughput = 1},
        {.queue = "-", .throughput = 1},
        {.queue = "\xe4\xb8\xad", .throughput = 1},
        {.queue = "x64", .throughput = 1},
        {.queue = "x", .throughput = 1},
        {.queue = "x", .block = 1, .throughput = 2},
        {.queue = "x-interval", .throughput = 1},
    };
    static const char *const parts[] = {"\\SluiceThroughputAB}",        "\\SluiceThroughputABB}",
                                        "\\SluiceThroughputABC}",       "\\SluiceThroughputXSixFour}",
                                        "\\SluiceThroughputXInterval}", "\\SluiceThroughputXIntervalB}"};
    char *text = print_macros(hand_file_of(alike, COUNT(alike)), "Sluice");
    struct text_set names = {0};
    (void)state;
    expect_in(text, parts, COUNT(parts));
    for (char *at = text; (at = strstr(at, "\\newcommand{\\"));) {
        at += strlen("\\newcommand{\\");
        size_t letters = strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
        assert_int_equal(at[letters], '}');
        at[letters] = '\0';
        if (text_set_add(&names, at) != 1)
            fail_msg("%s comes twice", at);
        at += letters + 1;
    }
    text_set_release(&names);
    free(text);
}

static void prefixes_are_letters(void **state)
{
    static const char *const bad[] = {"",         "Fig1",     "a b",
                                      "\\Sluice", "\xc3\xa9", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef"};
    struct fault fault;
    (void)state;
    assert_int_equal(macros_check_prefix("Mine", &fault), 0);
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(macros_check_prefix(bad[i], &fault), -1);
        assert_non_null(strstr(fault.text, "letters from a to z"));
    }
}

/* --- the page --- */

static void page_has_it_all(void **state)
{
    static const char *const parts[] = {
        "<!DOCTYPE html>\n<html lang=\"en\">",
        "default-src 'none'",
        "<h1>Sluice: a campaign</h1>",
        "<caption>Medians, by configuration</caption>",
        "<th scope=\"col\" class=\"number\">throughput</th>",
        "<th scope=\"row\">my-ring</th><td class=\"number\" data-v=\"2000000\">2.00 [1.00, 3.00] M/s</td>",
        "<th scope=\"row\">third</th><td class=\"number\" data-v=\"\">-</td>",
        "<dt>warning</dt><dd>the moon is full</dd>",
        "<dt>crashed</dt><dd>third ",
        "<li>other: processed 100 items after polling 350 times</li>",
        "<th scope=\"row\">cpu_model</th><td>Abacus</td>",
        "<summary>my-ring: 2 trials, ok</summary>",
        "<summary>third: 1 trial, 1 crashed</summary>",
        "\n0\tcrashed\tsignal 11\t0\t",
        "\n1\tok\t\t3000000\t1000000\t",
    };
    const char *path = hand_file_of(few, COUNT(few));
    char hash[SHA256_TEXT], *text = print(path, REPORT_HTML);
    struct fault fault;
    (void)state;
    assert_int_equal(sha256_file(path, hash, &fault), 0);
    expect_in(text, parts, COUNT(parts));
    expect_in(text, (const char *const[]){hash}, 1);
    free(text);
}

/* --- programs beside the plots --- */

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void expect_file(const char *folder, const char *name, const char *text)
{
    char path[128], found[128] = "";
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    found[fread(found, 1, sizeof found - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(found, text);
}

/* A program and what it loads, each once; what differs is kept and told. */
static void programs_are_copied(void **state)
{
    static const char *const names[] = {"a", "b"}, *const files[] = {"plot-a.gp", "plot-b.gp", "c.gp",
                                                                     "d.gp"};
    static const char first[] = "load scripts . 'c.gp'\n", second[] = "load scripts . 'c.gp'\nplot\n",
                      third[] = "load scripts . 'd.gp'\nload scripts . '../x.gp'\n",
                      last[] = "load scripts . 'c.gp'\n";
    char from[] = "/tmp/sluice-test-XXXXXX", to[] = "/tmp/sluice-test-XXXXXX", path[64], *said = NULL;
    size_t size;
    struct fault fault = {""};
    (void)state;
    assert_true(mkdtemp(from) && mkdtemp(to));
    write_file(from, files[0], first);
    write_file(from, files[1], second);
    write_file(from, files[2], third);
    write_file(from, files[3], last); /* round in a circle */
    write_file(to, files[2], "mine\n");
    FILE *talk = open_memstream(&said, &size);
    if (plot_copy_programs(names, 2, from, to, &fault, talk))
        fail_msg("%s", fault.text);
    fclose(talk);
    assert_int_equal(count_of(said, "\n"), 1);
    assert_non_null(strstr(said, "/c.gp: kept, since it differs"));
    expect_file(to, files[0], first);
    expect_file(to, files[1], second);
    expect_file(to, files[2], "mine\n");
    expect_file(to, files[3], last);
    free(said);
    assert_int_equal(plot_copy_programs((const char *const[]){"e"}, 1, from, to, &fault, stderr), -1);
    assert_non_null(
        strstr(fault.text, "/plot-e.gp' cannot be read: No such file or directory; the environment"));
    for (size_t i = 0; i < COUNT(files); i++)
        for (int folder = 0; folder < 2; folder++) {
            snprintf(path, sizeof path, "%s/%s", folder ? to : from, files[i]);
            unlink(path);
        }
    assert_int_equal(rmdir(from) | rmdir(to), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_harmless),
        cmocka_unit_test(hostile_names_in_latex),
        cmocka_unit_test(hostile_names_in_html),
        cmocka_unit_test(numbers_and_units),
        cmocka_unit_test(table_has_columns_of_numbers),
        cmocka_unit_test(macros_are_figures),
        cmocka_unit_test(names_of_macros_come_once),
        cmocka_unit_test(prefixes_are_letters),
        cmocka_unit_test(page_has_it_all),
        cmocka_unit_test(programs_are_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
