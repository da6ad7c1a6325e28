/* cmd_manual.c - `sluice manual`: the manual pages, one of the program and one a command, made of the tables
   that --help is made of. */
#include "cli/commands.h"

#include "base/fault.h"
#include "base/roff.h"
#include "base/version.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

static int set_output(void *target, const char *text, struct fault *fault)
{
    *(const char **)target = text;
    return *text ? 0 : fault_set(fault, "an empty name is no folder");
}

static const struct option_spec option_table[] = {
    {"output", 'o', "DIR", NULL, "write all pages into this folder: sluice.1, sluice-run.1 and so on",
     set_output, NULL, &option_files},
};

static const struct command_spec command = {
    .name = "manual",
    .summary = "print the manual page of the program or of a command, for man",
    .usage = "sluice manual [COMMAND]\n"
             "sluice manual --output DIR",
    .examples = "sluice manual run | man -l -\n"
                "sluice manual --output man/man1",
    .notes =
        "Pages are in the macros of man(7). They are installed with the program, so that `man sluice-run`\n"
        "shows the same.",
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
    .max_operands = 1,
    .operands = &command_names,
};

/* ---- what all pages have ---- */

/* Words are not broken and lines not filled up, so that what is printed can be copied. */
static void print_top(FILE *out, const char *name, const char *summary)
{
    fputs(".TH ", out);
    roff_string(out, name);
    fputs(" 1 \"\" \"sluice " SLUICE_VERSION "\" \"Sluice\"\n.nh\n.ad l\n.SH NAME\n", out);
    roff_string(out, name);
    fputs(" \\- ", out);
    roff_string(out, summary);
    fputc('\n', out);
}

static void print_section(FILE *out, const char *heading, const char *paragraphs)
{
    if (!paragraphs)
        return;
    roff_macro(out, "SH", heading);
    roff_paragraphs(out, paragraphs);
}

static void print_examples(FILE *out, const char *lines)
{
    if (!lines)
        return;
    fputs(".SH EXAMPLES\n", out);
    roff_verbatim(out, lines);
}

static void print_page_name(FILE *out, const char *command_name)
{
    fputs(ROFF_LINE "\\fBsluice\\-", out);
    roff_string(out, command_name);
    fputs("\\fR(1)", out);
}

/* ---- the page of a command ---- */

static void print_option(FILE *out, const struct option_spec *option)
{
    fputs(".TP\n" ROFF_LINE, out);
    if (option->letter)
        fprintf(out, "\\fB\\-%c\\fR, ", option->letter);
    fputs("\\fB\\-\\-", out);
    roff_string(out, option->name);
    fputs("\\fR", out);
    if (option->argument) {
        fputs(" \\fI", out);
        roff_string(out, option->argument);
        fputs("\\fR", out);
    }
    fputc('\n', out);
    roff_paragraphs(out, option->help);
    if (option->argument && option->initial && *option->initial) {
        fputs("(default: ", out);
        roff_string(out, option->initial);
        fputs(")\n", out);
    }
}

/* Prints the heading of option `first`, where it has one beside the section's, and all options under it,
 * unless an earlier one has done so. */
static void print_group(FILE *out, const struct command_spec *spec, size_t first)
{
    const char *heading = options_heading(options_at(spec, first));
    for (size_t i = 0; i < first; i++)
        if (strcmp(options_heading(options_at(spec, i)), heading) == 0)
            return;
    if (first == spec->option_count || options_at(spec, first)->group)
        roff_macro(out, "SS", heading);
    for (size_t i = first; i <= spec->option_count; i++)
        if (strcmp(options_heading(options_at(spec, i)), heading) == 0)
            print_option(out, options_at(spec, i));
}

static void print_command(FILE *out, const struct command_spec *spec)
{
    char name[64];
    snprintf(name, sizeof name, "sluice-%s", spec->name);
    print_top(out, name, spec->summary);
    fputs(".SH SYNOPSIS\n", out);
    roff_verbatim(out, spec->usage);
    print_section(out, "DESCRIPTION", spec->notes);
    fputs(".SH OPTIONS\n", out);
    for (size_t i = 0; i <= spec->option_count; i++)
        print_group(out, spec, i);
    print_examples(out, spec->examples);
    fputs(".SH SEE ALSO\n" ROFF_LINE "\\fBsluice\\fR(1)\n", out);
}

/* ---- the page of the program ---- */

