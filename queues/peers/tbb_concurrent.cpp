/* tbb_concurrent.cpp - oneTBB's unbounded queue: a ticket says which of eight lists of pages an item goes to,
   and where in it. Who has a ticket waits, in a spin, for those before it in the same list. */
#include "adapter.hpp"
#include "counting_allocator.hpp"

#include <oneapi/tbb/concurrent_queue.h>

namespace
{

struct Pages {
    using Producer = peer::None;
    using Consumer = peer::None;
    static constexpr bool counts_items = false;
    peer::Counter bytes;
    oneapi::tbb::concurrent_queue<void *, peer::CountingAllocator<void *>> queue;

    static bool can_hold(uint64_t capacity)
    {
        return capacity == 0;
    }
    explicit Pages(uint64_t) : queue(bytes)
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
    bool take(Consumer &, void *&item)
    {
        return queue.try_pop(item);
    }
    size_t footprint(uint64_t) const
    {
        return bytes.now();
    }
};

} // namespace

PEER(tbb_concurrent, single, Pages, .name = "tbb-concurrent",
     .summary = "oneTBB's unbounded queue: eight lists of pages, taken in turn",
     .origin = "oneTBB " SLUICE_PEER_VERSION, .reference = "oneapi::tbb::concurrent_queue, push and try_pop",
     .traits = {.max_producers = SLUICE_MANY,
                .max_consumers = SLUICE_MANY,
                .bound = SLUICE_UNBOUNDED,
                .order = SLUICE_FIFO,
                .enqueue = SLUICE_BLOCKING,
                .dequeue = SLUICE_BLOCKING,
                .memory = SLUICE_MEMORY_BLOCKS});
