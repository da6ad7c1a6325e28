/* test_campaign_file.c - campaign files: what is read, what is refused and where, and that what --show-config
   writes says what was said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above */
#include <cmocka.h>

#include "base/config_file.h"
#include "base/rng.h"
#include "base/fault.h"
#include "campaign/axes.h"
#include "cli/run_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- reading --- */

static void parse_text(const char *text, struct run_options *options)
{
    struct fault fault = {""};
    if (run_options_parse_text(options, text, "x.campaign", &fault))
        fail_msg("refused: %s", fault.text);
}

static void values_are_read(void **state)
{
    static const char text[] = "# A comment, then a byte that ends lines elsewhere\r\n"
                               "; and the comment of other programs\n"
                               "\n"
                               "  [ global ]   # as any section\n"
                               "queue=condvar ,  ck-ring-mpmc\t# behind a value\n"
                               "\tworkers = 1\n"
                               "workers += 3,4,5\n"
                               "fail = stage=resize,item=5\n"
                               "output = \"a \\\"b\\\" # c\\\\\\n\\t,  d\"\n"
                               "aa = no\n"
                               "duration = 5ms";
    struct run_options options;
    (void)state;
    parse_text(text, &options);
    assert_int_equal(options.part_count, 1);
    const struct run_part *part = &options.parts[0];
    assert_null(part->name);
    assert_int_equal(part->axes.count[AXIS_QUEUE], 2);
    assert_string_equal(part->axes.value[AXIS_QUEUE][1], "ck-ring-mpmc");
    assert_int_equal(part->axes.count[AXIS_WORKERS], 2);
    assert_string_equal(part->axes.value[AXIS_WORKERS][1], "3,4,5");
    assert_string_equal(part->common.fail.text, "stage=resize,item=5");
    assert_string_equal(options.output, "a \"b\" # c\\\n\t,  d");
    assert_false(part->twins);
    assert_int_equal(part->common.duration_ns, 5000000);
    assert_int_equal(part->common.warmup_ns, 1000000); /* a fifth */
    assert_string_equal(part->axes.value[AXIS_WAIT][0], "yield");
    run_options_release(&options);
}

static void sections_inherit_and_override(void **state)
{
    static const char text[] = "[copying]\n"
                               "transfer = batch:8\n"
                               "items = 7\n"
                               "[global]\n"
                               "queue = spsc-ring\n"
                               "transfer = item\n"
                               "duration = 9ms\n"
                               "blocks = 4\n"
                               "[in place]\n"
                               "transfer = span:8\n"
                               "aa = yes\n";
    struct run_options options;
    (void)state;
    parse_text(text, &options);
    assert_int_equal(options.part_count, 2);
    assert_int_equal(options.blocks_min, 4);
    assert_int_equal(options.blocks_max, 4);
    const struct run_part *copying = &options.parts[0], *in_place = &options.parts[1];
    assert_string_equal(copying->name, "[copying]");
    assert_string_equal(copying->axes.value[AXIS_TRANSFER][0], "batch:8");
    assert_int_equal(copying->axes.count[AXIS_TRANSFER], 1);
    assert_true(copying->common.counted); /* and the duration gives way */
    assert_int_equal(copying->common.items, 7);
    assert_false(in_place->common.counted);
    assert_int_equal(in_place->common.duration_ns, 9000000);
    assert_true(in_place->twins && !copying->twins);
    assert_string_equal(in_place->axes.value[AXIS_QUEUE][0], "spsc-ring");
    run_options_release(&options);
}

/* A file of these bytes, which the next call overwrites. */
static const char *file_of(const char *bytes, size_t length)
{
    static char path[64];
    snprintf(path, sizeof path, "/tmp/sluice-test-%d.campaign", (int)getpid());
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, length, out), length);
    assert_int_equal(fclose(out), 0);
    return path;
}

