/* lines.h - reads a file line by line, whatever is in it: lines may hold any bytes, and none grows without
 * end. */
#ifndef BENCH_LINES_H
#define BENCH_LINES_H

#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>

enum { LINES_MAX_LENGTH = 16 << 20 /* bytes; a file of ours with a longer line is refused */ };

/* What a file is to be, for the sentences, and how long its lines may be. */
struct lines_kind {
    const char *what; /* "a file that `sluice run` wrote" */
    size_t max_length;
};

struct lines {
    int descriptor; /* -1: all that there is is in the buffer */
    const char *path;
    const struct lines_kind *kind;
    size_t number;    /* of the line that was read last, from 1 */
    const char *text; /* of that line, without its newline and not terminated; never null after lines_next */
    size_t length;
    size_t offset; /* of the line in the file */
    bool cut;      /* it is the last one and has no newline */
    /* What was read of the file and not given yet is from `begin` to `end` of the buffer. */
    char *buffer;
    size_t room, begin, end;
};

/* Opens a file, whose path must outlive the reading; of records, or of another kind. 0, or -1 with a
   sentence: not there, a folder. In any case close with lines_close. */
int lines_open(struct lines *lines, const char *path, struct fault *fault);
int lines_open_kind(struct lines *lines, const char *path, const struct lines_kind *kind,
                    struct fault *fault);
/* The same of a text in memory, which is called `path`. */
int lines_open_text(struct lines *lines, const char *text, const char *path, const struct lines_kind *kind,
                    struct fault *fault);
/* Reads the next line: 1; 0 at the file's end; -1 with a sentence. */
int lines_next(struct lines *lines, struct fault *fault);
void lines_close(struct lines *lines);

#endif
