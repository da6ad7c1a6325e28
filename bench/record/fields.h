/* fields.h - checks objects of a line of JSON against tables that say which fields they must have, and takes
   the values out. */
#ifndef BENCH_FIELDS_H
#define BENCH_FIELDS_H

#include "base/fault.h"

#include "record/tape.h"

#include <stdbool.h>
#include <stddef.h>

/* What a field may be, and the type that its value is stored as. */
enum field_kind {
    FIELD_TEXT, /* const char *, of the set of texts; null where null is allowed and there */
    FIELD_TEXT_OR_NULL,
    FIELD_INTEGER, /* double, and so are all numbers but indexes; NAN for null */
    FIELD_INDEX,   /* 0 to UINT_MAX, as unsigned */
    FIELD_COUNT,   /* an integer of 0 or more */
    FIELD_COUNT_OR_NULL,
    FIELD_MEASURE, /* a number of 0 or more */
    FIELD_MEASURE_OR_NULL,
    FIELD_FLAG,   /* bool */
    FIELD_OBJECT, /* const struct tape_node *, and so are these: */
    FIELD_ARRAY,
    FIELD_TEXTS, /* an array of them */
};

struct field {
    const char *key;
    enum field_kind kind;
    ptrdiff_t offset; /* of the value in the caller's struct, or FIELD_CHECKED */
};

enum { FIELD_CHECKED = -1 /* must be there, but is not stored */ };

/* Checks that the object (which may be none at all) has all the fields, and stores their values in `target`,
   texts as the copies that `texts` owns. 0, or -1 with the end of a sentence: "lacks 'config.queue', which
   must be a text"; `within` is what led to the object, such as "config.". */
int fields_read(const struct tape_node *object, const char *within, const struct field *fields, size_t count,
                void *target, struct text_set *texts, struct fault *fault);

/* Whether this is an array of `count` numbers of 0 or more. */
bool fields_are_measures(const struct tape_node *array, size_t count);

#endif
