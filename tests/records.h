/* records.h - makes campaign files by hand, for the tests of those who read them. */
#ifndef TESTS_RECORDS_H
#define TESTS_RECORDS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above */
#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record/record.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* What a trial by hand says; 0 for the rest. */
struct hand_trial {
    const char *queue, *wait, *close, *outcome; /* null: "yield", "close", "ok" */
    const char *memory;                         /* null: "default" */
    const char *bound, *made, *grown; /* of its memory, as JSON; null: [null,null,null,null], null */
    unsigned block;
    double throughput, cpu_ns, elapsed_s, cpu_s, busy_resize;
    double drain_s, join_s, caller_cpu_s; /* join_s 0: null */
    long long items, taken, empty, full, voluntary, involuntary, start, peak;
    long long discarded, failed, abandoned;
    const char *text, *bottleneck, *error; /* what happened to resize worker 0 on item 500; null: nothing */
};

static inline const char *hand_label(const struct hand_trial *trial, char text[256])
{
    snprintf(text, 256,
             "%s wait=%s transfer=item capacity=64Ki workers=1 work=none place=compact memory=%s close=%s",
             trial->queue, trial->wait ? trial->wait : "yield", trial->memory ? trial->memory : "default",
             trial->close ? trial->close : "close");
    return text;
}

/* The labels of these trials, each once. */
static inline json_t *hand_labels(const struct hand_trial *trials, size_t count)
{
    char label[256];
    json_t *labels = json_array(), *seen = json_object();
    for (size_t i = 0; i < count; i++)
        if (!json_object_get(seen, hand_label(&trials[i], label))) {
            json_object_set_new(seen, label, json_true());
            json_array_append_new(labels, json_string(label));
        }
    json_decref(seen);
    return labels;
}

/* A header for one configuration a queue; queues end with null. */
static inline json_t *hand_header(const char *const *queues, long long trials)
{
    char label[256];
    json_t *labels = json_array();
    for (; *queues; queues++)
        json_array_append_new(labels, json_string(hand_label(&(struct hand_trial){.queue = *queues}, label)));
    json_t *header =
        json_pack("{s:s, s:i, s:s, s:s, s:n, s:I, s:f, s:[s,s], s:i, s:[], s:I, s:[s], s:{s:s}}", "record",
                  "campaign", "schema", RECORD_SCHEMA, "program", "sluice 0.1.0", "started",
                  "2026-11-22T07:50:00Z", "preset", "seed", (json_int_t)123, "burn_rounds_per_ns", 1.0,
                  "arguments", "--queue", "a", "blocks", 3, "skipped", "trials_planned", (json_int_t)trials,
                  "warnings", "the moon is full", "machine", "cpu_model", "Abacus");
    json_object_set_new(header, "configurations", labels);
    return header;
}

/* A baseline's header, for these trials' configurations. */
static inline json_t *hand_baseline(const struct hand_trial *trials, size_t count)
{
    return json_pack("{s:s, s:i, s:s, s:s, s:i, s:[s,s], s:o, s:f, s:b}", "record", "baseline", "schema",
                     RECORD_SCHEMA, "program", "CPython 3.11.2", "started", "2026-11-22T08:00:00Z", "seed", 7,
                     "arguments", "--blocks", "2", "configurations", hand_labels(trials, count),
                     "switch_interval_s", 0.005, "gil", 1);
}

static inline json_t *hand_roles(const struct hand_trial *trial)
{
    json_t *roles = json_array();
    for (int i = 0; i < ROLES; i++) {
        bool is_first = i == 1; /* all polls of the workers are the first stage's */
        json_array_append_new(roles, json_pack("{s:s, s:I, s:I, s:I, s:f}", "role", role_names[i], "taken",
                                               (json_int_t)(is_first ? trial->taken : 0), "empty_polls",
                                               (json_int_t)(is_first ? trial->empty
                                                            : i == 4 ? 7777
                                                                     : 0),
                                               "full_polls",
                                               (json_int_t)(is_first ? trial->full
                                                            : i == 0 ? 7777
                                                                     : 0),
                                               "busy", i == 2 ? trial->busy_resize : 0.0));
    }
    return roles;
}

static inline json_t *hand_config(const struct hand_trial *trial)
{
    return json_pack(
        "{s:s, s:b, s:s, s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:n, s:n, s:i, s:n, s:n}", "queue", trial->queue,
        "instrument", strcmp(trial->queue, "null") == 0, "wait", trial->wait ? trial->wait : "yield",
        "transfer", "item", "capacity", 65536, "workers", "1", "work", "none", "placement", "compact",
        "memory", trial->memory ? trial->memory : "default", "close", trial->close ? trial->close : "close",
        "fail", "on_fail", "items", 1000000, "duration_s", "warmup_s");
}

static inline void hand_set_ending(json_t *object, const struct hand_trial *trial)
{
    json_object_set_new(object, "discarded", json_integer(trial->discarded));
    json_object_set_new(object, "failed", json_integer(trial->failed));
    json_object_set_new(object, "drain_s", json_real(trial->drain_s));
    json_object_set_new(object, "join_s", trial->join_s > 0 ? json_real(trial->join_s) : json_null());
    json_object_set_new(object, "abandoned", json_integer(trial->abandoned));
    json_object_set_new(object, "caller_cpu_s", json_real(trial->caller_cpu_s));
    json_object_set_new(object, "error",
                        trial->error ? json_pack("{s:s, s:i, s:i, s:s}", "stage", "resize", "worker", 0,
                                                 "item", 500, "text", trial->error)
                                     : json_null());
}

