/* axis_values.c - what each axis can be, told from the tables that the listings and the parsers have. */
#include "campaign/axes.h"

#include "machine/memory_place.h"
#include "machine/placement_class.h"
#include "trial/peers.h"
#include "trial/registry.h"

#include <string.h>

#define TELL(name)   static void tell_##name(option_teller *teller, void *context)
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Peers are not loaded for it. */
TELL(queues)
{
    size_t count;
    const struct sluice_backend *const *all = registry_all(&count);
    for (size_t i = 0; i < count; i++)
        teller(context, all[i]->name, all[i]->summary);
    char **peers = peers_list(&count);
    for (size_t i = 0; i < count; i++)
        teller(context, peers[i], "of another library");
    peers_free(peers, count);
}

static void tell_kinds(option_teller *teller, void *context, const struct spec_kind *kind)
{
    for (; kind->syntax; kind++)
        teller(context, kind->syntax, kind->summary);
}

#define TELL_KINDS(name)                                                                                     \
    TELL(name)                                                                                               \
    {                                                                                                        \
        tell_kinds(teller, context, name##_kinds);                                                           \
    }
TELL_KINDS(wait)
TELL_KINDS(transfer)
TELL_KINDS(shape)
TELL_KINDS(work)
TELL_KINDS(close)

static bool is_family(const struct placement_kind *kind)
{
    return strstr(kind->syntax, "-X") != NULL; /* same-X, cross-X */
}

static bool is_kind(const char *name)
{
    const struct placement_kind *kind = placement_kinds;
    while (kind->syntax && strcmp(kind->syntax, name) != 0)
        kind++;
    return kind->syntax != NULL;
}

/* Of a family each member. */
TELL(place)
{
    for (const struct placement_kind *kind = placement_kinds; kind->syntax; kind++)
        if (!is_family(kind))
            teller(context, kind->syntax, kind->summary);
    for (int class = 0; class < CLASSES; class ++)
        if (!is_kind(class_names[class]))
            teller(context, class_names[class], NULL);
}

TELL(memory)
{
    for (const struct placement_kind *kind = memory_kinds; kind->syntax; kind++)
        teller(context, kind->syntax, kind->summary);
}

static const char *const capacities[] = {"unbounded"}, *const locals[] = {"none"},
                         *const stages[] = {"0", "1", "2", "3"},
                         *const sizes[] = {"pus", "powers", "powers:"},
                         *const sinks[] = {"sources", "pus", "powers", "powers:"};
static_assert(COUNT(stages) == STAGES + 1, "every number of stages");

const struct option_values queue_values = {.tell = tell_queues, .is_file = true};

const struct option_values axis_values[AXES] = {
    [AXIS_QUEUE] = {.tell = tell_queues, .separators = ",", .is_file = true},
    [AXIS_WAIT] = {.tell = tell_wait, .separators = ",/"},
    [AXIS_TRANSFER] = {.tell = tell_transfer, .separators = ","},
    [AXIS_CAPACITY] = {.words = capacities, .count = COUNT(capacities), .separators = ",/"},
    [AXIS_SHAPE] = {.tell = tell_shape, .separators = ","},
    [AXIS_LOCAL] = {.words = locals, .count = COUNT(locals), .separators = ","},
    [AXIS_STAGES] = {.words = stages, .count = COUNT(stages), .separators = ","},
    [AXIS_SOURCES] = {.words = sizes, .count = COUNT(sizes), .separators = ","},
    [AXIS_WORKERS] = {.words = sizes, .count = COUNT(sizes), .separators = ","},
    [AXIS_SINKS] = {.words = sinks, .count = COUNT(sinks), .separators = ","},
    [AXIS_WORK] = {.tell = tell_work, .separators = ","},
    [AXIS_PLACE] = {.tell = tell_place, .separators = ","},
    [AXIS_MEMORY] = {.tell = tell_memory, .separators = ","},
    [AXIS_CLOSE] = {.tell = tell_close, .separators = ","},
};
