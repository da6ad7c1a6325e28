/* cc_queue.c - CC-Queue: P. Fatourou and N. Kallimanis, Revisiting the Combining Synchronization Technique,
   PPoPP 2012: the two-lock queue of Michael and Scott (two_lock.c), whose two locks are replaced by one
   instance each of the paper's CC-Synch.

   CC-Synch: a thread that wants an operation swaps a node of its own in as the last of a list, writes what it
   wants into the node that it got for it, and waits. Either somebody does the operation for it, or it finds
   itself first in the list: then it is the combiner and does its own and those of the nodes behind it, up to
   a bound, after which it makes the next one the combiner. So many operations are done by one thread, with
   the queue's lines in its cache.

   Departures. The node of the queue's list is made by the enqueuing thread and linked in by the combiner. Who
   has waited for long gives up its CPU, as the combiner may be waiting for one. A combiner does at most three
   operations for each end of its side (the authors' code: 256). List nodes come from a pool. */
#include "pool.h"

#include <sluice/backend.h>

#include <errno.h>
#include <sched.h>

enum { PAUSES = 512 };

/* What a thread announces. */
struct request {
    alignas(SLUICE_SEPARATE) _Atomic(struct request *) next;
    _Atomic bool wait; /* false: done, or, if not `completed`, the turn to combine */
    bool completed;
    void *value; /* the list node to enqueue; the item that was dequeued, null when there was none */
};

/* An instance of CC-Synch. */
struct combining {
    alignas(SLUICE_SEPARATE) _Atomic(struct request *) tail;
};

struct node {
    struct pool_node pool;
    _Atomic(struct node *) next;
    void *item;
};

struct cc_queue {
    struct combining enqueues, dequeues;
    alignas(SLUICE_SEPARATE) struct node *last;  /* the enqueues' combiner's */
    alignas(SLUICE_SEPARATE) struct node *first; /* the dequeues' combiner's: the dummy */
    alignas(SLUICE_SEPARATE) uint32_t producers; /* constant from here on */
    uint32_t consumers;
    struct cc_queue_end *ends; /* the producers', then the consumers' */
    struct request *requests;  /* one for each end, and the two that lie in the lists at first */
    struct pool pool;
};

struct cc_queue_end {
    alignas(SLUICE_SEPARATE) struct cc_queue *queue;
    struct request *request; /* the thread's own for its next operation; they change hands */
    struct pool_end pool;
};

static_assert(SLUICE_APART(struct cc_queue, enqueues, dequeues) &&
                  SLUICE_APART(struct cc_queue, dequeues, last) &&
                  SLUICE_APART(struct cc_queue, last, first) &&
                  SLUICE_APART(struct cc_queue, first, producers) &&
                  sizeof(struct request) % SLUICE_SEPARATE == 0 &&
                  sizeof(struct cc_queue_end) % SLUICE_SEPARATE == 0,
              "what different threads write lies on separate lines");

/* The sequential operations, done by the combiner on behalf of a request. */
typedef void operation(struct cc_queue_end *combiner, struct request *request);

SLUICE_INLINE void append(struct cc_queue_end *combiner, struct request *request)
{
    struct cc_queue *queue = combiner->queue;
    struct node *node = request->value;
    /* Release pairs with the acquire below: the other instance's combiner finds the item. */
    atomic_store_explicit(&queue->last->next, node, memory_order_release);
    queue->last = node;
}

SLUICE_INLINE void take_first(struct cc_queue_end *combiner, struct request *request)
{
    struct cc_queue *queue = combiner->queue;
    struct node *dummy = queue->first;
    struct node *next = atomic_load_explicit(&dummy->next, memory_order_acquire);
    if (!next) {
        request->value = NULL;
        return;
    }
    request->value = next->item;
    queue->first = next;
    pool_give(&combiner->pool, dummy); /* setting its link was the last that an enqueue did to it */
}

SLUICE_OUTLINE void cc_queue_wait(const struct request *request)
{
    unsigned rounds = 0;
    do {
        if (++rounds % PAUSES)
            sluice_cpu_pause();
        else
            sched_yield();
    } while (atomic_load_explicit(&request->wait, memory_order_acquire));
}

/* Does the operations in the list from `request`, the combiner's own, on. The list ends in the node that has
   not been swapped out yet, whose `next` is null. */
SLUICE_INLINE void combine(struct cc_queue_end *end, struct request *request, operation *apply, unsigned most)
{
    struct request *next;
    /* Acquire pairs with the release of announce: what is wanted is there. */
    while (most-- > 0 && (next = atomic_load_explicit(&request->next, memory_order_acquire))) {
        apply(end, request);
        request->completed = true;
        /* Release: the result goes with it. The node is its thread's again, `next` was read before. */
        atomic_store_explicit(&request->wait, false, memory_order_release);
        request = next;
    }
    /* Its turn, now or when it is announced. Release hands the queue's state over. */
    atomic_store_explicit(&request->wait, false, memory_order_release);
}

/* CC-Synch: has the operation done, and returns what it left in the request. */
SLUICE_INLINE void *cc_synch(struct combining *instance, struct cc_queue_end *end, void *value,
                             operation *apply, unsigned most)
{
    struct request *spare = end->request;
    atomic_store_explicit(&spare->next, NULL, memory_order_relaxed);
    atomic_store_explicit(&spare->wait, true, memory_order_relaxed);
    spare->completed = false;
    /* Release publishes the spare node as the list's last, acquire gets the one before it as it was
     * published. */
    struct request *request = atomic_exchange_explicit(&instance->tail, spare, memory_order_acq_rel);
    request->value = value;
    atomic_store_explicit(&request->next, spare, memory_order_release); /* announces it */
    end->request = request;
    /* Acquire pairs with the releases of combine. */
    if (atomic_load_explicit(&request->wait, memory_order_acquire))
        cc_queue_wait(request);
    if (!request->completed)
        combine(end, request, apply, most);
    return request->value;
}

