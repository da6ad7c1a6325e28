/* cds_fcqueue.cpp - libcds's flat combining queue: a thread publishes what it wants and, if it gets the lock,
   does what all have published on a std::deque.

   Who waits for a combiner backs off by spins and then yields; the library's own choice, to sleep for two
   milliseconds, would hide in a result. */
#include "cds.hpp"
#include "counting_allocator.hpp"

#include <cds/container/fcqueue.h>
#include <deque>

namespace
{

namespace flat = cds::algo::flat_combining;

/* What is passed between a thread and its combiner. */
struct Request {
    void *item;
    mutable bool refused; /* there was no memory for it */
};

/* What combiners work on. An exception would reach the wrong thread, with requests half done. The deque gives
   back its blocks, but not what it finds them by, which is let go of when all is empty. */
class Sequence
{
    using Deque = std::deque<void *, peer::SharedAllocator<void *>>;
    static constexpr size_t many = 8192;
    Deque items;
    bool had_many = false;

    void let_go()
    {
        try {
            Deque().swap(items);
            had_many = false;
        } catch (const std::bad_alloc &) { /* then the next time */
        }
    }

  public:
    void push(const Request &request)
    {
        try {
            items.push_back(request.item);
            had_many |= items.size() > many;
        } catch (const std::bad_alloc &) {
            request.refused = true;
        }
    }
    bool empty() const
    {
        return items.empty();
    }
    Request front() const
    {
        return {items.front(), false};
    }
    void pop()
    {
        items.pop_front();
        if (SLUICE_UNLIKELY(had_many) && items.empty())
            let_go();
    }
};

struct Traits : cds::container::fcqueue::traits {
    using wait_strategy = flat::wait_strategy::backoff<cds::backoff::Default>;
    using allocator = peer::SharedAllocator<int>; /* of the publications */
};

struct Combined : cds::container::FCQueue<Request, Sequence, Traits> {
    /* The thread's publication is taken back. The library itself does that when the thread ends, which may be
       after the queue's; and its combiner frees what it takes for unlinked, so that none may be at work. */
    void withdraw()
    {
        struct Kernel : fc_kernel {
            static auto record()
            {
                return &Kernel::m_pThreadRec;
            }
        };
        m_FlatCombining.invoke_exclusive([this] { (m_FlatCombining.*Kernel::record()).reset(); });
    }
};

struct Combining : private peer::Shared {
    using Producer = peer::None;
    using Consumer = peer::None;
    static constexpr bool counts_items = false;
    Combined queue;

    static bool can_hold(uint64_t capacity)
    {
        return capacity == 0;
    }
    /* The library makes a publication for who makes the queue, which need not be who destroys it. */
    explicit Combining(uint64_t)
    {
        queue.withdraw();
    }
    void leave()
    {
        queue.withdraw();
    }
    __attribute__((always_inline)) bool put(Producer &, void *item)
    {
        Request request = {item, false};
        queue.enqueue(static_cast<const Request &>(request));
        if (SLUICE_UNLIKELY(request.refused))
            throw std::bad_alloc();
        return true;
    }
    __attribute__((always_inline)) bool take(Consumer &, void *&item)
    {
        Request request;
        if (!queue.dequeue(request))
            return false;
        item = request.item;
        return true;
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

PEER(cds_fcqueue, single, Combining, .name = "cds-fcqueue", .summary = "libcds's flat combining queue",
     .origin = CDS_ORIGIN,
     .reference =
         "D. Hendler, I. Incze, N. Shavit, M. Tzafrir, Flat combining and the synchronization-parallelism "
         "tradeoff, SPAA 2010; cds::container::FCQueue",
     .traits = {.max_producers = SLUICE_MANY,
                .max_consumers = SLUICE_MANY,
                .bound = SLUICE_UNBOUNDED,
                .order = SLUICE_FIFO,
                .enqueue = SLUICE_BLOCKING,
                .dequeue = SLUICE_BLOCKING,
                .memory = SLUICE_MEMORY_BLOCKS});
