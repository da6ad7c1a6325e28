/* ymc.c - C. Yang, J. Mellor-Crummey, A Wait-free Queue as Fast as Fetch-and-Add, PPoPP 2016: an endless
   array of cells, made of segments. Operation number i on a side takes cell i by fetch-and-add. An operation
   that fails a few times publishes a request, which others then complete for it. Functions are named as in
   the paper.

   A cell's value goes from none to an item, by the enqueuer, or to TOP, by a dequeuer that comes first; a
   cell that is TOP may still be given to an enqueue request. enq and deq say which request, if any, has
   reserved the cell.

   Memory: dequeuers release segments that all ends have left. P. Ramalhete and A. Correia (A
   Wait-Free Queue with Wait-Free Memory Reclamation, PPoPP 2017) point out that an end that is stopped within
   an operation keeps all segments from its own on: memory is then unbounded, and with a bounded memory the
   queue is not wait-free. Nor is malloc. The traits say wait-free as the paper does. As published, a dequeue
   of an empty queue uses up a cell.

   Where this departs from the paper:
   - An end either enqueues or dequeues, so that it has one segment pointer and one kind of request; peers
     are the ends of one side.
   - The hazard of an end is the number of its oldest segment and not a pointer, which others would follow to
     memory that may be gone. The barrier after it is the operation's fetch-and-add (see `enter`).
   - Before segments are released the tail is moved past them. It can be behind when the queue was polled
     empty, and enqueuers would get tickets of released cells. (The authors' code does this, too.)
   - Cells are spread over the lines of a segment (spread.h) instead of padded.
   - A dequeuer waits a little at a cell whose ticket an enqueuer has (as LCRQ's, PPoPP 2013; the authors'
     code waits too).
   - Segments have 256 cells, and an end tries to release some only when it has come to another segment.
   - Memory may run out: an enqueue is then withdrawn, and a dequeue keeps its ticket for its next call, be it
     that of another thread which takes the end over. Until then the end keeps its segment.
   - Items are below 2^48 (SLUICE_NEEDS_SMALL_VALUES): TOP is above. */
#include "ymc_cells.h"

#include <errno.h>

/* ---- enqueue ---- */

SLUICE_INLINE bool try_to_claim_req(struct request *request, uint64_t id, uint64_t i)
{
    return swap(&request->state, PENDING | id, i);
}

static void enq_commit(struct ymc *queue, struct cell *cell, uint64_t value, uint64_t i)
{
    advance_end_for_linearizability(&queue->tail, i + 1);
    store(&cell->value, value);
}

SLUICE_OUTLINE enum sluice_status enq_slowly(struct end *end, uint64_t value, uint64_t id)
{
    struct ymc *queue = end->queue;
    struct request *request = &end->request;
    /* A copy: the request may be given to an earlier cell than it reaches. */
    struct segment *at = load(&end->segment);
    store(&request->value, value);
    store(&request->state, PENDING | id);
    do {
        uint64_t i = atomic_fetch_add_explicit(&queue->tail, 1, memory_order_seq_cst);
        struct cell *cell = find_cell(queue, &at, i);
        if (!cell) {
            if (try_to_claim_req(request, id, WITHDRAWN))
                return SLUICE_NO_MEMORY;
        } else if (reserve(&cell->enq, request) && load(&cell->value) == 0) {
            /* Dijkstra's protocol: reserved, then still none; who dequeues makes it TOP, then looks at enq.
             */
            try_to_claim_req(request, id, i);
            break;
        }
    } while (load(&request->state) & PENDING);
    id = load(&request->state);
    /* Who claimed the cell has found it: no memory is needed. */
    enq_commit(queue, find_own_cell(end, id), value, id);
    return SLUICE_OK;
}

