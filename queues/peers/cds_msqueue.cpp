/* cds_msqueue.cpp - libcds's Michael-Scott queue, a node from the heap for every item. */
#include "cds_hazard.hpp"

#include <cds/container/msqueue.h>

namespace
{

struct Traits : cds::container::msqueue::traits {
    using memory_model = peer::CdsOrder;
};

using Nodes = peer::CdsHazardNodes<cds::container::MSQueue<peer::Hazard, void *, Traits>>;

} // namespace

PEER(cds_msqueue, single, Nodes, .name = "cds-msqueue",
     .summary = "libcds's Michael-Scott queue, over hazard pointers", .origin = CDS_ORIGIN,
     .reference =
         "M. Michael, M. Scott, Simple, fast, and practical non-blocking and blocking concurrent queue "
         "algorithms, PODC 1996; cds::container::MSQueue, gc::HP",
     .traits = {.max_producers = SLUICE_MANY,
                .max_consumers = SLUICE_MANY,
                .bound = SLUICE_UNBOUNDED,
                .order = SLUICE_FIFO,
                .enqueue = SLUICE_BLOCKING,
                .dequeue = SLUICE_BLOCKING,
                .memory = SLUICE_MEMORY_NODES});
