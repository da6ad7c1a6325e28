/* xenium_vyukov.cpp - xenium's bounded queue in its strong forms: they answer full and empty only when it is,
   and wait in a spin for a neighbour that has a place and is not done with it. */
#include "xenium.hpp"

#include <xenium/vyukov_bounded_queue.hpp>

namespace
{

struct Cells {
    using Producer = peer::None;
    using Consumer = peer::None;
    static constexpr bool counts_items = false;
    const uint64_t size;
    xenium::vyukov_bounded_queue<void *> queue;

    static bool can_hold(uint64_t capacity)
    {
        return capacity > 0 && capacity < UINT32_MAX;
    }
    explicit Cells(uint64_t capacity) : size(peer::power_of_two_within(capacity, 2)), queue(size)
    {
    }
    bool put(Producer &, void *item)
    {
        return queue.try_push_strong(item);
    }
    bool take(Consumer &, void *&item)
    {
        return queue.try_pop_strong(item);
    }
    uint64_t capacity() const
    {
        return size;
    }
    size_t footprint(uint64_t) const
    {
        return size * 2 * sizeof(void *); /* a sequence and an item */
    }
};

} // namespace

PEER(xenium_vyukov, single, Cells, .name = "xenium-vyukov",
     .summary = "xenium's ring of sequenced cells, strong forms", .origin = "xenium " SLUICE_PEER_VERSION,
     .reference = "D. Vyukov, Bounded MPMC queue, 1024cores.net, 2010; xenium::vyukov_bounded_queue, "
                  "try_push_strong and "
                  "try_pop_strong",
     .traits = {.max_producers = SLUICE_MANY,
                .max_consumers = SLUICE_MANY,
                .bound = SLUICE_BOUNDED,
                .order = SLUICE_FIFO,
                .enqueue = SLUICE_BLOCKING,
                .dequeue = SLUICE_BLOCKING,
                .memory = SLUICE_MEMORY_FIXED});
