/* task_done.c - join waits until the work on an item is done, not only until it was taken. */
#include "scene/scene_parts.h"

#include "base/clock.h"

static void consume(struct player *me)
{
    cast_say(me->cast, "Consumer waiting");
    if (!player_take(me))
        return;
    cast_say(me->cast, "Consumer working");
    cast_say(me->cast, "Consumer done");
    me->noted_ns = clock_now_ns();
    if (!sluice_task_done(&me->cast->channel, 1))
        cast_break(me->cast, "the channel knows of no task that could be done");
}

void task_done_play(struct cast *cast)
{
    struct player *me = cast->producer, *consumer = &cast->consumers[0];
    player_start(consumer, consume);
    player_give(me, 1);
    cast_say(cast, "Producer waiting");
    sluice_flush(&me->thread);
    sluice_join(&cast->channel, NULL);
    me->noted_ns = clock_now_ns();
    cast_say(cast, "Producer done");
    player_join(consumer);
    cast_time(cast, "from task_done to the return from join", consumer->noted_ns, me->noted_ns);
}
