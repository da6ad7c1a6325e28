/* atomic_queue_2.cpp - atomic_queue's ring for items of any type: each cell has a state of its own, a byte,
 * beside it. */
#include "atomic_queue.hpp"

using Ring = AtomicQueue<atomic_queue::AtomicQueueB2<void *>, (sizeof(void *) + 1)>;

PEER(atomic_queue_2, single, Ring, .name = "atomic-queue-2",
     .summary = "atomic_queue's ring of cells with a state beside each", .origin = ATOMIC_QUEUE_ORIGIN,
     .reference = "atomic_queue::AtomicQueueB2, try_push and try_pop",
     .traits = {.max_producers = SLUICE_MANY,
                .max_consumers = SLUICE_MANY,
                .bound = SLUICE_BOUNDED,
                .order = SLUICE_UNORDERED,
                .enqueue = SLUICE_BLOCKING,
                .dequeue = SLUICE_BLOCKING,
                .memory = SLUICE_MEMORY_FIXED});
