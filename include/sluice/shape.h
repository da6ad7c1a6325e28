/* shape.h - the shapes in which papers measure queues: each thread both enqueues and dequeues on one queue
   (pairs, fifty, burst), or an item goes there and back between two threads (ping-pong).

     pairs    enqueue, dequeue, enqueue, dequeue, ...       Michael & Scott 1996
     fifty    each operation is either, by a coin's toss    Yang & Mellor-Crummey 2016, '50%-enqueues'
     burst    N enqueues, N dequeues, N enqueues, ...       Ramalhete & Correia 2016

   An operation of these that finds the queue empty, or full, has failed and is over. It is counted and not
   tried again, as in the papers, and no wait policy comes into it. So no thread ever waits for another, no
   capacity can stop them all, and where threads outnumber the processors one that was taken off its
   processor costs the others failed operations at worst. (Queues that wait inside, for a lock or
   for a turn, still do.) When a thread is told to stop, or has put its share, it leaves; when all have left,
   what is still in the queue is taken out, checked, and counted as discarded.

   Ping-pong does wait, by the channel's policy, for it has nothing else to do. Its other side is a worker of
   stage.h.

   As in stage.h the loops are templates, instantiated for each backend by backend.h. */
#ifndef SLUICE_SHAPE_H
#define SLUICE_SHAPE_H

#include <sluice/stage.h>

/* --- pairs, fifty, burst --- */

/* The parts of a mix's state that live in registers; the counts are those since the last settling. */
struct sluice_mixing {
    struct sluice_run run;
    uint64_t taken, empty, full;
    uint64_t state; /* of the random numbers */
};

/* What comes after an operation: the local work, which also draws the next random number. */
SLUICE_INLINE void sluice_mix_pause(const struct sluice_variant v, const enum sluice_mix mix,
                                    const struct sluice_local *local, struct sluice_mixing *mixing)
{
    if (v.works)
        mixing->state = sluice_work_locally(mixing->state, local->least, local->spread);
    else if (mix == SLUICE_FIFTY)
        mixing->state = sluice_draw(mixing->state);
}

SLUICE_INLINE void sluice_mix_put(const struct sluice_variant v, const enum sluice_mix mix,
                                  struct sluice_worker *worker, struct sluice_mixing *mixing)
{
    void *item = sluice_item_of(v.intrusive, mixing->run.stamp + 1);
    enum sluice_status status =
        v.intrusive && !item ? SLUICE_NO_MEMORY : v.ops->enqueue(mixing->run.out, item);
    if (SLUICE_LIKELY(status == SLUICE_OK)) {
        mixing->run.stamp++;
    } else {
        sluice_item_free(v.intrusive, item);
        mixing->full += status == SLUICE_AGAIN;
        worker->refused |= status == SLUICE_NO_MEMORY;
    }
    sluice_mix_pause(v, mix, &worker->local, mixing);
}

SLUICE_INLINE void sluice_mix_take(const struct sluice_variant v, const enum sluice_mix mix,
                                   struct sluice_worker *worker, struct sluice_mixing *mixing)
{
    void *item = NULL;
    if (SLUICE_LIKELY(v.ops->dequeue(mixing->run.in, &item) == SLUICE_OK)) {
        sluice_check_item(v, worker, &mixing->run, item);
        sluice_item_free(v.intrusive, item);
        mixing->taken++;
    } else {
        mixing->empty++;
    }
    sluice_mix_pause(v, mix, &worker->local, mixing);
}

/* So many turns: pairs and single enqueues, or operations that might be enqueues. */
SLUICE_INLINE void sluice_mix_chunk(const struct sluice_variant v, const enum sluice_mix mix,
                                    struct sluice_worker *worker, struct sluice_mixing *mixing,
                                    uint64_t turns)
{
    uint64_t row = mix == SLUICE_BURST ? worker->batch : 1;
    while (turns > 0) {
        row = turns < row ? turns : row;
        turns -= row;
        if (mix != SLUICE_FIFTY || mixing->state >> 63)
            for (uint64_t i = 0; i < row; i++)
                sluice_mix_put(v, mix, worker, mixing);
        else
            sluice_mix_take(v, mix, worker, mixing);
        for (uint64_t i = 0; mix != SLUICE_FIFTY && i < row; i++)
            sluice_mix_take(v, mix, worker, mixing);
    }
}

SLUICE_INLINE void sluice_mix_settle(struct sluice_worker *worker, struct sluice_mixing *mixing)
{
    uint64_t *n = worker->thread.count.n;
    n[SLUICE_PUT] += mixing->run.stamp - worker->settled;
    worker->settled = mixing->run.stamp;
    n[SLUICE_TAKEN] += mixing->taken;
    n[SLUICE_EMPTY_POLLS] += mixing->empty;
    n[SLUICE_FULL_POLLS] += mixing->full;
    mixing->taken = mixing->empty = mixing->full = 0;
    sluice_settle_check(worker, mixing->run.next);
    sluice_publish(&worker->thread.count, worker->thread.slot);
}