static const char description[] =
    "Sluice puts any queue into the same three-stage pipeline (download, resize, upload) and measures how "
    "often\n"
    "workers poll, how much flows through, what an item costs in CPU time and how memory grows, for each way "
    "of\n"
    "waiting and each placement on the machine's CPUs. Every trial is a fresh process whose items are all\n"
    "accounted for, every figure comes with an interval, and every record says on what machine it was made.\n"
    "\n"
    "Options are written in full or as one letter; `sluice COMMAND --help` lists them as the command's page "
    "does.";

static const char statuses[] = "  0    all is right\n"
                               "  1    a trial failed or was invalid, or what was asked for is not so\n"
                               "  2    bad input, which a sentence on stderr explains\n"
                               "  130  interrupted; what had ended is kept";

static const char files[] =
    "  results/runs/*.jsonl   the records of campaigns, where --output says nothing else\n"
    "  lib/sluice/peers/*.so  queues of other libraries\n"
    "  share/sluice/*.gp      the gnuplot programs of the plots";

static const char environment[] = "  SLUICE_PEERS_DIR  where the queues of other libraries lie\n"
                                  "  SLUICE_SCRIPTS    where the gnuplot programs lie\n"
                                  "  NO_COLOR          no colours, where it is not empty\n"
                                  "  TMPDIR            where plots are drawn that go into an HTML report";

static void print_program(FILE *out)
{
    print_top(out, "sluice", PROGRAM_SUMMARY);
    fputs(".SH SYNOPSIS\n", out);
    roff_verbatim(out, "sluice COMMAND [options]\nsluice --help\nsluice --version");
    print_section(out, "DESCRIPTION", description);
    fputs(".SH COMMANDS\n", out);
    for (size_t i = 0; i < command_count; i++) {
        fputs(".TP\n", out);
        print_page_name(out, commands[i]->spec->name);
        fputc('\n', out);
        roff_paragraphs(out, commands[i]->spec->summary);
    }
    print_section(out, "EXIT STATUS", statuses);
    print_section(out, "FILES", files);
    print_section(out, "ENVIRONMENT", environment);
    fputs(".SH SEE ALSO\n", out);
    for (size_t i = 0; i < command_count; i++) {
        print_page_name(out, commands[i]->spec->name);
        fputs(i + 1 < command_count ? ",\n" : "\n", out);
    }
}

/* ---- where they go ---- */

/* Prints the page of a command; null: the program's. */
static void print_page(FILE *out, const struct command_spec *spec)
{
    if (spec)
        print_command(out, spec);
    else
        print_program(out);
}

static int write_page(const char *folder, const struct command_spec *spec, struct fault *fault)
{
    char path[PATH_MAX];
    int length =
        snprintf(path, sizeof path, "%s/sluice%s%s.1", folder, spec ? "-" : "", spec ? spec->name : "");
    FILE *file = length < (int)sizeof path ? fopen(path, "we") : (errno = ENAMETOOLONG, NULL);
    if (!file)
        return fault_set(fault, "'%s/sluice.1' and the pages beside it cannot be written: %m", folder);
    print_page(file, spec);
    bool is_written = !ferror(file);
    return fclose(file) || !is_written ? fault_set(fault, "'%s' cannot be written: %m", path) : 0;
}

static int write_pages(const char *folder, struct fault *fault)
{
    if (mkdir(folder, 0777) && errno != EEXIST)
        return fault_set(fault, "the folder '%s' cannot be made: %m", folder);
    int status = write_page(folder, NULL, fault);
    for (size_t i = 0; i < command_count && status == 0; i++)
        status = write_page(folder, commands[i]->spec, fault);
    return status;
}

/* `name` null: the program's page. */
static int show_page(const char *name, struct fault *fault)
{
    const struct command *of = name ? commands_find(name, fault) : NULL;
    if (name && !of)
        return -1;
    print_page(stdout, of ? of->spec : NULL);
    return fflush(stdout) ? fault_set(fault, "the page cannot be printed: %m") : 0;
}

static int main_manual(int argc, char **argv)
{
    struct fault fault;
    const char *folder = NULL;
    int first, status = options_parse(&command, argc, argv, &folder, &first, &fault);
    if (status == 1)
        return 0;
    if (status == 0 && folder && first < argc)
        status = fault_set(&fault, "--output writes all pages: leave out '%.80s'", argv[first]);
    else if (status == 0)
        status = folder ? write_pages(folder, &fault) : show_page(first < argc ? argv[first] : NULL, &fault);
    if (status == 0)
        return 0;
    fprintf(stderr, "sluice: %s\n", fault.text);
    return 2;
}

const struct command cmd_manual = {&command, main_manual};
