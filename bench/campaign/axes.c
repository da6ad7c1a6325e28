/* axes.c - see axes.h. */
#include "campaign/axes.h"

#include "campaign/sizes.h"
#include "machine/memory_place.h"
#include "trial/registry.h"
#include "base/text_set.h"
#include "base/units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const axis_names[AXES] = {"queue", "wait",   "transfer", "capacity", "shape",
                                      "local", "stages", "sources",  "workers",  "sinks",
                                      "work",  "place",  "memory",   "close"};

static int set_queue(struct spec *spec, const char *text, struct fault *fault)
{
    const struct sluice_backend *backend;
    if (registry_find(text, &backend, fault))
        return -1;
    strcpy(spec->queue, text);
    snprintf(spec->queue_name, sizeof spec->queue_name, "%s", backend->name);
    spec->instrument = backend->traits.instrument;
    return 0;
}

static int set_placement(struct spec *spec, const char *text, struct fault *fault)
{
    strcpy(spec->placement, text); /* cross_places() puts in its place what it stands for */
    return placement_name_known(text, fault) ? 0 : -1;
}

static int set_memory(struct spec *spec, const char *text, struct fault *fault)
{
    static_assert(sizeof spec->memory == MEMORY_NAME_SIZE, "a name fits");
    if (memory_place_known(text, fault))
        return -1;
    strcpy(spec->memory, text);
    return 0;
}

static int read_value(struct spec *spec, enum axis axis, const char *text, struct fault *fault)
{
    switch (axis) {
    case AXIS_QUEUE:
        return set_queue(spec, text, fault);
    case AXIS_WAIT:
        return spec_parse_wait(text, &spec->wait, fault);
    case AXIS_TRANSFER:
        return spec_parse_transfer(text, &spec->transfer, fault);
    case AXIS_CAPACITY:
        return spec_parse_capacity(text, &spec->capacity, fault);
    case AXIS_CLOSE:
        return spec_parse_close(text, &spec->close, fault);
    case AXIS_SHAPE:
        return spec_parse_shape(text, &spec->shape, fault);
    case AXIS_LOCAL:
        return spec_parse_local(text, &spec->local, fault);
    case AXIS_STAGES:
        return spec_parse_stages(text, &spec->stages, fault);
    case AXIS_SOURCES:
        return spec_parse_sources(text, &spec->sources, fault);
    case AXIS_SINKS:
        return spec_parse_sinks(text, &spec->sinks, fault);
    case AXIS_WORKERS:
        return spec_parse_workers(text, &spec->workers, fault);
    case AXIS_WORK:
        return spec_parse_work(text, &spec->work, fault);
    case AXIS_MEMORY:
        return set_memory(spec, text, fault);
    case AXIS_PLACE:
    default:
        return set_placement(spec, text, fault);
    }
}

static bool is_of_sizes(enum axis axis)
{
    return axis == AXIS_SOURCES || axis == AXIS_WORKERS || axis == AXIS_SINKS;
}

/* As many sinks as there are sources. */
static bool follows_sources(enum axis axis, const char *text)
{
    return axis == AXIS_SINKS && strcmp(text, "sources") == 0;
}

/* Whether the text is a value of the axis, on some machine. */
static int check_value(enum axis axis, const char *text, struct fault *fault)
{
    struct spec scratch = {.queue = ""};
    struct sizes sizes;
    if (follows_sources(axis, text))
        return 0;
    if (!is_of_sizes(axis) || !sizes_depend(text))
        return read_value(&scratch, axis, text, fault);
    return sizes_expand(&sizes, text, 1, fault) || read_value(&scratch, axis, sizes.text[0], fault) ? -1 : 0;
}

