/* understates.c - tells a footprint without its slots. */
#define FAULTY_NAME            "faulty-understates"
#define FAULTY_FOOTPRINT(ring) (sizeof *(ring))
#include "ring.h"
