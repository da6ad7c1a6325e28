/* counting_allocator.hpp - an allocator that knows how many bytes it has given out, for queues that take
   their memory by the block: at one atomic addition a block its price does not show. */
#ifndef QUEUES_PEERS_COUNTING_ALLOCATOR_HPP
#define QUEUES_PEERS_COUNTING_ALLOCATOR_HPP

#include <sluice/port.h>

#include <cstddef>
#include <cstdlib>
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

/* For a library that makes its allocators itself, so that they cannot know the queue: all queues of the
   module are counted together, and each one's footprint is its equal share. A block knows its size, for not
   every library says the right one when it gives it back. */
namespace
{

class Shared
{
    static constexpr size_t head = alignof(std::max_align_t);
    static Counter bytes;
    static std::atomic<size_t> queues;

  public:
    Shared()
    {
        queues++;
    }
    ~Shared()
    {
        queues--;
    }
    static size_t share()
    {
        return bytes.now() / queues;
    }
    /* Null: no memory. */
    static void *allocate(size_t n)
    {
        char *memory = static_cast<char *>(std::malloc(head + n));
        if (!memory)
            return nullptr;
        *reinterpret_cast<size_t *>(memory) = n;
        bytes.add(n);
        return memory + head;
    }
    static void release(void *block)
    {
        char *memory = static_cast<char *>(block) - head;
        bytes.add(-*reinterpret_cast<size_t *>(memory));
        std::free(memory);
    }
};
Counter Shared::bytes;
std::atomic<size_t> Shared::queues;

template <class T> struct SharedAllocator {
    using value_type = T;

    SharedAllocator() = default;
    template <class U> SharedAllocator(const SharedAllocator<U> &)
    {
    }
    T *allocate(size_t n)
    {
        void *memory = Shared::allocate(n * sizeof(T));
        if (!memory)
            throw std::bad_alloc();
        return static_cast<T *>(memory);
    }
    void deallocate(T *memory, size_t)
    {
        Shared::release(memory);
    }
    template <class U> bool operator==(const SharedAllocator<U> &) const
    {
        return true;
    }
};

} // namespace

} // namespace peer

#endif