static int add_value(struct axes *axes, enum axis axis, const char *text, size_t length, struct fault *fault)
{
    if (!length)
        return fault_set(fault, "an empty value stands in the list: leave out the comma");
    if (length >= SPEC_TEXT_SIZE)
        return fault_set(fault, "'%.40s...' is too long: at most %d characters", text, SPEC_TEXT_SIZE - 1);
    for (size_t i = 0; i < axes->count[axis]; i++)
        if (strncmp(axes->value[axis][i], text, length) == 0 && !axes->value[axis][i][length])
            return 0; /* named twice */
    if (axes->count[axis] == AXIS_VALUES)
        return fault_set(fault, "there are more than %d values", AXIS_VALUES);
    char *copy = strndup(text, length);
    if (!copy)
        return fault_set(fault, "out of memory");
    if (check_value(axis, copy, fault)) {
        free(copy);
        return -1;
    }
    axes->value[axis][axes->count[axis]++] = copy;
    return 0;
}

int axes_add(struct axes *axes, enum axis axis, const char *text, struct fault *fault)
{
    bool whole = axis == AXIS_WORKERS || axis == AXIS_WORK;
    for (;;) {
        const char *comma =
            whole || (axis == AXIS_PLACE && placement_has_commas(text)) ? NULL : strchr(text, ',');
        if (add_value(axes, axis, text, comma ? (size_t)(comma - text) : strlen(text), fault))
            return -1;
        if (!comma)
            return 0;
        text = comma + 1;
    }
}

int axes_default(struct axes *axes, enum axis axis, const char *text, struct fault *fault)
{
    return axes->count[axis] ? 0 : axes_add(axes, axis, text, fault);
}

void axes_release(struct axes *axes)
{
    for (int axis = 0; axis < AXES; axis++)
        for (size_t i = 0; i < axes->count[axis]; i++)
            free(axes->value[axis][i]);
    memset(axes, 0, sizeof *axes);
}

static int set_value(struct spec *spec, enum axis axis, const char *text, struct fault *fault)
{
    struct fault reason;
    return read_value(spec, axis, text, &reason) ? fault_set(fault, "--%s: %s", axis_names[axis], reason.text)
                                                 : 0;
}

static int grow(void **array, size_t count, size_t size, struct fault *fault)
{
    if (count & (count - 1)) /* room is doubled at every power of two */
        return 0;
    void *larger = realloc(*array, (count ? 2 * count : 1) * size);
    if (!larger)
        return fault_set(fault, "out of memory");
    *array = larger;
    return 0;
}

/* The placements that a value stands for with some wiring. */
struct places {
    const char *value;
    struct wiring wiring;
    struct placement_names names;
};

/* A plan in the making. */
struct crossing {
    struct plan *plan;
    const struct topology *topology;
    const struct plan_part *part; /* that is being crossed */
    struct text_set labels;       /* of what is planned or skipped */
    struct text_set keys;         /* the same, with what else must be equal */
    struct places *places;        /* what was found so far: placing is work on large machines */
    size_t places_count;
};

/* Whether the configuration is new: 1; 0 where it is planned or skipped already; -1 with a sentence, also
   where it is there with other trials than these. */
static int add_label(struct crossing *crossing, const struct spec *spec, const char *label,
                     struct fault *fault)
{
    char key[2 * SPEC_TEXT_SIZE + 256];
    snprintf(key, sizeof key, "%s %d %ju %ju %ju %ju %ju %ju %ju", label, spec->counted, spec->items,
             spec->duration_ns, spec->warmup_ns, spec->drain_ns, spec->timeout_ns, spec->memory_limit,
             spec->sample_ns);
    int added = text_set_add(&crossing->labels, label), is_other = text_set_add(&crossing->keys, key);
    if (added < 0 || is_other < 0)
        return fault_set(fault, "out of memory");
    if (!added && is_other)
        return fault_set(fault,
                         "another section has the configuration '%s' too, but with another length, limit or "
                         "sampling of its trials: give both the same, or leave one out",
                         label);
    return added;
}

