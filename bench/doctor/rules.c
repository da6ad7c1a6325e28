/* rules.c - each rule against the evidence: see rules.h. A function judges a rule; the table `judges` lists
   them in the method's order. */
#include "doctor/rules.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(printf, 3, 4))) static void rule(struct ruling *ruling, enum rule_state state,
                                                       const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(ruling->text, sizeof ruling->text, format, arguments);
    va_end(arguments);
    ruling->state = state;
}

/* Kept by all, by some or by none of the trials that ended ok, which is said with these words. */
static void rule_by_share(struct ruling *ruling, const struct evidence *of, size_t count, const char *what)
{
    if (!of->ok)
        rule(ruling, RULE_UNKNOWN, "no trial ended ok");
    else
        rule(ruling,
             count == of->ok ? RULE_KEPT
             : count         ? RULE_PARTLY
                             : RULE_BROKEN,
             "%s: %zu of %zu trials that "
             "ended ok",
             what, count, of->ok);
}

/* --- 1 to 8: samples --- */

static void a_process_a_trial(const struct evidence *of, struct ruling *ruling)
{
    if (!of->trials || of->with_process < of->trials)
        rule(ruling, RULE_UNKNOWN, "the process is known of %zu of %zu trials", of->with_process, of->trials);
    else if (of->same_process)
        rule(ruling, RULE_BROKEN, "%zu trials ran in the process of the one before", of->same_process);
    else
        rule(ruling, RULE_KEPT, "no trial ran in the process of the one before, of %zu", of->trials);
}

/* The fewest trials that ended ok of a configuration of the campaign's own; SIZE_MAX: there is none. */
static size_t fewest_ok(const struct evidence *of)
{
    size_t fewest = SIZE_MAX;
    for (size_t i = 0; i < of->summary->count; i++) {
        const struct configuration *its = &of->summary->configurations[i];
        if (!its->trial[0]->is_baseline && its->ok < fewest)
            fewest = its->ok;
    }
    return fewest;
}

static void ten_trials(const struct evidence *of, struct ruling *ruling)
{
    size_t fewest = fewest_ok(of);
    if (fewest == SIZE_MAX)
        rule(ruling, RULE_IDLE, "there is no trial");
    else
        rule(ruling,
             fewest >= 10  ? RULE_KEPT
             : fewest >= 6 ? RULE_PARTLY
                           : RULE_BROKEN,
             "at least %zu trials of each configuration ended ok; 10 are wanted for a claim, 6 make a 95%% "
             "interval",
             fewest);
}

static void random_blocks(const struct evidence *of, struct ruling *ruling)
{
    size_t configurations = json_array_size(json_object_get(of->header, "configurations"));
    double chance = 1; /* that shuffled blocks all have the first one's order */
    for (size_t block = 1; block < of->whole_blocks; block++)
        for (size_t i = 2; i <= configurations; i++)
            chance /= (double)i;
    if (configurations < 2)
        rule(ruling, RULE_IDLE, "one configuration has no order");
    else if (of->reordered_blocks)
        rule(ruling, RULE_KEPT, "%zu of %zu whole blocks are in another order than the first; seed %lld",
             of->reordered_blocks, of->whole_blocks,
             (long long)json_integer_value(json_object_get(of->header, "seed")));
    else if (chance < 0.01)
        rule(ruling, RULE_BROKEN, "all %zu blocks are in the same order", of->whole_blocks);
    else
        rule(ruling, RULE_UNKNOWN, "%zu whole block%s of %zu configurations: too few to tell",
             of->whole_blocks, of->whole_blocks == 1 ? "" : "s", configurations);
}

static void random_layout(const struct evidence *of, struct ruling *ruling)
{
    const char *aslr = json_string_value(json_object_get(of->machine, "aslr"));
    bool pads = of->trials && of->with_padding == of->trials && of->paddings_differ;
    if (aslr && strcmp(aslr, "full") == 0 && pads)
        rule(ruling, RULE_KEPT, "address layouts are randomised, and environments have random sizes");
    else if (!aslr || of->with_padding < of->trials)
        rule(ruling, RULE_UNKNOWN, "ASLR %s; the environment's size is known of %zu of %zu trials",
             aslr ? aslr : "unknown", of->with_padding, of->trials);
    else
        rule(ruling, pads || strcmp(aslr, "off") != 0 ? RULE_PARTLY : RULE_BROKEN, "ASLR %s; environments %s",
             aslr, pads ? "have random sizes" : "are not seen to differ in size");
}

