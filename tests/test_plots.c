/* test_plots.c - the plots of campaigns made by hand: drawn where gnuplot is, their data in any case. */
#include "reports.h"

#include "report/plot.h"
#include "report/plot_export.h"

#include <sys/stat.h>

enum { PATH = 256 };

static char parent[] = "/tmp/sluice-plots-XXXXXX"; /* of the folder that plots are drawn into */

/* The path of a folder that is not there, in one that is nobody else's. */
static const char *make_folder(const char *name)
{
    static char path[PATH];
    strcpy(strrchr(parent, '-') + 1, "XXXXXX");
    assert_non_null(mkdtemp(parent));
    snprintf(path, sizeof path, "%s/%s", parent, name);
    return path;
}

static bool is_there(const char *folder, const char *name)
{
    char path[PATH];
    struct stat status;
    snprintf(path, sizeof path, "%.200s/%.50s", folder, name);
    return stat(path, &status) == 0 && status.st_size > 0;
}

static void remove_file(const char *folder, const char *name, const char *suffix)
{
    char path[PATH];
    snprintf(path, sizeof path, "%.180s/%.50s%.20s", folder, name, suffix);
    unlink(path);
}

static void remove_plots(const char *folder)
{
    static const char *const suffixes[] = {".tsv", ".svg", ".pdf", ".png", "-latex.tex", "-latex.pdf"};
    static const char *const programs[] = {"campaign", "style", "rows", "inset"};
    for (size_t plot = 0; plot < PLOTS; plot++) {
        char program[64];
        for (size_t i = 0; i < COUNT(suffixes); i++)
            remove_file(folder, plot_names[plot], suffixes[i]);
        snprintf(program, sizeof program, "plot-%s", plot_names[plot]);
        remove_file(folder, program, ".gp");
    }
    for (size_t i = 0; i < COUNT(programs); i++)
        remove_file(folder, programs[i], ".gp");
    remove_file(folder, "topology", ".tsv");
    if (rmdir(folder) || rmdir(parent))
        fail_msg("'%s' holds more than it should", folder);
}

/* Names that a shell or gnuplot would take for commands; none of them may be run. */
static void plots_are_drawn(void **state)
{
    static const char *const odd[] = {"e'vil\"`touch z`\t$(touch y)@x", "\xc3\xa9t\xc3\xa9 {/=40 big}", NULL};
    const char *folder = make_folder("<sluice 'plots' `touch x`;");
    struct hand_trial pair[] = {trials[0], trials[1]};
    struct fault fault = {""};
    char *talk_text = NULL;
    size_t size;
    FILE *talk = open_memstream(&talk_text, &size);
    (void)state;
    if (system("gnuplot --version > /dev/null 2>&1") != 0)
        skip();
    pair[0].queue = odd[0];
    pair[1].queue = odd[1];
    pair[1].join_s = 1e-3;
    if (plot_draw(hand_file(odd, pair, 2), NULL, folder, PLOT_SVG | PLOT_PNG, SLUICE_SOURCE_DIR "/scripts",
                  &fault, talk))
        fail_msg("%s", fault.text);
    fclose(talk);
    expect_in(
        talk_text,
        (const char *const[]){"/throughput.svg\n", "/cpu.png\n", " && gnuplot -c plot-throughput.gp . png\n"},
        3);
    assert_true(is_there(folder, "throughput.svg") && is_there(folder, "polls.svg") &&
                is_there(folder, "memory.png") && is_there(folder, "cpu.png") &&
                is_there(folder, "stop.png"));
    assert_false(is_there(folder, "cpu.pdf"));
    free(talk_text);
    remove_plots(folder);
}

