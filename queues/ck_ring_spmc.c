/* ck_ring_spmc.c - ck_ring, one producer and many consumers. */
#include "ck_ring.h"

CK_RING_BACKEND(spmc, "ck-ring-spmc", "Concurrency Kit's ring, one producer and many consumers",
                .max_producers = 1, .max_consumers = SLUICE_MANY, .enqueue = SLUICE_WAIT_FREE,
                .dequeue = SLUICE_LOCK_FREE);
