/* made.h - campaigns made by hand of many alike trials, whose figures are known: for the tests of comparisons
   and ranks. */
#ifndef TESTS_MADE_H
#define TESTS_MADE_H

#include "records.h"

#include <math.h>

enum { BLOCKS = 10, MOST = 40 * BLOCKS };

/* Trials in the making. */
static struct hand_trial trials[MOST];
static size_t trial_count;

/* Adds ten trials of a queue, `factor` times as fast as the first one, whose blocks drift by a factor of
   four; `noise` is by how much they are off, each in its own way. */
static inline void add_queue(const char *queue, double factor, double noise, unsigned phase)
{
    for (unsigned block = 0; block < BLOCKS; block++) {
        double off = noise * (double)((block * 7 + phase * 3) % 11 - 5.0) / 5;
        double speed = 1e6 * exp(0.15 * block) * factor * (1 + off);
        trials[trial_count++] = (struct hand_trial){.queue = queue,
                                                    .block = block,
                                                    .throughput = speed,
                                                    .cpu_ns = 1e9 / speed,
                                                    .items = 1000,
                                                    .elapsed_s = 1,
                                                    .cpu_s = 1,
                                                    .peak = 1 << 20};
    }
}

static inline void start(void)
{
    trial_count = 0;
}

/* Reads what was made, under a header to which `changes` (JSON) are made. */
static inline void read_made(struct campaign_file *file, const char *changes)
{
    static const char *const none[] = {NULL};
    struct fault fault = {""};
    json_t *header = hand_header(none, (long long)trial_count);
    json_object_set_new(header, "configurations", hand_labels(trials, trial_count));
    json_t *more = json_loads(changes, 0, NULL);
    assert_non_null(more);
    json_object_update(header, more);
    json_decref(more);
    if (record_read(hand_file_under(header, trials, trial_count), file, &fault))
        fail_msg("%s", fault.text);
}

/* Changes a member of each trial's record, or of its config, and its label: what comes after "QUEUE ". */
struct change {
    const char *queue, *within, *key, *value; /* value: JSON */
};

static inline void read_changed(struct campaign_file *file, const struct change *changes, size_t change_count,
                                long long seed)
{
    static const char *const none[] = {NULL};
    struct fault fault = {""};
    json_t **records = calloc(trial_count + 2, sizeof *records), *seen = json_object();
    json_t *header = records[0] = hand_header(none, (long long)trial_count);
    json_object_set_new(header, "seed", json_integer(seed));
    for (size_t i = 0; i < trial_count; i++) {
        json_t *trial = records[i + 1] = hand_trial(&trials[i]);
        for (size_t c = 0; c < change_count; c++)
            if (strcmp(changes[c].queue, trials[i].queue) == 0) {
                json_t *target = changes[c].within ? json_object_get(trial, changes[c].within) : trial;
                char label[4096];
                json_object_set_new(target, changes[c].key,
                                    json_loads(changes[c].value, JSON_DECODE_ANY, NULL));
                snprintf(label, sizeof label, "%s %s=%s", json_string_value(json_object_get(trial, "label")),
                         changes[c].key, changes[c].value);
                json_object_set_new(trial, "label", json_string(label));
            }
        const char *label = json_string_value(json_object_get(trial, "label"));
        if (!json_object_get(seen, label)) {
            json_object_set_new(seen, label, json_true());
            json_array_append_new(json_object_get(header, "configurations"), json_string(label));
        }
    }
    records[trial_count + 1] = hand_end((long long)trial_count);
    if (record_read(hand_records(records, trial_count + 2), file, &fault))
        fail_msg("%s", fault.text);
    free(records);
    json_decref(seen);
}

#endif
