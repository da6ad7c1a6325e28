/* maker.c - see maker.h. */
#include "trial/maker.h"

#include <errno.h>

/* Queues of equal sizes would lie at equal offsets of their arenas, and so in the same sets of a cache whose
   index is a part of the offset in a page: each hop's begins some lines after the one's before. */
enum { SHIFT = 9 * SLUICE_SEPARATE };

static struct sluice_queue_config config_of(const struct makers *makers, uint32_t hop)
{
    const struct spec *spec = &makers->board->spec;
    const struct wiring wiring = spec_wiring(spec);
    return (struct sluice_queue_config){
        .size = sizeof(struct sluice_queue_config),
        .producers = wiring.threads_of[wiring.producer[hop]],
        .consumers = wiring.threads_of[wiring.consumer[hop]],
        .capacity = makers->backend->traits.bound == SLUICE_UNBOUNDED ? 0 : spec->capacity.hop[hop],
    };
}

int makers_bind(const struct makers *makers, uint32_t hop)
{
    struct fault fault;
    if (pages_bind(&makers->board->memory[hop], &fault) == 0)
        return 0;
    board_conclude(makers->board, OUTCOME_FAILED, "memory=%s: %s", makers->board->spec.memory, fault.text);
    return -1;
}

static int make(struct makers *makers, uint32_t hop)
{
    struct sluice_queue_config config = config_of(makers, hop);
    struct pages_found before;
    if (makers_bind(makers, hop))
        return -EPERM;
    pages_look(
        &before); /* touches the stack that looking needs, so that this is among what was there before: */
    pages_look(&before);
    /* A maker's arena comes into being here, and counts. */
    void *shift = pages_is_bound(&makers->board->memory[hop]) ? malloc(SHIFT * (hop + 1)) : NULL;
    int error = makers->backend->create(&config, &makers->queue[hop]);
    if (error == 0) {
        makers->board->capacity[hop] = makers->backend->capacity(makers->queue[hop]);
        pages_look(&makers->board->made[hop]);
        pages_subtract(&makers->board->made[hop], &before);
    } else {
        makers->queue[hop] = NULL;
    }
    free(shift);
    return error;
}

static void *maker_main(void *argument)
{
    struct maker *maker = argument;
    struct makers *all = maker->all;
    int error = make(all, maker->hop);
    pthread_mutex_lock(&all->lock);
    all->error = all->error ? all->error : error;
    all->made++;
    pthread_cond_broadcast(&all->changed);
    while (!all->released)
        pthread_cond_wait(&all->changed, &all->lock);
    pthread_mutex_unlock(&all->lock);
    return NULL;
}

/* Starts one and waits for its answer. */
static int make_by_thread(struct makers *makers, uint32_t hop)
{
    struct maker *maker = &makers->maker[hop];
    maker->all = makers;
    maker->hop = hop;
    int error = pthread_create(&maker->thread, NULL, maker_main, maker);
    if (error)
        return -error;
    maker->started = true;
    pthread_mutex_lock(&makers->lock);
    while (makers->made <= hop)
        pthread_cond_wait(&makers->changed, &makers->lock);
    error = makers->error;
    pthread_mutex_unlock(&makers->lock);
    return error;
}

int makers_make(struct makers *makers, struct board *board, const struct sluice_backend *backend)
{
    const struct wiring wiring = spec_wiring(&board->spec);
    int error = 0;
    makers->board = board;
    makers->backend = backend;
    pthread_mutex_init(&makers->lock, NULL);
    pthread_cond_init(&makers->changed, NULL);
    for (uint32_t hop = 0; hop < HOPS && error == 0; hop++)
        if (wiring_has_hop(&wiring, hop))
            error = pages_is_bound(&board->memory[hop]) ? make_by_thread(makers, hop) : make(makers, hop);
    return error;
}

void makers_release(struct makers *makers)
{
    if (!makers->board) /* nothing was made */
        return;
    for (uint32_t hop = 0; hop < HOPS; hop++)
        if (makers->queue[hop])
            makers->backend->destroy(makers->queue[hop]);
    pthread_mutex_lock(&makers->lock);
    makers->released = true;
    pthread_cond_broadcast(&makers->changed);
    pthread_mutex_unlock(&makers->lock);
    for (uint32_t hop = 0; hop < HOPS; hop++)
        if (makers->maker[hop].started)
            pthread_join(makers->maker[hop].thread, NULL);
    pthread_cond_destroy(&makers->changed);
    pthread_mutex_destroy(&makers->lock);
}
