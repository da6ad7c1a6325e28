/* xenium_msq.cpp - xenium's Michael-Scott queue, a node from the heap for every item. */
#include "xenium.hpp"

#include <xenium/michael_scott_queue.hpp>

namespace
{

struct Nodes : peer::Xenium<xenium::michael_scott_queue<char *, peer::Hazard>> {
    explicit Nodes(uint64_t)
    {
    }
    /* A node's type is private: the item, the next one, and the way to its deleter; one node more is its own.
     */
    size_t footprint(uint64_t items) const
    {
        return (items + 1) * 4 * sizeof(void *);
    }
};

} // namespace

PEER(xenium_msq, single, Nodes, .name = "xenium-msq",
     .summary = "xenium's Michael-Scott queue, over hazard pointers", .origin = "xenium " SLUICE_PEER_VERSION,
     .reference =
         "M. Michael, M. Scott, Simple, fast, and practical non-blocking and blocking concurrent queue "
         "algorithms, PODC 1996; xenium::michael_scott_queue, hazard_pointer",
     .traits = {.max_producers = SLUICE_MANY,
                .max_consumers = SLUICE_MANY,
                .bound = SLUICE_UNBOUNDED,
                .order = SLUICE_FIFO,
                .enqueue = SLUICE_BLOCKING,
                .dequeue = SLUICE_BLOCKING,
                .memory = SLUICE_MEMORY_NODES});
