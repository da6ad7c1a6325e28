/* text_set.c - see text_set.h: a hash table with linear probing, at most half full. */
#include "base/text_set.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a: texts that differ in their last letters only, as labels do, come to lie far apart. */
static size_t hash(const char *text, size_t length)
{
    uint64_t value = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < length; i++)
        value = (value ^ (unsigned char)text[i]) * UINT64_C(1099511628211);
    return (size_t)(value ^ value >> 32);
}

/* Where the text is, or where it belongs. */
static char **find(const struct text_set *set, const char *text, size_t length)
{
    size_t i = hash(text, length) & (set->room - 1);
    while (set->slot[i] && (strncmp(set->slot[i], text, length) != 0 || set->slot[i][length]))
        i = (i + 1) & (set->room - 1);
    return &set->slot[i];
}

static int grow(struct text_set *set)
{
    struct text_set larger = {.room = set->room ? 2 * set->room : 64, .count = set->count};
    if (!(larger.slot = calloc(larger.room, sizeof *larger.slot)))
        return -1;
    for (size_t i = 0; i < set->room; i++)
        if (set->slot[i])
            *find(&larger, set->slot[i], strlen(set->slot[i])) = set->slot[i];
    free(set->slot);
    *set = larger;
    return 0;
}

const char *text_set_own(struct text_set *set, const char *text, size_t length)
{
    char **slot;
    if (2 * set->count >= set->room && grow(set))
        return NULL;
    slot = find(set, text, length);
    if (!*slot && (*slot = strndup(text, length)))
        set->count++;
    return *slot;
}

int text_set_add(struct text_set *set, const char *text)
{
    size_t before = set->count;
    return text_set_own(set, text, strlen(text)) ? set->count > before : -1;
}

void text_set_release(struct text_set *set)
{
    for (size_t i = 0; i < set->room; i++)
        free(set->slot[i]);
    free(set->slot);
    *set = (struct text_set){.slot = NULL};
}