static void warm_up(const struct evidence *of, struct ruling *ruling)
{
    if (!of->ok)
        rule(ruling, RULE_UNKNOWN, "no trial ended ok");
    else if (of->warmed < of->ok || of->with_series < of->ok || !of->steadiness_tested)
        rule(ruling, of->warmed || of->with_series ? RULE_PARTLY : RULE_BROKEN,
             "of %zu trials that ended ok, %zu have a warm-up that is cut (none, where items are counted), "
             "%zu their "
             "course over time; of %zu it can be told whether they got steady",
             of->ok, of->warmed, of->with_series, of->steadiness_tested);
    else
        rule(ruling, RULE_KEPT, "warm-ups are cut; %zu of %zu trials reached no steady state", of->unsteady,
             of->steadiness_tested);
}

/* The header's `precision` and the last line's `stopped`, where the campaign has them. */
static void stops_when_precise(const struct evidence *of, struct ruling *ruling)
{
    const json_t *stopped = json_object_get(of->file->end, "stopped"), *reason;
    double asked = json_number_value(json_object_get(of->header, "precision"));
    size_t precise = 0, i, count = json_array_size(stopped);
    json_array_foreach ((json_t *)stopped, i, reason)
        precise += json_is_string(reason) && strcmp(json_string_value(reason), "precise") == 0;
    if (!(asked > 0))
        rule(ruling, RULE_BROKEN,
             "the number of blocks was fixed beforehand, at %lld; no precision was asked for",
             (long long)json_integer_value(json_object_get(of->header, "blocks")));
    else if (!count)
        rule(ruling, RULE_UNKNOWN, "%.3g%% was asked for; why the campaign stopped is not recorded",
             100 * asked);
    else
        rule(ruling, precise == count ? RULE_KEPT : RULE_PARTLY,
             "%.3g%% was asked for: %zu of %zu configurations reached it; why each stopped is recorded",
             100 * asked, precise, count);
}

static void median_with_interval(const struct evidence *of, struct ruling *ruling)
{
    size_t with = 0, all = 0;
    for (size_t i = 0; i < of->summary->count; i++) {
        const struct figure *figure = &of->summary->configurations[i].throughput;
        all += of->summary->configurations[i].ok > 0;
        with += figure->confidence >= 0.95;
    }
    if (!all)
        rule(ruling, RULE_UNKNOWN, "no trial ended ok");
    else
        rule(ruling,
             with == all ? RULE_KEPT
             : with      ? RULE_PARTLY
                         : RULE_BROKEN,
             "%zu of %zu medians have an exact interval of 95%% or more", with, all);
}

static void fixed_work(const struct evidence *of, struct ruling *ruling)
{
    if (!of->counted)
        rule(ruling, RULE_IDLE, "no trial had a fixed number of items");
    else
        rule(ruling, of->rates_wrong ? RULE_BROKEN : RULE_KEPT,
             "%zu trials had a fixed number of items; of %zu trials the rate is items over time%s, and the "
             "median of "
             "rates is summarised, never their mean",
             of->counted, of->rates_right, of->rates_wrong ? ", but not of all" : "");
}

/* --- 9 to 15: summaries and comparisons --- */

static void polls_as_totals(const struct evidence *of, struct ruling *ruling)
{
    rule_by_share(ruling, of, of->with_counts, "polls, waits and switches are counted each by itself");
}

static void nothing_averaged(const struct evidence *of, struct ruling *ruling)
{
    if (of->mixed_configs)
        rule(ruling, RULE_BROKEN, "%zu trials have another configuration than the first one of their label",
             of->mixed_configs);
    else if (of->read < of->trials || !of->trials)
        rule(ruling, RULE_UNKNOWN, "%zu of %zu trials could be read again", of->read, of->trials);
    else
        rule(ruling, RULE_KEPT,
             "all trials that are summarised together have the same configuration and machine");
}

