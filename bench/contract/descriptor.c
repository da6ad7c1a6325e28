/* descriptor.c - what a queue says of itself, which configurations it refuses, and where its ends lie. */
#include "contract/subject.h"

#include "trial/registry.h"

#include <errno.h>

static bool always(void)
{
    return true;
}

static void descriptor_is_accepted(void)
{
    struct fault fault = {""};
    const struct sluice_traits *traits = &subject->traits;
    if (registry_check(subject, &fault) != 0)
        find(KIND_TRAITS, "%s", fault.text);
    EXPECT(KIND_TRAITS, traits->memory != SLUICE_MEMORY_NODES || traits->enqueue == SLUICE_BLOCKING,
           "a malloc for every item makes an enqueue blocking, and this one is said to be %s",
           progress_name(traits->enqueue));
    EXPECT(KIND_TRAITS,
           traits->memory != SLUICE_MEMORY_FIXED || traits->bound == SLUICE_BOUNDED || traits->instrument,
           "a fixed amount of memory has a bound, and this queue is said to be %s",
           bound_name(traits->bound));
}

static void loops_are_there(void)
{
    for (int role = 0; role < 3; role++)
        for (int transfer = 0; transfer < 3; transfer++)
            for (int signal = 0; signal < 3; signal++)
                EXPECT(KIND_TRAITS,
                       (transfer == SLUICE_SPAN && signal == SLUICE_NATIVE) ||
                           subject->loops.run[role][transfer][signal],
                       "the loop for role %d, transfer %d, signal %d is missing", role, transfer, signal);
}

static void expect_refused(uint64_t capacity, const char *why)
{
    void *queue = NULL;
    int error = try_make_queue(capacity, 1, 1, &queue);
    EXPECT(KIND_CAPACITY, error == -EINVAL, "create answers %d to capacity %ju, and not -EINVAL: %s", error,
           (uintmax_t)capacity, why);
}

static void impossible_capacities_are_refused(void)
{
    subject->destroy(make_queue(capacity_within_traits(8), 1, 1));
    if (!can_be_bounded())
        expect_refused(8, "the queue is unbounded");
    if (!can_be_unbounded())
        expect_refused(0, "the queue is bounded");
    if (subject->traits.memory == SLUICE_MEMORY_FIXED && can_be_bounded())
        expect_refused(UINT64_MAX, "no sum or product may wrap round");
}

/* Queue and ends start on lines of their own; two ends are one object or far enough apart. */
static void ends_share_no_cache_line(void)
{
    uint32_t producers = at_most(4, subject->traits.max_producers);
    uint32_t consumers = at_most(4, subject->traits.max_consumers);
    void *queue = make_queue(capacity_within_traits(8), producers, consumers), *end[8];
    EXPECT(KIND_ENDS, (uintptr_t)queue % SLUICE_SEPARATE == 0,
           "the queue does not begin a cache line of its own");
    for (uint32_t i = 0; i < producers + consumers; i++) {
        bool produces = i < producers;
        end[i] = attach(queue, produces ? SLUICE_PRODUCER : SLUICE_CONSUMER, produces ? i : i - producers);
        EXPECT(KIND_ENDS, (uintptr_t)end[i] % SLUICE_SEPARATE == 0,
               "an end does not begin a cache line of its own");
        for (uint32_t j = 0; j < i; j++)
            EXPECT(KIND_ENDS, end[i] != end[j] || end[i] == queue, "two threads get the same end");
    }
    for (uint32_t i = 0; i < producers + consumers; i++)
        subject->detach(end[i]);
    subject->destroy(queue);
}

/* ---- instruments: they take what is put and make up what is taken, until they are closed ---- */

static void instrument_never_waits_and_ends(void)
{
    struct queue queue = queue_open(0);
    size_t footprint = subject->footprint(queue.self);
    void *item = NULL;
    for (uint64_t i = 1; i <= 10000; i++) {
        put_value(&queue, i);
        enum sluice_status status = subject->ops->dequeue(queue.out, &item);
        EXPECT(KIND_STATUS, status == SLUICE_OK && item, "dequeue answers %d, or gives a null", (int)status);
    }
    EXPECT(KIND_FOOTPRINT, subject->footprint(queue.self) == footprint, "the footprint changes");
    EXPECT(KIND_CLOSE, subject->close, "it cannot be closed");
    subject->close(queue.self);
    EXPECT(KIND_CLOSE, subject->ops->dequeue(queue.out, &item) == SLUICE_CLOSED, "it goes on after close");
    queue_close(&queue);
}

static bool is_instrument(void)
{
    return subject->traits.instrument;
}

const struct contract_test descriptor_tests[] = {
    {"descriptor_is_accepted", descriptor_is_accepted, always},
    {"loops_are_there", loops_are_there, always},
    {"impossible_capacities_are_refused", impossible_capacities_are_refused, always},
    {"ends_share_no_cache_line", ends_share_no_cache_line, always},
    {"instrument_never_waits_and_ends", instrument_never_waits_and_ends, is_instrument},
    {0},
};
