/* moodycamel.cpp - C. Desrochers's queue for many producers and many consumers: each producer has a queue of
   its own, and a consumer goes round them.

   Ends use its tokens, as its author advises: a producer's names its own queue, a consumer's says where its
   round stands. Items of different producers are therefore in no order between them. Blocks of 32 items that
   were emptied are used again, and given back when the queue is destroyed. */
#include "adapter.hpp"
#include "counting_allocator.hpp"

#include <concurrentqueue/concurrentqueue.h>

namespace
{

struct Traits : moodycamel::ConcurrentQueueDefaultTraits {
    static void *malloc(size_t n)
    {
        return peer::Shared::allocate(n);
    }
    static void free(void *block)
    {
        if (block)
            peer::Shared::release(block);
    }
};

struct Subqueues : private peer::Shared {
    using Queue = moodycamel::ConcurrentQueue<void *, Traits>;
    static constexpr bool counts_items = false;
    Queue queue;

    struct Producer {
        moodycamel::ProducerToken token;
        explicit Producer(Subqueues &peer) : token(peer.queue)
        {
            if (!token.valid()) /* the library's way to say so */
                throw std::bad_alloc();
        }
    };
    struct Consumer {
        moodycamel::ConsumerToken token;
        explicit Consumer(Subqueues &peer) : token(peer.queue)
        {
        }
    };

    static bool can_hold(uint64_t capacity)
    {
        return capacity == 0;
    }
    explicit Subqueues(uint64_t)
    {
    }
    bool put(Producer &producer, void *item)
    {
        if (SLUICE_UNLIKELY(!queue.enqueue(producer.token, item)))
            throw std::bad_alloc(); /* the only reason */
        return true;
    }
    bool take(Consumer &consumer, void *&item)
    {
        return queue.try_dequeue(consumer.token, item);
    }
    /* All or none: what does not fit into memory is refused by `put`, which says why. */
    size_t put_n(Producer &producer, void *const *items, size_t n)
    {
        return queue.enqueue_bulk(producer.token, items, n) ? n : 0;
    }
    size_t take_n(Consumer &consumer, void **items, size_t n)
    {
        return queue.try_dequeue_bulk(consumer.token, items, n);
    }
    uint64_t capacity() const
    {
        return 0;
    }
    size_t footprint(uint64_t) const
    {
        return share();
    }
};

} // namespace

PEER(moodycamel, batched, Subqueues, .name = "moodycamel",
     .summary = "moodycamel's ConcurrentQueue: a queue for each producer, with tokens",
     .origin = "moodycamel::ConcurrentQueue " SLUICE_PEER_VERSION,
     .reference = "moodycamel::ConcurrentQueue with ProducerToken and ConsumerToken",
     .traits = {.max_producers = SLUICE_MANY,
                .max_consumers = SLUICE_MANY,
                .bound = SLUICE_UNBOUNDED,
                .order = SLUICE_FIFO_PER_PRODUCER,
                .enqueue = SLUICE_LOCK_FREE,
                .dequeue = SLUICE_LOCK_FREE,
                .memory = SLUICE_MEMORY_KEPT});
