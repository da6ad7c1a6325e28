/* bad_needs.c - needs something of the machine that the program does not know of. */
#define FAULTY_NAME   "bad-needs"
#define FAULTY_TRAITS , .needs = UINT32_C(1) << 31
#include "ring.h"
