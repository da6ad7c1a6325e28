/* fifo.h - a growing FIFO of pointers for one thread at a time: a list of blocks, as CPython's
   collections.deque is. It neither copies when it grows nor keeps memory once it is empty, but for two
   blocks. The queues that put a lock around it are deque_lock.c and condvar.c. */
#ifndef QUEUES_FIFO_H
#define QUEUES_FIFO_H

#include <sluice/port.h>

#define FIFO_BLOCK_ITEMS 64 /* as many as CPython's */

struct fifo_block {
    struct fifo_block *next;
    void *items[FIFO_BLOCK_ITEMS];
};

struct fifo {
    struct fifo_block *head, *tail; /* taken from, put to; the same while there is one block */
    unsigned first, end;            /* next item in head; next free slot in tail */
    struct fifo_block *spare;       /* the block emptied last, so that a short queue does not allocate */
    uint64_t count;
    _Atomic size_t bytes; /* of all blocks; read by anybody */
};

SLUICE_INLINE void fifo_account(struct fifo *fifo, size_t blocks)
{
    /* One writer at a time, so that a plain load and store make a sum; relaxed: readers only want the figure.
     */
    size_t bytes = atomic_load_explicit(&fifo->bytes, memory_order_relaxed);
    atomic_store_explicit(&fifo->bytes, bytes + blocks * sizeof(struct fifo_block), memory_order_relaxed);
}

SLUICE_OUTLINE bool fifo_grow(struct fifo *fifo)
{
    struct fifo_block *block = fifo->spare;
    if (block) {
        fifo->spare = NULL;
    } else {
        if (!(block = malloc(sizeof *block)))
            return false;
        fifo_account(fifo, 1);
    }
    block->next = NULL;
    if (fifo->tail)
        fifo->tail->next = block;
    else
        fifo->head = block;
    fifo->tail = block;
    fifo->end = 0;
    return true;
}

SLUICE_OUTLINE void fifo_shrink(struct fifo *fifo)
{
    struct fifo_block *emptied = fifo->head;
    fifo->head = emptied->next;
    fifo->first = 0;
    if (!fifo->head) {
        fifo->tail = NULL;
        fifo->end = FIFO_BLOCK_ITEMS; /* the next push takes a block */
    }
    if (fifo->spare) {
        free(emptied);
        fifo_account(fifo, (size_t)-1);
    } else {
        fifo->spare = emptied;
    }
}

SLUICE_INLINE void fifo_init(struct fifo *fifo)
{
    *fifo = (struct fifo){.end = FIFO_BLOCK_ITEMS};
}

/* False: no memory. */
SLUICE_INLINE bool fifo_push(struct fifo *fifo, void *item)
{
    if (SLUICE_UNLIKELY(fifo->end == FIFO_BLOCK_ITEMS) && !fifo_grow(fifo))
        return false;
    fifo->tail->items[fifo->end++] = item;
    fifo->count++;
    return true;
}

/* The oldest item; the FIFO is not empty. */
SLUICE_INLINE void *fifo_pop(struct fifo *fifo)
{
    void *item = fifo->head->items[fifo->first++];
    fifo->count--;
    if (SLUICE_UNLIKELY(fifo->first == FIFO_BLOCK_ITEMS))
        fifo_shrink(fifo);
    return item;
}

SLUICE_INLINE void fifo_destroy(struct fifo *fifo)
{
    while (fifo->head) {
        struct fifo_block *next = fifo->head->next;
        free(fifo->head);
        fifo->head = next;
    }
    free(fifo->spare);
}

#endif
