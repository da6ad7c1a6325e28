/* unordered.c - gives the newest item and puts the oldest in its place: right, for it claims no order. */
#include <stdint.h>

static inline uintptr_t exchange(uintptr_t *newest, uintptr_t oldest)
{
    uintptr_t found = *newest;
    *newest = oldest;
    return found;
}

#define FAULTY_NAME  "unordered"
#define FAULTY_ORDER SLUICE_UNORDERED
#define FAULTY_DEQUEUE(ring, item)                                                                           \
    ((ring)->head == (ring)->tail ? (item)                                                                   \
                                  : exchange(&(ring)->slots[((ring)->tail - 1) % (ring)->size], (item)))
#include "ring.h"
