/* preset.c - see preset.h. */
#include "campaign/preset.h"

#include <string.h>

const struct preset preset_plain = {
    .name = "plain",
    .axis = {[AXIS_QUEUE] = "deque-lock,condvar,ck-ring-spsc,urcu-wfcq",
             [AXIS_WAIT] = "yield",
             [AXIS_TRANSFER] = "item",
             [AXIS_CAPACITY] = "1023",
             [AXIS_SHAPE] = "pipeline",
             [AXIS_LOCAL] = "none",
             [AXIS_STAGES] = "3",
             [AXIS_SOURCES] = "1",
             [AXIS_WORKERS] = "1",
             [AXIS_SINKS] = "1",
             [AXIS_WORK] = "none",
             [AXIS_PLACE] = "compact",
             [AXIS_MEMORY] = "default",
             [AXIS_CLOSE] = "close"},
    .duration = "250ms",
    .warmup = "50ms",
    .drain = "1s",
    .blocks = "10",
};

/* How much the lesson's programs do; the times are for those who give a duration instead. */
#define LESSON .items = "1000", .duration = "250ms", .warmup = "50ms", .drain = "1s", .blocks = "1"

const struct preset presets[] = {
    {
        .name = "default",
        .summary = "four queues by four wait policies, with nothing to do in the stages, until the intervals "
                   "are narrow",
        .axis = {[AXIS_QUEUE] = "deque-lock,condvar,ck-ring-spsc,urcu-wfcq",
                 [AXIS_WAIT] = "yield,sleep:10ms,block,native",
                 [AXIS_TRANSFER] = "item",
                 [AXIS_CAPACITY] = "1023",
                 [AXIS_WORKERS] = "1",
                 [AXIS_WORK] = "none",
                 [AXIS_PLACE] = "compact",
                 [AXIS_MEMORY] = "default",
                 [AXIS_CLOSE] = "close"},
        /* Trials differ by more than a longer one evens out: many short ones are worth more. */
        .duration = "100ms",
        .warmup = "20ms",
        .drain = "100ms",
        .blocks = "10..100",
        .precision = "5%",
        .budget = "110s",
    },
    {
        .name = "explosion",
        .summary =
            "a fast download before a slow resize: two unbounded queues eat memory, two bounded ones do not",
        .axis = {[AXIS_QUEUE] = "deque-lock,urcu-wfcq,condvar,ck-ring-spsc",
                 [AXIS_WAIT] = "yield",
                 [AXIS_TRANSFER] = "item",
                 [AXIS_CAPACITY] = "1023",
                 [AXIS_WORKERS] = "1",
                 [AXIS_WORK] = "none,spin:2us,none",
                 [AXIS_PLACE] = "compact",
                 [AXIS_MEMORY] = "default",
                 [AXIS_CLOSE] = "close"},
        .duration = "2s",
        .warmup = "100ms",
        .drain = "0",
        .blocks = "3",
    },
    {
        .name = "polling",
        .summary = "three workers poll a locked deque and sleep 10 ms, the caller spins on the done count, "
                   "nobody tells the workers",
        .axis = {[AXIS_QUEUE] = "deque-lock",
                 [AXIS_WAIT] = "sleep:10ms",
                 [AXIS_TRANSFER] = "item",
                 [AXIS_CAPACITY] = "1023",
                 [AXIS_WORKERS] = "1",
                 [AXIS_WORK] = "none",
                 [AXIS_PLACE] = "unbound",
                 [AXIS_MEMORY] = "default",
                 [AXIS_CLOSE] = "abandon"},
        LESSON,
        .story = STORY_POLLED,
    },
    {
        .name = "magic-exit",
        .summary =
            "the same; the caller looks each 100 ms, then takes the input away from each worker and joins it",
        .axis = {[AXIS_QUEUE] = "deque-lock",
                 [AXIS_WAIT] = "sleep:10ms",
                 [AXIS_TRANSFER] = "item",
                 [AXIS_CAPACITY] = "1023",
                 [AXIS_WORKERS] = "1",
                 [AXIS_WORK] = "none",
                 [AXIS_PLACE] = "unbound",
                 [AXIS_MEMORY] = "default",
                 [AXIS_CLOSE] = "pull:100ms"},
        LESSON,
        .story = STORY_POLLED,
    },
    {
        .name = "closable",
        .summary = "workers block; a sentinel closes each hop, and the tasks are joined in order",
        .axis = {[AXIS_QUEUE] = "condvar",
                 [AXIS_WAIT] = "block",
                 [AXIS_TRANSFER] = "item",
                 [AXIS_CAPACITY] = "1023",
                 [AXIS_WORKERS] = "1",
                 [AXIS_WORK] = "none",
                 [AXIS_PLACE] = "unbound",
                 [AXIS_MEMORY] = "default",
                 [AXIS_CLOSE] = "sentinel"},
        LESSON,
        .story = STORY_FINISHED,
    },
    {
        .name = "stoppable",
        .summary = "workers block; a shutdown closes each hop in order, and the inner hops hold 100 items",
        .axis = {[AXIS_QUEUE] = "condvar",
                 [AXIS_WAIT] = "block",
                 [AXIS_TRANSFER] = "item",
                 [AXIS_CAPACITY] = "1023/100/100/1023",
                 [AXIS_WORKERS] = "1",
                 [AXIS_WORK] = "none",
                 [AXIS_PLACE] = "unbound",
                 [AXIS_MEMORY] = "default",
                 [AXIS_CLOSE] = "shutdown"},
        LESSON,
        .story = STORY_FINISHED,
    },
    {
        .name = "fan-out",
        .summary = "3, 4 and 5 workers a stage, and a sentinel for each of them",
        .axis = {[AXIS_QUEUE] = "condvar",
                 [AXIS_WAIT] = "block",
                 [AXIS_TRANSFER] = "item",
                 [AXIS_CAPACITY] = "1023",
                 [AXIS_WORKERS] = "3,4,5",
                 [AXIS_WORK] = "none",
                 [AXIS_PLACE] = "unbound",
                 [AXIS_MEMORY] = "default",
                 [AXIS_CLOSE] = "sentinel"},
        LESSON,
        .story = STORY_FINISHED,
    },
    {
        .name = "protocols",
        .summary =
            "four queues by three wait policies by all ways to end a pipeline: what does stopping cost?",
        .axis = {[AXIS_QUEUE] = "deque-lock,condvar,ck-ring-spsc,urcu-wfcq",
                 [AXIS_WAIT] = "yield,block,native",
                 [AXIS_TRANSFER] = "item",
                 [AXIS_CAPACITY] = "1023",
                 [AXIS_WORKERS] = "1",
                 [AXIS_WORK] = "none",
                 [AXIS_PLACE] = "compact",
                 [AXIS_MEMORY] = "default",
                 [AXIS_CLOSE] = "close,sentinel,shutdown,shutdown:immediate,pull:1ms,abandon:1ms"},
        .duration = "100ms",
        .warmup = "20ms",
        .drain = "1s",
        .blocks = "10",
    },
    {.name = NULL},
};

const struct preset *preset_find(const char *name)
{
    for (const struct preset *preset = presets; preset->name; preset++)
        if (strcmp(name, preset->name) == 0)
            return preset;
    return NULL;
}

const char *preset_value(const struct preset *preset, enum axis axis)
{
    return preset->axis[axis] ? preset->axis[axis] : preset_plain.axis[axis];
}
