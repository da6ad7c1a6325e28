/* sizes.h - numbers of threads that depend on the machine at hand, so that one campaign file fits all.

     4              four
     pus            as many as there are PUs that a trial may use
     pus/2, 2*pus   half of them (rounded down, but at least 1), twice as many
     powers         1, 2, 4, ... below that of PUs, and that of PUs
     powers:2*pus   likewise up to another number

   A list such as "powers,1,1" has them in any place; all of its `powers` go together. */
#ifndef BENCH_SIZES_H
#define BENCH_SIZES_H

#include "base/fault.h"

#include <stdbool.h>

enum { SIZES_MOST = 32, SIZES_TEXT_SIZE = 64 };

struct sizes {
    char text[SIZES_MOST][SIZES_TEXT_SIZE]; /* numbers alone */
    unsigned count;
};

/* Whether a text (which is anything) has one of these in it. */
bool sizes_depend(const char *text);

/* What the text stands for on a machine of so many PUs: itself where it does not depend on them. 0, or -1
   with a sentence. */
int sizes_expand(struct sizes *sizes, const char *text, unsigned pus, struct fault *fault);

#endif
