/* cds.hpp - what libcds's queues have in common as peers; those that reclaim memory also have cds_hazard.hpp.
 */
#ifndef QUEUES_PEERS_CDS_HPP
#define QUEUES_PEERS_CDS_HPP

/* It is known how many hazard pointers a queue needs (cds_hazard.hpp): nothing looks whether there are more.
 */
#define CDS_DISABLE_SMR_EXCEPTION

#include "adapter.hpp"

#include <cds/init.h>

#define CDS_ORIGIN "libcds " SLUICE_PEER_VERSION

namespace peer
{

/* An unbounded queue of theirs that takes a node from the heap for each item. */
template <class Queue> struct CdsNodes {
    using Producer = None;
    using Consumer = None;
    static constexpr bool counts_items = true;
    struct Inside : Queue {
        static constexpr size_t node_size = sizeof(typename Queue::node_type);
    };
    Queue queue;

    static bool can_hold(uint64_t capacity)
    {
        return capacity == 0;
    }
    explicit CdsNodes(uint64_t)
    {
    }
    bool put(Producer &, void *item)
    {
        return queue.enqueue(item);
    }
    bool take(Consumer &, void *&item)
    {
        return queue.dequeue(item);
    }
    uint64_t capacity() const
    {
        return 0;
    }
    /* One node more than there are items is in the list. */
    size_t footprint(uint64_t items) const
    {
        return (items + 1) * Inside::node_size;
    }
};

} // namespace peer

#endif
