/* invents.c - gives an item that nobody put, in place of one that was. */
#define FAULTY_NAME                "faulty-invents"
#define FAULTY_DEQUEUE(ring, item) ((ring)->taken == FAULT_AFTER ? (item) | (uintptr_t)1 << 47 : (item))
#include "ring.h"
