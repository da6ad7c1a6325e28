/* report_notes.c - what stands around the table: where its numbers come from, how far they can be trusted,
   what is missing from them, and the line of the book for each configuration. */
#include "report/report_parts.h"

#include "campaign/stopping.h"
#include "machine/machine.h"
#include "report/shape_words.h"
#include "machine/memory_place.h"
#include "report/summary_words.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_REMARKS = 20, NOTE = 2048, ALL_AXES = (1 << AXES) - 1 };

void report_text(const char *text, bool markdown, FILE *out)
{
    for (; *text; text++) {
        unsigned char letter = (unsigned char)*text;
        if (markdown && strchr("|\\`*<[]", letter))
            putc('\\', out);
        putc(letter < ' ' || letter == 0x7f ? '?' : letter, out);
    }
}

/* A note under a heading of its own: "machine   Intel Xeon ...". */
__attribute__((format(printf, 3, 4))) static void note(const char *what, const struct page *page,
                                                       const char *format, ...)
{
    const struct style *style = page->style;
    char text[NOTE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    fprintf(page->out, "%s%-*s", style->note[0], style->word_width, what);
    style_put(page, style->note + 1, text);
}

void report_heading(const struct summary *summary, const struct page *page)
{
    static const char everywhere[] = "everywhere: ";
    char text[NOTE];
    fputs(page->style->head[0], page->out);
    style_put(page, page->style->line, summary_origin(summary, text, sizeof text));
    strcpy(text, everywhere);
    if (*summary_constants(summary, text + strlen(everywhere), sizeof text - strlen(everywhere)))
        style_put(page, page->style->line, text);
    fputs(page->style->head[1], page->out);
}

/* --- remarks: sentences that come with many configurations, each printed once --- */

struct remark {
    const char *what, *text, *label; /* of the first that it was said of */
    size_t times;
    bool is_of_one; /* of this configuration alone: others have remarks of their own */
};

struct remarks {
    struct remark *remark;
    size_t count, room;
};

/* Whether two texts are equal but for their numbers: "after 1.323 s" and "after 0.697 s". */
static bool are_alike(const char *a, const char *b)
{
    for (;; a++, b++) {
        bool digits = isdigit((unsigned char)*a) && isdigit((unsigned char)*b);
        if (digits) {
            a += strspn(a, "0123456789.");
            b += strspn(b, "0123456789.");
        }
        if (*a != *b)
            return false;
        if (!*a)
            return true;
    }
}

static bool are_one(const struct remark *known, const struct remark *remark)
{
    return known->is_of_one == remark->is_of_one && strcmp(known->what, remark->what) == 0 &&
           are_alike(known->text, remark->text) &&
           (!remark->is_of_one || strcmp(known->label, remark->label) == 0);
}

static int add_remark(struct remarks *all, struct remark remark)
{
    for (struct remark *known = all->remark; known < all->remark + all->count; known++)
        if (are_one(known, &remark)) {
            known->times++;
            return 0;
        }
    if (all->count == all->room) {
        size_t room = all->room ? 2 * all->room : 16;
        void *more = realloc(all->remark, room * sizeof *all->remark);
        if (!more)
            return -1;
        all->remark = more;
        all->room = room;
    }
    remark.times = 1;
    all->remark[all->count++] = remark;
    return 0;
}

static void print_remarks(const struct remarks *all, const struct page *page)
{
    for (size_t i = 0; i < all->count && i < MOST_REMARKS; i++) {
        const struct remark *remark = &all->remark[i];
        if (remark->times > 1 && remark->is_of_one)
            note(remark->what, page, "%zu times %s: %s", remark->times, remark->label, remark->text);
        else if (remark->times > 1)
            note(remark->what, page, "%zu times, first by %s: %s", remark->times, remark->label,
                 remark->text);
        else
            note(remark->what, page, "%s: %s", remark->label, remark->text);
    }
    if (all->count > MOST_REMARKS)
        note("and", page, "%zu more, which --format json has", all->count - MOST_REMARKS);
}

static int collect_skipped(struct remarks *all, const json_t *skipped)
{
    for (size_t i = 0; i < json_array_size(skipped); i++) {
        const json_t *one = json_array_get(skipped, i);
        struct remark remark = {.what = "skipped",
                                .text = json_string_value(json_object_get(one, "reason")),
                                .label = json_string_value(json_object_get(one, "label"))};
        if (add_remark(all, remark))
            return -1;
    }
    return 0;
}

/* Trials that did not end ok, and workers that failed in one that did. How a worker's failure ends is the
   configuration's own story. */
static int collect_failures(struct remarks *all, const struct summary *summary)
{
    for (size_t i = 0; i < summary->count + summary->twins; i++) {
        const struct configuration *its = &summary->configurations[i];
        for (size_t j = 0; j < its->trials; j++) {
            const struct trial_figures *trial = its->trial[j];
            bool is_ok = trial->outcome == OUTCOME_OK;
            struct remark remark = {.what = is_ok ? "error" : outcome_names[trial->outcome],
                                    .text = is_ok ? trial->error_text : trial->text,
                                    .label = its->label,
                                    .is_of_one = trial->error_text};
            if ((!is_ok || trial->error_text) && add_remark(all, remark))
                return -1;
        }
    }
    return 0;
}

static int collect_unrun(struct remarks *all, const struct summary *summary)
{
    for (size_t i = 0; i < summary->unrun_count; i++)
        if (add_remark(all, (struct remark){.what = "not run",
                                            .text = "interrupted before a trial of it had ended",
                                            .label = summary->unrun[i]}))
            return -1;
    return 0;
}

/* --- notes --- */

static void note_intervals(const struct summary *summary, const struct page *page)
{
    char text[NOTE];
    if (!summary->count)
        return;
    note("medians", page, "%s", summary_confidence(summary, text, sizeof text));
    note(
        "polls", page,
        "empty/item, full/item: of the stages' workers, in total over the items in total; where there are no "
        "stages, of all threads");
    if (summary->tells_endings)
        note("ending", page,
             "drain, join: from the last put to the last delivery, and until the last thread was joined; "
             "discarded, "
             "failed: items a trial; abandoned: threads a trial");
}

/* What the shares are shares of, and which of them cannot be. */
static void note_limits(const struct summary *summary, const struct page *page)
{
    const json_t *limits = summary->file->limits, *warnings = json_object_get(limits, "warnings");
    const char *from = json_string_value(json_object_get(limits, "file"));
    char name[NOTE];
    if (!summary->has_limits)
        return;
    note("limits", page,
         "of limit: throughput over what the same PUs allow at most, by their busiest CPU or by the lines of "
         "a "
         "hop (results/MODEL.md), between the far ends of both intervals; measured %s%s at %s",
         from ? "apart from the campaign, " : "before the first trial", from ? from : "",
         json_string_value(json_object_get(limits, "started")));
    for (size_t i = 0; i < json_array_size(warnings); i++)
        note("warning", page, "%s", json_string_value(json_array_get(warnings, i)));
    for (size_t i = 0; i < summary->count; i++) {
        const struct configuration *its = &summary->configurations[i];
        if (its->exceeds)
            note("impossible", page,
                 "%s: %.2f times its limit, above it by more than the intervals allow: suspect the "
                 "measurement, "
                 "of the queue or of the limits",
                 summary_name(summary, its, ~0u, name, sizeof name), its->share.median);
    }
}

/* Where a precision was asked for: how many have it, why the campaign ended, and who is farthest from it. */
static void note_precision(const struct summary *summary, const struct page *page)
{
    const json_t *wanted = json_object_get(summary->file->header, "precision");
    const struct configuration *widest = NULL;
    char name[NOTE / 4], reasons[NOTE / 4] = "";
    size_t precise = 0, all = summary->count + summary->twins, of[STOP_REASONS] = {0}, own = 0, length = 0;
    if (!json_is_number(wanted))
        return;
    for (size_t i = 0; i < all; i++) {
        const struct configuration *its = &summary->configurations[i];
        own += !its->trial[0]->is_baseline;
        for (int reason = 0; its->stopped && reason < STOP_REASONS; reason++)
            of[reason] += strcmp(its->stopped, stop_reason_names[reason]) == 0;
        precise += its->stopped && its->precision <= json_number_value(wanted);
        if (its->stopped && isfinite(its->precision) && (!widest || its->precision > widest->precision))
            widest = its;
    }
    for (int reason = 0; reason < STOP_REASONS; reason++)
        if (of[reason] && reason != STOP_PRECISE)
            length += (size_t)snprintf(reasons + length, sizeof reasons - length, "; %zu ended by: %s",
                                       of[reason], stop_reason_names[reason]);
    snprintf(name, sizeof name, "; none has one yet");
    if (widest) {
        length = (size_t)snprintf(name, sizeof name, "; the widest is %.1f%%, of ", 100 * widest->precision);
        summary_name(summary, widest, ALL_AXES, name + length, sizeof name - length);
    }
    note("precision", page, "%zu of %zu configurations have their interval within %.3g%% of the median%s%s",
         precise, own, 100 * json_number_value(wanted), reasons, name);
}

/* The same configuration twice: what differs is what this machine makes differ. */
static void note_twins(const struct summary *summary, const struct page *page)
{
    char name[NOTE / 2];
    for (size_t i = summary->count; i < summary->count + summary->twins; i++) {
        const struct configuration *its = &summary->configurations[i];
        const struct figure *ratio = &its->aa_ratio;
        summary_name(summary, its->original ? its->original : its, ALL_AXES, name, sizeof name);
        if (isfinite(ratio->median))
            note("A/A", page, "%s: twin over original %.3f [%.3f, %.3f]%s", name, ratio->median, ratio->low,
                 ratio->high,
                 ratio->confidence < 0.95            ? ", too few blocks for a 95% interval"
                 : ratio->low > 1 || ratio->high < 1 ? ": NOT equal, so that differences of this size mean "
                                                       "nothing here"
                                                     : "");
        else
            note("A/A", page, "%s: no block in which both ended ok", name);
    }
}

static void note_queues(const struct summary *summary, const struct page *page)
{
    char count[UNITS_TEXT_SIZE];
    double strayed = 0, discarded = 0;
    bool instruments = false;
    for (size_t i = 0; i < summary->count; i++) {
        strayed += summary->configurations[i].strayed;
        if (strcmp(summary->configurations[i].axis[AXIS_SHAPE], "pipeline") ==
            0) /* else it is what was left over */
            discarded += summary->configurations[i].discarded;
        instruments |= summary->configurations[i].instrument;
    }
    if (instruments)
        note("(null)", page, "an instrument that measures the harness: not to be compared with queues");
    if (discarded > 0)
        note("discarded", page,
             "%s items were dropped instead of worked on: their polls and CPU time count, they do not",
             units_format_si(discarded, count, sizeof count));
    if (strayed > 0)
        note("strayed", page, "%.0f threads were found off the PU that they were bound to", strayed);
}

/* What the queues are that are not built in, so that a paper can say it. */
static void note_origins(const struct summary *summary, const struct page *page)
{
    const json_t *queues = json_object_get(summary->file->header, "queues"), *queue;
    char text[NOTE];
    size_t length = 0, i;
    text[0] = '\0';
    json_array_foreach (queues, i, queue) {
        const char *name = json_string_value(json_object_get(queue, "queue"));
        const char *origin = json_string_value(json_object_get(queue, "origin"));
        const char *hash = json_string_value(json_object_get(queue, "sha256"));
        const char *own_name = json_string_value(json_object_get(queue, "name"));
        if (!name || !own_name || !origin || length >= sizeof text)
            continue;
        const bool is_plugin =
            strcmp(name, own_name) != 0; /* asked for by its file, and of no version we know */
        if (!is_plugin && strcmp(origin, "sluice") == 0)
            continue;
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%s: %s", length ? "; " : "", name,
                                   origin);
        if (is_plugin && hash && length < sizeof text)
            length += (size_t)snprintf(text + length, sizeof text - length, " (SHA-256 %.12s)", hash);
    }
    if (length > 0)
        note("origins", page, "%s", text);
}