/* Whether the threads that the memory is to follow are on PUs of their own. */
static int check_memory(const struct spec *spec, struct fault *fault)
{
    if (strcmp(spec->placement, "unbound") != 0 || !memory_place_follows(spec->memory))
        return 0;
    return fault_set(fault, "memory=%s follows a thread to its node, but place=unbound binds no thread",
                     spec->memory);
}

static int add_spec(struct crossing *crossing, struct spec spec, struct fault *fault)
{
    struct plan *plan = crossing->plan;
    const struct sluice_backend *backend;
    struct fault reason;
    char label[sizeof plan->skipped->label];
    if (registry_find(spec.queue, &backend, fault))
        return -1;
    if (backend->traits.bound == SLUICE_UNBOUNDED && spec_parse_capacity("unbounded", &spec.capacity, fault))
        return -1;
    bool can_run = spec_check(&spec, backend, &reason) == 0 && check_memory(&spec, &reason) == 0;
    for (int twin = 0; twin <= (crossing->part->twins && can_run); twin++) {
        spec.twin = twin;
        spec_label(&spec, label, sizeof label);
        int added = add_label(crossing, &spec, label, fault);
        if (added < 0)
            return -1;
        if (!added)
            continue;
        if (can_run) {
            if (grow((void **)&plan->specs, plan->count, sizeof *plan->specs, fault))
                return -1;
            plan->specs[plan->count++] = spec;
        } else {
            if (grow((void **)&plan->skipped, plan->skipped_count, sizeof *plan->skipped, fault))
                return -1;
            plan->skipped[plan->skipped_count].reason = reason;
            strcpy(plan->skipped[plan->skipped_count++].label, label);
        }
    }
    return 0;
}

/* The placements that a value stands for with this wiring; null with a sentence. */
static const struct placement_names *find_places(struct crossing *crossing, const char *value,
                                                 const struct wiring *wiring, struct fault *fault)
{
    struct fault reason;
    for (size_t i = 0; i < crossing->places_count; i++)
        if (crossing->places[i].value == value &&
            memcmp(&crossing->places[i].wiring, wiring, sizeof *wiring) == 0)
            return &crossing->places[i].names;
    if (grow((void **)&crossing->places, crossing->places_count, sizeof *crossing->places, fault))
        return NULL;
    struct places *places = &crossing->places[crossing->places_count];
    *places = (struct places){.value = value, .wiring = *wiring};
    if (placement_expand(&places->names, crossing->topology, value, wiring, &reason)) {
        fault_set(fault, "--%s: %s", axis_names[AXIS_PLACE], reason.text);
        return NULL;
    }
    crossing->places_count++;
    return &places->names;
}

static int cross(struct crossing *crossing, int axis, struct spec spec, struct fault *fault);

static int cross_places(struct crossing *crossing, const char *value, struct spec spec, struct fault *fault)
{
    const struct wiring wiring = spec_wiring(&spec);
    const struct placement_names *names = find_places(crossing, value, &wiring, fault);
    if (!names)
        return -1;
    /* What crossing adds to crossing->places moves the array, not the names. */
    const struct placement_names kept = *names;
    for (size_t i = 0; i < kept.count; i++) {
        strcpy(spec.placement, kept.name[i]);
        if (cross(crossing, AXIS_PLACE + 1, spec, fault))
            return -1;
    }
    return 0;
}

/* The numbers that a value stands for on this machine. */
static int cross_sizes(struct crossing *crossing, int axis, const char *value, struct spec spec,
                       struct fault *fault)
{
    struct sizes sizes = {.count = 1};
    struct fault reason;
    if (follows_sources((enum axis)axis, value))
        snprintf(sizes.text[0], sizeof sizes.text[0], "%u", spec.sources);
    else if (sizes_expand(&sizes, value, topology_pus(crossing->topology), &reason))
        return fault_set(fault, "--%s: %s", axis_names[axis], reason.text);
    for (unsigned i = 0; i < sizes.count; i++)
        if (set_value(&spec, (enum axis)axis, sizes.text[i], fault) || cross(crossing, axis + 1, spec, fault))
            return -1;
    return 0;
}

