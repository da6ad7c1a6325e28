/* tbb_bounded.cpp - oneTBB's bounded queue, by its nonblocking calls.

   Its blocking ones are not offered as native waiting: they know no deadline, and are ended only by an abort
   that later calls know nothing of. */
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
    oneapi::tbb::concurrent_bounded_queue<void *, peer::CountingAllocator<void *>> queue;

    static bool can_hold(uint64_t capacity)
    {
        return capacity <= PTRDIFF_MAX;
    }
    explicit Pages(uint64_t capacity) : queue(bytes)
    {
        if (capacity)
            queue.set_capacity((ptrdiff_t)capacity);
        size = capacity;
    }
    uint64_t size;
    bool put(Producer &, void *item)
    {
        return queue.try_push(item);
    }
    uint64_t capacity() const
    {
        return size;
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

PEER(tbb_bounded, single, Pages, .name = "tbb-bounded",
     .summary = "oneTBB's bounded queue, by its nonblocking calls", .origin = "oneTBB " SLUICE_PEER_VERSION,
     .reference = "oneapi::tbb::concurrent_bounded_queue, try_push and try_pop",
     .traits = {.max_producers = SLUICE_MANY,
                .max_consumers = SLUICE_MANY,
                .bound = SLUICE_EITHER,
                .order = SLUICE_FIFO,
                .enqueue = SLUICE_BLOCKING,
                .dequeue = SLUICE_BLOCKING,
                .memory = SLUICE_MEMORY_BLOCKS});
