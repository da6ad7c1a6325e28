/* ck_ring_mpmc.c - ck_ring, many producers and many consumers. */
#include "ck_ring.h"

CK_RING_BACKEND(mpmc, "ck-ring-mpmc", "Concurrency Kit's ring, many producers and many consumers",
                .max_producers = SLUICE_MANY, .max_consumers = SLUICE_MANY, .enqueue = SLUICE_BLOCKING,
                .dequeue = SLUICE_LOCK_FREE);
