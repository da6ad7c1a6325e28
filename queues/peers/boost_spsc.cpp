/* boost_spsc.cpp - Boost.Lockfree's ring for one producer and one consumer. */
#include "adapter.hpp"

#include <boost/lockfree/spsc_queue.hpp>

namespace
{

struct Ring {
    using Producer = peer::None;
    using Consumer = peer::None;
    boost::lockfree::spsc_queue<void *> ring;
    const uint64_t size;

    static constexpr bool counts_items = false;
    static bool can_hold(uint64_t capacity)
    {
        return capacity > 0 && capacity < UINT32_MAX;
    }
    explicit Ring(uint64_t capacity) : ring(capacity), size(capacity)
    {
    }
    bool put(Producer &, void *item)
    {
        return ring.push(item);
    }
    bool take(Consumer &, void *&item)
    {
        return ring.pop(item);
    }
    size_t put_n(Producer &, void *const *items, size_t n)
    {
        return ring.push(items, n);
    }
    size_t take_n(Consumer &, void **items, size_t n)
    {
        return ring.pop(items, n);
    }
    uint64_t capacity() const
    {
        return size;
    }
    size_t footprint(uint64_t) const
    {
        return (size + 1) * sizeof(void *);
    }
};

} // namespace

PEER(boost_spsc, batched, Ring, .name = "boost-spsc", .summary = "Boost.Lockfree's SPSC ring",
     .origin = "Boost.Lockfree " SLUICE_PEER_VERSION, .reference = "boost::lockfree::spsc_queue",
     .traits = {.max_producers = 1,
                .max_consumers = 1,
                .bound = SLUICE_BOUNDED,
                .order = SLUICE_FIFO,
                .enqueue = SLUICE_WAIT_FREE,
                .dequeue = SLUICE_WAIT_FREE,
                .memory = SLUICE_MEMORY_FIXED});
