/* cds_segmented.cpp - libcds's segmented queue: a list of segments, in each of which producers look for a
   free cell, and consumers for an item, from a random cell on. Within a segment items are therefore in no
   order; an item is overtaken by fewer than a segment holds. Segments come and go under a lock; and the
   library has every operation count the items, in a word that all threads write.

   Here the cells hold the items themselves, shifted for the mark that the library has in a cell's lowest bit.
   Its own random order is rand()'s, which takes a lock of the C library's at every operation: the threads
   have generators of their own instead. */
#include "cds_hazard.hpp"

#include <cds/intrusive/segmented_queue.h>

namespace
{

/* G. Marsaglia, Xorshift RNGs, 2003; each thread starts from where its own word lies. */
static thread_local __attribute__((tls_model("initial-exec"))) uint32_t random_state;

uint32_t next_random()
{
    uint32_t x = random_state ? random_state : (uint32_t)((uintptr_t)&random_state >> 4) | 1;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return random_state = x;
}

/* The cells of a segment, all of them once, from a random one on. */
class Round
{
    uint32_t first, step;
    const uint32_t mask;

  public:
    using integer_type = uint32_t;
    explicit Round(size_t cells) : first(next_random()), step(0), mask((uint32_t)cells - 1)
    {
    }
    operator uint32_t() const
    {
        return (first + step) & mask;
    }
    bool next()
    {
        return ++step <= mask;
    }
    void reset()
    {
        first = next_random();
        step = 0;
    }
};

/* The library tells its statistics, of which this is all, when a segment comes and goes. */
struct Count : cds::intrusive::segmented_queue::empty_stat {
    std::atomic<size_t> segments{0};
    void onSegmentCreated()
    {
        segments.fetch_add(1, std::memory_order_relaxed);
    }
    void onSegmentDeleted()
    {
        segments.fetch_sub(1, std::memory_order_relaxed);
    }
};

struct Traits : cds::intrusive::segmented_queue::traits {
    using memory_model = peer::CdsOrder;
    using permutation_generator = Round;
    using stat = Count;
};

struct Segments : private peer::CdsThread {
    using Producer = peer::None;
    using Consumer = peer::None;
    using Queue = cds::intrusive::SegmentedQueue<peer::Hazard, char, Traits>;
    static_assert(Queue::c_nHazardPtrCount <= peer::Hazard::most);
    struct Inside : Queue {
        static constexpr size_t cell_size = sizeof(typename Queue::cell),
                                head_size = sizeof(typename Queue::segment);
    };
    static constexpr bool counts_items = false;
    static constexpr size_t quasi_factor = 16; /* cells of a segment */
    Queue queue;

    static bool can_hold(uint64_t capacity)
    {
        return capacity == 0;
    }
    explicit Segments(uint64_t) : queue(quasi_factor)
    {
    }
    ~Segments()
    {
        peer::cds_make_known();
    }
    void arrive()
    {
        peer::cds_make_known();
    }
    __attribute__((always_inline)) bool put(Producer &, void *item)
    {
        peer::cds_make_known();
        return queue.enqueue(*reinterpret_cast<char *>(reinterpret_cast<uintptr_t>(item) << 1));
    }
    __attribute__((always_inline)) bool take(Consumer &, void *&item)
    {
        peer::cds_make_known();
        char *cell = queue.dequeue();
        if (!cell)
            return false;
        item = reinterpret_cast<void *>(reinterpret_cast<uintptr_t>(cell) >> 1);
        return true;
    }
    uint64_t capacity() const
    {
        return 0;
    }
    size_t footprint(uint64_t) const
    {
        size_t segment = Inside::head_size + quasi_factor * Inside::cell_size;
        return queue.statistics().segments.load(std::memory_order_relaxed) * segment;
    }
};

} // namespace

PEER(cds_segmented, single, Segments, .name = "cds-segmented",
     .summary = "libcds's segmented queue of quasi factor 16, over hazard pointers", .origin = CDS_ORIGIN,
     .reference = "Y. Afek, G. Korland, E. Yanovsky, Quasi-Linearizability: Relaxed Consistency for Improved "
                  "Concurrency, OPODIS 2010; cds::intrusive::SegmentedQueue, gc::HP",
     .traits = {.max_producers = SLUICE_MANY,
                .max_consumers = SLUICE_MANY,
                .bound = SLUICE_UNBOUNDED,
                .order = SLUICE_UNORDERED,
                .enqueue = SLUICE_BLOCKING,
                .dequeue = SLUICE_BLOCKING,
                .memory = SLUICE_MEMORY_BLOCKS,
                .needs = SLUICE_NEEDS_SMALL_VALUES});
