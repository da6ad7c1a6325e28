/* atomic_queue.cpp - atomic_queue's ring whose cells are the atomic items themselves, null where there is
 * none. */
#include "atomic_queue.hpp"

using Ring = AtomicQueue<atomic_queue::AtomicQueueB<void *>, sizeof(void *)>;

PEER(atomic_queue, single, Ring, .name = "atomic-queue",
     .summary = "atomic_queue's ring of atomic cells; null is the empty one", .origin = ATOMIC_QUEUE_ORIGIN,
     .reference = "atomic_queue::AtomicQueueB, try_push and try_pop",
     .traits = {.max_producers = SLUICE_MANY,
                .max_consumers = SLUICE_MANY,
                .bound = SLUICE_BOUNDED,
                .order = SLUICE_UNORDERED,
                .enqueue = SLUICE_BLOCKING,
                .dequeue = SLUICE_BLOCKING,
                .memory = SLUICE_MEMORY_FIXED});
