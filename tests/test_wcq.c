/* test_wcq.c - interleavings of wCQ's ring (queues/wcq_ring.h) that threads left to themselves hardly ever
   meet: each actor is a thread that goes one step of the algorithm when it is told to. */
#define QUEUES_HURRIED 1
#define QUEUES_STEPPED

#include "../queues/wcq_ring.h"

#include "support.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

/* ---- actors ---- */

struct actor {
    pthread_t thread;
    sem_t go, stands;
    bool ended;
    void (*act)(struct actor *);
    struct wcq_ring *ring;
    struct wcq_record *record;
    int64_t index; /* to put, or taken */
};

static _Thread_local struct actor *self; /* null: the test itself, which never stops */

static void hurry_step(void)
{
    if (self) {
        sem_post(&self->stands);
        sem_wait(&self->go);
    }
}

static void *actor_main(void *actor)
{
    self = actor;
    sem_wait(&self->go);
    self->act(self);
    self->ended = true;
    sem_post(&self->stands);
    return NULL;
}

/* It stands before its first step. */
static void enter(struct actor *actor, struct wcq_ring *ring, unsigned record, int64_t index,
                  void (*act)(struct actor *))
{
    *actor = (struct actor){.act = act, .ring = ring, .record = &ring->records[record], .index = index};
    assert_int_equal(sem_init(&actor->go, 0, 0) | sem_init(&actor->stands, 0, 0), 0);
    assert_int_equal(pthread_create(&actor->thread, NULL, actor_main, actor), 0);
}

static void step(struct actor *actor)
{
    if (!actor->ended) {
        sem_post(&actor->go);
        sem_wait(&actor->stands);
    }
}

static void leave(struct actor *actor)
{
    while (!actor->ended)
        step(actor);
    pthread_join(actor->thread, NULL);
    sem_destroy(&actor->go);
    sem_destroy(&actor->stands);
}

static void put(struct actor *actor)
{
    wcq_put(actor->ring, actor->record, (uint64_t)actor->index);
}

static void take(struct actor *actor)
{
    actor->index = wcq_take(actor->ring, actor->record);
}

static void help_the_first(struct actor *actor)
{
    actor->record->next_record = 0;
    wcq_help_slowly(actor->ring, actor->record);
}

/* ---- the scene ---- */

enum { ORDER = 3, RECORDS = 8, TICKETS = 16 /* in a cycle; the first one is the first of cycle 1 */ };

static void go_to_ticket(struct actor *actor, const union pair *side, uint64_t next)
{
    while (atomic_load(&side->a) != next)
        step(actor);
}

/* An owner on the slow path with the second ticket of the ring is stopped so many steps into it. Meanwhile a
   helper produces its entry, a dequeuer stops before it has taken it, and one that is a cycle ahead leaves
   its note there. The index has to come out once. */
static void stop_an_owner(unsigned steps)
{
    struct wcq_ring ring = {0};
    struct actor owner, helper, dequeuer, others[2];
    unsigned times[4] = {0};
    int64_t index;
    test_doing("the owner stopped after %u steps", steps);
    assert_true(wcq_ring_make(&ring, ORDER, RECORDS, 0));
    for (unsigned i = 0; i < RECORDS; i++)
        ring.records[i].next_check = 1000; /* nobody helps but the helper */
    struct wcq_record *mine = &ring.records[3], *request = &ring.records[0];
    union pair *at = wcq_at(&ring, TICKETS + 2);

    wcq_put(&ring, mine, 0);
    assert_int_equal(wcq_take(&ring, mine), 0);
    enter(&owner, &ring, 0, 1, put);
    go_to_ticket(&owner, &ring.tail, TICKETS + 2);
    assert_int_equal(wcq_take(&ring, mine), WCQ_NONE_LEFT); /* spoils the owner's first ticket */
    while (atomic_load(&request->seq2) != 1 ||
           atomic_load(&request->local_tail) != (uint64_t)(TICKETS + 2) << WCQ_FLAGS ||
           atomic_load(&ring.tail.b) != 0)
        step(&owner);
    for (unsigned i = 0; i < steps; i++)
        step(&owner);

    enter(&helper, &ring, 1, 0, help_the_first);
    while (wcq_cycle_of(&ring, atomic_load(&at->a)) != wcq_cycle(&ring, TICKETS) && !helper.ended)
        step(&helper);
    enter(&dequeuer, &ring, 2, 0, take);
    go_to_ticket(&dequeuer, &ring.head, TICKETS + 3);
    while (atomic_load(&ring.head.a) < 2 * TICKETS + 1 && (index = wcq_take(&ring, mine)) != WCQ_NONE_LEFT)
        times[index]++;
    for (unsigned i = 0; i < COUNT(others); i++) {
        uint64_t next = atomic_load(&ring.tail.a) + 1;
        enter(&others[i], &ring, 4 + i, 2 + (int64_t)i, put);
        go_to_ticket(&others[i], &ring.tail, next);
    }
    if ((index = wcq_take(&ring, mine)) != WCQ_NONE_LEFT)
        times[index]++;

    leave(&owner);
    leave(&helper);
    leave(&dequeuer);
    if (dequeuer.index != WCQ_NONE_LEFT)
        times[dequeuer.index]++;
    for (unsigned i = 0; i < COUNT(others); i++)
        leave(&others[i]);
    while ((index = wcq_take(&ring, mine)) != WCQ_NONE_LEFT)
        times[index]++;
    for (index = 1; index <= 3; index++)
        assert_int_equal(times[index], 1);
    wcq_ring_free(&ring);
}

static void a_note_is_of_the_entry_or_older(void **state)
{
    (void)state;
    for (unsigned steps = 0; steps < 12; steps++)
        stop_an_owner(steps);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(a_note_is_of_the_entry_or_older)};
    test_watch(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
