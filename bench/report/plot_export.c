/* plot_export.c - see plot_export.h. Each file is tab-separated with a comment on top, in base units; what a
   file from elsewhere calls itself is made harmless before gnuplot reads it. */
#include "report/plot_export.h"

#include "machine/machine.h"
#include "report/plot_data.h"
#include "report/summary_words.h"

#include <errno.h>
#include <string.h>

const char *const plot_names[PLOTS] = {"throughput", "polls",      "memory",    "cpu",
                                       "stop",       "operations", "round-trip"};

static bool has_ping_pong(const struct summary *summary)
{
    for (size_t i = 0; i < summary->count; i++)
        if (strcmp(summary->configurations[i].axis[AXIS_SHAPE], "ping-pong") == 0)
            return true;
    return false;
}

static bool has_mix(const struct summary *summary)
{
    for (size_t i = 0; i < summary->count; i++) {
        const char *shape = summary->configurations[i].axis[AXIS_SHAPE];
        if (strcmp(shape, "pipeline") != 0 && strcmp(shape, "ping-pong") != 0)
            return true;
    }
    return false;
}

static const struct {
    const char *comment;
    int (*write)(const struct summary *summary, FILE *out, const char **undrawable, struct fault *fault);
    bool (*has_part)(const struct summary *summary); /* null: of any campaign */
} plots[PLOTS] = {
    [PLOT_THROUGHPUT] = {.comment = "throughput by queue and placement", .write = plot_write_throughput},
    [PLOT_POLLS] = {.comment = "empty polls of the stages' workers by queue and wait policy, in total over the "
                               "items in total",
                    .write = plot_write_polls},
    [PLOT_MEMORY] = {.comment = "memory over time: of each queue the configuration that grew most, of that the "
                                "trial of the median growth",
                     .write = plot_write_memory},
    [PLOT_CPU] = {.comment = "CPU time of all threads against throughput", .write = plot_write_cpu},
    [PLOT_STOP] = {.comment = "from the last item put to the last thread joined, and to the last item delivered",
                   .write = plot_write_stop},
    [PLOT_OPERATIONS] = {.comment = "enqueues and dequeues by queue, in pairs, fifty and burst",
                         .write = plot_write_operations,
                         .has_part = has_mix},
    [PLOT_ROUND_TRIP] = {.comment = "time there and back by queue, in ping-pong",
                         .write = plot_write_round_trip,
                         .has_part = has_ping_pong},
};

const char *plot_phrase(enum plot plot)
{
    return plots[plot].comment;
}

FILE *plot_open(const char *folder, const char *name, const char *suffix, struct fault *fault)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s%s", folder, name, suffix);
    FILE *file = fopen(path, "we");
    if (!file)
        fault_set(fault, "'%s' cannot be written: %s; name another folder with --output", path,
                  strerror(errno));
    return file;
}

int plot_close(FILE *file, const char *name, struct fault *fault)
{
    bool is_broken = ferror(file);
    if (fclose(file) == 0 && !is_broken)
        return 0;
    return fault_set(fault, "the data of the plot '%s' cannot be written: %s", name, strerror(errno));
}

/* A string in gnuplot's single quotes, in which nothing but the quote itself means anything. */
void plot_put_setting(const char *name, const char *text, FILE *out)
{
    fprintf(out, "campaign_%s = '", name);
    for (; *text; text++) {
        if (*text == '\'')
            putc('\'', out);
        putc((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text, out);
    }
    fputs("'\n", out);
}

/* What a reader must know beside the numbers, in few words: "machine fair (KVM guest), 3 of 60 trials not
 * ok". */
static void put_cautions(const struct summary *summary, FILE *out)
{
    char text[PLOT_TEXT] = "", verdict[PLOT_TEXT / 2];
    struct findings findings = {0};
    const struct campaign_file *file = summary->file;
    size_t warnings = json_array_size(json_object_get(file->header, "warnings"));
    size_t not_ok = summary_not_ok(summary), length = 0;
    if (machine_findings(json_object_get(file->header, "machine"), json_object_get(file->end, "disturbance"),
                         &findings)) {
        findings_caption(&findings, verdict, sizeof verdict);
        length = (size_t)snprintf(text, sizeof text, "machine %s", verdict);
    } else if (warnings) {
        length =
            (size_t)snprintf(text, sizeof text, "%zu warning%s of noise", warnings, warnings == 1 ? "" : "s");
    }
    if (not_ok)
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%zu of %zu trials not ok",
                                   length ? ", " : "", not_ok, file->count);
    if (!file->complete)
        snprintf(text + length, sizeof text - length, "%sincomplete", length ? ", " : "");
    plot_put_setting("cautions", text, out);
}

