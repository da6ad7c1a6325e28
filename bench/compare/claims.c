/* claims.c - claims judged by records; see claims.h. */
#include "compare/claims.h"

#include "base/suggest.h"
#include "compare/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const claim_verdicts[CLAIM_VERDICTS] = {"reproduced", "inconclusive", "not reproduced"};

/* --- the records --- */

static int read_records(struct records *records, struct fault *fault)
{
    return record_read(records->path, &records->file, fault) ||
                   summary_make(&records->summary, &records->file, fault)
               ? -1
               : 0;
}

/* Finds those of a claim's file, or reads them. */
static int open_records(struct claims *claims, struct claim *claim, const char *folder, struct fault *fault)
{
    struct fault reason;
    struct records *records = &claims->records[claims->record_count];
    int length = *claim->file == '/' ? asprintf(&records->path, "%s", claim->file)
                                     : asprintf(&records->path, "%s/%s", folder, claim->file);
    if (length < 0) {
        records->path = NULL;
        return fault_set(fault, "out of memory");
    }
    for (size_t i = 0; i < claims->record_count; i++)
        if (strcmp(claims->records[i].path, records->path) == 0) {
            free(records->path);
            records->path = NULL;
            claim->records = &claims->records[i];
            return 0;
        }
    claims->record_count++; /* what it has is released with it */
    claim->records = records;
    return read_records(records, &reason) ? settings_refuse(&claim->settings, "file", fault, reason.text) : 0;
}

/* --- selecting --- */

static bool has_value(const struct configuration *its, int axis, const char *value, size_t length)
{
    const char *texts[] = {its->axis[axis], axis == AXIS_CAPACITY ? its->capacity : its->axis[axis]};
    for (int i = 0; i < 2; i++)
        if (strlen(texts[i]) == length && strncmp(texts[i], value, length) == 0)
            return true;
    return false;
}

static bool selects(const char *selection, const struct configuration *its)
{
    size_t length;
    const char *word, *value;
    while ((word = claims_word(&selection, &length))) {
        int axis = claims_axis(word, length, &value);
        if (!has_value(its, axis, value, (size_t)(word + length - value)))
            return false;
    }
    return true;
}

/* Names the first value of a selection that no configuration has, with the nearest one that is there. */
static int refuse_nothing(const struct summary *summary, const char *selection, struct fault *fault)
{
    size_t length;
    const char *word, *value, **names = calloc(summary->count + 1, sizeof *names);
    int status = names ? 0 : fault_set(fault, "out of memory");
    while (status == 0 && (word = claims_word(&selection, &length))) {
        size_t count = 0, value_length;
        int axis = claims_axis(word, length, &value);
        bool known = false;
        char text[256];
        value_length = (size_t)(word + length - value);
        for (size_t i = 0; i < summary->count; i++) {
            const struct configuration *its = &summary->configurations[i];
            bool is_new = true;
            known |= has_value(its, axis, value, value_length);
            for (size_t j = 0; is_new && j < count; j++)
                is_new = strcmp(names[j], its->axis[axis]) != 0;
            if (is_new)
                names[count++] = its->axis[axis];
        }
        snprintf(text, sizeof text, "%.*s", (int)value_length, value);
        if (!known)
            status = suggest_unknown(fault, axis_names[axis], text, names, count);
    }
    free(names);
    return status ? status
                  : fault_set(fault, "no configuration of '%s' has all of these values", summary->file->path);
}

/* The one configuration that is selected; null with a sentence. */
static const struct configuration *select_one(const struct claim *claim, const char *key,
                                              const char *selection, struct fault *fault)
{
    const struct summary *summary = &claim->records->summary;
    const struct configuration *found = NULL;
    struct fault reason;
    for (size_t i = 0; i < summary->count; i++) {
        const struct configuration *its = &summary->configurations[i];
        if (!selects(selection, its))
            continue;
        if (found) {
            fault_set(&reason, "selects several configurations of '%s': '%.200s' and '%.200s'; say more axes",
                      summary->file->path, found->label, its->label);
            settings_refuse(&claim->settings, key, fault, reason.text);
            return NULL;
        }
        found = its;
    }
    if (!found) {
        refuse_nothing(summary, selection, &reason);
        settings_refuse(&claim->settings, key, fault, reason.text);
    }
    return found;
}

/* --- judging --- */

