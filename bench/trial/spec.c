/* spec.c - see spec.h. */
#include "trial/spec.h"

#include "trial/registry.h"
#include "base/suggest.h"
#include "base/units.h"

#include <stdio.h>
#include <string.h>

const char *const role_names[ROLES] = {"source", "download", "resize", "upload", "sink"};
const char *const hop_names[HOPS] = {"download", "resize", "upload", "done"};

const struct spec_kind wait_kinds[] = {
    {"spin", "poll again after a pause instruction"},
    {"yield", "give the CPU away (sched_yield), then poll again"},
    {"sleep:TIME", "sleep for TIME, then poll again; the lesson's workers sleep 10ms"},
    {"backoff", "back off exponentially (ck_backoff) up to 4096 loops, then yield"},
    {"block", "sleep until the other side signals an item or a slot (ck_ec event count)"},
    {"lazy:N", "the same, but signal once in N items or slots, or before blocking oneself"},
    {"native", "the queue's own blocking operations, where it has them"},
    {NULL, NULL},
};

const struct spec_kind work_kinds[] = {
    {"none", "identity: the stage only passes the item on"},
    {"spin:TIME", "computes for TIME of CPU time"},
    {"sleep:TIME", "sleeps for TIME, as blocking I/O does"},
    {"touch:SIZE", "reads and writes SIZE of memory of the worker's own, a cache line at a time"},
    {NULL, NULL},
};

const struct spec_kind transfer_kinds[] = {
    {"item", "one item at a time"},
    {"batch:N", "up to N items at a time, copied; emulated item by item where a queue has no batches"},
    {"span:N", "up to N items at a time, read and written in place, where a queue has spans"},
    {NULL, NULL},
};

enum { MAX_BATCH = 1 << 20 };

/* "name:argument" against a kind's syntax, which has a ':' when it takes an argument. Null: another kind;
   else the argument, "" where the kind takes none. */
static const char *match_kind(const char *text, const struct spec_kind *kind, struct fault *fault,
                              bool *failed)
{
    const char *colon = strchr(kind->syntax, ':');
    size_t length = colon ? (size_t)(colon - kind->syntax) : strlen(kind->syntax);
    if (strncmp(text, kind->syntax, length) != 0 || (text[length] != '\0' && text[length] != ':'))
        return NULL;
    if (colon && text[length] != ':') {
        *failed = true;
        fault_set(fault, "'%s' needs an argument: write it as %s", text, kind->syntax);
        return NULL;
    }
    if (!colon && text[length]) {
        *failed = true;
        fault_set(fault, "'%s' takes no argument: write it as %s", text, kind->syntax);
        return NULL;
    }
    return colon ? text + length + 1 : "";
}

/* The index of the kind that the text names, with its argument; -1 with a sentence. */
static int find_kind(const char *what, const char *text, const struct spec_kind *kinds, const char **argument,
                     struct fault *fault)
{
    const char *names[16];
    size_t count = 0;
    bool failed = false;
    for (; kinds[count].syntax; count++) {
        names[count] = kinds[count].syntax;
        *argument = match_kind(text, &kinds[count], fault, &failed);
        if (*argument)
            return (int)count;
        if (failed)
            return -1;
    }
    return suggest_unknown(fault, what, text, names, count);
}

static int parse_positive_duration(const char *text, uint64_t *ns, struct fault *fault)
{
    return units_parse_duration(text, ns, fault) || units_require_positive(text, *ns, fault) ? -1 : 0;
}

static int parse_limited_count(const char *text, uint32_t most, uint32_t *count, struct fault *fault)
{
    uint64_t value;
    if (units_parse_count(text, &value, fault) || units_require_positive(text, value, fault))
        return -1;
    if (value > most)
        return fault_set(fault, "'%s' is too many: at most %u", text, most);
    *count = (uint32_t)value;
    return 0;
}

static int parse_one_wait(const char *text, struct sluice_wait *wait, struct fault *fault)
{
    const char *argument = NULL;
    int kind = find_kind("wait policy", text, wait_kinds, &argument, fault);
    if (kind < 0)
        return -1;
    *wait = (struct sluice_wait){.kind = (enum sluice_wait_kind)kind};
    if (kind == SLUICE_WAIT_SLEEP)
        return parse_positive_duration(argument, &wait->sleep_ns, fault);
    if (kind == SLUICE_WAIT_LAZY)
        return parse_limited_count(argument, UINT32_MAX, &wait->every, fault);
    return 0;
}

static int copy_text(char *to, size_t size, const char *text, const char *what, struct fault *fault)
{
    if (strlen(text) >= size)
        return fault_set(fault, "'%s' is too long for a %s", text, what);
    strcpy(to, text);
    return 0;
}

