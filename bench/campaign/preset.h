/* preset.h - named campaigns: what the options are where the user does not give them. */
#ifndef BENCH_PRESET_H
#define BENCH_PRESET_H

#include "campaign/axes.h"

/* What the lesson's program of that name prints of a trial. */
enum story { STORY_NONE, STORY_POLLED, STORY_FINISHED };

struct preset {
    const char *name, *summary;
    const char *axis[AXES];                         /* values, as axes_add takes them */
    const char *items;                              /* null: the trials run for the duration */
    const char *duration, *warmup, *drain, *blocks; /* as the options of `sluice run` take them */
    const char *precision, *budget;                 /* likewise; null: none */
    enum story story;
};

extern const struct preset presets[]; /* the first one is the default campaign; the last one's name is null */

/* What is meant where the user says in part what to compare: one value an axis, but for the queues. */
extern const struct preset preset_plain;

/* An axis' values of a preset: the plain ones where it says nothing of it. */
const char *preset_value(const struct preset *preset, enum axis axis);

/* Null: there is none of that name. */
const struct preset *preset_find(const char *name);

#endif
