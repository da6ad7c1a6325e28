/* atomics.c - atomic operations on one line by 1, 2, ... threads, and a mutex that nobody else wants. */
#include "limits/measures.h"

#include "base/clock.h"

#include <pthread.h>

enum {
    CROWD_CHUNK = 64,      /* operations between two looks at the state */
    CROWD_WARM_NS = 50000, /* before the count begins */
    CROWD_NS = 400000,     /* while it goes on */
};

enum state { STATE_WARM, STATE_COUNT, STATE_STOP };

/* A member's count, on lines of its own. */
struct tally {
    alignas(SLUICE_SEPARATE) uint64_t done;
};

struct crowd {
    alignas(SLUICE_SEPARATE) atomic_uint state; /* the first member's, who looks at the clock */
    alignas(SLUICE_SEPARATE) _Atomic uint64_t *shared;
    struct tally *tallies;
    bool is_cas;
    uint64_t ns;
};

/* Relaxed: the operations order nothing but themselves, and on x86 every order is the same instruction. */
static void add(struct crowd *task)
{
    for (int i = 0; i < CROWD_CHUNK; i++)
        atomic_fetch_add_explicit(task->shared, 1, memory_order_relaxed);
}

static void add_by_cas(struct crowd *task)
{
    for (int i = 0; i < CROWD_CHUNK; i++) {
        uint64_t seen = atomic_load_explicit(task->shared, memory_order_relaxed);
        while (!atomic_compare_exchange_weak_explicit(task->shared, &seen, seen + 1, memory_order_relaxed,
                                                      memory_order_relaxed))
            continue;
    }
}

/* What the others do is counted in whole chunks that end while the first member counts: at most one chunk too
   many and one too few of each. A member that is preempted when the counting ends adds what it does later:
   never more than that. */
static void crowd_body(void *task_, unsigned member)
{
    struct crowd *task = task_;
    uint64_t done = 0, begin_ns = clock_now_ns();
    for (unsigned state = STATE_WARM; state != STATE_STOP;) {
        if (task->is_cas)
            add_by_cas(task);
        else
            add(task);
        if (member == 0) {
            uint64_t now_ns = clock_now_ns();
            done += state == STATE_COUNT ? CROWD_CHUNK : 0;
            if (state == STATE_WARM && now_ns - begin_ns >= CROWD_WARM_NS) {
                begin_ns = now_ns;
                state = STATE_COUNT;
            } else if (state == STATE_COUNT && now_ns - begin_ns >= CROWD_NS) {
                task->ns = now_ns - begin_ns;
                state = STATE_STOP;
            }
            /* Relaxed: the results are read after the join. */
            if (atomic_load_explicit(&task->state, memory_order_relaxed) != state)
                atomic_store_explicit(&task->state, state, memory_order_relaxed);
        } else {
            unsigned now = atomic_load_explicit(&task->state, memory_order_relaxed);
            done += state == STATE_COUNT && now == STATE_COUNT ? CROWD_CHUNK : 0;
            state = now;
        }
    }
    task->tallies[member].done = done;
}

static int sample_crowd(struct bench *bench, const struct limit *limit, bool is_cas, double *value,
                        struct fault *fault)
{
    struct crowd task = {.shared = bench_place(bench, SLUICE_SEPARATE), .is_cas = is_cas};
    uint64_t done = 0;
    task.tallies = sluice_alloc(limit->threads * sizeof *task.tallies);
    if (!task.tallies)
        return fault_set(fault, "out of memory");
    int status = crew_run(limit->pus, limit->threads, crowd_body, &task, &bench->preempted, fault);
    for (unsigned i = 0; i < limit->threads; i++)
        done += task.tallies[i].done;
    *value = (double)task.ns / (double)done;
    free(task.tallies);
    return status;
}

int sample_fetch_add(struct bench *bench, const struct limit *limit, double *value, struct fault *fault)
{
    return sample_crowd(bench, limit, false, value, fault);
}

int sample_cas(struct bench *bench, const struct limit *limit, double *value, struct fault *fault)
{
    return sample_crowd(bench, limit, true, value, fault);
}

/* --- mutex --- */

enum { LOCK_WARM = 1000, LOCKS = 20000 };

struct locking {
    pthread_mutex_t *mutex;
    double ns;
};

static void locking_body(void *task_, unsigned member)
{
    struct locking *task = task_;
    uint64_t begin_ns = 0;
    (void)member;
    for (int i = 0; i < LOCK_WARM + LOCKS; i++) {
        if (i == LOCK_WARM)
            begin_ns = clock_now_ns();
        pthread_mutex_lock(task->mutex);
        pthread_mutex_unlock(task->mutex);
    }
    task->ns = (double)(clock_now_ns() - begin_ns);
}

int sample_mutex(struct bench *bench, const struct limit *limit, double *value, struct fault *fault)
{
    struct locking task = {.mutex = bench_place(bench, sizeof *task.mutex)};
    pthread_mutex_init(task.mutex, NULL);
    int status = crew_run(limit->pus, 1, locking_body, &task, &bench->preempted, fault);
    pthread_mutex_destroy(task.mutex);
    *value = task.ns / LOCKS;
    return status;
}
