/* progress.c - claims of progress. Where an operation is said to be lock-free, threads complete it while
   another one is stopped at any point of an operation: here a signal stops it, again and again, wherever it
   is. A queue that passes may still be blocking, in a window that was never hit; one that fails is.

   Where the queue's memory is not fixed, a stop counts only within the object that the queue's code lies in:
   a thread that is stopped in malloc, which queues call now and then, may hold the allocator's lock. */
#include "contract/subject.h"

#include "base/clock.h"
#include "base/rng.h"
#include "trial/registry.h"

#include <link.h>
#include <sched.h>
#include <signal.h>
#include <time.h>
#include <ucontext.h>

enum {
    SIDE = 2, /* threads a side, as far as the traits allow */
    CAPACITY = 1023,
    DEEP = 256,      /* most items that wait at a stop */
    SHALLOWEST = 16, /* a queue that holds fewer is not tried */
    STOPS = 200,
    BLOCKED_STOPS = 2, /* so many make a finding */
};
#define MOST_WAIT_NS (3 * CLOCK_NS_PER_SECOND)
#define MOST_TIME_NS (CLOCK_NS_PER_SECOND * 3 / 2)

/* ---- the code in which a stop counts ---- */

static struct {
    uintptr_t begin, end;
} code;

/* All, or the executable segment that has the queue's enqueue. */
static int find_code(struct dl_phdr_info *object, size_t size, void *unused)
{
    const uintptr_t wanted = (uintptr_t)subject->ops->enqueue;
    (void)size, (void)unused;
    if (subject->traits.memory == SLUICE_MEMORY_FIXED) {
        code.end = UINTPTR_MAX;
        return 1;
    }
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        const uintptr_t begin = object->dlpi_addr + segment->p_vaddr;
        if (segment->p_type == PT_LOAD && wanted >= begin && wanted < begin + segment->p_memsz) {
            code.begin = begin;
            code.end = begin + segment->p_memsz;
            return 1;
        }
    }
    return 0;
}

