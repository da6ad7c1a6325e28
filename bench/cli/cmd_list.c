/* cmd_list.c - `sluice list`: what there is to choose from. */
#include "cli/commands.h"

#include "base/options.h"
#include "machine/memory_place.h"
#include "campaign/preset.h"
#include "scene/scene.h"
#include "trial/peers.h"
#include "trial/registry.h"
#include "trial/spec.h"
#include "base/suggest.h"

#include <stdio.h>
#include <string.h>

static void print_limit(uint32_t most, const char *role)
{
    if (most == SLUICE_MANY)
        printf("many %ss", role);
    else
        printf("%u %s%s", most, role, most == 1 ? "" : "s");
}

static void print_queue(const struct sluice_backend *backend)
{
    const struct sluice_traits *traits = &backend->traits;
    printf("  %-20s %s%s\n", backend->name, traits->instrument ? "(instrument, never ranked) " : "",
           backend->summary);
    printf("  %-20s ", "");
    print_limit(traits->max_producers, "producer");
    printf(", ");
    print_limit(traits->max_consumers, "consumer");
    printf("; %s; %s; enqueue %s, dequeue %s; memory: %s%s%s%s%s%s\n", bound_name(traits->bound),
           order_name(traits->order), progress_name(traits->enqueue), progress_name(traits->dequeue),
           memory_name(traits->memory), backend->ops->enqueue_n ? "; batches" : "",
           backend->ops->peek ? "; spans" : "", backend->ops->dequeue_wait ? "; blocks natively" : "",
           traits->needs & SLUICE_NEEDS_CAS2 ? "; needs a 16-byte compare-and-swap" : "",
           traits->needs & SLUICE_NEEDS_SMALL_VALUES ? "; values below 2^48" : "");
    printf("  %-20s from %s; %s\n", "", backend->origin, backend->reference);
}

/* Those of other libraries: what is there, what is there and cannot be used, and what was not built. */
static void list_peers(void)
{
    size_t count, missing = 0;
    char **names = peers_list(&count), path[PATH_MAX];
    for (size_t i = 0; i < count; i++) {
        const struct sluice_backend *backend;
        struct fault fault;
        if (registry_find(names[i], &backend, &fault))
            printf("  %-20s (cannot be used) %s\n", names[i], fault.text);
        else
            print_queue(backend);
    }
    peers_free(names, count);
    for (const struct peer *peer = peers_known; peer->name; peer++)
        if (!peers_find(peer->name, path))
            printf("%s%s (%s)", missing++ ? ", " : "  not built: ", peer->name, peer->packages);
    if (missing)
        puts("; 'scripts/bench --peers' installs what they need and builds them");
}

static void list_queues(void)
{
    size_t count;
    const struct sluice_backend *const *all = registry_all(&count);
    for (size_t i = 0; i < count; i++)
        print_queue(all[i]);
    list_peers();
}

static void list_kinds(const struct spec_kind *kinds)
{
    for (; kinds->syntax; kinds++)
        printf("  %-20s %s\n", kinds->syntax, kinds->summary);
}

static void list_waits(void)
{
    list_kinds(wait_kinds);
}

static void list_shapes(void)
{
    list_kinds(shape_kinds);
}

static void list_transfers(void)
{
    list_kinds(transfer_kinds);
}

static void list_work(void)
{
    list_kinds(work_kinds);
}

static void list_closes(void)
{
    list_kinds(close_kinds);
}

static void list_places(const struct placement_kind *kind)
{
    for (; kind->syntax; kind++)
        printf("  %-20s %s\n", kind->syntax, kind->summary);
}

static void list_placements(void)
{
    list_places(placement_kinds);
}

static void list_memory(void)
{
    list_places(memory_kinds);
}

static void list_presets(void)
{
    for (const struct preset *preset = presets; preset->name; preset++)
        printf("  %-20s %s\n", preset->name, preset->summary);
    for (const struct scene *scene = scenes; scene->name; scene++)
        printf("  %-20s %s\n", scene->name, scene->summary);
}

static const struct {
    const char *name, *title;
    void (*print)(void);
} topics[] = {
    {"queues", "queues (--queue)", list_queues},
    {"shapes", "shapes (--shape)", list_shapes},
    {"waits", "wait policies (--wait)", list_waits},
    {"transfers", "transfers (--transfer)", list_transfers},
    {"work", "work of a stage (--work)", list_work},
    {"closes", "close protocols (--close)", list_closes},
    {"placements", "placements (--place)", list_placements},
    {"memory", "NUMA nodes of the queues' memory (--memory)", list_memory},
    {"presets", "presets (--preset)", list_presets},
};

enum { TOPICS = sizeof topics / sizeof *topics };

static void tell_topics(option_teller *teller, void *context)
{
    for (int i = 0; i < TOPICS; i++)
        teller(context, topics[i].name, topics[i].title);
}

static const struct option_values topic_names = {.tell = tell_topics};

static const struct command_spec command = {
    .name = "list",
    .summary = "list what there is to choose from: queues, wait policies, placements, presets and so on",
    .usage =
        "sluice list [queues | shapes | waits | transfers | work | closes | placements | memory | presets]",
    .examples = "sluice list\nsluice list queues",
    .max_operands = 1,
    .operands = &topic_names,
};

static int main_list(int argc, char **argv)
{
    struct fault fault;
    const char *names[TOPICS];
    int first, status = options_parse(&command, argc, argv, NULL, &first, &fault), found = -1;
    if (status == 1)
        return 0;
    for (int i = 0; i < TOPICS; i++) {
        names[i] = topics[i].name;
        if (status == 0 && first < argc && strcmp(argv[first], topics[i].name) == 0)
            found = i;
    }
    if (status == 0 && first < argc && found < 0)
        status = suggest_unknown(&fault, "topic", argv[first], names, TOPICS);
    if (status < 0) {
        fprintf(stderr, "sluice: %s\n", fault.text);
        return 2;
    }
    for (int i = 0; i < TOPICS; i++) {
        if (found < 0)
            printf("%s%s\n", i ? "\n" : "", topics[i].title);
        if (found < 0 || found == i)
            topics[i].print();
    }
    return 0;
}

const struct command cmd_list = {&command, main_list};
