/* moodycamel_spsc.cpp - C. Desrochers's queue for one producer and one consumer: a circle of rings, into
   which the producer inserts another one, of twice the size up to 512 items, when it comes upon one that is
   not empty. They stay until the queue is destroyed. */
#include "adapter.hpp"

#include <readerwriterqueue/readerwriterqueue.h>

namespace
{

struct Rings {
    using Producer = peer::None;
    using Consumer = peer::None;
    static constexpr bool counts_items = false;
    moodycamel::ReaderWriterQueue<void *> queue;

    static bool can_hold(uint64_t capacity)
    {
        return capacity == 0;
    }
    explicit Rings(uint64_t)
    {
    }
    __attribute__((always_inline)) bool put(Producer &, void *item)
    {
        if (SLUICE_UNLIKELY(!queue.enqueue(item)))
            throw std::bad_alloc(); /* the only reason */
        return true;
    }
    bool take(Consumer &, void *&item)
    {
        return queue.try_dequeue(item);
    }
    uint64_t capacity() const
    {
        return 0;
    }
    size_t footprint(uint64_t) const
    {
        /* A block of the largest size holds 511 items; its head takes some three lines. */
        size_t slots = queue.max_capacity();
        return slots * sizeof(void *) + (slots / 511 + 1) * (3 * MOODYCAMEL_CACHE_LINE_SIZE + sizeof(void *));
    }
};

} // namespace

PEER(moodycamel_spsc, single, Rings, .name = "moodycamel-spsc",
     .summary = "moodycamel's ReaderWriterQueue: SPSC, a circle of rings that grows",
     .origin = "moodycamel::ReaderWriterQueue " SLUICE_PEER_VERSION,
     .reference = "moodycamel::ReaderWriterQueue",
     .traits = {.max_producers = 1,
                .max_consumers = 1,
                .bound = SLUICE_UNBOUNDED,
                .order = SLUICE_FIFO,
                .enqueue = SLUICE_WAIT_FREE,
                .dequeue = SLUICE_WAIT_FREE,
                .memory = SLUICE_MEMORY_KEPT});
