/* hungry.c - allocates and writes 64 KiB for every item, and never frees it. */
#include <stdlib.h>
#define FAULTY_NAME                "faulty-hungry"
#define FAULTY_DEQUEUE(ring, item) (eat() ? (item) : 0)
static int eat(void)
{
    volatile char *meal = malloc(64 * 1024); /* volatile: or the compiler leaves it out */
    for (int page = 0; meal && page < 16; page++)
        meal[page * 4096] = 1;
    return 1;
}
#include "ring.h"
