/* plot_rows.c - the data of the plots that have a row for each configuration, in groups under headings:
   throughput, polls and stop. */
#include "report/plot_data.h"

#include "report/summary_words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Spreads a configuration's trials over -0.25 to 0.25 without a pattern, the same each time: the fractions of
   multiples of the golden ratio fill an interval evenly, however many there are. */
static double jitter(size_t trial)
{
    double multiple = 0.5 + (double)trial * 0.61803398875;
    return 0.5 * (multiple - floor(multiple)) - 0.25;
}

struct row_plot {
    const char *unit;
    unsigned group_axes; /* configurations that agree on these stand together under a heading */
    struct figure (*figure)(const struct configuration *its);
    struct figure (*mark)(const struct configuration *its); /* null, or: marked in each row, too; */
    const char *mark_unit;                                  /* and what that is */
    double (*value)(const struct trial_figures *trial);
    bool is_of_ending;      /* the plot is about how pipelines end */
    bool by_protocol;       /* rows are named and coloured by the close protocol, not by the queue */
    const char *undrawable; /* why, where no trial has a value */
};

static struct figure throughput_figure(const struct configuration *its)
{
    return its->throughput;
}

static struct figure limit_figure(const struct configuration *its)
{
    return its->limit;
}

static double throughput_value(const struct trial_figures *trial)
{
    return trial->throughput;
}

/* A total over a total has no interval: the trials show how it spreads. */
static struct figure polls_figure(const struct configuration *its)
{
    return (struct figure){its->empty_polls_per_item, NAN, NAN, NAN};
}

static double polls_value(const struct trial_figures *trial)
{
    return trial->items > 0 ? trial->empty_polls / trial->items : NAN;
}

static struct figure join_figure(const struct configuration *its)
{
    return its->join_seconds;
}

static struct figure drain_figure(const struct configuration *its)
{
    return its->drain_seconds;
}

static double join_value(const struct trial_figures *trial)
{
    return trial->join_seconds;
}

static struct figure operations_figure(const struct configuration *its)
{
    return its->operations;
}

static double operations_value(const struct trial_figures *trial)
{
    return trial->operations;
}

static struct figure round_trip_figure(const struct configuration *its)
{
    return its->round_trip_seconds;
}

static double round_trip_value(const struct trial_figures *trial)
{
    return trial->round_trip_seconds;
}

static const struct row_plot throughput_plot = {
    .unit = "items/s",
    .group_axes = 1u << AXIS_WAIT | 1u << AXIS_PLACE,
    .figure = throughput_figure,
    .mark = limit_figure,
    .mark_unit = "limit, items/s",
    .value = throughput_value,
    .undrawable = "no trial ended ok",
};

static const struct row_plot operations_plot = {
    .unit = "operations/s",
    .group_axes = 1u << AXIS_SHAPE | 1u << AXIS_SOURCES | 1u << AXIS_PLACE,
    .figure = operations_figure,
    .value = operations_value,
    .undrawable = "no trial of pairs, fifty or burst ended ok",
};

static const struct row_plot round_trip_plot = {
    .unit = "round trip, s",
    .group_axes = 1u << AXIS_WAIT | 1u << AXIS_PLACE,
    .figure = round_trip_figure,
    .value = round_trip_value,
    .undrawable = "no trial of ping-pong ended ok",
};

static const struct row_plot polls_plot = {
    .unit = "empty polls/item",
    .group_axes = 1u << AXIS_WAIT,
    .figure = polls_figure,
    .value = polls_value,
    .undrawable = "no trial ended ok",
};

static const struct row_plot stop_plot = {
    .unit = "join, s",
    .group_axes = 1u << AXIS_WAIT | 1u << AXIS_PLACE,
    .figure = join_figure,
    .mark = drain_figure,
    .mark_unit = "drain, s",
    .is_of_ending = true,
    .value = join_value,
    .undrawable = "no trial that ended ok knows when its threads were joined",
};

/* How many protocols the file has before this one. */
static int protocol_style(const struct summary *summary, const struct configuration *its)
{
    const unsigned close = 1u << AXIS_CLOSE;
    int style = 0;
    if (its->instrument)
        return PLOT_INSTRUMENT;
    for (size_t i = 0; !plot_are_grouped(close, &summary->configurations[i], its); i++)
        style += plot_opens_group(close, summary, i);
    return style;
}

static int style_of(const struct row_plot *plot, const struct summary *summary,
                    const struct configuration *its)
{
    return plot->by_protocol ? protocol_style(summary, its) : plot_style(summary, its);
}

/* "shutdown, capacity 1023": the protocol and what else tells its rows apart. */
static void put_protocol_name(const struct row_plot *plot, const struct summary *summary,
                              const struct configuration *its, FILE *out)
{
    char rest[PLOT_TEXT];
    plot_put_text(its->axis[AXIS_CLOSE], out);
    if (*summary_name(summary, its, ~(plot->group_axes | 1u << AXIS_CLOSE), rest, sizeof rest)) {
        fputs(", ", out);
        plot_put_text(rest, out);
    }
}

/* "ck-ring-spsc, capacity 1023"; with its protocol where this plot is about it and queues differ in it. */
static void put_queue_name(const struct row_plot *plot, const struct summary *summary,
                           const struct configuration *its, FILE *out)
{
    char name[PLOT_TEXT];
    plot_put_text(summary_name(summary, its, plot_named_axes(plot->group_axes, summary), name, sizeof name),
                  out);
    if (plot->is_of_ending && summary->varies[AXIS_CLOSE]) {
        fputs(", ", out);
        plot_put_text(its->axis[AXIS_CLOSE], out);
    }
}