static void note_shapes(const struct summary *summary, const struct page *page)
{
    char text[NOTE];
    struct shaped *list = shape_list(summary);
    if (list && *shape_modes(list, summary->count, text, sizeof text))
        note("modes", page, "%s", text);
    if (list && *shape_drift(list, summary->count, text, sizeof text))
        note("drift", page, "%s", text);
    if (list && *shape_outliers(list, summary->count, text, sizeof text))
        note("outliers", page, "%s", text);
    if (*shape_steady(summary, text, sizeof text))
        note("unsteady", page, "%s", text);
    free(list);
}

/* What papers count, and how much of it is the local work's doing and not the queue's. */
static void note_operations(const struct summary *summary, const struct page *page)
{
    const struct configuration *nearest = NULL, *astray = NULL;
    double most = 0, farthest = 0.1;
    bool has_operations = false;
    for (size_t i = 0; i < summary->count; i++) {
        const struct configuration *its = &summary->configurations[i];
        double wanted_ns = its->trial[0]->local_wanted_ns, took_ns = its->local_took_ns.median;
        has_operations |= isfinite(its->operations.median);
        if (!(wanted_ns > 0) || !(took_ns > 0))
            continue;
        double share = its->operations.median / its->trial[0]->local_ceiling;
        double off = fabs(took_ns / wanted_ns - 1);
        if (share > most && !its->instrument) {
            most = share;
            nearest = its;
        }
        if (off > farthest) {
            farthest = off;
            astray = its;
        }
    }
    if (has_operations)
        note("operations", page,
             "enqueues and dequeues a second, those that found the queue full or empty among them (failed "
             "ops); "
             "throughput is items taken a second");
    if (nearest)
        note("local work", page,
             "is part of the time of an operation and not subtracted, as papers often do; at most "
             "%.3g%% of the operations for which it alone leaves time are reached, by %s%s",
             100 * most, nearest->label,
             most > 0.8 ? ", so that it is the local work that is measured there" : "");
    if (astray)
        note("local work", page, "took %.0f ns on average and not %.0f, in %s", astray->local_took_ns.median,
             astray->trial[0]->local_wanted_ns, astray->label);
}

