/* pattern_text.c - patterns as signatures, and back: see pattern.h. */
#include "machine/pattern.h"

#include "machine/signature.h"

#include <stdio.h>
#include <string.h>

const char *pattern_text(pattern p, const struct tree *tree, char *text)
{
    struct signature signature = {.bound = true};

    for (unsigned hop = 0; hop < PLACEMENT_HOPS; hop++)
        snprintf(signature.hop[hop], SIGNATURE_HOP_SIZE, "%s", shared_words[pattern_hop(p, hop) - 1]);
    for (unsigned role = 0; role < PLACEMENT_ROLES; role++) {
        unsigned here = 0;
        for (unsigned other = 0; other < PLACEMENT_ROLES; other++)
            here |= (unsigned)(pattern_meeting(p, other) == pattern_meeting(p, role)) << other;
        if (here & (here - 1))
            signature.meetings |= UINT32_C(1) << here;
        signature.kinds[role] = 1u << pattern_kind(p, role);
    }
    return signature_text(&signature, tree, text);
}

/* Takes the next piece of a text, up to one of the separators; its length. The separator stays. */
static size_t piece(const char **cursor, const char *separators, char *out, size_t size)
{
    size_t length = strcspn(*cursor, separators);

    snprintf(out, size, "%.*s", (int)(length < size ? length : size - 1), *cursor);
    *cursor += length;
    return length;
}

static bool take(const char **cursor, char separator)
{
    if (**cursor != separator)
        return false;
    ++*cursor;
    return true;
}

static int parse_hops(const char **cursor, pattern *p)
{
    char word[16];

    for (unsigned hop = 0; hop < PLACEMENT_HOPS; hop++) {
        unsigned found = 0;
        if (hop && !take(cursor, '-'))
            return -1;
        piece(cursor, "-:", word, sizeof word);
        while (found < SHARED_WORDS && strcmp(word, shared_words[found]) != 0)
            found++;
        if (found == SHARED_WORDS)
            return -1;
        *p |= pattern_of_hops(1u << hop, (enum shared)found);
    }
    return 0;
}

static int parse_kind(const char **cursor, const struct tree *tree, unsigned *kind)
{
    char word[TREE_KIND_SIZE], name[TREE_KIND_SIZE];

    piece(cursor, "-:", word, sizeof word);
    for (*kind = 0; *kind < tree->kinds; ++*kind) {
        tree_kind_name(tree, *kind, name);
        if (strcmp(word, name) == 0)
            return 0;
    }
    return -1;
}

/* One kind for all roles, or five. */
static int parse_kinds(const char **cursor, const struct tree *tree, pattern *p)
{
    unsigned kind;
    bool alike;

    if (!take(cursor, ':') || parse_kind(cursor, tree, &kind) != 0)
        return -1;
    alike = **cursor != '-';
    for (unsigned role = 0; role < PLACEMENT_ROLES; role++) {
        if (role && !alike && (!take(cursor, '-') || parse_kind(cursor, tree, &kind) != 0))
            return -1;
        *p |= (pattern)kind << pattern_kind_shift(role);
    }
    return 0;
}

static int parse_meeting(const char **cursor, unsigned first_of[PLACEMENT_ROLES])
{
    char word[16];
    unsigned first = PLACEMENT_ROLES;

    do {
        unsigned role = 0;
        piece(cursor, "+:", word, sizeof word);
        while (role < PLACEMENT_ROLES && strcmp(word, placement_roles[role]) != 0)
            role++;
        if (role == PLACEMENT_ROLES)
            return -1;
        first = role < first ? role : first;
        first_of[role] = first;
    } while (take(cursor, '+'));
    return 0;
}

int pattern_parse(const char *text, const struct tree *tree, pattern *p)
{
    const char *cursor = text;
    unsigned first_of[PLACEMENT_ROLES] = {0, 1, 2, 3, 4};
    char again[SIGNATURE_SIZE];

    *p = (pattern)PATTERN_EVERY_ROLE << PATTERN_ROLES_SHIFT;
    if (parse_hops(&cursor, p) != 0 || (tree->kinds > 1 && parse_kinds(&cursor, tree, p) != 0))
        return -1;
    while (take(&cursor, ':'))
        if (parse_meeting(&cursor, first_of) != 0)
            return -1;
    for (unsigned role = 0; role < PLACEMENT_ROLES; role++)
        *p |= (pattern)first_of[role] << pattern_meeting_shift(role);
    /* Whatever else may be odd about the text, such as an order of its own, shows here. */
    return *cursor == '\0' && strcmp(pattern_text(*p, tree, again), text) == 0 ? 0 : -1;
}
