/* indirect.c - a good queue whose dequeue is called through a pointer: check-dispatch has to find it. */
#include <stdint.h>
#define FAULTY_NAME                "faulty-indirect"
#define FAULTY_DEQUEUE(ring, item) (through(item))
static uintptr_t same(uintptr_t item)
{
    return item;
}
static uintptr_t (*volatile through)(uintptr_t) = same;
#include "ring.h"
