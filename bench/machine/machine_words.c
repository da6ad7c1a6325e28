/* machine_words.c - a machine record in words: its caption, its verdict and its warnings. See machine.h. */
#include "machine/machine.h"

#include "machine/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Appends to the text; what does not fit is cut. */
__attribute__((format(printf, 3, 4))) static void append(char *text, size_t size, const char *format, ...)
{
    size_t used = strlen(text);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text + used, size - used, format, arguments);
    va_end(arguments);
}

/* Appends the CPU's name without what says nothing: marks, "CPU", "Processor" and the nominal clock. */
static void append_model(char *text, size_t size, const char *model)
{
    static const char *const noise[] = {"(R)", "(r)", "(TM)", "(tm)", " CPU", " Processor"};

    while (*model && !(model[0] == ' ' && model[1] == '@')) {
        size_t skip = 0;
        for (size_t i = 0; i < sizeof noise / sizeof *noise && !skip; i++)
            if (strncmp(model, noise[i], strlen(noise[i])) == 0)
                skip = strlen(noise[i]);
        if (!skip)
            append(text, size, "%c", *model);
        model += skip ? skip : 1;
    }
}

/* The length of the first two numbers of a version: 4 of "6.18.44-rc1", 4 of "12.2.0". */
static int two_numbers(const char *version)
{
    size_t major = strspn(version, "0123456789");
    size_t minor = version[major] == '.' ? strspn(version + major + 1, "0123456789") : 0;

    return (int)(minor ? major + 1 + minor : major);
}

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static json_int_t integer_of(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

/* Appends "2 cores / 2 PUs", or "1 core / 1 of 2 PUs" where the process may not use all. */
static void append_pus(char *text, size_t size, const json_t *machine)
{
    long long cores = integer_of(machine, "cores"), usable = integer_of(machine, "pus_usable");
    long long total = integer_of(machine, "pus_total");

    if (!usable)
        return;
    append(text, size, ", ");
    if (cores)
        append(text, size, "%lld core%s / ", cores, cores == 1 ? "" : "s");
    if (total > usable)
        append(text, size, "%lld of %lld PUs", usable, total);
    else
        append(text, size, "%lld PU%s", usable, usable == 1 ? "" : "s");
}

/* Appends "gcc 12.2 -O3" from "gcc 12.2.0" and the flags, of which the last -O counts. */
static void append_compiler(char *text, size_t size, const json_t *build)
{
    const char *compiler = text_of(build, "compiler"), *flags = text_of(build, "flags"), *level = NULL;
    size_t name;

    if (!compiler)
        return;
    name = strcspn(compiler, " ");
    name += compiler[name] == ' ';
    append(text, size, ", %.*s%.*s", (int)name, compiler, two_numbers(compiler + name), compiler + name);
    for (const char *at = flags; at && (at = strstr(at, "-O")); at += 2)
        if (at == flags || at[-1] == ' ')
            level = at;
    if (level)
        append(text, size, " %.*s", (int)strcspn(level, " "), level);
}

void machine_caption(const json_t *machine, char *text, size_t size)
{
    const char *model = text_of(machine, "cpu_model"), *governor = text_of(machine, "governor");
    const char *kernel = text_of(machine, "kernel_name"), *release = text_of(machine, "kernel_release");
    const char *hypervisor = text_of(machine, "hypervisor");

    if (size == 0)
        return;
    text[0] = '\0';
    if (model)
        append_model(text, size, model);
    else
        append(text, size, "unknown CPU");
    append_pus(text, size, machine);
    if (kernel && release)
        append(text, size, ", %s %.*s", kernel, two_numbers(release), release);
    append_compiler(text, size, json_object_get(machine, "build"));
    append(text, size, ", governor %s", governor ? governor : "unknown");
    if (hypervisor && strcmp(hypervisor, "none") != 0)
        append(text, size, ", %s guest", hypervisor);
}

bool machine_findings(const json_t *machine, const json_t *disturbance, struct findings *findings)
{
    bool is_known = findings_load(findings, machine);

    findings_load(findings, disturbance);
    return is_known;
}

json_t *machine_warnings(const json_t *machine)
{
    json_t *warnings = json_array();
    struct findings findings = {0};
    char unknown[512] = "";

    findings_load(&findings, machine);
    for (size_t i = 0; warnings && i < findings.count; i++) {
        const struct finding *finding = &findings.each[i];
        if (finding->grade == GRADE_WARN || finding->grade == GRADE_BAD)
            json_array_append_new(warnings, json_string(finding->text));
        else if (finding->grade == GRADE_UNKNOWN)
            append(unknown, sizeof unknown, "%s%s", *unknown ? ", " : "", finding->name);
    }
    if (*unknown)
        json_array_append_new(warnings, json_sprintf("this machine does not tell, so that changes would go "
                                                     "unnoticed: %s",
                                                     unknown));
    return warnings;
}
