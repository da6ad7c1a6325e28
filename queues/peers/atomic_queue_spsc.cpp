/* atomic_queue_spsc.cpp - atomic_queue's ring of atomic cells, in its mode for one producer and one consumer.
 */
#include "atomic_queue.hpp"

using Ring =
    AtomicQueue<atomic_queue::AtomicQueueB<void *, std::allocator<void *>, nullptr, true, false, true>,
                sizeof(void *)>;

PEER(atomic_queue_spsc, single, Ring, .name = "atomic-queue-spsc",
     .summary = "atomic_queue's ring for one producer and one consumer", .origin = ATOMIC_QUEUE_ORIGIN,
     .reference = "atomic_queue::AtomicQueueB with SPSC, try_push and try_pop",
     .traits = {.max_producers = 1,
                .max_consumers = 1,
                .bound = SLUICE_BOUNDED,
                .order = SLUICE_FIFO,
                .enqueue = SLUICE_BLOCKING,
                .dequeue = SLUICE_BLOCKING,
                .memory = SLUICE_MEMORY_FIXED});
