/* pipeline.c - see pipeline.h. Builds what runs: the hops, the actors, and who looks after them. */
#include "trial/pipeline.h"

#include "trial/actor.h"
#include "trial/closer.h"
#include "trial/failure.h"
#include "trial/maker.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct pipeline {
    struct board *board;
    const struct sluice_backend *backend;
    struct makers makers;
    struct sluice_channel *channels; /* HOPS of them, over the makers' queues */
    struct actor *actors;
    _Atomic uint64_t stage_items[STAGES]; /* for failure.h */
    struct conductor conductor;
    struct closer closer;
};

static enum sluice_ending ending_of(const struct spec *spec)
{
    switch (spec->close.kind) {
    case CLOSE_CLOSE:
        return SLUICE_ENDS_BY_LEAVING;
    case CLOSE_SENTINEL:
    case CLOSE_SHUTDOWN:
    case CLOSE_IMMEDIATE:
        return SLUICE_ENDS_BY_SHUTDOWN;
    case CLOSE_PULL:
    case CLOSE_ABANDON:
    default:
        return SLUICE_NEVER_ENDS;
    }
}

static int make_all(struct pipeline *pipeline)
{
    struct board *board = pipeline->board;
    const struct spec *spec = &board->spec;
    const struct wiring wiring = spec_wiring(spec);
    int error;
    pipeline->channels = sluice_alloc(HOPS * sizeof *pipeline->channels);
    pipeline->actors = sluice_alloc(board->threads * sizeof *pipeline->actors);
    if (!pipeline->channels || !pipeline->actors)
        return -ENOMEM;
    if ((error = makers_make(&pipeline->makers, board, pipeline->backend)))
        return error;
    for (uint32_t hop = 0; hop < HOPS; hop++)
        if (wiring_has_hop(&wiring, hop))
            sluice_channel_init(&pipeline->channels[hop], pipeline->backend, pipeline->makers.queue[hop],
                                wiring.threads_of[wiring.producer[hop]], ending_of(spec), spec->wait.on_empty,
                                spec->wait.on_full);
    conductor_init(&pipeline->conductor, board, pipeline->backend, pipeline->channels);
    for (uint32_t i = 0; i < board->threads; i++)
        if ((error = actor_make(&pipeline->actors[i], &pipeline->conductor, &pipeline->makers, i,
                                pipeline->stage_items)))
            return error;
    return 0;
}

static void release_all(struct pipeline *pipeline)
{
    for (uint32_t i = 0; pipeline->actors && i < pipeline->board->threads; i++)
        actor_release(&pipeline->actors[i]);
    makers_release(&pipeline->makers);
    free(pipeline->actors);
    free(pipeline->channels);
}

/* Starts the actors in order; returns how many were started, fewer than all after a failure. */
static uint32_t start_actors(struct pipeline *pipeline)
{
    struct board *board = pipeline->board;
    for (uint32_t i = 0; i < board->threads; i++) {
        int error = actor_start(&pipeline->actors[i]);
        if (error) {
            board_conclude(board, OUTCOME_FAILED, "thread %u of %u could not be started on CPU %d: %s", i,
                           board->threads, *board_pu(board, i), strerror(-error));
            return i;
        }
    }
    return board->threads;
}

/* Joins all that got to their end. */
static void join_actors(struct pipeline *pipeline, uint32_t started)
{
    struct board *board = pipeline->board;
    for (uint32_t i = 0; i < started; i++) {
        struct actor *actor = &pipeline->actors[i];
        if (conductor_has_left(&pipeline->conductor, &actor->left)) {
            pthread_join(actor->thread, NULL);
        } else {
            actor_abandon(actor);
            board->abandoned++;
        }
    }
    board->joined_ns = clock_now_ns() - pipeline->conductor.start_ns;
}

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* The sources' and the sinks' last moments are those of the last of them. */
static void finish(struct pipeline *pipeline)
{
    const struct board *board = pipeline->board;
    const struct wiring wiring = spec_wiring(&board->spec);
    uint64_t put_ns = 0, delivered_ns = 0;
    bool known = true;
    for (uint32_t i = 0; i < wiring.threads_of[0]; i++) {
        put_ns = later(put_ns, pipeline->actors[i].worker.last_ns);
        known &= pipeline->actors[i].worker.last_ns > 0;
    }
    uint32_t first = wiring_first(&wiring, wiring_last(&wiring));
    for (uint32_t i = first; i < first + wiring.threads_of[wiring_last(&wiring)]; i++) {
        const struct sluice_worker *sink = &pipeline->actors[i].worker;
        delivered_ns = later(delivered_ns, later(sink->last_ns, sink->reached_ns));
    }
    /* One sink notes when it had all; of several nobody does, but each when it had its last. */
    uint64_t all_ns =
        board->spec.sinks == 1 ? pipeline->actors[board->threads - 1].worker.reached_ns : delivered_ns;
    conductor_finish(&pipeline->conductor, known ? put_ns : 0, delivered_ns, all_ns);
}

static void conclude(struct board *board)
{
    char text[BOARD_TEXT_SIZE];
    board_explain(board, text, sizeof text);
    if (board->failure.culprit)
        board_conclude(board, OUTCOME_FAILED, "%s", text);
    else
        board_conclude(board, OUTCOME_OK, "%s", ""); /* unless something else was said before */
}

void pipeline_run(struct board *board, const struct sluice_backend *backend)
{
    struct pipeline *pipeline = sluice_alloc(sizeof *pipeline);
    if (!pipeline) {
        board_conclude(board, OUTCOME_OUT_OF_MEMORY, "the pipeline could not be set up");
        return;
    }
    pipeline->board = board;
    pipeline->backend = backend;
    int error = make_all(pipeline);
    if (error) {
        board_conclude(board, error == -ENOMEM ? OUTCOME_OUT_OF_MEMORY : OUTCOME_FAILED,
                       "the pipeline could not be set up: %s", strerror(-error));
    } else {
        failure_catch_crashes();
        uint32_t started = start_actors(pipeline);
        bool go = started == board->threads;
        if (go && (error = closer_start(&pipeline->closer, &pipeline->conductor, pipeline->actors))) {
            board_conclude(board, OUTCOME_FAILED,
                           "the thread that ends the pipeline could not be started: %s", strerror(-error));
            go = false;
        }
        conductor_run(&pipeline->conductor, started, go);
        closer_join(&pipeline->closer);
        join_actors(pipeline, started);
        finish(pipeline);
        conclude(board);
        if (board->abandoned)
            _exit(0); /* they run on: what they use is not taken from them */
    }
    release_all(pipeline);
    free(pipeline);
}
