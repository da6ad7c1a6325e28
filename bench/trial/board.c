/* board.c - see board.h. */
#include "trial/board.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *const outcome_names[OUTCOMES] = {"crashed",       "ok",    "invalid", "timeout",
                                             "out-of-memory", "failed"};

static size_t reports_offset(uint32_t threads)
{
    return sizeof(struct board) + threads * sizeof(struct sluice_slot);
}

static size_t pus_offset(uint32_t threads)
{
    return reports_offset(threads) + threads * sizeof(struct thread_report);
}

size_t board_size(uint32_t threads)
{
    return pus_offset(threads) + threads * sizeof(int32_t);
}

struct thread_report *board_report(const struct board *board, uint32_t thread)
{
    return (struct thread_report *)((char *)board + reports_offset(board->threads)) + thread;
}

int32_t *board_pu(const struct board *board, uint32_t thread)
{
    return (int32_t *)((char *)board + pus_offset(board->threads)) + thread;
}

uint64_t board_count(const struct board *board, uint32_t thread, enum sluice_count count)
{
    return atomic_load_explicit(&board->slot[thread].n[count], memory_order_acquire);
}

uint64_t board_role_count(const struct board *board, uint32_t role, enum sluice_count count)
{
    const struct wiring wiring = spec_wiring(&board->spec);
    uint32_t first = wiring_first(&wiring, role);
    uint64_t sum = 0;
    for (uint32_t thread = first; thread < first + wiring.threads_of[role]; thread++)
        sum += board_count(board, thread, count);
    return sum;
}

uint64_t board_depth(const struct board *board, uint32_t hop)
{
    const struct wiring wiring = spec_wiring(&board->spec);
    if (!wiring_has_hop(&wiring, hop))
        return 0;
    /* The consumers first: read the other way round, the difference could be negative. */
    uint64_t taken = board_role_count(board, (uint32_t)wiring.consumer[hop], SLUICE_TAKEN);
    uint64_t put = board_role_count(board, (uint32_t)wiring.producer[hop], SLUICE_PUT);
    return put > taken ? put - taken : 0;
}

uint64_t board_delivered(const struct board *board)
{
    /* The sink publishes what it discarded before what it took: between the two, or where it was killed
       between them, it seems to have dropped more than it had. */
    const struct wiring wiring = spec_wiring(&board->spec);
    uint64_t taken = board_role_count(board, wiring_last(&wiring), SLUICE_TAKEN);
    uint64_t discarded = board_role_count(board, wiring_last(&wiring), SLUICE_DISCARDED);
    return taken > discarded ? taken - discarded : 0;
}

struct operations board_operations(const struct board *board)
{
    struct operations operations = {0};
    if (!spec_is_mix(&board->spec))
        return operations;
    operations.done = board_role_count(board, 0, SLUICE_PUT) + board_delivered(board);
    operations.failed =
        board_role_count(board, 0, SLUICE_EMPTY_POLLS) + board_role_count(board, 0, SLUICE_FULL_POLLS);
    return operations;
}

bool board_is_settled(const struct board *board)
{
    const struct wiring wiring = spec_wiring(&board->spec);
    for (uint32_t source = 0; source < wiring.threads_of[0]; source++)
        if (atomic_load_explicit(&board->slot[source].state, memory_order_acquire) != SLUICE_ENDED)
            return false;
    for (uint32_t hop = 0; hop < HOPS; hop++)
        if (wiring_has_hop(&wiring, hop) &&
            board_role_count(board, (uint32_t)wiring.producer[hop], SLUICE_PUT) !=
                board_role_count(board, (uint32_t)wiring.consumer[hop], SLUICE_TAKEN))
            return false;
    return true;
}

bool board_fail(struct board *board, uint32_t thread, uint64_t item, const char *text)
{
    uint32_t none = 0;
    /* Relaxed: who reads the rest does so after the thread or the process has ended. */
    if (!atomic_compare_exchange_strong_explicit(&board->failure.culprit, &none, thread + 1,
                                                 memory_order_relaxed, memory_order_relaxed))
        return false;
    /* Only what a signal handler may call. */
    size_t length = strnlen(text, sizeof board->failure.text - 1);
    memcpy(board->failure.text, text, length);
    board->failure.text[length] = '\0';
    board->failure.item = item;
    return true;
}

/* "resize worker 0 on item 500 was made to fail" */
static int print_failure(const struct board *board, char *text, size_t size)
{
    const struct failure *failure = &board->failure;
    const struct wiring wiring = spec_wiring(&board->spec);
    uint32_t index, role = wiring_role(&wiring, failure->culprit - 1, &index);
    char item[40] = "";
    if (failure->item)
        snprintf(item, sizeof item, " on item %llu", (unsigned long long)failure->item);
    bool is_stage = role > 0 && role < ROLES - 1;
    if (!is_stage && wiring.threads_of[role] == 1)
        return snprintf(text, size, "the %s%s %s", role_names[role], item, failure->text);
    return snprintf(text, size, "%s %s%u%s %s", role_names[role], is_stage ? "worker " : "", index, item,
                    failure->text);
}

/* "source waits for room, 2 of 3 download workers wait for items, ..." */
static void print_states(const struct board *board, char *text, size_t size)
{
    static const char *const one[] = {"has not started", "is at work", "waits for items", "waits for room",
                                      "has ended"};
    static const char *const many[] = {"have not started", "are at work", "wait for items", "wait for room",
                                       "have ended"};
    const struct wiring wiring = spec_wiring(&board->spec);
    size_t length = 0;
    for (uint32_t role = 0, thread = 0; role < ROLES; role++) {
        uint32_t count[SLUICE_ENDED + 1] = {0}, all = wiring.threads_of[role];
        for (uint32_t end = thread + all; thread < end; thread++)
            count[atomic_load_explicit(&board->slot[thread].state, memory_order_acquire) %
                  (SLUICE_ENDED + 1)]++;
        for (int state = 0; state <= SLUICE_ENDED && length < size; state++)
            if (count[state] && all == 1)
                length += (size_t)snprintf(text + length, size - length, "%s%s %s", length ? ", " : "",
                                           role_names[role], one[state]);
            else if (count[state])
                length +=
                    (size_t)snprintf(text + length, size - length, "%s%u of %u %s workers %s",
                                     length ? ", " : "", count[state], all, role_names[role], many[state]);
    }
}

void board_explain(const struct board *board, char *text, size_t size)
{
    int length = 0;
    *text = '\0';
    if (board->failure.culprit)
        length = print_failure(board, text, size);
    if ((size_t)length + 2 >= size)
        return;
    bool ended = true;
    for (uint32_t thread = 0; thread < board->threads; thread++)
        ended &= atomic_load_explicit(&board->slot[thread].state, memory_order_acquire) == SLUICE_ENDED;
    if (ended && length)
        return;
    length += snprintf(text + length, size - (size_t)length, "%s", length ? "; " : "");
    print_states(board, text + length, size - (size_t)length);
}

void board_conclude(struct board *board, enum outcome outcome, const char *format, ...)
{
    uint32_t none = OUTCOME_CRASHED;
    /* Relaxed: the text is read after the process has ended. */
    if (!atomic_compare_exchange_strong_explicit(&board->outcome, &none, (uint32_t)outcome,
                                                 memory_order_relaxed, memory_order_relaxed))
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(board->text, sizeof board->text, format, arguments);
    va_end(arguments);
}
