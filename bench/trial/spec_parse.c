/* spec_parse.c - reads what the user wrote for one value of an axis: see spec.h. */
#include "trial/spec.h"

#include "base/suggest.h"
#include "base/units.h"
#include "trial/local_work.h"

#include <stdio.h>
#include <string.h>

const struct spec_kind shape_kinds[] = {
    {"pipeline", "sources, stages and sinks, a queue between each two"},
    {"pairs", "on one queue, each thread enqueues, then dequeues, and so on"},
    {"fifty", "on one queue, each operation of a thread is an enqueue or a dequeue, by a coin's toss"},
    {"burst[:N]", "on one queue, each thread enqueues N items (64), then dequeues as often, and so on"},
    {"ping-pong", "two threads and two queues: one item goes there and back"},
    {NULL, NULL},
};

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

const struct spec_kind close_kinds[] = {
    {"close", "the last worker of a stage that leaves closes the hop behind it"},
    {"sentinel", "hop by hop: a sentinel for each getter, then join the tasks and the threads"},
    {"shutdown[:immediate]",
     "hop by hop: shut down, drain, join the tasks; immediate: all at once, the rest is dropped"},
    {"pull[:TIME]",
     "look at the done count, each TIME or without a pause; then take away the workers' input"},
    {"abandon[:TIME]", "look at the done count likewise; the workers are never told to stop"},
    {NULL, NULL},
};

const struct spec_kind transfer_kinds[] = {
    {"item", "one item at a time"},
    {"batch:N", "up to N items at a time, copied; emulated item by item where a queue has no batches"},
    {"span:N", "up to N items at a time, read and written in place, where a queue has spans"},
    {NULL, NULL},
};

enum { MAX_BATCH = 1 << 20, MAX_BURST = 1 << 16, BURST = 64 };

/* "name:argument" against a kind's syntax. Null: another kind, or the argument is wrongly there or not; else
   the argument, "" where there is none. */
