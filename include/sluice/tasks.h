/* tasks.h - unfinished tasks and shutdown, as Python's queue.Queue has them, in one atomic word.

     bits  0-47   unfinished: items that putters announced and that are not done yet
     bits 48-61   putters: threads that may be putting just now
     bit  62      shut down: no more puts
     bit  63      dropping: what is still in the queue is dropped

   One word has one total order of changes, so that three questions need no fence between two words:

     May I put?    A putter adds itself and what it is going to put; the value before says whether the word
   was shut. Was that all? A getter that sees the word shut and without putters, and then finds the queue
   empty, has seen the end: putters that come later find the word shut, those that were there have left. All
   done?     Unfinished falls to 0 with the last task_done. Items are announced before they are put, so that
   it is never too low.

   A thread that puts many announces them at once and takes back what it did not put, which costs two
   additions a chunk instead of two an item. */
#ifndef SLUICE_TASKS_H
#define SLUICE_TASKS_H

#include <sluice/queue.h>
#include <sluice/wait.h>

#define SLUICE_TASK_PUTTER   (UINT64_C(1) << 48)
#define SLUICE_TASK_SHUT     (UINT64_C(1) << 62)
#define SLUICE_TASK_DROPPING (UINT64_C(1) << 63)

struct sluice_tasks {
    _Atomic(uint64_t) word;
    struct ck_ec32 done; /* what sluice_tasks_join sleeps on */
};

SLUICE_INLINE uint64_t sluice_tasks_unfinished(uint64_t word)
{
    return word & (SLUICE_TASK_PUTTER - 1);
}

SLUICE_INLINE uint64_t sluice_tasks_putters(uint64_t word)
{
    return (word & (SLUICE_TASK_SHUT - 1)) / SLUICE_TASK_PUTTER;
}

SLUICE_INLINE void sluice_tasks_init(struct sluice_tasks *tasks)
{
    atomic_init(&tasks->word, 0);
    ck_ec32_init(&tasks->done, 0);
}

/* Takes off `putters` (a multiple of SLUICE_TASK_PUTTER) and at most n unfinished items, fewer where there
   are fewer. Returns the word before. Release: who sees it sees what the thread put, or did to the items. */
SLUICE_OUTLINE uint64_t sluice_tasks_take(struct sluice_tasks *tasks, uint64_t putters, uint64_t n)
{
    uint64_t taken, before = atomic_load_explicit(&tasks->word, memory_order_relaxed);
    do {
        uint64_t unfinished = sluice_tasks_unfinished(before);
        taken = n < unfinished ? n : unfinished;
    } while (!atomic_compare_exchange_weak_explicit(&tasks->word, &before, before - putters - taken,
                                                    memory_order_release, memory_order_relaxed));
    if (taken && sluice_tasks_unfinished(before) == taken)
        sluice_ec_signal(&tasks->done);
    return before;
}

/* The putter has left and takes back what it announced but did not put; somebody's task_done too many may
   have taken of it before. True: it was the last one that getters of a shut channel wait for. */
SLUICE_OUTLINE bool sluice_tasks_end_put(struct sluice_tasks *tasks, uint64_t unused)
{
    uint64_t before = sluice_tasks_take(tasks, SLUICE_TASK_PUTTER, unused);
    return (before & SLUICE_TASK_SHUT) && sluice_tasks_putters(before) == 1;
}

/* Announces at most n items, n >= 1. False: shut down, and then nothing may be put, but sluice_tasks_end_put
   with all n must follow. Acquire: the puts stay behind it. */
SLUICE_OUTLINE bool sluice_tasks_begin_put(struct sluice_tasks *tasks, uint64_t n)
{
    uint64_t before = atomic_fetch_add_explicit(&tasks->word, SLUICE_TASK_PUTTER + n, memory_order_acquire);
    return !(before & SLUICE_TASK_SHUT);
}

/* n items are done. False, with nothing changed: there were not so many unfinished. Release: who joins sees
   what was done to them. */
SLUICE_OUTLINE bool sluice_tasks_done(struct sluice_tasks *tasks, uint64_t n)
{
    uint64_t before = atomic_load_explicit(&tasks->word, memory_order_relaxed);
    do {
        if (sluice_tasks_unfinished(before) < n)
            return false;
    } while (!atomic_compare_exchange_weak_explicit(&tasks->word, &before, before - n, memory_order_release,
                                                    memory_order_relaxed));
    if (n && sluice_tasks_unfinished(before) == n)
        sluice_ec_signal(&tasks->done);
    return true;
}

/* Sets SLUICE_TASK_SHUT, SLUICE_TASK_DROPPING or both. Acquire and release: it stands in the order of all. */
SLUICE_OUTLINE void sluice_tasks_mark(struct sluice_tasks *tasks, uint64_t bits)
{
    atomic_fetch_or_explicit(&tasks->word, bits, memory_order_acq_rel);
}

/* Waits until nothing is unfinished: SLUICE_OK; SLUICE_AGAIN when the deadline (CLOCK_MONOTONIC; null: none)
   passed before. Acquire pairs with the release of the last sluice_tasks_done. */
SLUICE_OUTLINE enum sluice_status sluice_tasks_join(struct sluice_tasks *tasks,
                                                    const struct timespec *deadline)
{
    for (;;) {
        uint32_t snapshot = ck_ec32_value(&tasks->done); /* the protocol of wait.h */
        if (!sluice_tasks_unfinished(atomic_load_explicit(&tasks->word, memory_order_acquire)))
            return SLUICE_OK;
        if (sluice_is_past(deadline))
            return SLUICE_AGAIN;
        ck_ec32_wait(&tasks->done, &sluice_ec_mode, snapshot, deadline);
    }
}

#endif
