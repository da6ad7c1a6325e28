/* hurries.c - gives up waiting at once, whatever the deadline. */
#define FAULTY_NAME                 "faulty-hurries"
#define FAULTY_WAIT(ring, deadline) ((deadline) ? true : wait_for_change(ring, NULL))
#include "ring.h"
