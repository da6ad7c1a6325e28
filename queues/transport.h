/* transport.h - what the queues have in common that the kernel keeps (a pipe, a socket pair, a message queue,
   event counters): they are waited for with poll(2), and closed for all who wait by a descriptor that becomes
   readable. */
#ifndef QUEUES_TRANSPORT_H
#define QUEUES_TRANSPORT_H

#include "deadline.h"
#include "gate.h"

#include <sluice/backend.h>

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct transport {
    struct gate gate; /* of the producers */
    int closer;       /* an eventfd, readable from when the gate is shut */
};

/* 0 or -errno; transport_destroy releases it either way. */
static int transport_init(struct transport *transport, uint32_t producers)
{
    transport->closer = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (transport->closer < 0)
        return -errno;
    return gate_init(&transport->gate, producers) ? 0 : -ENOMEM;
}

static void transport_destroy(struct transport *transport)
{
    gate_destroy(&transport->gate);
    if (transport->closer >= 0)
        close(transport->closer);
}

static void transport_close(struct transport *transport)
{
    if (gate_shut(&transport->gate, NULL, NULL))
        eventfd_write(transport->closer, 1);
}

/* What an empty queue answers, which was found so after this was asked. */
SLUICE_INLINE enum sluice_status transport_empty(const struct transport *transport)
{
    return SLUICE_UNLIKELY(gate_state(&transport->gate) == GATE_SHUT) ? SLUICE_CLOSED : SLUICE_AGAIN;
}

/* Waits until the descriptor is ready for `events`, or the queue is closed, or a signal came. False: the
   deadline has passed; null: there is none. */
SLUICE_OUTLINE bool transport_wait_slowly(const struct transport *transport, int descriptor, short events,
                                          const struct timespec *deadline)
{
    struct pollfd polled[] = {{.fd = descriptor, .events = events},
                              {.fd = transport->closer, .events = POLLIN}};
    struct timespec left = {0, 0};
    if (deadline) {
        int64_t left_ns = deadline_left_slowly(deadline);
        left = (struct timespec){left_ns / 1000000000, left_ns % 1000000000};
    }
    return ppoll(polled, 2, deadline ? &left : NULL, NULL) != 0;
}

#endif
