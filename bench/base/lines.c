/* lines.c - see lines.h. */
#include "base/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_ROOM = 256 << 10 };

static const struct lines_kind records = {"a file that `sluice run` wrote", LINES_MAX_LENGTH};

int lines_open(struct lines *lines, const char *path, struct fault *fault)
{
    return lines_open_kind(lines, path, &records, fault);
}

int lines_open_kind(struct lines *lines, const char *path, const struct lines_kind *kind, struct fault *fault)
{
    struct stat status;
    *lines = (struct lines){.path = path, .kind = kind, .descriptor = open(path, O_RDONLY | O_CLOEXEC)};
    if (lines->descriptor < 0 || fstat(lines->descriptor, &status) < 0)
        return fault_set(fault, "'%s' cannot be read: %s; name %s", path, strerror(errno), kind->what);
    if (S_ISDIR(status.st_mode))
        return fault_set(fault, "'%s' is a folder: name %s", path, kind->what);
    return 0;
}

int lines_open_text(struct lines *lines, const char *text, const char *path, const struct lines_kind *kind,
                    struct fault *fault)
{
    size_t length = strlen(text);
    *lines = (struct lines){.path = path, .kind = kind, .descriptor = -1, .buffer = strdup(text)};
    if (!lines->buffer)
        return fault_set(fault, "out of memory");
    lines->room = lines->end = length;
    return 0;
}

/* Makes room behind what the buffer holds: at its beginning first. */
static int make_room(struct lines *lines, struct fault *fault)
{
    if (lines->begin) {
        memmove(lines->buffer, lines->buffer + lines->begin, lines->end - lines->begin);
        lines->end -= lines->begin;
        lines->begin = 0;
    }
    if (lines->end < lines->room)
        return 0;
    size_t room = lines->room ? 2 * lines->room : FIRST_ROOM;
    char *buffer = realloc(lines->buffer, room);
    if (!buffer)
        return fault_set(fault, "out of memory");
    lines->buffer = buffer;
    lines->room = room;
    return 0;
}

/* Reads on: 1; 0 at the file's end; -1 with a sentence. */
static int fill(struct lines *lines, struct fault *fault)
{
    ssize_t got;
    if (lines->descriptor < 0)
        return 0;
    if (make_room(lines, fault))
        return -1;
    do
        got = read(lines->descriptor, lines->buffer + lines->end, lines->room - lines->end);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return fault_set(fault, "'%s' cannot be read: %s", lines->path, strerror(errno));
    lines->end += (size_t)got;
    return got > 0;
}

int lines_next(struct lines *lines, struct fault *fault)
{
    const char *newline = NULL;
    size_t looked = 0;
    int more = 1;
    lines->offset += lines->number ? lines->length + !lines->cut : 0;
    lines->number++;
    while (more > 0) {
        size_t held = lines->end - lines->begin;
        if (held > looked)
            newline = memchr(lines->buffer + lines->begin + looked, '\n', held - looked);
        looked = newline ? (size_t)(newline - lines->buffer) - lines->begin : held;
        if (looked > lines->kind->max_length)
            return fault_set(fault, "line %zu of '%s' is longer than any of %s", lines->number, lines->path,
                             lines->kind->what);
        if (newline)
            break;
        more = fill(lines, fault);
    }
    if (more < 0)
        return -1;
    lines->text = lines->buffer + lines->begin;
    lines->length = looked;
    lines->cut = !newline;
    lines->begin += looked + (newline != NULL);
    return newline || looked;
}

void lines_close(struct lines *lines)
{
    if (lines->descriptor >= 0)
        close(lines->descriptor);
    free(lines->buffer);
}