/* Takes and drops what is left, until the last thread has left. That is no part of the shape: neither what it
   takes nor how often it looks counts as operations. */
SLUICE_INLINE void sluice_mix_drain(const struct sluice_variant v, struct sluice_worker *worker,
                                    struct sluice_mixing *mixing)
{
    struct sluice_thread *thread = &worker->thread;
    uint64_t looks = thread->count.n[SLUICE_EMPTY_POLLS], chunk = worker->chunk;
    void *item = NULL;
    while (sluice_get_at(v.ops, v.signal, thread, mixing->run.in, &item) == SLUICE_OK) {
        sluice_check_item(v, worker, &mixing->run, item);
        sluice_drop_item(v, worker, item, SLUICE_DISCARDED);
        if (--chunk == 0) {
            sluice_mix_settle(worker, mixing);
            chunk = worker->chunk;
        }
    }
    thread->count.n[SLUICE_EMPTY_POLLS] = looks;
    sluice_mix_settle(worker, mixing);
}

/* Items that it may put until the next look at the flags; 0: it has put all, or was told to stop. */
SLUICE_INLINE uint64_t sluice_next_turns(const struct sluice_worker *worker)
{
    uint64_t left = worker->limit - worker->thread.count.n[SLUICE_PUT];
    if (worker->refused || sluice_is_cut(&worker->thread.out))
        return 0;
    return left < worker->chunk ? left : worker->chunk;
}

SLUICE_INLINE void sluice_run_mix(const struct sluice_variant v, const enum sluice_mix mix,
                                  struct sluice_worker *worker)
{
    struct sluice_mixing mixing = {.run = {.next = worker->check.begin,
                                           .stamp = worker->stamp,
                                           .in = worker->thread.in.end,
                                           .out = worker->thread.out.end},
                                   .state = worker->local.state};
    struct sluice_variant working = v;
    uint64_t turns;
    working.works = true;
    worker->settled = mixing.run.stamp;
    sluice_set_state(worker->thread.slot, SLUICE_WORKING);
    while ((turns = sluice_next_turns(worker)) > 0) {
        if (worker->local.least) {
            sluice_mix_chunk(working, mix, worker, &mixing, turns);
            mixing.state = sluice_sample_local(&worker->local, mixing.state, turns);
        } else {
            sluice_mix_chunk(v, mix, worker, &mixing, turns);
        }
        sluice_mix_settle(worker, &mixing);
    }
    worker->last_ns = sluice_now_ns();
    if (worker->refused)
        sluice_no_memory(worker);
    sluice_leave(&worker->thread);
    sluice_mix_drain(v, worker, &mixing);
    worker->stamp = mixing.run.stamp;
    sluice_set_state(worker->thread.slot, SLUICE_ENDED);
}

/* --- ping-pong --- */

/* There and back. False: it did not come back, and the thread is over. The ledger counts whole rounds. */
SLUICE_INLINE bool sluice_ping_round(const struct sluice_variant v, struct sluice_worker *worker,
                                     struct sluice_run *run, void **item)
{
    if (v.intrusive)
        ((struct sluice_payload *)*item)->stamp = run->stamp + 1;
    else
        *item = sluice_item_of(v.intrusive, run->stamp + 1);
    if (SLUICE_UNLIKELY(sluice_give(v, worker, run, *item) != SLUICE_OK))
        return false;
    bool is_back = sluice_take(v, worker, run, item, UINT64_MAX);
    if (SLUICE_UNLIKELY(!is_back || !sluice_check_item(v, worker, run, *item))) {
        *item = is_back ? *item : NULL;
        return false;
    }
    run->stamp++;
    return true;
}

/* Looks at the flag at every round: with a policy that sleeps, a chunk of them might take minutes. */
SLUICE_INLINE void sluice_run_ping(const struct sluice_variant v, struct sluice_worker *worker)
{
    struct sluice_run run = {.next = worker->check.begin,
                             .stamp = worker->stamp,
                             .in = worker->thread.in.end,
                             .out = worker->thread.out.end};
    void *item = v.intrusive ? sluice_item_of(v.intrusive, run.stamp + 1) : NULL;
    uint64_t rounds;
    worker->settled = run.stamp;
    worker->refused = v.intrusive && !item;
    sluice_set_state(worker->thread.slot, SLUICE_WORKING);
    while (!worker->over && (rounds = sluice_next_turns(worker)) > 0) {
        while (rounds-- > 0 && !worker->over && !sluice_is_cut(&worker->thread.out))
            worker->over = !sluice_ping_round(v, worker, &run, &item);
        sluice_end_chunk(v, worker, &run);
    }
    worker->last_ns = sluice_now_ns();
    if (worker->refused)
        sluice_no_memory(worker);
    sluice_item_free(v.intrusive, item);
    worker->stamp = run.stamp;
    sluice_leave(&worker->thread);
    sluice_end_chunk(v, worker, &run);
    sluice_set_state(worker->thread.slot, SLUICE_ENDED);
}

#endif
