/* scene.c - see scene.h: which scenes there are, what can be played, and one play after the other. */
#include "scene/scene.h"

#include "base/clock.h"
#include "base/units.h"
#include "scene/play.h"
#include "scene/scene_parts.h"
#include "trial/registry.h"

#include <string.h>

const struct scene scenes[] = {
    {.name = "blocking-get",
     .summary = "a get waits for the put that comes later",
     .items = 1,
     .play = blocking_get_play},
    {.name = "bounded",
     .summary = "a put into a full queue, of one item, waits for a get",
     .items = 2,
     .capacity = 1,
     .play = bounded_play},
    {.name = "task-done",
     .summary = "join waits until the work on an item is done",
     .items = 1,
     .play = task_done_play},
    {.name = "shutdown",
     .summary = "a queue that was shut down still gives out what was put",
     .items = 4,
     .play = shutdown_play},
    {.name = "task-queue",
     .summary = "a producer and a crew of consumers, an end mark for each, and what a failure does to them",
     .items = 10,
     .is_crew = true,
     .play = task_queue_play},
    {.name = NULL},
};

const struct scene *scene_find(const char *name)
{
    for (const struct scene *scene = scenes; scene->name; scene++)
        if (strcmp(scene->name, name) == 0)
            return scene;
    return NULL;
}

/* --- what can be played --- */

enum { WHY = 192 };

/* Whether the backend cannot play this, and why. */
static bool is_misfit(const struct sluice_backend *backend, const struct play *play, char why[WHY])
{
    const struct sluice_traits *traits = &backend->traits;
    *why = '\0';
    if (traits->instrument)
        snprintf(why, WHY, "makes up what comes out, and nothing can be told by it");
    else if (play->scene->capacity && traits->bound == SLUICE_UNBOUNDED)
        snprintf(why, WHY, "cannot be bounded, and the scene '%s' needs a queue that fills",
                 play->scene->name);
    else if (play->consumers > traits->max_consumers)
        snprintf(why, WHY, "takes %s consumer%s, not %u", traits->max_consumers == 1 ? "one" : "fewer",
                 traits->max_consumers == 1 ? "" : "s", play->consumers);
    else if (traits->order == SLUICE_UNORDERED)
        snprintf(why, WHY, "keeps no order, and an end mark or a line might come too early");
    else if (play->signal == SLUICE_NATIVE && !backend->ops->dequeue_wait)
        snprintf(why, WHY, "has no blocking operations of its own, as wait=native needs");
    else if (!play->scene->capacity && traits->bound == SLUICE_BOUNDED && play->items > CAST_MOST_SLOTS)
        snprintf(why, WHY, "always has a capacity, and %llu items at once are too many for one",
                 (unsigned long long)play->items);
    return *why != '\0';
}

static int check_fit(const struct play *play, struct fault *fault)
{
    char why[WHY], ignored[WHY], list[512] = "";
    size_t count, length = 0;
    if (!is_misfit(play->backend, play, why))
        return 0;
    const struct sluice_backend *const *all = registry_all(&count);
    for (size_t i = 0; i < count; i++)
        if (!is_misfit(all[i], play, ignored) && length < sizeof list)
            length += (size_t)snprintf(list + length, sizeof list - length, "%s%s", length ? ", " : "",
                                       all[i]->name);
    return fault_set(fault, "%s %s; %s%s", play->backend->name, why,
                     length ? "these can: " : "no built-in queue can", list);
}

/* --- the options --- */

