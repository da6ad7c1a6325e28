/* placed.h - makes campaigns by hand whose trials ran at known places, with limits whose answers are known.
 */
#ifndef TESTS_PLACED_H
#define TESTS_PLACED_H

#include "records.h"

#include "limits/roofline.h"
#include "report/report.h"
#include "report/summary.h"

/* --- limits by hand: L is 10 ns, w 4 ns, r 8 ns, c 4 ns, each a quarter faster or slower --- */

static unsigned pair[] = {0, 1};
static struct limit by_hand[] = {
    {.name = "stream",
     .variant = "1",
     .unit = "lines/s",
     .shared = "l3",
     .pus = pair,
     .threads = 2,
     .median = 100e6,
     .low = 80e6,
     .high = 125e6},
    {.name = "hand-over",
     .variant = "write",
     .unit = "ns",
     .shared = "l3",
     .pus = pair,
     .threads = 2,
     .median = 4,
     .low = 3.2,
     .high = 5},
    {.name = "hand-over",
     .variant = "read",
     .unit = "ns",
     .shared = "l3",
     .pus = pair,
     .threads = 2,
     .median = 8,
     .low = 6.4,
     .high = 10},
    {.name = "loop",
     .variant = "item",
     .unit = "ns",
     .pus = pair,
     .threads = 1,
     .median = 4,
     .low = 3.2,
     .high = 5},
};

static inline json_t *limits_by_hand(void)
{
    struct limits limits = {.each = by_hand, .count = COUNT(by_hand)};
    limits.header = json_pack("{s:s}", "started", "2026-11-22T07:49:55Z");
    json_t *record = roofline_record(&limits, NULL, json_array());
    json_decref(limits.header);
    return record;
}

/* --- campaigns by hand --- */

struct placed {
    const char *queue, *placement, *signature;
    int pus[ROLES];
    double throughput; /* of the middle one; the trials are 0.9 to 1.1 of it */
};

enum { BLOCKS = 7, MOST_RECORDS = 100 };

/* By turns on two PUs: 4 + 4 of loops, two writes of 0.5, two reads of 1: 11 ns, 8.8 to 13.75. */
#define BY_TURNS                                                                                             \
    "spread", "l3-l3-l3-l3:source+resize+sink:download+upload",                                              \
    {                                                                                                        \
        0, 1, 0, 1, 0                                                                                        \
    }
#define TURNS_NS      11.0
#define TURNS_FAST_NS 8.8
#define TURNS_SLOW_NS 13.75
/* Side by side: 2 + 4 + 4 and a write of 0.5. */
#define SIDE_BY_SIDE                                                                                         \
    "compact", "pu-pu-l3-pu:source+download+resize:upload+sink",                                             \
    {                                                                                                        \
        0, 0, 0, 1, 1                                                                                        \
    }

static inline json_t *placed_trial(const struct placed *its, unsigned block)
{
    char label[256], hops[64], *rest = NULL;
    struct hand_trial plain = {.queue = its->queue,
                               .block = block,
                               .throughput = its->throughput * (0.9 + 0.2 * block / (BLOCKS - 1)),
                               .items = 1000};
    json_t *trial = hand_trial(&plain), *threads = json_array(), *words = json_array();
    snprintf(label, sizeof label, "%s place=%s", its->queue, its->placement);
    json_object_set_new(trial, "label", json_string(label));
    json_object_set_new(json_object_get(trial, "config"), "placement", json_string(its->placement));
    json_object_set_new(trial, "signature", json_string(its->signature));
    for (int role = 0; role < ROLES; role++)
        json_array_append_new(threads,
                              json_pack("{s:s, s:o, s:i, s:b, s:b}", "role", role_names[role], "pu",
                                        its->pus[role] < 0 ? json_null() : json_integer(its->pus[role]),
                                        "migrations", 0, "strayed", 0, "abandoned", 0));
    json_object_set_new(trial, "threads", threads);
    snprintf(hops, sizeof hops, "%.*s", (int)strcspn(its->signature, ":"), its->signature);
    for (char *word = strtok_r(hops, "-", &rest); word; word = strtok_r(NULL, "-", &rest))
        json_array_append_new(words, json_string(word));
    while (json_array_size(words) < HOPS) /* "unbound" */
        json_array_append(words, json_array_get(words, 0));
    json_object_set_new(trial, "hops", words);
    return trial;
}

/* The records of a campaign, before they are made a file: the header, the limits (null: none), the trials. */
static inline size_t make_records(json_t *records[MOST_RECORDS], const struct placed *list, size_t count,
                                  json_t *limits)
{
    static const char *const none[] = {NULL};
    size_t used = 0;
    json_t *header = records[used++] = hand_header(none, (long long)(count * BLOCKS));
    if (limits)
        records[used++] = limits;
    for (unsigned block = 0; block < BLOCKS; block++)
        for (size_t i = 0; i < count; i++) {
            records[used] = placed_trial(&list[i], block);
            if (block == 0)
                json_array_append(json_object_get(header, "configurations"),
                                  json_object_get(records[used], "label"));
            used++;
        }
    assert_true(used < MOST_RECORDS);
    return used;
}

static inline void read_records(json_t *const *records, size_t count, struct campaign_file *file)
{
    struct fault fault = {""};
    if (record_read(hand_records(records, count), file, &fault))
        fail_msg("%s", fault.text);
}

static inline void read_placed(const struct placed *list, size_t count, struct campaign_file *file)
{
    json_t *records[MOST_RECORDS];
    read_records(records, make_records(records, list, count, limits_by_hand()), file);
}

static inline void summarise(const struct campaign_file *file, struct summary *summary)
{
    struct fault fault = {""};
    if (summary_make(summary, file, &fault))
        fail_msg("%s", fault.text);
}

static inline char *print_as(const struct campaign_file *file, enum report_format format)
{
    char *text;
    size_t size;
    struct fault fault = {""};
    FILE *out = open_memstream(&text, &size);
    if (report_print(file, format, out, &fault))
        fail_msg("%s", fault.text);
    fclose(out);
    return text;
}

static inline void expect(const char *text, const char *part, bool is_there)
{
    if ((strstr(text, part) != NULL) != is_there)
        fail_msg("'%s' is %s in: %s", part, is_there ? "not" : "there", text);
}

#endif
