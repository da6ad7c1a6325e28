/* reader.h - what record_read.c, which reads a file, and record_read_trial.c, which reads a trial of it,
 * share. */
#ifndef BENCH_READER_H
#define BENCH_READER_H

#include "record/record.h"

#include "record/fields.h"
#include "base/lines.h"

struct reader {
    struct lines lines;
    struct tape tape; /* of the line that was read last */
    json_t *labels;   /* the configurations as keys; 0, or which baseline was the last to name it, from 1 */
    struct text_set seen; /* "block label" of each trial */
    struct campaign_file *file;
    struct fault *fault;
};

/* Writes a sentence about the line; -1. */
__attribute__((format(printf, 2, 3))) int reader_refuse(const struct reader *reader, const char *format, ...);

/* Reads an object by its table, as fields_read does; 0, or -1 with a sentence about the line. */
int reader_fields(const struct reader *reader, const struct tape_node *object, const char *within,
                  const struct field *fields, size_t count, void *target);

#define READ(reader, object, within, fields, target)                                                         \
    reader_fields(reader, object, within, fields, sizeof(fields) / sizeof *(fields), target)

/* Checks a trial's line and takes its figures, which refer to the object. 0, or -1 with a sentence. */
int reader_trial(const struct reader *reader, const struct tape_node *object, struct trial_figures *figures);

#endif
