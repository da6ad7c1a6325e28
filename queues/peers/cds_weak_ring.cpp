/* cds_weak_ring.cpp - libcds's ring for one producer and one consumer, each of which looks at the other's
   index only when its copy of it says full or empty. A batch goes in and out as a whole; what is asked for
   and is too much is cut to what there is room for, or what is there, and asked for again. */
#include "cds.hpp"

#include <algorithm>
#include <cds/container/weak_ringbuffer.h>

namespace
{

struct Ring {
    using Producer = peer::None;
    using Consumer = peer::None;
    static constexpr bool counts_items = false;
    cds::container::WeakRingBuffer<void *> ring;

    static bool can_hold(uint64_t capacity)
    {
        return capacity > 0 && capacity < UINT32_MAX;
    }
    explicit Ring(uint64_t capacity) : ring(peer::power_of_two_within(capacity, 2))
    {
    }
    bool put(Producer &, void *item)
    {
        return ring.enqueue(item);
    }
    bool take(Consumer &, void *&item)
    {
        return ring.dequeue(item);
    }
    size_t put_n(Producer &, void *const *items, size_t n)
    {
        if (ring.push(items, n))
            return n;
        n = std::min(n, ring.capacity() - ring.size());
        return ring.push(items, n) ? n : 0;
    }
    size_t take_n(Consumer &, void **items, size_t n)
    {
        if (ring.pop(items, n))
            return n;
        n = std::min(n, ring.size());
        return ring.pop(items, n) ? n : 0;
    }
    uint64_t capacity() const
    {
        return ring.capacity();
    }
    size_t footprint(uint64_t) const
    {
        return ring.capacity() * sizeof(void *);
    }
};

} // namespace

PEER(cds_weak_ring, batched, Ring, .name = "cds-weak-ring",
     .summary = "libcds's SPSC ring with copies of the other side's index", .origin = CDS_ORIGIN,
     .reference = "N. M. Le, A. Guatto, A. Cohen, A. Pop, Correct and Efficient Bounded FIFO Queues, "
                  "SBAC-PAD 2013; cds::container::WeakRingBuffer",
     .traits = {.max_producers = 1,
                .max_consumers = 1,
                .bound = SLUICE_BOUNDED,
                .order = SLUICE_FIFO,
                .enqueue = SLUICE_WAIT_FREE,
                .dequeue = SLUICE_WAIT_FREE,
                .memory = SLUICE_MEMORY_FIXED});
