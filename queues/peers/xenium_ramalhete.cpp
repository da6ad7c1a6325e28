/* xenium_ramalhete.cpp - xenium's array queue: who adds to a node's counter has the place, unless a consumer
   was there first. Its consumers look a thousand times at a place whose item is on its way before they give
   it up. */
#include "xenium.hpp"

#include <xenium/ramalhete_queue.hpp>

namespace
{

using Queue = xenium::ramalhete_queue<char *, peer::Hazard>;

struct Arrays : peer::Xenium<Queue> {
    explicit Arrays(uint64_t)
    {
    }
    /* A node's type is private: its places, a counter on either side of them, the next, and two words for
     * reclamation. */
    size_t footprint(uint64_t items) const
    {
        size_t node = Queue::entries_per_node * sizeof(void *) + 5 * sizeof(void *);
        return (items / Queue::entries_per_node + 1) * node;
    }
};

} // namespace

/* The places' pointers have one bit for a mark, the highest, which items have not. */
PEER(xenium_ramalhete, single, Arrays, .name = "xenium-ramalhete",
     .summary = "xenium's FAA array queue, over hazard pointers", .origin = "xenium " SLUICE_PEER_VERSION,
     .reference = "P. Ramalhete, A. Correia, FAAArrayQueue, 2016; xenium::ramalhete_queue, hazard_pointer",
     .traits = {.max_producers = SLUICE_MANY,
                .max_consumers = SLUICE_MANY,
                .bound = SLUICE_UNBOUNDED,
                .order = SLUICE_FIFO,
                .enqueue = SLUICE_LOCK_FREE,
                .dequeue = SLUICE_LOCK_FREE,
                .memory = SLUICE_MEMORY_BLOCKS,
                .needs = SLUICE_NEEDS_SMALL_VALUES});
