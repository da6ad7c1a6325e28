/* rte_ring_hts.c - rte_ring in head/tail sync (HTS) mode. One thread of a side
   is at work at a time, and the others spin until it is done: a lock, in effect, that is taken by the claim
   itself.

   The library's zero-copy interface would hold that lock from reserve to commit, while other ends spin within
   a call that they cannot leave when the channel ends: there are no spans here. */
#define RING_FLAGS  (RING_F_MP_HTS_ENQ | RING_F_MC_HTS_DEQ)
#define RING_DETACH free
#include "rte_ring.h"

RTE_RING_OPERATIONS(rte_ring_mp_hts_enqueue_burst, rte_ring_mc_hts_dequeue_burst)

static const struct sluice_queue_ops ops = {
    .enqueue = ring_enqueue,
    .dequeue = ring_dequeue,
    .enqueue_n = ring_enqueue_n,
    .dequeue_n = ring_dequeue_n,
};

RTE_RING_BACKEND(rte_ring_hts, "rte-ring-hts",
                 "DPDK's ring, many producers and many consumers, head/tail sync (HTS)",
                 .max_producers = SLUICE_MANY, .max_consumers = SLUICE_MANY, .enqueue = SLUICE_BLOCKING,
                 .dequeue = SLUICE_BLOCKING);