static void the_command_line_overrides(void **state)
{
    static const char text[] =
        "[global]\nqueue = condvar\nitems = 5\nblocks = 2\n[a]\nwait = spin\n[b]\nwait = yield\n";
    char *path = strdup(file_of(text, strlen(text)));
    char *argv[] = {"run",   path, "-d", "3ms", "--queue", "spsc-ring", "-w",
                    "block", "-b", "5",  "-b",  "6",       NULL};
    struct run_options options;
    struct fault fault = {""};
    (void)state;
    if (run_options_parse(&options, (int)COUNT(argv) - 1, argv, &fault))
        fail_msg("refused: %s", fault.text);
    assert_int_equal(options.part_count, 2);
    assert_int_equal(options.blocks_max, 6);
    for (size_t i = 0; i < 2; i++) {
        const struct run_part *part = &options.parts[i];
        assert_int_equal(part->axes.count[AXIS_QUEUE], 1);
        assert_string_equal(part->axes.value[AXIS_QUEUE][0], "spsc-ring");
        assert_string_equal(part->axes.value[AXIS_WAIT][0], "block");
        assert_false(part->common.counted);
        assert_int_equal(part->common.duration_ns, 3000000);
    }
    run_options_release(&options);
    unlink(path);
    free(path);
}

/* --- what is refused --- */

static void mistakes_are_refused_with_their_line(void **state)
{
    static const struct {
        const char *text, *line, *reason;
    } cases[] = {
        {"", "", "has no section"},
        {"# nothing\n\n", "", "has no section"},
        {"queue = condvar\n", "line 1 of", "before the first section: write [global] above it"},
        {"[global]\nqueu = condvar\n", "line 2 of", "did you mean 'queue'?"},
        {"[global]\nzzz = 1\n", "line 2 of", "--help lists all"},
        {"[a]\n[b]\n[a]\n", "line 3 of", "has the section [a] a second time: the first is in line 1"},
        {"[global]\n[global]\n", "line 2 of", "a second time"},
        {"[global]\nwait = spin\nqueue = condvar\nwait = yield\n", "line 4 of", "the first is in line 2"},
        {"[global]\nwait += spin\n", "line 2 of", "write ="},
        {"[global]\nblocks = 3\nblocks += 4\n", "line 3 of", "blocks: takes one value"},
        {"[global\n", "line 1 of", "no ']'"},
        {"[]\n", "line 1 of", "no name"},
        {"[ ]\n", "line 1 of", "no name"},
        {"[a[b]\n", "line 1 of", "no name"},
        {"{\"record\":\"campaign\"}\n", "line 1 of", "--resume"},
        {"[global]\nqueue\n", "line 2 of", "is neither a [section], nor key = value"},
        {"[global]\n= 5\n", "line 2 of", "is neither"},
        {"[global]\nqueue =\n", "line 2 of", "no value"},
        {"[global]\nqueue = # none\n", "line 2 of", "no value"},
        {"[global]\nqueue = \"condvar\n", "line 2 of", "not closed"},
        {"[global]\nqueue = \"condvar\" x\n", "line 2 of", "behind its closing quote"},
        {"[global]\nqueue = \"con\\dvar\"\n", "line 2 of", "'\\d' in its quotes"},
        {"[global]\n\nduration = 10 parsecs\n", "line 3 of", "duration: '10 parsecs' is no duration"},
        {"[global]\nduration = 10\n", "line 2 of", "ns, us, ms"},
        {"[global]\nprecision = 2\n", "line 2 of", "precision: '2' is no percentage"},
        {"[global]\nprecision = 200%\n", "line 2 of", "below 100"},
        {"[global]\nblocks = 9..3\n", "line 2 of", "ends below its beginning"},
        {"[global]\nblocks = 3..9\nqueue = condvar\n", "line 2 of", "blocks: nothing decides between"},
        {"[global]\nqueue = condvr\n", "line 2 of", "did you mean 'condvar'"},
        {"[global]\nwait = spin\n[x]\nwait = blok\n", "line 4 of", "did you mean 'block'"},
        {"[global]\nplace = spred\n", "line 2 of", "did you mean 'spread'"},
        {"[global]\nwait = spin,,yield\n", "line 2 of", "empty value"},
        {"[global]\naa = maybe\n", "line 2 of", "neither yes nor no"},
        {"[global]\npreset = explosoin\n", "line 2 of", "did you mean 'explosion'"},
        {"[global]\nresume = x.jsonl\n", "line 2 of", "for the command line alone"},
        {"[a]\nblocks = 3\n", "line 2 of", "give it under [global]"},
        {"[a]\noutput = x\n", "line 2 of", "give it under [global]"},
        {"[global]\nitems = 5\nduration = 1s\n", "line 3 of", "cannot both be given"},
        {"[global]\nduration = 1ms\nwarmup = 2ms\n", "line 3 of", "leaves nothing to measure"},
        {"[a]\nfail = stage=resiz,item=5\nqueue=condvar\n", "line 2 of", "did you mean 'resize'"},
        {"[global]\ntopology = core:2\n", "line 2 of", "add --dry-run"},
        {"[a]\npreset = blocking-get\n[b]\n", "section [a]", "a file of its own"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct run_options options;
        struct fault fault = {""};
        int status = run_options_parse_text(&options, cases[i].text, "x.campaign", &fault);
        run_options_release(&options);
        if (status != -1)
            fail_msg("was read: %s", cases[i].text);
        if (!strstr(fault.text, cases[i].reason) || !strstr(fault.text, cases[i].line) ||
            strchr(fault.text, '\n'))
            fail_msg("%s\nis refused so: %s\nand not: %s ... %s", cases[i].text, fault.text, cases[i].line,
                     cases[i].reason);
    }
}

static void refuse_file(const char *path, const char *reason)
{
    char *copy = strdup(path), *argv[] = {"run", copy, NULL};
    struct run_options options;
    struct fault fault = {""};
    if (run_options_parse(&options, 2, argv, &fault) != -1)
        fail_msg("was read, though: %s", reason);
    if (!strstr(fault.text, reason) || !strstr(fault.text, path) || strchr(fault.text, '\n'))
        fail_msg("the refusal says: %s\nand not: %s", fault.text, reason);
    run_options_release(&options);
    free(copy);
}

static void files_that_are_none_are_refused(void **state)
{
    static char line[CONFIG_LINE + 100];
    char *end = line + sprintf(line, "[global]\nqueue = ");
    (void)state;
    refuse_file("/nowhere/x.campaign", "No such file or directory; name a campaign file");
    refuse_file("/tmp", "is a folder");
    refuse_file(file_of("[global]\nqueue\0= x\n", 19), "line 2 of");
    refuse_file(file_of("\177ELF\2\1\1", 7), "holds a byte 0x7f");
    refuse_file(file_of("[global]\nqueue = \033[2J\n", 22), "holds a byte 0x1b");
    memset(end, 'x', CONFIG_LINE + 10);
    refuse_file(file_of(line, strlen(line)), "longer than any of a campaign file");
    unlink(file_of("", 0));
}

/* Whatever the bytes, they are refused in a sentence or read, and nothing else. */
static void junk_does_no_harm(void **state)
{
    static const char letters[] = "[]=+,#\"\\ \t\n\r;ab:0123.%\n\n\n";
    struct rng rng;
    (void)state;
    rng_seed(&rng, 5);
    for (int i = 0; i < 3000; i++) {
        char text[200] = "[global]\nqueue = condvar\n[a]\nwait = spin,yield\nworkers = 1\nworkers += 2\n";
        size_t length = strlen(text), changes = 1 + rng_below(&rng, 12);
        struct run_options options;
        struct fault fault = {""};
        for (size_t j = 0; j < changes; j++)
            text[rng_below(&rng, length)] = rng_below(&rng, 4) ? letters[rng_below(&rng, sizeof letters - 1)]
                                                               : (char)(1 + rng_below(&rng, 255));
        if (run_options_parse_text(&options, text, "x", &fault))
            assert_true(*fault.text && !strchr(fault.text, '\n'));
        run_options_release(&options);
    }
}

/* --- what is written --- */

static char *shown(const struct run_options *options)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    run_options_show(options, out);
    fclose(out);
    return text;
}

