/* run_options.c - see run_options.h. Settings are gathered as texts, the later over the earlier: the file's
   [global], its section, the command line; what is still missing comes from the preset. Only then they are
   set. */
#include "cli/run_options.h"

#include "base/config_file.h"
#include "base/units.h"
#include "machine/memory.h"

#include <stdlib.h>
#include <string.h>

static bool is_under(const struct option_spec *option, const char *heading)
{
    return option->group && strcmp(option->group, heading) == 0;
}

static bool is_axis(const char *name)
{
    for (int axis = 0; axis < AXES; axis++)
        if (strcmp(name, axis_names[axis]) == 0)
            return true;
    return false;
}

/* --- gathering --- */

/* Puts `over` over the settings. Of items and duration, which exclude each other, the upper one's counts. */
static int lay_over(struct settings *settings, const struct settings *over, struct fault *fault)
{
    if (settings_get(over, "items") || settings_get(over, "duration")) {
        settings_clear(settings, "items");
        settings_clear(settings, "duration");
    }
    return settings_overlay(settings, over, fault);
}

static int add_part(struct run_options *options, const struct config_section *global,
                    const struct config_section *section, const struct settings *line, struct fault *fault)
{
    struct run_part *part = &options->parts[options->part_count];
    if (settings_make(&part->settings, &run_command, fault))
        return -1;
    options->part_count++;
    if (section && asprintf(&part->name, "[%s]", section->name) < 0) {
        part->name = NULL;
        return fault_set(fault, "out of memory");
    }
    return (global && lay_over(&part->settings, &global->settings, fault)) ||
                   (section && lay_over(&part->settings, &section->settings, fault)) ||
                   (line && lay_over(&part->settings, line, fault))
               ? -1
               : 0;
}

/* A part for each section of the file; without any, one for its [global]; without a file, one for the line.
 */
static int gather(struct run_options *options, const struct config_file *file, const struct settings *line,
                  struct fault *fault)
{
    size_t count = file && file->count ? file->count : 1;
    options->parts = calloc(count, sizeof *options->parts);
    if (!options->parts)
        return fault_set(fault, "out of memory");
    for (size_t i = 0; i < count; i++)
        if (add_part(options, file ? &file->global : NULL, file && file->count ? &file->sections[i] : NULL,
                     line, fault))
            return -1;
    return 0;
}

/* --- what a file must not say --- */

static int check_section(const struct config_section *section, bool is_global, struct fault *fault)
{
    const struct settings *settings = &section->settings;
    for (size_t i = 0; i < run_command.option_count; i++) {
        const struct option_spec *option = &run_command.options[i];
        const char *reason = NULL;
        if (!settings->of[i].count)
            continue;
        if (is_under(option, RUN_INSTEAD))
            reason = "is for the command line alone";
        else if (!is_global && (is_under(option, RUN_CAMPAIGN) || is_under(option, RUN_RESULTS)))
            reason = "is the whole campaign's and not a section's: give it under [global]";
        else if (settings->of[i].count > 1 && !is_axis(option->name))
            reason = "takes one value: += is for lists";
        if (reason)
            return settings_refuse(settings, option->name, fault, reason);
    }
    return 0;
}

static void release_part(struct run_part *part)
{
    free(part->name);
    settings_release(&part->settings);
    axes_release(&part->axes);
}

/* Checks each value of a section, also of what is overridden later. */
static int try_section(const struct config_section *section, struct fault *fault)
{
    struct run_part part = {.name = NULL};
    struct run_options scratch = {.part = &part};
    int status = settings_apply(&section->settings, &scratch, fault);
    release_part(&part);
    return status;
}

static int check_file(const struct config_file *file, struct fault *fault)
{
    if (check_section(&file->global, true, fault) || try_section(&file->global, fault))
        return -1;
    for (size_t i = 0; i < file->count; i++)
        if (check_section(&file->sections[i], false, fault) || try_section(&file->sections[i], fault))
            return -1;
    return 0;
}

/* --- what was not given --- */

/* The warm-up of a duration that was given: a fifth, but not more than the preset's. */
static int default_warmup(struct settings *settings, const struct preset *preset, bool with_duration,
                          struct fault *fault)
{
    char text[UNITS_TEXT_SIZE];
    uint64_t duration_ns, warmup_ns;
    if (!with_duration || units_parse_duration(settings_get(settings, "duration"), &duration_ns, NULL) ||
        units_parse_duration(preset->warmup, &warmup_ns, NULL))
        return settings_default(settings, "warmup", preset->warmup, fault);
    units_format_duration(duration_ns / 5 < warmup_ns ? duration_ns / 5 : warmup_ns, text, sizeof text);
    return settings_default(settings, "warmup", text, fault);
}

static int default_lengths(struct settings *settings, const struct preset *preset, struct fault *fault)
{
    bool with_duration = settings_get(settings, "duration");
    if (!with_duration && settings_default(settings, "items", preset->items, fault))
        return -1;
    if (!settings_get(settings, "items") &&
        (settings_default(settings, "duration", preset->duration, fault) ||
         default_warmup(settings, preset, with_duration, fault) ||
         settings_default(settings, "drain", preset->drain, fault)))
        return -1;
    return settings_default(settings, "timeout", "60s", fault);
}

