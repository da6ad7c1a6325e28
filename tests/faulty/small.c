/* small.c - holds 8 items at most, and says that it is lock-free, which cannot be tried with so few. */
#define FAULTY_NAME     "small"
#define FAULTY_MOST     8
#define FAULTY_PROGRESS SLUICE_LOCK_FREE
#include "ring.h"
