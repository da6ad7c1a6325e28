/* plot_data.h - what plot_export.c is put together from: the data files' fields and looks, and a writer for
 * each plot. */
#ifndef BENCH_PLOT_DATA_H
#define BENCH_PLOT_DATA_H

#include "report/summary.h"

enum {
    PLOT_TEXT = 1024,     /* size of a buffer for a name or a heading */
    PLOT_INSTRUMENT = -1, /* the style of what measures the harness */
    PLOT_HEADING = -2,    /* the "style" of a row that is a heading */
    PLOT_POINTS = 100,    /* most trials of a configuration that are drawn */
};

/* Writes a field: text without what would end a field or a line or start a quotation ("-" for an empty one),
   a number
   ("nan" for an unknown one), and the three numbers of a figure. Numbers come with a tab before them. */
void plot_put_text(const char *text, FILE *out);
void plot_put_number(double value, FILE *out);
void plot_put_figure(const struct figure *figure, FILE *out);

/* The style of the configuration's queue: how many queues came before it, or PLOT_INSTRUMENT. */
int plot_style(const struct summary *summary, const struct configuration *its);

/* Groups are configurations that agree on some axes, which are given as bits 1 << enum axis; of placements,
   on their class, so that what stands together stands together on any machine. */
bool plot_are_grouped(unsigned axes, const struct configuration *a, const struct configuration *b);
/* Whether the configuration of this index is the first of its group. */
bool plot_opens_group(unsigned axes, const struct summary *summary, size_t index);
/* The axes, as such bits, that names within the groups tell. */
unsigned plot_named_axes(unsigned axes, const struct summary *summary);
/* What the group's members have in common but others have not: with the axes' names "wait yield, same-l3 on 2
   PUs (spread)", without them "yield, same-l3 on 2 PUs (spread)". Empty where there is but one group. */
const char *plot_heading(unsigned axes, const struct summary *summary, const struct configuration *its,
                         bool with_names, char text[PLOT_TEXT]);

/* The trials of a configuration to draw as points: those that ended ok and have a value, in their order;
   where there are more than PLOT_POINTS, so many of them in the order of their values, evenly spaced in it,
   the lowest and the highest among them: a cloud of many thousands looks the same and takes minutes. Returns
   how many, or -1 with a sentence. */
int plot_choose(const struct configuration *its, double (*value)(const struct trial_figures *trial),
                const struct trial_figures *chosen[PLOT_POINTS], struct fault *fault);

/* These write the data of a plot after its first comment. *undrawable is set where there is nothing to draw.
   0, or -1 with a sentence. */
int plot_write_throughput(const struct summary *summary, FILE *out, const char **undrawable,
                          struct fault *fault);
int plot_write_operations(const struct summary *summary, FILE *out, const char **undrawable,
                          struct fault *fault);
int plot_write_round_trip(const struct summary *summary, FILE *out, const char **undrawable,
                          struct fault *fault);
int plot_write_polls(const struct summary *summary, FILE *out, const char **undrawable, struct fault *fault);
int plot_write_stop(const struct summary *summary, FILE *out, const char **undrawable, struct fault *fault);
int plot_write_memory(const struct summary *summary, FILE *out, const char **undrawable, struct fault *fault);
int plot_write_cpu(const struct summary *summary, FILE *out, const char **undrawable, struct fault *fault);

/* The data of the small drawings of the machine that stand beside the bars, one for each class of placement
   in the order in which they come first, as many as there is room for. Returns how many; 0: the topology is
   not known. *seen gets a bit for each role that is in one of them. */
size_t plot_write_topology(const struct summary *summary, FILE *out, unsigned *seen);

#endif
