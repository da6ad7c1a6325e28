/* adapter.hpp - between a C++ queue and the contract of <sluice/queue.h>, for the peers in C++.

   A peer is a type Peer with

     static bool can_hold(uint64_t capacity) 0: unbounded
     static constexpr bool counts_items      its footprint depends on them
     explicit Peer(uint64_t capacity)
     bool put(Producer &, void *item)        false: full
     bool take(Consumer &, void *&item)      false: empty
     uint64_t capacity() const               0: unbounded
     size_t footprint(uint64_t items) const  bytes; `items`: how many are in it, or 0
     Producer, Consumer                      what a thread needs of its own, made from a Peer &; `None` if
   nothing

   and, where the library has them, put_n and take_n on arrays; where it wants to know its threads, arrive()
   and leave(), which a thread calls when it attaches and detaches an end. PEER makes its backend. All of it
   is inlined into the loops, as in C. An exception of the library's is caught here: std::bad_alloc is
   SLUICE_NO_MEMORY, and from a dequeue, which needs memory at a thread's first in some libraries,
   SLUICE_AGAIN. */
#ifndef QUEUES_PEERS_ADAPTER_HPP
#define QUEUES_PEERS_ADAPTER_HPP

#include <sluice/backend.h>

#include <errno.h>
#include <memory>
#include <new>
#include <optional>
#include <type_traits>

#ifndef SLUICE_PEER_VERSION
#define SLUICE_PEER_VERSION "of an unknown version"
#endif

