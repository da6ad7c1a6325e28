/* tape.h - a line of JSON as a tape: its values one behind the other, in the order of the text, in memory
   that the next line uses again. Reading a campaign of a hundred thousand trials is reading lines of 7 KB of
   which a few dozen numbers matter: a tree with an allocation a value takes ten times as long.

   What is JSON is as strict as RFC 8259 says: UTF-8, no duplicate keys; and no text may hold a NUL. */
#ifndef BENCH_TAPE_H
#define BENCH_TAPE_H

#include "base/text_set.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tape_kind {
    TAPE_NULL,
    TAPE_FALSE,
    TAPE_TRUE,
    TAPE_INTEGER, /* without a fraction and an exponent, of 64 bits */
    TAPE_REAL,
    TAPE_TEXT,
    TAPE_ARRAY,
    TAPE_OBJECT, /* on the tape: key, value, key, value, ...; keys are texts */
};

struct tape_node {
    uint8_t kind;   /* enum tape_kind */
    bool escaped;   /* of a text: it has backslashes */
    uint32_t count; /* elements of an array, members of an object, bytes of a text as it is written */
    uint32_t span;  /* nodes up to the next sibling: 1, or all inner ones and itself */
    union {
        double number;    /* the nearest one */
        const char *text; /* into the line, not terminated */
    };
};

/* All zero is an empty tape. */
struct tape {
    struct tape_node *node; /* the first one is the line's value */
    size_t count, room;
};

enum { TAPE_DEPTH = 64 /* most arrays and objects within one another */ };

/* Reads a line, to which the tape's texts refer from then on. Null, or why it is no JSON: a phrase. */
const char *tape_read(struct tape *tape, const char *line, size_t length);
void tape_release(struct tape *tape);

/* Null nodes are asked in vain: where a member is missing, so is what would be in it. */

/* The value of a member; null: it is no object, or has none of that name. `near`, which may be null, is where
   the search starts, a node that this returned for the same object: asking in the order of the text is fast.
 */
const struct tape_node *tape_member(const struct tape_node *object, const char *key,
                                    const struct tape_node *near);
bool tape_is_text(const struct tape_node *node, const char *text);
/* The text as it is meant, the set's own; null: it is no text, or memory is out. */
const char *tape_text(const struct tape_node *node, struct text_set *texts);

/* Below: asked for each number of a file, and so inline. */

static inline bool tape_is(const struct tape_node *node, enum tape_kind kind)
{
    return node && node->kind == kind;
}

static inline bool tape_is_number(const struct tape_node *node)
{
    return tape_is(node, TAPE_INTEGER) || tape_is(node, TAPE_REAL);
}

/* How many elements; 0 where it is no array. */
static inline size_t tape_size(const struct tape_node *array)
{
    return tape_is(array, TAPE_ARRAY) ? array->count : 0;
}

static inline const struct tape_node *tape_next(const struct tape_node *node)
{
    return node + node->span;
}

/* The first element; null: it is no array, or an empty one. The next one is tape_next() of it. */
static inline const struct tape_node *tape_first(const struct tape_node *array)
{
    return tape_size(array) ? array + 1 : NULL;
}

#endif
