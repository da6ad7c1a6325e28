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

static bool are_texts(const json_t *array)
{
    for (size_t i = 0; i < json_array_size(array); i++)
        if (!json_is_string(json_array_get(array, i)))
            return false;
    return json_is_array(array);
}

static bool is_count(const json_t *value)
{
    return json_is_integer(value) && json_integer_value(value) >= 0;
}

static bool is_measure(const json_t *value)
{
    return json_is_number(value) && json_number_value(value) >= 0;
}

bool fields_are_measures(const json_t *array, size_t count)
{
    for (size_t i = 0; i < json_array_size(array); i++)
        if (!is_measure(json_array_get(array, i)))
            return false;
    return json_is_array(array) && json_array_size(array) == count;
}

static bool is_of_kind(const json_t *value, enum field_kind kind)
{
    switch (kind) {
    case FIELD_TEXT_OR_NULL:
        return json_is_null(value) || json_is_string(value);
    case FIELD_COUNT_OR_NULL:
        return json_is_null(value) || is_count(value);
    case FIELD_MEASURE_OR_NULL:
        return json_is_null(value) || is_measure(value);
    case FIELD_TEXT:
        return json_is_string(value);
    case FIELD_INTEGER:
        return json_is_integer(value);
    case FIELD_INDEX:
        return is_count(value) && json_integer_value(value) <= UINT_MAX;
    case FIELD_COUNT:
        return is_count(value);
    case FIELD_MEASURE:
        return is_measure(value);
    case FIELD_FLAG:
        return json_is_boolean(value);
    case FIELD_OBJECT:
        return json_is_object(value);
    case FIELD_ARRAY:
        return json_is_array(value);
    case FIELD_TEXTS:
        return are_texts(value);
    }
    return false;
}

static void store(const json_t *value, enum field_kind kind, void *target)
{
    switch (kind) {
    case FIELD_TEXT:
    case FIELD_TEXT_OR_NULL:
        *(const char **)target = json_string_value(value);
        return;
    case FIELD_INDEX:
        *(unsigned *)target = (unsigned)json_integer_value(value);
        return;
    case FIELD_FLAG:
        *(bool *)target = json_is_true(value);
        return;
    case FIELD_OBJECT:
    case FIELD_ARRAY:
    case FIELD_TEXTS:
        *(const json_t **)target = value;
        return;
    default:
        *(double *)target = json_is_null(value) ? NAN : json_number_value(value);
    }
}

int fields_read(const json_t *object, const char *within, const struct field *fields, size_t count,
                void *target, struct fault *fault)
{
    for (const struct field *field = fields; field < fields + count; field++) {
        const json_t *value = json_object_get(object, field->key);
        if (!value)
            return fault_set(fault, "lacks '%s%s', which must be %s", within, field->key,
                             kind_names[field->kind]);
        if (!is_of_kind(value, field->kind))
            return fault_set(fault, "has a wrong '%s%s': it must be %s", within, field->key,
                             kind_names[field->kind]);
        if (field->offset != FIELD_CHECKED)
            store(value, field->kind, (char *)target + field->offset);
    }
    return 0;
}
