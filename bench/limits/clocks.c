/* clocks.c - what it costs to read the clock, and how far the clocks of two PUs are apart. */
#include "limits/measures.h"

#include "base/clock.h"

#include <math.h>

/* --- the cost --- */

enum { READ_WARM = 100, READS = 4000 };

struct reading {
    uint64_t sum; /* that no reading is left out */
    double ns;
};

static void reading_body(void *task_, unsigned member)
{
    struct reading *task = task_;
    uint64_t begin_ns = 0, sum = 0;
    (void)member;
    for (int i = 0; i < READ_WARM + READS; i++) {
        uint64_t now_ns = clock_now_ns();
        begin_ns = i == READ_WARM ? now_ns : begin_ns;
        sum += now_ns;
    }
    task->ns = (double)(clock_now_ns() - begin_ns);
    task->sum = sum;
}

int sample_clock(struct bench *bench, const struct limit *limit, double *value, struct fault *fault)
{
    struct reading task = {0};
    int status = crew_run(limit->pus, 1, reading_body, &task, &bench->preempted, fault);
    *value = task.ns / READS;
    return status;
}

/* --- the skew --- */

/* The second's clock is the first's plus an offset. A stamp of the second that was taken between two of the
   first bounds it from both sides, however long the way took; of many exchanges the narrowest bounds count
   (Cristian, "Probabilistic clock synchronization", Distributed Computing 3, 1989, but for two bounds in
   place of half the round trip). */
enum { EXCHANGE_WARM = 50, EXCHANGES = 1000 };

struct exchange {
    alignas(SLUICE_SEPARATE) _Atomic uint64_t turn; /* odd: the second member's */
    uint64_t stamp_ns;                              /* the second's, comes with the turn */
    double least, most;                             /* the offset is between these */
};

static void exchange_body(void *task_, unsigned member)
{
    struct exchange *task = task_;
    for (uint64_t i = 0; i < EXCHANGE_WARM + EXCHANGES; i++) {
        if (member == 0) {
            uint64_t begin_ns = clock_now_ns();
            atomic_store_explicit(&task->turn, 2 * i + 1, memory_order_release);
            crew_await(&task->turn, 2 * i + 2); /* acquire pairs with the release of the stamp */
            double stamp_ns = (double)(int64_t)(task->stamp_ns - begin_ns);
            double way_ns = (double)(clock_now_ns() - begin_ns);
            if (i >= EXCHANGE_WARM) {
                task->least = fmax(task->least, stamp_ns - way_ns);
                task->most = fmin(task->most, stamp_ns);
            }
        } else {
            crew_await(&task->turn, 2 * i + 1);
            task->stamp_ns = clock_now_ns();
            atomic_store_explicit(&task->turn, 2 * i + 2, memory_order_release);
        }
    }
}

int sample_skew(struct bench *bench, const struct limit *limit, double *value, struct fault *fault)
{
    struct exchange *task = bench_place(bench, sizeof *task);
    task->least = -INFINITY;
    task->most = INFINITY;
    int status = crew_run(limit->pus, 2, exchange_body, task, &bench->preempted, fault);
    *value = fmax(fabs(task->least), fabs(task->most));
    return status;
}
