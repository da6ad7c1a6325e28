/* cds_hazard.hpp - how libcds reclaims what its queues have retired: how it is started, and how a thread is
   made known to it.

   By hazard pointers, as our own queues of the same papers are. The library keeps them and the nodes that a
   thread has retired in a record of the thread's, which it has from its first attach to its end,
   whatever queues it uses. The nodes are freed when there are `retired` of them, when the thread ends, and
   when it destroys a queue; until then they are the thread's, not the queue's, and in no footprint.

   The library's orders of memory are too weak for C++'s model in several places (its issue 186, 2025), which
   does not show on x86, where a compare-and-swap is a full barrier. Elsewhere all of them are made
   sequentially consistent. */
#ifndef QUEUES_PEERS_CDS_HAZARD_HPP
#define QUEUES_PEERS_CDS_HAZARD_HPP

#include "cds.hpp"

#include <cds/gc/hp.h>
#include <cds/opt/options.h>

/* Apart, for the loops are to be flat: the library calls what scans by a pointer to a member function. */
SLUICE_OUTLINE void scan_slowly()
{
    cds::gc::HP::scan();
}

SLUICE_OUTLINE void make_known_slowly();

namespace peer
{

#if defined(__x86_64__) || defined(__i386__)
using CdsOrder = cds::opt::v::relaxed_ordering; /* the library's own choice, by its name for it */
#else
using CdsOrder = cds::opt::v::sequential_consistent;
#endif

/* The library's reclamation, but for the scan. It is one for all queues of the process, made by the first of
   them and never destroyed: threads that were left behind may still be using it when the program ends. */
struct Hazard : cds::gc::HP {
    static constexpr size_t most = 6;          /* hazard pointers of a thread: the baskets queue's */
    static constexpr size_t threads = 5 * 256; /* a source, three workers and a sink for each of 256 */
    static constexpr size_t retired = most * threads + 1; /* one more than can be guarded */

    template <class Disposer, class T> static void retire(T *node)
    {
        auto dispose = [](void *p) { Disposer()(static_cast<T *>(p)); };
        if (SLUICE_UNLIKELY(
                !cds::gc::hp::smr::tls()->retired_.push(cds::gc::hp::retired_ptr(node, +dispose))))
            scan_slowly();
    }
};

/* Whether the library knows this thread; one instruction reaches it, since it is looked at for every item. */
static thread_local __attribute__((tls_model("initial-exec"))) bool is_known;

/* A thread is made known when it attaches an end, or at its first operation by another's. */
inline void cds_make_known()
{
    if (SLUICE_UNLIKELY(!is_known))
        make_known_slowly();
}

/* Made before a queue, and so released after it. */
struct CdsThread {
    CdsThread()
    {
        cds_make_known();
    }
    ~CdsThread()
    {
        cds::gc::HP::scan();
    }
};

/* An unbounded queue of theirs that takes a node from the heap for each item, over hazard pointers. */
template <class Queue> struct CdsHazardNodes : private CdsThread, CdsNodes<Queue> {
    using typename CdsNodes<Queue>::Producer;
    using typename CdsNodes<Queue>::Consumer;
    static_assert(Queue::c_nHazardPtrCount <= Hazard::most);
    using CdsNodes<Queue>::CdsNodes;

    ~CdsHazardNodes()
    {
        cds_make_known();
    }
    void arrive()
    {
        cds_make_known();
    }
    bool put(Producer &own, void *item)
    {
        cds_make_known();
        return CdsNodes<Queue>::put(own, item);
    }
    bool take(Consumer &own, void *&item)
    {
        cds_make_known();
        return CdsNodes<Queue>::take(own, item);
    }
};

} // namespace peer

/* Starts the library, if no queue did, and makes this thread known to it. The thread's end undoes the latter:
   the library has a destructor for that at its key of thread-specific data. */
static void make_known_slowly()
{
    [[maybe_unused]] static const bool started = [] {
        cds::Initialize();
        cds::gc::hp::smr::construct(peer::Hazard::most, peer::Hazard::threads, peer::Hazard::retired);
        return true;
    }();
    cds::threading::Manager::attachThread();
    peer::is_known = true;
}

#endif
