/* tbb_concurrent.cpp - oneTBB's unbounded queue: a ticket says which of eight lists of pages an item goes to,
   and where in it. Who has a ticket waits, in a spin, for those before it in the same list. */
#include "tbb.hpp"

namespace
{

struct Concurrent : Pages<oneapi::tbb::concurrent_queue> {
    static bool can_hold(uint64_t capacity)
    {
        return capacity == 0;
    }
    explicit Concurrent(uint64_t)
    {
    }
    bool put(Producer &, void *item)
    {
        queue.push(item);
        return true;
    }
    uint64_t capacity() const
    {
        return 0;
    }
};

} // namespace

PEER(tbb_concurrent, single, Concurrent, .name = "tbb-concurrent",
     .summary = "oneTBB's unbounded queue: eight lists of pages, taken in turn", .origin = TBB_ORIGIN,
     .reference = "oneapi::tbb::concurrent_queue, push and try_pop",
     .traits = {.max_producers = SLUICE_MANY,
                .max_consumers = SLUICE_MANY,
                .bound = SLUICE_UNBOUNDED,
                .order = SLUICE_FIFO,
                .enqueue = SLUICE_BLOCKING,
                .dequeue = SLUICE_BLOCKING,
                .memory = SLUICE_MEMORY_BLOCKS});
