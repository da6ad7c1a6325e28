/* reorders.c - holds an item back and gives it after the next one: nothing is lost. */
#define FAULTY_NAME "faulty-reorders"
#define FAULTY_DEQUEUE(ring, item)                                                                           \
    ((ring)->taken == FAULT_AFTER ? ((ring)->kept = (item), (uintptr_t)0)                                    \
     : (ring)->taken == FAULT_AFTER + 1                                                                      \
         ? ((ring)->slots[--(ring)->head % (ring)->capacity] = (ring)->kept, (item))                         \
         : (item))
#include "ring.h"
