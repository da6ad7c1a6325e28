/* spec.c - see spec.h. */
#include "trial/spec.h"

#include "trial/registry.h"

#include <stdio.h>
#include <string.h>

const char *const role_names[ROLES] = {"source", "download", "resize", "upload", "sink"};
const char *const hop_names[HOPS] = {"download", "resize", "upload", "done"};

bool spec_is_mix(const struct spec *spec)
{
    return spec->shape.kind == SHAPE_PAIRS || spec->shape.kind == SHAPE_FIFTY ||
           spec->shape.kind == SHAPE_BURST;
}

int spec_settle(struct spec *spec, struct fault *fault)
{
    if (spec->shape.kind != SHAPE_PIPELINE)
        spec->stages = spec->sinks = 0;
    if (spec->shape.kind == SHAPE_PING_PONG)
        spec->sources = 1;
    if (spec->stages == 0 && spec_parse_workers("1", &spec->workers, fault)) /* there are none */
        return -1;
    /* Nobody waits in a mix, but for the last thread to leave. */
    return spec_is_mix(spec) ? spec_parse_wait("yield", &spec->wait, fault) : 0;
}

struct wiring spec_wiring(const struct spec *spec)
{
    if (spec_is_mix(spec))
        return wiring_of_mix(spec->sources);
    if (spec->shape.kind == SHAPE_PING_PONG)
        return wiring_of_ping_pong();
    return wiring_of_pipeline(spec->sources, spec->stages, spec->workers.stage, spec->sinks);
}

enum sluice_signal spec_signal(const struct spec *spec)
{
    if (spec->wait.on_empty.kind == SLUICE_WAIT_NATIVE)
        return SLUICE_NATIVE;
    return sluice_wait_blocks(&spec->wait.on_empty) || sluice_wait_blocks(&spec->wait.on_full)
               ? SLUICE_SIGNALED
               : SLUICE_SILENT;
}

static bool takes_producers(const struct sluice_backend *backend, uint32_t producers, uint32_t consumers)
{
    return backend->traits.max_producers >= producers && backend->traits.max_consumers >= consumers;
}

/* Adds the built-in backends that pass a test to a sentence. */
static int refuse_naming(struct fault *fault, const char *why, const struct spec *spec,
                         bool (*can)(const struct sluice_backend *, const struct spec *))
{
    char list[512] = "";
    size_t count, length = 0;
    const struct sluice_backend *const *all = registry_all(&count);
    for (size_t i = 0; i < count; i++)
        if (!all[i]->traits.instrument && can(all[i], spec))
            length += (size_t)snprintf(list + length, sizeof list - length, "%s%s", length ? ", " : "",
                                       all[i]->name);
    return fault_set(fault, "%s %s; %s%s", spec->queue_name, why,
                     length ? "these can: " : "no built-in queue can", list);
}

static bool fits_shape(const struct sluice_backend *backend, const struct spec *spec)
{
    const struct wiring wiring = spec_wiring(spec);
    for (uint32_t hop = 0; hop < HOPS; hop++)
        if (wiring_has_hop(&wiring, hop) && !takes_producers(backend, wiring.threads_of[wiring.producer[hop]],
                                                             wiring.threads_of[wiring.consumer[hop]]))
            return false;
    return true;
}

static bool fits_capacity(const struct sluice_backend *backend, const struct spec *spec)
{
    const struct wiring wiring = spec_wiring(spec);
    for (unsigned hop = 0; hop < HOPS; hop++)
        if (wiring_has_hop(&wiring, hop) && !spec->capacity.hop[hop] &&
            backend->traits.bound == SLUICE_BOUNDED)
            return false;
    return true;
}

/* A sentinel must not overtake items of other producers than the one that it comes from. */
static bool keeps_sentinels_behind(const struct sluice_backend *backend, const struct spec *spec)
{
    (void)spec;
    return backend->traits.order == SLUICE_FIFO;
}

static bool has_spans(const struct sluice_backend *backend, const struct spec *spec)
{
    (void)spec;
    return backend->ops->peek != NULL;
}

static bool waits_natively(const struct sluice_backend *backend, const struct spec *spec)
{
    (void)spec;
    return backend->ops->dequeue_wait != NULL;
}

/* "workers 3,4,5", "2 sources and 1 sink", "2 sources, workers 1 and 1 sink" */
static const char *shape_words(const struct spec *spec, char *text, size_t size)
{
    if (spec->shape.kind != SHAPE_PIPELINE) {
        snprintf(text, size, "%u thread%s of shape %s", spec->sources, spec->sources == 1 ? "" : "s",
                 spec->shape.text);
        return text;
    }
    const char *many_sources = spec->sources == 1 ? "" : "s", *many_sinks = spec->sinks == 1 ? "" : "s";
    if (spec->stages && spec->sources == 1 && spec->sinks == 1)
        snprintf(text, size, "workers %s", spec->workers.text);
    else if (spec->stages)
        snprintf(text, size, "%u source%s, workers %s and %u sink%s", spec->sources, many_sources,
                 spec->workers.text, spec->sinks, many_sinks);
    else
        snprintf(text, size, "%u source%s and %u sink%s", spec->sources, many_sources, spec->sinks,
                 many_sinks);
    return text;
}

