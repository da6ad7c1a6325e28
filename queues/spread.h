/* spread.h - where the slot of a ticket lies in a ring, so that the threads that hold successive tickets do
   not write to the same line.

   R. Nikolaev, A Scalable, Portable, and Memory-Efficient Lock-Free FIFO Queue, DISC 2019 (Cache_Remap):
   successive tickets go to successive blocks of SLUICE_SEPARATE bytes, round the ring, and then to the next
   slots of the blocks. The bits of the index are rotated.

   It is made for many threads on each side. One consumer that follows one producer closely has to fetch a
   line for each item then, not for a line's worth of them: with the slots in order, two cores carried 1.2
   (lcrq) to 2.6 (scq) times the items. */
#ifndef QUEUES_SPREAD_H
#define QUEUES_SPREAD_H

#include "hurry.h"

/* The slot of a ticket in a ring of 2^order slots, 2^block of which lie in SLUICE_SEPARATE bytes; `mask` is
   2^order - 1. A ring that is not larger than a block is used in order. */
SLUICE_INLINE uint64_t spread_within(uint64_t mask, uint64_t ticket, unsigned order, unsigned block)
{
    hurry_step(); /* who has a ticket is not at the slot yet */
    uint64_t index = ticket & mask;
    return SLUICE_UNLIKELY(order <= block) ? index : (index << block & mask) | index >> (order - block);
}

SLUICE_INLINE uint64_t spread(uint64_t ticket, unsigned order, unsigned block)
{
    return spread_within((UINT64_C(1) << order) - 1, ticket, order, block);
}

#endif
