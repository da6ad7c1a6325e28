/* finding.c - see finding.h. */
#include "machine/finding.h"

#include <stdio.h>
#include <string.h>

const char *const grade_names[GRADES] = {"ok", "unknown", "warn", "bad"};
const char *const verdict_words[GRADES] = {"good", "unknown", "fair", "poor"};

struct finding *findings_add(struct findings *findings, const char *name)
{
    if (findings->count < FINDINGS_MOST)
        findings->count++;
    struct finding *finding = &findings->each[findings->count - 1];
    *finding = (struct finding){.grade = GRADE_UNKNOWN};
    snprintf(finding->name, sizeof finding->name, "%s", name);
    return finding;
}

/* Copies a text with the value in place of `{}`, cut at the buffer's end. */
static void fill(char *to, size_t size, const char *text, const char *value)
{
    const char *gap = value ? strstr(text, "{}") : NULL;
    if (gap)
        snprintf(to, size, "%.*s%s%s", (int)(gap - text), text, value, gap + 2);
    else
        snprintf(to, size, "%s", text);
}

void finding_set(struct finding *finding, enum grade grade, const char *phrase, const char *text,
                 const char *remedy, const char *value)
{
    finding->grade = grade;
    fill(finding->phrase, sizeof finding->phrase, phrase ? phrase : "", value);
    fill(finding->text, sizeof finding->text, text, value);
    fill(finding->remedy, sizeof finding->remedy, remedy ? remedy : "", value);
}

enum grade findings_worst(const struct findings *findings)
{
    enum grade worst = GRADE_OK;
    for (size_t i = 0; i < findings->count; i++)
        if (findings->each[i].grade > worst)
            worst = findings->each[i].grade;
    return worst;
}

enum { CAPTION_MOST = 2 };

static const char *phrase_of(const struct finding *finding)
{
    return *finding->phrase ? finding->phrase : finding->name;
}

/* Appends ", " or the intro, and the text. */
static void append(char *text, size_t size, size_t *listed, const char *intro, const char *what)
{
    size_t used = strlen(text);
    snprintf(text + used, size - used, "%s%s", (*listed)++ ? ", " : intro, what);
}

void findings_phrase(const struct findings *findings, char *text, size_t size)
{
    size_t listed = 0, unknown = 0;
    snprintf(text, size, "%s", verdict_words[findings_worst(findings)]);
    for (int grade = GRADE_BAD; grade >= GRADE_WARN; grade--)
        for (size_t i = 0; i < findings->count; i++)
            if ((int)findings->each[i].grade == grade)
                append(text, size, &listed, " (", phrase_of(&findings->each[i]));
    for (size_t i = 0; i < findings->count; i++)
        if (findings->each[i].grade == GRADE_UNKNOWN)
            append(text, size, &unknown, listed ? "; unknown: " : " (unknown: ", findings->each[i].name);
    if (listed || unknown)
        append(text, size, &(size_t){0}, ")", "");
}

void findings_caption(const struct findings *findings, char *text, size_t size)
{
    size_t of[GRADES] = {0}, listed = 0;
    char count[32];
    for (size_t i = 0; i < findings->count; i++)
        of[findings->each[i].grade]++;
    snprintf(text, size, "%s", verdict_words[findings_worst(findings)]);
    for (int grade = GRADE_BAD; grade >= GRADE_WARN; grade--)
        for (size_t i = 0; i < findings->count && listed < CAPTION_MOST; i++)
            if ((int)findings->each[i].grade == grade)
                append(text, size, &listed, " (", phrase_of(&findings->each[i]));
    size_t left = of[GRADE_BAD] + of[GRADE_WARN] - listed;
    snprintf(count, sizeof count, "%zu more", left);
    if (left)
        append(text, size, &listed, " (", count);
    snprintf(count, sizeof count, "%zu unknown", of[GRADE_UNKNOWN]);
    if (of[GRADE_UNKNOWN])
        append(text, size, &listed, " (", count);
    if (listed)
        append(text, size, &(size_t){0}, ")", "");
}

static json_t *text_or_null(const char *text)
{
    return *text ? json_string(text) : json_null();
}

void findings_store(const struct findings *findings, json_t *object)
{
    json_t *checks = json_array();
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->each[i];
        json_array_append_new(checks,
                              json_pack("{s:s, s:s, s:o, s:s, s:o}", "name", finding->name, "grade",
                                        grade_names[finding->grade], "phrase", text_or_null(finding->phrase),
                                        "text", finding->text, "remedy", text_or_null(finding->remedy)));
    }
    json_object_set_new(object, "verdict", json_string(verdict_words[findings_worst(findings)]));
    json_object_set_new(object, "checks", checks);
}

static void load_text(char *to, size_t size, const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    snprintf(to, size, "%s", text ? text : "");
}

static bool load_one(struct findings *findings, const json_t *object)
{
    const char *name = json_string_value(json_object_get(object, "name"));
    const char *grade = json_string_value(json_object_get(object, "grade"));
    for (int i = 0; name && grade && i < GRADES; i++)
        if (strcmp(grade, grade_names[i]) == 0) {
            struct finding *finding = findings_add(findings, name);
            finding->grade = (enum grade)i;
            load_text(finding->phrase, sizeof finding->phrase, object, "phrase");
            load_text(finding->text, sizeof finding->text, object, "text");
            load_text(finding->remedy, sizeof finding->remedy, object, "remedy");
            return true;
        }
    return false;
}

bool findings_load(struct findings *findings, const json_t *object)
{
    const json_t *checks = json_object_get(object, "checks");
    bool is_read = json_is_array(checks);
    for (size_t i = 0; i < json_array_size(checks); i++)
        is_read &= load_one(findings, json_array_get(checks, i));
    return is_read;
}