static inline json_t *hand_nodes(const char *text)
{
    return json_loads(text ? text : "[null,null,null,null]", 0, NULL);
}

static inline json_t *hand_memory(const struct hand_trial *trial)
{
    return json_pack("{s:I, s:I, s:[f,f,f], s:o, s:o, s:o}", "start_bytes", (json_int_t)trial->start,
                     "peak_bytes", (json_int_t)trial->peak, "heap_slope_bytes_per_s", -2.0, -3.0, 1.0,
                     "bound_nodes", hand_nodes(trial->bound), "made_on", hand_nodes(trial->made), "grown_on",
                     trial->grown ? hand_nodes(trial->grown) : json_null());
}

static inline json_t *hand_trial(const struct hand_trial *trial)
{
    char label[256];
    json_t *object = json_pack(
        "{s:s, s:s, s:i, s:s, s:s, s:[i,i,i,i], s:f, s:I, s:f, s:f, s:f, s:I, s:I}", "record", "trial",
        "label", hand_label(trial, label), "block", (int)trial->block, "outcome",
        trial->outcome ? trial->outcome : "ok", "text", trial->text ? trial->text : "", "capacity", 65535,
        65535, 65535, 65535, "throughput", trial->throughput, "items", (json_int_t)trial->items, "elapsed_s",
        trial->elapsed_s, "cpu_s", trial->cpu_s, "cpu_ns_per_item", trial->cpu_ns, "voluntary_switches",
        (json_int_t)trial->voluntary, "involuntary_switches", (json_int_t)trial->involuntary);
    json_object_set_new(object, "bottleneck",
                        trial->bottleneck ? json_string(trial->bottleneck) : json_null());
    json_object_set_new(object, "signature", json_string("l3-l3-l3-l3"));
    json_object_set_new(object, "window_s", json_real(1.0));
    hand_set_ending(object, trial);
    json_object_set_new(object, "config", hand_config(trial));
    json_object_set_new(object, "memory", hand_memory(trial));
    json_object_set_new(object, "roles", hand_roles(trial));
    json_object_set_new(object, "threads",
                        json_pack("[{s:i, s:b, s:b}, {s:i, s:b, s:b}]", "migrations", 2, "strayed", 0,
                                  "abandoned", 0, "migrations", 1, "strayed", 1, "abandoned",
                                  trial->abandoned > 0));
    json_object_set_new(
        object, "series",
        json_pack("{s:[f,f], s:[i,i], s:[i,i], s:[i,i], s:{s:[i,i], s:[i,i], s:[i,i], s:[i,i]}}", "at_s", 0.1,
                  0.2, "resident_bytes", 4096, 8192, "heap_bytes", 1, 2, "delivered", 10, 20, "depth",
                  "download", 1, 2, "resize", 3, 4, "upload", 5, 6, "done", 7, 8));
    return object;
}

static inline json_t *hand_end(long long trials)
{
    return json_pack("{s:s, s:I, s:f}", "record", "end", "trials", (json_int_t)trials, "seconds", 1.5);
}

static char hand_path[64];

static inline void hand_remove(void)
{
    unlink(hand_path);
}

/* A file of these bytes; its name and it last until the next call, or the program's end. */
static inline const char *hand_bytes(const char *bytes, size_t length)
{
    if (!*hand_path)
        atexit(hand_remove);
    snprintf(hand_path, sizeof hand_path, "/tmp/sluice-test-%d.jsonl", (int)getpid());
    FILE *file = fopen(hand_path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    return hand_path;
}

/* The records as a text of lines, the caller's to free; takes the references. */
static inline char *hand_lines(json_t *const *records, size_t count)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    for (size_t i = 0; i < count; i++) {
        char *line = json_dumps(records[i], JSON_COMPACT);
        assert_non_null(line);
        fprintf(out, "%s\n", line);
        free(line);
        json_decref(records[i]);
    }
    fclose(out);
    return text;
}

/* A file of these records; takes the references. */
static inline const char *hand_records(json_t *const *records, size_t count)
{
    char *text = hand_lines(records, count);
    const char *path = hand_bytes(text, strlen(text));
    free(text);
    return path;
}

/* A whole campaign file of these trials under this header; takes the reference. */
static inline const char *hand_file_under(json_t *header, const struct hand_trial *trials, size_t count)
{
    json_t **records = calloc(count + 2, sizeof *records);
    records[0] = header;
    for (size_t i = 0; i < count; i++)
        records[i + 1] = hand_trial(&trials[i]);
    records[count + 1] = hand_end((long long)count);
    const char *path = hand_records(records, count + 2);
    free(records);
    return path;
}

/* The same of these queues, or with the configurations of the trials. */
static inline const char *hand_file(const char *const *queues, const struct hand_trial *trials, size_t count)
{
    return hand_file_under(hand_header(queues, (long long)count), trials, count);
}

static inline const char *hand_file_of(const struct hand_trial *trials, size_t count)
{
    static const char *const none[] = {NULL};
    json_t *header = hand_header(none, (long long)count);
    json_object_set_new(header, "configurations", hand_labels(trials, count));
    return hand_file_under(header, trials, count);
}

static inline json_t *hand_value(const char *text)
{
    json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);
    assert_non_null(value);
    return value;
}

/* A baseline's trials. */
static const struct hand_trial hand_python[] = {
    {.queue = "cpython-queue", .close = "sentinel", .throughput = 3},
    {.queue = "cpython-queue", .close = "sentinel", .block = 1, .throughput = 4},
    {.queue = "cpython-deque", .close = "pull:1ms", .throughput = 2},
};

#endif
