/* xenium_kfifo.cpp - xenium's unbounded k-FIFO queue: a list of segments, in each of which producers look for
   a free place, and consumers for an item, from a random place on. Within a segment items are therefore in no
   order; an item is overtaken by fewer than a segment holds. Who has put an item looks whether the segment
   was taken away meanwhile, and then puts it again.

   Between that put and that look stands no barrier but the compare-and-swap of the put, which is one on x86
   and not everywhere: the queue is built there alone. Where there is no memory for a segment, the library
   ends the process: it allocates in a function that is noexcept. */
#include "xenium.hpp"

#include <xenium/kirsch_kfifo_queue.hpp>

namespace
{

using Queue = xenium::kirsch_kfifo_queue<char *, peer::Hazard>;

struct Segments : peer::Xenium<Queue> {
    static constexpr uint64_t places = 16; /* of a segment: the k of the name */

    explicit Segments(uint64_t) : Xenium(places)
    {
    }
    /* A segment's type is private: two words for reclamation, a mark, its size, the next one, and its places.
       The first one and the last are full or not. */
    size_t footprint(uint64_t items) const
    {
        return (items / places + 2) * (5 * sizeof(void *) + places * Queue::entry_size);
    }
};

} // namespace

/* The places' pointers have sixteen bits for a count, the highest, which items have not. */
PEER(xenium_kfifo, single, Segments, .name = "xenium-kfifo",
     .summary = "xenium's k-FIFO queue, k = 16, over hazard pointers",
     .origin = "xenium " SLUICE_PEER_VERSION,
     .reference = "C. Kirsch, M. Lippautz, H. Payer, Fast and Scalable, Lock-Free k-FIFO Queues, PaCT 2013; "
                  "xenium::kirsch_kfifo_queue, hazard_pointer",
     .traits = {.max_producers = SLUICE_MANY,
                .max_consumers = SLUICE_MANY,
                .bound = SLUICE_UNBOUNDED,
                .order = SLUICE_UNORDERED,
                .enqueue = SLUICE_LOCK_FREE,
                .dequeue = SLUICE_LOCK_FREE,
                .memory = SLUICE_MEMORY_BLOCKS,
                .needs = SLUICE_NEEDS_SMALL_VALUES});
