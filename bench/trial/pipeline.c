/* pipeline.c - see pipeline.h. Builds what runs: hops, threads and their ends. conductor.c keeps time. */
#include "trial/pipeline.h"

#include "trial/conductor.h"
#include "machine/placement.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { STACK_BYTES = 256 * 1024 };

/* One thread of the pipeline. Aligned, so that no two threads' private state shares a line. */
struct actor {
    alignas(SLUICE_SEPARATE) struct sluice_worker worker;
    struct pipeline *pipeline;
    sluice_loop *loop;
    uint32_t number, role, index;
    pthread_t thread;
    bool started;
};

static_assert(sizeof(struct actor) % SLUICE_SEPARATE == 0, "no two threads' private state shares a line");

struct pipeline {
    struct board *board;
    const struct sluice_backend *backend;
    struct sluice_channel *channels; /* HOPS of them */
    struct actor *actors;
    struct conductor conductor;
};

static uint32_t chunk_of(const struct spec *spec)
{
    /* Publish a few times in a sampling interval, however slow the slowest stage is: 20 us of work, or 256
     * items. */
    uint64_t slowest_ns = 0;
    for (int i = 0; i < STAGES; i++) {
        uint64_t ns = spec->work.stage[i].kind == SLUICE_WORK_TOUCH ? spec->work.stage[i].amount / 16
                                                                    : spec->work.stage[i].amount;
        slowest_ns = ns > slowest_ns ? ns : slowest_ns;
    }
    uint64_t chunk = slowest_ns ? 20000 / slowest_ns : 256;
    chunk = chunk < 1 ? 1 : chunk > 256 ? 256 : chunk;
    return chunk > spec->transfer.size ? (uint32_t)chunk : spec->transfer.size;
}

static int make_work(struct actor *actor)
{
    const struct spec *spec = &actor->pipeline->board->spec;
    struct sluice_work *work = &actor->worker.work;
    if (actor->role == 0 || actor->role > STAGES)
        return 0;
    uint64_t amount = spec->work.stage[actor->role - 1].amount;
    work->kind = spec->work.stage[actor->role - 1].kind;
    work->amount = amount;
    if (work->kind == SLUICE_WORK_SPIN)
        work->amount = (uint64_t)((double)amount * spec->burn_rounds_per_ns + 0.5);
    if (work->kind == SLUICE_WORK_TOUCH && !(work->buffer = sluice_alloc(amount)))
        return -ENOMEM;
    return 0;
}

static void on_out_of_memory(struct sluice_worker *worker)
{
    struct actor *actor = (struct actor *)((char *)worker - offsetof(struct actor, worker));
    struct board *board = actor->pipeline->board;
    uint64_t held = board_count(board, actor->number, SLUICE_PUT);
    board_conclude(board, OUTCOME_OUT_OF_MEMORY, "%s worker %u could not allocate after putting %llu items",
                   role_names[actor->role], actor->index, (unsigned long long)held);
    _exit(0); /* the board has it all; nothing else is worth the memory that is left */
}

static int make_actor(struct pipeline *pipeline, uint32_t number)
{
    struct actor *actor = &pipeline->actors[number];
    const struct spec *spec = &pipeline->board->spec;
    struct sluice_worker *worker = &actor->worker;
    actor->pipeline = pipeline;
    actor->number = number;
    actor->role = spec_role(spec, number, &actor->index);
    enum sluice_role role = actor->role == 0           ? SLUICE_SOURCE
                            : actor->role == ROLES - 1 ? SLUICE_SINK
                                                       : SLUICE_WORKER;
    actor->loop = pipeline->backend->loops.run[role][spec->transfer.kind][spec_signal(spec)];
    worker->thread.slot = &pipeline->board->slot[number];
    atomic_store_explicit(&worker->thread.slot->cpu, -1, memory_order_relaxed);
    worker->discard = &pipeline->conductor.discard;
    worker->out_of_memory = on_out_of_memory;
    worker->chunk = chunk_of(spec);
    worker->batch = spec->transfer.size;
    worker->stamp = sluice_first_stamp(actor->index);
    if (role == SLUICE_SOURCE) {
        worker->thread.stop = &pipeline->conductor.stop;
        worker->limit = spec->counted ? spec->items : SLUICE_MAX_SEQUENCE;
    } else if (role == SLUICE_SINK) {
        worker->limit = spec->items;
    }
    if (spec->transfer.kind == SLUICE_BATCH &&
        !(worker->items = sluice_alloc(spec->transfer.size * sizeof(void *))))
        return -ENOMEM;
    if (role != SLUICE_SOURCE) {
        uint32_t first, producers = spec_producers(spec, actor->role - 1, &first);
        uint64_t *latest = sluice_alloc(producers * sizeof *latest);
        if (!latest)
            return -ENOMEM;
        sluice_check_init(&worker->check, latest, producers);
    }
    return make_work(actor);
}

