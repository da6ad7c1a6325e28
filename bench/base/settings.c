/* settings.c - see settings.h. */
#include "base/settings.h"

#include "base/fault.h"

#include <stdlib.h>
#include <string.h>

static const char yes[] = "yes", no[] = "no";

int settings_make(struct settings *settings, const struct command_spec *command, struct fault *fault)
{
    *settings =
        (struct settings){.command = command, .of = calloc(command->option_count + 1, sizeof *settings->of)};
    return settings->of ? 0 : fault_set(fault, "out of memory");
}

static void clear(struct setting *setting)
{
    for (size_t i = 0; i < setting->count; i++)
        free(setting->text[i]);
    free(setting->text);
    free(setting->line);
    *setting = (struct setting){0};
}

void settings_release(struct settings *settings)
{
    for (size_t i = 0; settings->of && i < settings->command->option_count; i++)
        clear(&settings->of[i]);
    free(settings->of);
    *settings = (struct settings){0};
}

int settings_add(struct settings *settings, size_t option, const char *text, size_t line, struct fault *fault)
{
    struct setting *setting = &settings->of[option];
    char **texts = realloc(setting->text, (setting->count + 1) * sizeof *texts);
    if (texts)
        setting->text = texts;
    size_t *lines = realloc(setting->line, (setting->count + 1) * sizeof *lines);
    if (lines)
        setting->line = lines;
    char *copy = strdup(text);
    if (!texts || !lines || !copy) {
        free(copy);
        return fault_set(fault, "out of memory");
    }
    setting->text[setting->count] = copy;
    setting->line[setting->count++] = line;
    return 0;
}

static int take(void *context, const struct option_spec *option, const char *text, struct fault *fault)
{
    struct settings *settings = context;
    return settings_add(settings, (size_t)(option - settings->command->options), text ? text : yes, 0, fault);
}

int settings_read(struct settings *settings, int argc, char **argv, int *first_operand, struct fault *fault)
{
    return options_read(settings->command, argc, argv, take, settings, first_operand, fault);
}

size_t settings_find(const struct settings *settings, const char *name)
{
    size_t option = 0;
    while (option < settings->command->option_count &&
           strcmp(settings->command->options[option].name, name) != 0)
        option++;
    return option;
}

void settings_clear(struct settings *settings, const char *name)
{
    clear(&settings->of[settings_find(settings, name)]);
}

void settings_keep_last(struct settings *settings, size_t option)
{
    struct setting *setting = &settings->of[option];
    for (; setting->count > 1; setting->count--) {
        free(setting->text[0]);
        memmove(setting->text, setting->text + 1, (setting->count - 1) * sizeof *setting->text);
        memmove(setting->line, setting->line + 1, (setting->count - 1) * sizeof *setting->line);
    }
}

int settings_default(struct settings *settings, const char *name, const char *text, struct fault *fault)
{
    size_t option = settings_find(settings, name);
    return settings->of[option].count || !text ? 0 : settings_add(settings, option, text, 0, fault);
}

int settings_overlay(struct settings *settings, const struct settings *over, struct fault *fault)
{
    if (over->path)
        settings->path = over->path;
    for (size_t option = 0; option < settings->command->option_count; option++) {
        const struct setting *given = &over->of[option];
        if (given->count)
            clear(&settings->of[option]);
        for (size_t i = 0; i < given->count; i++)
            if (settings_add(settings, option, given->text[i], given->line[i], fault))
                return -1;
    }
    return 0;
}

const char *settings_get(const struct settings *settings, const char *name)
{
    const struct setting *setting = &settings->of[settings_find(settings, name)];
    return setting->count ? setting->text[setting->count - 1] : NULL;
}

bool settings_agree(const struct settings *a, const struct settings *b, size_t option)
{
    const struct setting *one = &a->of[option], *other = &b->of[option];
    bool same = one->count == other->count;
    for (size_t i = 0; same && i < one->count; i++)
        same = strcmp(one->text[i], other->text[i]) == 0;
    return same;
}

static int refuse(const struct settings *settings, size_t option, size_t line, struct fault *fault,
                  const char *reason)
{
    const char *name = settings->command->options[option].name;
    return line ? fault_set(fault, "line %zu of '%s': %s: %s", line, settings->path, name, reason)
                : fault_set(fault, "--%s: %s", name, reason);
}

int settings_refuse(const struct settings *settings, const char *name, struct fault *fault,
                    const char *reason)
{
    size_t option = settings_find(settings, name);
    const struct setting *setting = &settings->of[option];
    return refuse(settings, option, setting->count ? setting->line[setting->count - 1] : 0, fault, reason);
}

static int apply(const struct option_spec *option, const char *text, void *target, struct fault *reason)
{
    if (option->argument)
        return option->set(target, text, reason);
    if (strcmp(text, no) == 0)
        return 0;
    return strcmp(text, yes) == 0
               ? option->set(target, NULL, reason)
               : fault_set(reason, "'%.80s' says neither yes nor no, which it must be one of", text);
}

int settings_apply(const struct settings *settings, void *target, struct fault *fault)
{
    for (size_t option = 0; option < settings->command->option_count; option++) {
        const struct setting *setting = &settings->of[option];
        struct fault reason = {""};
        for (size_t i = 0; i < setting->count; i++)
            if (apply(&settings->command->options[option], setting->text[i], target, &reason))
                return refuse(settings, option, setting->line[i], fault, reason.text);
    }
    return 0;
}
