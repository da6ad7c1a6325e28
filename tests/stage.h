/* stage.h - the tests of the loops (include/sluice/stage.h) as the backends carry them: a line of a source,
   workers and sinks over two hops, and what its parts share. */
#ifndef TESTS_STAGE_H
#define TESTS_STAGE_H

#include "channel.h"
#include "deadline.h"

enum { MANY = 3, BATCH = 5, CHUNK = 8, CREW = 1 + 2 * MANY };

/* How items travel, and how threads wait. */
struct way {
    enum sluice_transfer transfer;
    const char *policy;
};

struct line;

/* A thread of the line. What is not atomic is the thread's until it was joined. */
struct member {
    alignas(SLUICE_SEPARATE) struct sluice_worker worker;
    struct sluice_slot slot;
    struct line *line;
    enum sluice_role role;
    uint32_t index; /* within the role */
    uint64_t latest[MANY];
    void *items[BATCH];
    _Atomic bool cut;              /* from what it waits for: a source's room, the others' items */
    _Atomic bool left;             /* its ends are detached */
    uint64_t attempts, fail_every; /* a worker's; every so many of them fail; 0: none */
    bool lags;                     /* its slot was more than a chunk behind */
    pthread_t id;
};

struct line {
    struct hop hops[2];
    uint32_t workers, sinks, count;
    struct member members[CREW]; /* the source, the workers, the sinks: `count` of them */
    struct member *source, *worker, *sink;
    _Atomic bool ending;
};

/* Capacities are of the hops where they can be bounded. */
void line_open(struct line *line, const struct way *way, enum sluice_ending ending, uint64_t items,
               uint64_t capacity);
void start_members(struct member *members, uint32_t n);
void join_members(struct member *members, uint32_t n);
/* All threads have been joined. Checks that on each hop what was put came out once, and in order where the
   queue keeps any, and that each thread's ledger adds up. */
void line_close(struct line *line);

/* Summed over the threads of a role. After they were joined: exact; as last published, at any time. */
uint64_t total(const struct line *line, enum sluice_role role, enum sluice_count count);
uint64_t published(struct line *line, enum sluice_role role, enum sluice_count count);
/* Until that is so much, or more. */
void await_published(struct line *line, enum sluice_role role, enum sluice_count count, uint64_t n);

/* Joins the hop's tasks, but not for ever. Where that does not come the program ends: threads hang. */
void expect_join(struct line *line, int hop);

struct stage_test {
    const char *name;
    void (*run)(const struct way *way);
    bool (*applies)(void); /* null: to all backends */
};
/* The last name is null. */
extern const struct stage_test flow_tests[], stage_end_tests[];

#endif
