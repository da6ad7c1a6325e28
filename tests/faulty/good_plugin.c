/* good_plugin.c - a queue that is right, as a user would write it. */
#define FAULTY_NAME "good-plugin"
#include "ring.h"
