/* placement_class.h - placements named by what neighbouring roles share: see placement.h. */
#ifndef BENCH_PLACEMENT_CLASS_H
#define BENCH_PLACEMENT_CLASS_H

#include "machine/placement.h"

enum { CLASSES = 22 };

/* Their names: same before cross before kinds, smaller before larger; but same-machine, which tells least,
   behind what crosses something. */
extern const char *const class_names[CLASSES];

/* The class with this name, or -1. */
int class_find(const char *name);

/* Plans a class: 0; 1 when the machine has no such class, nothing written; -1 when memory is out. */
int class_plan(struct placement_plan *plan, const struct topology *topology, int class, struct fault *fault);

/* Says that the machine lacks the class, and which it has; -1. */
int class_refuse(const struct topology *topology, int class, struct fault *fault);

#endif