/* What the axis cannot show here, and memory that did not go where it was bound to. */
static void note_nodes(const struct summary *summary, const struct page *page)
{
    for (size_t i = 0; i < summary->count; i++) {
        const struct configuration *its = &summary->configurations[i];
        bool is_default = strcmp(its->axis[AXIS_MEMORY], "default") == 0;
        if (!is_default && !summary->tells_nodes) {
            note("memory", page, "%s", memory_one_node);
            return;
        }
        if (its->astray > 0)
            note("memory", page,
                 "%s: %.3g%% of what making its queues took lay on other nodes than "
                 "it was bound to",
                 its->label, 100 * its->astray);
    }
    if (summary->tells_nodes)
        note(
            "nodes", page,
            "made on: whole pages that making the queues touched; grown on: what the process had more at the "
            "last put than at the start, other memory than the queues' too; of the trial of the median "
            "throughput");
}

/* The verdict in a word; what records of older versions have in its place is sentences. */
static void note_machine(const struct campaign_file *file, const struct page *page)
{
    char text[NOTE];
    struct findings findings = {0};
    const json_t *machine = json_object_get(file->header, "machine");
    const json_t *warnings = json_object_get(file->header, "warnings");
    machine_caption(machine, text, sizeof text);
    note("machine", page, "%s", text);
    if (machine_findings(machine, json_object_get(file->end, "disturbance"), &findings)) {
        findings_phrase(&findings, text, sizeof text);
        note("verdict", page, "machine %s: `sluice doctor FILE` tells", text);
        return;
    }
    for (size_t i = 0; i < json_array_size(warnings); i++)
        note("warning", page, "%s", json_string_value(json_array_get(warnings, i)));
}

