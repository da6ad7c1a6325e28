/* oversleeps.c - wakes nobody. */
#define FAULTY_NAME       "faulty-oversleeps"
#define FAULTY_WAKE(ring) ((void)(ring))
#include "ring.h"
