/* scene_parts.h - the bodies of the scenes, each in the file of its name. The caller's thread plays them. */
#ifndef BENCH_SCENE_PARTS_H
#define BENCH_SCENE_PARTS_H

#include "scene/cast.h"

void blocking_get_play(struct cast *);
void bounded_play(struct cast *);
void task_done_play(struct cast *);
void shutdown_play(struct cast *);
void task_queue_play(struct cast *);

#endif
