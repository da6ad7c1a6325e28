/* lines.c - see lines.h. */
#include "base/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int lines_open(struct lines *lines, const char *path, struct fault *fault)
{
    struct stat status;
    *lines = (struct lines){.path = path, .stream = fopen(path, "re")};
    if (!lines->stream || fstat(fileno(lines->stream), &status) < 0)
        return fault_set(fault, "'%s' cannot be read: %s; name a file that `sluice run` wrote", path,
                         strerror(errno));
    if (S_ISDIR(status.st_mode))
        return fault_set(fault, "'%s' is a folder: name a file in it that `sluice run` wrote", path);
    return 0;
}

static int make_room(struct lines *lines, struct fault *fault)
{
    size_t room = lines->room ? 2 * lines->room : 4096;
    char *text = realloc(lines->text, room);
    if (!text)
        return fault_set(fault, "out of memory");
    lines->text = text;
    lines->room = room;
    return 0;
}

int lines_next(struct lines *lines, struct fault *fault)
{
    int byte;
    lines->number++;
    for (lines->length = 0;; lines->text[lines->length++] = (char)byte) {
        if (lines->length == lines->room && make_room(lines, fault))
            return -1;
        byte = getc_unlocked(lines->stream);
        if (byte == EOF || byte == '\n')
            break;
        if (lines->length == LINES_MAX_LENGTH)
            return fault_set(
                fault, "line %zu of '%s' is longer than any that `sluice run` writes: name one of its files",
                lines->number, lines->path);
    }
    if (ferror(lines->stream))
        return fault_set(fault, "'%s' cannot be read: %s", lines->path, strerror(errno));
    lines->cut = byte == EOF;
    return !(lines->cut && lines->length == 0);
}

void lines_close(struct lines *lines)
{
    if (lines->stream)
        fclose(lines->stream);
    free(lines->text);
}
