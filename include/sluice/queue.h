/* queue.h - the contract between a queue and everything that uses it.

   A queue moves items, non-null `void *`, from producers to consumers. Each thread that uses a queue attaches
   an end of it and calls the operations with that end only.

   Which calls may run at once:

     call                              at once with
     create, destroy                   nothing else on that queue
     attach, detach                    attach and detach of other ends, and every operation below
     enqueue*, reserve, commit         everything, on another end; never twice at once on the same end
     dequeue*, peek, release           likewise
     close                             everything
     capacity, footprint               everything (footprint may then lag behind)

   No more producers and consumers are attached than the traits and the configuration allow. Once every
   producer's last enqueue happens before a dequeue, SLUICE_AGAIN from that dequeue means that the queue
   is empty, or that another consumer has the rest in hand; while producers are at work it may also
   mean that an item is not quite there yet. */
#ifndef SLUICE_QUEUE_H
#define SLUICE_QUEUE_H

#include <sluice/port.h>

#include <time.h>

/* Changes with every change of a struct in this file; the loader compares it first. */
#define SLUICE_ABI 4u

enum sluice_status {
    SLUICE_OK,
    SLUICE_AGAIN,     /* full (enqueue) or empty (dequeue) at this moment */
    SLUICE_CLOSED,    /* closed, and for a dequeue also drained */
    SLUICE_NO_MEMORY, /* enqueue only: a node could not be allocated; the item was not taken */
};

enum sluice_end { SLUICE_PRODUCER, SLUICE_CONSUMER };

/* The operations of the hot path. enqueue and dequeue are mandatory, the rest is null where a queue
   does not have it. The table is `static const` beside its functions, so that the loops of stage.h,
   instantiated by SLUICE_BACKEND in the same file, fold every call away. */
struct sluice_queue_ops {
    /* One item. SLUICE_OK, SLUICE_AGAIN when full, SLUICE_CLOSED, SLUICE_NO_MEMORY. */
    enum sluice_status (*enqueue)(void *end, void *item);
    /* One item into *item. SLUICE_OK, SLUICE_AGAIN when empty, SLUICE_CLOSED when closed and empty. */
    enum sluice_status (*dequeue)(void *end, void **item);

    /* Batches: as many of n >= 1 as there is room for, in order; returns how many, 0 when full. */
    size_t (*enqueue_n)(void *end, void *const *items, size_t n);
    size_t (*dequeue_n)(void *end, void **items, size_t n);

    /* Spans, without a copy: reserve gives up to n consecutive free slots in *slots (0: full); the
       caller writes them and commits the first n of them. peek gives up to n consecutive items in
       *slots (0: empty); the caller reads them and releases the first n. A second reserve or peek
       before the commit or release gives the same slots again; an enqueue or dequeue in its place takes it
       that none of them is used. All four or none. */
    size_t (*reserve)(void *end, size_t n, void ***slots);
    void (*commit)(void *end, size_t n);
    size_t (*peek)(void *end, size_t n, void ***slots);
    void (*release)(void *end, size_t n);

    /* The queue's own blocking forms: as enqueue and dequeue, but they wait inside the queue
       instead of answering SLUICE_AGAIN, which then means that the deadline (CLOCK_MONOTONIC; null: none)
       has passed. Both or none; they need `close`, which ends the waiting. */
    enum sluice_status (*enqueue_wait)(void *end, void *item, const struct timespec *deadline);
    enum sluice_status (*dequeue_wait)(void *end, void **item, const struct timespec *deadline);
};

/* Progress guarantee of an operation, as the literature states it (Herlihy & Shavit 2008): what holds
   when other threads are stopped at any point. An allocator's locks count where every operation calls it
   (SLUICE_MEMORY_NODES), and not where it is called now and then (SLUICE_MEMORY_BLOCKS). */
enum sluice_progress {
    SLUICE_BLOCKING,         /* a stopped thread can stop the others: locks, and rings in which a slot is
                                claimed before it is filled */
    SLUICE_OBSTRUCTION_FREE, /* completes when it runs alone for long enough */
    SLUICE_LOCK_FREE,        /* some thread completes in a bounded number of steps */
    SLUICE_WAIT_FREE,        /* every thread does */
};

enum sluice_bound {
    SLUICE_UNBOUNDED, /* never full */
    SLUICE_BOUNDED,   /* always has a capacity */
    SLUICE_EITHER,    /* bounded when the configuration has a capacity, else not */
};

enum sluice_order {
    SLUICE_FIFO,              /* linearizable FIFO */
    SLUICE_FIFO_PER_PRODUCER, /* only items of the same producer keep their order */
    SLUICE_UNORDERED,
};

