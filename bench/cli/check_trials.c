/* check_trials.c - see check_trials.h. */
#include "cli/check_trials.h"

#include "base/rng.h"
#include "campaign/preset.h"
#include "machine/placement.h"
#include "trial/trial.h"
#include "trial/verify.h"

#include <stdio.h>

enum { MOST_THREADS = 256 /* a side */ };

int check_trials_plan(struct plan *plan, const char *queue, uint64_t items, uint64_t timeout_ns,
                      const struct topology *topology, struct fault *fault)
{
    unsigned pus = topology_pus(topology), crowd = pus < MOST_THREADS / 4 ? 4 * pus : MOST_THREADS;
    char threads[32];
    struct axes axes = {0};
    struct spec common = {.counted = true, .items = items, .timeout_ns = timeout_ns};
    snprintf(threads, sizeof threads, "1,%u", crowd);
    const char *const tried[AXES] = {
        [AXIS_QUEUE] = queue,
        [AXIS_WAIT] = "yield,block,native",
        [AXIS_TRANSFER] = "item,batch:7,span:7",
        [AXIS_CAPACITY] = "1,2,7,1023,unbounded",
        [AXIS_STAGES] = "0",
        [AXIS_SOURCES] = threads,
        [AXIS_SINKS] = threads,
        [AXIS_PLACE] = "unbound",
    };
    int status = 0;
    for (int axis = 0; axis < AXES && status == 0; axis++)
        status = axes_add(&axes, (enum axis)axis, tried[axis] ? tried[axis] : preset_plain.axis[axis], fault);
    if (status == 0)
        status = plan_make(plan, &(struct plan_part){.axes = &axes, .common = &common}, 1, topology, fault);
    axes_release(&axes);
    return status;
}

/* What a trial's fault is. */
static enum contract_kind kind_of(const struct board *board, enum sluice_order order)
{
    static const struct {
        unsigned wrong; /* the worst first */
        enum contract_kind kind;
    } kinds[] = {
        {VERIFY_FOREIGN, KIND_MADE_UP}, {VERIFY_LOST, KIND_LOST},        {VERIFY_REPEATED, KIND_DUPLICATE},
        {VERIFY_OTHERS, KIND_BOTH},     {VERIFY_DISORDERED, KIND_ORDER},
    };
    static const enum contract_kind ends[OUTCOMES] = {[OUTCOME_CRASHED] = KIND_CRASH,
                                                      [OUTCOME_INVALID] = KIND_ACCOUNT,
                                                      [OUTCOME_TIMEOUT] = KIND_HANG,
                                                      [OUTCOME_OUT_OF_MEMORY] = KIND_MEMORY,
                                                      [OUTCOME_FAILED] = KIND_STATUS};
    const unsigned wrongs = board->outcome == OUTCOME_INVALID ? verify_wrongs(board, order) : 0;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (wrongs & kinds[i].wrong)
            return kinds[i].kind;
    return ends[board->outcome];
}

int check_trials_run(const struct plan *plan, const struct sluice_backend *backend, uint64_t seed,
                     struct findings *findings, struct fault *fault)
{
    struct rng rng;
    int pu[2 * MOST_THREADS];
    for (size_t i = 0; i < sizeof pu / sizeof *pu; i++)
        pu[i] = PLACEMENT_UNBOUND;
    rng_seed(&rng, seed);
    for (size_t i = 0; i < plan->count && !findings_enough(findings); i++) {
        struct board *board;
        char label[2 * SPEC_TEXT_SIZE];
        int status = trial_run(&plan->specs[i], pu, NULL, rng_next(&rng), &board, fault);
        if (status)
            return status < 0 ? -1 : fault_set(fault, "interrupted");
        spec_label(&board->spec, label, sizeof label);
        if (board->outcome != OUTCOME_OK)
            findings_tell(findings, kind_of(board, backend->traits.order), board->text, label);
        trial_release(board);
        findings_step(findings);
    }
    return 0;
}
