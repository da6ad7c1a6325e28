/* summary_machine.c - what a summary knows of the machine: the class of each placement, and what the limits
   of the same PUs allow. See summary.h. */
#include "report/summary.h"

#include "limits/roofline.h"
#include "machine/topology.h"

#include <math.h>
#include <string.h>

/* How many different PUs the trial's threads were bound to; 0: some were not, or that is not told. */
static size_t count_pus(const json_t *threads)
{
    size_t count = 0;
    for (size_t i = 0; i < json_array_size(threads); i++) {
        const json_t *pu = json_object_get(json_array_get(threads, i), "pu");
        size_t earlier = 0;
        if (!json_is_integer(pu))
            return 0;
        while (earlier < i && !json_equal(pu, json_object_get(json_array_get(threads, earlier), "pu")))
            earlier++;
        count += earlier == i;
    }
    return count;
}

/* "same-l3", or where threads share PUs, "same-l3 on 2 PUs". */
static void set_class(struct configuration *its, const json_t *line, const struct tree *tree)
{
    const json_t *threads = json_object_get(line, "threads");
    size_t pus = count_pus(threads), length;
    signature_class(its->trial[0]->signature, tree, its->place_class);
    length = strlen(its->place_class);
    if (pus > 1 && pus < json_array_size(threads))
        snprintf(its->place_class + length, sizeof its->place_class - length, " on %zu PUs", pus);
}

static void set_limit(struct configuration *its, const json_t *line, const struct limits *limits,
                      unsigned usable)
{
    struct model_limit limit;
    its->limit = its->share = (struct figure){NAN, NAN, NAN, NAN};
    if (!roofline_of_trial(limits, its->trial[0], line, usable, &limit))
        return;
    its->limit = (struct figure){limit.items_per_s, limit.low, limit.high, NAN};
    its->share = (struct figure){its->throughput.median / limit.items_per_s, its->throughput.low / limit.high,
                                 its->throughput.high / limit.low, its->throughput.confidence};
    its->exceeds = its->share.low > 1;
    if (limit.slowest_hop >= 0)
        snprintf(its->limited_by, sizeof its->limited_by, "hop %s", hop_names[limit.slowest_hop]);
    else
        strcpy(its->limited_by, "CPU");
}

int summary_place(struct summary *summary, struct fault *fault)
{
    const json_t *machine = json_object_get(summary->file->header, "machine");
    unsigned usable = (unsigned)json_integer_value(json_object_get(machine, "pus_usable"));
    const char *xml = json_string_value(json_object_get(summary->file->header, "topology"));
    struct topology *topology = NULL;
    struct limits limits = {0};
    struct fault ignored; /* what classes are called does not depend on a sound topology */
    if (summary->file->limits && roofline_read(summary->file->limits, &limits, fault))
        return -1;
    if (xml)
        topology_load_xml_text(&topology, xml, &ignored);
    for (size_t i = 0; i < summary->count + summary->twins; i++) {
        struct configuration *its = &summary->configurations[i];
        json_t *line = record_trial_line(summary->file, its->trial[0]);
        set_class(its, line, topology ? topology->tree : NULL);
        set_limit(its, line, &limits, usable);
        json_decref(line);
        summary->has_limits |= isfinite(its->limit.median);
    }
    limits_release(&limits);
    topology_free(topology);
    return 0;
}