SLUICE_INLINE enum sluice_status ymc_enqueue(void *end_, void *item)
{
    struct end *end = end_;
    uint64_t value = (uintptr_t)item, i = 0;
    enum sluice_status status = SLUICE_AGAIN;
    enter(end);
    for (int tries = 0; tries < PATIENCE && SLUICE_LIKELY(status == SLUICE_AGAIN); tries++) {
        i = atomic_fetch_add_explicit(&end->queue->tail, 1, memory_order_seq_cst);
        struct cell *cell = find_own_cell(end, i);
        if (SLUICE_UNLIKELY(!cell))
            status = SLUICE_NO_MEMORY; /* the cell's dequeuer makes it TOP */
        else if (SLUICE_LIKELY(swap(&cell->value, 0, value)))
            status = SLUICE_OK;
    }
    if (SLUICE_UNLIKELY(status == SLUICE_AGAIN))
        status = enq_slowly(end, value, i);
    end->number = load(&end->segment)->number;
    leave(end);
    return status;
}

/* Reserves cell i, which is TOP, for the request of the next producer in turn that may have it, or for none.
 */
static void reserve_for_peer(struct end *end, struct cell *cell, uint64_t i)
{
    struct ymc *queue = end->queue;
    uint32_t next;
    struct request *request;
    uint64_t state;
    for (;;) {
        next = end->enq_peer + 1 == queue->producers ? 0 : end->enq_peer + 1;
        request = &queue->ends[end->enq_peer].request;
        state = load(&request->state);
        if (end->enq_id == 0 || end->enq_id == (state & ~PENDING))
            break;
        end->enq_id = 0; /* that request is complete */
        end->enq_peer = next;
    }
    if ((state & PENDING) && (state & ~PENDING) <= i && !reserve(&cell->enq, request))
        end->enq_id = state & ~PENDING; /* it stays with this peer */
    else
        end->enq_peer = next;
    if (!load(&cell->enq))
        reserve(&cell->enq, &none);
}

/* The value of cell i after helping enqueuers with it: an item, TOP, or EMPTY for TOP when the queue was
 * empty. */
static uint64_t help_enq_slowly(struct end *end, struct cell *cell, uint64_t i)
{
    struct ymc *queue = end->queue;
    if (!load(&cell->enq))
        reserve_for_peer(end, cell, i);
    struct request *request = load(&cell->enq);
    if (request == &none)
        return load(&queue->tail) <= i ? EMPTY : TOP;
    /* The state before the value: when the state is then still the same, they belong together. */
    uint64_t state = load(&request->state), value = load(&request->value);
    if ((state & ~PENDING) > i) {
        if (load(&cell->value) == TOP && load(&queue->tail) <= i)
            return EMPTY;
    } else if (try_to_claim_req(request, state & ~PENDING, i) || (state == i && load(&cell->value) == TOP)) {
        enq_commit(queue, cell, value, i);
    }
    return load(&cell->value);
}

SLUICE_INLINE uint64_t help_enq(struct end *end, struct cell *cell, uint64_t i)
{
    uint64_t value = load(&cell->value);
    for (int looks = 0; value == 0 && looks < WAIT && load(&end->queue->tail) > i; looks++)
        value = load(&cell->value); /* its enqueuer is on its way, or has gone to another cell */
    if (value == 0 && atomic_compare_exchange_strong_explicit(&cell->value, &value, TOP, memory_order_seq_cst,
                                                              memory_order_seq_cst))
        value = TOP;
    return SLUICE_LIKELY(value != TOP) ? value : help_enq_slowly(end, cell, i);
}

/* ---- dequeue ---- */

/* Looks from cell *i on for one that the request may have: an item that nobody has reserved, or where the
   queue ends. Its number is in *i then, and in *candidate. False: no memory. Ends early when another has
   announced a candidate. */
static bool find_candidate(struct end *end, struct request *request, struct segment *at, uint64_t prior,
                           uint64_t *state, uint64_t *i, uint64_t *candidate)
{
    while (!*candidate && (*state & ~PENDING) == prior) {
        struct cell *cell = find_cell(end->queue, &at, *i + 1);
        if (!cell)
            return false;
        uint64_t value = help_enq(end, cell, ++*i);
        if (value == EMPTY || (value != TOP && !load(&cell->deq)))
            *candidate = *i;
        else
            *state = load(&request->state);
    }
    return true;
}

