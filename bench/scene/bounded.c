/* bounded.c - a put into a full queue waits until something is taken out of it. */
#include "scene/scene_parts.h"

#include "base/clock.h"

enum { SLEEP_NS = 100 * 1000 * 1000 };

static void consume(struct player *me)
{
    sluice_sleep(SLEEP_NS);
    if (!player_take(me))
        return;
    cast_say(me->cast, "Consumer got 1");
    if (!player_take(me))
        return;
    cast_say(me->cast, "Consumer got 2");
    cast_say(me->cast, "Consumer done");
}

void bounded_play(struct cast *cast)
{
    struct player *me = cast->producer, *consumer = &cast->consumers[0];
    player_start(consumer, consume);
    if (player_give(me, 1)) {
        cast_say(cast, "Producer put 1");
        me->noted_ns = clock_now_ns();
        if (player_give(me, 2)) {
            uint64_t returned_ns = clock_now_ns();
            cast_say(cast, "Producer put 2");
            cast_time(cast, "the second put was blocked for", me->noted_ns, returned_ns);
        }
    }
    sluice_flush(&me->thread);
    player_join(consumer);
    cast_say(cast, "Producer done");
}