static void data_is_there_without_gnuplot(void **state)
{
    const char *folder = make_folder("plots");
    char *path = strdup(getenv("PATH"));
    struct fault fault = {""};
    FILE *talk = fopen("/dev/null", "w");
    (void)state;
    setenv("PATH", "/nowhere", 1);
    int status = plot_draw(hand_file(queues, trials, COUNT(trials)), NULL, folder, PLOT_ALL,
                           SLUICE_SOURCE_DIR "/scripts", &fault, talk);
    setenv("PATH", path, 1);
    fclose(talk);
    free(path);
    assert_int_equal(status, -1);
    assert_non_null(strstr(fault.text, "apt install gnuplot-nox"));
    assert_true(is_there(folder, "throughput.tsv") && is_there(folder, "campaign.gp") &&
                is_there(folder, "plot-throughput.gp") && is_there(folder, "rows.gp"));
    assert_false(is_there(folder, "throughput.svg"));
    remove_plots(folder);
}

/* The plot of one campaign by gnuplot, if it is there; else its data. Returns stop.tsv, and what was said. */
static char *stop_data(const char *path, char **said)
{
    const char *folder = make_folder("plots");
    char path_of_data[PATH];
    struct fault fault = {""};
    size_t size;
    FILE *talk = open_memstream(said, &size);
    if (plot_draw(path, NULL, folder, PLOT_SVG, SLUICE_SOURCE_DIR "/scripts", &fault, talk) &&
        !strstr(fault.text, "gnuplot is not installed"))
        fail_msg("%s", fault.text);
    fclose(talk);
    char *text = calloc(1, 1 << 16);
    snprintf(path_of_data, sizeof path_of_data, "%.200s/stop.tsv", folder);
    FILE *data = fopen(path_of_data, "r");
    assert_non_null(data);
    assert_true(fread(text, 1, (1 << 16) - 1, data) > 0);
    fclose(data);
    remove_plots(folder);
    return text;
}

/* Rows by protocol where queues have several, in groups of queue and wait; else by queue. */
static void stop_plot_compares_what_varies(void **state)
{
    static const char *const by_protocol[] = {
        "\n0\t-2\tqueue a, wait block\tnan\tnan\tnan\t0\t-\tnan\tnan\tnan\n"
        "-1\t0\tshutdown\t0.002\t0.002\t0.002\t1\t-\t0.001\t0.001\t0.001\n"
        "-2\t1\tabandon\t0.04\t",
        "\tqueue a, wait yield\t",
        "\t2\tshutdown:immediate\t0.002\t0.001\t0.003\t2\t-\t2.5e-06\t0\t5e-06\n",
        "\tqueue b, wait yield\t",
        "\t0\tshutdown\tnan\tnan\tnan\t0\t2 failed\t0\t0\t0\n",
        "\n# trials\n",
    };
    static const char *const by_queue[] = {"\n0\t0\ta\t0.005\t", "\n-1\t1\tb, sentinel\t0.006\t"};
    static const struct hand_trial queues_only[] = {{.queue = "a", .join_s = 5e-3},
                                                    {.queue = "b", .join_s = 6e-3, .close = "sentinel"}};
    char *said, *text = stop_data(hand_file_of(stops, COUNT(stops)), &said);
    (void)state;
    expect_in(text, by_protocol, COUNT(by_protocol));
    assert_null(strstr(said, "stop: nothing to draw"));
    assert_null(strstr(said, "operations")); /* nobody asked for shapes */
    assert_null(strstr(said, "round-trip"));
    free(text);
    free(said);
    text = stop_data(hand_file_of(queues_only, 2), &said);
    assert_non_null(strstr(text, "\ta, close\t"));
    assert_non_null(strstr(text, by_queue[1]));
    free(text);
    free(said);
    struct hand_trial alike[] = {queues_only[0], queues_only[1]};
    alike[1].close = NULL;
    text = stop_data(hand_file_of(alike, 2), &said);
    expect_in(text, by_queue, 1);
    assert_null(strstr(said, "stop: nothing to draw"));
    free(text);
    free(said);
    alike[0].join_s = alike[1].join_s = 0;
    text = stop_data(hand_file_of(alike, 2), &said);
    expect_in(said, (const char *const[]){"stop: nothing to draw, no trial that ended ok knows when"}, 1);
    free(text);
    free(said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plots_are_drawn),
        cmocka_unit_test(data_is_there_without_gnuplot),
        cmocka_unit_test(stop_plot_compares_what_varies),
    };
    return cmocka_run_group_tests_name("plots", tests, NULL, NULL) != 0;
}