/* What workers did for the items, as the book says it. */
static void note_polls(const struct summary *summary, const struct page *page)
{
    const struct style *style = page->style;
    char name[NOTE];
    size_t told = 0;
    for (size_t i = 0; i < summary->count; i++) {
        const struct configuration *its = &summary->configurations[i];
        const struct trial_figures *trial = its->typical;
        if (strcmp(its->axis[AXIS_STAGES], "0") == 0)
            continue; /* the book has workers */
        if (told++ == 0) {
            style_put(page, style->intro, "In the trial of the median throughput, the stages' workers:");
            fputs(style->list[0], page->out);
        }
        style_put(page, style->item, summary_name(summary, its, ALL_AXES, name, sizeof name));
        if (trial)
            fprintf(page->out, "processed %.0f items after polling %.0f times", trial->items,
                    trial->worker_taken + trial->empty_polls);
        else
            fputs("no trial ended ok", page->out);
        fputs(style->item[2], page->out);
    }
    if (told)
        fputs(style->list[1], page->out);
}

int report_notes(const struct summary *summary, const struct page *page, struct fault *fault)
{
    const json_t *header = summary->file->header;
    struct remarks remarks = {0};
    int status = collect_failures(&remarks, summary) ||
                         collect_skipped(&remarks, json_object_get(header, "skipped")) ||
                         collect_unrun(&remarks, summary)
                     ? fault_set(fault, "the notes cannot be made: out of memory")
                     : 0;
    fputs(page->style->notes[0], page->out);
    note_intervals(summary, page);
    note_shapes(summary, page);
    note_precision(summary, page);
    note_twins(summary, page);
    note_machine(summary->file, page);
    note_limits(summary, page);
    note_queues(summary, page);
    note_origins(summary, page);
    note_operations(summary, page);
    note_nodes(summary, page);
    print_remarks(&remarks, page);
    if (!summary->file->complete)
        note("note", page, "the campaign is not complete: `sluice run --resume FILE` goes on with it");
    fputs(page->style->notes[1], page->out);
    note_polls(summary, page);
    free(remarks.remark);
    return status;
}
