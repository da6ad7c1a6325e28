/* verify.h - whether every item that went into a hop came out of it once and in order. */
#ifndef BENCH_VERIFY_H
#define BENCH_VERIFY_H

#include "trial/board.h"

/* After a trial that ended by itself. 0: all right; -1 with what is wrong, hop by hop. Not for instruments.
   Order is checked unless the queue claims none. */
int verify_board(const struct board *board, enum sluice_order order, struct fault *fault);

/* The same in bits, of all hops together. */
enum verify_wrong {
    VERIFY_LOST = 1 << 0,       /* fewer items came out than went in */
    VERIFY_REPEATED = 1 << 1,   /* more did */
    VERIFY_OTHERS = 1 << 2,     /* as many, but not the same: some were lost, and others came instead */
    VERIFY_FOREIGN = 1 << 3,    /* some that nobody puts */
    VERIFY_DISORDERED = 1 << 4, /* some after later ones of the same producer */
};
unsigned verify_wrongs(const struct board *board, enum sluice_order order);

/* Sums, modulo 2^64, of the stamps that a producer put who put n items, and of their squares (stamp.h). */
void verify_sums(uint32_t producer, uint64_t n, uint64_t *sum, uint64_t *squares);

#endif
