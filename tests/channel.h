/* channel.h - what the tests of the channel share: hops, hands (threads' sides of them), and counted kernel
 * calls. */
#ifndef TESTS_CHANNEL_H
#define TESTS_CHANNEL_H

#include "support.h"

#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel calls of the event counts go by way of the tests, which count them. */
long counted_syscall(long number, ...) __attribute__((nothrow));
extern _Atomic uint64_t kernel_calls;
#define syscall counted_syscall
#include <sluice/stage.h>
#undef syscall

#include <pthread.h>

extern const struct sluice_backend *backend; /* under test; null in the tests that need none */

/* Whether the items of a producer come out in order. */
bool keeps_order(void);
/* Whether the program would end a hop by sentinels: they must not overtake items. */
bool takes_sentinels(void);

/* A channel over a queue of the backend. */
struct hop {
    struct sluice_channel channel;
    enum sluice_signal signal;
};

/* `policy` as in --wait. capacity: of the queue where it can be bounded. */
void hop_open(struct hop *hop, const char *policy, enum sluice_ending ending, uint64_t capacity,
              uint32_t producers, uint32_t consumers);
void hop_close(struct hop *hop);

/* A thread and its ends. */
struct hand {
    alignas(SLUICE_SEPARATE) struct sluice_thread thread;
    struct sluice_slot slot;
    enum sluice_signal signal;
    pthread_t id;
    void *context;
    uint32_t index;
    uint64_t value;      /* to be put */
    uint64_t count, sum; /* of what it took, for the test to use */
    enum sluice_status last;
};

/* Null: the hand has no such end. */
void hand_init(struct hand *hand, struct hop *in, uint32_t in_index, struct hop *out, uint32_t out_index);
void hand_release(struct hand *hand);
void hand_start(struct hand *hand, void *(*run)(void *));

enum sluice_status hand_get(struct hand *hand, uint64_t *value);
enum sluice_status hand_put(struct hand *hand, uint64_t value);
enum sluice_status hand_get_until(struct hand *hand, uint64_t *value, const struct timespec *deadline);
enum sluice_status hand_put_until(struct hand *hand, uint64_t value, const struct timespec *deadline);
/* Likewise many at once: how many were taken, or put. */
size_t hand_get_n(struct hand *hand, uint64_t *values, size_t n);
size_t hand_put_n(struct hand *hand, uint64_t first, size_t n, enum sluice_status *status);

/* The wait policies that the tests try; the last one is null. */
extern const char *const policies[];
bool policy_applies(const char *policy);
bool policy_spins(const char *policy);
/* Runs a test of one policy over all of them. */
void over_policies(const char *test, void (*run)(const char *policy));
#define OVER_POLICIES(test)                                                                                  \
    static void test_##test(void **state)                                                                    \
    {                                                                                                        \
        (void)state;                                                                                         \
        over_policies(#test, test);                                                                          \
    }

#endif