static void modes_shown(const struct evidence *of, struct ruling *ruling)
{
    size_t tested = 0, several = 0;
    for (size_t i = 0; i < of->summary->count; i++) {
        const struct stats_shape *shape = &of->summary->configurations[i].shape;
        tested += shape->count >= STATS_MODES_LEAST;
        several += shape->modes.count > 1;
    }
    if (tested)
        rule(ruling, RULE_KEPT, "%zu of %zu configurations have several modes and are shown with them",
             several, tested);
    else
        rule(ruling, RULE_UNKNOWN, "too few trials ended ok to count modes");
}

static void no_percentiles(const struct evidence *of, struct ruling *ruling)
{
    (void)of;
    rule(ruling, RULE_IDLE, "no latency was measured, and so there is no percentile");
}

/* What a file alone can offer to a comparison. */
static void paired_ratios(const struct evidence *of, struct ruling *ruling)
{
    if (json_array_size(json_object_get(of->header, "configurations")) < 2)
        rule(ruling, RULE_IDLE, "one configuration has nothing to be compared with");
    else
        rule(ruling, RULE_IDLE,
             "a campaign compares nothing itself, `sluice compare` does; %zu of its blocks are whole and can "
             "be paired%s",
             of->whole_blocks, of->whole_blocks < 6 ? ", which are too few" : "");
}

static void four_verdicts(const struct evidence *of, struct ruling *ruling)
{
    (void)of;
    rule(ruling, RULE_IDLE, "a campaign judges no difference itself: `sluice compare` does");
}

static void twins_alike(const struct evidence *of, struct ruling *ruling)
{
    const double band = 1.02;
    const struct summary *summary = of->summary;
    size_t twins = 0, equal = 0, unlike = 0;
    for (size_t i = summary->count; i < summary->count + summary->twins; i++) {
        const struct figure *ratio = &summary->configurations[i].aa_ratio;
        bool is_known = ratio->confidence >= 0.95; /* of a NAN: false */
        twins += summary->configurations[i].original != NULL;
        equal += is_known && ratio->low >= 1 / band && ratio->high <= band;
        unlike += is_known && (ratio->low > 1 || ratio->high < 1);
    }
    if (!twins)
        rule(ruling, RULE_BROKEN, "no configuration was run twice");
    else
        rule(ruling, equal == twins ? RULE_KEPT : RULE_PARTLY,
             "%zu configurations were run twice: of %zu the ratio is 1 to within 2%%, of %zu its 95%% "
             "interval leaves 1 "
             "out (one in twenty does by chance), the rest is open: no claim finer than that",
             twins, equal, unlike);
}

/* --- 16 to 20: latency, the harness, the machine, the axes --- */

static void open_loop(const struct evidence *of, struct ruling *ruling)
{
    (void)of;
    rule(ruling, RULE_IDLE, "no latency was measured: a closed loop at saturation would show queueing");
}

static void own_cost(const struct evidence *of, struct ruling *ruling)
{
    size_t instruments = 0;
    for (size_t i = 0; i < of->summary->count; i++)
        instruments += of->summary->configurations[i].instrument && of->summary->configurations[i].ok > 0;
    if (instruments)
        rule(ruling, RULE_PARTLY,
             "%zu configurations ran without a queue; what verification costs is not in a campaign's file: "
             "sluice-overhead measures it",
             instruments);
    else
        rule(ruling, RULE_BROKEN,
             "nothing ran without a queue: --queue null,... shows what the harness costs");
}

static void machine_recorded(const struct evidence *of, struct ruling *ruling)
{
    static const char *const keys[] = {
        "hostname",    "cpu_model",   "kernel_release",        "pus_total",     "caches",     "smt",
        "governor",    "turbo",       "frequency_khz",         "isolated_cpus", "hypervisor", "load_average",
        "steal_share", "clocksource", "transparent_hugepages", "aslr",          "allocator"};
    char unknown[160] = "";
    size_t known = 0, count = sizeof keys / sizeof *keys;
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_object_get(of->machine, keys[i]);
        bool is_known = value && !json_is_null(value);
        size_t used = strlen(unknown);
        known += is_known;
        if (!is_known)
            snprintf(unknown + used, sizeof unknown - used, "%s%s", used ? ", " : "", keys[i]);
    }
    bool placed = of->ok && of->placed == of->ok;
    if (known == count && placed)
        rule(ruling, RULE_KEPT,
             "all of it is known, and where each thread ran: %zu of %zu bound ones strayed", of->strayed,
             of->bound);
    else
        rule(ruling, known ? RULE_PARTLY : RULE_BROKEN,
             "%s%s; where the threads ran is known of %zu of %zu trials",
             *unknown ? "the machine does not tell " : "the machine told all", unknown, of->placed, of->ok);
}

