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

static uint32_t count_running(const struct conductor *conductor)
{
    uint32_t count = 0;
    for (int role = 0; role < ROLES; role++)
        count += conductor->running[role];
    return count;
}

void conductor_leave(struct conductor *conductor, uint32_t role, uint32_t sentinels, bool *left)
{
    pthread_mutex_lock(&conductor->lock);
    *left = true;
    conductor->running[role]--;
    conductor->spares[role] += sentinels > 1 ? sentinels - 1 : 0;
    if (count_running(conductor) == 0)
        conductor->ended_at_ns = clock_now_ns();
    pthread_cond_broadcast(&conductor->changed);
    pthread_mutex_unlock(&conductor->lock);
}

bool conductor_has_left(struct conductor *conductor, const bool *left)
{
    pthread_mutex_lock(&conductor->lock);
    bool has = *left;
    pthread_mutex_unlock(&conductor->lock);
    return has;
}

/* --- the end --- */

static void drop_all(struct conductor *conductor)
{
    for (uint32_t hop = 0; hop < HOPS; hop++)
        if (conductor->channels[hop].queue)
            sluice_drop(&conductor->channels[hop]);
}

/* Tells the sources. Relaxed: the flags carry nothing else. */
static void stop_source(struct conductor *conductor)
{
    const struct wiring wiring = spec_wiring(&conductor->board->spec);
    atomic_store_explicit(&conductor->ending, true, memory_order_relaxed);
    atomic_store_explicit(&conductor->stop, true, memory_order_relaxed);
    sluice_channel_wake(&conductor->channels[wiring_output(&wiring, 0)]);
    pthread_mutex_lock(&conductor->lock);
    conductor->hurried = true;
    pthread_cond_broadcast(&conductor->changed);
    pthread_mutex_unlock(&conductor->lock);
}

void conductor_fail(struct conductor *conductor, bool drop)
{
    stop_source(conductor);
    if (drop)
        drop_all(conductor);
}

bool conductor_wait_for_end_of_puts(struct conductor *conductor, bool stopped)
{
    pthread_mutex_lock(&conductor->lock);
    while (
        conductor->signal == CONDUCTOR_HOLD ||
        (conductor->signal == CONDUCTOR_GO && conductor->running[0] > 0 && !(stopped && conductor->hurried)))
        pthread_cond_wait(&conductor->changed, &conductor->lock);
    bool go = conductor->signal == CONDUCTOR_GO;
    pthread_mutex_unlock(&conductor->lock);
    return go;
}

/* False: the time (absolute) has come. The lock is held. */
static bool wait_for_change(struct conductor *conductor, uint64_t deadline_ns)
{
    struct timespec deadline = {.tv_sec = (time_t)(deadline_ns / CLOCK_NS_PER_SECOND),
                                .tv_nsec = (long)(deadline_ns % CLOCK_NS_PER_SECOND)};
    return pthread_cond_timedwait(&conductor->changed, &conductor->lock, &deadline) != ETIMEDOUT;
}

bool conductor_wait_for_role(struct conductor *conductor, uint32_t role, uint64_t patience_ns)
{
    uint64_t deadline_ns = patience_ns ? clock_now_ns() + patience_ns : UINT64_MAX / 2;
    pthread_mutex_lock(&conductor->lock);
    while (conductor->running[role] > 0 && wait_for_change(conductor, deadline_ns))
        ;
    bool ended = conductor->running[role] == 0;
    pthread_mutex_unlock(&conductor->lock);
    return ended;
}

uint32_t conductor_wait_for_spares(struct conductor *conductor, uint32_t role)
{
    pthread_mutex_lock(&conductor->lock);
    while (conductor->running[role] > 0 && conductor->spares[role] == 0)
        pthread_cond_wait(&conductor->changed, &conductor->lock);
    uint32_t spares = conductor->running[role] > 0 ? conductor->spares[role] : 0;
    conductor->spares[role] = 0;
    pthread_mutex_unlock(&conductor->lock);
    return spares;
}

void conductor_give_up(struct conductor *conductor)
{
    pthread_mutex_lock(&conductor->lock);
    conductor->given_up = true;
    if (count_running(conductor) > 0)
        conductor->ended_at_ns = clock_now_ns();
    pthread_cond_broadcast(&conductor->changed);
    pthread_mutex_unlock(&conductor->lock);
}

/* --- time --- */

static uint64_t elapsed_ns(const struct conductor *conductor)
{
    return clock_now_ns() - conductor->start_ns;
}

