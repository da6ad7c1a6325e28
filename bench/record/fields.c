/* fields.c - see fields.h. */
#include "record/fields.h"

#include <limits.h>
#include <math.h>

static const char *const kind_names[] = {
    [FIELD_TEXT] = "a text",
    [FIELD_TEXT_OR_NULL] = "a text or null",
    [FIELD_INTEGER] = "an integer",
    [FIELD_INDEX] = "an integer of 0 to 4294967295",
    [FIELD_COUNT] = "an integer of 0 or more",
    [FIELD_COUNT_OR_NULL] = "an integer of 0 or more, or null",
    [FIELD_MEASURE] = "a number of 0 or more",
    [FIELD_MEASURE_OR_NULL] = "a number of 0 or more, or null",
    [FIELD_FLAG] = "true or false",
    [FIELD_OBJECT] = "an object",
    [FIELD_ARRAY] = "an array",
    [FIELD_TEXTS] = "an array of texts",
};

static bool are_texts(const struct tape_node *array)
{
    const struct tape_node *text = tape_first(array);
    for (size_t i = 0; i < tape_size(array); i++, text = tape_next(text))
        if (!tape_is(text, TAPE_TEXT))
            return false;
    return tape_is(array, TAPE_ARRAY);
}

static bool is_count(const struct tape_node *value)
{
    return tape_is(value, TAPE_INTEGER) && value->number >= 0;
}

static bool is_measure(const struct tape_node *value)
{
    return tape_is_number(value) && value->number >= 0;
}

bool fields_are_measures(const struct tape_node *array, size_t count)
{
    const struct tape_node *number = tape_first(array);
    if (!tape_is(array, TAPE_ARRAY) || tape_size(array) != count)
        return false;
    for (size_t i = 0; i < count; i++, number = tape_next(number))
        if (!is_measure(number))
            return false;
    return true;
}

static bool is_of_kind(const struct tape_node *value, enum field_kind kind)
{
    switch (kind) {
    case FIELD_TEXT_OR_NULL:
        return tape_is(value, TAPE_NULL) || tape_is(value, TAPE_TEXT);
    case FIELD_COUNT_OR_NULL:
        return tape_is(value, TAPE_NULL) || is_count(value);
    case FIELD_MEASURE_OR_NULL:
        return tape_is(value, TAPE_NULL) || is_measure(value);
    case FIELD_TEXT:
        return tape_is(value, TAPE_TEXT);
    case FIELD_INTEGER:
        return tape_is(value, TAPE_INTEGER);
    case FIELD_INDEX:
        return is_count(value) && value->number <= UINT_MAX;
    case FIELD_COUNT:
        return is_count(value);
    case FIELD_MEASURE:
        return is_measure(value);
    case FIELD_FLAG:
        return tape_is(value, TAPE_TRUE) || tape_is(value, TAPE_FALSE);
    case FIELD_OBJECT:
        return tape_is(value, TAPE_OBJECT);
    case FIELD_ARRAY:
        return tape_is(value, TAPE_ARRAY);
    case FIELD_TEXTS:
        return are_texts(value);
    }
    return false;
}

static int store(const struct tape_node *value, enum field_kind kind, void *target, struct text_set *texts)
{
    switch (kind) {
    case FIELD_TEXT:
    case FIELD_TEXT_OR_NULL:
        *(const char **)target = tape_text(value, texts);
        return tape_is(value, TAPE_TEXT) && !*(const char **)target ? -1 : 0;
    case FIELD_INDEX:
        *(unsigned *)target = (unsigned)value->number;
        return 0;
    case FIELD_FLAG:
        *(bool *)target = tape_is(value, TAPE_TRUE);
        return 0;
    case FIELD_OBJECT:
    case FIELD_ARRAY:
    case FIELD_TEXTS:
        *(const struct tape_node **)target = value;
        return 0;
    default:
        *(double *)target = tape_is(value, TAPE_NULL) ? NAN : value->number;
        return 0;
    }
}

int fields_read(const struct tape_node *object, const char *within, const struct field *fields, size_t count,
                void *target, struct text_set *texts, struct fault *fault)
{
    const struct tape_node *near = NULL;
    for (const struct field *field = fields; field < fields + count; field++) {
        const struct tape_node *value = tape_member(object, field->key, near);
        if (!value)
            return fault_set(fault, "lacks '%s%s', which must be %s", within, field->key,
                             kind_names[field->kind]);
        if (!is_of_kind(value, field->kind))
            return fault_set(fault, "has a wrong '%s%s': it must be %s", within, field->key,
                             kind_names[field->kind]);
        if (field->offset != FIELD_CHECKED &&
            store(value, field->kind, (char *)target + field->offset, texts))
            return fault_set(fault, "does not fit into memory");
        near = value;
    }
    return 0;
}