/* A preset's blocks, precision and budget go together: who gives blocks as one number has fixed all, and who
   gives a precision waives the preset's budget. */
static int default_stopping(struct settings *settings, const struct preset *preset, struct fault *fault)
{
    const char *blocks = settings_get(settings, "blocks");
    bool precise = settings_get(settings, "precision"), is_range = strstr(preset->blocks, "..");
    char text[64];
    if (blocks)
        return strstr(blocks, "..") ? settings_default(settings, "precision", preset->precision, fault) : 0;
    snprintf(text, sizeof text, "%s%s", preset->blocks, precise && !is_range ? "..100" : "");
    if (!precise && (settings_default(settings, "precision", preset->precision, fault) ||
                     settings_default(settings, "budget", preset->budget, fault)))
        return -1;
    return settings_default(settings, "blocks", text, fault);
}

static int default_initials(struct settings *settings, struct fault *fault)
{
    for (size_t i = 0; i < run_command.option_count; i++)
        if (settings_default(settings, run_command.options[i].name, run_command.options[i].initial, fault))
            return -1;
    return 0;
}

/* Fills in what is missing from the preset: `default` is meant where nothing is said of what to compare. */
static int complete_settings(struct settings *settings, struct fault *fault)
{
    const char *name = settings_get(settings, "preset");
    const struct preset *preset = name ? preset_find(name) : &preset_plain;
    bool in_part = false;
    for (int axis = 0; axis < AXES; axis++)
        in_part |= settings_get(settings, axis_names[axis]) != NULL;
    if (!name && !in_part) {
        preset = &presets[0];
        if (settings_default(settings, "preset", preset->name, fault))
            return -1;
    }
    if (default_initials(settings, fault))
        return -1;
    if (!preset) /* a scene, which has defaults of its own; or a mistake */
        return 0;
    for (int axis = 0; axis < AXES; axis++)
        if (settings_default(settings, axis_names[axis], preset_value(preset, (enum axis)axis), fault))
            return -1;
    return default_lengths(settings, preset, fault) || default_stopping(settings, preset, fault) ? -1 : 0;
}

/* --- setting --- */

/* A scene is no campaign: what it does not look at is refused. */
static int check_scene(const struct run_options *options, struct fault *fault)
{
    static const char *const always[] = {"preset", "queue", "wait", "timeout", "quiet", "format", "sample"};
    static const char *const crews[] = {"workers", "items", "fail", "on-fail"};
    const struct run_part *part = &options->parts[0];
    const struct scene *scene = part->scene;
    for (size_t i = 0; i < run_command.option_count; i++) {
        bool other = part->settings.of[i].count;
        const char *name = run_command.options[i].name;
        for (size_t j = 0; j < sizeof always / sizeof *always; j++)
            other &= strcmp(name, always[j]) != 0;
        for (size_t j = 0; scene->is_crew && j < sizeof crews / sizeof *crews; j++)
            other &= strcmp(name, crews[j]) != 0;
        if (other && !is_under(&run_command.options[i], RUN_INSTEAD))
            return fault_set(
                fault,
                "--preset %s is a small program and no campaign: it takes --queue, --wait, --timeout%s",
                scene->name, scene->is_crew ? ", --workers (how many consumers), --items and --fail" : "");
    }
    return options->part_count == 1
               ? 0
               : fault_set(fault,
                           "section %s: the preset %s is a small program and no campaign: give it a file "
                           "of its own",
                           part->name, scene->name);
}

static int complete_lengths(struct run_part *part, struct fault *fault)
{
    struct spec *common = &part->common;
    if (settings_get(&part->settings, "items") && settings_get(&part->settings, "duration"))
        return settings_refuse(&part->settings, "duration", fault,
                               "--items and --duration cannot both be given: a trial ends by one of them");
    if (common->counted)
        return 0;
    if (common->warmup_ns >= common->duration_ns)
        return settings_refuse(&part->settings, "warmup", fault, "leaves nothing to measure of the duration");
    common->timeout_ns += common->duration_ns + common->drain_ns;
    return 0;
}

static int complete_failure(struct run_part *part, struct fault *fault)
{
    struct fault reason;
    bool stop = part->common.fail.stop;
    if (part->fail && spec_parse_fail(part->fail, &part->common.fail, &reason))
        return settings_refuse(&part->settings, "fail", fault, reason.text);
    part->common.fail.stop = stop;
    return 0;
}

static int complete_campaign(const struct run_options *options, struct fault *fault)
{
    const struct settings *settings = &options->parts[0].settings;
    if (options->topology && !options->dry_run && !options->show_config)
        return settings_refuse(settings, "topology", fault,
                               "describes another machine, for which trials can only be planned: add "
                               "--dry-run, or leave it out");
    if (options->blocks_min < options->blocks_max && options->precision == 0 && options->budget_ns == 0)
        return settings_refuse(
            settings, "blocks", fault,
            "nothing decides between MIN and MAX: add --precision or --budget, or give one "
            "number");
    return 0;
}

