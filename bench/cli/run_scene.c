/* run_scene.c - `sluice run --preset` of one of the lesson's small programs. */
#include "cli/run_scene.h"

#include "base/units.h"
#include "trial/spec.h"

/* `text` is null where the option was not given. */
static int read_count(const char *option, const char *text, uint64_t *count, struct fault *fault)
{
    struct fault reason;
    if (text && units_parse_count(text, count, &reason))
        return fault_set(fault, "--%s: %s", option, reason.text);
    return 0;
}

int run_scene(const struct run_options *options, FILE *out, struct fault *fault)
{
    const struct run_part *part = &options->parts[0];
    const struct axes *axes = &part->axes;
    const char *items = settings_get(&part->settings, "items"),
               *timeout = settings_get(&part->settings, "timeout");
    struct scene_options its = {
        .queues = (const char *const *)axes->value[AXIS_QUEUE],
        .queue_count = axes->count[AXIS_QUEUE],
        .waits = (const char *const *)axes->value[AXIS_WAIT],
        .wait_count = axes->count[AXIS_WAIT],
        .items_given = items != NULL,
        .fail = part->fail,
        .quiet = options->quiet,
    };
    struct workers_choice workers = {.stage = {0}};
    struct fault reason;
    if (axes->count[AXIS_WORKERS] && spec_parse_workers(axes->value[AXIS_WORKERS][0], &workers, &reason))
        return fault_set(fault, "--workers: %s", reason.text);
    if (axes->count[AXIS_WORKERS] > 1 || workers.stage[0] != workers.stage[1] ||
        workers.stage[0] != workers.stage[2])
        return fault_set(fault, "--workers: there is one group of consumers: give one number");
    its.consumers = workers.stage[0];
    if (read_count("items", items, &its.items, fault))
        return -1;
    if (timeout && units_parse_duration(timeout, &its.timeout_ns, &reason))
        return fault_set(fault, "--timeout: %s", reason.text);
    return scene_run(part->scene, &its, out, fault);
}
