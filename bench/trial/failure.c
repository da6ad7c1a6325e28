/* failure.c - see failure.h. */
#include "trial/failure.h"

#include "base/sanitized.h"

#include <signal.h>
#include <unistd.h>

/* --- on purpose --- */

static bool is_due(const struct fail_choice *plan, uint64_t item)
{
    uint64_t first = plan->item ? plan->item : plan->every;
    return item == first || (plan->every && item > first && (item - first) % plan->every == 0);
}

/* Of the worker; false: the work on this item failed. */
static bool attempt(struct sluice_worker *worker)
{
    struct actor *actor = actor_of(worker);
    struct board *board = actor->conductor->board;
    const struct fail_choice *plan = &board->spec.fail;
    uint64_t item = atomic_fetch_add_explicit(actor->fail_items, 1, memory_order_relaxed) + 1;
    if (!is_due(plan, item))
        return true;
    switch (plan->how) {
    case FAIL_CRASH:
        board_fail(board, actor->number, item, "was made to crash");
        raise(SIGSEGV);
        break;
    case FAIL_HANG:
        board_fail(board, actor->number, item, "was made to hang");
        for (;;)
            pause();
    case FAIL_ERROR:
        if (board_fail(board, actor->number, item, "was made to fail"))
            conductor_fail(actor->conductor, plan->stop);
    }
    return false;
}

void failure_prepare(struct actor *actor, _Atomic uint64_t *stage_items)
{
    const struct fail_choice *plan = &actor->conductor->board->spec.fail;
    if (plan->role == 0 || plan->role != actor->role ||
        (plan->worker >= 0 && (uint32_t)plan->worker != actor->index))
        return;
    actor->fail_items = stage_items;
    actor->worker.attempt = attempt;
}

/* --- by itself --- */

static _Thread_local const struct actor *me;

void failure_is_mine(const struct actor *actor)
{
    me = actor;
}

static void put_down(int number)
{
    if (me)
        board_fail(me->conductor->board, me->number, 0, "crashed");
    raise(number); /* the default again, by SA_RESETHAND */
}

void failure_catch_crashes(void)
{
    static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
    struct sigaction action = {.sa_handler = put_down, .sa_flags = SA_RESETHAND | SA_NODEFER};
    if (SANITIZED)
        return;
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaction(signals[i], &action, NULL);
}
