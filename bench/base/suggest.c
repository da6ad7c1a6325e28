/* suggest.c - see suggest.h. */
#include "base/suggest.h"

#include "base/fault.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST_NAME = 63 };

struct distance {
    size_t whole;     /* edits from the text to the name */
    size_t beginning; /* edits from the text to the nearest beginning of the name */
};

/* How well a name fits a text; the smaller the better, compared field by field. */
struct fit {
    size_t edits;
    enum { FIT_WHOLE, FIT_BEGINNING, FIT_INSIDE } kind;
    size_t whole_edits;
};

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool is_same_letter(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* The table of optimal string alignment, of which only the last three rows are kept: cell [i][j] is the
   number of edits from the first i letters of the text to the first j of the name. The last row
   therefore holds the distances to every beginning of the name. */
static struct distance measure(const char *text, const char *name)
{
    size_t text_length = strlen(text), name_length = strlen(name);
    size_t rows[3][LONGEST_NAME + 1];

    for (size_t j = 0; j <= name_length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= text_length; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *above_that = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= name_length; j++) {
            row[j] = above[j - 1] + !is_same_letter(text[i - 1], name[j - 1]);
            row[j] = smaller(row[j], smaller(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && is_same_letter(text[i - 1], name[j - 2]) &&
                is_same_letter(text[i - 2], name[j - 1]))
                row[j] = smaller(row[j], above_that[j - 2] + 1);
        }
    }

    const size_t *last = rows[text_length % 3];
    struct distance distance = {.whole = last[name_length], .beginning = last[0]};
    for (size_t j = 1; j <= name_length; j++)
        distance.beginning = smaller(distance.beginning, last[j]);
    return distance;
}

static bool holds(const char *name, const char *text)
{
    for (; *name; name++) {
        size_t same = 0;
        while (text[same] && is_same_letter(name[same], text[same]))
            same++;
        if (!text[same])
            return true;
    }
    return false;
}

/* Returns whether the name is near the text, and how near. */
static bool find_fit(const char *text, const char *name, struct fit *fit)
{
    size_t length = strlen(text);
    if (!length || length > LONGEST_NAME || strlen(name) > LONGEST_NAME)
        return false;

    struct distance distance = measure(text, name);
    size_t whole_limit = length < 2 ? 0 : length < 6 ? 1 : length / 3;
    bool is_near_whole = distance.whole <= whole_limit;
    bool is_near_beginning = distance.beginning <= length / 4;
    bool is_inside = holds(name, text);

    if (!is_near_whole && !is_near_beginning && !is_inside)
        return false;
    *fit = (struct fit){is_near_whole ? distance.whole : SIZE_MAX, FIT_WHOLE, distance.whole};
    if (is_near_beginning && distance.beginning < fit->edits) {
        fit->edits = distance.beginning;
        fit->kind = FIT_BEGINNING;
    }
    if (is_inside && fit->edits > 0) {
        fit->edits = 0;
        fit->kind = FIT_INSIDE;
    }
    return true;
}

static bool is_better(const struct fit *fit, const struct fit *best)
{
    if (fit->edits != best->edits)
        return fit->edits < best->edits;
    if (fit->kind != best->kind)
        return fit->kind < best->kind;
    return fit->whole_edits < best->whole_edits;
}

const char *suggest_nearest(const char *text, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    struct fit best = {0}, fit = {0};

    for (size_t i = 0; i < count; i++) {
        if (find_fit(text, names[i], &fit) && (!nearest || is_better(&fit, &best))) {
            best = fit;
            nearest = names[i];
        }
    }
    return nearest;
}

/* Writes the plural of an English noun. */
static void pluralize(const char *noun, char *plural, size_t size)
{
    size_t length = strlen(noun);
    char last = 'e', before = 'e'; /* for what is too short to have them */

    if (length > 0)
        last = noun[length - 1];
    if (length > 1)
        before = noun[length - 2];
    if (last == 'y' && !strchr("aeiou", before))
        snprintf(plural, size, "%.*sies", (int)(length - 1), noun);
    else if (strchr("sx", last) || (last == 'h' && strchr("cs", before)))
        snprintf(plural, size, "%ses", noun);
    else
        snprintf(plural, size, "%ss", noun);
}

/* Appends the names to the sentence; where they do not all fit, as many as do and how many are left. */
static void append_list(struct fault *sentence, const char *const *names, size_t count)
{
    enum { ROOM_FOR_REST = sizeof ", and 18446744073709551615 more" };
    size_t used = strlen(sentence->text);

    for (size_t i = 0; i < count; i++) {
        const char *separator = i ? ", " : "";
        size_t reserve = i + 1 < count ? ROOM_FOR_REST : 1;
        if (used + strlen(separator) + strlen(names[i]) + reserve > sizeof sentence->text) {
            snprintf(sentence->text + used, sizeof sentence->text - used, "%sand %zu more", separator,
                     count - i);
            return;
        }
        used += (size_t)sprintf(sentence->text + used, "%s%s", separator, names[i]);
    }
}

int suggest_unknown(struct fault *fault, const char *what, const char *text, const char *const *names,
                    size_t count)
{
    struct fault sentence;
    char plural[64];
    const char *nearest = suggest_nearest(text, names, count);

    pluralize(what, plural, sizeof plural);
    if (!count)
        fault_set(&sentence, "there is no %.60s '%.80s': there are no %s at all", what, text, plural);
    else if (nearest)
        fault_set(&sentence, "there is no %.60s '%.80s': did you mean '%s'? The %s are ", what, text, nearest,
                  plural);
    else
        fault_set(&sentence, "there is no %.60s '%.80s': the %s are ", what, text, plural);
    append_list(&sentence, names, count);
    return fault_set(fault, "%s", sentence.text);
}
