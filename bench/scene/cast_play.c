/* cast_play.c - a play from its beginning to its end, in its process: sets the channel and the cast up,
   plays, takes out what was left in the queue, and adds up. See cast.h. */
#include "scene/cast.h"

#include "base/clock.h"

#include <errno.h>
#include <string.h>

/* --- the channel --- */

/* What the queue has to hold so that no put of the lesson's unbounded queue would wait. */
static uint64_t room_needed(const struct play *play)
{
    return play->items + (play->scene->is_crew ? play->consumers : 0);
}

static int create(const struct play *play, uint64_t capacity, void **queue)
{
    struct sluice_queue_config config = {
        .size = sizeof config, .producers = 1, .consumers = play->consumers, .capacity = capacity};
    return play->backend->create(&config, queue);
}

/* Holds at least so many items; one that holds fewer than it was asked for (a ring of a power of two) is
   asked for more. */
static int create_with_room(const struct play *play, uint64_t needed, void **queue)
{
    for (uint64_t capacity = needed; capacity <= 8 * needed; capacity *= 2) {
        int error = create(play, capacity, queue);
        if (error || play->backend->capacity(*queue) >= needed)
            return error;
        play->backend->destroy(*queue);
    }
    return -EINVAL;
}

static int create_queue(const struct play *play, void **queue)
{
    const struct sluice_backend *backend = play->backend;
    uint64_t needed = room_needed(play);
    if (play->scene->capacity)
        return create(play, play->scene->capacity, queue);
    if (backend->traits.bound != SLUICE_BOUNDED)
        return create(play, 0, queue);
    int error = create_with_room(play, needed ? needed : 1, queue);
    if (!error && !play->quiet)
        fprintf(
            stderr,
            "%s always has a capacity: it was given one of %llu, for %llu items%s, so that no put waits\n",
            backend->name, (unsigned long long)backend->capacity(*queue), (unsigned long long)play->items,
            play->scene->is_crew ? " and an end mark for each consumer" : "");
    return error;
}

static bool set_stage(struct cast *cast)
{
    const struct play *play = cast->play;
    void *queue;
    int error = create_queue(play, &queue);
    if (error) {
        cast_raise(cast, "the queue could not be made: %s", strerror(-error));
        return false;
    }
    sluice_channel_init(&cast->channel, play->backend, queue, 1, SLUICE_ENDS_BY_SHUTDOWN, play->wait.on_empty,
                        play->wait.on_full);
    uint64_t wanted = play->scene->capacity, capacity = play->backend->capacity(queue);
    if (!wanted || capacity == wanted)
        return true;
    cast_raise(cast, "%s holds at least %llu items, and the scene is about a queue that holds %llu",
               play->backend->name, (unsigned long long)capacity, (unsigned long long)wanted);
    play->backend->destroy(queue);
    return false;
}

/* --- the players --- */

static void set_player(struct cast *cast, struct player *player, enum sluice_end side, uint32_t index,
                       const char *name)
{
    player->cast = cast;
    player->row = &cast->minutes->row[player - cast->players];
    player->side = side;
    player->index = index;
    player->thread.slot = &player->slot;
    snprintf(player->row->name, sizeof player->row->name, "%s", name);
}

static void set_players(struct cast *cast)
{
    const struct play *play = cast->play;
    char name[24] = "consumer";
    cast->producer = &cast->players[0];
    cast->consumers = &cast->players[1];
    cast->caller = play->scene->is_crew ? &cast->players[1 + play->consumers] : cast->producer;
    set_player(cast, cast->producer, SLUICE_PRODUCER, 0, "producer");
    for (uint32_t i = 0; i < play->consumers; i++) {
        if (play->scene->is_crew)
            snprintf(name, sizeof name, "consumer %u", i);
        set_player(cast, &cast->consumers[i], SLUICE_CONSUMER, i, name);
    }
    if (play->scene->is_crew)
        set_player(cast, cast->caller, SLUICE_CONSUMER, 0, "caller");
}

/* --- the account --- */

/* The caller takes out what nobody took. All others have left. */
static void drain(struct cast *cast)
{
    const struct play *play = cast->play;
    struct player *caller = cast->caller;
    void *item;
    if (player_attach(caller, SLUICE_CONSUMER))
        while (play->backend->ops->dequeue(caller->thread.in.end, &item) == SLUICE_OK) {
            if (sluice_stamp_of(cast->channel.intrusive, item) == SLUICE_SENTINEL) {
                sluice_item_free(cast->channel.intrusive, item);
                continue;
            }
            caller->thread.count.n[SLUICE_DISCARDED]++;
            player_inspect(caller, item);
        }
}

/* Every item that was put came out once: what is put = what is consumed, failed or discarded. */
static void add_up(struct cast *cast)
{
    struct minutes *minutes = cast->minutes;
    uint64_t n[SLUICE_COUNTS] = {0}, sum = 0, due = 0;
    for (uint32_t i = 0; i < minutes->rows; i++) {
        for (int count = 0; count < SLUICE_COUNTS; count++)
            n[count] += minutes->row[i].n[count];
        sum += cast->players[i].sum;
    }
    /* The channel counts an end mark that it drops as if it were an item. */
    bool dropping = sluice_is_dropping(&cast->channel);
    uint64_t taken = n[SLUICE_TAKEN], put = n[SLUICE_PUT];
    uint64_t marks = dropping && taken > put && taken - put <= cast->end_marks ? taken - put : 0;
    minutes->put = put;
    minutes->failed = n[SLUICE_FAILED];
    minutes->discarded = n[SLUICE_DISCARDED] - marks;
    minutes->consumed = taken - n[SLUICE_FAILED] - n[SLUICE_DISCARDED];
    due = put % 2 ? (put + 1) / 2 * put : put / 2 * (put + 1);
    if (taken - marks != put)
        cast_raise(cast, "%llu items were put, but %llu came out", (unsigned long long)put,
                   (unsigned long long)(taken - marks));
    else if (!dropping && sum != due)
        cast_raise(cast, "as many items came out as were put, but not the same ones");
}

void cast_play(const struct play *play, struct minutes *minutes)
{
    struct cast *cast = sluice_alloc(sizeof *cast + cast_rows(play) * sizeof *cast->players);
    if (!cast) {
        atomic_fetch_add_explicit(&minutes->failures, 1, memory_order_relaxed);
        snprintf(minutes->failure, sizeof minutes->failure, "out of memory for the threads");
        minutes->ended = true;
        return;
    }
    cast->play = play;
    cast->minutes = minutes;
    pthread_mutex_init(&cast->voice, NULL);
    sem_init(&cast->changed, 0, 0);
    atomic_init(&cast->takers, play->consumers);
    set_players(cast);
    if (set_stage(cast)) {
        cast->caller->cpu_before_ns = clock_thread_cpu_ns();
        if (play->scene->is_crew || player_attach(cast->caller, SLUICE_PRODUCER))
            play->scene->play(cast);
        drain(cast);
        player_leave(cast->caller);
        add_up(cast);
        play->backend->destroy(cast->channel.queue);
    }
    sem_destroy(&cast->changed);
    pthread_mutex_destroy(&cast->voice);
    free(cast);
    minutes->ended = true;
}
