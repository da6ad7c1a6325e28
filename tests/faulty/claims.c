/* claims.c - says of operations under a mutex that they are lock-free. */
#define FAULTY_NAME     "faulty-claims"
#define FAULTY_PROGRESS SLUICE_LOCK_FREE
#include "ring.h"