/* Completes the helpee's request, if it has one. 0; or the request's state, when there was no memory to go
 * on. */
static uint64_t help_deq(struct end *end, struct end *helpee)
{
    struct request *request = &helpee->request;
    uint64_t state = load(&request->state), id = load(&request->value);
    if (!(state & PENDING) || (state & ~PENDING) < id)
        return 0;
    /* What the helpee protects is protected by this end too when the request is then still there. */
    if (helpee != end)
        store(&end->hazard, load(&helpee->hazard));
    struct segment *at = load(&helpee->segment);
    state = load(&request->state);
    for (uint64_t prior = id, i = id, candidate = 0;;) {
        if (!(state & PENDING) || load(&request->value) != id)
            return 0;
        if (!find_candidate(end, request, at, prior, &state, &i, &candidate))
            return state;
        if (candidate) {
            swap(&request->state, PENDING | prior, PENDING | candidate);
            state = load(&request->state);
        }
        if (!(state & PENDING) || load(&request->value) != id)
            return 0;
        uint64_t announced = state & ~PENDING;
        struct cell *cell = find_cell(end->queue, &at, announced); /* who announced it has found it */
        if (load(&cell->value) == TOP || reserve(&cell->deq, request) || load(&cell->deq) == request) {
            swap(&request->state, state, announced);
            return 0;
        }
        prior = announced;
        if (announced >= i) {
            candidate = 0;
            i = announced;
        }
    }
}

SLUICE_OUTLINE void help_deq_slowly(struct end *end, struct end *helpee)
{
    help_deq(end, helpee);
}

/* After a failed attempt at cell `id`. */
SLUICE_OUTLINE uint64_t deq_slowly(struct end *end, uint64_t id)
{
    struct request *request = &end->request;
    uint64_t stuck, i;
    store(&request->value, id);
    store(&request->state, PENDING | id);
    while ((stuck = help_deq(end, end)))
        if (swap(&request->state, stuck, id))
            return EMPTY; /* withdrawn: it has no cell, and there is no memory to find one */
    i = load(&request->state);
    uint64_t value = load(&find_own_cell(end, i)->value);
    advance_end_for_linearizability(&end->queue->head, i + 1);
    return value == TOP ? EMPTY : value;
}

/* An item, EMPTY, or TOP: try again. */
SLUICE_INLINE uint64_t deq_fast(struct end *end, uint64_t *id)
{
    struct ymc *queue = end->queue;
    uint64_t i = atomic_fetch_add_explicit(&queue->head, end->owed ? 0 : 1, memory_order_seq_cst);
    if (SLUICE_UNLIKELY(end->owed))
        i = end->owed;
    *id = i;
    struct cell *cell = find_own_cell(end, i);
    end->owed = SLUICE_LIKELY(cell != NULL) ? 0 : i;
    if (SLUICE_UNLIKELY(!cell))
        return EMPTY;
    uint64_t value = help_enq(end, cell, i);
    if (SLUICE_UNLIKELY(value == EMPTY || value == TOP))
        return value;
    return SLUICE_LIKELY(reserve(&cell->deq, &none)) ? value : TOP;
}