static struct topology *machine;

/* The labels of the plan, skipped ones too, a line each; or why there is none. To be freed. */
static char *planned(const struct run_options *options)
{
    struct plan_part parts[CONFIG_SECTIONS];
    struct plan plan;
    struct fault fault = {""};
    char *text = NULL, label[2 * SPEC_TEXT_SIZE];
    size_t size;
    FILE *out = open_memstream(&text, &size);
    for (size_t i = 0; i < options->part_count; i++)
        parts[i] = (struct plan_part){.axes = &options->parts[i].axes,
                                      .common = &options->parts[i].common,
                                      .twins = options->parts[i].twins};
    if (plan_make(&plan, parts, options->part_count, machine, &fault))
        fprintf(out, "%s\n", fault.text);
    for (size_t i = 0; i < plan.count; i++) {
        spec_label(&plan.specs[i], label, sizeof label);
        fprintf(out, "%s %d %ju %ju %ju %ju %ju %ju\n", label, plan.specs[i].counted, plan.specs[i].items,
                plan.specs[i].duration_ns, plan.specs[i].warmup_ns, plan.specs[i].drain_ns,
                plan.specs[i].timeout_ns, plan.specs[i].sample_ns);
    }
    for (size_t i = 0; i < plan.skipped_count; i++)
        fprintf(out, "%s: %s\n", plan.skipped[i].label, plan.skipped[i].reason.text);
    plan_release(&plan);
    fclose(out);
    return text;
}

