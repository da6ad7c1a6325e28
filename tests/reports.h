/* reports.h - a campaign made by hand and what its reports are asked, for the tests of reports. */
#ifndef TESTS_REPORTS_H
#define TESTS_REPORTS_H

#include "records.h"

#include "report/report.h"
#include "report/summary.h"

/* "a" ran 7 times, once without success; "b" only failed; "null" is the instrument; "later" did not run. */
static const char *const queues[] = {"b", "a", "null", "later", NULL};
static const struct hand_trial trials[] = {
    {.queue = "a",
     .block = 2,
     .throughput = 3e6,
     .cpu_ns = 300,
     .items = 100,
     .taken = 300,
     .empty = 10,
     .full = 4,
     .voluntary = 1,
     .involuntary = 3,
     .elapsed_s = 2,
     .cpu_s = 2,
     .start = 1000,
     .peak = 5000,
     .bottleneck = "resize",
     .busy_resize = 0.5},
    {.queue = "a",
     .block = 0,
     .throughput = 1e6,
     .cpu_ns = 100,
     .items = 100,
     .taken = 300,
     .empty = 0,
     .elapsed_s = 2,
     .cpu_s = 4,
     .start = 1000,
     .peak = 3000,
     .bottleneck = "upload",
     .busy_resize = 0.25},
    {.queue = "b", .block = 0, .outcome = "crashed", .text = "signal 11, after 1.5 s", .throughput = 9e9},
    {.queue = "a",
     .block = 1,
     .throughput = 2e6,
     .cpu_ns = 200,
     .items = 100,
     .taken = 300,
     .empty = 50,
     .elapsed_s = 2,
     .cpu_s = 3,
     .start = 1000,
     .peak = 4000,
     .bottleneck = "resize",
     .busy_resize = 0.75},
    {.queue = "a",
     .block = 3,
     .outcome = "invalid",
     .text = "3 items were lost",
     .throughput = 9e9,
     .cpu_ns = 1,
     .items = 9999,
     .empty = 9999,
     .peak = 1 << 30},
    {.queue = "a",
     .block = 4,
     .throughput = 4e6,
     .cpu_ns = 400,
     .items = 200,
     .taken = 600,
     .empty = 40,
     .elapsed_s = 2,
     .cpu_s = 2,
     .start = 1000,
     .peak = 6000},
    {.queue = "b", .block = 1, .outcome = "crashed", .text = "signal 11, after 0.25 s"},
    {.queue = "a",
     .block = 5,
     .throughput = 5e6,
     .cpu_ns = 500,
     .items = 200,
     .taken = 600,
     .empty = 100,
     .elapsed_s = 2,
     .cpu_s = 2,
     .start = 1000,
     .peak = 7000},
    {.queue = "a",
     .block = 6,
     .throughput = 6e6,
     .cpu_ns = 600,
     .items = 300,
     .taken = 900,
     .empty = 200,
     .elapsed_s = 2,
     .cpu_s = 2,
     .start = 1000,
     .peak = 8000},
    {.queue = "null", .block = 0, .throughput = 7e9, .cpu_ns = 0.5, .items = 10, .taken = 30},
};

/* Two queues, two waits, two protocols, in an order that is not the table's; workers of "b" fail. */
static const struct hand_trial stops[] = {
    {.queue = "a", .wait = "block", .close = "shutdown", .throughput = 2, .drain_s = 1e-3, .join_s = 2e-3},
    {.queue = "a", .wait = "yield", .close = "shutdown", .throughput = 2, .drain_s = 2e-3, .join_s = 3e-3},
    {.queue = "a", .wait = "block", .close = "abandon", .throughput = 2, .abandoned = 3, .join_s = 4e-2},
    {.queue = "a",
     .wait = "yield",
     .close = "shutdown:immediate",
     .throughput = 2,
     .discarded = 40,
     .drain_s = 5e-6,
     .join_s = 1e-3,
     .caller_cpu_s = 2.5e-4},
    {.queue = "a",
     .block = 1,
     .wait = "yield",
     .close = "shutdown:immediate",
     .discarded = 60,
     .join_s = 3e-3},
    {.queue = "b",
     .close = "shutdown",
     .outcome = "failed",
     .text = "resize worker 0 on item 500 was made to fail",
     .error = "was made to fail",
     .failed = 1},
    {.queue = "b",
     .close = "shutdown",
     .block = 1,
     .outcome = "failed",
     .text = "resize worker 0 on item 501 was made to fail",
     .error = "was made to fail",
     .failed = 2},
    {.queue = "b",
     .close = "abandon",
     .outcome = "failed",
     .text = "resize worker 0 on item 500 was made to fail",
     .error = "was made to fail",
     .failed = 1},
};

static inline void read_campaign(struct campaign_file *file)
{
    struct fault fault = {""};
    if (record_read(hand_file(queues, trials, COUNT(trials)), file, &fault))
        fail_msg("%s", fault.text);
}

static inline void read_trials(const struct hand_trial *from, size_t count, struct campaign_file *file)
{
    struct fault fault = {""};
    if (record_read(hand_file_of(from, count), file, &fault))
        fail_msg("%s", fault.text);
}

/* The lines of a table behind a title, without more than one blank at once. */
static inline char *rows_behind(const char *text, const char *title)
{
    const char *in = strstr(text, title);
    if (!in)
        fail_msg("there is no '%s' in\n%s", title, text);
    char *rows = strdup(in), *out = rows;
    for (in = rows; *in; in++)
        if (*in != ' ' || (out > rows && out[-1] != ' '))
            *out++ = *in;
    *out = '\0';
    return rows;
}

/* Not inlined: gcc 12 would warn of a dangling pointer to its `text`, which open_memstream only writes. */
static __attribute__((noinline, unused)) char *print(const struct campaign_file *file,
                                                     enum report_format format)
{
    char *text = NULL;
    size_t size;
    struct fault fault = {""};
    FILE *out = open_memstream(&text, &size);
    if (report_print(file, format, out, &fault))
        fail_msg("%s", fault.text);
    fclose(out);
    return text;
}

static inline void expect_in(const char *text, const char *const *parts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!strstr(text, parts[i]))
            fail_msg("the report lacks: %s\n%s", parts[i], text);
}

#endif
