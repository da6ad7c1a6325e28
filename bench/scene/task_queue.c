/* task_queue.c - a producer and a crew of consumers over one channel, and what becomes of them when one
   fails: the first failure is kept and told to the caller, and nobody waits for somebody who is gone. */
#include "scene/scene_parts.h"

#include "base/clock.h"

#include <errno.h>
#include <signal.h>

/* --- Ctrl-C: the caller is told by the handler, and shuts the channel down --- */

static volatile sig_atomic_t interrupted;
static sem_t *caller_waits_on;

static void on_interrupt(int signal)
{
    int kept = errno;
    (void)signal;
    interrupted = 1;
    sem_post(caller_waits_on);
    errno = kept;
}

static void catch_interrupts(struct cast *cast)
{
    struct sigaction action = {.sa_handler = on_interrupt,
                               .sa_flags = SA_RESTART}; /* writes are not to be cut */
    caller_waits_on = &cast->changed;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/* All have left: there is nothing to shut down any more. */
static void ignore_interrupts(void)
{
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
}

/* --- the crew --- */

static void fail(struct player *me, const char *who, uint64_t task)
{
    cast_raise(me->cast, "An exception was thrown by %s on task %llu: it was made to fail", who,
               (unsigned long long)task);
}

/* False: nothing more is to be put. */
static bool put_task(struct player *me, uint64_t task)
{
    cast_say(me->cast, "put: %llu", (unsigned long long)task);
    enum sluice_status status = player_put(me, task);
    if (status != SLUICE_OK &&
        status != SLUICE_CLOSED) /* which it is when all consumers are gone, or by Ctrl-C */
        cast_raise(me->cast, "An exception was thrown by the producer on task %llu: %s",
                   (unsigned long long)task, cast_status_text(status));
    return status == SLUICE_OK;
}

/* One for each consumer, behind all tasks. Without them the consumers must end otherwise. */
static void put_end_marks(struct player *me)
{
    const struct play *play = me->cast->play;
    enum sluice_status status = SLUICE_OK;
    for (uint32_t i = 0; i < play->consumers && status == SLUICE_OK; i++) {
        status = sluice_close(play->backend->ops, play->signal, &me->thread, 1);
        me->cast->end_marks += status == SLUICE_OK;
    }
    if (status == SLUICE_OK || status == SLUICE_CLOSED)
        return;
    cast_raise(me->cast, "An exception was thrown by the producer on an end mark: %s",
               cast_status_text(status));
    sluice_shutdown(&me->cast->channel, false);
}

static void produce(struct player *me)
{
    const struct play *play = me->cast->play;
    for (uint64_t task = 1; task <= play->items; task++) {
        if (mishap_strikes(&play->mishap, MISHAP_PRODUCER, 0, task, task)) {
            fail(me, "the producer", task);
            break;
        }
        if (!put_task(me, task))
            break;
    }
    put_end_marks(me);
}

/* Until the end mark, or the first failure: who fails is gone. */
static void consume_tasks(struct player *me)
{
    const struct play *play = me->cast->play;
    uint64_t task;
    while (player_get(me, &task) == SLUICE_OK) {
        if (mishap_strikes(&play->mishap, MISHAP_CONSUMER, me->index, task, me->own)) {
            me->thread.count.n[SLUICE_FAILED]++;
            fail(me, me->row->name, task);
            return;
        }
        cast_say(me->cast, "consume task: %llu", (unsigned long long)task);
    }
}

static void consume(struct player *me)
{
    consume_tasks(me);
    /* Nobody takes anything any more: a put is to be refused, and not to wait for room. */
    if (atomic_fetch_sub_explicit(&me->cast->takers, 1, memory_order_relaxed) == 1)
        sluice_shutdown(&me->cast->channel, false);
}

/* --- the caller --- */

/* Looks once a second by itself, and at once when somebody leaves or the user interrupts. */
static void wait_for_all(struct cast *cast)
{
    while (atomic_load_explicit(&cast->on_stage, memory_order_acquire) > 0) {
        struct timespec second;
        clock_gettime(CLOCK_MONOTONIC, &second);
        second.tv_sec++;
        sem_clockwait(&cast->changed, CLOCK_MONOTONIC, &second);
        if (interrupted && !cast->minutes->interrupted) {
            cast->minutes->interrupted = true;
            sluice_shutdown(&cast->channel, true);
        }
    }
}

void task_queue_play(struct cast *cast)
{
    const uint32_t consumers = cast->play->consumers;
    catch_interrupts(cast);
    uint64_t started_ns = clock_now_ns();
    player_start(cast->producer, produce);
    for (uint32_t i = 0; i < consumers; i++)
        player_start(&cast->consumers[i], consume);
    wait_for_all(cast);
    ignore_interrupts();
    player_join(cast->producer);
    for (uint32_t i = 0; i < consumers; i++)
        player_join(&cast->consumers[i]);
    cast_time(cast, "from the first thread's start to the last one joined", started_ns, clock_now_ns());
}