/* topology.tsv, which several plots draw beside their bars. *insets: how many drawings it has. */
static int export_topology(const struct summary *summary, const char *folder, size_t *insets, unsigned *roles,
                           struct fault *fault)
{
    FILE *out = plot_open(folder, "topology", ".tsv", fault);
    if (!out)
        return -1;
    fputs("# the machine and where the roles were on it, a drawing for each class of placement\n\n\n", out);
    *insets = plot_write_topology(summary, out, roles);
    return plot_close(out, "topology", fault);
}

/* "1 source, 2 download, 5 sink" */
static const char *name_roles(unsigned roles, char *text, size_t size)
{
    size_t length = 0;
    *text = '\0';
    for (unsigned role = 0; role < ROLES; role++)
        if (roles >> role & 1)
            length += (size_t)snprintf(text + length, size - length, "%s%u %s", length ? ", " : "", role + 1,
                                       role_names[role]);
    return text;
}

static int export_words(const struct summary *summary, const char *folder, struct fault *fault)
{
    char text[PLOT_TEXT];
    size_t insets;
    unsigned roles;
    if (export_topology(summary, folder, &insets, &roles, fault))
        return -1;
    FILE *out = plot_open(folder, "campaign", ".gp", fault);
    if (!out)
        return -1;
    fputs("# campaign.gp - what all plots of this folder say; made by `sluice plot`, read by its style.gp\n",
          out);
    const char *preset = json_string_value(json_object_get(summary->file->header, "preset"));
    plot_put_setting("preset", preset ? preset : "", out);
    plot_put_setting("constants", summary_constants(summary, text, sizeof text), out);
    plot_put_setting("intervals", summary_confidences(summary, text, sizeof text), out);
    plot_put_setting("origin", summary_origin(summary, text, sizeof text), out);
    machine_caption(json_object_get(summary->file->header, "machine"), text, sizeof text);
    plot_put_setting("machine", text, out);
    put_cautions(summary, out);
    snprintf(text, sizeof text, "%zu", insets);
    plot_put_setting("insets", text, out);
    plot_put_setting("roles", name_roles(roles, text, sizeof text), out);
    return plot_close(out, "campaign", fault);
}

static int export_plot(const struct summary *summary, enum plot plot, const char *folder,
                       const char **undrawable, struct fault *fault)
{
    *undrawable = "";
    if (plots[plot].has_part && !plots[plot].has_part(summary))
        return 0;
    FILE *out = plot_open(folder, plot_names[plot], ".tsv", fault);
    if (!out)
        return -1;
    *undrawable = NULL;
    fprintf(out, "# %s\n\n\n", plots[plot].comment);
    int status = plots[plot].write(summary, out, undrawable, fault);
    return plot_close(out, plot_names[plot], status ? NULL : fault) || status ? -1 : 0;
}

int plot_export(const struct summary *summary, const char *folder, const char *undrawable[PLOTS],
                struct fault *fault)
{
    for (int plot = 0; plot < PLOTS; plot++)
        if (export_plot(summary, (enum plot)plot, folder, &undrawable[plot], fault))
            return -1;
    return export_words(summary, folder, fault);
}
