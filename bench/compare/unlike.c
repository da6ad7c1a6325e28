/* unlike.c - see unlike.h. */
#include "compare/unlike.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Where in a header's machine, and how it is called. What makes another machine of it is refused; the rest
   may be just what is to be compared. Unknown in both is no difference. */
static const struct {
    const char *group, *key; /* group null: the machine itself */
    const char *name;
    bool is_refused;
} facts[] = {
    {NULL, "architecture", "the architecture", true},
    {NULL, "cpu_model", "the CPU model", true},
    {NULL, "pus_usable", "the number of usable PUs", true},
    {NULL, "hostname", "the host", false},
    {NULL, "hypervisor", "the hypervisor", false},
    {NULL, "kernel_release", "the kernel", false},
    {NULL, "smt", "SMT", false},
    {NULL, "governor", "the frequency governor", false},
    {NULL, "turbo", "turbo", false},
    {NULL, "isolated_cpus", "the isolated CPUs", false},
    {NULL, "clocksource", "the clock source", false},
    {NULL, "transparent_hugepages", "transparent huge pages", false},
    {NULL, "aslr", "ASLR", false},
    {NULL, "allocator", "the allocator", false},
    {"cgroup", "cpu_limit", "the control group's CPU limit", false},
    {"build", "compiler", "the compiler", false},
    {"build", "flags", "the compiler's flags", false},
    {"build", "type", "the type of build", false},
    {"libraries", "ck", "Concurrency Kit", false},
    {"libraries", "liburcu", "liburcu", false},
    {"libraries", "glibc", "glibc", false},
};

static const json_t *fact_of(const struct campaign_file *file, size_t index)
{
    const json_t *group = json_object_get(file->header, "machine");
    if (facts[index].group)
        group = json_object_get(group, facts[index].group);
    return json_object_get(group, facts[index].key);
}

static bool is_known(const json_t *value)
{
    return value && !json_is_null(value);
}

/* A value for a sentence: "gcc 12.2.0", 2, unknown. */
static const char *value_text(const json_t *value, char *text, size_t size)
{
    char *dump = is_known(value) && !json_is_string(value) ? json_dumps(value, JSON_ENCODE_ANY) : NULL;
    snprintf(text, size, "%s",
             json_is_string(value) ? (*json_string_value(value) ? json_string_value(value) : "none")
             : dump                ? dump
                                   : "unknown");
    free(dump);
    return text;
}

int unlike_check(const struct campaign_file *base, const struct campaign_file *other, bool anyway,
                 json_t *warnings, struct fault *fault)
{
    char before[160], now[160], sentence[1024];
    if (json_equal(base->header, other->header))
        return fault_set(fault, "'%s' and '%s' hold one and the same campaign: name two", base->path,
                         other->path);
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        const json_t *a = fact_of(base, i), *b = fact_of(other, i);
        if ((!is_known(a) && !is_known(b)) || json_equal(a, b))
            continue;
        snprintf(sentence, sizeof sentence, "%s differs: %s in '%.200s', %s in '%.200s'", facts[i].name,
                 value_text(a, before, sizeof before), base->path, value_text(b, now, sizeof now),
                 other->path);
        if (facts[i].is_refused && !anyway)
            return fault_set(fault,
                             "%s; figures of unlike machines say nothing about queues (--anyway "
                             "compares them nevertheless)",
                             sentence);
        json_array_append_new(warnings, json_string(sentence));
    }
    return 0;
}

const char *unlike_lengths(const struct trial_figures *base, const struct trial_figures *other, char *text,
                           size_t size)
{
    text[0] = '\0';
    if (isfinite(base->items_planned) && base->items_planned != other->items_planned)
        snprintf(text, size, "trials put %.0f items in the base and %.0f here", base->items_planned,
                 other->items_planned);
    else if (isfinite(base->duration_seconds) && (base->duration_seconds != other->duration_seconds ||
                                                  base->warmup_seconds != other->warmup_seconds))
        snprintf(text, size, "trials took %gs, of it %gs warm-up, in the base and %gs, of it %gs, here",
                 base->duration_seconds, base->warmup_seconds, other->duration_seconds,
                 other->warmup_seconds);
    return text;
}
