/* child.h - a process of ours that may never end by itself. */
#ifndef BENCH_CHILD_H
#define BENCH_CHILD_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/wait.h>

/* In the child: it ends when its parent does, and leaves no core file behind. */
void child_begin(pid_t parent);

/* Waits for the child to end, and takes its status. True where timeout_ns had passed, or *interrupted (may be
   null) became true, and it was killed. */
bool child_wait(pid_t child, uint64_t timeout_ns, const volatile sig_atomic_t *interrupted, int *status);

#endif