/* Crosses the axes from `axis` on. */
static int cross(struct crossing *crossing, int axis, struct spec spec, struct fault *fault)
{
    const struct axes *axes = crossing->part->axes;
    if (axis == AXES)
        return add_spec(crossing, spec, fault);
    if (axis == AXIS_PLACE && spec_settle(&spec, fault)) /* what is placed is known now */
        return -1;
    for (size_t i = 0; i < axes->count[axis]; i++) {
        const char *value = axes->value[axis][i];
        if (is_of_sizes((enum axis)axis)) {
            if (cross_sizes(crossing, axis, value, spec, fault))
                return -1;
            continue;
        }
        if (set_value(&spec, (enum axis)axis, value, fault))
            return -1;
        if (axis == AXIS_PLACE ? cross_places(crossing, value, spec, fault)
                               : cross(crossing, axis + 1, spec, fault))
            return -1;
    }
    return 0;
}

/* A queue that was named and of which nothing can run is a mistake, not a gap in the table. */
static int check_queues(const struct plan *plan, const struct axes *axes, struct fault *fault)
{
    for (size_t i = 0; i < axes->count[AXIS_QUEUE]; i++) {
        struct spec named;
        if (set_queue(&named, axes->value[AXIS_QUEUE][i], fault))
            return -1;
        size_t length = strlen(named.queue_name);
        bool runs = false;
        for (size_t j = 0; j < plan->count && !runs; j++)
            runs = strcmp(plan->specs[j].queue_name, named.queue_name) == 0;
        for (size_t j = 0; j < plan->skipped_count && !runs; j++)
            if (strncmp(plan->skipped[j].label, named.queue_name, length) == 0 &&
                plan->skipped[j].label[length] == ' ')
                return fault_set(fault, "%s", plan->skipped[j].reason.text);
    }
    return 0;
}

/* Whether the machine has the nodes that are asked for. */
static int check_nodes(const struct axes *axes, const struct topology *topology, struct fault *fault)
{
    struct fault reason;
    for (size_t i = 0; i < axes->count[AXIS_MEMORY]; i++) {
        const char *name = axes->value[AXIS_MEMORY][i];
        if (memory_place_known(name, &reason) || memory_place_check(name, topology, &reason))
            return fault_set(fault, "--%s: %s", axis_names[AXIS_MEMORY], reason.text);
    }
    return 0;
}

static int cross_part(struct crossing *crossing, const struct plan_part *part, struct fault *fault)
{
    struct fault reason;
    crossing->part = part;
    int status = check_nodes(part->axes, crossing->topology, &reason)
                     ? -1
                     : cross(crossing, 0, *part->common, &reason);
    for (size_t i = 0; i < crossing->places_count; i++)
        placement_names_free(&crossing->places[i].names);
    free(crossing->places);
    crossing->places = NULL;
    crossing->places_count = 0;
    if (status == 0)
        return 0;
    return part->name ? fault_set(fault, "section %s of '%s': %s", part->name, part->path, reason.text)
                      : fault_set(fault, "%s", reason.text);
}

int plan_make(struct plan *plan, const struct plan_part *parts, size_t count, const struct topology *topology,
              struct fault *fault)
{
    struct crossing crossing = {.plan = plan, .topology = topology};
    int status = 0;
    memset(plan, 0, sizeof *plan);
    for (size_t i = 0; i < count && status == 0; i++)
        status = cross_part(&crossing, &parts[i], fault);
    for (size_t i = 0; i < count && status == 0; i++)
        status = check_queues(plan, parts[i].axes, fault);
    text_set_release(&crossing.labels);
    text_set_release(&crossing.keys);
    if (status)
        plan_release(plan);
    return status;
}

void plan_release(struct plan *plan)
{
    free(plan->specs);
    free(plan->skipped);
    memset(plan, 0, sizeof *plan);
}
