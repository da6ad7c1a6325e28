/* board.c - see board.h. */
#include "trial/board.h"

#include <stdarg.h>
#include <stdio.h>

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
    return atomic_load_explicit(&board->slot[thread].n[count], memory_order_relaxed);
}

uint64_t board_role_count(const struct board *board, uint32_t role, enum sluice_count count)
{
    uint32_t index;
    uint64_t sum = 0;
    for (uint32_t thread = 0; thread < board->threads; thread++)
        if (spec_role(&board->spec, thread, &index) == role)
            sum += board_count(board, thread, count);
    return sum;
}

uint64_t board_depth(const struct board *board, uint32_t hop)
{
    /* The consumers first: read the other way round, the difference could be negative. */
    uint64_t taken = board_role_count(board, hop + 1, SLUICE_TAKEN);
    uint64_t put = board_role_count(board, hop, SLUICE_PUT);
    return put > taken ? put - taken : 0;
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
