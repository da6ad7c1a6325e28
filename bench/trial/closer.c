/* closer.c - see closer.h. */
#include "trial/closer.h"

#include <string.h>

/* --- the channels' own ways: sentinels and shutdown --- */

/* As its last producer, whose end it takes over, puts a sentinel for each getter of the hop. A getter that
   takes batches may take more than its own; those are put again. */
static int put_sentinels(struct closer *closer, uint32_t hop)
{
    struct conductor *conductor = closer->conductor;
    struct sluice_channel *channel = &conductor->channels[hop];
    const struct spec *spec = &conductor->board->spec;
    const struct wiring wiring = spec_wiring(spec);
    struct sluice_thread thread = {.slot = &closer->slot};
    uint32_t owed = wiring.threads_of[wiring.consumer[hop]];
    enum sluice_status status = SLUICE_OK;
    void *end;
    int error = conductor->backend->attach(channel->queue, SLUICE_PRODUCER, 0, &end);
    if (error)
        return error;
    sluice_handle_init(&thread.out, channel, SLUICE_PRODUCER, end);
    while (owed > 0 && status == SLUICE_OK) {
        status = sluice_close(conductor->backend->ops, spec_signal(spec), &thread, owed);
        owed = conductor_wait_for_spares(conductor, (uint32_t)wiring.consumer[hop]);
    }
    conductor->backend->detach(end);
    return status == SLUICE_OK ? 0 : -ENOMEM;
}

static void close_by_sentinels(struct closer *closer)
{
    struct conductor *conductor = closer->conductor;
    const struct wiring wiring = spec_wiring(&conductor->board->spec);
    for (uint32_t hop = 0; hop < HOPS; hop++) {
        if (!wiring_has_hop(&wiring, hop))
            continue;
        int error = put_sentinels(closer, hop);
        if (error) { /* then it has to end without */
            board_conclude(conductor->board, OUTCOME_FAILED, "no sentinel could be put into the %s hop: %s",
                           hop_names[hop], strerror(-error));
            sluice_shutdown(&conductor->channels[hop], true);
        }
        sluice_join(&conductor->channels[hop], NULL);
        conductor_wait_for_role(conductor, (uint32_t)wiring.consumer[hop], 0);
    }
}

static void close_by_shutdown(struct closer *closer)
{
    const struct wiring wiring = spec_wiring(&closer->conductor->board->spec);
    for (uint32_t hop = 0; hop < HOPS; hop++) {
        if (!wiring_has_hop(&wiring, hop))
            continue;
        sluice_shutdown(&closer->conductor->channels[hop], false);
        sluice_join(&closer->conductor->channels[hop], NULL);
    }
}

static void close_at_once(struct closer *closer)
{
    const struct wiring wiring = spec_wiring(&closer->conductor->board->spec);
    for (uint32_t hop = 0; hop < HOPS; hop++)
        if (wiring_has_hop(&wiring, hop))
            sluice_shutdown(&closer->conductor->channels[hop], true);
}

/* --- the lesson's first ways, over channels that never end --- */

/* The busy wait that the lesson begins with. */
static void look_until_done(struct closer *closer)
{
    const struct board *board = closer->conductor->board;
    while (!board_is_settled(board))
        if (board->spec.close.look_ns)
            sluice_sleep(board->spec.close.look_ns);
}

/* Takes the input away from the role's threads. False: one of them does not notice. */
static bool pull_input(struct closer *closer, uint32_t role)
{
    struct conductor *conductor = closer->conductor;
    const struct spec *spec = &conductor->board->spec;
    /* It notices when it polls again: who sleeps between two polls is given the time for two. */
    const uint64_t patience_ns = 200000000u + 2 * spec->wait.on_empty.sleep_ns;
    const struct wiring wiring = spec_wiring(spec);
    uint32_t first = wiring_first(&wiring, role);
    if (wiring.threads_of[role] == 0)
        return true;
    for (uint32_t i = 0; i < wiring.threads_of[role]; i++)
        atomic_store_explicit(&closer->actors[first + i].pulled, true, memory_order_relaxed);
    sluice_channel_wake(&conductor->channels[wiring_input(&wiring, role)]);
    return conductor_wait_for_role(conductor, role, patience_ns);
}

static void close_by_pulling(struct closer *closer, uint32_t first_role)
{
    bool all = first_role == 1;
    look_until_done(closer);
    for (uint32_t role = first_role; role < ROLES; role++)
        all &= pull_input(closer, role);
    if (!all)
        conductor_give_up(closer->conductor);
}

static void *closer_main(void *argument)
{
    struct closer *closer = argument;
    struct conductor *conductor = closer->conductor;
    enum close_kind kind = conductor->board->spec.close.kind;
    int64_t cpu_before = clock_thread_cpu_ns();
    if (!conductor_wait_for_end_of_puts(conductor, kind == CLOSE_IMMEDIATE))
        return NULL;
    switch (kind) {
    case CLOSE_CLOSE:
        break;
    case CLOSE_SENTINEL:
        close_by_sentinels(closer);
        break;
    case CLOSE_SHUTDOWN:
        close_by_shutdown(closer);
        break;
    case CLOSE_IMMEDIATE:
        close_at_once(closer);
        break;
    case CLOSE_PULL:
        close_by_pulling(closer, 1);
        break;
    case CLOSE_ABANDON: /* only the sink, which is the harness's and not the lesson's */
        close_by_pulling(closer, ROLES - 1);
        break;
    }
    conductor->board->caller_cpu_ns = (uint64_t)(clock_thread_cpu_ns() - cpu_before);
    return NULL;
}

int closer_start(struct closer *closer, struct conductor *conductor, struct actor *actors)
{
    closer->conductor = conductor;
    closer->actors = actors;
    if (conductor->board->spec.close.kind == CLOSE_CLOSE)
        return 0;
    int error = pthread_create(&closer->thread, NULL, closer_main, closer);
    closer->started = !error;
    return -error;
}

void closer_join(struct closer *closer)
{
    if (closer->started)
        pthread_join(closer->thread, NULL);
}
