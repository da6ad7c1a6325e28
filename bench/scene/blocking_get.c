/* blocking_get.c - a get waits for the put that comes later. */
#include "scene/scene_parts.h"

#include "base/clock.h"

static void consume(struct player *me)
{
    cast_say(me->cast, "Consumer waiting");
    if (!player_take(me))
        return;
    me->noted_ns = clock_now_ns();
    cast_say(me->cast, "Consumer done");
}

void blocking_get_play(struct cast *cast)
{
    struct player *me = cast->producer, *consumer = &cast->consumers[0];
    player_start(consumer, consume);
    cast_say(cast, "Producer putting");
    me->noted_ns = clock_now_ns();
    player_give(me, 1);
    sluice_flush(&me->thread);
    player_join(consumer);
    cast_say(cast, "Producer done");
    cast_time(cast, "from the put to the consumer's return from get", me->noted_ns, consumer->noted_ns);
}