static void expect_same_text(const char *a, const char *b)
{
    if ((a == NULL) != (b == NULL) || (a && strcmp(a, b) != 0))
        fail_msg("%s\nis not\n%s", a ? a : "null", b ? b : "null");
}

/* Read again, what is shown gives the same plan and the same campaign, and is shown as it was. */
static void expect_round_trip(const struct run_options *options)
{
    struct run_options again;
    char *text = shown(options), *plan = options->parts[0].scene ? NULL : planned(options);
    struct fault fault = {""};
    if (run_options_parse_text(&again, text, "shown", &fault))
        fail_msg("%s\nis refused: %s", text, fault.text);
    char *text_again = shown(&again), *plan_again = again.parts[0].scene ? NULL : planned(&again);
    expect_same_text(text, text_again);
    expect_same_text(plan, plan_again);
    assert_int_equal(again.part_count, options->part_count);
    for (size_t i = 0; i < again.part_count; i++) {
        assert_ptr_equal(again.parts[i].preset, options->parts[i].preset);
        assert_ptr_equal(again.parts[i].scene, options->parts[i].scene);
        assert_int_equal(again.parts[i].twins, options->parts[i].twins);
        expect_same_text(again.parts[i].fail, options->parts[i].fail);
    }
    assert_int_equal(again.blocks_min, options->blocks_min);
    assert_int_equal(again.blocks_max, options->blocks_max);
    assert_true(again.precision == options->precision);
    assert_int_equal(again.budget_ns, options->budget_ns);
    assert_int_equal(again.seeded, options->seeded);
    assert_int_equal(again.seed, options->seed);
    assert_int_equal(again.quiet, options->quiet);
    assert_int_equal(again.format, options->format);
    expect_same_text(again.output, options->output);
    free(text);
    free(plan);
    free(text_again);
    free(plan_again);
    run_options_release(&again);
}

static void presets_go_round(void **state)
{
    size_t seen = 0;
    (void)state;
    for (const struct preset *preset = presets; preset->name; preset++, seen++) {
        char *argv[] = {"run", "--preset", (char *)preset->name, NULL};
        struct run_options options;
        assert_int_equal(run_options_parse(&options, 3, argv, NULL), 0);
        assert_ptr_equal(options.parts[0].preset, preset);
        expect_round_trip(&options);
        run_options_release(&options);
    }
    for (const struct scene *scene = scenes; scene->name; scene++, seen++) {
        char *argv[] = {"run", "--preset", (char *)scene->name, "--timeout", "5s", NULL};
        struct run_options options;
        assert_int_equal(run_options_parse(&options, 5, argv, NULL), 0);
        assert_ptr_equal(options.parts[0].scene, scene);
        expect_round_trip(&options);
        run_options_release(&options);
    }
    assert_true(seen > 10);
}

/* Values of the options, one a line of which some are drawn. What excludes each other may meet: it is then
   refused, and another is drawn. */
static const char *const values[][2] = {
    {"--queue", "condvar,ck-ring-mpmc"},
    {"--queue", "deque-lock"},
    {"--queue", "urcu-wfcq"},
    {"--wait", "spin,yield/block"},
    {"--wait", "sleep:10ms"},
    {"--transfer", "item,batch:32"},
    {"--transfer", "span:8"},
    {"--capacity", "1,64Ki"},
    {"--capacity", "unbounded/100/100/1023"},
    {"--workers", "2"},
    {"--workers", "3,4,5"},
    {"--work", "none,spin:2us,none"},
    {"--work", "touch:4KiB"},
    {"--place", "spread,same-l3"},
    {"--place", "classes"},
    {"--place", "source=0,download=1,resize=2,upload=3,sink=4"},
    {"--close", "sentinel,shutdown:immediate"},
    {"--preset", "default"},
    {"--preset", "explosion"},
    {"--preset", "polling"},
    {"--duration", "1.5s"},
    {"--items", "20k"},
    {"--warmup", "0"},
    {"--warmup", "3ms"},
    {"--drain", "0"},
    {"--timeout", "1h"},
    {"--blocks", "7"},
    {"--blocks", "7..70"},
    {"--precision", "2.5%"},
    {"--budget", "10m"},
    {"--fail", "stage=upload,every=7,worker=0,how=crash"},
    {"--on-fail", "stop"},
    {"--memory-limit", "64MiB"},
    {"--sample", "0"},
    {"--limits", "none"},
    {"--seed", "18Ki"},
    {"--output", " a \"#\" \\ , b\t\n"},
    {"--output", ""},
    {"--format", "markdown"},
    {"--aa", NULL},
    {"--quiet", NULL},
    {"--dry-run", NULL},
};

