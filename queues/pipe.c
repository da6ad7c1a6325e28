/* pipe.c - a pipe as a queue: what is paid where two processes, or two threads, talk through the kernel.

   A pipe is a ring of pages. Small writes are collected on the last page where they fit on it as a whole, so
   that two neighbouring pages hold more than one page's bytes together; the page that is read from and the
   one that is written to may hold as little as one item. Hence the pages that are asked for: two for each
   page of items, and two. */
#include "stream.h"

#include <fcntl.h>

/* The items that certainly fit on so many bytes of pages; 0 on fewer than four pages. */
static uint64_t certain_items(uint64_t bytes, uint64_t page)
{
    uint64_t pages = bytes / page;
    return pages < 4 ? 0 : (pages - 2) / 2 * (page / STREAM_ITEM);
}

/* The kernel rounds up to a power of two, and refuses what is above the user's limits. */
static int64_t open_pipe(struct stream_queue *queue, uint64_t capacity)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
        return -errno;
    queue->out = ends[0];
    queue->in = ends[1];
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), bytes = 4 * page;
    while (certain_items(bytes, page) < capacity && bytes < UINT32_MAX / 4)
        bytes *= 2;
    int got;
    while ((got = fcntl(queue->in, F_SETPIPE_SZ, (int)bytes)) < 0 && bytes > 4 * page)
        bytes /= 2;
    if (got < 0)
        return -errno;
    queue->item_bytes = 2 * STREAM_ITEM;
    uint64_t most = certain_items((uint64_t)got, page);
    return (int64_t)(capacity < most ? capacity : most);
}

static int pipe_create(const struct sluice_queue_config *config, void **out)
{
    return stream_create(config, open_pipe, out);
}

STREAM_BACKEND(pipe, "pipe", "a kernel pipe, eight bytes an item; blocks natively",
               "pipe(7), F_SETPIPE_SZ in fcntl(2)", SLUICE_MEMORY_BLOCKS, pipe_create);
