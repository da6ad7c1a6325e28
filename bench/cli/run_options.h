/* run_options.h - the options of `sluice run`, from the command line and a campaign file, read and completed.
 */
#ifndef BENCH_RUN_OPTIONS_H
#define BENCH_RUN_OPTIONS_H

#include "base/settings.h"
#include "campaign/axes.h"
#include "campaign/preset.h"
#include "report/report.h"
#include "scene/scene.h"

/* Headings of the help under which the options stand that are the whole campaign's: in a file they belong
   into [global]. What stands under the last one belongs into no file. */
#define RUN_CAMPAIGN "The whole campaign"
#define RUN_RESULTS  "Results"
#define RUN_INSTEAD  "Instead of a new campaign"

extern const struct command_spec run_command;

/* What is crossed by itself: a section of a file, or all that a command line says. */
struct run_part {
    char *name;               /* "[copying]", of a file; null: there is but this one */
    struct settings settings; /* all that is in force, the preset's and the defaults among it */
    struct axes axes;
    struct spec common; /* what is the same for all its trials */
    const struct preset *preset;
    const struct scene *scene; /* in place of a campaign; null: none */
    const char *fail;          /* null: nobody */
    bool twins;
};

struct run_options {
    struct run_part *parts; /* at least one */
    size_t part_count;
    struct run_part *part; /* the one that an option is being set of */

    /* The whole campaign's. */
    unsigned blocks_min, blocks_max;
    double precision;   /* relative half-width of the intervals; 0: none is asked for */
    uint64_t budget_ns; /* 0: none */
    uint64_t seed;
    const char *output, *resume; /* null: not given */
    const char *limits;          /* "measure", "none", or a file of `sluice limits`; null: not given */
    const char *topology;        /* a machine to plan for instead of this one; null: this one */
    bool seeded, quiet, dry_run, show_config;
    enum report_format format;
};

/* Reads the command line of `sluice run`, argv[0] being "run", and the campaign file that it names, if any;
   what the command line gives overrides what any section gives. Then what was not given is filled in. 0; 1
   after --help; -1 with a sentence. With --resume only that, `quiet` and `format` are looked at, and there
   are no parts. Release with run_options_release in any case. */
int run_options_parse(struct run_options *options, int argc, char **argv, struct fault *fault);
/* The same of a campaign file's text, as run_options_show wrote it, that is called `path`. */
int run_options_parse_text(struct run_options *options, const char *text, const char *path,
                           struct fault *fault);
void run_options_release(struct run_options *options);

/* Writes the campaign file that says the same: read again it gives the same options. */
void run_options_show(const struct run_options *options, FILE *out);

#endif
