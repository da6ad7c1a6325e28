/* cds_moir.cpp - libcds's Michael-Scott queue as Doherty and others changed it: a consumer looks at the tail
   once, after it has moved the head. A node from the heap for every item. */
#include "cds_hazard.hpp"

#include <cds/container/moir_queue.h>

namespace
{

struct Traits : cds::container::msqueue::traits {
    using memory_model = peer::CdsOrder;
};

using Nodes = peer::CdsHazardNodes<cds::container::MoirQueue<peer::Hazard, void *, Traits>>;

} // namespace

PEER(
    cds_moir, single, Nodes, .name = "cds-moir",
    .summary = "libcds's variant of Michael and Scott's queue that reads the tail once, over hazard pointers",
    .origin = CDS_ORIGIN,
    .reference = "S. Doherty, L. Groves, V. Luchangco, M. Moir, Formal verification of a practical lock-free "
                 "queue algorithm, FORTE 2004; cds::container::MoirQueue, gc::HP",
    .traits = {.max_producers = SLUICE_MANY,
               .max_consumers = SLUICE_MANY,
               .bound = SLUICE_UNBOUNDED,
               .order = SLUICE_FIFO,
               .enqueue = SLUICE_BLOCKING,
               .dequeue = SLUICE_BLOCKING,
               .memory = SLUICE_MEMORY_NODES});