/* The first touch of a thread's own ends is the thread's. */
static int attach_ends(struct actor *actor)
{
    struct pipeline *pipeline = actor->pipeline;
    struct sluice_thread *thread = &actor->worker.thread;
    void *end;
    int error;
    if (actor->role > 0) {
        struct sluice_channel *in = &pipeline->channels[actor->role - 1];
        if ((error = pipeline->backend->attach(in->queue, SLUICE_CONSUMER, actor->index, &end)))
            return error;
        sluice_handle_init(&thread->in, in, SLUICE_CONSUMER, end);
    }
    if (actor->role < ROLES - 1) {
        struct sluice_channel *out = &pipeline->channels[actor->role];
        if ((error = pipeline->backend->attach(out->queue, SLUICE_PRODUCER, actor->index, &end)))
            return error;
        sluice_handle_init(&thread->out, out, SLUICE_PRODUCER, end);
    }
    return 0;
}

static void detach_ends(struct actor *actor)
{
    const struct sluice_backend *backend = actor->pipeline->backend;
    if (actor->worker.thread.in.end)
        backend->detach(actor->worker.thread.in.end);
    if (actor->worker.thread.out.end)
        backend->detach(actor->worker.thread.out.end);
}

static uint64_t timeval_ns(struct timeval time)
{
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_usec * 1000u;
}

static bool has_strayed(int pu, int cpu)
{
    cpu_set_t *wanted, *actual;
    size_t size;
    if (pu < 0 || placement_to_cpuset(pu, &wanted, &size))
        return false;
    actual = malloc(size);
    bool strayed =
        cpu != pu || !actual || sched_getaffinity(0, size, actual) < 0 || !CPU_EQUAL_S(size, wanted, actual);
    free(actual);
    CPU_FREE(wanted);
    return strayed;
}

static void report_usage(const struct actor *actor, const struct rusage *before, int64_t cpu_before)
{
    struct board *board = actor->pipeline->board;
    struct thread_report *report = board_report(board, actor->number);
    struct rusage after;
    getrusage(RUSAGE_THREAD, &after);
    report->cpu_ns = (uint64_t)(clock_thread_cpu_ns() - cpu_before);
    report->user_ns = timeval_ns(after.ru_utime) - timeval_ns(before->ru_utime);
    report->system_ns = timeval_ns(after.ru_stime) - timeval_ns(before->ru_stime);
    report->voluntary_switches = (uint64_t)(after.ru_nvcsw - before->ru_nvcsw);
    report->involuntary_switches = (uint64_t)(after.ru_nivcsw - before->ru_nivcsw);
    report->minor_faults = (uint64_t)(after.ru_minflt - before->ru_minflt);
    report->major_faults = (uint64_t)(after.ru_majflt - before->ru_majflt);
    report->cpu = sched_getcpu();
    report->strayed = has_strayed(*board_pu(board, actor->number), report->cpu);
    report->ended = true;
}

static void *actor_main(void *argument)
{
    struct actor *actor = argument;
    struct conductor *conductor = &actor->pipeline->conductor;
    int error = attach_ends(actor);
    if (error)
        board_conclude(actor->pipeline->board, OUTCOME_FAILED,
                       "the queue's attach failed for %s worker %u: %s", role_names[actor->role],
                       actor->index, strerror(-error));
    if (conductor_wait_for_start(conductor, error == 0)) {
        struct rusage before;
        getrusage(RUSAGE_THREAD, &before);
        int64_t cpu_before = clock_thread_cpu_ns();
        actor->loop(&actor->worker);
        report_usage(actor, &before, cpu_before);
    }
    detach_ends(actor);
    conductor_leave(conductor);
    return NULL;
}