SLUICE_INLINE enum sluice_status cc_queue_enqueue(void *end_, void *item)
{
    struct cc_queue_end *end = end_;
    struct cc_queue *queue = end->queue;
    struct node *node = pool_take(&end->pool);
    if (SLUICE_UNLIKELY(!node))
        return SLUICE_NO_MEMORY;
    node->item = item;
    atomic_store_explicit(&node->next, NULL, memory_order_relaxed);
    cc_synch(&queue->enqueues, end, node, append, 3 * queue->producers);
    return SLUICE_OK;
}

SLUICE_INLINE enum sluice_status cc_queue_dequeue(void *end_, void **item)
{
    struct cc_queue_end *end = end_;
    struct cc_queue *queue = end->queue;
    void *taken = cc_synch(&queue->dequeues, end, NULL, take_first, 3 * queue->consumers);
    if (!taken)
        return SLUICE_AGAIN;
    *item = taken;
    return SLUICE_OK;
}

static void cc_queue_destroy(void *queue_)
{
    struct cc_queue *queue = queue_;
    size_t ends = (size_t)queue->producers + queue->consumers;
    for (struct node *node = queue->first, *next; node; node = next) {
        next = atomic_load_explicit(&node->next, memory_order_relaxed);
        pool_give(&queue->ends->pool, node);
    }
    for (size_t i = 0; i < ends; i++)
        pool_end_destroy(&queue->ends[i].pool);
    pool_destroy(&queue->pool);
    free(queue->requests);
    free(queue->ends);
    free(queue);
}

static int cc_queue_create(const struct sluice_queue_config *config, void **out)
{
    if (config->capacity)
        return -EINVAL;
    size_t ends = (size_t)config->producers + config->consumers;
    struct cc_queue *queue = sluice_alloc(sizeof *queue);
    struct cc_queue_end *end = sluice_alloc(ends * sizeof *end);
    struct request *request = sluice_alloc((ends + 2) * sizeof *request);
    if (!queue || !end || !request) {
        free(queue);
        free(end);
        free(request);
        return -ENOMEM;
    }
    queue->producers = config->producers;
    queue->consumers = config->consumers;
    queue->ends = end;
    queue->requests = request;
    pool_init(&queue->pool, sizeof(struct node));
    for (size_t i = 0; i < ends; i++) {
        end[i].queue = queue;
        end[i].request = &request[i];
        pool_end_init(&end[i].pool, &queue->pool, i);
    }
    /* The first who comes combines: the nodes in the lists do not wait. */
    atomic_init(&queue->enqueues.tail, &request[ends]);
    atomic_init(&queue->dequeues.tail, &request[ends + 1]);
    struct node *dummy = pool_take(&end->pool);
    queue->first = queue->last = dummy;
    if (!dummy) {
        cc_queue_destroy(queue);
        return -ENOMEM;
    }
    atomic_init(&dummy->next, NULL);
    *out = queue;
    return 0;
}

static int cc_queue_attach(void *queue_, enum sluice_end side, unsigned index, void **out)
{
    struct cc_queue *queue = queue_;
    *out = &queue->ends[index + (side == SLUICE_CONSUMER ? queue->producers : 0)];
    return 0;
}

static void cc_queue_detach(void *end)
{
    (void)end;
}

static uint64_t cc_queue_capacity(const void *queue)
{
    (void)queue;
    return 0;
}

static size_t cc_queue_footprint(const void *queue_)
{
    const struct cc_queue *queue = queue_;
    size_t slabs = 0, ends = (size_t)queue->producers + queue->consumers;
    for (size_t i = ends; i-- > 0;) /* the consumers, who give back, first: the sum is not short */
        slabs += atomic_load_explicit(&queue->ends[i].pool.slabs, memory_order_relaxed);
    return sizeof *queue + ends * sizeof *queue->ends + (ends + 2) * sizeof *queue->requests +
           pool_bytes(&queue->pool, slabs);
}

static const struct sluice_queue_ops ops = {.enqueue = cc_queue_enqueue, .dequeue = cc_queue_dequeue};

SLUICE_BACKEND(cc_queue, ops, false, .name = "cc-queue",
               .summary = "CC-Queue: the two-lock queue, its operations combined by one thread of a side",
               .origin = "sluice", .reference = "P. Fatourou, N. Kallimanis, PPoPP 2012; CC-Synch",
               .traits = {.max_producers = SLUICE_MANY,
                          .max_consumers = SLUICE_MANY,
                          .bound = SLUICE_UNBOUNDED,
                          .order = SLUICE_FIFO,
                          .enqueue = SLUICE_BLOCKING, /* a stopped combiner stops those behind it */
                          .dequeue = SLUICE_BLOCKING,
                          .memory = SLUICE_MEMORY_BLOCKS},
               .create = cc_queue_create, .destroy = cc_queue_destroy, .attach = cc_queue_attach,
               .detach = cc_queue_detach, .capacity = cc_queue_capacity, .footprint = cc_queue_footprint);
