/* child.c - see child.h. */
#include "trial/child.h"

#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool has_ended(pid_t child)
{
    siginfo_t info = {.si_pid = 0};
    return waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0;
}

void child_begin(pid_t parent)
{
    const struct rlimit no_core = {0, 0};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* which ended before that */
        _exit(1);
    setrlimit(RLIMIT_CORE, &no_core);
}

bool child_wait(pid_t child, uint64_t timeout_ns, const volatile sig_atomic_t *interrupted, int *status)
{
    int process = (int)syscall(SYS_pidfd_open, child, 0);
    uint64_t deadline_ns = clock_now_ns() + timeout_ns;
    /* Woken by the end of the process, by a signal, or by and by: a signal that comes just before the poll
       must not be slept through. Kernels before 5.3 have no pidfd: then the process is looked at each time.
     */
    struct pollfd end = {.fd = process, .events = POLLIN};
    uint64_t most_ms = process < 0 ? 2 : 500;
    bool kill_it = false;
    while (!has_ended(child) && !kill_it) {
        uint64_t now_ns = clock_now_ns();
        uint64_t left_ms = deadline_ns > now_ns ? (deadline_ns - now_ns) / 1000000 + 1 : 0;
        kill_it = !left_ms || (interrupted && *interrupted);
        poll(&end, 1, (int)(kill_it ? 0 : left_ms < most_ms ? left_ms : most_ms));
    }
    kill_it = kill_it && !has_ended(child);
    if (kill_it)
        kill(child, SIGKILL);
    while (waitpid(child, status, 0) < 0 && errno == EINTR)
        ;
    if (process >= 0)
        close(process);
    return kill_it;
}
