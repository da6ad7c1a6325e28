/* socketpair.c - a pair of Unix sockets as a queue. They are a stream (SOCK_STREAM): with records
   (SOCK_SEQPACKET, SOCK_DGRAM) a read gives the items of one write only, and loses those that it has no room
   for.

   Every write makes a buffer, and the sender is refused once its buffers' true sizes, several hundred bytes
   each, reach the send buffer's. The size of an item's is asked of the kernel; the few that are kept free are
   for a batch's, which stays whole until its last item is read. How large a send buffer may be is
   net.core.wmem_max. */
#include "stream.h"

#include <sys/ioctl.h>
#include <sys/socket.h>

#include <linux/sockios.h>

#define SPARE_ITEMS 64

/* Bytes that the kernel keeps for one item; or -errno. */
static int64_t size_of_item(const struct stream_queue *queue)
{
    void *item = NULL;
    int bytes;
    if (write(queue->in, &item, STREAM_ITEM) < 0 || ioctl(queue->in, SIOCOUTQ, &bytes) < 0 ||
        read(queue->out, &item, STREAM_ITEM) < 0)
        return -errno;
    return bytes;
}

static int64_t open_pair(struct stream_queue *queue, uint64_t capacity)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0)
        return -errno;
    queue->in = ends[0];
    queue->out = ends[1];
    int64_t item = size_of_item(queue);
    if (item <= 0)
        return item ? item : -ENOTSUP;
    /* The kernel doubles what it is given, and gives what it may. Up to the last byte, one more buffer is
     * taken. */
    int64_t wanted = ((int64_t)capacity + SPARE_ITEMS) * item / 2;
    int bytes = wanted < INT32_MAX / 2 ? (int)(wanted + 7) / 8 * 8 : INT32_MAX / 2 / 8 * 8;
    socklen_t size = sizeof bytes;
    if (setsockopt(queue->in, SOL_SOCKET, SO_SNDBUF, &bytes, size) < 0 ||
        getsockopt(queue->in, SOL_SOCKET, SO_SNDBUF, &bytes, &size) < 0)
        return -errno;
    int64_t most = bytes / item - SPARE_ITEMS;
    queue->item_bytes = (size_t)item;
    return most < 1 ? -ENOTSUP : (int64_t)capacity < most ? (int64_t)capacity : most;
}

static int socketpair_create(const struct sluice_queue_config *config, void **out)
{
    return stream_create(config, open_pair, out);
}

STREAM_BACKEND(socketpair, "socketpair",
               "a pair of Unix stream sockets, eight bytes an item; blocks natively",
               "unix(7), SO_SNDBUF in socket(7)", SLUICE_MEMORY_NODES, socketpair_create);
