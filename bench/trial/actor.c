/* actor.c - see actor.h. */
#include "trial/actor.h"

#include "base/rng.h"
#include "machine/placement.h"
#include "trial/failure.h"
#include "trial/local_work.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { STACK_BYTES = 256 * 1024 };

/* --- making --- */

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
    if (spec->local.most_ns) /* a turn of a mix may be two operations */
        slowest_ns = spec->local.least_ns + spec->local.most_ns;
    uint64_t chunk = slowest_ns ? 20000 / slowest_ns : 256;
    chunk = chunk < 1 ? 1 : chunk > 256 ? 256 : chunk;
    if (spec->shape.kind == SHAPE_BURST) /* whole ones */
        return (uint32_t)((chunk + spec->shape.burst - 1) / spec->shape.burst) * spec->shape.burst;
    return chunk > spec->transfer.size ? (uint32_t)chunk : spec->transfer.size;
}

static int make_work(struct actor *actor)
{
    const struct spec *spec = &actor->conductor->board->spec;
    struct sluice_work *work = &actor->worker.work;
    if (actor->role == 0 || actor->role > STAGES)
        return 0; /* sources and sinks have none */
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
    struct actor *actor = actor_of(worker);
    struct board *board = actor->conductor->board;
    uint64_t held = board_count(board, actor->number, SLUICE_PUT);
    board_conclude(board, OUTCOME_OUT_OF_MEMORY, "%s worker %u could not allocate after putting %llu items",
                   role_names[actor->role], actor->index, (unsigned long long)held);
    _exit(0); /* the board has it all; nothing else is worth the memory that is left */
}

static int make_check(struct actor *actor)
{
    const struct wiring wiring = spec_wiring(&actor->conductor->board->spec);
    uint32_t producers = wiring.threads_of[wiring.producer[wiring_input(&wiring, actor->role)]];
    uint64_t *latest = sluice_alloc(producers * sizeof *latest);
    if (!latest)
        return -ENOMEM;
    sluice_check_init(&actor->worker.check, latest, producers);
    return 0;
}

/* A source's share of all items. */
static uint64_t share_of(uint64_t items, uint32_t sources, uint32_t index)
{
    return items / sources + (index < items % sources);
}

/* The loop of a thread: that of its role, or of the shape. */
static sluice_loop *loop_of(const struct actor *actor, const struct spec *spec)
{
    const struct sluice_loops *loops = &actor->conductor->backend->loops;
    if (actor->role == 0)
        switch (spec->shape.kind) {
        case SHAPE_PAIRS:
            return loops->mix[SLUICE_PAIRS];
        case SHAPE_FIFTY:
            return loops->mix[SLUICE_FIFTY];
        case SHAPE_BURST:
            return loops->mix[SLUICE_BURST];
        case SHAPE_PING_PONG:
            return loops->ping[spec_signal(spec)];
        case SHAPE_PIPELINE:
            break;
        }
    enum sluice_role role = actor->role == 0           ? SLUICE_SOURCE
                            : actor->role == ROLES - 1 ? SLUICE_SINK
                                                       : SLUICE_WORKER;
    return loops->run[role][spec->transfer.kind][spec_signal(spec)];
}

int actor_make(struct actor *actor, struct conductor *conductor, const struct makers *makers, uint32_t number,
               _Atomic uint64_t *stage_items)
{
    const struct spec *spec = &conductor->board->spec;
    struct sluice_worker *worker = &actor->worker;
    actor->conductor = conductor;
    actor->makers = makers;
    actor->number = number;
    const struct wiring wiring = spec_wiring(spec);
    actor->role = wiring_role(&wiring, number, &actor->index);
    bool is_source = actor->role == 0, is_sink = actor->role == ROLES - 1;
    actor->loop = loop_of(actor, spec);
    worker->thread.slot = &conductor->board->slot[number];
    atomic_store_explicit(&worker->thread.slot->cpu, -1, memory_order_relaxed);
    worker->ending = &conductor->ending;
    worker->out_of_memory = on_out_of_memory;
    worker->chunk = chunk_of(spec);
    worker->batch = spec->shape.kind == SHAPE_BURST ? spec->shape.burst : spec->transfer.size;
    worker->stamp = sluice_first_stamp(actor->index);
    if (is_source)
        worker->limit =
            spec->counted ? share_of(spec->items, spec->sources, actor->index) : SLUICE_MAX_SEQUENCE;
    else if (is_sink && spec->sinks == 1)
        worker->limit = spec->items; /* several sinks share the items as they come */
    if (spec->transfer.kind == SLUICE_BATCH &&
        !(worker->items = sluice_alloc(spec->transfer.size * sizeof(void *))))
        return -ENOMEM;
    if (wiring_input(&wiring, actor->role) != WIRING_NONE && make_check(actor))
        return -ENOMEM;
    if (!is_source && !is_sink)
        failure_prepare(actor, &stage_items[actor->role - 1]);
    return make_work(actor);
}