/* Where the memory for waiting items comes from. */
enum sluice_memory {
    SLUICE_MEMORY_FIXED,     /* allocated by create */
    SLUICE_MEMORY_BLOCKS,    /* grows and shrinks by blocks of many items */
    SLUICE_MEMORY_NODES,     /* malloc and free of a node for every item */
    SLUICE_MEMORY_INTRUSIVE, /* the node lies in the item: see item_room */
    SLUICE_MEMORY_KEPT,      /* grows by blocks of many items, which wait for the next ones until destroy */
};

/* What a queue needs beyond the language; bits of sluice_traits.needs. Checked when it is loaded. */
enum sluice_need {
    SLUICE_NEEDS_CAS2 = 1 << 0,         /* of the processor: a compare-and-swap of 16 bytes */
    SLUICE_NEEDS_SMALL_VALUES = 1 << 1, /* of the items: values below 2^48, which the harness's are */
};

#define SLUICE_MANY UINT32_MAX

struct sluice_traits {
    uint32_t max_producers, max_consumers; /* ends attached at once; SLUICE_MANY: no limit */
    enum sluice_bound bound;
    enum sluice_order order;
    enum sluice_progress enqueue, dequeue;
    enum sluice_memory memory;
    /* Intrusive queues: items point to at least this many bytes, aligned for any type, that belong to the
       queue from the enqueue of the item to its dequeue. 0: items are opaque values. */
    uint32_t item_room;
    uint32_t needs; /* enum sluice_need; 0: nothing */
    /* Not a queue but an instrument: items do not come out as they went in, so that nothing is
       verified and nothing ranked. */
    bool instrument;
};

struct sluice_queue_config {
    uint32_t size;                 /* sizeof(struct sluice_queue_config) */
    uint32_t producers, consumers; /* ends that will be attached, each at least 1 */
    uint64_t capacity; /* most items it may hold, at least 1; 0: unbounded, where the bound allows */
};

struct sluice_worker; /* stage.h */

/* A thread's whole run over its ends: source, worker or sink (stage.h), or a shape of the papers (shape.h).
 */
typedef void sluice_loop(struct sluice_worker *);

enum sluice_role { SLUICE_SOURCE, SLUICE_WORKER, SLUICE_SINK };
enum sluice_transfer { SLUICE_ITEM, SLUICE_BATCH, SLUICE_SPAN };
enum sluice_signal {
    SLUICE_SILENT,   /* waiting threads look for themselves: spin, yield, sleep, backoff */
    SLUICE_SIGNALED, /* waiting threads are woken by event counts: block, lazy */
    SLUICE_NATIVE,   /* the queue's own blocking operations */
};

enum sluice_mix { SLUICE_PAIRS, SLUICE_FIFTY, SLUICE_BURST, SLUICE_MIXES };

/* The loops specialised for one backend; null where the backend lacks the operations. */
struct sluice_loops {
    sluice_loop *run[3 /* role */][3 /* transfer */][3 /* signal */];
    sluice_loop *mix[SLUICE_MIXES];
    sluice_loop *ping[3 /* signal */];
};

/* The symbol under which a plug-in's descriptor is found; weak, so that many backends link into one program.
 */
#define SLUICE_PLUGIN_SYMBOL "sluice_plugin"

/* What a queue is. One const object a backend, made by SLUICE_BACKEND (backend.h). */
struct sluice_backend {
    uint32_t abi, size;    /* SLUICE_ABI, sizeof(struct sluice_backend): compared before anything else */
    uint32_t worker_size;  /* sizeof(struct sluice_worker), which the loops share with the harness */
    const char *name;      /* lower case, digits and '-' */
    const char *summary;   /* one line */
    const char *origin;    /* library and version, or "sluice" */
    const char *reference; /* authors, title, venue, year; or the library's documentation */
    struct sluice_traits traits;

    /* Makes a queue in *queue, with the largest capacity it can have that is not above the configured one
       (a ring of powers of two may hold fewer) or, where that would be none, its smallest. The caller keeps
       to the traits. 0, -EINVAL for a capacity that the queue cannot have, -ENOMEM, or another
       -errno. */
    int (*create)(const struct sluice_queue_config *, void **queue);
    /* Releases the queue and what it still holds; all ends are detached. Items are not the queue's. */
    void (*destroy)(void *queue);
    /* Makes the end `index` (from 0, below the configured number) for the calling thread. 0 or -errno. An
       index whose end was detached may be attached again: its new end goes on where the old one stopped. */
    int (*attach)(void *queue, enum sluice_end, unsigned index, void **end);
    void (*detach)(void *end);
    /* Optional. After it enqueues answer SLUICE_CLOSED (an instrument's need not), dequeues drain and then
       do; waiters return. */
    void (*close)(void *queue);
    /* Most items it holds at once; 0: unbounded. */
    uint64_t (*capacity)(const void *queue);
    /* Bytes of heap that the queue holds now, its fixed part included. */
    size_t (*footprint)(const void *queue);

    struct sluice_loops loops;
    const struct sluice_queue_ops *ops; /* the same operations, for tests */
};

#endif
