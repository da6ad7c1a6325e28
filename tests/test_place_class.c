/* test_place_class.c - classes of placements, by which tables and plots group, and the machine beside the
 * bars. */
#include "placed.h"

#include "report/plot_data.h"

static void classes_follow_from_signatures(void **state)
{
    static const struct {
        const char *machine, *signature, *class;
    } cases[] = {
        {NULL, "l3-l3-l3-l3", "same-l3"},
        {NULL, "core-core-core-core:source+resize:download+upload", "smt"},
        {NULL, "pu-pu-pu-pu:source+download+resize+upload+sink", "same-pu"},
        {NULL, "core-l3-core-l3", "core-l3-core-l3"},
        {NULL, "pu-pu-l3-pu:source+download+resize:upload+sink", "pu-pu-l3-pu"},
        {NULL, "core..l3-core..l3-core..l3-core..l3", "core..l3-core..l3-core..l3-core..l3"},
        {NULL, "unbound", "unbound"},
        {NULL, "machine-machine-machine-machine", "same-machine"},
        {"package:2 l3:2 core:2 pu:2", "machine-machine-machine-machine", "cross-package"},
        {"package:2 l3:2 core:2 pu:2", "package-package-package-package", "same-package"},
        {"group:2 package:2 core:2 pu:2", "machine-machine-machine-machine", "cross-group"},
        {"pu:1", "machine-machine-machine-machine", "same-machine"},
        {NULL, "l3-l3-l3-l3:p-p-e-e-e", "same-l3:p-p-e-e-e"},
        {NULL, "l3-l3-l3-l3:p:source+sink", "same-l3:p"},
        {NULL, "l3-l2-l3-l3:k10-p-e+p-e-e:source+sink:upload+sink", "l3-l2-l3-l3:k10-p-e+p-e-e"},
        {NULL, "l3-l3-l2..l3-l3:resize+resize", "l3-l3-l2..l3-l3"},
        {NULL, "l2-l22-l2-l2", "l2-l22-l2-l2"},
        {NULL, "", ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct topology *topology = NULL;
        struct fault fault = {""};
        char text[SIGNATURE_CLASS_SIZE];
        if (cases[i].machine && topology_load_synthetic(&topology, cases[i].machine, &fault))
            fail_msg("%s", fault.text);
        assert_string_equal(signature_class(cases[i].signature, topology ? topology->tree : NULL, text),
                            cases[i].class);
        topology_free(topology);
    }
}

/* Rows of a class stand together, however the placements were called. */
static void tables_group_by_class(void **state)
{
    static const struct placed list[] = {
        {"one", SIDE_BY_SIDE, 1e6},
        {"one", "cpus:0,1", "l3-l3-l3-l3:source+resize+sink:download+upload", {0, 1, 0, 1, 0}, 2e6},
        {"two", SIDE_BY_SIDE, 3e6},
        {"two", "cpus:1,0", "l3-l3-l3-l3:source+resize+sink:download+upload", {1, 0, 1, 0, 1}, 4e6},
    };
    struct campaign_file file;
    struct summary summary;
    char heading[PLOT_TEXT];
    const unsigned place = 1u << AXIS_PLACE;
    (void)state;
    read_placed(list, COUNT(list), &file);
    summarise(&file, &summary);
    assert_string_equal(summary.configurations[0].place_class, "pu-pu-l3-pu on 2 PUs");
    assert_string_equal(summary.configurations[1].place_class, "same-l3 on 2 PUs");
    assert_true(plot_are_grouped(place, &summary.configurations[1], &summary.configurations[3]));
    assert_false(plot_are_grouped(place, &summary.configurations[0], &summary.configurations[1]));
    assert_string_equal(plot_heading(place, &summary, &summary.configurations[1], true, heading),
                        "same-l3 on 2 PUs");
    assert_true(plot_named_axes(place, &summary) & place); /* the rows' names tell the CPUs then */
    summary_release(&summary);
    char *text = print_as(&file, REPORT_TABLE), *at = text;
    static const char *const order[] = {"\none ", "\ntwo ", "\none ", "\ntwo "};
    for (size_t i = 0; i < COUNT(order); i++) {
        at = strstr(at, order[i]);
        assert_non_null(at);
        expect(at, i < 2 ? "pu-pu-l3-pu on 2 PUs" : "same-l3 on 2 PUs", true);
        at++;
    }
    expect(at, "pu-pu-l3-pu on 2 PUs", false);
    free(text);
    record_release(&file);
}

/* --- the machine beside the bars --- */

/* The drawings of these placements on a machine: boxes of each kind, all within the unit square. */
static char *draw(const char *machine, const struct placed *list, size_t count, size_t kinds[4])
{
    json_t *records[MOST_RECORDS];
    struct campaign_file file;
    struct summary summary;
    struct topology *topology;
    struct fault fault = {""};
    char *text, *line, *rest = NULL;
    size_t size, used = make_records(records, list, count, NULL);
    if (topology_load_synthetic(&topology, machine, &fault))
        fail_msg("%s", fault.text);
    char *xml = topology_xml(topology);
    json_object_set_new(records[0], "topology", json_string(xml));
    free(xml);
    topology_free(topology);
    read_records(records, used, &file);
    summarise(&file, &summary);
    FILE *out = open_memstream(&text, &size);
    unsigned seen;
    assert_int_equal(plot_write_topology(&summary, out, &seen), count);
    assert_int_equal(seen, count ? 0x1f : 0); /* all five roles */
    fclose(out);
    char *copy = strdup(strstr(text, "# boxes"));
    memset(kinds, 0, 4 * sizeof *kinds);
    for (line = strtok_r(copy, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        unsigned kind;
        double left, right, bottom, top;
        if (*line == '#')
            continue;
        assert_int_equal(sscanf(line, "%*u %u %lf %lf %lf %lf", &kind, &left, &right, &bottom, &top), 5);
        assert_in_range(kind, 0, 3);
        assert_true(0 <= left && left < right && right <= 1 && 0 <= bottom && bottom < top && top <= 1);
        kinds[kind]++;
    }
    free(copy);
    summary_release(&summary);
    record_release(&file);
    return text;
}

static void small_machines_are_drawn_in_full(void **state)
{
    static const struct placed list[] = {{"a", BY_TURNS, 1e6}, {"a", SIDE_BY_SIDE, 1e6}};
    size_t kinds[4];
    (void)state;
    char *text = draw("l3:1 core:2 pu:1", list, 2, kinds);
    const size_t expected[] = {2, 0, 4, 0};
    assert_memory_equal(kinds, expected, sizeof kinds);
    expect(text, "1\t1\tsame-l3 on 2 PUs\n", true);
    expect(text, "\t1 3 5\n", true);
    expect(text, "\t2 4\n", true);
    expect(text, "\t1-3\n", true);
    expect(text, "\t4 5\n", true);
    free(text);
}

/* What has no role and is alike is one box. */
static void large_machines_are_folded(void **state)
{
    static const struct placed list[] = {
        {"a", "cross-package", "machine-machine-machine-machine", {0, 64, 1, 65, 2}, 1e6}};
    size_t kinds[4];
    (void)state;
    char *text = draw("package:2 l3:4 core:8 pu:2", list, 1, kinds);
    expect(text, "cross-package\n", true);
    expect(text, "\t+3 l3\n", true);
    expect(text, "\t+6 core\n", true);
    /* machine, 2 packages, 2 of their L3s, 3 cores; 5 PUs of roles and 1 beside; per package the other L3s
     * and cores */
    const size_t expected[] = {8, 1, 5, 4};
    assert_memory_equal(kinds, expected, sizeof kinds);
    free(text);
}

static void no_topology_no_drawing(void **state)
{
    static const struct placed list[] = {{"a", BY_TURNS, 1e6}};
    static const char *const texts[] = {"", "no XML", "<topology version=\"2.0\"></topology>"};
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        json_t *records[MOST_RECORDS];
        size_t count = make_records(records, list, 1, NULL);
        struct campaign_file file;
        struct summary summary;
        FILE *out = fopen("/dev/null", "w");
        json_object_set_new(records[0], "topology", json_string(texts[i]));
        read_records(records, count, &file);
        summarise(&file, &summary);
        unsigned seen = 1;
        assert_int_equal(plot_write_topology(&summary, out, &seen), 0);
        assert_int_equal(seen, 0);
        fclose(out);
        summary_release(&summary);
        record_release(&file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_follow_from_signatures),   cmocka_unit_test(tables_group_by_class),
        cmocka_unit_test(small_machines_are_drawn_in_full), cmocka_unit_test(large_machines_are_folded),
        cmocka_unit_test(no_topology_no_drawing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
