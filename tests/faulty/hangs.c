/* hangs.c - never comes back from a dequeue after a while. */
#include <unistd.h>
#define FAULTY_NAME                "faulty-hangs"
#define FAULTY_DEQUEUE(ring, item) ((ring)->taken == FAULT_AFTER ? (uintptr_t)hang() : (item))
static int hang(void)
{
    for (;;)
        pause();
    return 0;
}
#include "ring.h"
