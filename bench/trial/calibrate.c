/* calibrate.c - see calibrate.h. */
#include "trial/calibrate.h"

#include "base/clock.h"

#include <sluice/stage.h>

double calibrate_burn(void)
{
    enum { RUNS = 200, ROUNDS = 100000 };
    double best = 0;
    for (int run = 0; run < RUNS; run++) {
        uint64_t begin_ns = clock_now_ns();
        sluice_burn(ROUNDS);
        uint64_t ns = clock_now_ns() - begin_ns;
        double speed = ns ? (double)ROUNDS / (double)ns : 0;
        best = speed > best ? speed : best;
    }
    return best > 0 ? best : 1;
}
