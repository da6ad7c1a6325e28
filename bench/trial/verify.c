/* verify.c - see verify.h. */
#include "trial/verify.h"

#include <stdio.h>

__extension__ typedef unsigned __int128 wide;

void verify_sums(uint32_t producer, uint64_t n, uint64_t *sum, uint64_t *squares)
{
    /* Stamps are a + 1 ... a + n. n < 2^38, so that n(n+1)(2n+1) stays below 2^115 and divides exactly. */
    uint64_t a = sluice_first_stamp(producer);
    uint64_t ones = (uint64_t)((wide)n * (n + 1) / 2);
    uint64_t twos = (uint64_t)((wide)n * (n + 1) * (2 * (wide)n + 1) / 6);
    *sum = n * a + ones;
    *squares = n * a * a + 2 * a * ones + twos;
}

static void add(struct fault *fault, const char *format, const char *hop, uint64_t a, uint64_t b)
{
    char part[200];
    snprintf(part, sizeof part, format, hop, (unsigned long long)a, (unsigned long long)b);
    char so_far[sizeof fault->text];
    snprintf(so_far, sizeof so_far, "%s", fault->text);
    fault_set(fault, "%s%s%s", so_far, *so_far ? "; " : "", part);
}

struct totals {
    uint64_t put, taken, sum, squares, sum_due, squares_due, disordered, foreign;
};

static struct totals hop_totals(const struct board *board, uint32_t hop)
{
    const struct wiring wiring = spec_wiring(&board->spec);
    uint32_t producer = (uint32_t)wiring.producer[hop], consumer = (uint32_t)wiring.consumer[hop];
    struct totals t = {0};
    uint32_t first = wiring_first(&wiring, producer);
    for (uint32_t i = 0; i < wiring.threads_of[producer]; i++) {
        uint64_t put = board_count(board, first + i, SLUICE_PUT), sum, squares;
        verify_sums(i, put, &sum, &squares);
        t.put += put;
        t.sum_due += sum;
        t.squares_due += squares;
    }
    first = wiring_first(&wiring, consumer);
    for (uint32_t i = 0; i < wiring.threads_of[consumer]; i++) {
        t.taken += board_count(board, first + i, SLUICE_TAKEN);
        t.sum += board_count(board, first + i, SLUICE_SUM);
        t.squares += board_count(board, first + i, SLUICE_SQUARES);
        t.disordered += board_count(board, first + i, SLUICE_DISORDERED);
        t.foreign += board_count(board, first + i, SLUICE_FOREIGN);
    }
    return t;
}

/* What the totals say; enum verify_wrong. */
static unsigned wrongs_of(const struct totals *t, enum sluice_order order)
{
    bool others = t->sum != t->sum_due || t->squares != t->squares_due;
    return (t->taken < t->put ? VERIFY_LOST : 0) | (t->taken > t->put ? VERIFY_REPEATED : 0) |
           (t->taken == t->put && others ? VERIFY_OTHERS : 0) | (t->foreign ? VERIFY_FOREIGN : 0) |
           (t->disordered && order != SLUICE_UNORDERED ? VERIFY_DISORDERED : 0);
}

static void verify_hop(const struct board *board, uint32_t hop, enum sluice_order order, struct fault *fault)
{
    struct totals t = hop_totals(board, hop);
    const char *name = hop_names[hop];
    unsigned wrongs = wrongs_of(&t, order);
    if (wrongs & VERIFY_LOST)
        add(fault, "the %s hop lost %llu of %llu items", name, t.put - t.taken, t.put);
    if (wrongs & VERIFY_REPEATED)
        add(fault, "the %s hop gave more items than were put: %llu more than %llu", name, t.taken - t.put,
            t.put);
    if (wrongs & VERIFY_OTHERS)
        add(fault, "the %s hop gave other items than were put, though as many: %llu of %llu", name, t.taken,
            t.put);
    if (wrongs & VERIFY_FOREIGN)
        add(fault, "the %s hop gave items that nobody puts: %llu of %llu", name, t.foreign, t.taken);
    if (wrongs & VERIFY_DISORDERED)
        add(fault, "the %s hop gave items after later ones of the same producer: %llu of %llu", name,
            t.disordered, t.taken);
}

unsigned verify_wrongs(const struct board *board, enum sluice_order order)
{
    const struct wiring wiring = spec_wiring(&board->spec);
    unsigned wrongs = 0;
    for (uint32_t hop = 0; hop < HOPS; hop++) {
        if (!wiring_has_hop(&wiring, hop))
            continue;
        struct totals totals = hop_totals(board, hop);
        wrongs |= wrongs_of(&totals, order);
    }
    return wrongs;
}

int verify_board(const struct board *board, enum sluice_order order, struct fault *fault)
{
    const struct wiring wiring = spec_wiring(&board->spec);
    fault->text[0] = '\0';
    for (uint32_t hop = 0; hop < HOPS; hop++)
        if (wiring_has_hop(&wiring, hop))
            verify_hop(board, hop, order, fault);
    for (uint32_t role = 1; role <= STAGES; role++) {
        uint64_t taken = board_role_count(board, role, SLUICE_TAKEN);
        uint64_t accounted = board_role_count(board, role, SLUICE_PUT) +
                             board_role_count(board, role, SLUICE_DISCARDED) +
                             board_role_count(board, role, SLUICE_FAILED);
        if (taken != accounted)
            add(fault, "the %s stage took %llu items and passed on, discarded or failed on %llu",
                role_names[role], taken, accounted);
    }
    uint64_t put = board_role_count(board, 0, SLUICE_PUT);
    if (board->spec.counted && !board->failure.culprit && put != board->spec.items)
        add(fault, "the %s put %llu of %llu items", "source", put, board->spec.items);
    return fault->text[0] ? -1 : 0;
}