static uint64_t heap_bytes(const struct conductor *conductor)
{
    uint64_t bytes = 0;
    for (uint32_t hop = 0; hop < HOPS; hop++)
        if (conductor->channels[hop].queue)
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
    sample->delivered = board_delivered(board);
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

/* Where that lies which was added since the start. Only where somebody asked for nodes: looking takes time
   that the pipeline would have. */
static void look_at_growth(struct conductor *conductor)
{
    if (!pages_is_bound(&conductor->board->memory[HOPS - 1]))
        return;
    pages_look(&conductor->board->grown);
    pages_subtract(&conductor->board->grown, &conductor->start);
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
        look_at_growth(conductor);
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

/* What the main thread waits for beside the time. */
enum until { UNTIL_STOPPED, UNTIL_PUT, UNTIL_ENDED };

/* True: it has come, false: the time (since the start) has. The lock is held. */
static bool has_come_before(struct conductor *conductor, enum until until, uint64_t ns)
{
    bool in_time = true;
    for (;;) {
        if (count_running(conductor) == 0 || conductor->given_up ||
            (until == UNTIL_STOPPED && conductor->hurried) ||
            (until == UNTIL_PUT && conductor->running[0] == 0))
            return true;
        if (!in_time)
            return false;
        in_time = wait_for_change(conductor, conductor->start_ns + ns);
    }
}

/* Ticks until it has come (true) or until the time since the start (false). */
static bool wait_until(struct conductor *conductor, enum until until, uint64_t until_ns)
{
    for (;;) {
        bool at_tick = conductor->next_sample_ns < until_ns;
        pthread_mutex_lock(&conductor->lock);
        bool come = has_come_before(conductor, until, at_tick ? conductor->next_sample_ns : until_ns);
        pthread_mutex_unlock(&conductor->lock);
        if (come)
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
    if (!wait_until(conductor, UNTIL_STOPPED, spec->warmup_ns)) {
        board->window_begin_items = board_delivered(board);
        board->window_begin_operations = board_operations(board);
        board->window_begin_ns = elapsed_ns(conductor);
        conductor->measuring = true;
        wait_until(conductor, UNTIL_STOPPED, spec->duration_ns);
    }
    board->window_end_items = board_delivered(board);
    board->window_end_operations = board_operations(board);
    board->window_end_ns = elapsed_ns(conductor);
    conductor->measuring = false;
    stop_source(conductor);
    board->stopped_ns = elapsed_ns(conductor);
    look_at_growth(conductor);
    if (!wait_until(conductor, UNTIL_ENDED, board->stopped_ns + spec->drain_ns)) {
        board->discarded = true;
        drop_all(conductor);
        wait_until(conductor, UNTIL_ENDED, UINT64_MAX / 2);
    }
}

static bool start_threads(struct conductor *conductor, uint32_t threads, bool go)
{
    pthread_mutex_lock(&conductor->lock);
    while (conductor->ready < threads)
        pthread_cond_wait(&conductor->changed, &conductor->lock);
    go = go && conductor->failed == 0;
    const struct wiring wiring = spec_wiring(&conductor->board->spec);
    for (uint32_t thread = 0, index; thread < threads; thread++)
        conductor->running[wiring_role(&wiring, thread, &index)]++;
    if (go) {
        const struct spec *spec = &conductor->board->spec;
        if (pages_is_bound(&conductor->board->memory[HOPS - 1]))
            pages_look(&conductor->start);
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
        wait_until(conductor, UNTIL_PUT, UINT64_MAX / 2);
        look_at_growth(conductor);
        wait_until(conductor, UNTIL_ENDED, UINT64_MAX / 2);
    } else {
        run_for_duration(conductor);
    }
    conductor->controller_cpu_ns = (uint64_t)(clock_thread_cpu_ns() - cpu_before);
}

static uint64_t since_start(const struct conductor *conductor, uint64_t ns)
{
    return ns ? ns - conductor->start_ns : 0;
}

void conductor_finish(struct conductor *conductor, uint64_t put_ns, uint64_t delivered_ns, uint64_t all_ns)
{
    struct board *board = conductor->board;
    board->controller_cpu_ns = conductor->controller_cpu_ns;
    board->ended_ns = since_start(conductor, conductor->ended_at_ns);
    board->last_put_ns = since_start(conductor, put_ns);
    board->last_delivered_ns = since_start(conductor, delivered_ns);
    if (board->spec.counted) {
        board->window_end_items = board_delivered(board);
        board->window_end_operations = board_operations(board);
        board->window_end_ns = all_ns ? since_start(conductor, all_ns) : board->ended_ns;
        board->stopped_ns = board->window_end_ns;
    }
    board->resident_peak_bytes = memory_peak();
    board->resident_end_bytes = memory_resident(conductor->statm);
    board->heap_end_bytes = heap_bytes(conductor);
    if (conductor->statm >= 0)
        close(conductor->statm);
    if (board->abandoned) /* who may still come */
        return;
    pthread_cond_destroy(&conductor->changed);
    pthread_mutex_destroy(&conductor->lock);
}