static enum claim_verdict verdict_of(const struct claim *claim, const struct judgement *found)
{
    const struct figure *figure = &found->figure;
    if (found->values < STATS_LEAST_BLOCKS || isnan(figure->low) || isnan(figure->high))
        return CLAIM_INCONCLUSIVE;
    if (figure->low >= claim->at_least && figure->high <= claim->at_most)
        return CLAIM_REPRODUCED;
    return figure->high < claim->at_least || figure->low > claim->at_most ? CLAIM_NOT_REPRODUCED
                                                                          : CLAIM_INCONCLUSIVE;
}

static int judge_one(const struct claim *claim, const struct measurements *all,
                     const struct configuration *its, const struct configuration *base,
                     struct judgement *found)
{
    *found = (struct judgement){.its = its, .base = base};
    if (claims_is_share(claim->metric)) {
        found->figure = its->share;
        found->figure.confidence = its->throughput.confidence;
        found->values = its->ok;
    } else if (base) {
        struct comparison compared;
        if (compare_two(&compared, all, base, all, its))
            return -1;
        found->figure = (struct figure){compared.ratio.ratio, compared.ratio.interval.low,
                                        compared.ratio.interval.high, compared.ratio.interval.confidence};
        found->values = compare_values(&compared);
    } else {
        found->figure = measured_of(all, its)->figure;
        found->values = measured_of(all, its)->count;
    }
    found->verdict = verdict_of(claim, found);
    return 0;
}

/* How far it is within the bounds; below 0: outside; NAN: not known. */
static double margin(const struct claim *claim, const struct figure *figure)
{
    double above = figure->low - claim->at_least, below = claim->at_most - figure->high;
    return above < below ? above : below;
}

static bool is_worse(const struct claim *claim, const struct judgement *a, const struct judgement *b)
{
    if (!b->its || a->verdict != b->verdict)
        return !b->its || a->verdict > b->verdict;
    double of_a = margin(claim, &a->figure), of_b = margin(claim, &b->figure);
    return of_a < of_b || (isnan(of_a) && !isnan(of_b));
}

/* Keeps the judgement of the configuration that is worst off. One of which the limits say nothing is left
   out, as are instruments, which are no queues. */
static int judge_every(struct claim *claim, const struct measurements *all, const struct configuration *base,
                       struct fault *fault)
{
    const struct summary *summary = &claim->records->summary;
    bool is_share = claims_is_share(claim->metric);
    struct fault reason;
    size_t selected = 0;
    for (size_t i = 0; i < summary->count; i++) {
        const struct configuration *its = &summary->configurations[i];
        struct judgement found;
        if (its->instrument || its == base || !selects(claim->of, its))
            continue;
        selected++;
        if (is_share && isnan(its->share.median))
            continue;
        if (judge_one(claim, all, its, base, &found))
            return fault_set(fault, "out of memory");
        if (is_worse(claim, &found, &claim->found))
            claim->found = found;
    }
    if (selected)
        return 0;
    refuse_nothing(summary, claim->of, &reason);
    return settings_refuse(&claim->settings, "every", fault, reason.text);
}

static int judge_measured(struct claim *claim, const struct measurements *all, struct fault *fault)
{
    const struct configuration *its, *base = NULL;
    claim->found = (struct judgement){.figure = {NAN, NAN, NAN, NAN}, .verdict = CLAIM_INCONCLUSIVE};
    if (claim->over && !(base = select_one(claim, "over", claim->over, fault)))
        return -1;
    if (claim->is_every)
        return judge_every(claim, all, base, fault);
    if (!(its = select_one(claim, "of", claim->of, fault)))
        return -1;
    return judge_one(claim, all, its, base, &claim->found) ? fault_set(fault, "out of memory") : 0;
}

static int judge(struct claim *claim, struct fault *fault)
{
    struct measurements all = {0};
    int status = claims_is_share(claim->metric)
                     ? 0
                     : measured_make(&all, &claim->records->summary, claim->metric, fault);
    if (status == 0)
        status = judge_measured(claim, &all, fault);
    measured_release(&all);
    return status;
}

int claims_judge(struct claims *claims, const char *folder, struct fault *fault)
{
    claims->records = calloc(claims->count + 1, sizeof *claims->records);
    if (!claims->records)
        return fault_set(fault, "out of memory");
    for (size_t i = 0; i < claims->count; i++)
        if (open_records(claims, &claims->list[i], folder, fault) || judge(&claims->list[i], fault))
            return -1;
    return 0;
}

size_t claims_count(const struct claims *claims, enum claim_verdict verdict)
{
    size_t count = 0;
    for (size_t i = 0; i < claims->count; i++)
        count += claims->list[i].found.verdict == verdict;
    return count;
}