void actor_release(struct actor *actor)
{
    free(actor->worker.items);
    free(actor->worker.check.latest);
    free(actor->worker.work.buffer);
}

/* --- running --- */

/* What the loops need of the stack gets its place before memory is bound. */
static void touch_stack(void)
{
    volatile char pages[16 * 1024];
    for (size_t i = 0; i < sizeof pages; i += 1024)
        pages[i] = 0;
}

/* The first touch of a thread's own ends is the thread's; it goes where the hop's memory does. What it
   allocates later is for the hop that it puts into. */
static int attach_end(struct actor *actor, struct sluice_handle *handle, enum sluice_end side, int hop)
{
    struct conductor *conductor = actor->conductor;
    void *end;
    if (makers_bind(actor->makers, (uint32_t)hop))
        return -EPERM;
    struct sluice_channel *channel = &conductor->channels[hop];
    int error = conductor->backend->attach(channel->queue, side, actor->index, &end);
    if (!error)
        sluice_handle_init(handle, channel, side, end);
    return error;
}

static int attach_ends(struct actor *actor)
{
    const struct wiring wiring = spec_wiring(&actor->conductor->board->spec);
    struct sluice_thread *thread = &actor->worker.thread;
    int in = wiring_input(&wiring, actor->role), out = wiring_output(&wiring, actor->role), error;
    touch_stack();
    if (in != WIRING_NONE && (error = attach_end(actor, &thread->in, SLUICE_CONSUMER, in)))
        return error;
    if (out != WIRING_NONE && (error = attach_end(actor, &thread->out, SLUICE_PRODUCER, out)))
        return error;
    thread->in.cut = &actor->pulled;
    if (actor->role == 0)
        thread->out.cut = &actor->conductor->stop;
    return 0;
}

static void detach_ends(struct actor *actor)
{
    const struct sluice_backend *backend = actor->conductor->backend;
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
    struct board *board = actor->conductor->board;
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
    report->local_ns = local_took_ns(&actor->worker.local);
    report->strayed = has_strayed(*board_pu(board, actor->number), report->cpu);
    report->ended = true;
}

static void *actor_main(void *argument)
{
    struct actor *actor = argument;
    struct conductor *conductor = actor->conductor;
    failure_is_mine(actor);
    int error = attach_ends(actor);
    if (error)
        board_conclude(conductor->board, OUTCOME_FAILED, "the queue's attach failed for %s worker %u: %s",
                       role_names[actor->role], actor->index, strerror(-error));
    /* On the thread's own processor, while the others are at theirs. */
    const struct spec *spec = &conductor->board->spec;
    uint64_t seed = conductor->board->seed + actor->number;
    local_calibrate(&actor->worker.local, spec->local.least_ns, spec->local.most_ns, rng_splitmix64(&seed));
    if (conductor_wait_for_start(conductor, error == 0)) {
        struct rusage before;
        getrusage(RUSAGE_THREAD, &before);
        int64_t cpu_before = clock_thread_cpu_ns();
        actor->loop(&actor->worker);
        report_usage(actor, &before, cpu_before);
    }
    detach_ends(actor);
    conductor_leave(conductor, actor->role, actor->worker.sentinels, &actor->left);
    return NULL;
}

int actor_start(struct actor *actor)
{
    pthread_attr_t attributes;
    cpu_set_t *set = NULL;
    size_t size = 0;
    int pu = *board_pu(actor->conductor->board, actor->number);
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

void actor_abandon(struct actor *actor)
{
    struct thread_report *report = board_report(actor->conductor->board, actor->number);
    struct timespec cpu;
    clockid_t clock;
    report->abandoned = true;
    if (pthread_getcpuclockid(actor->thread, &clock) == 0 && clock_gettime(clock, &cpu) == 0)
        report->cpu_ns = (uint64_t)cpu.tv_sec * CLOCK_NS_PER_SECOND + (uint64_t)cpu.tv_nsec;
}
