/* ck_ring_mpsc.c - ck_ring, many producers and one consumer. */
#include "ck_ring.h"

CK_RING_BACKEND(mpsc, "ck-ring-mpsc", "Concurrency Kit's ring, many producers and one consumer",
                .max_producers = SLUICE_MANY, .max_consumers = 1, .enqueue = SLUICE_BLOCKING,
                .dequeue = SLUICE_WAIT_FREE);
