/* roofline.c - see roofline.h: configurations as the model takes them. */
#include "limits/roofline.h"

#include "machine/placement.h"
#include "machine/signature.h"

#include <limits.h>
#include <string.h>

static_assert((int)MODEL_ROLES == (int)ROLES && (int)MODEL_HOPS == (int)HOPS, "one pipeline");

static enum model_transfer transfer_of(const struct transfer_choice *transfer)
{
    return transfer->kind == SLUICE_ITEM    ? MODEL_ITEM
           : transfer->kind == SLUICE_BATCH ? MODEL_BATCH
                                            : MODEL_SPAN;
}

/* Whether the pipeline is what the model knows: of three stages, one thread each role, and nothing to do with
   an item. */
static bool are_known(const struct wiring *wiring, const struct work_choice *work)
{
    for (int stage = 0; stage < STAGES; stage++)
        if (work->stage[stage].kind != SLUICE_WORK_NONE)
            return false;
    return wiring_is_single(wiring);
}

/* --- of a plan --- */

static int plan_placed(struct limits *limits, const struct spec *spec, const struct placement_plan *placement,
                       const struct topology *topology, struct fault *fault)
{
    struct signature signature;
    struct model_pipeline pipeline = {.transfer = transfer_of(&spec->transfer),
                                      .threads = {1, 1, 1, 1, 1},
                                      .pus = placement->pu,
                                      .usable = topology_pus(topology)};
    if (signature_of(&signature, placement, topology, fault))
        return -1;
    for (int hop = 0; hop < HOPS; hop++)
        pipeline.shared[hop] = signature.hop[hop];
    return model_plan(limits, topology, &pipeline, fault);
}

int roofline_plan(struct limits *limits, const struct spec *spec, const struct topology *topology,
                  struct fault *fault)
{
    const struct wiring wiring = spec_wiring(spec);
    struct placement_plan placement;
    if (spec->instrument || *spec->fail.text || !are_known(&wiring, &spec->work))
        return 0;
    if (placement_plan(&placement, topology, spec->placement, &wiring, fault))
        return -1;
    int status = plan_placed(limits, spec, &placement, topology, fault);
    placement_free(&placement);
    return status;
}

/* --- of a record --- */

static bool is_known(const struct trial_figures *trial, struct transfer_choice *transfer)
{
    struct workers_choice workers;
    struct work_choice work;
    struct fault fault;
    uint32_t stages, sources, sinks; /* a shape of the papers has no sinks, which is refused here */
    if (trial->instrument || trial->is_baseline || trial->fail ||
        spec_parse_transfer(trial->transfer, transfer, &fault) ||
        spec_parse_stages(trial->stages, &stages, &fault) ||
        spec_parse_sources(trial->sources, &sources, &fault) ||
        spec_parse_sinks(trial->sinks, &sinks, &fault) ||
        spec_parse_workers(trial->workers, &workers, &fault) || spec_parse_work(trial->work, &work, &fault))
        return false;
    const struct wiring wiring = wiring_of_pipeline(sources, stages, workers.stage, sinks);
    return are_known(&wiring, &work);
}

/* The PUs of the threads, and what is shared in the hops; false: they are not told. */
static bool read_places(const json_t *trial, struct model_pipeline *pipeline, int pus[ROLES])
{
    const json_t *threads = json_object_get(trial, "threads"), *hops = json_object_get(trial, "hops");
    if (json_array_size(threads) != ROLES || json_array_size(hops) != HOPS)
        return false;
    for (size_t i = 0; i < ROLES; i++) {
        const json_t *pu = json_object_get(json_array_get(threads, i), "pu");
        if (!json_is_null(pu) && !(json_is_integer(pu) && json_integer_value(pu) <= INT_MAX))
            return false;
        pus[i] = json_is_integer(pu) ? (int)json_integer_value(pu) : PLACEMENT_UNBOUND;
    }
    for (size_t i = 0; i < HOPS; i++)
        if (!(pipeline->shared[i] = json_string_value(json_array_get(hops, i))))
            return false;
    return true;
}

static bool is_bound(const int pus[ROLES])
{
    for (int i = 0; i < ROLES; i++)
        if (pus[i] < 0)
            return false;
    return true;
}

bool roofline_of_trial(const struct limits *limits, const struct trial_figures *trial, const json_t *line,
                       unsigned usable, struct model_limit *limit)
{
    int pus[ROLES];
    struct fault fault;
    struct transfer_choice transfer;
    struct model_pipeline pipeline = {.threads = {1, 1, 1, 1, 1}, .pus = pus, .usable = usable};
    if (!is_known(trial, &transfer) || !read_places(line, &pipeline, pus) || (!usable && !is_bound(pus)))
        return false;
    pipeline.transfer = transfer_of(&transfer);
    return model_limit(limits, &pipeline, limit, &fault) == 0;
}
