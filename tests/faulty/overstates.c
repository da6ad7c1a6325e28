/* overstates.c - says that it holds more than it was asked for, unless that was its smallest capacity. */
#define FAULTY_NAME           "faulty-overstates"
#define FAULTY_CAPACITY(ring) ((ring)->capacity > 1 ? 2 * (ring)->capacity : 1)
#include "ring.h"