static uintptr_t program_counter(const ucontext_t *context)
{
#if defined(__x86_64__)
    return (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
    return (uintptr_t)context->uc_mcontext.pc;
#else
    (void)context;
    return 0; /* which no code has: nothing is found there */
#endif
}

/* ---- the thread that is stopped ---- */

enum stop { ASKED, STOPPED, ELSEWHERE };
static _Atomic(int) stop;
static _Atomic(unsigned)
    released; /* how often: who was stopped before goes on, even where another one is now */

static void stop_here(int signal, siginfo_t *info, void *context)
{
    const uintptr_t where = program_counter(context);
    const struct timespec moment = {.tv_nsec = 50000};
    (void)signal, (void)info;
    if (where < code.begin || where >= code.end) {
        atomic_store(&stop, ELSEWHERE);
        return;
    }
    const unsigned before = atomic_load(&released);
    atomic_store(&stop, STOPPED);
    while (atomic_load(&released) == before)
        nanosleep(&moment, NULL);
}

/* ---- the threads ---- */

struct ground {
    void *queue;
    int64_t shallow, deep; /* so many items the producers let wait, usually and while a thread is stopped */
    uint64_t proof;        /* operations that the others must complete meanwhile, for which there is room */
    _Atomic(int64_t) put, taken, depth; /* signed: an item may be counted as taken before it is as put */
    _Atomic(bool) over;
};

struct runner {
    alignas(SLUICE_SEPARATE) struct ground *ground;
    pthread_t thread;
    enum sluice_end side;
    uint32_t index;
    _Atomic(uint64_t) returned, succeeded; /* operations */
};

static int64_t waiting_items(struct ground *ground)
{
    return atomic_load(&ground->put) - atomic_load(&ground->taken);
}

static bool produce_one(struct runner *runner, void *end)
{
    struct ground *ground = runner->ground;
    if (waiting_items(ground) >= atomic_load(&ground->depth))
        return false;
    void *item = item_of(1);
    if (subject->ops->enqueue(end, item) != SLUICE_OK) {
        value_of(item);
        return false;
    }
    atomic_fetch_add_explicit(&ground->put, 1, memory_order_relaxed);
    return true;
}

static bool consume_one(struct runner *runner, void *end)
{
    void *item;
    if (subject->ops->dequeue(end, &item) != SLUICE_OK)
        return false;
    value_of(item);
    atomic_fetch_add_explicit(&runner->ground->taken, 1, memory_order_relaxed);
    return true;
}

/* It never yields: a thread that is off its CPU is to be within an operation. */
static void *run_until_over(void *argument)
{
    struct runner *runner = argument;
    void *end = attach(runner->ground->queue, runner->side, runner->index);
    while (!atomic_load_explicit(&runner->ground->over, memory_order_relaxed)) {
        bool done = runner->side == SLUICE_PRODUCER ? produce_one(runner, end) : consume_one(runner, end);
        atomic_fetch_add_explicit(&runner->succeeded, done, memory_order_relaxed);
        atomic_fetch_add_explicit(&runner->returned, 1, memory_order_relaxed);
    }
    subject->detach(end);
    return NULL;
}

/* ---- what the others must get done ---- */

static bool is_claimed(enum sluice_end side)
{
    return (side == SLUICE_PRODUCER ? subject->traits.enqueue : subject->traits.dequeue) >= SLUICE_LOCK_FREE;
}

/* Operations of one side by all but the one that is stopped; *threads: how many those are. */
static uint64_t count_others(struct runner *runners, uint32_t all, const struct runner *stopped,
                             enum sluice_end side, bool succeeded, uint32_t *threads)
{
    uint64_t count = 0;
    *threads = 0;
    for (uint32_t i = 0; i < all; i++)
        if (&runners[i] != stopped && runners[i].side == side) {
            ++*threads;
            count += atomic_load_explicit(succeeded ? &runners[i].succeeded : &runners[i].returned,
                                          memory_order_relaxed);
        }
    return count;
}

/* Waits until the others of a side, if there are any, have proved that they get on. */
static bool others_get_on(struct runner *runners, uint32_t all, const struct runner *stopped,
                          enum sluice_end side, bool succeeded)
{
    const struct timespec moment = {.tv_nsec = 20000};
    const uint64_t until_ns = clock_now_ns() + MOST_WAIT_NS;
    struct ground *ground = stopped->ground;
    uint32_t threads;
    const uint64_t before = count_others(runners, all, stopped, side, succeeded, &threads);
    atomic_store(&ground->depth, ground->deep); /* not before: they are fast */
    while (threads > 0 &&
           count_others(runners, all, stopped, side, succeeded, &threads) < before + ground->proof) {
        if (clock_now_ns() > until_ns)
            return false;
        nanosleep(&moment, NULL);
    }
    return true;
}

/* Enqueues must succeed, since there is room. Dequeues must succeed where others go on enqueueing; else they
   must at least come back. */
static bool all_get_on(struct runner *runners, uint32_t all, const struct runner *stopped)
{
    uint32_t producers;
    count_others(runners, all, stopped, SLUICE_PRODUCER, true, &producers);
    const bool fed = is_claimed(SLUICE_PRODUCER) && producers > 0;
    return (!is_claimed(SLUICE_PRODUCER) || others_get_on(runners, all, stopped, SLUICE_PRODUCER, true)) &&
           (!is_claimed(SLUICE_CONSUMER) || others_get_on(runners, all, stopped, SLUICE_CONSUMER, fed));
}

/* So that there is room for what the others are to enqueue. */
static void let_them_drain(struct ground *ground)
{
    const uint64_t until_ns = clock_now_ns() + MOST_WAIT_NS;
    while (waiting_items(ground) > ground->shallow && clock_now_ns() < until_ns)
        sched_yield();
}

/* Whether the others got on while this one was stopped; true, too, where it was not. */
static bool get_on_without(struct runner *runners, uint32_t all, struct runner *victim, bool *stopped)
{
    struct ground *ground = victim->ground;
    let_them_drain(ground);
    atomic_store(&stop, ASKED);
    pthread_kill(victim->thread, SIGUSR1);
    while (atomic_load(&stop) == ASKED)
        sched_yield();
    *stopped = atomic_load(&stop) == STOPPED;
    bool got_on = true;
    if (*stopped) {
        got_on = all_get_on(runners, all, victim);
        atomic_store(&ground->depth, ground->shallow);
    }
    atomic_fetch_add(&released, 1);
    return got_on;
}

static void stop_again_and_again(struct runner *runners, uint32_t all)
{
    uint64_t until_ns = clock_now_ns() + MOST_TIME_NS;
    unsigned stops = 0, blocked = 0;
    struct rng rng;
    rng_seed(&rng, seed_for(7));
    while (stops < STOPS && clock_now_ns() < until_ns) {
        const struct timespec moment = {.tv_nsec = (long)rng_below(&rng, 200000)};
        struct runner *victim = &runners[rng_below(&rng, all)];
        bool stopped;
        nanosleep(&moment, NULL);
        if (!get_on_without(runners, all, victim, &stopped)) {
            EXPECT(
                KIND_TRAITS, ++blocked < BLOCKED_STOPS,
                "with %s stopped in the midst of an operation, the others did not complete %ju operations in "
                "%ju s; enqueue is said to be %s, dequeue %s",
                victim->side == SLUICE_PRODUCER ? "a producer" : "a consumer",
                (uintmax_t)victim->ground->proof, (uintmax_t)(MOST_WAIT_NS / CLOCK_NS_PER_SECOND),
                progress_name(subject->traits.enqueue), progress_name(subject->traits.dequeue));
            until_ns = clock_now_ns() + 10 * MOST_TIME_NS; /* to see whether it was the machine's fault */
            stops = 0;
        }
        stops += stopped;
    }
    if (stops + blocked == 0)
        not_tried("no thread could be stopped within the code that the queue's enqueue lies in");
}

static void a_stopped_thread_stops_no_other(void)
{
    struct runner *runners = sluice_alloc(2 * SIDE * sizeof *runners);
    const struct sigaction action = {.sa_sigaction = stop_here, .sa_flags = SA_SIGINFO | SA_RESTART};
    const uint32_t producers = at_most(SIDE, subject->traits.max_producers);
    const uint32_t all = producers + at_most(SIDE, subject->traits.max_consumers);
    struct ground ground = {.queue =
                                make_queue(capacity_within_traits(CAPACITY), producers, all - producers)};
    if (!runners)
        give_up("no memory for %u threads", all);
    const uint64_t capacity = subject->capacity(ground.queue);
    if (capacity > 0 && capacity < SHALLOWEST) {
        not_tried("a queue that holds %ju items has no room for what must be enqueued meanwhile",
                  (uintmax_t)capacity);
        subject->destroy(ground.queue);
        return;
    }
    ground.deep = capacity > 0 && capacity < DEEP ? (int64_t)capacity : DEEP;
    ground.shallow = ground.deep / 8;
    ground.proof = (uint64_t)ground.deep / 4;
    atomic_store(&ground.depth, ground.shallow);
    dl_iterate_phdr(find_code, NULL);
    sigaction(SIGUSR1, &action, NULL);
    doing("%u producers and %u consumers, each stopped now and then", producers, all - producers);
    for (uint32_t i = 0; i < all; i++) {
        runners[i].ground = &ground;
        runners[i].side = i < producers ? SLUICE_PRODUCER : SLUICE_CONSUMER;
        runners[i].index = i < producers ? i : i - producers;
        start_thread(&runners[i].thread, run_until_over, &runners[i]);
    }
    stop_again_and_again(runners, all);
    atomic_store(&ground.over, true);
    for (uint32_t i = 0; i < all; i++)
        pthread_join(runners[i].thread, NULL);
    subject->destroy(ground.queue);
    free(runners);
}

/* Sanitizers hold signals back. */
static bool claims_progress(void)
{
    return !SANITIZED && !subject->traits.instrument &&
           (is_claimed(SLUICE_PRODUCER) || is_claimed(SLUICE_CONSUMER));
}

const struct contract_test progress_tests[] = {
    {"a_stopped_thread_stops_no_other", a_stopped_thread_stops_no_other, claims_progress},
    {0},
};
