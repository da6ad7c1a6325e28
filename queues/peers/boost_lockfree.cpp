/* boost_lockfree.cpp - Boost.Lockfree's queue: Michael and Scott's, over nodes from a free list of its own.

   Here with all its nodes from the start (fixed_sized), which are then named by 16-bit indices that leave
   room for a counter against reuse (ABA): at most 65534 items. Without that it would take nodes from the heap
   when the list is empty, and keep them. */
#include "adapter.hpp"

#include <boost/lockfree/queue.hpp>

namespace
{

struct Nodes {
    using Producer = peer::None;
    using Consumer = peer::None;
    static constexpr bool counts_items = false;
    static constexpr uint64_t most = UINT16_MAX - 1; /* one node more is the queue's own */
    boost::lockfree::queue<void *, boost::lockfree::fixed_sized<true>> queue;
    const uint64_t size;

    static bool can_hold(uint64_t capacity)
    {
        return capacity > 0 && capacity < UINT32_MAX;
    }
    explicit Nodes(uint64_t capacity) : queue(std::min(capacity, most)), size(std::min(capacity, most))
    {
    }
    bool put(Producer &, void *item)
    {
        return queue.bounded_push(item);
    }
    bool take(Consumer &, void *&item)
    {
        return queue.pop(item);
    }
    uint64_t capacity() const
    {
        return size;
    }
    size_t footprint(uint64_t) const
    {
        return (size + 1) * BOOST_LOCKFREE_CACHELINE_BYTES; /* nodes are that much aligned */
    }
};

} // namespace

PEER(boost_lockfree, single, Nodes, .name = "boost-lockfree",
     .summary = "Boost.Lockfree's queue: Michael and Scott's over a free list, bounded",
     .origin = "Boost.Lockfree " SLUICE_PEER_VERSION,
     .reference = "boost::lockfree::queue with fixed_sized<true>",
     .traits = {.max_producers = SLUICE_MANY,
                .max_consumers = SLUICE_MANY,
                .bound = SLUICE_BOUNDED,
                .order = SLUICE_FIFO,
                .enqueue = SLUICE_LOCK_FREE,
                .dequeue = SLUICE_LOCK_FREE,
                .memory = SLUICE_MEMORY_FIXED});
