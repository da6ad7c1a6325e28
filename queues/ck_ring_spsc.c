/* ck_ring_spsc.c - ck_ring, one producer and one consumer. */
#include "ck_ring.h"

CK_RING_BACKEND(spsc, "ck-ring-spsc", "Concurrency Kit's ring, one producer and one consumer",
                .max_producers = 1, .max_consumers = 1, .enqueue = SLUICE_WAIT_FREE,
                .dequeue = SLUICE_WAIT_FREE);
