/* cds_rwqueue.cpp - libcds's queue of two locks, which spin and then yield: one for the producers, one for
   the consumers. A node from the heap for every item. */
#include "cds.hpp"

#include <cds/container/rwqueue.h>

using Nodes = peer::CdsNodes<cds::container::RWQueue<void *>>;

PEER(cds_rwqueue, single, Nodes, .name = "cds-rwqueue", .summary = "libcds's queue of two spinlocks",
     .origin = CDS_ORIGIN,
     .reference =
         "M. Michael, M. Scott, Simple, fast, and practical non-blocking and blocking concurrent queue "
         "algorithms, PODC 1996; cds::container::RWQueue",
     .traits = {.max_producers = SLUICE_MANY,
                .max_consumers = SLUICE_MANY,
                .bound = SLUICE_UNBOUNDED,
                .order = SLUICE_FIFO,
                .enqueue = SLUICE_BLOCKING,
                .dequeue = SLUICE_BLOCKING,
                .memory = SLUICE_MEMORY_NODES});