static int set_parts(struct run_options *options, struct fault *fault)
{
    uint64_t memory_limit = memory_available() / 2;
    for (size_t i = 0; i < options->part_count; i++) {
        struct run_part *part = options->part = &options->parts[i];
        part->common.memory_limit = memory_limit;
        /* The first part's preset says what is the whole campaign's, where nobody does. */
        if (complete_settings(&part->settings, fault))
            return -1;
        for (size_t j = 0; i > 0 && j < run_command.option_count; j++)
            if (is_under(&run_command.options[j], RUN_CAMPAIGN))
                settings_clear(&part->settings, run_command.options[j].name);
        if (settings_apply(&part->settings, options, fault))
            return -1;
        if (part->scene)
            return check_scene(options, fault);
        if (!part->preset)
            part->preset = &preset_plain;
        if (complete_lengths(part, fault) || complete_failure(part, fault))
            return -1;
    }
    return complete_campaign(options, fault);
}

/* --- --resume --- */

static int set_resume(struct run_options *options, const struct settings *line, bool with_file,
                      struct fault *fault)
{
    static const char *const taken[] = {"resume", "quiet", "format"};
    struct run_part part = {.name = NULL};
    bool other = with_file;
    for (size_t i = 0; i < run_command.option_count; i++) {
        bool is_other = line->of[i].count;
        for (size_t j = 0; j < sizeof taken / sizeof *taken; j++)
            is_other &= strcmp(run_command.options[i].name, taken[j]) != 0;
        other |= is_other;
    }
    if (other)
        return fault_set(fault,
                         "--resume goes on with a campaign as it was planned: beside it only --quiet and "
                         "--format can be given");
    options->part = &part;
    int status = settings_apply(line, options, fault);
    options->resume = status ? NULL : strdup(options->resume);
    options->part = NULL;
    return status;
}

/* --- the whole --- */

/* Reads the line; then, unless it resumes, the file that it names. */
static int parse(struct run_options *options, int argc, char **argv, struct settings *line,
                 struct config_file *file, struct fault *fault)
{
    int first, status = settings_read(line, argc, argv, &first, fault);
    if (status)
        return status;
    for (size_t i = 0; i < run_command.option_count; i++)
        if (!is_axis(run_command.options[i].name)) /* of what is no list the last one counts */
            settings_keep_last(line, i);
    bool with_file = first < argc;
    if (settings_get(line, "resume"))
        return set_resume(options, line, with_file, fault);
    if (with_file && (config_read(file, argv[first], &run_command, fault) || check_file(file, fault)))
        return -1;
    return gather(options, with_file ? file : NULL, line, fault) || set_parts(options, fault) ? -1 : 0;
}

int run_options_parse(struct run_options *options, int argc, char **argv, struct fault *fault)
{
    struct settings line = {.of = NULL};
    struct config_file file = {.path = NULL};
    memset(options, 0, sizeof *options);
    int status = settings_make(&line, &run_command, fault);
    if (status == 0)
        status = parse(options, argc, argv, &line, &file, fault);
    settings_release(&line);
    config_release(&file);
    return status;
}

int run_options_parse_text(struct run_options *options, const char *text, const char *path,
                           struct fault *fault)
{
    struct config_file file;
    memset(options, 0, sizeof *options);
    int status = config_read_text(&file, text, path, &run_command, fault) || check_file(&file, fault) ||
                         gather(options, &file, NULL, fault) || set_parts(options, fault)
                     ? -1
                     : 0;
    config_release(&file);
    return status;
}

void run_options_release(struct run_options *options)
{
    if (!options->part_count)
        free((char *)options->resume);
    for (size_t i = 0; i < options->part_count; i++)
        release_part(&options->parts[i]);
    free(options->parts);
    memset(options, 0, sizeof *options);
}

/* --- writing --- */

static bool is_in_all(const struct run_options *options, size_t option)
{
    for (size_t i = 1; i < options->part_count; i++)
        if (!settings_agree(&options->parts[0].settings, &options->parts[i].settings, option))
            return false;
    return true;
}

static void show_section(const struct run_options *options, const struct run_part *part, const char *name,
                         FILE *out)
{
    fprintf(out, "%s\n", name);
    for (size_t i = 0; i < run_command.option_count; i++) {
        const struct option_spec *option = &run_command.options[i];
        bool is_whole =
            is_under(option, RUN_CAMPAIGN) || is_under(option, RUN_RESULTS) || is_in_all(options, i);
        if (!is_under(option, RUN_INSTEAD) && is_whole == (part == NULL))
            config_write(option, &(part ? part : options->parts)->settings.of[i], out);
    }
}

void run_options_show(const struct run_options *options, FILE *out)
{
    show_section(options, NULL, "[" CONFIG_GLOBAL "]", out);
    for (size_t i = 0; i < options->part_count && options->parts[0].name; i++) {
        putc('\n', out);
        show_section(options, &options->parts[i], options->parts[i].name, out);
    }
}
