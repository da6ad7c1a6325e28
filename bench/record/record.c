/* record.c - the file that records are written to: see record.h. */
#include "record/record.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Keeps others from writing to the file while it is open. A trial's process may hold the lock for a moment
   longer than a campaign that was killed. */
static int claim(struct record_file *file, struct fault *fault)
{
    enum { TRIES = 100, TRY_MS = 10 };
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    for (int i = 0; fcntl(file->descriptor, F_OFD_SETLK, &lock) < 0; i++) {
        if (errno != EAGAIN && errno != EACCES) /* a file system without locks */
            return 0;
        if (i == TRIES) {
            record_close(file);
            return fault_set(fault, "'%s' is being written by another sluice: wait until it has ended",
                             file->path);
        }
        poll(NULL, 0, TRY_MS);
    }
    return 0;
}

/* Makes the file's name in its folder survive a power failure, where the file system can. */
static void sync_folder(const char *path)
{
    char folder[sizeof(struct record_file)];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor >= 0) {
        fsync(descriptor);
        close(descriptor);
    }
}

int record_create(struct record_file *file, const char *path, struct fault *fault)
{
    snprintf(file->path, sizeof file->path, "%s", path);
    file->descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
    if (file->descriptor >= 0) {
        sync_folder(path);
        return claim(file, fault);
    }
    if (errno == EEXIST)
        return fault_set(
            fault, "'%s' is there already and is not overwritten: name another file with --output", path);
    return fault_set(fault, "the results cannot be written to '%s': %m; name another file with --output",
                     path);
}

/* The length of the whole lines in the file; the rest is a line that was cut. */
static off_t whole_length(int descriptor)
{
    off_t length = lseek(descriptor, 0, SEEK_END);
    char byte;
    while (length > 0 && pread(descriptor, &byte, 1, length - 1) == 1 && byte != '\n')
        length--;
    return length;
}

int record_reopen(struct record_file *file, const char *path, struct fault *fault)
{
    snprintf(file->path, sizeof file->path, "%s", path);
    static const char head[] = "{\"record\":\"campaign\"";
    char begin[sizeof head - 1];
    file->descriptor = open(path, O_RDWR | O_APPEND | O_CLOEXEC);
    if (file->descriptor < 0)
        return fault_set(fault, "'%s' cannot be opened to go on with it: %m", path);
    ssize_t length = pread(file->descriptor, begin, sizeof begin, 0);
    if (length < 0 || memcmp(begin, head, (size_t)length) != 0) {
        record_close(file); /* somebody's own: not a byte of it is touched */
        return fault_set(fault, "'%s' is no campaign of sluice: name a file that `sluice run` wrote", path);
    }
    if (claim(file, fault))
        return -1;
    off_t whole = whole_length(file->descriptor);
    if (whole == 0) {
        record_close(file);
        return fault_set(
            fault,
            "'%s' was interrupted before its header was written, and nothing was measured: remove "
            "it and run the campaign again",
            path);
    }
    if (ftruncate(file->descriptor, whole) == 0)
        return 0;
    record_close(file);
    return fault_set(fault, "the cut last line of '%s' cannot be removed: %m", path);
}

int record_write(struct record_file *file, json_t *object, struct fault *fault)
{
    char *line = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(9));
    json_decref(object);
    if (!line)
        return fault_set(fault, "a record could not be made: out of memory");
    size_t length = strlen(line);
    line[length++] = '\n'; /* in place of the terminator */
    off_t before = lseek(file->descriptor, 0, SEEK_END);
    ssize_t written = write(file->descriptor, line, length);
    if (written > 0 && written < (ssize_t)length) /* the reason comes with the next byte */
        written = write(file->descriptor, line + written, length - (size_t)written) < 0 ? -1 : 0;
    int error = written < 0 ? errno : EIO;
    free(line);
    if (written == (ssize_t)length)
        return 0;
    if (before >= 0 && ftruncate(file->descriptor, before) < 0)
        error = errno;
    return fault_set(fault, "a result could not be written to '%s': %s; all before it are kept", file->path,
                     strerror(error));
}

int record_sync(struct record_file *file, struct fault *fault)
{
    /* EINVAL: a pipe or a device, which has nothing to sync. */
    if (fdatasync(file->descriptor) == 0 || errno == EINVAL || errno == EROFS)
        return 0;
    return fault_set(fault, "'%s' could not be synced: %m", file->path);
}

void record_close(struct record_file *file)
{
    if (file->descriptor >= 0)
        close(file->descriptor);
    file->descriptor = -1;
}

double record_round(double value)
{
    char text[32];
    snprintf(text, sizeof text, "%.9g", value);
    return strtod(text, NULL);
}