namespace peer
{

struct None {
    template <class Peer> explicit None(Peer &)
    {
    }
};

/* An end counts the items that it moved, on lines of its own, so that the queue's footprint is known. */
template <class Peer, class TheOwn> struct alignas(SLUICE_SEPARATE) End {
    using Own = TheOwn;
    Peer *peer;
    std::atomic<uint64_t> moved;
    std::optional<Own> own; /* made at the first attach, by its thread; a later thread goes on with it */

    void count(uint64_t items)
    {
        /* Single writer; relaxed: only the footprint reads it. */
        moved.store(moved.load(std::memory_order_relaxed) + items, std::memory_order_relaxed);
    }
};

/* There is nothing to keep at an end: then it is the peer itself. */
template <class Peer, class Own>
inline constexpr bool is_bare = !Peer::counts_items && std::is_same_v<Own, None>;

/* The queue, which the library need not keep on lines of its own, and its ends. */
template <class Peer> struct Queue {
    using Producer = End<Peer, typename Peer::Producer>;
    using Consumer = End<Peer, typename Peer::Consumer>;
    alignas(SLUICE_SEPARATE) Peer peer;
    alignas(SLUICE_SEPARATE) const uint32_t producers;
    const uint32_t consumers;
    std::unique_ptr<Producer[]> producer; /* their own parts are released before the peer */
    std::unique_ptr<Consumer[]> consumer;

    explicit Queue(const sluice_queue_config &config)
        : peer(config.capacity), producers(config.producers), consumers(config.consumers),
          producer(new Producer[config.producers]()), consumer(new Consumer[config.consumers]())
    {
    }

    uint64_t items() const
    {
        uint64_t put = 0, taken = 0;
        /* The taken first: read the other way round, the difference could be negative. */
        for (uint32_t i = 0; i < consumers; i++)
            taken += consumer[i].moved.load(std::memory_order_relaxed);
        for (uint32_t i = 0; i < producers; i++)
            put += producer[i].moved.load(std::memory_order_relaxed);
        return put > taken ? put - taken : 0;
    }
};

template <class Peer> struct Adapter {
    using Producer = typename Queue<Peer>::Producer;
    using Consumer = typename Queue<Peer>::Consumer;

    /* Moves items by the peer and the thread's own part that are behind an end; returns how many. */
    template <class SomeEnd, class Move> SLUICE_INLINE size_t by(void *self, const Move &move)
    {
        if constexpr (is_bare<Peer, typename SomeEnd::Own>) {
            typename SomeEnd::Own none(*static_cast<Peer *>(self));
            return move(*static_cast<Peer *>(self), none);
        } else {
            SomeEnd *end = static_cast<SomeEnd *>(self);
            size_t moved = move(*end->peer, *end->own);
            if constexpr (Peer::counts_items)
                end->count(moved);
            return moved;
        }
    }

    SLUICE_INLINE sluice_status enqueue(void *end, void *item)
    {
        try {
            return by<Producer>(
                       end, [item](Peer & peer, auto &own)
                                __attribute__((always_inline)) { return peer.put(own, item); })
                       ? SLUICE_OK
                       : SLUICE_AGAIN;
        } catch (const std::bad_alloc &) {
            return SLUICE_NO_MEMORY;
        }
    }

    SLUICE_INLINE sluice_status dequeue(void *end, void **item)
    {
        try {
            return by<Consumer>(
                       end, [item](Peer & peer, auto &own)
                                __attribute__((always_inline)) { return peer.take(own, *item); })
                       ? SLUICE_OK
                       : SLUICE_AGAIN;
        } catch (const std::bad_alloc &) {
            return SLUICE_AGAIN;
        }
    }

    SLUICE_INLINE size_t enqueue_n(void *end, void *const *items, size_t n)
    {
        return by<Producer>(
            end, [=](Peer & peer, auto &own)
                     __attribute__((always_inline)) { return peer.put_n(own, items, n); });
    }

    SLUICE_INLINE size_t dequeue_n(void *end, void **items, size_t n)
    {
        return by<Consumer>(
            end, [=](Peer & peer, auto &own)
                     __attribute__((always_inline)) { return peer.take_n(own, items, n); });
    }

    static int create(const sluice_queue_config *config, void **out)
    {
        if (!Peer::can_hold(config->capacity))
            return -EINVAL;
        try {
            *out = new Queue<Peer>(*config);
        } catch (const std::bad_alloc &) {
            return -ENOMEM;
        }
        return 0;
    }

    static void destroy(void *queue)
    {
        delete static_cast<Queue<Peer> *>(queue);
    }

    template <class SomeEnd> static int attach_end(Peer &peer, SomeEnd &end, void **out)
    {
        try {
            if constexpr (requires { peer.arrive(); })
                peer.arrive();
            if (is_bare<Peer, typename SomeEnd::Own>) {
                *out = &peer;
                return 0;
            }
            end.peer = &peer;
            if (!end.own)
                end.own.emplace(peer);
        } catch (const std::bad_alloc &) {
            return -ENOMEM;
        }
        *out = &end;
        return 0;
    }

    static int attach(void *self, sluice_end side, unsigned index, void **out)
    {
        Queue<Peer> *queue = static_cast<Queue<Peer> *>(self);
        return side == SLUICE_PRODUCER ? attach_end(queue->peer, queue->producer[index], out)
                                       : attach_end(queue->peer, queue->consumer[index], out);
    }

    static void detach(void *end)
    {
        if constexpr (requires(Peer & peer) { peer.leave(); }) {
            static_assert(is_bare<Peer, typename Peer::Producer> && is_bare<Peer, typename Peer::Consumer>);
            static_cast<Peer *>(end)->leave();
        }
    }

    static uint64_t capacity(const void *queue)
    {
        return static_cast<const Queue<Peer> *>(queue)->peer.capacity();
    }

    static size_t footprint(const void *self)
    {
        const Queue<Peer> *queue = static_cast<const Queue<Peer> *>(self);
        return sizeof *queue + queue->producers * sizeof(Producer) + queue->consumers * sizeof(Consumer) +
               queue->peer.footprint(queue->items());
    }
};

/* What a peer that moves items one by one has, and one that also moves them in batches. */
template <class Peer>
inline constexpr sluice_queue_ops single = {.enqueue = Adapter<Peer>::enqueue,
                                            .dequeue = Adapter<Peer>::dequeue};
template <class Peer>
inline constexpr sluice_queue_ops batched = {.enqueue = Adapter<Peer>::enqueue,
                                             .dequeue = Adapter<Peer>::dequeue,
                                             .enqueue_n = Adapter<Peer>::enqueue_n,
                                             .dequeue_n = Adapter<Peer>::dequeue_n};

/* The largest power of two that is at most n, but at least `least`. */
constexpr uint64_t power_of_two_within(uint64_t n, uint64_t least)
{
    uint64_t size = least;
    while (2 * size <= n)
        size *= 2;
    return size;
}

} // namespace peer

/* `kind`: single or batched; the rest: name, summary, origin, reference and traits, in that order. */
#define PEER(id, kind, type, ...)                                                                            \
    static constexpr sluice_queue_ops ops = peer::kind<type>;                                                \
    SLUICE_BACKEND(id, ops, false, __VA_ARGS__, .create = peer::Adapter<type>::create,                       \
                   .destroy = peer::Adapter<type>::destroy, .attach = peer::Adapter<type>::attach,           \
                   .detach = peer::Adapter<type>::detach, .capacity = peer::Adapter<type>::capacity,         \
                   .footprint = peer::Adapter<type>::footprint)

#endif
