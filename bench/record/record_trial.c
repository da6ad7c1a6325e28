/* record_trial.c - a trial's board as a line of the records: see record.h. */
#include "record/record.h"

#include "stats/trend.h"

#include <math.h>
#include <unistd.h>

static double seconds(uint64_t ns)
{
    return (double)ns / 1e9;
}

/* JSON has no NaN and no infinity: what is not known is null. */
static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *count(uint64_t value)
{
    return json_integer((json_int_t)value);
}

static json_t *count_or_null(uint64_t value)
{
    return value ? count(value) : json_null();
}

/* One number where all hops are alike, null where all are unbounded. */
static json_t *capacity_asked(const struct capacity_choice *capacity)
{
    for (uint32_t hop = 1; hop < HOPS; hop++)
        if (capacity->hop[hop] != capacity->hop[0])
            return json_string(capacity->text);
    return count_or_null(capacity->hop[0]);
}

static json_t *config_object(const struct spec *spec)
{
    bool may_fail = *spec->fail.text;
    json_t *config = json_object();
    json_object_set_new(config, "queue", json_string(spec->queue_name));
    json_object_set_new(config, "instrument", json_boolean(spec->instrument));
    json_object_set_new(config, "twin", json_boolean(spec->twin));
    json_object_set_new(config, "wait", json_string(spec->wait.text));
    json_object_set_new(config, "transfer", json_string(spec->transfer.text));
    json_object_set_new(config, "capacity", capacity_asked(&spec->capacity));
    json_object_set_new(config, "sources", count(spec->sources));
    json_object_set_new(config, "shape", json_string(spec->shape.text));
    json_object_set_new(config, "local", json_string(spec->local.text));
    json_object_set_new(config, "stages", count(spec->stages));
    json_object_set_new(config, "sinks", count(spec->sinks));
    json_object_set_new(config, "workers", json_string(spec->workers.text));
    json_object_set_new(config, "work", json_string(spec->work.text));
    json_object_set_new(config, "placement", json_string(spec->placement));
    json_object_set_new(config, "memory", json_string(spec->memory));
    json_object_set_new(config, "close", json_string(spec->close.text));
    json_object_set_new(config, "fail", may_fail ? json_string(spec->fail.text) : json_null());
    json_object_set_new(config, "on_fail",
                        may_fail ? json_string(spec->fail.stop ? "stop" : "drain") : json_null());
    json_object_set_new(config, "items", spec->counted ? count(spec->items) : json_null());
    json_object_set_new(config, "duration_s",
                        spec->counted ? json_null() : number(seconds(spec->duration_ns)));
    json_object_set_new(config, "warmup_s", spec->counted ? json_null() : number(seconds(spec->warmup_ns)));
    json_object_set_new(config, "drain_s", spec->counted ? json_null() : number(seconds(spec->drain_ns)));
    json_object_set_new(config, "timeout_s", number(seconds(spec->timeout_ns)));
    json_object_set_new(config, "memory_limit_bytes", count_or_null(spec->memory_limit));
    json_object_set_new(config, "sample_s", spec->sample_ns ? number(seconds(spec->sample_ns)) : json_null());
    return config;
}

/* Sums of what the threads of a role reported: its CPU time is known where it is of all threads, the rest
   where all have ended. */
struct role_sums {
    unsigned threads, ended, timed;
    uint64_t cpu_ns, user_ns, system_ns, voluntary, involuntary, minor, major;
    uint64_t ticks[SLUICE_ENDED + 1];
};

static struct role_sums sum_role(const struct board *board, uint32_t role)
{
    const struct wiring wiring = spec_wiring(&board->spec);
    struct role_sums sums = {0};
    uint32_t first = wiring_first(&wiring, role);
    for (uint32_t i = first; i < first + wiring.threads_of[role]; i++) {
        const struct thread_report *report = board_report(board, i);
        sums.threads++;
        sums.ended += report->ended && !report->abandoned;
        sums.timed += report->ended || report->abandoned;
        sums.cpu_ns += report->cpu_ns;
        sums.user_ns += report->user_ns;
        sums.system_ns += report->system_ns;
        sums.voluntary += report->voluntary_switches;
        sums.involuntary += report->involuntary_switches;
        sums.minor += report->minor_faults;
        sums.major += report->major_faults;
        for (int state = 0; state <= SLUICE_ENDED; state++)
            sums.ticks[state] += report->state_ticks[state];
    }
    return sums;
}

static double share(const struct role_sums *sums, enum sluice_state state)
{
    uint64_t all = sums->ticks[SLUICE_WORKING] + sums->ticks[SLUICE_STARVED] + sums->ticks[SLUICE_CLOGGED];
    return all ? (double)sums->ticks[state] / (double)all : NAN;
}

