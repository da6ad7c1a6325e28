/* mishap.c - see mishap.h. */
#include "scene/mishap.h"

#include "base/suggest.h"
#include "base/units.h"

#include <stdio.h>
#include <string.h>

static const char *const stage_names[] = {"producer", "consumer"}; /* as enum mishap_stage, from 1 */

static int find(const char *what, const char *text, const char *const *names, size_t count,
                struct fault *fault)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(text, names[i]) == 0)
            return (int)i;
    return suggest_unknown(fault, what, text, names, count);
}

static int parse_positive(const char *text, uint64_t *count, struct fault *fault)
{
    return units_parse_count(text, count, fault) || units_require_positive(text, *count, fault) ? -1 : 0;
}

static int parse_worker(const char *text, struct mishap *mishap, struct fault *fault)
{
    uint64_t worker;
    if (units_parse_count(text, &worker, fault))
        return -1;
    mishap->worker = worker < INT32_MAX ? (int32_t)worker : INT32_MAX; /* which is too many anyway */
    return 0;
}

static int parse_part(const char *part, struct mishap *mishap, struct fault *fault)
{
    static const char *const keys[] = {"stage", "item", "every", "worker"};
    char key[32];
    size_t length = strcspn(part, "=");
    if (part[length] != '=')
        return fault_set(fault, "'%s' has no value: write it as stage=consumer,item=5", part);
    snprintf(key, sizeof key, "%.*s", (int)length, part);
    const char *value = part + length + 1;
    int which = find("key", key, keys, sizeof keys / sizeof *keys, fault);
    switch (which) {
    case 0:
        which = find("stage", value, stage_names, 2, fault);
        mishap->stage = which < 0 ? MISHAP_NOBODY : (enum mishap_stage)(which + 1);
        return which < 0 ? -1 : 0;
    case 1:
        return parse_positive(value, &mishap->item, fault);
    case 2:
        return parse_positive(value, &mishap->every, fault);
    case 3:
        return parse_worker(value, mishap, fault);
    default:
        return -1;
    }
}

static int check(const char *text, const struct mishap *mishap, uint32_t consumers, uint64_t items,
                 struct fault *fault)
{
    if (mishap->stage == MISHAP_NOBODY || (!mishap->item && !mishap->every))
        return fault_set(
            fault,
            "'%s' does not say who fails, and on what: write it as stage=producer,item=5 or "
            "stage=consumer,item=5, with worker=N for that consumer's own fifth, and every=N if you like",
            text);
    if (mishap->stage == MISHAP_PRODUCER && mishap->worker >= 0)
        return fault_set(fault, "'%s' has a worker, but there is only one producer: leave worker=%d away",
                         text, mishap->worker);
    if (mishap->worker >= 0 && (uint32_t)mishap->worker >= consumers)
        return fault_set(fault, "no consumer %d can fail: there %s %u, and they count from 0", mishap->worker,
                         consumers == 1 ? "is" : "are", consumers);
    uint64_t first = mishap->item ? mishap->item : mishap->every;
    if (first > items)
        return fault_set(fault, "task %llu cannot fail: there %s %llu", (unsigned long long)first,
                         items == 1 ? "is" : "are", (unsigned long long)items);
    return 0;
}

int mishap_parse(const char *text, uint32_t consumers, uint64_t items, struct mishap *mishap,
                 struct fault *fault)
{
    char copy[128];
    *mishap = (struct mishap){.worker = -1};
    if (strlen(text) >= sizeof copy)
        return fault_set(fault, "'%s' is too long for a failure", text);
    strcpy(copy, text);
    for (char *part = copy, *end; part; part = end) {
        if ((end = strchr(part, ',')))
            *end++ = '\0';
        if (parse_part(part, mishap, fault))
            return -1;
    }
    return check(text, mishap, consumers, items, fault);
}

bool mishap_strikes(const struct mishap *mishap, enum mishap_stage stage, uint32_t worker, uint64_t task,
                    uint64_t own)
{
    if (mishap->stage != stage || (mishap->worker >= 0 && (uint32_t)mishap->worker != worker))
        return false;
    uint64_t first = mishap->item ? mishap->item : mishap->every;
    uint64_t number = mishap->worker >= 0 ? own : task;
    return number == first || (mishap->every && number > first && (number - first) % mishap->every == 0);
}
