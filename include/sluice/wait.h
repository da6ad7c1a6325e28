/* wait.h - wait policies: what a thread does after a poll that failed. Slow path only.

   Blocking uses an event count (ck_ec of Concurrency Kit): a 31-bit counter with a flag for 'somebody
   sleeps' in one futex word. Its protocol, which loses no wake-up:

     waiter                                 waker
     v = value(counter)                     change the queue
     poll the queue: still nothing          old = fetch_add(counter, 1)
     set the flag if the counter is v       flag set in old: clear it, futex wake
     futex wait while the word is v|flag

   Either the waker's fetch_add comes after the flag was set, sees it and wakes; or it comes before, so that
   the counter is not v and the waiter does not sleep; or it comes before `v = value`, whose acquire
   then makes the change visible to the poll. Counter and flag are one word, so one total order (that
   of the word) decides; no fence between two words is needed. While nobody waits, a waker makes no
   kernel call. We use ck_ec's multi-producer mode only: its single-producer mode saves the lock prefix on
   x86, but may lose the flag and then makes up for it by waking sleepers after 2 ms. */
#ifndef SLUICE_WAIT_H
#define SLUICE_WAIT_H

#include <sluice/port.h>

#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#ifdef __cplusplus
extern "C" { /* Concurrency Kit's headers do not say so themselves */
#endif
#include <ck_backoff.h>
#include <ck_ec.h>
#ifdef __cplusplus
}
#endif

long syscall(long number, ...) __attribute__((nothrow)); /* <unistd.h> hides it from strict C */

enum sluice_wait_kind {
    SLUICE_WAIT_SPIN,    /* pause instruction, poll again */
    SLUICE_WAIT_YIELD,   /* sched_yield, poll again */
    SLUICE_WAIT_SLEEP,   /* sleep for a fixed time, poll again */
    SLUICE_WAIT_BACKOFF, /* ck_backoff, growing up to 4096 loops, then sched_yield */
    SLUICE_WAIT_BLOCK,   /* sleep until the other side signals; it does so for every item or slot */
    SLUICE_WAIT_LAZY,   /* the same, but a thread signals once in N items or slots, or before it blocks itself
                         */
    SLUICE_WAIT_NATIVE, /* the queue's own blocking operations */
};

struct sluice_wait {
    enum sluice_wait_kind kind;
    uint32_t every;    /* lazy: N, at least 1 */
    uint64_t sleep_ns; /* sleep: at least 1 */
};

SLUICE_INLINE bool sluice_wait_blocks(const struct sluice_wait *wait)
{
    return wait->kind == SLUICE_WAIT_BLOCK || wait->kind == SLUICE_WAIT_LAZY;
}

/* --- the futex under the event count --- */

SLUICE_OUTLINE int sluice_ec_time(const struct ck_ec_ops *ops, struct timespec *now)
{
    (void)ops;
    return clock_gettime(CLOCK_MONOTONIC, now);
}

SLUICE_OUTLINE void sluice_ec_wait32(const struct ck_ec_wait_state *state, const uint32_t *word,
                                     uint32_t expected, const struct timespec *deadline)
{
    (void)state;
    /* The bitset form takes an absolute CLOCK_MONOTONIC deadline. Every return is allowed: ck_ec looks again.
     */
    syscall(SYS_futex, word, FUTEX_WAIT_BITSET_PRIVATE, expected, deadline, NULL, FUTEX_BITSET_MATCH_ANY);
}

SLUICE_OUTLINE void sluice_ec_wake32(const struct ck_ec_ops *ops, const uint32_t *word)
{
    (void)ops;
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

static const struct ck_ec_ops sluice_ec_ops = {
    .gettime = sluice_ec_time,
    .wait32 = sluice_ec_wait32,
    .wake32 = sluice_ec_wake32,
    .busy_loop_iter = 1, /* spinning first would be another policy */
};
static const struct ck_ec_mode sluice_ec_mode = {.ops = &sluice_ec_ops, .single_producer = false};

/* Wakes whoever waits on the event count; makes no kernel call when nobody does. */
SLUICE_OUTLINE void sluice_ec_signal(struct ck_ec32 *count)
{
    ck_ec32_add(count, &sluice_ec_mode, 1);
}

/* Whether an absolute CLOCK_MONOTONIC time has come; null: it never comes. */
SLUICE_OUTLINE bool sluice_is_past(const struct timespec *deadline)
{
    struct timespec now;
    if (!deadline)
        return false;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec > deadline->tv_sec ||
           (now.tv_sec == deadline->tv_sec && now.tv_nsec >= deadline->tv_nsec);
}

SLUICE_OUTLINE void sluice_sleep(uint64_t ns)
{
    struct timespec left = {(time_t)(ns / 1000000000u), (long)(ns % 1000000000u)};
    while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) != 0)
        ;
}

/* The same, but not beyond an absolute CLOCK_MONOTONIC time; null: none. */
SLUICE_OUTLINE void sluice_sleep_until(uint64_t ns, const struct timespec *deadline)
{
    struct timespec now;
    if (deadline) {
        clock_gettime(CLOCK_MONOTONIC, &now);
        int64_t seconds = deadline->tv_sec - now.tv_sec, most = (int64_t)(ns / 1000000000u) + 1;
        if (seconds <= most) { /* else it is later than any sleep, and perhaps than 2^63 ns */
            int64_t left_ns = seconds * 1000000000 + deadline->tv_nsec - now.tv_nsec;
            ns = left_ns < 0 ? 0 : (uint64_t)left_ns < ns ? (uint64_t)left_ns : ns;
        }
    }
    sluice_sleep(ns);
}

#endif
