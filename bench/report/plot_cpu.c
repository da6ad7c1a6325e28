/* plot_cpu.c - the data of the plot of CPU time against throughput: a point for each configuration, in
 * groups. */
#include "report/plot_data.h"

#include "report/summary_words.h"

#include <math.h>

/* Several queues are compared where all else is equal (METHOD rule 20), one queue with itself at equal wait
   policy and placement. */
static unsigned group_axes_of(const struct summary *summary)
{
    unsigned axes = 0;
    if (!summary->varies[AXIS_QUEUE])
        return 1u << AXIS_WAIT | 1u << AXIS_PLACE;
    for (int axis = AXIS_QUEUE + 1; axis < AXES; axis++)
        if (summary->varies_in_queue[axis])
            axes |= 1u << axis;
    return axes;
}

/* What tells the configuration from others of its queue and group: its name without the queue. */
static const char *rest_of_name(const struct summary *summary, const struct configuration *its,
                                char text[PLOT_TEXT])
{
    unsigned axes = plot_named_axes(group_axes_of(summary), summary) & ~(1u << AXIS_QUEUE);
    return summary_name(summary, its, axes, text, PLOT_TEXT);
}

static void put_configuration(const struct summary *summary, const struct configuration *its, size_t group,
                              FILE *out)
{
    char text[PLOT_TEXT];
    fprintf(out, "%zu\t%d\t", group, plot_style(summary, its));
    plot_put_text(its->axis[AXIS_QUEUE], out);
    putc('\t', out);
    plot_put_text(rest_of_name(summary, its, text), out);
    plot_put_figure(&its->throughput, out);
    plot_put_figure(&its->cpu_ns_per_item, out);
    putc('\n', out);
}

/* NAN where there is nothing to draw: a log scale has no place for 0, and what is not known is not above it.
 */
static double drawable_throughput(const struct trial_figures *trial)
{
    return trial->throughput > 0 && trial->cpu_ns_per_item > 0 ? trial->throughput : NAN;
}

/* Returns how many; -1 with a sentence. */
static int put_trials(const struct summary *summary, const struct configuration *its, size_t group, FILE *out,
                      struct fault *fault)
{
    const struct trial_figures *trial[PLOT_POINTS];
    int points = plot_choose(its, drawable_throughput, trial, fault);
    for (int i = 0; i < points; i++) {
        fprintf(out, "%zu\t%d", group, plot_style(summary, its));
        plot_put_number(trial[i]->throughput, out);
        plot_put_number(trial[i]->cpu_ns_per_item, out);
        fprintf(out, "\t%u\n", trial[i]->block);
    }
    return points;
}

/* The number of the configuration's group, from 1. */
static size_t group_of(const struct summary *summary, const struct configuration *its)
{
    const unsigned group_axes = group_axes_of(summary);
    size_t group = 0;
    for (size_t i = 0;; i++) {
        group += plot_opens_group(group_axes, summary, i);
        if (plot_are_grouped(group_axes, &summary->configurations[i], its))
            return group;
    }
}

static void put_groups(const struct summary *summary, FILE *out)
{
    const unsigned group_axes = group_axes_of(summary);
    char text[PLOT_TEXT];
    size_t group = 0;
    fputs("# groups\n# group\theading\n", out);
    for (size_t i = 0; i < summary->count; i++)
        if (plot_opens_group(group_axes, summary, i)) {
            fprintf(out, "%zu\t", ++group);
            plot_put_text(plot_heading(group_axes, summary, &summary->configurations[i], false, text), out);
            putc('\n', out);
        }
}

int plot_write_cpu(const struct summary *summary, FILE *out, const char **undrawable, struct fault *fault)
{
    int drawn = 0, points = 0;
    put_groups(summary, out);
    fputs("\n\n# configurations\n# group\tstyle\tqueue\tname\titems/s\tlow\thigh\tCPU-ns/item\tlow\thigh\n",
          out);
    for (size_t i = 0; i < summary->count; i++)
        put_configuration(summary, &summary->configurations[i],
                          group_of(summary, &summary->configurations[i]), out);
    fputs("\n\n# trials\n# group\tstyle\titems/s\tCPU-ns/item\tblock\n", out);
    for (size_t i = 0; i < summary->count; i++, drawn += points) {
        const struct configuration *its = &summary->configurations[i];
        if ((points = put_trials(summary, its, group_of(summary, its), out, fault)) < 0)
            return -1;
    }
    if (!drawn)
        *undrawable = "no trial that ended ok has a throughput and CPU time";
    return 0;
}
