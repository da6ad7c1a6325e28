/* overfills.c - takes one item more than it says that it holds. */
#define FAULTY_NAME       "faulty-overfills"
#define FAULTY_ROOM(ring) ((ring)->capacity + 1)
#include "ring.h"
