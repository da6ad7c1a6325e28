/* tbb.hpp - oneTBB's queues, for the two files that make a backend of one each. They keep their items on
   pages, which are counted as they come and go. */
#ifndef QUEUES_PEERS_TBB_HPP
#define QUEUES_PEERS_TBB_HPP

#include "adapter.hpp"
#include "counting_allocator.hpp"

#include <oneapi/tbb/concurrent_queue.h>

namespace
{

template <template <class, class> class Queue> struct Pages {
    using Producer = peer::None;
    using Consumer = peer::None;
    static constexpr bool counts_items = false;
    peer::Counter bytes;
    Queue<void *, peer::CountingAllocator<void *>> queue;

    Pages() : queue(bytes)
    {
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

#define TBB_ORIGIN "oneTBB " SLUICE_PEER_VERSION

#endif