SLUICE_INLINE enum sluice_status ymc_dequeue(void *end_, void **item)
{
    struct end *end = end_;
    struct ymc *queue = end->queue;
    uint64_t value = TOP, id = 0;
    enter(end);
    for (int tries = 0; tries < PATIENCE && SLUICE_LIKELY(value == TOP); tries++)
        value = deq_fast(end, &id);
    if (SLUICE_UNLIKELY(value == TOP))
        value = deq_slowly(end, id);
    uint64_t before = end->number;
    end->number = load(&end->segment)->number;
    if (SLUICE_LIKELY(value != EMPTY)) {
        struct end *peer = &queue->ends[queue->producers + end->deq_peer];
        if (SLUICE_UNLIKELY(load(&peer->request.state) & PENDING))
            help_deq_slowly(end, peer);
        end->deq_peer = end->deq_peer + 1 == queue->consumers ? 0 : end->deq_peer + 1;
    }
    if (SLUICE_LIKELY(!end->owed))
        leave(end);
    if (SLUICE_UNLIKELY(end->number != before))
        cleanup_slowly(end);
    if (SLUICE_UNLIKELY(value == EMPTY))
        return SLUICE_AGAIN;
    *item = (void *)(uintptr_t)value;
    return SLUICE_OK;
}

/* ---- the queue ---- */

static void ymc_destroy(void *queue_)
{
    struct ymc *queue = queue_;
    for (struct segment *segment = queue->first, *next; segment; segment = next) {
        next = load(&segment->next);
        free_segment(queue, segment);
    }
    free(queue->ends);
    free(queue);
}

static int ymc_create(const struct sluice_queue_config *config, void **out)
{
    if (config->capacity)
        return -EINVAL;
    uint32_t ends = config->producers + config->consumers;
    struct ymc *queue = sluice_alloc(sizeof *queue);
    if (!queue)
        return -ENOMEM;
    queue->producers = config->producers;
    queue->consumers = config->consumers;
    queue->first = new_segment(queue, 0);
    queue->ends = sluice_alloc((size_t)ends * sizeof *queue->ends);
    if (!queue->first || !queue->ends) {
        ymc_destroy(queue);
        return -ENOMEM;
    }
    atomic_init(&queue->tail, FIRST_TICKET);
    atomic_init(&queue->head, FIRST_TICKET);
    for (uint32_t i = 0; i < ends; i++) {
        queue->ends[i].queue = queue;
        queue->ends[i].index = i;
        atomic_init(&queue->ends[i].segment, queue->first);
        atomic_init(&queue->ends[i].hazard, NO_HAZARD);
    }
    *out = queue;
    return 0;
}

static int ymc_attach(void *queue_, enum sluice_end side, unsigned index, void **out)
{
    struct ymc *queue = queue_;
    *out = &queue->ends[index + (side == SLUICE_CONSUMER ? queue->producers : 0)];
    return 0;
}

static void ymc_detach(void *end)
{
    (void)end;
}

static uint64_t ymc_capacity(const void *queue)
{
    (void)queue;
    return 0;
}

static size_t ymc_footprint(const void *queue_)
{
    const struct ymc *queue = queue_;
    return sizeof *queue + ((size_t)queue->producers + queue->consumers) * sizeof *queue->ends +
           atomic_load_explicit(&queue->segments, memory_order_relaxed) * sizeof(struct segment);
}

static const struct sluice_queue_ops ops = {.enqueue = ymc_enqueue, .dequeue = ymc_dequeue};

SLUICE_BACKEND(
    ymc, ops, false, .name = "ymc",
    .summary = "an endless array of cells handed out by fetch-and-add, with helping", .origin = "sluice",
    .reference = "C. Yang, J. Mellor-Crummey, A Wait-free Queue as Fast as Fetch-and-Add, PPoPP 2016",
    .traits = {.max_producers = SLUICE_MANY,
               .max_consumers = SLUICE_MANY,
               .bound = SLUICE_UNBOUNDED,
               .order = SLUICE_FIFO,
               .enqueue = SLUICE_WAIT_FREE, /* as published; see above */
               .dequeue = SLUICE_WAIT_FREE,
               .memory = SLUICE_MEMORY_BLOCKS,
               .needs = SLUICE_NEEDS_SMALL_VALUES},
    .create = ymc_create, .destroy = ymc_destroy, .attach = ymc_attach, .detach = ymc_detach,
    .capacity = ymc_capacity, .footprint = ymc_footprint);