static void put_row(const struct row_plot *plot, const struct summary *summary,
                    const struct configuration *its, double y, FILE *out)
{
    struct figure figure = plot->figure(its);
    fprintf(out, "%g\t%d\t", y, style_of(plot, summary, its));
    (plot->by_protocol ? put_protocol_name : put_queue_name)(plot, summary, its, out);
    plot_put_figure(&figure, out);
    fprintf(out, "\t%zu\t", its->ok);
    plot_put_text(its->ok == its->trials ? "" : its->outcome_text, out);
    if (plot->mark) {
        figure = plot->mark(its);
        plot_put_figure(&figure, out);
    }
    putc('\n', out);
}

static void put_heading(const struct row_plot *plot, const struct summary *summary,
                        const struct configuration *its, double y, FILE *out)
{
    char heading[PLOT_TEXT];
    fprintf(out, "%g\t%d\t", y, PLOT_HEADING);
    plot_put_text(plot_heading(plot->group_axes, summary, its, true, heading), out);
    fputs("\tnan\tnan\tnan\t0\t-", out);
    fputs(plot->mark ? "\tnan\tnan\tnan\n" : "\n", out);
}

static bool has_headings(const struct row_plot *plot, const struct summary *summary)
{
    char heading[PLOT_TEXT];
    return *plot_heading(plot->group_axes, summary, &summary->configurations[0], true, heading) != '\0';
}

/* Writes the rows from top to bottom and notes where each is. */
static void put_rows(const struct row_plot *plot, const struct summary *summary, double *y_of, FILE *out)
{
    double y = 0;
    fprintf(out, "# rows\n# y\tstyle (-2: a heading)\tname\tvalue (%s)\tlow\thigh\ttrials ok\toutcomes",
            plot->unit);
    if (plot->mark)
        fprintf(out, "\t%s\tlow\thigh", plot->mark_unit);
    putc('\n', out);
    for (size_t i = 0; i < summary->count; i++) {
        if (!plot_opens_group(plot->group_axes, summary, i))
            continue;
        if (has_headings(plot, summary))
            put_heading(plot, summary, &summary->configurations[i], y--, out);
        for (size_t j = i; j < summary->count; j++)
            if (plot_are_grouped(plot->group_axes, &summary->configurations[i], &summary->configurations[j]))
                put_row(plot, summary, &summary->configurations[j], y_of[j] = y--, out);
        y -= 0.5;
    }
}

/* Returns how many; -1 with a sentence. */
static int put_trials(const struct row_plot *plot, const struct summary *summary, const double *y_of,
                      FILE *out, struct fault *fault)
{
    const struct trial_figures *trial[PLOT_POINTS];
    int count = 0, points = 0;
    fprintf(out, "\n\n# trials\n# y\tstyle\tvalue (%s)\tblock\n", plot->unit);
    for (size_t i = 0; i < summary->count; i++, count += points) {
        const struct configuration *its = &summary->configurations[i];
        if ((points = plot_choose(its, plot->value, trial, fault)) < 0)
            return -1;
        for (int j = 0; j < points; j++) {
            fprintf(out, "%g\t%d", y_of[i] + jitter((size_t)j), style_of(plot, summary, its));
            plot_put_number(plot->value(trial[j]), out);
            fprintf(out, "\t%u\n", trial[j]->block);
        }
    }
    return count;
}

static int write_rows(const struct row_plot *plot, const struct summary *summary, FILE *out,
                      const char **undrawable, struct fault *fault)
{
    double *y_of = calloc(summary->count + 1, sizeof *y_of);
    if (!y_of)
        return fault_set(fault, "the plots cannot be made: out of memory");
    put_rows(plot, summary, y_of, out);
    int points = put_trials(plot, summary, y_of, out, fault);
    if (!points)
        *undrawable = plot->undrawable;
    free(y_of);
    return points < 0 ? -1 : 0;
}

int plot_write_throughput(const struct summary *summary, FILE *out, const char **undrawable,
                          struct fault *fault)
{
    return write_rows(&throughput_plot, summary, out, undrawable, fault);
}

int plot_write_operations(const struct summary *summary, FILE *out, const char **undrawable,
                          struct fault *fault)
{
    return write_rows(&operations_plot, summary, out, undrawable, fault);
}

int plot_write_round_trip(const struct summary *summary, FILE *out, const char **undrawable,
                          struct fault *fault)
{
    return write_rows(&round_trip_plot, summary, out, undrawable, fault);
}

int plot_write_polls(const struct summary *summary, FILE *out, const char **undrawable, struct fault *fault)
{
    return write_rows(&polls_plot, summary, out, undrawable, fault);
}

/* Where queues end by several protocols each, the protocols are compared; else the queues. */
int plot_write_stop(const struct summary *summary, FILE *out, const char **undrawable, struct fault *fault)
{
    struct row_plot plot = stop_plot;
    if (summary->varies_in_queue[AXIS_CLOSE]) {
        plot.by_protocol = true;
        plot.group_axes = 1u << AXIS_QUEUE | 1u << AXIS_WAIT;
    }
    return write_rows(&plot, summary, out, undrawable, fault);
}
