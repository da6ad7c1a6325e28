/* await.h - what a thread does from a poll that failed to the one that succeeds, or until it gives up. */
#ifndef SLUICE_AWAIT_H
#define SLUICE_AWAIT_H

#include <sluice/handle.h>

SLUICE_OUTLINE void sluice_block(struct sluice_thread *thread, struct sluice_handle *handle)
{
    if (thread->armed) {
        sluice_flush(thread);
        ck_ec32_wait(handle->await, &sluice_ec_mode, thread->snapshot, thread->deadline);
        thread->count.n[SLUICE_WAKEUPS]++;
    }
    /* Taken before the next poll, as the protocol in wait.h asks; the first time only that. */
    thread->snapshot = ck_ec32_value(handle->await);
    thread->armed = true;
}

SLUICE_OUTLINE void sluice_back_off(struct sluice_thread *thread)
{
    const ck_backoff_t first = 1u << 5, most = 1u << 12;
    if (thread->backoff < first)
        thread->backoff = first;
    if (thread->backoff < most) {
        ck_backoff_eb(&thread->backoff);
    } else {
        sched_yield();
        thread->count.n[SLUICE_YIELDS]++;
    }
}

SLUICE_OUTLINE void sluice_pause(struct sluice_thread *thread, struct sluice_handle *handle)
{
    switch (handle->wait->kind) {
    case SLUICE_WAIT_SPIN:
        sluice_cpu_pause();
        break;
    case SLUICE_WAIT_YIELD:
        sched_yield();
        thread->count.n[SLUICE_YIELDS]++;
        break;
    case SLUICE_WAIT_SLEEP:
        sluice_sleep_until(handle->wait->sleep_ns, thread->deadline);
        thread->count.n[SLUICE_SLEEPS]++;
        break;
    case SLUICE_WAIT_BACKOFF:
        sluice_back_off(thread);
        break;
    case SLUICE_WAIT_BLOCK:
    case SLUICE_WAIT_LAZY:
        sluice_block(thread, handle);
        break;
    case SLUICE_WAIT_NATIVE: /* the caller blocks in the queue */
        break;
    }
}

/* Whether no item comes, or no room is given, any more. The acquires pair with the releases of sluice_leave
   and sluice_tasks_end_put: the next poll sees all that was ever put. */
SLUICE_OUTLINE bool sluice_is_over(const struct sluice_handle *handle)
{
    struct sluice_channel *channel = handle->channel;
    uint64_t word;
    switch (channel->ending) {
    case SLUICE_ENDS_BY_LEAVING:
        return atomic_load_explicit(&channel->closed, memory_order_acquire);
    case SLUICE_ENDS_BY_SHUTDOWN:
        word = atomic_load_explicit(&channel->tasks.word, memory_order_acquire);
        return (word & SLUICE_TASK_SHUT) && (handle->side == SLUICE_PRODUCER || !sluice_tasks_putters(word));
    case SLUICE_NEVER_ENDS:
    default:
        return false;
    }
}

/* After a poll that failed: waits as the policy says. False: give up; the channel is at its end, the thread
   was cut off, or the deadline has passed. */
SLUICE_OUTLINE bool sluice_await(struct sluice_thread *thread, struct sluice_handle *handle)
{
    bool gets = handle->side == SLUICE_CONSUMER;
    thread->count.n[gets ? SLUICE_EMPTY_POLLS : SLUICE_FULL_POLLS]++;
    if (thread->last) /* it was at its end before this poll, so the poll has seen all there was */
        return false;
    if (thread->failed++ == 0)
        sluice_set_state(thread->slot, gets ? SLUICE_STARVED : SLUICE_CLOGGED);
    if (handle->cut && atomic_load_explicit(handle->cut, memory_order_relaxed))
        return false;
    if (sluice_is_over(handle)) {
        thread->last = true;
        return gets; /* a putter is refused even if there were room now */
    }
    thread->late = sluice_is_past(thread->deadline);
    if (thread->late)
        return false;
    /* Before the first long wait, and in a spin once it has become long, others are told what they cannot
       know otherwise: the counts, and what is owed to sleepers of the other hop, who might be what is waited
       for. Who blocks pays in sluice_block, not earlier than need be. */
    bool sleeps = handle->wait->kind == SLUICE_WAIT_SLEEP;
    if (sleeps || (thread->failed & 63) == (handle->wait->kind > SLUICE_WAIT_YIELD)) {
        if (!sluice_wait_blocks(handle->wait))
            sluice_flush(thread);
        sluice_publish(&thread->count, thread->slot);
    }
    sluice_pause(thread, handle);
    return true;
}

/* After waiting, with the status of the last poll; returns what to say of it. Who gives up goes elsewhere: it
   pays what it owes to sleepers first. */
SLUICE_OUTLINE enum sluice_status sluice_resume(struct sluice_thread *thread, enum sluice_status status)
{
    bool late = thread->late;
    thread->failed = 0;
    thread->armed = thread->last = thread->late = false;
    thread->backoff = 0;
    sluice_set_state(thread->slot, SLUICE_WORKING);
    if (status == SLUICE_OK)
        return status;
    sluice_flush(thread);
    if (status == SLUICE_NO_MEMORY)
        return status;
    return late ? SLUICE_AGAIN : SLUICE_CLOSED;
}

#endif
