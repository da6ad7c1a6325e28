/* text_set.h - a set of texts: whether one was seen before, and one copy of each. */
#ifndef BENCH_TEXT_SET_H
#define BENCH_TEXT_SET_H

#include <stddef.h>

/* All zero is an empty set. */
struct text_set {
    char **slot; /* owned copies; null: free */
    size_t room, count;
};

/* Adds a text: 1; 0 where it is there already; -1 when memory is out. */
int text_set_add(struct text_set *set, const char *text);
/* The set's own copy, terminated, of a text of so many bytes, none of them 0: it is added if it is not there,
   and lives as long as the set. Null: memory is out. */
const char *text_set_own(struct text_set *set, const char *text, size_t length);
/* Frees what the set owns and empties it. */
void text_set_release(struct text_set *set);

#endif