int spec_parse_wait(const char *text, struct wait_choice *choice, struct fault *fault)
{
    if (copy_text(choice->text, sizeof choice->text, text, "wait policy", fault))
        return -1;
    char empty[sizeof choice->text];
    strcpy(empty, text);
    char *slash = strchr(empty, '/');
    if (slash)
        *slash = '\0';
    if (parse_one_wait(empty, &choice->on_empty, fault) ||
        parse_one_wait(slash ? slash + 1 : empty, &choice->on_full, fault))
        return -1;
    if ((choice->on_empty.kind == SLUICE_WAIT_NATIVE) != (choice->on_full.kind == SLUICE_WAIT_NATIVE))
        return fault_set(fault,
                         "'%s' mixes native waiting with another policy: a queue's own blocking "
                         "operations serve empty and full, or neither",
                         text);
    return 0;
}

int spec_parse_transfer(const char *text, struct transfer_choice *choice, struct fault *fault)
{
    const char *argument = NULL;
    int kind = find_kind("transfer", text, transfer_kinds, &argument, fault);
    if (kind < 0 || copy_text(choice->text, sizeof choice->text, text, "transfer", fault))
        return -1;
    choice->kind = (enum sluice_transfer)kind;
    choice->size = 1;
    return kind == SLUICE_ITEM ? 0 : parse_limited_count(argument, MAX_BATCH, &choice->size, fault);
}

/* Cuts a list "a,b,c" into one or STAGES parts; one part stands for all. */
static int split_stages(const char *text, char *copy, const char *parts[STAGES], struct fault *fault)
{
    size_t count = 0;
    for (char *part = copy; part; count++) {
        char *comma = strchr(part, ',');
        if (comma)
            *comma = '\0';
        if (count < STAGES)
            parts[count] = part;
        part = comma ? comma + 1 : NULL;
    }
    if (count != 1 && count != STAGES)
        return fault_set(fault,
                         "'%s' has %zu parts: give one for all stages, or three, for download, resize and "
                         "upload",
                         text, count);
    for (size_t i = count; i < STAGES; i++)
        parts[i] = parts[0];
    return 0;
}

int spec_parse_work(const char *text, struct work_choice *choice, struct fault *fault)
{
    char copy[sizeof choice->text];
    const char *parts[STAGES] = {0};
    if (copy_text(choice->text, sizeof choice->text, text, "list of work", fault))
        return -1;
    strcpy(copy, text);
    if (split_stages(text, copy, parts, fault))
        return -1;
    for (int i = 0; i < STAGES; i++) {
        const char *argument = NULL;
        int kind = find_kind("work", parts[i], work_kinds, &argument, fault);
        if (kind < 0)
            return -1;
        uint64_t amount = 0;
        if (kind == SLUICE_WORK_TOUCH) {
            if (units_parse_bytes(argument, &amount, fault) ||
                units_require_positive(argument, amount, fault))
                return -1;
            if (amount > UINT64_C(1) << 32)
                return fault_set(fault, "'%s' is too much memory a worker: at most 4GiB", parts[i]);
        } else if (kind != SLUICE_WORK_NONE && parse_positive_duration(argument, &amount, fault)) {
            return -1;
        }
        choice->stage[i].kind = (enum sluice_work_kind)kind;
        choice->stage[i].amount = amount;
    }
    return 0;
}

int spec_parse_workers(const char *text, struct workers_choice *choice, struct fault *fault)
{
    char copy[sizeof choice->text];
    const char *parts[STAGES] = {0};
    if (copy_text(choice->text, sizeof choice->text, text, "list of workers", fault))
        return -1;
    strcpy(copy, text);
    if (split_stages(text, copy, parts, fault))
        return -1;
    for (int i = 0; i < STAGES; i++)
        if (parse_limited_count(parts[i], SLUICE_MAX_PRODUCERS - 1, &choice->stage[i], fault))
            return -1;
    return 0;
}

int spec_parse_capacity(const char *text, uint64_t *capacity, struct fault *fault)
{
    if (strcmp(text, "unbounded") == 0) {
        *capacity = 0;
        return 0;
    }
    if (units_parse_count(text, capacity, fault) || units_require_positive(text, *capacity, fault))
        return -1;
    if (*capacity > UINT64_C(1) << 30)
        return fault_set(fault, "'%s' items are too many for a hop: at most 1Gi, or 'unbounded'", text);
    return 0;
}

uint32_t spec_threads(const struct spec *spec)
{
    return 2 + spec->workers.stage[0] + spec->workers.stage[1] + spec->workers.stage[2];
}

uint32_t spec_role(const struct spec *spec, uint32_t thread, uint32_t *index)
{
    const uint32_t counts[ROLES] = {1, spec->workers.stage[0], spec->workers.stage[1], spec->workers.stage[2],
                                    1};
    uint32_t role = 0;
    while (thread >= counts[role])
        thread -= counts[role++];
    *index = thread;
    return role;
}