static json_t *role_object(const struct board *board, uint32_t role)
{
    static const struct {
        const char *name;
        enum sluice_count count;
    } counts[] = {
        {"taken", SLUICE_TAKEN},
        {"put", SLUICE_PUT},
        {"discarded", SLUICE_DISCARDED},
        {"failed", SLUICE_FAILED},
        {"empty_polls", SLUICE_EMPTY_POLLS},
        {"full_polls", SLUICE_FULL_POLLS},
        {"yields", SLUICE_YIELDS},
        {"sleeps", SLUICE_SLEEPS},
        {"wakeups", SLUICE_WAKEUPS},
        {"signals", SLUICE_SIGNALS},
        {"disordered", SLUICE_DISORDERED},
        {"foreign", SLUICE_FOREIGN},
        {"migrations", SLUICE_MIGRATIONS},
    };
    struct role_sums sums = sum_role(board, role);
    bool known = sums.ended == sums.threads;
    json_t *object = json_object();
    json_object_set_new(object, "role", json_string(role_names[role]));
    json_object_set_new(object, "threads", count(sums.threads));
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        json_object_set_new(object, counts[i].name, count(board_role_count(board, role, counts[i].count)));
    json_object_set_new(object, "cpu_s", number(sums.timed == sums.threads ? seconds(sums.cpu_ns) : NAN));
    json_object_set_new(object, "voluntary_switches", known ? count(sums.voluntary) : json_null());
    json_object_set_new(object, "involuntary_switches", known ? count(sums.involuntary) : json_null());
    json_object_set_new(object, "busy", number(share(&sums, SLUICE_WORKING)));
    json_object_set_new(object, "starved", number(share(&sums, SLUICE_STARVED)));
    json_object_set_new(object, "clogged", number(share(&sums, SLUICE_CLOGGED)));
    return object;
}

static json_t *threads_array(const struct board *board)
{
    const struct wiring wiring = spec_wiring(&board->spec);
    json_t *array = json_array();
    for (uint32_t i = 0; i < board->threads; i++) {
        const struct thread_report *report = board_report(board, i);
        int32_t pu = *board_pu(board, i);
        uint32_t index, role = wiring_role(&wiring, i, &index);
        json_t *object = json_object();
        json_object_set_new(object, "role", json_string(role_names[role]));
        json_object_set_new(object, "pu", pu < 0 ? json_null() : json_integer(pu));
        json_object_set_new(object, "cpu",
                            report->ended && !report->abandoned ? json_integer(report->cpu) : json_null());
        json_object_set_new(object, "migrations", count(board_count(board, i, SLUICE_MIGRATIONS)));
        json_object_set_new(object, "strayed", json_boolean(report->strayed));
        json_object_set_new(object, "abandoned", json_boolean(report->abandoned));
        json_array_append_new(array, object);
    }
    return array;
}

/* The heap's growth while items were put: Theil-Sen over the kept samples of the window. */
static json_t *heap_slope(const struct board *board, const uint32_t *kept, size_t kept_count)
{
    double x[RECORD_SERIES], y[RECORD_SERIES];
    size_t n = 0;
    for (size_t i = 0; i < kept_count; i++) {
        const struct sample *sample = &board->sample[kept[i]];
        if (sample->at_ns < board->window_begin_ns ||
            (board->stopped_ns && sample->at_ns > board->stopped_ns))
            continue;
        x[n] = seconds(sample->at_ns);
        y[n++] = (double)sample->heap_bytes;
    }
    if (n < 3)
        return json_null();
    struct stats_line line = stats_theil_sen(x, y, n);
    json_t *array = json_array();
    json_array_append_new(array, number(line.slope));
    json_array_append_new(array, number(line.slope_low));
    json_array_append_new(array, number(line.slope_high));
    return array;
}

/* Evenly spaced samples, the last one among them. */
static size_t choose_samples(const struct board *board, uint32_t kept[RECORD_SERIES])
{
    uint32_t all = atomic_load_explicit(&board->samples, memory_order_relaxed);
    if (all > BOARD_SAMPLES)
        all = BOARD_SAMPLES;
    size_t n = all < RECORD_SERIES ? all : RECORD_SERIES;
    for (size_t i = 0; i < n; i++)
        kept[i] = (uint32_t)((i + 1) * all / n) - 1;
    return n;
}

