/* unverified_ck_ring.c - ck-ring-spsc with the verification left out of its loops. A plug-in. */
#define SLUICE_VERIFY 0
#include "../../queues/ck_ring.h"

CK_RING_BACKEND(spsc, "ck-ring-spsc-unverified", "ck-ring-spsc without verification", .max_producers = 1,
                .max_consumers = 1, .enqueue = SLUICE_WAIT_FREE, .dequeue = SLUICE_WAIT_FREE,
                .instrument = true);