/* What the shapes of the papers do not have. */
static int check_shape(const struct spec *spec, struct fault *fault)
{
    const char *shape = spec->shape.text;
    if (spec->local.most_ns && !spec_is_mix(spec))
        return fault_set(
            fault, "local=%s is between the operations of a mix (pairs, fifty, burst), and the shape is %s%s",
            spec->local.text, shape, spec->shape.kind == SHAPE_PIPELINE ? ": use --work for its stages" : "");
    if (spec->shape.kind == SHAPE_PIPELINE)
        return 0;
    if (spec->transfer.kind != SLUICE_ITEM)
        return fault_set(fault, "shape %s is of operations on single items: use transfer=item and not %s",
                         shape, spec->transfer.text);
    if (spec->close.kind != CLOSE_CLOSE)
        return fault_set(fault,
                         "shape %s ends by itself, as with close=close: it knows no other protocol, as %s",
                         shape, spec->close.text);
    if (spec->fail.role)
        return fault_set(fault, "shape %s has no stages whose workers could be made to fail", shape);
    for (int stage = 0; stage < STAGES; stage++)
        if (spec->work.stage[stage].kind != SLUICE_WORK_NONE)
            return fault_set(fault, "shape %s has no stages to do work=%s in%s", shape, spec->work.text,
                             spec_is_mix(spec) ? ": use --local for work between operations" : "");
    return 0;
}

int spec_check(const struct spec *spec, const struct sluice_backend *backend, struct fault *fault)
{
    char why[192], words[96];
    if (check_shape(spec, fault))
        return -1;
    if (!fits_shape(backend, spec)) {
        uint32_t producers = backend->traits.max_producers, consumers = backend->traits.max_consumers;
        snprintf(why, sizeof why, "takes %s producer%s and %s consumer%s a hop, not %s",
                 producers == 1 ? "one" : "many", producers == 1 ? "" : "s", consumers == 1 ? "one" : "many",
                 consumers == 1 ? "" : "s", shape_words(spec, words, sizeof words));
        return refuse_naming(fault, why, spec, fits_shape);
    }
    if (!fits_capacity(backend, spec))
        return refuse_naming(fault, "always has a capacity and cannot be unbounded", spec, fits_capacity);
    if (spec->transfer.kind == SLUICE_SPAN && !has_spans(backend, spec))
        return refuse_naming(fault, "has no spans", spec, has_spans);
    if (spec_signal(spec) == SLUICE_NATIVE && !waits_natively(backend, spec))
        return refuse_naming(fault, "has no blocking operations of its own, as wait=native needs", spec,
                             waits_natively);
    if (spec_signal(spec) == SLUICE_NATIVE && spec->transfer.kind == SLUICE_SPAN)
        return fault_set(fault, "%s cannot wait natively for spans: use --wait block", spec->queue_name);
    if (spec->close.kind == CLOSE_SENTINEL && !keeps_sentinels_behind(backend, spec))
        return refuse_naming(fault, "is not FIFO, so that a sentinel might overtake items", spec,
                             keeps_sentinels_behind);
    if (spec->fail.role > spec->stages)
        return fault_set(fault, "no worker of the %s stage can fail: with stages=%u there is no such stage",
                         role_names[spec->fail.role], spec->stages);
    if (spec->fail.role && spec->fail.worker >= (int32_t)spec->workers.stage[spec->fail.role - 1])
        return fault_set(fault,
                         "no worker %d can fail: workers %s has %u in the %s stage, which count from 0",
                         spec->fail.worker, spec->workers.text, spec->workers.stage[spec->fail.role - 1],
                         role_names[spec->fail.role]);
    return 0;
}

/* What is as it mostly is goes without saying, so that labels stay what they were. */
static int print_unusual(char *text, size_t size, const char *name, uint32_t value, uint32_t usual)
{
    return value == usual ? 0 : snprintf(text, size, "%s=%u", name, value);
}

void spec_label(const struct spec *spec, char *text, size_t size)
{
    int length = snprintf(
        text, size, "%s wait=%s transfer=%s capacity=%s workers=%s work=%s place=%s memory=%s close=%s",
        spec->queue_name, spec->wait.text, spec->transfer.text, spec->capacity.text, spec->workers.text,
        spec->work.text, spec->placement, spec->memory, spec->close.text);
    bool is_pipeline = spec->shape.kind == SHAPE_PIPELINE;
    if (!is_pipeline)
        length += snprintf(text + length, size - (size_t)length, " shape=%s", spec->shape.text);
    if (spec->local.most_ns)
        length += snprintf(text + length, size - (size_t)length, " local=%s", spec->local.text);
    if (is_pipeline)
        length += print_unusual(text + length, size - (size_t)length, " stages", spec->stages, STAGES);
    length += print_unusual(text + length, size - (size_t)length, " sources", spec->sources, 1);
    if (is_pipeline)
        length += print_unusual(text + length, size - (size_t)length, " sinks", spec->sinks, 1);
    if (spec->fail.role)
        length += snprintf(text + length, size - (size_t)length, " fail=%s on-fail=%s", spec->fail.text,
                           spec->fail.stop ? "stop" : "drain");
    if (spec->twin)
        snprintf(text + length, size - (size_t)length, SPEC_TWIN);
}
