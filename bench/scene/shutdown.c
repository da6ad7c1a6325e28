/* shutdown.c - what was put before the shutdown is still given out, even to a thread that starts after it. */
#include "scene/scene_parts.h"

#include "base/clock.h"

static void consume(struct player *me)
{
    enum sluice_status status;
    uint64_t value;
    while ((status = player_get(me, &value)) == SLUICE_OK) {
        cast_say(me->cast, "Got item %llu", (unsigned long long)value);
        sluice_task_done(&me->cast->channel, 1);
    }
    if (status == SLUICE_CLOSED)
        cast_say(me->cast, "Terminating!");
    else
        cast_break(me->cast, "a get was answered: %s", cast_status_text(status));
}

void shutdown_play(struct cast *cast)
{
    struct player *me = cast->producer, *consumer = &cast->consumers[0];
    for (uint64_t value = 1; value <= cast->play->items; value++)
        player_give(me, value);
    me->noted_ns = clock_now_ns();
    sluice_shutdown(&cast->channel, false);
    player_start(consumer, consume);
    sluice_join(&cast->channel, NULL);
    player_join(consumer);
    uint64_t joined_ns = clock_now_ns();
    cast_say(cast, "Done!");
    cast_time(cast, "from the shutdown to the consumer joined", me->noted_ns, joined_ns);
}
