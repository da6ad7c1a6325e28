/* xenium.hpp - what xenium's queues have in common as peers: push and try_pop, and how nodes are reclaimed.

   By hazard pointers, as our own queues of the same papers are, so that it is the queues which differ; and
   with them a stopped thread keeps back a bounded number of nodes. A thread's hazard pointers and retired
   nodes are thread_local in the module and released with the thread: a thread needs nothing at an end of its
   own. Nodes that are retired and not yet freed are the thread's, not the queue's, and in no footprint. */
#ifndef QUEUES_PEERS_XENIUM_HPP
#define QUEUES_PEERS_XENIUM_HPP

#include "adapter.hpp"

#include <xenium/reclamation/hazard_pointer.hpp>

namespace peer
{

/* Three at once: the most that a pop of theirs holds, the guard in transfer included. */
using Hazard = xenium::policy::reclaimer<xenium::reclamation::hazard_pointer<>::with<
    xenium::policy::allocation_strategy<xenium::reclamation::hp_allocation::static_strategy<3>>>>;

/* An unbounded queue of theirs, made from the arguments. Its items are char *: the library cannot form void
 * &. */
template <class Queue> struct Xenium {
    using Producer = None;
    using Consumer = None;
    static constexpr bool counts_items = true;
    Queue queue;

    static bool can_hold(uint64_t capacity)
    {
        return capacity == 0;
    }
    template <class... Arguments> explicit Xenium(Arguments... arguments) : queue(arguments...)
    {
    }
    bool put(Producer &, void *item)
    {
        queue.push(static_cast<char *>(item));
        return true;
    }
    bool take(Consumer &, void *&item)
    {
        char *value;
        if (!queue.try_pop(value))
            return false;
        item = value;
        return true;
    }
    uint64_t capacity() const
    {
        return 0;
    }
};

} // namespace peer

#endif
