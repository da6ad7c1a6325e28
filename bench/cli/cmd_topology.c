/* cmd_topology.c - `sluice topology`: the machine, and where placements put the threads and the queues'
   memory on it. */
#include "cli/commands.h"

#include "base/options.h"
#include "campaign/axes.h"
#include "machine/drawing.h"
#include "machine/signature.h"

#include <stdlib.h>
#include <string.h>

struct topology_options {
    struct axes axes; /* of which only the placements are used */
    struct workers_choice workers;
    const char *machine; /* null: this one */
    const char *memory;  /* null: not asked for */
    bool json, full;
};

static int set_place(void *target, const char *text, struct fault *fault)
{
    struct topology_options *options = target;
    return axes_add(&options->axes, AXIS_PLACE, text, fault);
}

static int set_workers(void *target, const char *text, struct fault *fault)
{
    struct topology_options *options = target;
    return spec_parse_workers(text, &options->workers, fault);
}

static int set_machine(void *target, const char *text, struct fault *fault)
{
    struct topology_options *options = target;
    (void)fault;
    options->machine = text;
    return 0;
}

static int set_memory(void *target, const char *text, struct fault *fault)
{
    struct topology_options *options = target;
    options->memory = text;
    return memory_place_known(text, fault);
}

static const char *const format_words[] = {"text", "json"};
static const struct option_values formats = {.words = format_words, .count = 2};

static int set_format(void *target, const char *text, struct fault *fault)
{
    int format = options_find_word(&formats, "format", text, fault);
    ((struct topology_options *)target)->json = format > 0;
    return format < 0 ? -1 : 0;
}

static int set_full(void *target, const char *text, struct fault *fault)
{
    struct topology_options *options = target;
    (void)text, (void)fault;
    options->full = true;
    return 0;
}

static const struct option_spec option_table[] = {
    {"place", 'p', "LIST", NULL,
     "placements to show: one is marked on the tree, several are listed below it; all, classes and the "
     "others "
     "of `sluice list placements`",
     set_place, NULL, &axis_values[AXIS_PLACE]},
    {"memory", 0, "WHERE", NULL,
     "mark the NUMA nodes that the queues' memory goes to: local, interleave, node:0, source, sink; those "
     "that "
     "follow a thread need a placement",
     set_memory, NULL, &axis_values[AXIS_MEMORY]},
    {"workers", 0, "N[,N,N]", NULL, "workers of each stage, or of download, resize and upload", set_workers,
     "1", NULL},
    {"topology", 0, "MACHINE", NULL,
     "another machine: an XML file of lstopo, or hwloc's notation such as 'package:2 l3:4 core:8 pu:2'",
     set_machine, NULL, &option_files},
    {"full", 0, NULL, NULL, "draw also what repeats", set_full, NULL, NULL},
    {"format", 'f', "FORMAT", NULL, "text or json", set_format, "text", &formats},
};

static const struct command_spec command = {
    .name = "topology",
    .summary = "show the machine, and where placements put the threads on it",
    .usage = "sluice topology [options]",
    .examples = "sluice topology\n"
                "sluice topology --place same-l3 --workers 2,2,2\n"
                "sluice topology --place all\n"
                "sluice topology --place spread --memory local\n"
                "sluice topology --topology 'package:2 l3:4 core:8 pu:2' --place cross-package",
    .notes =
        "Objects are called and counted as lstopo does; P# is the OS's number of a PU, as taskset takes it.",
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
};

/* The plans that were asked for. */
struct plans {
    struct placement_plan *plan;
    struct memory_place *memory; /* of each plan, or one where there is no plan; null: not asked for */
    size_t count;
};

static void plans_release(struct plans *plans)
{
    for (size_t i = 0; i < plans->count; i++)
        placement_free(&plans->plan[i]);
    free(plans->plan);
    free(plans->memory);
}

static int add_plans(struct plans *plans, const struct topology *topology, const char *value,
                     const struct workers_choice *workers, struct fault *fault)
{
    const struct wiring wiring = wiring_of_pipeline(1, STAGES, workers->stage, 1);
    struct placement_names names;
    int status = placement_expand(&names, topology, value, &wiring, fault);
    struct placement_plan *larger =
        status ? NULL : realloc(plans->plan, (plans->count + names.count) * sizeof *larger);
    if (status == 0 && !larger)
        status = fault_set(fault, "out of memory");
    if (larger)
        plans->plan = larger;
    for (size_t i = 0; status == 0 && i < names.count; i++) {
        status = placement_plan(&plans->plan[plans->count], topology, names.name[i], &wiring, fault);
        plans->count += status == 0;
    }
    placement_names_free(&names);
    return status;
}

static int make_plans(struct plans *plans, const struct topology *topology,
                      const struct topology_options *options, struct fault *fault)
{
    for (size_t i = 0; i < options->axes.count[AXIS_PLACE]; i++) {
        struct fault reason;
        if (add_plans(plans, topology, options->axes.value[AXIS_PLACE][i], &options->workers, &reason))
            return fault_set(fault, "--place: %s", reason.text);
    }
    return 0;
}

