/* suggest.h - the answer to a name that nobody knows: the nearest known one, and the full list.

   Both functions are pure and may be called from any thread. Names are compared without regard to letter
   case; names and texts of more than 63 bytes are near nothing. */
#ifndef BENCH_SUGGEST_H
#define BENCH_SUGGEST_H

#include <stddef.h>

struct fault;

/* Returns that of the `count` names which the user most likely meant by `text`, or null when none is
   near. Near are, with n the length of the text:
     - a name that holds the text,
     - a name within max(1, n / 3) edits of the text (for n = 1 none),
     - a name whose beginning is within n / 4 edits of the text (ck-rng: ck-ring-spsc).
   Fewest edits win, then the order above from whole name over beginning to inside, then the name nearest
   as a whole, then the first one in the list. An edit inserts, drops or replaces a letter or swaps two
   neighbours, none of them edited twice (Damerau, "A technique for computer detection and correction
   of spelling errors", Communications of the ACM 7(3), 1964, in the form known as optimal string
   alignment). The result is one of `names`, which stays the caller's. */
const char *suggest_nearest(const char *text, const char *const *names, size_t count);

/* Writes into `fault` (may be null) that there is no `what` (a noun in the singular, such as "queue" or "wait
   policy") called `text`, the nearest name where there is one, and the full list, in the order given
   (where it does not fit, how many more there are):
       there is no queue 'ck-rng': did you mean 'ck-ring-spsc'? The queues are a, b, c
   Returns -1. */
int suggest_unknown(struct fault *fault, const char *what, const char *text, const char *const *names,
                    size_t count);

#endif
