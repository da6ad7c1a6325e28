/* subject.h - what the tests of the contract share: the queue that they are about, how they say what they
   find, and the operations in their simplest form. All of it is for the process of one test. */
#ifndef BENCH_CONTRACT_SUBJECT_H
#define BENCH_CONTRACT_SUBJECT_H

#include "base/sanitized.h"
#include "contract/contract.h"

#include <sluice/backend.h>

#include <pthread.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

extern const struct sluice_backend *subject;

/* ---- saying what is wrong: ends the process, from any thread; the first one counts ---- */

_Noreturn void find(enum contract_kind kind, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The test could not be made, which is not the queue's fault. */
_Noreturn void give_up(const char *format, ...) __attribute__((format(printf, 1, 2)));
#define EXPECT(kind, condition, ...) ((condition) ? (void)0 : find(kind, __VA_ARGS__))

/* What the test is about cannot be seen of this queue; the test ends as one that found nothing. */
void not_tried(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What goes on now, for findings, hangs and crashes; for the first thread. */
void doing(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- what the traits allow ---- */

bool can_be_bounded(void);
bool can_be_unbounded(void);
bool is_ordered(void);
bool has_spans(void);
bool blocks_natively(void);
bool blocks_when_full(void);
/* `bounded` where the queue can be, else 0. */
uint64_t capacity_within_traits(uint64_t bounded);

static inline uint32_t at_most(uint32_t wanted, uint32_t most)
{
    return wanted < most ? wanted : most;
}

/* A count of items that takes about as long under a sanitizer as it does without. */
static inline uint64_t scaled(uint64_t items)
{
    return SANITIZED ? items / 8 + 1 : items;
}

/* A seed for the use `which`, another one in each round. */
uint64_t seed_for(uint64_t which);

/* ---- items ---- */

/* What stands for `value`: itself, or a payload where the queue is intrusive. */
void *item_of(uint64_t value);
/* The value of an item that came out, which is released. */
uint64_t value_of(void *item);

/* ---- queues and ends ---- */

/* A queue for so many; capacity 0: unbounded. A finding where it cannot be made. */
void *make_queue(uint64_t capacity, uint32_t producers, uint32_t consumers);
/* The same, with what `create` answers: 0 or -errno. */
int try_make_queue(uint64_t capacity, uint32_t producers, uint32_t consumers, void **queue);
void *attach(void *queue, enum sluice_end side, uint32_t index);

/* A queue with one producer and one consumer, which this thread is both. */
struct queue {
    void *self, *in, *out; /* in: the producer's end */
    uint64_t capacity;     /* as the queue reports it; 0: unbounded */
};
struct queue queue_open(uint64_t capacity);
void queue_close(struct queue *queue);

/* Values are 1, 2, 3 ...: `value` is the next one to come out, or that goes in as the value-th. */
void put_value(struct queue *queue, uint64_t value);
void take_value(struct queue *queue, uint64_t value);
void expect_empty(struct queue *queue);
void expect_full(struct queue *queue);
/* That these items, which came out in this order, are `first` and those after it; releases them. */
void expect_run(struct queue *queue, void *const *items, size_t n, uint64_t first);

/* That what was put is what came out: the differences of their numbers and of the sums of their values. */
void expect_same_items(uint64_t count, uint64_t sum);

/* ---- threads ---- */

void start_thread(pthread_t *thread, void *(*run)(void *), void *argument);

/* ---- the tests, and for whom they are; a null name ends them ---- */

struct contract_test {
    const char *name;
    void (*run)(void);
    bool (*applies)(void); /* null: every queue; instruments only where it says so */
};
extern const struct contract_test descriptor_tests[], serial_tests[], room_tests[], span_tests[],
    close_tests[], deadline_tests[], takeover_tests[], crowd_tests[], turn_tests[], progress_tests[];

#endif
