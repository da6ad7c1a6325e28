/* record.c - writing records: see record.h. */
#include "record/record.h"

#include "base/stats.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- the file --- */

int record_create(struct record_file *file, const char *path, struct fault *fault)
{
    snprintf(file->path, sizeof file->path, "%s", path);
    file->descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
    if (file->descriptor >= 0)
        return 0;
    if (errno == EEXIST)
        return fault_set(
            fault, "'%s' is there already and is not overwritten: name another file with --output", path);
    return fault_set(fault, "the results cannot be written to '%s': %m; name another file with --output",
                     path);
}

/* The length of the whole lines in the file; the rest is a line that was cut. */
static off_t whole_length(int descriptor)
{
    off_t length = lseek(descriptor, 0, SEEK_END);
    char byte;
    while (length > 0 && pread(descriptor, &byte, 1, length - 1) == 1 && byte != '\n')
        length--;
    return length;
}

int record_reopen(struct record_file *file, const char *path, struct fault *fault)
{
    snprintf(file->path, sizeof file->path, "%s", path);
    static const char head[] = "{\"record\":\"campaign\"";
    char begin[sizeof head - 1];
    file->descriptor = open(path, O_RDWR | O_APPEND | O_CLOEXEC);
    if (file->descriptor < 0)
        return fault_set(fault, "'%s' cannot be opened to go on with it: %m", path);
    if (pread(file->descriptor, begin, sizeof begin, 0) != sizeof begin ||
        memcmp(begin, head, sizeof begin) != 0) {
        record_close(file); /* somebody's own: not a byte of it is touched */
        return fault_set(fault, "'%s' is no campaign of sluice: name a file that `sluice run` wrote", path);
    }
    if (ftruncate(file->descriptor, whole_length(file->descriptor)) == 0)
        return 0;
    record_close(file);
    return fault_set(fault, "the cut last line of '%s' cannot be removed: %m", path);
}

int record_write(struct record_file *file, json_t *object, struct fault *fault)
{
    char *line = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(9));
    json_decref(object);
    if (!line)
        return fault_set(fault, "a record could not be made: out of memory");
    size_t length = strlen(line);
    line[length++] = '\n'; /* in place of the terminator */
    off_t before = lseek(file->descriptor, 0, SEEK_END);
    ssize_t written = write(file->descriptor, line, length);
    if (written > 0 && written < (ssize_t)length) /* the reason comes with the next byte */
        written = write(file->descriptor, line + written, length - (size_t)written) < 0 ? -1 : 0;
    int error = written < 0 ? errno : EIO;
    free(line);
    if (written == (ssize_t)length)
        return 0;
    if (before >= 0 && ftruncate(file->descriptor, before) < 0)
        error = errno;
    return fault_set(fault, "a result could not be written to '%s': %s; all before it are kept", file->path,
                     strerror(error));
}

int record_sync(struct record_file *file, struct fault *fault)
{
    /* EINVAL: a pipe or a device, which has nothing to sync. */
    if (fdatasync(file->descriptor) == 0 || errno == EINVAL || errno == EROFS)
        return 0;
    return fault_set(fault, "'%s' could not be synced: %m", file->path);
}

void record_close(struct record_file *file)
{
    if (file->descriptor >= 0)
        close(file->descriptor);
    file->descriptor = -1;
}

/* --- a trial's line --- */

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

