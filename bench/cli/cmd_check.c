/* cmd_check.c - `sluice check`: runs a queue over one hop, in the numbers of producers and consumers,
   capacities, transfers and ways of waiting that its traits claim, and says in words what went wrong. Each
   trial is a process of its own and verified item by item, so that a crash and a hang are findings like a
   lost item. */
#include "cli/commands.h"

#include "base/clock.h"
#include "base/options.h"
#include "base/rng.h"
#include "base/units.h"
#include "campaign/axes.h"
#include "campaign/preset.h"
#include "machine/placement.h"
#include "trial/registry.h"
#include "trial/trial.h"
#include "trial/verify.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct check_options {
    uint64_t items, repeat;
};

static int parse_positive(const char *text, uint64_t *count, struct fault *fault)
{
    return units_parse_count(text, count, fault) || units_require_positive(text, *count, fault) ? -1 : 0;
}

static int set_items(void *target, const char *text, struct fault *fault)
{
    return parse_positive(text, &((struct check_options *)target)->items, fault);
}

static int set_repeat(void *target, const char *text, struct fault *fault)
{
    return parse_positive(text, &((struct check_options *)target)->repeat, fault);
}

static const struct option_spec option_table[] = {
    {"items", 'n', "COUNT", NULL, "items a trial; 10k unless told", set_items, NULL, NULL},
    {"repeat", 0, "COUNT", NULL, "how often each trial is run; once unless told", set_repeat, NULL, NULL},
};

static const struct command_spec command = {
    .name = "check",
    .summary = "try a queue in the shapes and capacities that its traits claim, and say what is wrong",
    .usage = "sluice check QUEUE [options]",
    .examples = "sluice check ./myqueue.so\n"
                "sluice check lcrq --repeat 100",
    .notes =
        "Crosses one and many producers and consumers, four times as many threads as CPUs, capacities\n"
        "from 1 on, items, batches and spans, and ways of waiting, as far as the queue's traits allow them.\n"
        "Ends early after twenty findings or three hangs. Status 1: something is wrong.",
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
    .min_operands = 1,
    .max_operands = 1,
    .operands = &queue_values,
};

/* --- what is tried --- */

enum { MOST_THREADS = 256 /* a side */ };

