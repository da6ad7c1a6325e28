/* crew.c - see crew.h. */
#include "limits/crew.h"

#include "machine/placement.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

enum go { GO_WAIT, GO_RUN, GO_AWAY };

struct crew {
    alignas(SLUICE_SEPARATE) atomic_uint arrived;
    alignas(SLUICE_SEPARATE) atomic_uint go; /* enum go */
    alignas(SLUICE_SEPARATE) atomic_uint preempted;
    unsigned count;
    crew_body *body;
    void *task;
};

struct member {
    struct crew *crew;
    unsigned number;
    pthread_t thread;
};

static unsigned involuntary_switches(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_THREAD, &usage) == 0 ? (unsigned)usage.ru_nivcsw : 0;
}

static void *member_main(void *member_)
{
    const struct member *member = member_;
    struct crew *crew = member->crew;
    unsigned spins = 0, go;
    prctl(PR_SET_TIMERSLACK, 1UL);
    /* Release and the acquire below: the last one to arrive lets all go, and what the others did before is
       done. There is no other data here, the task being older than the threads. */
    if (atomic_fetch_add_explicit(&crew->arrived, 1, memory_order_acq_rel) + 1 == crew->count)
        atomic_store_explicit(&crew->go, GO_RUN, memory_order_release);
    while ((go = atomic_load_explicit(&crew->go, memory_order_acquire)) == GO_WAIT)
        crew_spin(&spins);
    if (go == GO_RUN) {
        unsigned before = involuntary_switches();
        crew->body(crew->task, member->number);
        /* Relaxed: read after the join. */
        atomic_fetch_add_explicit(&crew->preempted, involuntary_switches() - before, memory_order_relaxed);
    }
    return NULL;
}

static int start(struct member *member, unsigned pu)
{
    pthread_attr_t attributes;
    cpu_set_t *set;
    size_t size;
    if (placement_to_cpuset((int)pu, &set, &size) != 0)
        return ENOMEM;
    int error = pthread_attr_init(&attributes);
    if (!error) {
        error = pthread_attr_setaffinity_np(&attributes, size, set);
        if (!error)
            error = pthread_create(&member->thread, &attributes, member_main, member);
        pthread_attr_destroy(&attributes);
    }
    CPU_FREE(set);
    return error;
}

int crew_run(const unsigned *pus, unsigned count, crew_body *body, void *task, unsigned *preempted,
             struct fault *fault)
{
    struct crew crew = {.count = count, .body = body, .task = task};
    struct member *members = calloc(count, sizeof *members);
    unsigned started = 0;
    int error = members ? 0 : ENOMEM;
    for (; !error && started < count; started += !error) {
        members[started] = (struct member){.crew = &crew, .number = started};
        error = start(&members[started], pus[started]);
    }
    if (error) /* those who came wait for somebody who never will; with all of them it is done already */
        atomic_store_explicit(&crew.go, GO_AWAY, memory_order_release);
    unsigned failed = started;
    while (started--)
        pthread_join(members[started].thread, NULL);
    free(members);
    *preempted = atomic_load_explicit(&crew.preempted, memory_order_relaxed);
    if (!error)
        return 0;
    return fault_set(fault, "thread %u of %u could not be started on CPU %u: %s", failed + 1, count,
                     failed < count ? pus[failed] : 0, strerror(error));
}