static json_t *config_object(const struct spec *spec)
{
    json_t *config = json_object();
    json_object_set_new(config, "queue", json_string(spec->queue_name));
    json_object_set_new(config, "instrument", json_boolean(spec->instrument));
    json_object_set_new(config, "wait", json_string(spec->wait.text));
    json_object_set_new(config, "transfer", json_string(spec->transfer.text));
    json_object_set_new(config, "capacity", count_or_null(spec->capacity));
    json_object_set_new(config, "workers", json_string(spec->workers.text));
    json_object_set_new(config, "work", json_string(spec->work.text));
    json_object_set_new(config, "placement", json_string(spec->placement));
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

/* Sums of what the threads of a role reported. */
struct role_sums {
    unsigned threads, ended;
    uint64_t cpu_ns, user_ns, system_ns, voluntary, involuntary, minor, major;
    uint64_t ticks[SLUICE_ENDED + 1];
};

static struct role_sums sum_role(const struct board *board, uint32_t role)
{
    struct role_sums sums = {0};
    uint32_t index;
    for (uint32_t i = 0; i < board->threads; i++) {
        const struct thread_report *report = board_report(board, i);
        if (spec_role(&board->spec, i, &index) != role)
            continue;
        sums.threads++;
        sums.ended += report->ended;
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
        {"taken", SLUICE_TAKEN},           {"put", SLUICE_PUT},
        {"discarded", SLUICE_DISCARDED},   {"empty_polls", SLUICE_EMPTY_POLLS},
        {"full_polls", SLUICE_FULL_POLLS}, {"yields", SLUICE_YIELDS},
        {"sleeps", SLUICE_SLEEPS},         {"wakeups", SLUICE_WAKEUPS},
        {"signals", SLUICE_SIGNALS},       {"disordered", SLUICE_DISORDERED},
        {"foreign", SLUICE_FOREIGN},       {"migrations", SLUICE_MIGRATIONS},
    };
    struct role_sums sums = sum_role(board, role);
    bool known = sums.ended == sums.threads;
    json_t *object = json_object();
    json_object_set_new(object, "role", json_string(role_names[role]));
    json_object_set_new(object, "threads", count(sums.threads));
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        json_object_set_new(object, counts[i].name, count(board_role_count(board, role, counts[i].count)));
    json_object_set_new(object, "cpu_s", number(known ? seconds(sums.cpu_ns) : NAN));
    json_object_set_new(object, "voluntary_switches", known ? count(sums.voluntary) : json_null());
    json_object_set_new(object, "involuntary_switches", known ? count(sums.involuntary) : json_null());
    json_object_set_new(object, "busy", number(share(&sums, SLUICE_WORKING)));
    json_object_set_new(object, "starved", number(share(&sums, SLUICE_STARVED)));
    json_object_set_new(object, "clogged", number(share(&sums, SLUICE_CLOGGED)));
    return object;
}

static json_t *threads_array(const struct board *board)
{
    json_t *array = json_array();
    for (uint32_t i = 0; i < board->threads; i++) {
        const struct thread_report *report = board_report(board, i);
        int32_t pu = *board_pu(board, i);
        uint32_t index, role = spec_role(&board->spec, i, &index);
        json_t *object = json_object();
        json_object_set_new(object, "role", json_string(role_names[role]));
        json_object_set_new(object, "pu", pu < 0 ? json_null() : json_integer(pu));
        json_object_set_new(object, "cpu", report->ended ? json_integer(report->cpu) : json_null());
        json_object_set_new(object, "migrations", count(board_count(board, i, SLUICE_MIGRATIONS)));
        json_object_set_new(object, "strayed", json_boolean(report->strayed));
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
    return object;
}

/* CPU time, switches and faults of all threads of the pipeline; unknown where one of them did not get to its
 * end. */
static void set_usage(json_t *object, const struct board *board, uint64_t delivered)
{
    struct role_sums all = {0};
    for (uint32_t role = 0; role < ROLES; role++) {
        struct role_sums sums = sum_role(board, role);
        all.threads += sums.threads;
        all.ended += sums.ended;
        all.cpu_ns += sums.cpu_ns;
        all.user_ns += sums.user_ns;
        all.system_ns += sums.system_ns;
        all.voluntary += sums.voluntary;
        all.involuntary += sums.involuntary;
        all.minor += sums.minor;
        all.major += sums.major;
    }
    bool known = all.ended == all.threads;
    json_object_set_new(object, "cpu_s", number(known ? seconds(all.cpu_ns) : NAN));
    json_object_set_new(object, "user_s", number(known ? seconds(all.user_ns) : NAN));
    json_object_set_new(object, "system_s", number(known ? seconds(all.system_ns) : NAN));
    json_object_set_new(object, "cpu_ns_per_item",
                        number(known && delivered ? (double)all.cpu_ns / (double)delivered : NAN));
    json_object_set_new(object, "controller_cpu_s", number(known ? seconds(board->controller_cpu_ns) : NAN));
    json_object_set_new(object, "voluntary_switches", known ? count(all.voluntary) : json_null());
    json_object_set_new(object, "involuntary_switches", known ? count(all.involuntary) : json_null());
    json_object_set_new(object, "minor_faults", known ? count(all.minor) : json_null());
    json_object_set_new(object, "major_faults", known ? count(all.major) : json_null());
}

static void set_flow(json_t *object, const struct board *board, uint64_t delivered)
{
    uint64_t discarded = 0;
    for (uint32_t role = 0; role < ROLES; role++)
        discarded += board_role_count(board, role, SLUICE_DISCARDED);
    double window_s = seconds(board->window_end_ns) - seconds(board->window_begin_ns);
    uint64_t window_items = board->window_end_items - board->window_begin_items;
    bool measured = board->window_end_ns > board->window_begin_ns;
    json_object_set_new(object, "window_s", number(measured ? window_s : NAN));
    json_object_set_new(object, "window_items", measured ? count(window_items) : json_null());
    json_object_set_new(object, "throughput", number(measured ? (double)window_items / window_s : NAN));
    json_object_set_new(object, "items", count(delivered));
    json_object_set_new(object, "discarded", count(discarded));
    json_object_set_new(object, "elapsed_s", number(board->ended_ns ? seconds(board->ended_ns) : NAN));
    json_object_set_new(object, "drain_s",
                        number(board->ended_ns > board->stopped_ns && board->stopped_ns
                                   ? seconds(board->ended_ns - board->stopped_ns)
                                   : NAN));
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

json_t *record_of_trial(const struct board *board, unsigned block, unsigned position,
                        const char *const hops[HOPS])
{
    char label[2 * SPEC_TEXT_SIZE];
    uint32_t kept[RECORD_SERIES];
    uint32_t sink = board->threads - 1;
    size_t n = choose_samples(board, kept);
    uint64_t delivered = board_count(board, sink, SLUICE_TAKEN) - board_count(board, sink, SLUICE_DISCARDED);
    spec_label(&board->spec, label, sizeof label);
    json_t *object = json_object(), *roles = json_array(), *shared = json_array();
    json_object_set_new(object, "record", json_string("trial"));
    json_object_set_new(object, "block", count(block));
    json_object_set_new(object, "position", count(position));
    json_object_set_new(object, "label", json_string(label));
    json_object_set_new(object, "config", config_object(&board->spec));
    json_object_set_new(object, "outcome", json_string(outcome_names[board->outcome]));
    json_object_set_new(object, "text", json_string(board->text));
    json_object_set_new(object, "capacity", count_or_null(board->capacity));
    set_flow(object, board, delivered);
    set_usage(object, board, delivered);
    json_object_set_new(object, "memory", memory_object(board, kept, n));
    for (uint32_t role = 0; role < ROLES; role++)
        json_array_append_new(roles, role_object(board, role));
    json_object_set_new(object, "roles", roles);
    json_object_set_new(object, "bottleneck", bottleneck(board));
    json_object_set_new(object, "threads", threads_array(board));
    for (uint32_t hop = 0; hop < HOPS; hop++)
        json_array_append_new(shared, json_string(hops[hop]));
    json_object_set_new(object, "hops", shared);
    json_object_set_new(object, "series", series_object(board, kept, n));
    return object;
}