static const char *match_kind(const char *text, const struct spec_kind *kind, struct fault *fault,
                              bool *failed)
{
    size_t length = strcspn(kind->syntax, "[:");
    bool takes = kind->syntax[length] != '\0', needs = kind->syntax[length] == ':';
    if (strncmp(text, kind->syntax, length) != 0 || (text[length] != '\0' && text[length] != ':'))
        return NULL;
    bool given = text[length] == ':';
    if ((given && takes) || (!given && !needs))
        return text + length + given;
    *failed = true;
    fault_set(fault, "'%s' %s: write it as %s", text, given ? "takes no argument" : "needs an argument",
              kind->syntax);
    return NULL;
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

int spec_parse_shape(const char *text, struct shape_choice *choice, struct fault *fault)
{
    const char *argument = NULL;
    int kind = find_kind("shape", text, shape_kinds, &argument, fault);
    if (kind < 0)
        return -1;
    choice->kind = (enum shape)kind;
    choice->burst = kind == SHAPE_BURST ? BURST : 1;
    if (*argument && parse_limited_count(argument, MAX_BURST, &choice->burst, fault))
        return -1;
    /* The same burst has the same text, however it was written. */
    if (kind == SHAPE_BURST)
        snprintf(choice->text, sizeof choice->text, "burst:%u", choice->burst);
    else
        strcpy(choice->text, text);
    return 0;
}

int spec_parse_local(const char *text, struct local_choice *choice, struct fault *fault)
{
    const char *dots = strstr(text, "..");
    char least[sizeof choice->text];
    if (copy_text(choice->text, sizeof choice->text, text, "local work", fault))
        return -1;
    choice->least_ns = choice->most_ns = 0;
    if (strcmp(text, "none") == 0)
        return 0;
    snprintf(least, sizeof least, "%.*s", (int)(dots ? (size_t)(dots - text) : strlen(text)), text);
    if (units_parse_duration(least, &choice->least_ns, fault) ||
        parse_positive_duration(dots ? dots + 2 : least, &choice->most_ns, fault))
        return -1;
    if (choice->least_ns > choice->most_ns)
        return fault_set(fault, "'%s' ends below its beginning: write LEAST..MOST, such as 50ns..150ns",
                         text);
    if (choice->most_ns > LOCAL_MOST_NS)
        return fault_set(fault, "'%s' is too long between two operations: at most 100us", text);
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

/* Cuts a list at its separators, in place. Returns how many parts there are; the first `most` are stored. */
static size_t split(char *list, char separator, const char **parts, size_t most)
{
    size_t count = 0;
    for (char *part = list; part; count++) {
        char *end = strchr(part, separator);
        if (end)
            *end++ = '\0';
        if (count < most)
            parts[count] = part;
        part = end;
    }
    return count;
}

/* Cuts a list "a,b,c" into one or STAGES parts; one part stands for all. */
static int split_stages(const char *text, char *copy, const char *parts[STAGES], struct fault *fault)
{
    size_t count = split(copy, ',', parts, STAGES);
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
        if (parse_limited_count(parts[i], SLUICE_MAX_PRODUCERS, &choice->stage[i], fault))
            return -1;
    return 0;
}

int spec_parse_sources(const char *text, uint32_t *sources, struct fault *fault)
{
    return parse_limited_count(text, SLUICE_MAX_PRODUCERS, sources, fault);
}

int spec_parse_sinks(const char *text, uint32_t *sinks, struct fault *fault)
{
    return parse_limited_count(text, SLUICE_MAX_PRODUCERS, sinks, fault);
}

int spec_parse_stages(const char *text, uint32_t *stages, struct fault *fault)
{
    uint64_t count;
    if (units_parse_count(text, &count, fault))
        return -1;
    if (count > STAGES)
        return fault_set(fault, "'%s' stages are too many: there are download, resize and upload, so 0 to %d",
                         text, STAGES);
    *stages = (uint32_t)count;
    return 0;
}

static int parse_hop_capacity(const char *text, uint64_t *capacity, struct fault *fault)
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

/* The same capacities have the same text, however they were written. */
static void write_capacity(struct capacity_choice *choice)
{
    size_t length = 0, parts = 1;
    for (int hop = 1; hop < HOPS; hop++)
        if (choice->hop[hop] != choice->hop[0])
            parts = HOPS;
    for (size_t hop = 0; hop < parts; hop++) {
        char one[UNITS_TEXT_SIZE] = "unbounded";
        if (choice->hop[hop])
            units_format_count(choice->hop[hop], one, sizeof one);
        length += (size_t)snprintf(choice->text + length, sizeof choice->text - length, "%s%s",
                                   hop ? "/" : "", one);
    }
}

int spec_parse_capacity(const char *text, struct capacity_choice *choice, struct fault *fault)
{
    char copy[sizeof choice->text];
    if (copy_text(choice->text, sizeof choice->text, text, "capacity", fault))
        return -1;
    const char *parts[HOPS];
    strcpy(copy, text);
    size_t count = split(copy, '/', parts, HOPS);
    if (count != 1 && count != HOPS)
        return fault_set(fault,
                         "'%s' has %zu capacities: give one for all hops, or four, with '/' between them",
                         text, count);
    for (size_t hop = 0; hop < HOPS; hop++)
        if (parse_hop_capacity(parts[count == 1 ? 0 : hop], &choice->hop[hop], fault))
            return -1;
    write_capacity(choice);
    return 0;
}

int spec_parse_close(const char *text, struct close_choice *choice, struct fault *fault)
{
    const char *argument = NULL;
    int kind = find_kind("close protocol", text, close_kinds, &argument, fault);
    if (kind < 0 || copy_text(choice->text, sizeof choice->text, text, "close protocol", fault))
        return -1;
    static const enum close_kind kinds[] = {CLOSE_CLOSE, CLOSE_SENTINEL, CLOSE_SHUTDOWN, CLOSE_PULL,
                                            CLOSE_ABANDON};
    choice->kind = kinds[kind];
    choice->look_ns = 0;
    if (choice->kind != CLOSE_SHUTDOWN)
        return *argument ? parse_positive_duration(argument, &choice->look_ns, fault) : 0;
    if (*argument && strcmp(argument, "immediate") != 0)
        return fault_set(fault, "'%s' is no way to shut down: write shutdown, or shutdown:immediate", text);
    choice->kind = *argument ? CLOSE_IMMEDIATE : CLOSE_SHUTDOWN;
    return 0;
}

/* --- failures --- */

static int find_name(const char *what, const char *text, const char *const *names, size_t count,
                     struct fault *fault)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(text, names[i]) == 0)
            return (int)i;
    return suggest_unknown(fault, what, text, names, count);
}

