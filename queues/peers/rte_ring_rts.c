/* rte_ring_rts.c - rte_ring in relaxed tail sync (RTS) mode. Nobody waits to move
   the tail: the last of those that are at work moves it for all. A thread that stops holds back what the
   others have put or taken, and stops them once the head is too far ahead (an eighth of the capacity). */
#define RING_FLAGS  (RING_F_MP_RTS_ENQ | RING_F_MC_RTS_DEQ)
#define RING_DETACH free
#include "rte_ring.h"

RTE_RING_OPERATIONS(rte_ring_mp_rts_enqueue_burst, rte_ring_mc_rts_dequeue_burst)

static const struct sluice_queue_ops ops = {
    .enqueue = ring_enqueue,
    .dequeue = ring_dequeue,
    .enqueue_n = ring_enqueue_n,
    .dequeue_n = ring_dequeue_n,
};

RTE_RING_BACKEND(rte_ring_rts, "rte-ring-rts",
                 "DPDK's ring, many producers and many consumers, relaxed tail sync (RTS)",
                 .max_producers = SLUICE_MANY, .max_consumers = SLUICE_MANY, .enqueue = SLUICE_BLOCKING,
                 .dequeue = SLUICE_BLOCKING);