static json_t *series_object(const struct board *board, const uint32_t *kept, size_t n)
{
    json_t *object = json_object(), *at = json_array(), *resident = json_array(), *heap = json_array();
    json_t *delivered = json_array(), *depth[HOPS];
    for (uint32_t hop = 0; hop < HOPS; hop++)
        depth[hop] = json_array();
    for (size_t i = 0; i < n; i++) {
        const struct sample *sample = &board->sample[kept[i]];
        json_array_append_new(at, json_real(seconds(sample->at_ns)));
        json_array_append_new(resident, count(sample->resident_bytes));
        json_array_append_new(heap, count(sample->heap_bytes));
        json_array_append_new(delivered, count(sample->delivered));
        for (uint32_t hop = 0; hop < HOPS; hop++)
            json_array_append_new(depth[hop], count(sample->depth[hop]));
    }
    json_object_set_new(object, "at_s", at);
    json_object_set_new(object, "resident_bytes", resident);
    json_object_set_new(object, "heap_bytes", heap);
    json_object_set_new(object, "delivered", delivered);
    json_t *depths = json_object();
    for (uint32_t hop = 0; hop < HOPS; hop++)
        json_object_set_new(depths, hop_names[hop], depth[hop]);
    json_object_set_new(object, "depth", depths);
    return object;
}

/* The nodes that memory was bound to; null: it was not. */
static json_t *nodes_of(const struct pages_policy *policy)
{
    if (policy->kind == PAGES_FREE)
        return json_null();
    json_t *array = json_array();
    for (unsigned node = 0; node < PAGES_NODES; node++)
        if (pages_has_node(policy, node))
            json_array_append_new(array, json_integer(node));
    return array;
}

/* [[node, bytes], ...]; null: not known. */
static json_t *found_on(const struct pages_found *found)
{
    if (!found->known)
        return json_null();
    json_t *array = json_array();
    for (uint32_t i = 0; i < found->count; i++)
        if (found->on[i].bytes)
            json_array_append_new(
                array, json_pack("[I, I]", (json_int_t)found->on[i].node, (json_int_t)found->on[i].bytes));
    return array;
}

/* Where the queues' memory was to lie, and where it lay. */
static void set_nodes(json_t *object, const struct board *board)
{
    json_t *bound = json_array(), *made = json_array();
    for (uint32_t hop = 0; hop < HOPS; hop++) {
        json_array_append_new(bound, nodes_of(&board->memory[hop]));
        json_array_append_new(made, found_on(&board->made[hop]));
    }
    json_object_set_new(object, "bound_nodes", bound);
    json_object_set_new(object, "made_on", made);
    json_object_set_new(object, "grown_on", found_on(&board->grown));
}

static json_t *memory_object(const struct board *board, const uint32_t *kept, size_t n)
{
    json_t *object = json_object();
    uint64_t peak = board->resident_peak_bytes;
    for (size_t i = 0; i < n; i++) /* a trial that was killed left only its samples */
        peak = board->sample[kept[i]].resident_bytes > peak ? board->sample[kept[i]].resident_bytes : peak;
    json_object_set_new(object, "start_bytes", count_or_null(board->resident_start_bytes));
    json_object_set_new(object, "peak_bytes", count_or_null(peak));
    json_object_set_new(object, "end_bytes", count_or_null(board->resident_end_bytes));
    json_object_set_new(object, "heap_end_bytes", count_or_null(board->heap_end_bytes));
    json_object_set_new(object, "heap_slope_bytes_per_s", heap_slope(board, kept, n));
    set_nodes(object, board);
    return object;
}

/* CPU time, switches and faults of all threads of the pipeline. */
static void set_usage(json_t *object, const struct board *board, uint64_t delivered)
{
    struct role_sums all = {0};
    for (uint32_t role = 0; role < ROLES; role++) {
        struct role_sums sums = sum_role(board, role);
        all.threads += sums.threads;
        all.ended += sums.ended;
        all.timed += sums.timed;
        all.cpu_ns += sums.cpu_ns;
        all.user_ns += sums.user_ns;
        all.system_ns += sums.system_ns;
        all.voluntary += sums.voluntary;
        all.involuntary += sums.involuntary;
        all.minor += sums.minor;
        all.major += sums.major;
    }
    bool known = all.ended == all.threads, timed = all.timed == all.threads;
    json_object_set_new(object, "cpu_s", number(timed ? seconds(all.cpu_ns) : NAN));
    json_object_set_new(object, "user_s", number(known ? seconds(all.user_ns) : NAN));
    json_object_set_new(object, "system_s", number(known ? seconds(all.system_ns) : NAN));
    json_object_set_new(object, "cpu_ns_per_item",
                        number(timed && delivered ? (double)all.cpu_ns / (double)delivered : NAN));
    json_object_set_new(object, "controller_cpu_s", number(timed ? seconds(board->controller_cpu_ns) : NAN));
    json_object_set_new(object, "caller_cpu_s", number(timed ? seconds(board->caller_cpu_ns) : NAN));
    json_object_set_new(object, "voluntary_switches", known ? count(all.voluntary) : json_null());
    json_object_set_new(object, "involuntary_switches", known ? count(all.involuntary) : json_null());
    json_object_set_new(object, "minor_faults", known ? count(all.minor) : json_null());
    json_object_set_new(object, "major_faults", known ? count(all.major) : json_null());
}

