/* vyukov.c - D. Vyukov's bounded queue for many producers and many consumers, 1024cores.net, 2010.

   A ring of cells, each with a sequence number that says whose turn it is: equal to a position, the cell is
   free for the producer that claims the position; one more, it is filled, for the consumer that claims it; a
   round later, free again. A position is claimed by a compare-and-swap, the cell is handed over by its number
   alone.

   Both operations are as fast as one compare-and-swap, but a thread stopped between its claim and the
   cell's new number stops the other side when it comes round to that cell: not lock-free, as its author says
   himself.

   Departures: a full or an empty ring is answered as SLUICE_AGAIN where the original has false; a capacity
   that is no power of two, which the original refuses, is rounded down to one, and is at least 2; the memory
   orders are the original's. Cells are as close together as there, two pointers each. */
#include <sluice/backend.h>

#include <errno.h>

struct cell {
    _Atomic uint64_t sequence;
    void *item;
};

struct vyukov {
    alignas(SLUICE_SEPARATE) struct cell *cells; /* constant, as is the mask */
    uint64_t mask;                               /* cells - 1, cells being a power of two */
    alignas(SLUICE_SEPARATE) _Atomic uint64_t put;
    alignas(SLUICE_SEPARATE) _Atomic uint64_t taken;
};

static_assert(SLUICE_APART(struct vyukov, cells, put) && SLUICE_APART(struct vyukov, put, taken) &&
                  sizeof(struct vyukov) % SLUICE_SEPARATE == 0,
              "the two sides' positions and the constants lie on separate lines");

/* Claims the next position of one side: the cell whose number is the position + `ahead`. Null: the cell there
   is not that far. */
SLUICE_INLINE struct cell *claim(struct vyukov *queue, _Atomic uint64_t *next, uint64_t ahead,
                                 uint64_t *position)
{
    /* Relaxed: a position hands nothing over, the cell's number does. One that is out of date finds a number
       that is ahead of it, or fails to be swapped. */
    uint64_t at = atomic_load_explicit(next, memory_order_relaxed);
    for (;;) {
        struct cell *cell = &queue->cells[at & queue->mask];
        /* Acquire pairs with the release of the other side: the item is there, or has been read. */
        uint64_t sequence = atomic_load_explicit(&cell->sequence, memory_order_acquire);
        int64_t difference = (int64_t)(sequence - (at + ahead));
        if (difference == 0) {
            if (SLUICE_LIKELY(atomic_compare_exchange_weak_explicit(next, &at, at + 1, memory_order_relaxed,
                                                                    memory_order_relaxed))) {
                *position = at;
                return cell;
            }
        } else if (difference < 0) {
            return NULL;
        } else { /* another thread has claimed it meanwhile */
            at = atomic_load_explicit(next, memory_order_relaxed);
        }
    }
}

SLUICE_INLINE enum sluice_status vyukov_enqueue(void *end, void *item)
{
    struct vyukov *queue = end;
    uint64_t at;
    struct cell *cell = claim(queue, &queue->put, 0, &at);
    if (SLUICE_UNLIKELY(!cell))
        return SLUICE_AGAIN;
    cell->item = item;
    atomic_store_explicit(&cell->sequence, at + 1, memory_order_release);
    return SLUICE_OK;
}

SLUICE_INLINE enum sluice_status vyukov_dequeue(void *end, void **item)
{
    struct vyukov *queue = end;
    uint64_t at;
    struct cell *cell = claim(queue, &queue->taken, 1, &at);
    if (SLUICE_UNLIKELY(!cell))
        return SLUICE_AGAIN;
    *item = cell->item;
    atomic_store_explicit(&cell->sequence, at + queue->mask + 1, memory_order_release);
    return SLUICE_OK;
}

static int vyukov_create(const struct sluice_queue_config *config, void **out)
{
    if (!config->capacity || config->capacity > UINT64_C(1) << 40)
        return -EINVAL;
    /* At least two: with one cell a number would say both filled and free again. */
    uint64_t cells = 2;
    while (2 * cells <= config->capacity)
        cells *= 2;
    struct vyukov *queue = sluice_alloc(sizeof *queue);
    struct cell *cell = sluice_alloc(cells * sizeof *cell);
    if (!queue || !cell) {
        free(queue);
        free(cell);
        return -ENOMEM;
    }
    for (uint64_t i = 0; i < cells; i++)
        atomic_init(&cell[i].sequence, i);
    queue->cells = cell;
    queue->mask = cells - 1;
    *out = queue;
    return 0;
}

static void vyukov_destroy(void *end)
{
    struct vyukov *queue = end;
    free(queue->cells);
    free(queue);
}

static int vyukov_attach(void *queue, enum sluice_end side, unsigned index, void **end)
{
    (void)side, (void)index;
    *end = queue;
    return 0;
}

static void vyukov_detach(void *end)
{
    (void)end;
}

static uint64_t vyukov_capacity(const void *end)
{
    const struct vyukov *queue = end;
    return queue->mask + 1;
}

static size_t vyukov_footprint(const void *end)
{
    const struct vyukov *queue = end;
    return sizeof *queue + (queue->mask + 1) * sizeof *queue->cells;
}

static const struct sluice_queue_ops ops = {.enqueue = vyukov_enqueue, .dequeue = vyukov_dequeue};

SLUICE_BACKEND(vyukov, ops, false, .name = "vyukov",
               .summary = "Vyukov's bounded ring: numbered cells, a compare-and-swap an operation",
               .origin = "sluice", .reference = "D. Vyukov, Bounded MPMC queue, 1024cores.net, 2010",
               .traits = {.max_producers = SLUICE_MANY,
                          .max_consumers = SLUICE_MANY,
                          .bound = SLUICE_BOUNDED,
                          .order = SLUICE_FIFO,
                          .enqueue = SLUICE_BLOCKING, /* a stopped consumer keeps its cell */
                          .dequeue = SLUICE_BLOCKING, /* a stopped producer hides the rest */
                          .memory = SLUICE_MEMORY_FIXED},
               .create = vyukov_create, .destroy = vyukov_destroy, .attach = vyukov_attach,
               .detach = vyukov_detach, .capacity = vyukov_capacity, .footprint = vyukov_footprint);
