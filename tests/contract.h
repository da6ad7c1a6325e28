/* contract.h - the test suite of the queue contract (queue.h), run against one backend at a time: what its
   parts share. The suite knows a backend only by its descriptor, and asks for what the traits claim. */
#ifndef TESTS_CONTRACT_H
#define TESTS_CONTRACT_H

#include "support.h"

#include <sluice/backend.h>

extern const struct sluice_backend *backend; /* under test */

/* A queue with its first producer and its first consumer attached. */
struct queue {
    void *self, *in, *out; /* in: the producer's end */
    uint64_t capacity;     /* as the queue reports it; 0: unbounded */
};

/* 0 or -errno. */
int make_queue(const struct sluice_queue_config *config, void **queue);
/* Fails the test where the queue cannot be made. capacity 0: unbounded. */
struct queue queue_open(uint64_t capacity, uint32_t producers, uint32_t consumers);
void queue_close(struct queue *queue);

/* One configuration within the traits: `bounded` where the backend can be, else 0. */
uint64_t capacity_within_traits(uint64_t bounded);
bool can_be_bounded(void);
bool can_be_unbounded(void);
bool has_spans(void);
bool blocks_natively(void);

/* What stands for `value`: itself, or a payload where the backend is intrusive. Null: no memory. */
void *item_of(uint64_t value);
/* The value of an item that came out, which is released. */
uint64_t value_of(void *item);

/* Puts and takes that must succeed at once, in one thread. */
void put_value(struct queue *queue, uint64_t value);
void take_value(struct queue *queue, uint64_t value);
void expect_empty(struct queue *queue);
/* That an item which came out has the value, unless the queue claims no order; releases it. */
void expect_same(void *item, uint64_t value);

/* The tests, and for whom they are: null is for every backend that is a queue. */
struct contract_test {
    const char *name;
    void (*run)(void **state);
    bool (*applies)(void);
};
/* The last name is null. */
extern const struct contract_test serial_tests[], span_tests[], close_tests[], deadline_tests[],
    attach_tests[], thread_tests[], order_tests[];

#endif
