/* placement_list.h - placements that say which PUs: pu:N, cpus:LIST, and a list for each role. */
#ifndef BENCH_PLACEMENT_LIST_H
#define BENCH_PLACEMENT_LIST_H

#include "machine/placement.h"

/* Whether the name is a list for each role: begins with "roles:" or with a role and '='. */
bool list_is_of_roles(const char *name);

/* Check the form: 0, or -1 with a sentence that quotes the whole name. `list` is what follows the colon. */
int list_check(const char *name, const char *list, struct fault *fault);
int list_check_one(const char *name, const char *list, struct fault *fault); /* of pu:N */
int list_check_roles(const char *name, struct fault *fault);

/* Plan what was checked; -1 where a PU may not be used. */
int list_plan(struct placement_plan *plan, const struct topology *topology, const char *list,
              struct fault *fault);
int list_plan_roles(struct placement_plan *plan, const struct topology *topology, struct fault *fault);

#endif
