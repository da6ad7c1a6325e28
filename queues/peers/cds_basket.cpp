/* cds_basket.cpp - libcds's baskets queue: who loses the race for the tail adds its item to the winner's
   basket, whose items are in no order between them, for their enqueues overlapped. A node from the heap for
   every item. */
#include "cds_hazard.hpp"

#include <cds/container/basket_queue.h>

namespace
{

struct Traits : cds::container::basket_queue::traits {
    using memory_model = peer::CdsOrder;
};

using Nodes = peer::CdsHazardNodes<cds::container::BasketQueue<peer::Hazard, void *, Traits>>;

} // namespace

PEER(cds_basket, single, Nodes, .name = "cds-basket",
     .summary = "libcds's baskets queue, over hazard pointers", .origin = CDS_ORIGIN,
     .reference = "M. Hoffman, O. Shalev, N. Shavit, The Baskets Queue, OPODIS 2007; "
                  "cds::container::BasketQueue, gc::HP",
     .traits = {.max_producers = SLUICE_MANY,
                .max_consumers = SLUICE_MANY,
                .bound = SLUICE_UNBOUNDED,
                .order = SLUICE_FIFO,
                .enqueue = SLUICE_BLOCKING,
                .dequeue = SLUICE_BLOCKING,
                .memory = SLUICE_MEMORY_NODES});
