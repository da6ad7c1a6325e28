/* plot_limits.c - the matrix of the pairs as a heat map: see plot.h. */
#include "report/plot.h"

#include "limits/limits.h"
#include "machine/machine.h"
#include "report/plot_data.h"
#include "report/plot_export.h"

#include <math.h>
#include <stdlib.h>

static const char *const name = "limits";

static size_t place_of(unsigned pu, const unsigned *pus)
{
    size_t place = 0;
    while (pus[place] != pu)
        place++;
    return place;
}

static void put_pair(size_t a, size_t b, const struct limit *pair, FILE *out)
{
    fprintf(out, "%zu\t%zu", a, b);
    plot_put_number(pair->median, out);
    plot_put_number(pair->low, out);
    plot_put_number(pair->high, out);
    putc('\t', out);
    plot_put_text(pair->shared, out);
    putc('\n', out);
}

/* The data: the PUs with their place in the order of the topology, then each pair, both ways round. */
static int export_pairs(const struct limits *limits, const char *folder, const char **undrawable,
                        struct fault *fault)
{
    size_t count;
    unsigned *pus = limits_pair_pus(limits, &count);
    FILE *out = pus ? plot_open(folder, name, ".tsv", fault) : NULL;
    if (!out) {
        free(pus);
        return pus ? -1 : fault_set(fault, "out of memory");
    }
    fputs("# round trips of a cache line between two PUs, ns\n\n\n# pus\n# place\tcpu\n", out);
    for (size_t a = 0; a < count; a++)
        fprintf(out, "%zu\t%u\n", a, pus[a]);
    fputs("\n\n# pairs\n# place\tplace\tmedian\tlow\thigh\tshared\n", out);
    *undrawable = "no pair of PUs was measured";
    for (const struct limit *limit = limits->each; limit < limits->each + limits->count; limit++) {
        if (!limit_is_pair(limit) || !isfinite(limit->median))
            continue;
        size_t a = place_of(limit->pus[0], pus), b = place_of(limit->pus[1], pus);
        put_pair(a, b, limit, out);
        put_pair(b, a, limit, out);
        *undrawable = NULL;
    }
    free(pus);
    return plot_close(out, name, fault);
}

static int export_words(const struct limits *limits, const char *folder, struct fault *fault)
{
    char text[PLOT_TEXT];
    FILE *out = plot_open(folder, "campaign", ".gp", fault);
    if (!out)
        return -1;
    fputs("# campaign.gp - what the plot of this folder says; made by `sluice plot`, read by its style.gp\n",
          out);
    const json_t *machine = json_object_get(limits->header, "machine");
    const char *commit = json_string_value(json_object_get(json_object_get(machine, "build"), "commit"));
    size_t warnings = json_array_size(json_object_get(limits->header, "warnings"));
    snprintf(text, sizeof text, "%s, %s%s%s", json_string_value(json_object_get(limits->header, "started")),
             json_string_value(json_object_get(limits->header, "program")), commit ? ", commit " : "",
             commit ? commit : "");
    plot_put_setting("origin", text, out);
    machine_caption(machine, text, sizeof text);
    plot_put_setting("machine", text, out);
    snprintf(text, sizeof text, "%zu warning%s of noise (sluice report tells)", warnings,
             warnings == 1 ? "" : "s");
    plot_put_setting("cautions", warnings ? text : "", out);
    return plot_close(out, "campaign", fault);
}

int plot_limits(const char *jsonl_path, const char *out_dir, unsigned formats, const char *scripts_dir,
                struct fault *fault, FILE *talk)
{
    struct limits limits;
    const char *undrawable = NULL;
    if (limits_read(jsonl_path, &limits, fault))
        return -1;
    int status = plot_make_folder(out_dir, fault) || export_pairs(&limits, out_dir, &undrawable, fault) ||
                         export_words(&limits, out_dir, fault)
                     ? -1
                     : 0;
    limits_release(&limits);
    return status ? -1 : plot_draw_data(&name, &undrawable, 1, out_dir, formats, scripts_dir, fault, talk);
}