static int make_plan(struct plan *plan, const char *queue, const struct check_options *options,
                     const struct topology *topology, struct fault *fault)
{
    unsigned pus = topology_pus(topology), crowd = pus < MOST_THREADS / 4 ? 4 * pus : MOST_THREADS;
    char threads[32];
    struct axes axes = {0};
    struct spec common = {.counted = true, .items = options->items, .timeout_ns = 20 * CLOCK_NS_PER_SECOND};
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

/* --- what was found --- */

/* A trial's fault in a word. */
static const char *kind_of(const struct board *board, enum sluice_order order)
{
    static const struct {
        unsigned wrong; /* the worst first */
        const char *kind;
    } kinds[] = {
        {VERIFY_FOREIGN, "made-up item"}, {VERIFY_LOST, "lost item"},
        {VERIFY_REPEATED, "duplicate"},   {VERIFY_OTHERS, "lost item and duplicate"},
        {VERIFY_DISORDERED, "order"},
    };
    static const char *const ends[OUTCOMES] = {[OUTCOME_CRASHED] = "crash",
                                               [OUTCOME_INVALID] = "account",
                                               [OUTCOME_TIMEOUT] = "hang",
                                               [OUTCOME_OUT_OF_MEMORY] = "memory",
                                               [OUTCOME_FAILED] = "contract"};
    const unsigned wrongs = board->outcome == OUTCOME_INVALID ? verify_wrongs(board, order) : 0;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (wrongs & kinds[i].wrong)
            return kinds[i].kind;
    return ends[board->outcome];
}

/* It ends after so many; a hang takes the whole time limit. */
enum { MOST_FOUND = 20, MOST_HANGS = 3 };

struct findings {
    unsigned found, hangs;
    uint64_t tried;
    uint64_t smallest; /* the queue's smallest capacity: what it has where 1 was asked for */
};

/* Whether the queue says that it holds what the contract allows: at most what was asked for, or its smallest.
 */
static bool keeps_capacity(const struct board *board, struct findings *findings)
{
    const uint64_t has = board->capacity[HOPS - 1], asked = board->spec.capacity.hop[HOPS - 1];
    if (asked == 1)
        findings->smallest = has;
    return asked == 0 ? has == 0 : has > 0 && (has <= asked || has == findings->smallest);
}

static void tell(const struct board *board, const char *kind, const char *text, struct findings *findings)
{
    char label[2 * SPEC_TEXT_SIZE];
    findings->hangs += board->outcome == OUTCOME_TIMEOUT;
    findings->found++;
    spec_label(&board->spec, label, sizeof label);
    printf("%s: %s\n  in: %s\n", kind, text, label);
}

static int try_one(const struct spec *spec, enum sluice_order order, struct rng *rng,
                   struct findings *findings, struct fault *fault)
{
    struct board *board;
    char text[96];
    int pu[2 * MOST_THREADS];
    for (size_t i = 0; i < sizeof pu / sizeof *pu; i++)
        pu[i] = PLACEMENT_UNBOUND;
    int status = trial_run(spec, pu, NULL, rng_next(rng), &board, fault);
    if (status)
        return status < 0 ? -1 : fault_set(fault, "interrupted");
    snprintf(text, sizeof text, "the queue says that it holds %ju items",
             (uintmax_t)board->capacity[HOPS - 1]);
    if (board->outcome != OUTCOME_OK)
        tell(board, kind_of(board, order), board->text, findings);
    else if (!keeps_capacity(board, findings))
        tell(board, "capacity", text, findings);
    trial_release(board);
    findings->tried++;
    return 0;
}

static int try_all(const struct plan *plan, enum sluice_order order, uint64_t repeat,
                   struct findings *findings, struct fault *fault)
{
    const uint64_t all = plan->count * repeat;
    struct rng rng;
    rng_seed(&rng, clock_now_ns());
    while (findings->tried < all && findings->found < MOST_FOUND && findings->hangs < MOST_HANGS) {
        if (try_one(&plan->specs[findings->tried % plan->count], order, &rng, findings, fault))
            return -1;
        if (isatty(STDERR_FILENO))
            fprintf(stderr, "\r%ju of %ju trials, %u findings%s", (uintmax_t)findings->tried, (uintmax_t)all,
                    findings->found, findings->tried == all ? "\n" : "");
    }
    return 0;
}

static int find_queue(const char *name, const struct sluice_backend **backend, struct fault *fault)
{
    if (registry_find(name, backend, fault))
        return -1;
    if ((*backend)->traits.instrument)
        return fault_set(fault, "'%s' is an instrument and no queue: what comes out of it cannot be wrong",
                         name);
    return 0;
}

/* 0: nothing is wrong; 1: something is; -1: with a sentence. */
static int check(const char *queue, const struct check_options *options, struct fault *fault)
{
    const struct sluice_backend *backend;
    struct topology *topology;
    struct plan plan = {0};
    struct findings findings = {0};
    if (find_queue(queue, &backend, fault) || topology_load(&topology, fault))
        return -1;
    int status = make_plan(&plan, queue, options, topology, fault);
    if (status == 0)
        status = try_all(&plan, backend->traits.order, options->repeat, &findings, fault);
    if (status == 0)
        printf("%s: %ju of %ju trials in %zu configurations, %u with a finding\n", queue,
               (uintmax_t)findings.tried, (uintmax_t)(plan.count * options->repeat), plan.count,
               findings.found);
    plan_release(&plan);
    topology_free(topology);
    return status ? status : findings.found > 0;
}

static int main_check(int argc, char **argv)
{
    struct fault fault;
    struct check_options options = {.items = 10000, .repeat = 1};
    int first, status = options_parse(&command, argc, argv, &options, &first, &fault);
    if (status == 1)
        return 0;
    if (status == 0)
        status = check(argv[first], &options, &fault);
    if (status >= 0)
        return status;
    fprintf(stderr, "sluice: %s\n", fault.text);
    return 2;
}

const struct command cmd_check = {&command, main_check};