static void command_lines_go_round(void **state)
{
    struct rng rng;
    size_t good = 0;
    (void)state;
    rng_seed(&rng, 11);
    for (int i = 0; i < 2000; i++) {
        char *argv[2 * COUNT(values) + 2] = {"run"};
        int argc = 1;
        struct run_options options;
        for (size_t j = 0; j < COUNT(values); j++) {
            if (rng_below(&rng, 5))
                continue;
            argv[argc++] = (char *)values[j][0];
            if (values[j][1])
                argv[argc++] = (char *)values[j][1];
        }
        if (run_options_parse(&options, argc, argv, NULL) == 0) {
            expect_round_trip(&options);
            good++;
        }
        run_options_release(&options);
    }
    assert_true(good > 200);
}

/* The same with files of several sections. */
static void files_go_round(void **state)
{
    struct rng rng;
    size_t good = 0;
    (void)state;
    rng_seed(&rng, 12);
    for (int i = 0; i < 1000; i++) {
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);
        for (uint64_t section = 0, count = 1 + rng_below(&rng, 4); section < count; section++) {
            const char *last = "";
            fprintf(out, section ? "[part %ju]\n" : "[global]\n", section);
            for (size_t j = 0; j < COUNT(values); j++) {
                const char *key = values[j][0] + 2, *value = values[j][1] ? values[j][1] : "yes";
                if (rng_below(&rng, 8) || !*value || strchr(value, '#') || strcmp(key, last) == 0)
                    continue;
                fprintf(out, "%s = %s\n", key, value);
                last = key;
            }
        }
        fclose(out);
        struct run_options options;
        if (run_options_parse_text(&options, text, "made", NULL) == 0) {
            expect_round_trip(&options);
            good++;
        }
        run_options_release(&options);
        free(text);
    }
    assert_true(good > 50);
}

/* --- plans of several parts --- */

static void equal_configurations_are_one(void **state)
{
    static const char text[] = "[global]\nitems = 5\nqueue = condvar\n"
                               "[a]\nwait = spin,yield\n"
                               "[b]\nwait = yield,block\n"
                               "[c]\nwait = block\naa = yes\n";
    struct run_options options;
    (void)state;
    parse_text(text, &options);
    char *plan = planned(&options);
    size_t lines = 0;
    for (const char *at = plan; (at = strchr(at, '\n')); at++)
        lines++;
    assert_int_equal(lines, 4); /* spin, yield, block and block's twin */
    assert_non_null(strstr(plan, "wait=block transfer=item capacity=1023 workers=1 work=none place=compact "
                                 "memory=default close=close aa=twin"));
    free(plan);
    run_options_release(&options);
}

static void unlike_trials_of_one_label_are_refused(void **state)
{
    struct run_options options;
    (void)state;
    parse_text("[a]\nqueue = condvar\nitems = 5\n[b]\nqueue = condvar\nitems = 6\n", &options);
    char *plan = planned(&options);
    assert_non_null(strstr(plan, "another section has the configuration 'condvar wait=yield"));
    free(plan);
    run_options_release(&options);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_read),
        cmocka_unit_test(sections_inherit_and_override),
        cmocka_unit_test(the_command_line_overrides),
        cmocka_unit_test(mistakes_are_refused_with_their_line),
        cmocka_unit_test(files_that_are_none_are_refused),
        cmocka_unit_test(junk_does_no_harm),
        cmocka_unit_test(presets_go_round),
        cmocka_unit_test(command_lines_go_round),
        cmocka_unit_test(files_go_round),
        cmocka_unit_test(equal_configurations_are_one),
        cmocka_unit_test(unlike_trials_of_one_label_are_refused),
    };
    struct fault fault;
    if (topology_load_described(&machine, "package:2 l3:2 core:4 pu:2", &fault)) {
        fprintf(stderr, "%s\n", fault.text);
        return 1;
    }
    int status = cmocka_run_group_tests(tests, NULL, NULL);
    topology_free(machine);
    return status;
}
