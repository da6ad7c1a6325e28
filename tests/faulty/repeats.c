/* repeats.c - gives an item twice, in place of the one after it: the count is right. */
#define FAULTY_NAME "faulty-repeats"
#define FAULTY_DEQUEUE(ring, item)                                                                           \
    ((ring)->taken == FAULT_AFTER       ? ((ring)->kept = (item))                                            \
     : (ring)->taken == FAULT_AFTER + 1 ? (ring)->kept                                                       \
                                        : (item))
#include "ring.h"
