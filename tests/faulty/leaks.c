/* leaks.c - never frees a queue. */
#define FAULTY_NAME       "faulty-leaks"
#define FAULTY_FREE(ring) ((void)(ring))
#include "ring.h"
