/* verify.h - whether every item that went into a hop came out of it once and in order. */
#ifndef BENCH_VERIFY_H
#define BENCH_VERIFY_H

#include "trial/board.h"

/* After a trial that ended by itself. 0: all right; -1 with what is wrong, hop by hop. Not for instruments.
   Order is checked unless the queue claims none. */
int verify_board(const struct board *board, enum sluice_order order, struct fault *fault);

/* Sums, modulo 2^64, of the stamps that a producer put who put n items, and of their squares (stamp.h). */
void verify_sums(uint32_t producer, uint64_t n, uint64_t *sum, uint64_t *squares);

#endif