static int parse_stage(const char *value, struct fail_choice *choice, struct fault *fault)
{
    int stage = find_name("stage", value, role_names + 1, STAGES, fault);
    choice->role = (uint32_t)stage + 1;
    return stage < 0 ? -1 : 0;
}

static int parse_how(const char *value, struct fail_choice *choice, struct fault *fault)
{
    static const char *const names[] = {"error", "crash", "hang"}; /* as enum fail_how */
    int how = find_name("failure", value, names, 3, fault);
    choice->how = (enum fail_how)how;
    return how < 0 ? -1 : 0;
}

static int parse_worker(const char *value, struct fail_choice *choice, struct fault *fault)
{
    uint64_t worker;
    if (units_parse_count(value, &worker, fault))
        return -1;
    if (worker >= SLUICE_MAX_PRODUCERS)
        return fault_set(fault, "worker '%s' is too many: they count from 0, and there are at most %u", value,
                         SLUICE_MAX_PRODUCERS);
    choice->worker = (int32_t)worker;
    return 0;
}

static int parse_fail_part(const char *part, struct fail_choice *choice, struct fault *fault)
{
    static const char *const keys[] = {"stage", "item", "every", "worker", "how"};
    char key[16];
    size_t length = strcspn(part, "=");
    if (!part[length] || length >= sizeof key)
        return fault_set(fault, "'%s' is not KEY=VALUE: write it as stage=resize,item=500,how=error", part);
    memcpy(key, part, length);
    key[length] = '\0';
    const char *value = part + length + 1;
    switch (find_name("key", key, keys, sizeof keys / sizeof *keys, fault)) {
    case 0:
        return parse_stage(value, choice, fault);
    case 1:
        return units_parse_count(value, &choice->item, fault) ||
               units_require_positive(value, choice->item, fault);
    case 2:
        return units_parse_count(value, &choice->every, fault) ||
               units_require_positive(value, choice->every, fault);
    case 3:
        return parse_worker(value, choice, fault);
    case 4:
        return parse_how(value, choice, fault);
    default:
        return -1;
    }
}

int spec_parse_fail(const char *text, struct fail_choice *choice, struct fault *fault)
{
    enum { PARTS = 5 };
    char copy[sizeof choice->text];
    const char *parts[PARTS];
    *choice = (struct fail_choice){.worker = -1};
    if (copy_text(choice->text, sizeof choice->text, text, "failure", fault))
        return -1;
    strcpy(copy, text);
    size_t count = split(copy, ',', parts, PARTS);
    for (size_t i = 0; i < count && i < PARTS; i++)
        if (parse_fail_part(parts[i], choice, fault))
            return -1;
    if (count > PARTS || !choice->role || (!choice->item && !choice->every))
        return fault_set(fault,
                         "'%s' does not say what fails: write it as stage=resize,item=500 or "
                         "stage=resize,every=1000, with worker=N and how=error|crash|hang if you like",
                         text);
    return 0;
}
