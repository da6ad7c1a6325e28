/* axes.h - what a campaign varies, and the configurations that come of crossing it. */
#ifndef BENCH_AXES_H
#define BENCH_AXES_H

#include "base/options.h"
#include "trial/spec.h"
#include "machine/topology.h"

enum axis {
    AXIS_QUEUE,
    AXIS_WAIT,
    AXIS_TRANSFER,
    AXIS_CAPACITY,
    AXIS_SHAPE,
    AXIS_LOCAL,
    AXIS_STAGES,
    AXIS_SOURCES,
    AXIS_WORKERS,
    AXIS_SINKS,
    AXIS_WORK,
    AXIS_PLACE,
    AXIS_MEMORY,
    AXIS_CLOSE,
    AXES
};

extern const char *const axis_names[AXES]; /* and of the options */

enum { AXIS_VALUES = 256 }; /* most values of an axis */

/* What each can be, and what a single queue can be: for the table of options. */
extern const struct option_values axis_values[AXES], queue_values;

/* The values of each axis, as the user wrote them. */
struct axes {
    char *value[AXES][AXIS_VALUES]; /* owned */
    size_t count[AXES];
};

/* Adds the values of one option, each of which must be well formed. A list is cut at its commas where the
   axis allows that: the values of workers and work have commas themselves (3,4,5), and so have the placements
   "cpus:0,2,4" and "roles:source=0,...", which take the rest of the text. */
int axes_add(struct axes *axes, enum axis axis, const char *text, struct fault *fault);
/* Adds them where the axis has no value yet. */
int axes_default(struct axes *axes, enum axis axis, const char *text, struct fault *fault);
void axes_release(struct axes *axes);

struct skipped {
    char label[2 * SPEC_TEXT_SIZE];
    struct fault reason;
};

/* The configurations to run, in the axes' order, and those that cannot be. */
struct plan {
    struct spec *specs;
    size_t count;
    struct skipped *skipped;
    size_t skipped_count;
};

/* What is crossed by itself. */
struct plan_part {
    const char *name, *path; /* for the sentences: "[copying]", of which file; null: it has no name */
    const struct axes *axes;
    const struct spec *common; /* all that is the same for its trials */
    bool twins;                /* each configuration has an A/A twin */
};

/* Crosses the axes of each part. Placements that stand for several (`all`, `classes`) become those of this
   machine, for each choice of workers. Configurations that differ only in a capacity that the queue ignores
   are one, and so are those that several parts give: these must not differ in what is no part of the label,
   such as the duration. A twin follows the configuration where that is planned first. Configurations whose
   memory is to follow threads that are not bound are skipped. A value that is wrong by itself, a placement or
   a NUMA node that this machine lacks, and a queue of which nothing can run are refused: 0, or -1 with a
   sentence. */
int plan_make(struct plan *plan, const struct plan_part *parts, size_t count, const struct topology *topology,
              struct fault *fault);
void plan_release(struct plan *plan);

#endif
