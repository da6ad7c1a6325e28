/* preset.c - see preset.h. */
#include "campaign/preset.h"

#include "base/suggest.h"

#include <string.h>

const struct preset preset_plain = {
    .name = "plain",
    .axis = {[AXIS_QUEUE] = "deque-lock,condvar,ck-ring-spsc,urcu-wfcq",
             [AXIS_WAIT] = "yield",
             [AXIS_TRANSFER] = "item",
             [AXIS_CAPACITY] = "1023",
             [AXIS_WORKERS] = "1",
             [AXIS_WORK] = "none",
             [AXIS_PLACE] = "compact",
             [AXIS_CLOSE] = "close"},
    .duration = "250ms",
    .warmup = "50ms",
    .drain = "1s",
    .blocks = "10",
};

const struct preset presets[] = {
    {
        .name = "default",
        .summary = "four queues by four wait policies and two placements, with nothing to do in the stages",
        .axis = {[AXIS_QUEUE] = "deque-lock,condvar,ck-ring-spsc,urcu-wfcq",
                 [AXIS_WAIT] = "yield,sleep:10ms,block,native",
                 [AXIS_TRANSFER] = "item",
                 [AXIS_CAPACITY] = "1023",
                 [AXIS_WORKERS] = "1",
                 [AXIS_WORK] = "none",
                 [AXIS_PLACE] = "compact,spread",
                 [AXIS_CLOSE] = "close"},
        .duration = "250ms",
        .warmup = "50ms",
        .drain = "250ms",
        .blocks = "10",
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
             [AXIS_CLOSE] = "close"},
        .duration = "2s",
        .warmup = "100ms",
        .drain = "0",
        .blocks = "3",
    },
    {.name = NULL},
};

int preset_find(const char *name, const struct preset **preset, struct fault *fault)
{
    const char *names[sizeof presets / sizeof *presets];
    size_t count = 0;
    for (; presets[count].name; count++) {
        names[count] = presets[count].name;
        if (strcmp(name, names[count]) == 0) {
            *preset = &presets[count];
            return 0;
        }
    }
    return suggest_unknown(fault, "preset", name, names, count);
}
