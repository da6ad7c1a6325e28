/* contract.h - the suite of the queue contract (sluice/queue.h): what a queue must do that claims the traits
   it claims. It knows a queue by its descriptor only.

   Each test runs in a process of its own, a fork of this one, so that a crash and a hang are findings like a
   lost item, and so that a queue's threads, signals and leaks stay where they belong. */
#ifndef BENCH_CONTRACT_H
#define BENCH_CONTRACT_H

#include "base/fault.h"

#include <sluice/queue.h>

/* What can be wrong with a queue. */
enum contract_kind {
    KIND_LOST,
    KIND_DUPLICATE,
    KIND_BOTH, /* an item that is lost and another one that is there twice */
    KIND_MADE_UP,
    KIND_ORDER,
    KIND_CAPACITY,
    KIND_STATUS, /* an operation answers what it must not */
    KIND_SPAN,
    KIND_CLOSE,
    KIND_DEADLINE,
    KIND_ENDS, /* of attaching, and where the ends lie */
    KIND_FOOTPRINT,
    KIND_LEAK,
    KIND_TRAITS, /* claimed and not kept */
    KIND_MEMORY, /* it ran out of it */
    KIND_ACCOUNT,
    KIND_CRASH,
    KIND_HANG,
};
const char *contract_kind_name(enum contract_kind kind); /* "lost item", ... */

struct contract_finding {
    enum contract_kind kind;
    const char *test; /* its name */
    char text[512];   /* what was seen, one phrase */
    char doing[256];  /* in the midst of what; may be empty */
};

/* How many tests there are for this queue: fewer for one that is not bounded, has no spans or does not block.
 */
size_t contract_tests(const struct sluice_backend *backend);

/* Runs the test of this number. `round` is where its random numbers come from; a test that has not ended
   after timeout_ns hangs. 0: nothing was found, and where finding->text is not empty it says why nothing
   could be; 1: *finding; -1: it could not be run, with a sentence. Forks: to be called while this process has
   one thread. */
int contract_try(const struct sluice_backend *backend, size_t test, uint64_t round, uint64_t timeout_ns,
                 struct contract_finding *finding, struct fault *fault);

#endif
