/* claims_read.c - a file of claims, read and checked, before any records are looked at. */
#include "compare/claims.h"

#include "base/suggest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- the keys --- */

static const struct metric share = {
    "share", "throughput over what the limits allow", "", "", 1, 0, true, false, "faster", "slower"};

bool claims_is_share(const struct metric *metric)
{
    return metric == &share;
}

/* Sets a text of the claim; empty ones, which quotes allow, say nothing. */
#define TEXT_KEY(function, member)                                                                           \
    static int function(void *target, const char *text, struct fault *fault)                                 \
    {                                                                                                        \
        ((struct claim *)target)->member = text;                                                             \
        return *text ? 0 : fault_set(fault, "an empty text says nothing");                                   \
    }

TEXT_KEY(set_says, says)
TEXT_KEY(set_file, file)

static int set_metric(void *target, const char *text, struct fault *fault)
{
    struct claim *claim = target;
    const char **names = calloc(metric_count + 1, sizeof *names);
    if (!names)
        return fault_set(fault, "out of memory");
    claim->metric = strcmp(text, share.name) == 0 ? &share : NULL;
    for (size_t i = 0; i < metric_count; i++) {
        names[i] = metrics[i].name;
        if (strcmp(text, names[i]) == 0)
            claim->metric = &metrics[i];
    }
    names[metric_count] = share.name;
    int status = claim->metric ? 0 : suggest_unknown(fault, "metric", text, names, metric_count + 1);
    free(names);
    return status;
}

const char *claims_word(const char **rest, size_t *length)
{
    const char *word = *rest + strspn(*rest, " \t");
    *length = strcspn(word, " \t");
    *rest = word + *length;
    return *length ? word : NULL;
}

int claims_axis(const char *word, size_t length, const char **value)
{
    const char *sign = memchr(word, '=', length);
    for (int axis = 0; sign && axis < AXES; axis++)
        if (strlen(axis_names[axis]) == (size_t)(sign - word) &&
            strncmp(axis_names[axis], word, (size_t)(sign - word)) == 0) {
            *value = sign + 1;
            return axis;
        }
    return -1;
}

static int check_selection(const char *text, struct fault *fault)
{
    size_t length;
    char name[64];
    const char *value, *rest = text, *word = claims_word(&rest, &length);
    if (!word)
        return fault_set(fault, "an empty selection selects nothing: write axis=value");
    for (; word; word = claims_word(&rest, &length)) {
        if (!memchr(word, '=', length))
            return fault_set(fault, "'%.*s' is no axis=value, such as queue=condvar", (int)length, word);
        snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
        if (claims_axis(word, length, &value) < 0)
            return suggest_unknown(fault, "axis", name, axis_names, AXES);
    }
    return 0;
}

static int set_of(void *target, const char *text, struct fault *fault)
{
    ((struct claim *)target)->of = text;
    return check_selection(text, fault);
}

static int set_every(void *target, const char *text, struct fault *fault)
{
    struct claim *claim = target;
    if (claim->of)
        return fault_set(fault, "'of' is given as well: a claim is of one configuration or of every one");
    claim->is_every = true;
    return set_of(target, text, fault);
}

static int set_over(void *target, const char *text, struct fault *fault)
{
    ((struct claim *)target)->over = text;
    return check_selection(text, fault);
}

static int set_bound(double *bound, const char *text, struct fault *fault)
{
    char *end;
    *bound = strtod(text, &end);
    return end != text && !*end && isfinite(*bound)
               ? 0
               : fault_set(fault,
                           "'%s' is no number: write a plain one, in the metric's base unit (s, ns, B)",
                           text);
}

static int set_least(void *target, const char *text, struct fault *fault)
{
    return set_bound(&((struct claim *)target)->at_least, text, fault);
}

static int set_most(void *target, const char *text, struct fault *fault)
{
    return set_bound(&((struct claim *)target)->at_most, text, fault);
}

