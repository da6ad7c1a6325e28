/* cds_optimistic.cpp - libcds's optimistic queue: one compare-and-swap puts a node at the tail, and the link
   by which consumers go, from a node to the one after it, is written later; where it is not there yet they
   mend it. A node from the heap for every item. */
#include "cds_hazard.hpp"

#include <cds/container/optimistic_queue.h>

namespace
{

struct Traits : cds::container::optimistic_queue::traits {
    using memory_model = peer::CdsOrder;
};

using Nodes = peer::CdsHazardNodes<cds::container::OptimisticQueue<peer::Hazard, void *, Traits>>;

} // namespace

PEER(cds_optimistic, single, Nodes, .name = "cds-optimistic",
     .summary = "libcds's optimistic queue, over hazard pointers", .origin = CDS_ORIGIN,
     .reference = "E. Ladan-Mozes, N. Shavit, An optimistic approach to lock-free FIFO queues, DISC 2004; "
                  "cds::container::OptimisticQueue, gc::HP",
     .traits = {.max_producers = SLUICE_MANY,
                .max_consumers = SLUICE_MANY,
                .bound = SLUICE_UNBOUNDED,
                .order = SLUICE_FIFO,
                .enqueue = SLUICE_BLOCKING,
                .dequeue = SLUICE_BLOCKING,
                .memory = SLUICE_MEMORY_NODES});
