/* placement_expand.c - the placements that `all` and `classes` stand for: see placement.h. */
#include "machine/pattern.h"
#include "machine/placement_class.h"
#include "machine/signature.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* With the signatures, so that of equal placements the first is kept. */
struct gathering {
    struct placement_names *names;
    char (*signature)[SIGNATURE_SIZE]; /* of names gathered so far */
    const struct topology *topology;
    const struct wiring *wiring;
};

enum { GATHERED = CLASSES + 2 /* most: the classes, compact and spread */ };

static void keep_if_new(struct gathering *gathering, const char *name, const char *signature)
{
    size_t count = gathering->names->count;

    for (size_t i = 0; i < count; i++)
        if (strcmp(gathering->signature[i], signature) == 0) {
            /* Who crosses packages crosses caches too: of these the larger says more. */
            if (strncmp(gathering->names->name[i], "cross-", 6) == 0 && strncmp(name, "cross-", 6) == 0)
                strcpy(gathering->names->name[i], name);
            return;
        }
    strcpy(gathering->signature[count], signature);
    strcpy(gathering->names->name[count], name);
    gathering->names->count++;
}

/* Adds a placement if the machine has it and it is none of those that are there. */
static int gather(struct gathering *gathering, const char *name, int class, struct fault *fault)
{
    struct placement_plan plan;
    char signature[SIGNATURE_SIZE];
    int status = 0;

    if (class < 0) {
        status = placement_plan(&plan, gathering->topology, name, gathering->wiring, fault);
    } else if ((status = placement_plan(&plan, gathering->topology, "unbound", gathering->wiring, fault)) ==
               0) {
        status = class_plan(&plan, gathering->topology, class, fault);
    }
    if (status == 0)
        status = signature_of_plan(signature, &plan, gathering->topology, fault);
    if (status == 0)
        keep_if_new(gathering, name, signature);
    placement_free(&plan);
    return status < 0 ? -1 : 0;
}

static int gather_classes(struct placement_names *out, const struct topology *topology,
                          const struct wiring *wiring, bool and_others, struct fault *fault)
{
    struct gathering gathering = {.names = out, .topology = topology, .wiring = wiring};
    int status = 0;

    out->name = calloc(GATHERED, sizeof *out->name);
    gathering.signature = calloc(GATHERED, sizeof *gathering.signature);
    if (!out->name || !gathering.signature)
        status = fault_set(fault, "out of memory while searching for placements");
    for (int class = 0; class < CLASSES && status == 0; class ++)
        status = gather(&gathering, class_names[class], class, fault);
    if (status == 0 && and_others)
        status = gather(&gathering, "compact", -1, fault) || gather(&gathering, "spread", -1, fault) ? -1 : 0;
    free(gathering.signature);
    return status;
}

static int find_all(struct placement_names *out, const struct tree *tree, struct fault *fault)
{
    size_t count;
    pattern *all = pattern_find_all(tree, &count, fault);

    if (!all)
        return -1;
    out->name = calloc(count, sizeof *out->name);
    for (size_t i = 0; out->name && i < count; i++) {
        char text[SIGNATURE_SIZE];
        snprintf(out->name[i], PLACEMENT_NAME_SIZE, "all:%.250s", pattern_text(all[i], tree, text));
    }
    out->count = out->name ? count : 0;
    free(all);
    return out->name ? 0 : fault_set(fault, "out of memory while searching for placements");
}

static int take_one(struct placement_names *out, const struct topology *topology, const char *name,
                    const struct wiring *wiring, struct fault *fault)
{
    struct placement_plan plan;

    if (placement_plan(&plan, topology, name, wiring, fault) != 0)
        return -1;
    placement_free(&plan);
    out->name = calloc(1, sizeof *out->name);
    if (!out->name)
        return fault_set(fault, "out of memory while searching for placements");
    strcpy(*out->name, name);
    out->count = 1;
    return 0;
}

int placement_expand(struct placement_names *out, const struct topology *topology, const char *name,
                     const struct wiring *wiring, struct fault *fault)
{
    int status;

    *out = (struct placement_names){.count = 0};
    if (strcmp(name, "all") == 0 && wiring_is_single(wiring))
        status = find_all(out, topology->tree, fault);
    else if (strcmp(name, "all") == 0 || strcmp(name, "classes") == 0)
        status = gather_classes(out, topology, wiring, strcmp(name, "all") == 0, fault);
    else
        status = take_one(out, topology, name, wiring, fault);
    if (status != 0)
        placement_names_free(out);
    return status;
}

void placement_names_free(struct placement_names *names)
{
    free(names->name);
    *names = (struct placement_names){.count = 0};
}
