/* bad_traits.c - claims to be intrusive and to have fixed memory. */
#define FAULTY_NAME   "bad-traits"
#define FAULTY_TRAITS , .item_room = 8
#include "ring.h"
