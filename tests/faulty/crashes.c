/* crashes.c - ends by a segmentation fault after a while; raised, since a compiler may leave out what is
 * undefined. */
#include <stdint.h>
#include <signal.h>

#define FAULTY_NAME                "faulty-crashes"
#define FAULTY_DEQUEUE(ring, item) ((ring)->taken == FAULT_AFTER ? (uintptr_t)raise(SIGSEGV) : (item))
#include "ring.h"