/* By all threads. */
static uint64_t total(const struct board *board, enum sluice_count which)
{
    uint64_t sum = 0;
    for (uint32_t role = 0; role < ROLES; role++)
        sum += board_role_count(board, role, which);
    return sum;
}

static void set_flow(json_t *object, const struct board *board, uint64_t delivered)
{
    double window_s = seconds(board->window_end_ns) - seconds(board->window_begin_ns);
    uint64_t window_items = board->window_end_items - board->window_begin_items;
    bool measured = board->window_end_ns > board->window_begin_ns;
    json_object_set_new(object, "window_s", number(measured ? window_s : NAN));
    json_object_set_new(object, "window_items", measured ? count(window_items) : json_null());
    json_object_set_new(object, "throughput", number(measured ? (double)window_items / window_s : NAN));
    json_object_set_new(object, "items", count(delivered));
    json_object_set_new(object, "discarded", count(total(board, SLUICE_DISCARDED)));
    json_object_set_new(object, "failed", count(total(board, SLUICE_FAILED)));
    json_object_set_new(object, "elapsed_s", number(board->ended_ns ? seconds(board->ended_ns) : NAN));
}

/* PUs on which the threads can be at once. */
static unsigned count_processors(const struct board *board)
{
    unsigned count = 0;
    for (uint32_t i = 0; i < board->threads; i++) {
        bool is_new = true;
        for (uint32_t j = 0; j < i && *board_pu(board, i) >= 0; j++)
            is_new &= *board_pu(board, j) != *board_pu(board, i);
        count += is_new;
    }
    unsigned online = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
    return count < online ? count : online;
}

/* What local work was to take, and took, on average over the threads; and the operations that it leaves time
   for. */
static json_t *local_object(const struct board *board)
{
    const struct local_choice *local = &board->spec.local;
    double sum_ns = 0;
    unsigned threads = 0;
    if (!local->most_ns)
        return json_null();
    for (uint32_t i = 0; i < board->threads; i++) {
        const struct thread_report *report = board_report(board, i);
        if (!report->ended || report->local_ns <= 0)
            continue;
        sum_ns += report->local_ns;
        threads++;
    }
    json_t *object = json_object();
    json_object_set_new(object, "wanted_ns", number((double)(local->least_ns + local->most_ns) / 2));
    json_object_set_new(object, "took_ns", number(threads ? sum_ns / threads : NAN));
    json_object_set_new(object, "ceiling_operations_per_s",
                        number(threads ? count_processors(board) * 1e9 * threads / sum_ns : NAN));
    return object;
}

/* What the papers count of the shapes. */
static void set_shape(json_t *object, const struct board *board)
{
    const struct operations *begin = &board->window_begin_operations, *end = &board->window_end_operations;
    double window_s = seconds(board->window_end_ns) - seconds(board->window_begin_ns);
    uint64_t done = end->done - begin->done, failed = end->failed - begin->failed;
    uint64_t rounds = board->window_end_items - board->window_begin_items;
    bool measured = board->window_end_ns > board->window_begin_ns;
    bool is_mix = measured && spec_is_mix(&board->spec);
    bool is_ping_pong = measured && board->spec.shape.kind == SHAPE_PING_PONG && rounds;
    json_object_set_new(object, "window_operations", is_mix ? count(done + failed) : json_null());
    json_object_set_new(object, "window_failed_operations", is_mix ? count(failed) : json_null());
    json_object_set_new(object, "operations_per_s",
                        number(is_mix ? (double)(done + failed) / window_s : NAN));
    json_object_set_new(object, "round_trip_s", number(is_ping_pong ? window_s / (double)rounds : NAN));
    json_object_set_new(object, "local", local_object(board));
}

/* From the source's last put to a later moment; 0 where that was not later. */
static json_t *since_last_put(const struct board *board, uint64_t then_ns)
{
    if (!board->last_put_ns)
        return json_null();
    return number(then_ns > board->last_put_ns ? seconds(then_ns - board->last_put_ns) : 0);
}

