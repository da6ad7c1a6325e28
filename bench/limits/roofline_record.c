/* roofline_record.c - the limits of a campaign as a record of its file: see roofline.h and results/SCHEMA.md.
 */
#include "limits/roofline.h"

#include "base/version.h"

#include <stdlib.h>
#include <string.h>

/* --- writing --- */

json_t *roofline_record(const struct limits *limits, const char *from, json_t *warnings)
{
    json_t *record = json_object(), *figures = json_array();
    const json_t *started = json_object_get(limits->header, "started");
    for (size_t i = 0; i < limits->count; i++) {
        json_t *figure = limits_line(&limits->each[i]);
        json_object_del(figure, "record");
        json_array_append_new(figures, figure);
    }
    json_object_set_new(record, "record", json_string("limits"));
    json_object_set_new(record, "schema", json_integer(LIMITS_SCHEMA));
    json_object_set_new(record, "program", json_string("sluice " SLUICE_VERSION));
    json_object_set_new(record, "started", started ? json_incref((json_t *)started) : json_null());
    json_object_set_new(record, "file", from ? json_string(from) : json_null());
    json_object_set_new(record, "warnings", warnings);
    json_object_set_new(record, "figures", figures);
    return record;
}

/* --- reading --- */

/* By the reader of limits' files, which reads text. */
static int read_figures(const json_t *figures, struct limits *limits, struct fault *fault)
{
    char *text = json_dumps(figures, JSON_COMPACT);
    struct tape tape = {0};
    struct text_set texts = {0};
    int status = text && !tape_read(&tape, text, strlen(text))
                     ? 0
                     : fault_set(fault, "the campaign's limits cannot be read: out of memory");
    const struct tape_node *figure = status ? NULL : tape_first(tape.node);
    for (size_t i = 0; i < json_array_size(figures) && status == 0; i++, figure = tape_next(figure)) {
        struct fault what;
        if (limits_read_figure(figure, &texts, limits, &what))
            status = fault_set(fault, "figure %zu of the campaign's limits %s", i, what.text);
    }
    text_set_release(&texts);
    tape_release(&tape);
    free(text);
    return status;
}

int roofline_read(const json_t *record, struct limits *limits, struct fault *fault)
{
    const json_t *figures = json_object_get(record, "figures"), *schema = json_object_get(record, "schema");
    *limits = (struct limits){0};
    if (json_integer_value(schema) != LIMITS_SCHEMA)
        return fault_set(
            fault,
            "the campaign's limits are of schema %lld, but this program reads %d: use the version "
            "of sluice that wrote them",
            (long long)json_integer_value(schema), LIMITS_SCHEMA);
    int status = read_figures(figures, limits, fault);
    if (status)
        limits_release(limits);
    return status;
}

/* --- from a file, which may be of another machine --- */

/* What a machine is known by, and what may change on it from one day to the next. */
static const struct {
    const char *key, *words;
    bool tells_machines;
} traits[] = {
    {"cpu_model", "the CPU", true},
    {"architecture", "the architecture", true},
    {"pus_total", "the number of PUs", true},
    {"hypervisor", "the hypervisor", true},
    {"dmi_vendor", "the vendor", true},
    {"dmi_product", "the product", true},
    {"hostname", "the host's name", false},
    {"kernel_release", "the kernel", false},
    {"smt", "SMT", false},
    {"governor", "the frequency governor", false},
    {"turbo", "turbo", false},
    {"transparent_hugepages", "the huge pages", false},
};

/* The value as JSON has it; its end is cut where there is no room. */
static const char *value_text(const json_t *value, char text[128])
{
    char *whole = json_dumps(value, JSON_ENCODE_ANY);
    snprintf(text, 128, "%s", whole ? whole : "?");
    free(whole);
    return text;
}

/* Compares what both know. 0, or -1 with a sentence; what is only a caution is appended to the warnings. */
static int compare(const char *path, const json_t *theirs, const json_t *ours, json_t *warnings,
                   struct fault *fault)
{
    for (size_t i = 0; i < sizeof traits / sizeof *traits; i++) {
        const json_t *there = json_object_get(theirs, traits[i].key),
                     *here = json_object_get(ours, traits[i].key);
        char there_text[128], here_text[128];
        if (!there || !here || json_is_null(there) || json_is_null(here) || json_equal(there, here))
            continue;
        value_text(there, there_text);
        value_text(here, here_text);
        if (traits[i].tells_machines)
            return fault_set(
                fault,
                "the limits in '%s' are of another machine than the campaign: %s is %s there and "
                "%s here; measure limits on this machine with `sluice limits`",
                path, traits[i].words, there_text, here_text);
        json_array_append_new(warnings, json_sprintf("%s was %s when the limits were measured, and %s in the "
                                                     "campaign",
                                                     traits[i].words, there_text, here_text));
    }
    return 0;
}

json_t *roofline_of_file(const char *path, const json_t *machine, struct fault *fault)
{
    struct limits limits;
    json_t *record = NULL, *warnings = json_array();
    if (limits_read(path, &limits, fault)) {
        json_decref(warnings);
        return NULL;
    }
    if (compare(path, json_object_get(limits.header, "machine"), machine, warnings, fault) == 0 &&
        !(record = roofline_record(&limits, path, json_incref(warnings))))
        fault_set(fault, "out of memory");
    json_decref(warnings);
    limits_release(&limits);
    return record;
}

int roofline_attach(struct campaign_file *file, const char *path, struct fault *fault)
{
    json_t *record = roofline_of_file(path, json_object_get(file->header, "machine"), fault);
    if (!record)
        return -1;
    json_decref(file->limits);
    file->limits = record;
    return 0;
}
