/* counting_allocator.hpp - an allocator that knows how many bytes it has given out, for queues that take
   their memory by the block: at one atomic addition a block its price does not show. */
#ifndef QUEUES_PEERS_COUNTING_ALLOCATOR_HPP
#define QUEUES_PEERS_COUNTING_ALLOCATOR_HPP

#include <sluice/port.h>

#include <new>

namespace peer
{

/* On lines of its own: who allocates a block writes to it, and all others read what is beside it. */
class alignas(SLUICE_SEPARATE) Counter
{
    std::atomic<size_t> bytes{0};

  public:
    void add(size_t n)
    {
        bytes.fetch_add(n, std::memory_order_relaxed);
    }
    size_t now() const
    {
        return bytes.load(std::memory_order_relaxed);
    }
};

/* Counts in a Counter, which outlives it and its copies. */
template <class T> class CountingAllocator
{
    template <class> friend class CountingAllocator;
    Counter *counter;

  public:
    using value_type = T;

    CountingAllocator(Counter &bytes) : counter(&bytes)
    {
    }
    template <class U> CountingAllocator(const CountingAllocator<U> &other) : counter(other.counter)
    {
    }
    T *allocate(size_t n)
    {
        T *memory = static_cast<T *>(operator new(n * sizeof(T), std::align_val_t(SLUICE_SEPARATE)));
        counter->add(n * sizeof(T));
        return memory;
    }
    void deallocate(T *memory, size_t n)
    {
        counter->add(-(n * sizeof(T)));
        operator delete(memory, std::align_val_t(SLUICE_SEPARATE));
    }
    template <class U> bool operator==(const CountingAllocator<U> &other) const
    {
        return counter == other.counter;
    }
};

} // namespace peer

#endif