uint32_t spec_producers(const struct spec *spec, uint32_t hop, uint32_t *first)
{
    *first = 0;
    for (uint32_t stage = 0; stage + 1 < hop; stage++)
        *first += spec->workers.stage[stage];
    *first += hop > 0; /* the source */
    return hop == 0 ? 1 : spec->workers.stage[hop - 1];
}

uint32_t spec_consumers(const struct spec *spec, uint32_t hop, uint32_t *first)
{
    uint32_t producers = spec_producers(spec, hop, first);
    *first += producers;
    return hop == HOPS - 1 ? 1 : spec->workers.stage[hop];
}

enum sluice_signal spec_signal(const struct spec *spec)
{
    if (spec->wait.on_empty.kind == SLUICE_WAIT_NATIVE)
        return SLUICE_NATIVE;
    return sluice_wait_blocks(&spec->wait.on_empty) || sluice_wait_blocks(&spec->wait.on_full)
               ? SLUICE_SIGNALED
               : SLUICE_SILENT;
}

static bool takes_producers(const struct sluice_backend *backend, uint32_t producers, uint32_t consumers)
{
    return backend->traits.max_producers >= producers && backend->traits.max_consumers >= consumers;
}

/* Adds the built-in backends that pass a test to a sentence. */
static int refuse_naming(struct fault *fault, const char *why, const struct spec *spec,
                         bool (*can)(const struct sluice_backend *, const struct spec *))
{
    char list[512] = "";
    size_t count, length = 0;
    const struct sluice_backend *const *all = registry_all(&count);
    for (size_t i = 0; i < count; i++)
        if (!all[i]->traits.instrument && can(all[i], spec))
            length += (size_t)snprintf(list + length, sizeof list - length, "%s%s", length ? ", " : "",
                                       all[i]->name);
    return fault_set(fault, "%s %s; %s%s", spec->queue_name, why,
                     length ? "these can: " : "no built-in queue can", list);
}

static bool fits_shape(const struct sluice_backend *backend, const struct spec *spec)
{
    uint32_t first;
    for (uint32_t hop = 0; hop < HOPS; hop++)
        if (!takes_producers(backend, spec_producers(spec, hop, &first), spec_consumers(spec, hop, &first)))
            return false;
    return true;
}

static bool fits_capacity(const struct sluice_backend *backend, const struct spec *spec)
{
    return spec->capacity || backend->traits.bound != SLUICE_BOUNDED;
}

static bool has_spans(const struct sluice_backend *backend, const struct spec *spec)
{
    (void)spec;
    return backend->ops->peek != NULL;
}

static bool waits_natively(const struct sluice_backend *backend, const struct spec *spec)
{
    (void)spec;
    return backend->ops->dequeue_wait != NULL;
}

int spec_check(const struct spec *spec, const struct sluice_backend *backend, struct fault *fault)
{
    char why[128];
    if (!fits_shape(backend, spec)) {
        uint32_t producers = backend->traits.max_producers, consumers = backend->traits.max_consumers;
        snprintf(why, sizeof why, "takes %s producer%s and %s consumer%s a hop, not workers %s",
                 producers == 1 ? "one" : "many", producers == 1 ? "" : "s", consumers == 1 ? "one" : "many",
                 consumers == 1 ? "" : "s", spec->workers.text);
        return refuse_naming(fault, why, spec, fits_shape);
    }
    if (!fits_capacity(backend, spec))
        return refuse_naming(fault, "always has a capacity and cannot be unbounded", spec, fits_capacity);
    if (spec->transfer.kind == SLUICE_SPAN && !has_spans(backend, spec))
        return refuse_naming(fault, "has no spans", spec, has_spans);
    if (spec_signal(spec) == SLUICE_NATIVE && !waits_natively(backend, spec))
        return refuse_naming(fault, "has no blocking operations of its own, as wait=native needs", spec,
                             waits_natively);
    if (spec_signal(spec) == SLUICE_NATIVE && spec->transfer.kind == SLUICE_SPAN)
        return fault_set(fault, "%s cannot wait natively for spans: use --wait block", spec->queue_name);
    return 0;
}

void spec_label(const struct spec *spec, char *text, size_t size)
{
    char capacity[UNITS_TEXT_SIZE] = "unbounded";
    if (spec->capacity)
        units_format_count(spec->capacity, capacity, sizeof capacity);
    snprintf(text, size, "%s wait=%s transfer=%s capacity=%s workers=%s work=%s place=%s", spec->queue_name,
             spec->wait.text, spec->transfer.text, capacity, spec->workers.text, spec->work.text,
             spec->placement);
}
