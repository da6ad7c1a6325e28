/* tbb_bounded.cpp - oneTBB's bounded queue, by its nonblocking calls.

   Its blocking ones are not offered as native waiting: they know no deadline, and are ended only by an abort
   that later calls know nothing of. */
#include "tbb.hpp"

namespace
{

struct Bounded : Pages<oneapi::tbb::concurrent_bounded_queue> {
    static bool can_hold(uint64_t capacity)
    {
        return capacity <= PTRDIFF_MAX;
    }
    const uint64_t size;
    explicit Bounded(uint64_t capacity) : size(capacity)
    {
        if (capacity)
            queue.set_capacity((ptrdiff_t)capacity);
    }
    bool put(Producer &, void *item)
    {
        return queue.try_push(item);
    }
    uint64_t capacity() const
    {
        return size;
    }
};

} // namespace

PEER(tbb_bounded, single, Bounded, .name = "tbb-bounded",
     .summary = "oneTBB's bounded queue, by its nonblocking calls", .origin = TBB_ORIGIN,
     .reference = "oneapi::tbb::concurrent_bounded_queue, try_push and try_pop",
     .traits = {.max_producers = SLUICE_MANY,
                .max_consumers = SLUICE_MANY,
                .bound = SLUICE_EITHER,
                .order = SLUICE_FIFO,
                .enqueue = SLUICE_BLOCKING,
                .dequeue = SLUICE_BLOCKING,
                .memory = SLUICE_MEMORY_BLOCKS});
