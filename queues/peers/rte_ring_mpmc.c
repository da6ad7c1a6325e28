/* rte_ring_mpmc.c - rte_ring in MP/MC mode. A thread moves the tail only after those that
   claimed before it have moved theirs, and spins until then. */
#define RING_FLAGS  (0)
#define RING_DETACH free
#include "rte_ring.h"

RTE_RING_OPERATIONS(rte_ring_mp_enqueue_burst, rte_ring_mc_dequeue_burst)

static const struct sluice_queue_ops ops = {
    .enqueue = ring_enqueue,
    .dequeue = ring_dequeue,
    .enqueue_n = ring_enqueue_n,
    .dequeue_n = ring_dequeue_n,
};

RTE_RING_BACKEND(rte_ring_mpmc, "rte-ring-mpmc", "DPDK's ring, many producers and many consumers, MP/MC",
                 .max_producers = SLUICE_MANY, .max_consumers = SLUICE_MANY, .enqueue = SLUICE_BLOCKING,
                 .dequeue = SLUICE_BLOCKING);
