/* conductor.c - see conductor.h. */
#include "trial/conductor.h"

#include "machine/memory.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { IDLE_TICK_NS = 10 * 1000 * 1000 }; /* between two looks at the memory limit when nothing is sampled */

void conductor_init(struct conductor *conductor, struct board *board, const struct sluice_backend *backend,
                    struct sluice_channel *channels)
{
    pthread_condattr_t monotonic;
    conductor->board = board;
    conductor->backend = backend;
    conductor->channels = channels;
    pthread_mutex_init(&conductor->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&conductor->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    conductor->statm = memory_open();
    board->sample_ns = board->spec.sample_ns;
}

bool conductor_wait_for_start(struct conductor *conductor, bool is_ready)
{
    pthread_mutex_lock(&conductor->lock);
    conductor->ready++;
    conductor->failed += !is_ready;
    pthread_cond_broadcast(&conductor->changed);
    while (conductor->signal == CONDUCTOR_HOLD)
        pthread_cond_wait(&conductor->changed, &conductor->lock);
    bool go = conductor->signal == CONDUCTOR_GO;
    pthread_mutex_unlock(&conductor->lock);
    return go;
}

void conductor_leave(struct conductor *conductor)
{
    pthread_mutex_lock(&conductor->lock);
    if (--conductor->running == 0) {
        conductor->ended_at_ns = clock_now_ns();
        pthread_cond_broadcast(&conductor->changed);
    }
    pthread_mutex_unlock(&conductor->lock);
}

static uint64_t elapsed_ns(const struct conductor *conductor)
{
    return clock_now_ns() - conductor->start_ns;
}

static uint64_t delivered(const struct board *board)
{
    uint32_t sink = board->threads - 1;
    return board_count(board, sink, SLUICE_TAKEN) - board_count(board, sink, SLUICE_DISCARDED);
}

static uint64_t heap_bytes(const struct conductor *conductor)
{
    uint64_t bytes = 0;
    for (uint32_t hop = 0; hop < HOPS; hop++)
        bytes += conductor->backend->footprint(conductor->channels[hop].queue);
    return bytes;
}

/* Halves the resolution of a full series, so that a trial of any length fits. */
static void thin_samples(struct board *board, uint32_t *count)
{
    for (uint32_t i = 0; i < *count / 2; i++)
        board->sample[i] = board->sample[2 * i + 1];
    *count /= 2;
    board->sample_ns *= 2;
}

static void take_sample(struct conductor *conductor, uint64_t resident)
{
    struct board *board = conductor->board;
    uint32_t count = atomic_load_explicit(&board->samples, memory_order_relaxed);
    if (count == BOARD_SAMPLES)
        thin_samples(board, &count);
    struct sample *sample = &board->sample[count];
    sample->at_ns = elapsed_ns(conductor);
    sample->resident_bytes = resident;
    sample->heap_bytes = heap_bytes(conductor);
    for (uint32_t hop = 0; hop < HOPS; hop++)
        sample->depth[hop] = board->spec.instrument ? 0 : board_depth(board, hop);
    sample->delivered = delivered(board);
    atomic_store_explicit(&board->samples, count + 1, memory_order_relaxed);
}

static void observe_states(struct conductor *conductor)
{
    struct board *board = conductor->board;
    for (uint32_t i = 0; i < board->threads; i++) {
        uint32_t state = atomic_load_explicit(&board->slot[i].state, memory_order_relaxed);
        if (state <= SLUICE_ENDED)
            board_report(board, i)->state_ticks[state]++;
    }
}

static void tick(struct conductor *conductor)
{
    struct board *board = conductor->board;
    const struct spec *spec = &board->spec;
    uint64_t resident = memory_resident(conductor->statm);
    if (spec->memory_limit && resident > spec->memory_limit) {
        board->stopped_ns = elapsed_ns(conductor);
        board->resident_peak_bytes = resident;
        if (spec->sample_ns)
            take_sample(conductor, resident);
        board_conclude(board, OUTCOME_OUT_OF_MEMORY, "reached the memory limit after %.3f s",
                       (double)board->stopped_ns / 1e9);
        _exit(0); /* the board has it all */
    }
    if (spec->sample_ns) {
        take_sample(conductor, resident);
        if (conductor->measuring)
            observe_states(conductor);
    }
    /* On a grid, so that a late tick does not shift the next ones; what was missed is skipped. */
    uint64_t step = spec->sample_ns ? board->sample_ns : IDLE_TICK_NS, now = elapsed_ns(conductor);
    conductor->next_sample_ns = now - now % step + step;
}

/* True when all threads have ended, false when the time (since the start) has come. The lock is held. */
static bool ended_before(struct conductor *conductor, uint64_t ns)
{
    uint64_t deadline_ns = conductor->start_ns + ns;
    struct timespec deadline = {.tv_sec = (time_t)(deadline_ns / CLOCK_NS_PER_SECOND),
                                .tv_nsec = (long)(deadline_ns % CLOCK_NS_PER_SECOND)};
    while (conductor->running > 0)
        if (pthread_cond_timedwait(&conductor->changed, &conductor->lock, &deadline) == ETIMEDOUT)
            return conductor->running == 0;
    return true;
}

/* Ticks until all threads have ended (true) or until the time since the start (false). */
static bool wait_until(struct conductor *conductor, uint64_t until_ns)
{
    for (;;) {
        bool at_tick = conductor->next_sample_ns < until_ns;
        pthread_mutex_lock(&conductor->lock);
        bool ended = ended_before(conductor, at_tick ? conductor->next_sample_ns : until_ns);
        pthread_mutex_unlock(&conductor->lock);
        if (ended)
            return true;
        if (!at_tick)
            return false;
        tick(conductor);
    }
}

static void run_for_duration(struct conductor *conductor)
{
    struct board *board = conductor->board;
    const struct spec *spec = &board->spec;
    if (!wait_until(conductor, spec->warmup_ns)) {
        board->window_begin_items = delivered(board);
        board->window_begin_ns = elapsed_ns(conductor);
        conductor->measuring = true;
        wait_until(conductor, spec->duration_ns);
    }
    board->window_end_items = delivered(board);
    board->window_end_ns = elapsed_ns(conductor);
    conductor->measuring = false;
    /* Relaxed: the flags carry nothing else. */
    atomic_store_explicit(&conductor->stop, true, memory_order_relaxed);
    sluice_channel_wake(&conductor->channels[0]);
    board->stopped_ns = elapsed_ns(conductor);
    if (!wait_until(conductor, board->stopped_ns + spec->drain_ns)) {
        board->discarded = true;
        atomic_store_explicit(&conductor->discard, true, memory_order_relaxed);
        wait_until(conductor, UINT64_MAX / 2);
    }
}

static bool start_threads(struct conductor *conductor, uint32_t threads, bool go)
{
    pthread_mutex_lock(&conductor->lock);
    while (conductor->ready < threads)
        pthread_cond_wait(&conductor->changed, &conductor->lock);
    go = go && conductor->failed == 0;
    conductor->running = threads;
    if (go) {
        const struct spec *spec = &conductor->board->spec;
        conductor->board->resident_start_bytes = memory_resident(conductor->statm);
        if (spec->memory_limit)
            memory_limit_growth(spec->memory_limit);
    }
    conductor->start_ns = clock_now_ns();
    conductor->signal = go ? CONDUCTOR_GO : CONDUCTOR_ABORT;
    pthread_cond_broadcast(&conductor->changed);
    pthread_mutex_unlock(&conductor->lock);
    return go;
}

void conductor_run(struct conductor *conductor, uint32_t threads, bool go)
{
    if (!start_threads(conductor, threads, go))
        return;
    int64_t cpu_before = clock_thread_cpu_ns();
    if (conductor->board->spec.counted) {
        conductor->measuring = true;
        wait_until(conductor, UINT64_MAX / 2);
    } else {
        run_for_duration(conductor);
    }
    conductor->controller_cpu_ns = (uint64_t)(clock_thread_cpu_ns() - cpu_before);
}

void conductor_finish(struct conductor *conductor, uint64_t reached_ns)
{
    struct board *board = conductor->board;
    const struct spec *spec = &board->spec;
    board->controller_cpu_ns = conductor->controller_cpu_ns;
    board->ended_ns = conductor->ended_at_ns - conductor->start_ns;
    if (spec->counted) {
        board->window_end_items = delivered(board);
        board->window_end_ns = reached_ns ? reached_ns - conductor->start_ns : board->ended_ns;
        board->stopped_ns = board->window_end_ns;
    }
    board->resident_peak_bytes = memory_peak();
    board->resident_end_bytes = memory_resident(conductor->statm);
    board->heap_end_bytes = heap_bytes(conductor);
    if (conductor->statm >= 0)
        close(conductor->statm);
    pthread_cond_destroy(&conductor->changed);
    pthread_mutex_destroy(&conductor->lock);
}
