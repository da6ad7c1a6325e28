/* atomic_queue.hpp - M. Egorushkin's atomic_queue, for the files that make a backend of one of its rings
   each.

   A position is claimed by adding to the producers' or the consumers' counter, after a look at the other one;
   the cell is then waited for, in a spin: a thread that is stopped between the two stops who comes round to
   its cell. A thread that was overtaken by a whole round meets another one at its cell, and the two then
   change places: with several producers and consumers items may come out in another order than they went in,
   which shows where threads are more than CPUs. A ring is a power of two of cells, and at least 64 (4096
   where a state is a byte; of lines of 128 bytes, four times as many), since neighbours are spread over as
   many cache lines as a line holds of them. Where the cell is the item, a pop acquires nothing (release, or
   relaxed for one consumer): what an item points to is seen by its address alone, as every processor in use
   does. */
#ifndef QUEUES_PEERS_ATOMIC_QUEUE_HPP
#define QUEUES_PEERS_ATOMIC_QUEUE_HPP

#include "adapter.hpp"

#include <atomic_queue/atomic_queue.h>

namespace
{

template <class Ring, size_t cell_bytes> struct AtomicQueue {
    using Producer = peer::None;
    using Consumer = peer::None;
    static constexpr bool counts_items = false;
    Ring ring;

    static bool can_hold(uint64_t capacity)
    {
        return capacity > 0 && capacity <= UINT64_C(1) << 30; /* positions are compared as ints */
    }
    explicit AtomicQueue(uint64_t capacity) : ring((unsigned)peer::power_of_two_within(capacity, 64))
    {
    }
    bool put(Producer &, void *item)
    {
        return ring.try_push(item);
    }
    bool take(Consumer &, void *&item)
    {
        return ring.try_pop(item);
    }
    uint64_t capacity() const
    {
        return ring.capacity();
    }
    size_t footprint(uint64_t) const
    {
        return ring.capacity() * cell_bytes;
    }
};

} // namespace

#define ATOMIC_QUEUE_ORIGIN "atomic_queue " SLUICE_PEER_VERSION

#endif
