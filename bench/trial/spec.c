/* spec.c - see spec.h. */
#include "trial/spec.h"

#include "trial/registry.h"

#include <stdio.h>
#include <string.h>

const char *const role_names[ROLES] = {"source", "download", "resize", "upload", "sink"};
const char *const hop_names[HOPS] = {"download", "resize", "upload", "done"};

uint32_t spec_threads(const struct spec *spec)
{
    return 2 + spec->workers.stage[0] + spec->workers.stage[1] + spec->workers.stage[2];
}

uint32_t spec_role(const struct spec *spec, uint32_t thread, uint32_t *index)
{
    const uint32_t counts[ROLES] = {1, spec->workers.stage[0], spec->workers.stage[1], spec->workers.stage[2],
                                    1};
    uint32_t role = 0;
    while (thread >= counts[role])
        thread -= counts[role++];
    *index = thread;
    return role;
}

uint32_t spec_producers(const struct spec *spec, uint32_t hop, uint32_t *first)
{
    *first = 0;
    for (uint32_t stage = 0; stage + 1 < hop; stage++)
        *first += spec->workers.stage[stage];
    *first += hop > 0; /* the source */
    return hop == 0 ? 1 : spec->workers.stage[hop - 1];
}

uint32_t spec_consumers(const struct spec *spec, uint32_t hop, uint32_t *first)
{
    uint32_t producers = spec_producers(spec, hop, first);
    *first += producers;
    return hop == HOPS - 1 ? 1 : spec->workers.stage[hop];
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
    uint32_t first;
    for (uint32_t hop = 0; hop < HOPS; hop++)
        if (!takes_producers(backend, spec_producers(spec, hop, &first), spec_consumers(spec, hop, &first)))
            return false;
    return true;
}

static bool fits_capacity(const struct sluice_backend *backend, const struct spec *spec)
{
    for (int hop = 0; hop < HOPS; hop++)
        if (!spec->capacity.hop[hop] && backend->traits.bound == SLUICE_BOUNDED)
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

int spec_check(const struct spec *spec, const struct sluice_backend *backend, struct fault *fault)
{
    char why[128];
    if (!fits_shape(backend, spec)) {
        uint32_t producers = backend->traits.max_producers, consumers = backend->traits.max_consumers;
        snprintf(why, sizeof why, "takes %s producer%s and %s consumer%s a hop, not workers %s",
                 producers == 1 ? "one" : "many", producers == 1 ? "" : "s", consumers == 1 ? "one" : "many",
                 consumers == 1 ? "" : "s", spec->workers.text);
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
    if (spec->fail.role && spec->fail.worker >= (int32_t)spec->workers.stage[spec->fail.role - 1])
        return fault_set(fault,
                         "no worker %d can fail: workers %s has %u in the %s stage, which count from 0",
                         spec->fail.worker, spec->workers.text, spec->workers.stage[spec->fail.role - 1],
                         role_names[spec->fail.role]);
    return 0;
}

void spec_label(const struct spec *spec, char *text, size_t size)
{
    int length = snprintf(
        text, size, "%s wait=%s transfer=%s capacity=%s workers=%s work=%s place=%s memory=%s close=%s",
        spec->queue_name, spec->wait.text, spec->transfer.text, spec->capacity.text, spec->workers.text,
        spec->work.text, spec->placement, spec->memory, spec->close.text);
    if (spec->fail.role)
        length += snprintf(text + length, size - (size_t)length, " fail=%s on-fail=%s", spec->fail.text,
                           spec->fail.stop ? "stop" : "drain");
    if (spec->twin)
        snprintf(text + length, size - (size_t)length, SPEC_TWIN);
}
