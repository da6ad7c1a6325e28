/* faa_bound.c - not a queue but the ceiling of those that number their operations by a fetch-and-add: an
   enqueue is one fetch-and-add, a dequeue is one of another counter, and no item is moved. C. Yang
   and J. Mellor-Crummey (PPoPP 2016) and R. Nikolaev (DISC 2019) plot it beside their queues.

   As with the null queue, what comes out is made up, until the end. */
#include <sluice/backend.h>

#include <errno.h>

struct faa_bound {
    alignas(SLUICE_SEPARATE) _Atomic uint64_t put;
    alignas(SLUICE_SEPARATE) _Atomic uint64_t taken;
    alignas(SLUICE_SEPARATE) _Atomic bool closed;
};

static_assert(SLUICE_APART(struct faa_bound, put, taken) && SLUICE_APART(struct faa_bound, taken, closed) &&
                  sizeof(struct faa_bound) % SLUICE_SEPARATE == 0,
              "the counters lie on separate lines");

/* All orders are relaxed: nothing comes with the numbers. */

SLUICE_INLINE enum sluice_status faa_bound_enqueue(void *end, void *item)
{
    struct faa_bound *bound = end;
    __asm__ volatile("" ::"r"(item)); /* the item is made, as for any queue */
    atomic_fetch_add_explicit(&bound->put, 1, memory_order_relaxed);
    return SLUICE_OK;
}

SLUICE_INLINE enum sluice_status faa_bound_dequeue(void *end, void **item)
{
    struct faa_bound *bound = end;
    if (SLUICE_UNLIKELY(atomic_load_explicit(&bound->closed, memory_order_relaxed)))
        return SLUICE_CLOSED;
    uint64_t number = atomic_fetch_add_explicit(&bound->taken, 1, memory_order_relaxed);
    *item = (void *)(uintptr_t)(number + 1);
    return SLUICE_OK;
}

static int faa_bound_create(const struct sluice_queue_config *config, void **out)
{
    if (config->capacity)
        return -EINVAL;
    *out = sluice_alloc(sizeof(struct faa_bound));
    return *out ? 0 : -ENOMEM;
}

static void faa_bound_destroy(void *bound)
{
    free(bound);
}

static int faa_bound_attach(void *bound, enum sluice_end side, unsigned index, void **end)
{
    (void)side, (void)index;
    *end = bound;
    return 0;
}

static void faa_bound_detach(void *end)
{
    (void)end;
}

static void faa_bound_close(void *end)
{
    struct faa_bound *bound = end;
    atomic_store_explicit(&bound->closed, true, memory_order_relaxed);
}

static uint64_t faa_bound_capacity(const void *bound)
{
    (void)bound;
    return 0;
}

static size_t faa_bound_footprint(const void *bound)
{
    (void)bound;
    return sizeof(struct faa_bound);
}

static const struct sluice_queue_ops ops = {.enqueue = faa_bound_enqueue, .dequeue = faa_bound_dequeue};

SLUICE_BACKEND(
    faa_bound, ops, false, .name = "faa-bound",
    .summary = "a fetch-and-add an operation and no queue: what queues that count so cannot exceed",
    .origin = "sluice",
    .reference = "after A. Morrison, Y. Afek, PPoPP 2013; C. Yang, J. Mellor-Crummey, PPoPP 2016",
    .traits = {.max_producers = SLUICE_MANY,
               .max_consumers = SLUICE_MANY,
               .bound = SLUICE_UNBOUNDED,
               .order = SLUICE_UNORDERED,
               .enqueue = SLUICE_WAIT_FREE,
               .dequeue = SLUICE_WAIT_FREE,
               .memory = SLUICE_MEMORY_FIXED,
               .instrument = true},
    .create = faa_bound_create, .destroy = faa_bound_destroy, .attach = faa_bound_attach,
    .detach = faa_bound_detach, .close = faa_bound_close, .capacity = faa_bound_capacity,
    .footprint = faa_bound_footprint);
