/* support.h - what the tests of queues and channels share. */
#ifndef TESTS_SUPPORT_H
#define TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above */
#include <cmocka.h>

#include "base/sanitized.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static inline uint32_t at_most(uint32_t wanted, uint32_t most)
{
    return wanted < most ? wanted : most;
}

/* A count of items that takes about as long under a sanitizer as it does without. */
static inline uint64_t scaled(uint64_t items)
{
    return SANITIZED ? items / 8 + 1 : items;
}

/* What goes on now, printf-like; for messages. */
void test_doing(const char *format, ...) __attribute__((format(printf, 1, 2)));
const char *test_what(void);

/* Ends the program and says what it was doing when it takes so many seconds. */
void test_watch(unsigned seconds);

#endif
