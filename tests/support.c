/* support.c - see support.h. */
#include "support.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char doing[256];

void test_doing(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(doing, sizeof doing, format, arguments);
    va_end(arguments);
}

const char *test_what(void)
{
    return doing;
}

static void tell_and_end(int signal)
{
    (void)signal;
    if (write(STDERR_FILENO, "hangs in: ", 10) > 0 && write(STDERR_FILENO, doing, strlen(doing)) > 0 &&
        write(STDERR_FILENO, "\n", 1) > 0)
        _exit(1);
    _exit(2);
}

void test_watch(unsigned seconds)
{
    signal(SIGALRM, tell_and_end);
    alarm(seconds);
}