/* The first thread that failed, and at what; null: none did. */
static json_t *error_object(const struct board *board)
{
    const struct failure *failure = &board->failure;
    /* Relaxed: the process has ended. */
    uint32_t culprit = atomic_load_explicit(&failure->culprit, memory_order_relaxed), worker;
    if (culprit == 0 || culprit > board->threads)
        return json_null();
    json_t *object = json_object();
    const struct wiring wiring = spec_wiring(&board->spec);
    uint32_t role = wiring_role(&wiring, culprit - 1, &worker);
    json_object_set_new(object, "stage", json_string(role_names[role]));
    json_object_set_new(object, "worker", count(worker));
    json_object_set_new(object, "item", count_or_null(failure->item));
    json_object_set_new(object, "text", json_string(failure->text));
    return object;
}

static json_t *address(uint64_t value)
{
    return value ? json_sprintf("0x%llx", (unsigned long long)value) : json_null();
}

static json_t *layout_object(const struct layout *layout)
{
    json_t *object = json_object();
    json_object_set_new(object, "code", address(layout->code));
    json_object_set_new(object, "heap", address(layout->heap));
    json_object_set_new(object, "stack", address(layout->stack));
    return object;
}

/* How the pipeline came to its end. */
static void set_ending(json_t *object, const struct board *board)
{
    json_object_set_new(object, "drain_s", since_last_put(board, board->last_delivered_ns));
    json_object_set_new(object, "join_s",
                        board->joined_ns ? since_last_put(board, board->joined_ns) : json_null());
    json_object_set_new(object, "abandoned", count(board->abandoned));
    json_object_set_new(object, "error", error_object(board));
}

/* The stage that was busy most, where the states were looked at. Before an unbounded hop a fast stage is as
   busy as the slow one behind it: of stages that are busy alike the last one holds up the rest. */
static json_t *bottleneck(const struct board *board)
{
    const double alike = 0.05;
    double busy[STAGES + 1], most = NAN;
    for (uint32_t role = 1; role <= STAGES; role++) {
        struct role_sums sums = sum_role(board, role);
        busy[role] = share(&sums, SLUICE_WORKING);
        most = fmax(most, busy[role]); /* of a NaN and a number, the number */
    }
    for (uint32_t role = STAGES; role >= 1; role--)
        if (busy[role] >= most - alike)
            return json_string(role_names[role]);
    return json_null();
}

static json_t *capacity_made(const struct board *board)
{
    json_t *array = json_array();
    for (uint32_t hop = 0; hop < HOPS; hop++)
        json_array_append_new(array, count_or_null(board->capacity[hop]));
    return array;
}

json_t *record_of_trial(const struct board *board, unsigned block, unsigned position,
                        const char *const hops[HOPS], const char *signature)
{
    char label[2 * SPEC_TEXT_SIZE];
    uint32_t kept[RECORD_SERIES];
    size_t n = choose_samples(board, kept);
    uint64_t delivered = board_delivered(board);
    spec_label(&board->spec, label, sizeof label);
    json_t *object = json_object(), *roles = json_array(), *shared = json_array();
    json_object_set_new(object, "record", json_string("trial"));
    json_object_set_new(object, "block", count(block));
    json_object_set_new(object, "position", count(position));
    json_object_set_new(object, "process", count((uint64_t)board->process));
    json_object_set_new(object, "padding_bytes", count(board->padding_bytes));
    json_object_set_new(object, "label", json_string(label));
    json_object_set_new(object, "config", config_object(&board->spec));
    json_object_set_new(object, "outcome", json_string(outcome_names[board->outcome]));
    json_object_set_new(object, "text", json_string(board->text));
    json_object_set_new(object, "capacity", capacity_made(board));
    set_flow(object, board, delivered);
    set_shape(object, board);
    set_ending(object, board);
    set_usage(object, board, delivered);
    json_object_set_new(object, "memory", memory_object(board, kept, n));
    for (uint32_t role = 0; role < ROLES; role++)
        json_array_append_new(roles, role_object(board, role));
    json_object_set_new(object, "roles", roles);
    json_object_set_new(object, "bottleneck", bottleneck(board));
    json_object_set_new(object, "threads", threads_array(board));
    for (uint32_t hop = 0; hop < HOPS; hop++)
        json_array_append_new(shared, *hops[hop] ? json_string(hops[hop]) : json_null());
    json_object_set_new(object, "hops", shared);
    json_object_set_new(object, "signature", json_string(signature));
    json_object_set_new(object, "layout", layout_object(&board->layout));
    json_object_set_new(object, "series", series_object(board, kept, n));
    return object;
}
