/* pace.c - how steadily the CPUs work: see doctor.h. No hardware counter is needed: what a change of the
   clock rate, a busy sibling or a throttled guest does to the figures is that the same work takes longer. */
#include "doctor/doctor.h"

#include "base/clock.h"
#include "limits/crew.h"
#include "trial/calibrate.h"

#include <sluice/stage.h>

#include <stdio.h>
#include <stdlib.h>

enum { RUNS = 5, LEAST_SAMPLES = 8, MOST_SAMPLES = 4096, RUN_NS = 100000 };

struct task {
    uint64_t rounds, fastest_ns;
};

static void work(void *task_, unsigned member)
{
    struct task *task = task_;
    (void)member;
    for (int run = 0; run < RUNS; run++) {
        uint64_t begin_ns = clock_now_ns();
        sluice_burn(task->rounds);
        uint64_t ns = clock_now_ns() - begin_ns;
        task->fastest_ns = run == 0 || ns < task->fastest_ns ? ns : task->fastest_ns;
    }
}

static void sum_up(struct pace *pace, double *samples)
{
    stats_sort(samples, pace->samples);
    pace->median_ns = stats_median(samples, pace->samples);
    pace->low_ns = stats_quantile(samples, pace->samples, 0.05);
    pace->high_ns = stats_quantile(samples, pace->samples, 0.95);
}

/* The PUs in turn, so that what changes with time meets all of them. */
static int take_samples(struct pace *pace, unsigned count, uint64_t duration_ns, double *samples,
                        struct fault *fault)
{
    struct task task = {.rounds = (uint64_t)(calibrate_burn() * RUN_NS)};
    uint64_t end_ns = clock_now_ns() + duration_ns;
    for (size_t i = 0; i < LEAST_SAMPLES || (i < MOST_SAMPLES && clock_now_ns() < end_ns); i++)
        for (unsigned pu = 0; pu < count; pu++) {
            unsigned preempted;
            if (crew_run(&pace[pu].pu, 1, work, &task, &preempted, fault))
                return -1;
            samples[pu * MOST_SAMPLES + pace[pu].samples++] = (double)task.fastest_ns;
        }
    return 0;
}

int pace_measure(const struct topology *topology, uint64_t duration_ns, struct pace pace[PACE_PUS],
                 unsigned *count, struct fault *fault)
{
    unsigned pus = topology_pus(topology);
    double *samples = malloc(PACE_PUS * MOST_SAMPLES * sizeof *samples);
    if (!samples)
        return fault_set(fault, "out of memory");
    *count = pus < PACE_PUS ? pus : PACE_PUS;
    for (unsigned i = 0; i < *count; i++)
        pace[i] = (struct pace){
            .pu = topology_pu_os_index(topology, *count > 1 ? i * (pus - 1) / (*count - 1) : 0)};
    int status = take_samples(pace, *count, duration_ns, samples, fault);
    for (unsigned i = 0; status == 0 && i < *count; i++)
        sum_up(&pace[i], &samples[i * MOST_SAMPLES]);
    free(samples);
    return status;
}

void pace_grade(const struct pace *pace, unsigned count, struct finding *finding)
{
    double spread = 0, fastest = count ? pace[0].median_ns : 0, slowest = fastest;
    unsigned least_steady = 0;
    char value[32];
    if (count == 0) {
        finding_set(finding, GRADE_UNKNOWN, NULL, "how steadily the CPUs work is not known", NULL, NULL);
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        double its = pace[i].high_ns / pace[i].low_ns - 1;
        least_steady = its > spread ? i : least_steady;
        spread = its > spread ? its : spread;
        fastest = pace[i].median_ns < fastest ? pace[i].median_ns : fastest;
        slowest = pace[i].median_ns > slowest ? pace[i].median_ns : slowest;
    }
    const struct pace *its = &pace[least_steady];
    double between = slowest / fastest - 1, worst = spread > between ? spread : between;
    enum grade grade = worst > 0.10 ? GRADE_BAD : worst > 0.02 ? GRADE_WARN : GRADE_OK;
    snprintf(value, sizeof value, "%.1f%%", 100 * worst);
    finding_set(finding, grade, grade == GRADE_OK ? NULL : "speed varies {}", "", NULL, value);
    int length = snprintf(finding->text, sizeof finding->text,
                          "the same work took %.1f to %.1f us (5%% to 95%% of %zu samples) on PU %u",
                          its->low_ns / 1e3, its->high_ns / 1e3, its->samples, its->pu);
    if (count > 1)
        snprintf(finding->text + length, sizeof finding->text - (size_t)length,
                 ", the least steady of %u; the medians of the PUs are %.1f%% apart", count, 100 * between);
}