static int start_actor(struct actor *actor)
{
    pthread_attr_t attributes;
    cpu_set_t *set = NULL;
    size_t size = 0;
    int pu = *board_pu(actor->pipeline->board, actor->number);
    int error = pthread_attr_init(&attributes);
    if (error)
        return -error;
    pthread_attr_setstacksize(&attributes,
                              STACK_BYTES > PTHREAD_STACK_MIN ? STACK_BYTES : (size_t)PTHREAD_STACK_MIN);
    if (pu >= 0) {
        if (placement_to_cpuset(pu, &set, &size))
            error = ENOMEM;
        else
            error = pthread_attr_setaffinity_np(&attributes, size, set);
    }
    if (!error)
        error = pthread_create(&actor->thread, &attributes, actor_main, actor);
    actor->started = !error;
    if (set)
        CPU_FREE(set);
    pthread_attr_destroy(&attributes);
    return -error;
}

static int make_hop(struct pipeline *pipeline, uint32_t hop)
{
    const struct spec *spec = &pipeline->board->spec;
    uint32_t first;
    struct sluice_queue_config config = {
        .size = sizeof config,
        .producers = spec_producers(spec, hop, &first),
        .consumers = spec_consumers(spec, hop, &first),
        .capacity = pipeline->backend->traits.bound == SLUICE_UNBOUNDED ? 0 : spec->capacity,
    };
    void *queue;
    int error = pipeline->backend->create(&config, &queue);
    if (error)
        return error;
    uint64_t capacity = pipeline->backend->capacity(queue);
    if (hop == 0)
        pipeline->board->capacity = capacity;
    sluice_channel_init(&pipeline->channels[hop], queue, pipeline->backend->close, capacity > 0,
                        config.producers, spec->wait.on_empty, spec->wait.on_full);
    return 0;
}

static int make_all(struct pipeline *pipeline)
{
    struct board *board = pipeline->board;
    int error;
    pipeline->channels = sluice_alloc(HOPS * sizeof *pipeline->channels);
    pipeline->actors = sluice_alloc(board->threads * sizeof *pipeline->actors);
    if (!pipeline->channels || !pipeline->actors)
        return -ENOMEM;
    for (uint32_t hop = 0; hop < HOPS; hop++)
        if ((error = make_hop(pipeline, hop)))
            return error;
    for (uint32_t i = 0; i < board->threads; i++)
        if ((error = make_actor(pipeline, i)))
            return error;
    return 0;
}

static void release_all(struct pipeline *pipeline)
{
    for (uint32_t i = 0; pipeline->actors && i < pipeline->board->threads; i++) {
        free(pipeline->actors[i].worker.items);
        free(pipeline->actors[i].worker.check.latest);
        free(pipeline->actors[i].worker.work.buffer);
    }
    for (uint32_t hop = 0; pipeline->channels && hop < HOPS; hop++)
        if (pipeline->channels[hop].queue)
            pipeline->backend->destroy(pipeline->channels[hop].queue);
    free(pipeline->actors);
    free(pipeline->channels);
}

static void join_all(struct pipeline *pipeline)
{
    for (uint32_t i = 0; i < pipeline->board->threads; i++)
        if (pipeline->actors[i].started)
            pthread_join(pipeline->actors[i].thread, NULL);
}

void pipeline_run(struct board *board, const struct sluice_backend *backend)
{
    struct pipeline pipeline = {.board = board, .backend = backend};
    int error = make_all(&pipeline);
    if (error) {
        board_conclude(board, error == -ENOMEM ? OUTCOME_OUT_OF_MEMORY : OUTCOME_FAILED,
                       "the pipeline could not be set up: %s", strerror(-error));
        release_all(&pipeline);
        return;
    }
    conductor_init(&pipeline.conductor, board, backend, pipeline.channels);
    for (uint32_t i = 0; i < board->threads && !error; i++)
        if ((error = start_actor(&pipeline.actors[i])))
            board_conclude(board, OUTCOME_FAILED, "thread %u of %u could not be started on CPU %d: %s", i,
                           board->threads, *board_pu(board, i), strerror(-error));
    uint32_t started = 0;
    while (started < board->threads && pipeline.actors[started].started)
        started++;
    conductor_run(&pipeline.conductor, started, error == 0);
    join_all(&pipeline);
    conductor_finish(&pipeline.conductor, pipeline.actors[board->threads - 1].worker.reached_ns);
    release_all(&pipeline);
    board_conclude(board, OUTCOME_OK, "%s", ""); /* unless something else was said before */
}