static const struct option_spec keys[] = {
    {"says", 0, "TEXT", NULL, "the claim, a sentence", set_says, NULL, NULL},
    {"file", 0, "FILE", NULL, "the records", set_file, NULL, NULL},
    {"of", 0, "SELECT", NULL, "the configuration", set_of, NULL, NULL},
    {"every", 0, "SELECT", NULL, "the configurations, of each of which it is to hold", set_every, NULL, NULL},
    {"over", 0, "SELECT", NULL, "what the figure is divided by", set_over, NULL, NULL},
    {"metric", 0, "NAME", NULL, "the figure", set_metric, "throughput", NULL},
    {"at-least", 0, "NUMBER", NULL, "the lower bound", set_least, NULL, NULL},
    {"at-most", 0, "NUMBER", NULL, "the upper bound", set_most, NULL, NULL},
};

const struct command_spec claims_command = {
    .name = "claims", .options = keys, .option_count = sizeof keys / sizeof *keys};

/* --- the sections --- */

static int check_counts(const struct settings *settings, struct fault *fault)
{
    for (size_t i = 0; i < claims_command.option_count; i++)
        if (settings->of[i].count > 1)
            return settings_refuse(settings, keys[i].name, fault, "takes one value");
    return 0;
}

static int check_claim(const struct claim *claim, const struct config_section *section, const char *path,
                       struct fault *fault)
{
    const char *lacks = !claim->says                                      ? "says"
                        : !claim->file                                    ? "file"
                        : !claim->of                                      ? "of"
                        : isinf(claim->at_least) && isinf(claim->at_most) ? "at-least' or 'at-most"
                                                                          : NULL;
    if (lacks)
        return fault_set(fault, "line %zu of '%s': the claim [%s] has no '%s'", section->line, path,
                         section->name, lacks);
    if (claim->at_least > claim->at_most)
        return settings_refuse(&claim->settings, "at-most", fault, "is below 'at-least': no figure is both");
    if (claim->over && claims_is_share(claim->metric))
        return settings_refuse(&claim->settings, "over", fault,
                               "a share of the limit has no ratio by block: compare throughputs");
    return 0;
}

static int read_claim(struct claims *claims, const struct config_section *section, struct fault *fault)
{
    struct claim *claim = &claims->list[claims->count];
    *claim = (struct claim){.name = section->name, .at_least = -INFINITY, .at_most = INFINITY};
    if (settings_make(&claim->settings, &claims_command, fault))
        return -1;
    claims->count++;
    claim->settings.path = claims->text.path;
    if (settings_overlay(&claim->settings, &claims->text.global.settings, fault) ||
        settings_overlay(&claim->settings, &section->settings, fault) ||
        check_counts(&claim->settings, fault) ||
        settings_default(&claim->settings, "metric", "throughput", fault) ||
        settings_apply(&claim->settings, claim, fault))
        return -1;
    return check_claim(claim, section, claims->text.path, fault);
}

static int read_claims(struct claims *claims, struct fault *fault)
{
    claims->list = calloc(claims->text.count + 1, sizeof *claims->list);
    if (!claims->list)
        return fault_set(fault, "out of memory");
    if (!claims->text.count)
        return fault_set(fault, "'%s' has no claim: each is a section of its own", claims->text.path);
    for (size_t i = 0; i < claims->text.count; i++)
        if (read_claim(claims, &claims->text.sections[i], fault))
            return -1;
    return 0;
}

int claims_read(struct claims *claims, const char *path, struct fault *fault)
{
    *claims = (struct claims){0};
    return config_read(&claims->text, path, &claims_command, fault) || read_claims(claims, fault) ? -1 : 0;
}

int claims_read_text(struct claims *claims, const char *text, const char *path, struct fault *fault)
{
    *claims = (struct claims){0};
    return config_read_text(&claims->text, text, path, &claims_command, fault) || read_claims(claims, fault)
               ? -1
               : 0;
}

void claims_release(struct claims *claims)
{
    for (size_t i = 0; i < claims->count; i++)
        settings_release(&claims->list[i].settings);
    for (size_t i = 0; i < claims->record_count; i++) {
        summary_release(&claims->records[i].summary);
        record_release(&claims->records[i].file);
        free(claims->records[i].path);
    }
    free(claims->list);
    free(claims->records);
    config_release(&claims->text);
    *claims = (struct claims){0};
}
