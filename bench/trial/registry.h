/* registry.h - the backends that can be run: the built-in ones of queues.def, peers, and plug-ins. */
#ifndef BENCH_REGISTRY_H
#define BENCH_REGISTRY_H

#include "base/fault.h"

#include <sluice/queue.h>

/* The built-in backends, in the order of queues.def; *count is how many. */
const struct sluice_backend *const *registry_all(size_t *count);

/* A backend by its name, built in or a peer (peers.h), or, when the name has a '/' or ends in ".so", a
   plug-in. What is loaded from a file stays loaded until the process ends. 0, or -1 with a sentence: an
   unknown name is answered with the nearest known one, a peer that was not built with the packages it needs,
   a plug-in that does not fit, or a queue that needs what the machine lacks, with the reason. */
int registry_find(const char *name, const struct sluice_backend **backend, struct fault *fault);

/* The file that a backend was loaded from; null: it is built in. */
const char *registry_file(const struct sluice_backend *backend);

/* Whether a descriptor is one that the harness can use; the reason is in the sentence where not. */
int registry_check(const struct sluice_backend *backend, struct fault *fault);

/* Whether what the queue needs is among `met`, a set of enum sluice_need. */
int registry_check_needs(const struct sluice_backend *backend, uint32_t met, struct fault *fault);

const char *progress_name(enum sluice_progress progress); /* "blocking", ..., "wait-free" */
const char *order_name(enum sluice_order order);
const char *memory_name(enum sluice_memory memory);
const char *bound_name(enum sluice_bound bound);

#endif
