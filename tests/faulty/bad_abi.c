/* bad_abi.c - a queue built for another version of the interface. */
#include <sluice/queue.h>
#undef SLUICE_ABI
#define SLUICE_ABI  999u
#define FAULTY_NAME "bad-abi"
#include "ring.h"
