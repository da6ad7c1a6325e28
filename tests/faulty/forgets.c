/* forgets.c - a consumer that is attached again gets only what is put from then on. */
#define FAULTY_NAME                      "faulty-forgets"
#define FAULTY_ATTACH(ring, side, index) forget(ring, side, index)
struct ring;
static void forget(struct ring *ring, int side, unsigned index);
#include "ring.h"
static void forget(struct ring *ring, int side, unsigned index)
{
    uint64_t bit = UINT64_C(1) << index % 64;
    if (side != SLUICE_CONSUMER)
        return;
    if (ring->known & bit)
        ring->head = ring->tail;
    ring->known |= bit;
}
