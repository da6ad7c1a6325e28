/* kernel.c - what the kernel takes to wake, to switch and to sleep. */
#include "limits/measures.h"

#include "base/clock.h"
#include "base/units.h"

#include <sluice/stage.h>
#include <sluice/wait.h>

#include <linux/futex.h>
#include <math.h>
#include <sys/syscall.h>
#include <unistd.h>

static long futex(_Atomic uint32_t *word, int operation, uint32_t value)
{
    return syscall(SYS_futex, word, operation | FUTEX_PRIVATE_FLAG, value, NULL, NULL, 0);
}

/* Sleeps until the word is no longer `value`. Acquire pairs with the release of who changes it. */
static void sleep_while(_Atomic uint32_t *word, uint32_t value)
{
    while (atomic_load_explicit(word, memory_order_acquire) == value)
        futex(word, FUTEX_WAIT, value);
}

/* --- futex --- */

enum {
    WAKE_CALLS = MEASURE_EVENTS + 1,
    WAKE_ASLEEP_NS = 40000, /* that it takes to fall asleep, and its core to rest */
};

struct waking {
    alignas(SLUICE_SEPARATE) _Atomic uint32_t call;   /* the number of the last wake call, from 1 */
    alignas(SLUICE_SEPARATE) _Atomic uint32_t answer; /* of the last one that was answered */
    alignas(SLUICE_SEPARATE) _Atomic uint64_t ready;  /* of the one that is slept for */
    uint64_t called_ns, woken_ns;                     /* come with `call` and `answer` */
    double ns[MEASURE_EVENTS];
    size_t count;
};

static void call(struct waking *task)
{
    for (uint32_t i = 1; i <= WAKE_CALLS; i++) {
        crew_await(&task->ready, i);
        sluice_sleep(WAKE_ASLEEP_NS); /* also lets the other go to sleep where both have one PU */
        task->called_ns = clock_now_ns();
        /* Release pairs with sleep_while's acquire, here and below: the time comes with the number. */
        atomic_store_explicit(&task->call, i, memory_order_release);
        bool was_asleep = futex(&task->call, FUTEX_WAKE, 1) == 1;
        sleep_while(&task->answer, i - 1); /* at once, so that a shared PU is free */
        if (was_asleep && i > 1)
            task->ns[task->count++] = (double)(task->woken_ns - task->called_ns);
    }
}

static void answer(struct waking *task)
{
    for (uint32_t i = 1; i <= WAKE_CALLS; i++) {
        atomic_store_explicit(&task->ready, i, memory_order_release);
        sleep_while(&task->call, i - 1);
        task->woken_ns = clock_now_ns();
        atomic_store_explicit(&task->answer, i, memory_order_release);
        futex(&task->answer, FUTEX_WAKE, 1);
    }
}

static void waking_body(void *task, unsigned member)
{
    if (member == 0)
        call(task);
    else
        answer(task);
}

int sample_futex_wake(struct bench *bench, const struct limit *limit, double *value, struct fault *fault)
{
    struct waking task = {0};
    int status = crew_run(limit->pus, 2, waking_body, &task, &bench->preempted, fault);
    *value = bench_middle(task.ns, task.count);
    return status;
}

/* --- yield --- */

enum {
    YIELD_WARM = 50,
    YIELDS = 1000,               /* that count, or fewer where others want the PU, too: */
    YIELD_LONGEST_NS = 20000000, /* about; a busy machine makes a call as long as their time slices */
};

struct yielding {
    alignas(SLUICE_SEPARATE) _Atomic uint64_t turn; /* even: the first member's */
    uint64_t calls;                                 /* that count; comes with turn YIELD_WARM + 1 */
    double ns;
};

/* How many calls can be made, by what those that do not count took. */
static uint64_t calls_to_make(uint64_t warm_up_ns)
{
    uint64_t calls = (uint64_t)YIELD_LONGEST_NS * YIELD_WARM / (warm_up_ns + 1);
    return calls < 1 ? 1 : calls > YIELDS ? YIELDS : calls;
}

static void alone_body(void *task_, unsigned member)
{
    struct yielding *task = task_;
    uint64_t begin_ns = clock_now_ns(), warm_ns;
    (void)member;
    for (int i = 0; i < YIELD_WARM; i++)
        sched_yield();
    warm_ns = clock_now_ns();
    task->calls = calls_to_make(warm_ns - begin_ns);
    for (uint64_t i = 0; i < task->calls; i++)
        sched_yield();
    task->ns = (double)(clock_now_ns() - warm_ns);
}

int sample_yield_alone(struct bench *bench, const struct limit *limit, double *value, struct fault *fault)
{
    struct yielding task = {0};
    int status = crew_run(limit->pus, 1, alone_body, &task, &bench->preempted, fault);
    *value = task.ns / (double)task.calls;
    return status;
}

static void yield_until(struct yielding *task, uint64_t turn)
{
    /* Acquire pairs with the release in take_turns, for the number of calls. */
    while (atomic_load_explicit(&task->turn, memory_order_acquire) != turn)
        sched_yield();
}

/* Takes every second turn from the given one to the one before `end`. */
static void take_turns(struct yielding *task, uint64_t turn, uint64_t end)
{
    for (; turn < end; turn += 2) {
        yield_until(task, turn);
        atomic_store_explicit(&task->turn, turn + 1, memory_order_release);
    }
}

/* A call need not switch; what counts is that the other thread ran. */
static void switch_body(void *task_, unsigned member)
{
    struct yielding *task = task_;
    uint64_t begin_ns = clock_now_ns();
    take_turns(task, member, YIELD_WARM);
    if (member == 0) {
        yield_until(task, YIELD_WARM);
        uint64_t warm_ns = clock_now_ns();
        task->calls = calls_to_make(warm_ns - begin_ns);
        take_turns(task, YIELD_WARM, YIELD_WARM + task->calls);
        yield_until(task, YIELD_WARM + task->calls);
        task->ns = (double)(clock_now_ns() - warm_ns);
    } else {
        yield_until(task, YIELD_WARM + 1);
        take_turns(task, YIELD_WARM + 1, YIELD_WARM + task->calls);
    }
}

int sample_yield_switch(struct bench *bench, const struct limit *limit, double *value, struct fault *fault)
{
    struct yielding task = {0};
    int status = crew_run(limit->pus, 2, switch_body, &task, &bench->preempted, fault);
    *value = task.ns / (double)task.calls;
    return status;
}

/* --- sleep --- */

struct sleeping {
    uint64_t asked_ns;
    double ns[MEASURE_EVENTS];
};

static void sleeping_body(void *task_, unsigned member)
{
    struct sleeping *task = task_;
    (void)member;
    for (int i = -1; i < MEASURE_EVENTS; i++) {
        uint64_t begin_ns = clock_now_ns();
        sluice_sleep(task->asked_ns); /* the very call of the wait policy */
        if (i >= 0)
            task->ns[i] = (double)(clock_now_ns() - begin_ns);
    }
}

int sample_sleep(struct bench *bench, const struct limit *limit, double *value, struct fault *fault)
{
    struct sleeping task = {0};
    if (units_parse_duration(limit->variant, &task.asked_ns, fault) ||
        crew_run(limit->pus, 1, sleeping_body, &task, &bench->preempted, fault))
        return -1;
    *value = bench_middle(task.ns, MEASURE_EVENTS);
    return 0;
}
