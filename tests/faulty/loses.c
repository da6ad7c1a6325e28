/* loses.c - loses one item. */
#define FAULTY_NAME                "faulty-loses"
#define FAULTY_DEQUEUE(ring, item) ((ring)->taken == FAULT_AFTER ? 0 : (item))
#include "ring.h"