/* Axes whose values differ between the queues, but for no queue: with them, two things change at once. */
static void axes_crossed(const struct evidence *of, struct ruling *ruling)
{
    char confounded[128] = "";
    size_t varying = 0, skipped = json_array_size(json_object_get(of->header, "skipped"));
    for (int axis = 0; axis < AXES; axis++) {
        size_t used = strlen(confounded);
        varying += of->summary->varies[axis];
        if (axis != AXIS_QUEUE && of->summary->varies[axis] && !of->summary->varies_in_queue[axis])
            snprintf(confounded + used, sizeof confounded - used, "%s%s", used ? ", " : "",
                     summary_axis_names[axis]);
    }
    if (varying < 2)
        rule(ruling, RULE_IDLE, "%s", varying ? "only one axis varies" : "nothing varies");
    else if (*confounded)
        rule(ruling, RULE_PARTLY, "%zu axes vary; with the queue, and with it alone, varies: %s", varying,
             confounded);
    else
        rule(ruling, skipped ? RULE_PARTLY : RULE_KEPT,
             "%zu axes vary, each within a queue, too; %zu combinations were skipped, with reasons", varying,
             skipped);
}

/* --- 21 to 24: memory, time, verification, lines --- */

static void memory_over_time(const struct evidence *of, struct ruling *ruling)
{
    const char *allocator = json_string_value(json_object_get(of->machine, "allocator"));
    size_t both = of->with_memory < of->with_series ? of->with_memory : of->with_series;
    if (!allocator)
        rule(ruling, of->with_memory ? RULE_PARTLY : RULE_UNKNOWN, "the allocator is not known");
    else
        rule_by_share(ruling, of, both,
                      "peak, slope with interval, level after the drain, series; the allocator is named");
}

static void one_clock(const struct evidence *of, struct ruling *ruling)
{
    if (!json_is_string(json_object_get(of->machine, "clocksource")))
        rule(ruling, RULE_UNKNOWN, "the clock source is not known");
    else
        rule_by_share(ruling, of, of->window_inside,
                      "the measured interval is recorded and lies within the trial");
}

static void verified(const struct evidence *of, struct ruling *ruling)
{
    size_t to_verify = 0, missing = of->file->planned > of->trials ? of->file->planned - of->trials : 0;
    for (size_t i = 0; i < of->file->count; i++)
        to_verify += !of->file->trials[i].is_baseline && !of->file->trials[i].instrument &&
                     of->file->trials[i].outcome == OUTCOME_OK;
    if (!of->ok)
        rule(ruling, RULE_UNKNOWN, "no trial ended ok");
    else
        rule(ruling,
             of->verified == to_verify ? (missing && !of->file->complete ? RULE_PARTLY : RULE_KEPT)
                                       : RULE_BROKEN,
             "%zu of %zu trials that ended ok add up, item by item and in order; %zu that did not are in the "
             "file, "
             "%zu of %zu planned trials are not",
             of->verified, to_verify, of->trials - of->ok, missing, of->file->planned);
}

static void lines_with_meaning(const struct evidence *of, struct ruling *ruling)
{
    if (!of->with_series)
        rule(ruling, RULE_IDLE, "no trial has a course over time to be drawn as a line");
    else
        rule_by_share(ruling, of, of->rising_series,
                      "the only lines that are drawn join one trial's samples, whose times rise");
}

/* --- the table --- */

static void (*const judges[RULES])(const struct evidence *of, struct ruling *ruling) = {
    a_process_a_trial,
    ten_trials,
    random_blocks,
    random_layout,
    warm_up,
    stops_when_precise,
    median_with_interval,
    fixed_work,
    polls_as_totals,
    nothing_averaged,
    modes_shown,
    no_percentiles,
    paired_ratios,
    four_verdicts,
    twins_alike,
    open_loop,
    no_percentiles,
    own_cost,
    machine_recorded,
    axes_crossed,
    memory_over_time,
    one_clock,
    verified,
    lines_with_meaning,
};

void rules_judge(const struct evidence *evidence, struct ruling rulings[RULES])
{
    for (int i = 0; i < RULES; i++)
        judges[i](evidence, &rulings[i]);
}