static int set_play(struct play *play, const struct scene *scene, const struct scene_options *options,
                    FILE *out, struct fault *fault)
{
    *play = (struct play){
        .scene = scene,
        .consumers = !scene->is_crew      ? 1
                     : options->consumers ? options->consumers
                                          : 2,
        .items = options->items_given ? options->items : scene->items,
        .timeout_ns = options->timeout_ns ? options->timeout_ns : 10 * CLOCK_NS_PER_SECOND,
        .quiet = options->quiet,
        .out = out,
    };
    if (!scene->is_crew && (options->items_given || options->fail || options->consumers > 1))
        return fault_set(
            fault,
            "%s always has one consumer, %llu item%s and no failure: those can be chosen for task-queue",
            scene->name, (unsigned long long)scene->items, scene->items == 1 ? "" : "s");
    if (play->consumers > SLUICE_MAX_PRODUCERS)
        return fault_set(fault, "%u consumers are too many: at most %u", play->consumers,
                         SLUICE_MAX_PRODUCERS);
    if (play->items > SLUICE_MAX_SEQUENCE)
        return fault_set(fault, "%llu items are too many: at most 2^38 - 1", (unsigned long long)play->items);
    return options->fail ? mishap_parse(options->fail, play->consumers, play->items, &play->mishap, fault)
                         : 0;
}

/* The list, or what stands for one that was not given. */
struct list {
    const char *const *values;
    size_t count;
};

static struct list list_or(const char *const *values, size_t count, const char *const *standard)
{
    return count ? (struct list){values, count} : (struct list){standard, 1};
}

static int set_queue_and_wait(struct play *play, const char *queue, const char *wait, struct fault *fault)
{
    struct spec spec = {.queue = ""};
    if (registry_find(queue, &play->backend, fault) || spec_parse_wait(wait, &spec.wait, fault))
        return -1;
    play->wait = spec.wait;
    play->signal = spec_signal(&spec);
    return 0;
}

/* Looks at all that was asked for before anything is played. How many plays there will be, or -1 with a
 * sentence. */
static int count_plays(struct play play, struct list queues, struct list waits, struct fault *fault)
{
    struct fault reason;
    int count = 0;
    for (size_t q = 0; q < queues.count; q++) {
        int before = count;
        for (size_t w = 0; w < waits.count; w++) {
            if (set_queue_and_wait(&play, queues.values[q], waits.values[w], fault))
                return -1;
            count += check_fit(&play, &reason) == 0;
        }
        if (count == before)
            return fault_set(fault, "%s", reason.text);
    }
    return count;
}

/* --- the plays --- */

/* The status of a play, or -1 with a sentence. */
static int play_one(const struct play *play, size_t number, int plays, const struct watch *watch,
                    struct fault *fault)
{
    if (plays > 1)
        fprintf(play->out, "%s%s, wait=%s\n", number ? "\n" : "", play->backend->name, play->wait.text);
    return play_run(play, watch, fault);
}

/* The worst status of all. */
static int play_all(struct play *play, struct list queues, struct list waits, int plays,
                    const struct watch *watch, struct fault *fault)
{
    struct fault reason;
    size_t number = 0;
    int worst = PLAY_OK;
    for (size_t q = 0; q < queues.count; q++)
        for (size_t w = 0; w < waits.count; w++) {
            if (set_queue_and_wait(play, queues.values[q], waits.values[w], fault))
                return -1;
            if (check_fit(play, &reason)) {
                fprintf(stderr, "skipped wait=%s: %s\n", play->wait.text, reason.text);
                continue;
            }
            int status = play_one(play, number++, plays, watch, fault);
            if (status < 0 || status == PLAY_INTERRUPTED)
                return status;
            worst = status > worst ? status : worst;
        }
    return worst;
}

int scene_run(const struct scene *scene, const struct scene_options *options, FILE *out, struct fault *fault)
{
    static const char *const condvar = "condvar", *const block = "block";
    struct list queues = list_or(options->queues, options->queue_count, &condvar);
    struct list waits = list_or(options->waits, options->wait_count, &block);
    struct play play;
    struct watch watch;
    if (set_play(&play, scene, options, out, fault))
        return -1;
    int plays = count_plays(play, queues, waits, fault);
    if (plays < 0)
        return -1;
    watch_begin(&watch);
    int status = play_all(&play, queues, waits, plays, &watch, fault);
    watch_end(&watch);
    return status;
}
