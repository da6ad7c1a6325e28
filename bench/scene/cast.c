/* cast.c - see cast.h. */
#include "scene/cast.h"

#include "base/clock.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

uint32_t cast_rows(const struct play *play)
{
    return 2 + play->consumers; /* producer, consumers, caller */
}

const char *cast_status_text(enum sluice_status status)
{
    switch (status) {
    case SLUICE_OK:
        return "done";
    case SLUICE_AGAIN:
        return "too late";
    case SLUICE_CLOSED:
        return "the channel is at its end";
    case SLUICE_NO_MEMORY:
        return "out of memory";
    }
    return "an answer that there is not";
}

/* --- what is said and noted --- */

void cast_say(struct cast *cast, const char *format, ...)
{
    char line[CAST_LINE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line - 1, format, arguments);
    va_end(arguments);
    pthread_mutex_lock(&cast->voice);
    memcpy(cast->minutes->last_line, line, sizeof line);
    bool failed = fprintf(cast->play->out, "%s\n", line) < 0 || fflush(cast->play->out) != 0;
    bool is_first = failed && !cast->minutes->write_error;
    if (is_first)
        cast->minutes->write_error = errno;
    pthread_mutex_unlock(&cast->voice);
    if (is_first) /* nobody listens any more */
        sluice_shutdown(&cast->channel, true);
}

static void raise_in_words(struct cast *cast, const char *format, va_list arguments)
{
    struct minutes *minutes = cast->minutes;
    /* Whoever counts first writes; the caller, and the parent process, read after the writer's end. */
    if (atomic_fetch_add_explicit(&minutes->failures, 1, memory_order_relaxed) == 0)
        vsnprintf(minutes->failure, sizeof minutes->failure, format, arguments);
}

void cast_raise(struct cast *cast, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    raise_in_words(cast, format, arguments);
    va_end(arguments);
}

void cast_break(struct cast *cast, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    raise_in_words(cast, format, arguments);
    va_end(arguments);
    sluice_shutdown(&cast->channel, true);
}

void cast_time(struct cast *cast, const char *what, uint64_t from_ns, uint64_t to_ns)
{
    struct minutes *minutes = cast->minutes;
    if (!from_ns || !to_ns)
        return;
    snprintf(minutes->timed, sizeof minutes->timed, "%s", what);
    minutes->time_ns = to_ns - from_ns;
}

/* --- players --- */

bool player_attach(struct player *me, enum sluice_end side)
{
    const struct sluice_backend *backend = me->cast->play->backend;
    struct sluice_handle *handle = side == SLUICE_PRODUCER ? &me->thread.out : &me->thread.in;
    void *end;
    int error = backend->attach(me->cast->channel.queue, side, me->index, &end);
    if (error) {
        cast_break(me->cast, "the queue's attach failed for %s: %s", me->row->name, strerror(-error));
        return false;
    }
    sluice_handle_init(handle, &me->cast->channel, side, end);
    return true;
}

void player_leave(struct player *me)
{
    const struct sluice_backend *backend = me->cast->play->backend;
    uint64_t *counts = me->thread.count.n;
    sluice_flush(&me->thread);
    if (me->thread.in.end)
        backend->detach(me->thread.in.end);
    if (me->thread.out.end)
        backend->detach(me->thread.out.end);
    counts[SLUICE_TAKEN] += counts[SLUICE_DISCARDED]; /* which the channel took, or the caller at the end */
    int64_t cpu_ns = clock_thread_cpu_ns();
    me->row->cpu_ns = cpu_ns < 0 || me->cpu_before_ns < 0 ? -1 : cpu_ns - me->cpu_before_ns;
    memcpy(me->row->n, counts, sizeof me->row->n);
    me->row->filled = true;
}

static void *player_main(void *argument)
{
    struct player *me = argument;
    struct cast *cast = me->cast;
    me->cpu_before_ns = clock_thread_cpu_ns();
    if (player_attach(me, me->side))
        me->act(me);
    player_leave(me);
    /* Release: the caller sees all that the player did. */
    atomic_fetch_sub_explicit(&cast->on_stage, 1, memory_order_release);
    sem_post(&cast->changed);
    return NULL;
}

void player_start(struct player *player, void (*act)(struct player *))
{
    struct cast *cast = player->cast;
    player->act = act;
    atomic_fetch_add_explicit(&cast->on_stage, 1, memory_order_relaxed);
    int error = pthread_create(&player->id, NULL, player_main, player);
    player->started = !error;
    if (!error)
        return;
    atomic_fetch_sub_explicit(&cast->on_stage, 1, memory_order_relaxed);
    cast_break(cast, "the thread of %s could not be started: %s", player->row->name, strerror(error));
}

void player_join(struct player *player)
{
    if (player->started)
        pthread_join(player->id, NULL);
}

enum sluice_status player_put(struct player *me, uint64_t value)
{
    const struct play *play = me->cast->play;
    bool intrusive = me->cast->channel.intrusive;
    void *item = sluice_item_of(intrusive, value);
    if (!item)
        return SLUICE_NO_MEMORY;
    enum sluice_status status = sluice_put(play->backend->ops, play->signal, &me->thread, item);
    if (status == SLUICE_OK)
        me->thread.count.n[SLUICE_PUT]++;
    else
        sluice_item_free(intrusive, item);
    return status;
}

uint64_t player_inspect(struct player *me, void *item)
{
    struct cast *cast = me->cast;
    uint64_t value = sluice_stamp_of(cast->channel.intrusive, item);
    sluice_item_free(cast->channel.intrusive, item);
    if (value <= me->latest || value > cast->play->items)
        cast_raise(
            cast, "%s got item %llu after item %llu: the queue lost their order, repeated one or made one up",
            me->row->name, (unsigned long long)value, (unsigned long long)me->latest);
    me->latest = value;
    me->sum += value;
    me->own++;
    return value;
}

enum sluice_status player_get(struct player *me, uint64_t *value)
{
    const struct play *play = me->cast->play;
    void *item;
    enum sluice_status status = sluice_get(play->backend->ops, play->signal, &me->thread, &item);
    if (status != SLUICE_OK)
        return status;
    me->thread.count.n[SLUICE_TAKEN]++;
    *value = player_inspect(me, item);
    return SLUICE_OK;
}

bool player_give(struct player *me, uint64_t value)
{
    enum sluice_status status = player_put(me, value);
    if (status != SLUICE_OK)
        cast_break(me->cast, "the put of item %llu failed: %s", (unsigned long long)value,
                   cast_status_text(status));
    return status == SLUICE_OK;
}

bool player_take(struct player *me)
{
    uint64_t value;
    enum sluice_status status = player_get(me, &value);
    if (status != SLUICE_OK)
        cast_break(me->cast, "a get failed: %s", cast_status_text(status));
    return status == SLUICE_OK;
}