/* Without a placement there are no threads to follow. */
static int place_memory(struct plans *plans, const struct topology *topology,
                        const struct topology_options *options, struct fault *fault)
{
    struct fault reason;
    int status = 0;
    if (!options->memory)
        return 0;
    if (!(plans->memory = calloc(plans->count + 1, sizeof *plans->memory)))
        return fault_set(fault, "out of memory");
    if (!plans->count && memory_place_follows(options->memory))
        return fault_set(fault,
                         "--memory: '%s' follows a thread to its node: say where threads are, with --place",
                         options->memory);
    for (size_t i = 0; i < plans->count && status == 0; i++)
        status = memory_place_plan(&plans->memory[i], options->memory, topology, &plans->plan[i], &reason);
    if (!plans->count) {
        struct placement_plan none = {.name = "unbound"};
        status = memory_place_plan(plans->memory, options->memory, topology, &none, &reason);
    }
    return status ? fault_set(fault, "--memory: %s", reason.text) : 0;
}

/* --- text --- */

/* As it can be given to --place. */
static void print_roles(const struct placement_plan *plan)
{
    const int *pu = plan->pu;
    for (unsigned role = 0; role < PLACEMENT_ROLES; pu += plan->wiring.threads_of[role++])
        for (unsigned i = 0; i < plan->wiring.threads_of[role]; i++) {
            if (i == 0)
                printf("%s%s=", role ? "," : "", placement_roles[role]);
            printf("%s%d", i ? "," : "", pu[i]);
        }
}

static int print_list(const struct topology *topology, const struct plans *plans, struct fault *fault)
{
    char signature[SIGNATURE_SIZE], nodes[600];
    printf("%zu placements, their signatures and PUs\n", plans->count);
    for (size_t i = 0; i < plans->count; i++) {
        const struct placement_plan *plan = &plans->plan[i];
        if (signature_of_plan(signature, plan, topology, fault))
            return -1;
        printf("  %s", plan->name);
        if (strncmp(plan->name, "all:", 4) != 0)
            printf("  %s", signature);
        if (plan->pu[0] >= 0) {
            printf("  ");
            print_roles(plan);
        }
        if (plans->memory)
            printf("  memory %s", memory_place_text(&plans->memory[i], nodes, sizeof nodes));
        putchar('\n');
    }
    return 0;
}

static int print_classes(const struct topology *topology, const struct workers_choice *workers,
                         struct fault *fault)
{
    const struct wiring wiring = wiring_of_pipeline(1, STAGES, workers->stage, 1);
    struct placement_names names;
    if (placement_expand(&names, topology, "classes", &wiring, fault))
        return -1;
    printf("placements by what neighbouring roles share:");
    for (size_t i = 0; i < names.count; i++)
        printf(" %s", names.name[i]);
    putchar('\n');
    placement_names_free(&names);
    return 0;
}

static int print_text(const struct topology *topology, const struct plans *plans,
                      const struct topology_options *options, struct fault *fault)
{
    printf("%s\n", options->machine ? options->machine : "this machine");
    bool is_marked = plans->count <= 1;
    int status;
    drawing_print(topology, plans->count == 1 ? plans->plan : NULL, is_marked ? plans->memory : NULL,
                  options->full, stdout);
    if (!plans->count)
        status = print_classes(topology, &options->workers, fault);
    else
        status = plans->count == 1 ? drawing_print_plan(topology, plans->plan, stdout, fault)
                                   : print_list(topology, plans, fault);
    if (status == 0 && plans->memory && is_marked)
        drawing_print_memory(plans->memory, stdout);
    if (status == 0 && plans->memory && memory_place_nodes(topology) == 1)
        printf("note: %s\n", memory_one_node);
    return status;
}

/* --- JSON --- */

static int print_json(const struct topology *topology, const struct plans *plans, struct fault *fault)
{
    json_t *list = json_array(), *json = drawing_json(topology, plans->count == 1 ? plans->plan : NULL,
                                                      plans->count <= 1 ? plans->memory : NULL);
    int status = 0;
    for (size_t i = 0; i < plans->count && status == 0; i++) {
        json_t *plan = drawing_json_plan(topology, &plans->plan[i], fault);
        if (plan && plans->memory)
            json_object_set_new(plan, "memory", drawing_json_memory(&plans->memory[i]));
        status = plan ? json_array_append_new(list, plan) : -1;
    }
    json_object_set_new(json, "placements", list);
    if (plans->memory && !plans->count)
        json_object_set_new(json, "memory", drawing_json_memory(plans->memory));
    if (status == 0 && (json_dumpf(json, stdout, JSON_INDENT(1)) || putchar('\n') < 0))
        status = fault_set(fault, "the topology cannot be printed: %m");
    json_decref(json);
    return status;
}

static int main_topology(int argc, char **argv)
{
    struct topology_options options = {.machine = NULL};
    struct topology *topology = NULL;
    struct plans plans = {.plan = NULL};
    struct fault fault = {""};
    int first, status = options_parse(&command, argc, argv, &options, &first, &fault);
    if (status == 0)
        status = options.machine ? topology_load_described(&topology, options.machine, &fault)
                                 : topology_load(&topology, &fault);
    if (status == 0)
        status = make_plans(&plans, topology, &options, &fault);
    if (status == 0)
        status = place_memory(&plans, topology, &options, &fault);
    if (status == 0)
        status = options.json ? print_json(topology, &plans, &fault)
                              : print_text(topology, &plans, &options, &fault);
    if (status < 0)
        fprintf(stderr, "sluice: %s\n", fault.text);
    plans_release(&plans);
    topology_free(topology);
    axes_release(&options.axes);
    return status < 0 ? 2 : 0;
}

const struct command cmd_topology = {&command, main_topology};
