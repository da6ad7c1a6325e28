/* cds_vyukov.cpp - libcds's ring of sequenced cells. It answers full and empty only when it is, and backs
   off, in the end by a yield, for a neighbour that has a place and is not done with it. */
#include "cds.hpp"

#include <cds/container/vyukov_mpmc_cycle_queue.h>

namespace
{

struct Cells {
    using Producer = peer::None;
    using Consumer = peer::None;
    static constexpr bool counts_items = false;
    cds::container::VyukovMPMCCycleQueue<void *> queue;

    static bool can_hold(uint64_t capacity)
    {
        return capacity > 0 && capacity < UINT32_MAX;
    }
    explicit Cells(uint64_t capacity) : queue(peer::power_of_two_within(capacity, 2))
    {
    }
    bool put(Producer &, void *item)
    {
        return queue.enqueue(item);
    }
    bool take(Consumer &, void *&item)
    {
        return queue.dequeue(item);
    }
    uint64_t capacity() const
    {
        return queue.capacity();
    }
    size_t footprint(uint64_t) const
    {
        return queue.capacity() * 2 * sizeof(void *); /* a sequence and an item */
    }
};

} // namespace

PEER(cds_vyukov, single, Cells, .name = "cds-vyukov", .summary = "libcds's ring of sequenced cells",
     .origin = CDS_ORIGIN,
     .reference = "D. Vyukov, Bounded MPMC queue, 1024cores.net, 2010; cds::container::VyukovMPMCCycleQueue",
     .traits = {.max_producers = SLUICE_MANY,
                .max_consumers = SLUICE_MANY,
                .bound = SLUICE_BOUNDED,
                .order = SLUICE_FIFO,
                .enqueue = SLUICE_BLOCKING,
                .dequeue = SLUICE_BLOCKING,
                .memory = SLUICE_MEMORY_FIXED});
