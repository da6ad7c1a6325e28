/* protocol.h - the tests of the channel's protocol (channel.h), which is that of Python's queue.Queue, over
   one backend at a time: what their parts share. */
#ifndef TESTS_PROTOCOL_H
#define TESTS_PROTOCOL_H

#include "channel.h"
#include "deadline.h"

enum { MANY = 3, MOST_VALUES = 1 << 13 };

/* A channel with as many putters and getters as the queue allows, up to MANY. A test that looks at what comes
   out puts the values 1, 2, 3 and so on, each once. */
struct crew {
    struct hop hop;
    uint32_t putters, getters;
    uint64_t last;         /* value that was put; put_values keeps it up */
    bool got[MOST_VALUES]; /* of a queue that keeps no order */
    struct hand putter[MANY], getter[MANY];
};

/* capacity: of the queue where it can be bounded. */
void crew_open(struct crew *crew, const char *policy, enum sluice_ending ending, uint64_t capacity);
/* The threads have been joined. Releases what is left in the queue. */
void crew_close(struct crew *crew);

bool can_be_full(void);

/* What the first putter puts, with the wake-ups that it owes. */
void put_values(struct crew *crew, uint64_t first, uint64_t n);
/* What a getter got is what was due or, of a queue that keeps no order, was put and did not come before. */
void expect_next(struct crew *crew, uint64_t value, uint64_t due);
/* What getters must get, in order; or any as many. */
void expect_values(struct crew *crew, uint64_t first, uint64_t n);
/* The first putter puts from `first` on until the queue is full. Returns how many. */
uint64_t fill_up(struct crew *crew, uint64_t first);

uint64_t unfinished(struct crew *crew);
void expect_joined(struct crew *crew);
void expect_unjoined(struct crew *crew);
/* Waits, but not for ever. Where the join does not come the program ends: threads hang at the channel. */
void expect_join(struct crew *crew);

/* Until the thread of the hand waits. */
void await_state(struct hand *hand, enum sluice_state state);
/* Starts a thread for each of n hands, and waits until they wait. */
void start_waiting(struct hand *hands, uint32_t n, void *(*run)(void *), enum sluice_state state);
void join_hands(struct hand *hands, uint32_t n);

/* Threads: one put of the hand's `value`; one get into `sum`; both without a deadline, the status into
 * `last`.
 */
void *put_one(void *hand);
void *get_one(void *hand);
/* Gets and finishes until it is told that there are no more; `count` and `sum` are of what it got. */
void *get_all(void *hand);

struct protocol_test {
    const char *name;
    void (*run)(const char *policy);
    bool (*applies)(void); /* null: to all backends */
};
/* The last name is null. */
extern const struct protocol_test wait_tests[], task_tests[], end_tests[], race_tests[], hand_off_tests[];

#endif
