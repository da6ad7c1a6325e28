/* play.c - see play.h. */
#include "scene/play.h"

#include "base/clock.h"
#include "base/units.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* What an interrupted play gets to shut its channel down and join its threads. */
static const uint64_t grace_ns = 2 * CLOCK_NS_PER_SECOND;

struct run {
    const struct play *play;
    struct minutes *minutes;
    size_t minutes_size;
    pid_t child;
    uint64_t deadline_ns;
    bool interrupted, killed;
    int status; /* as waitpid gives it */
};

const char *play_label(const struct play *play, char *text, size_t size)
{
    snprintf(text, size, "%s over %s, wait=%s", play->scene->name, play->backend->name, play->wait.text);
    return text;
}

void watch_begin(struct watch *watch)
{
    struct sigaction standard = {.sa_handler =
                                     SIG_DFL}; /* ignored, the ends of processes would not be kept */
    sigemptyset(&watch->signals);
    sigaddset(&watch->signals, SIGINT);
    sigaddset(&watch->signals, SIGTERM);
    sigaddset(&watch->signals, SIGCHLD);
    sigprocmask(SIG_BLOCK, &watch->signals, &watch->mask);
    sigaction(SIGCHLD, &standard, &watch->child);
}

void watch_end(const struct watch *watch)
{
    sigaction(SIGCHLD, &watch->child, NULL);
    sigprocmask(SIG_SETMASK, &watch->mask, NULL);
}

/* --- in the play's process --- */

static _Noreturn void be_the_play(const struct run *run, pid_t parent, const struct watch *watch)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a program that is killed leaves no play behind */
    if (getppid() != parent)
        _exit(1);
    prctl(PR_SET_TIMERSLACK, 1UL); /* else a sleep of 50us would take 100us */
    struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGPIPE, SIG_IGN); /* it is then an error of write */
    watch_end(watch);
    cast_play(run->play, run->minutes);
    exit(0); /* and not _exit: sanitizers look for leaks then. The parent has left no output to be flushed
                twice. */
}

/* --- in the parent --- */

static int open_minutes(struct run *run, struct fault *fault)
{
    uint32_t rows = cast_rows(run->play);
    run->minutes_size = sizeof *run->minutes + rows * sizeof *run->minutes->row;
    run->minutes = mmap(NULL, run->minutes_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (run->minutes == MAP_FAILED)
        return fault_set(fault, "%zu bytes of shared memory for a scene could not be had: %s",
                         run->minutes_size, strerror(errno));
    run->minutes->rows = rows;
    return 0;
}

static int start(struct run *run, const struct watch *watch, struct fault *fault)
{
    pid_t parent = getpid();
    fflush(NULL);
    run->child = fork();
    if (run->child == 0)
        be_the_play(run, parent, watch);
    return run->child > 0
               ? 0
               : fault_set(fault, "a process for the scene could not be started: %s", strerror(errno));
}

/* A signal of the user's: the first one asks the play to end, the second one does not ask. */
static void interrupt(struct run *run)
{
    uint64_t now_ns = clock_now_ns(), latest_ns = run->interrupted ? now_ns : now_ns + grace_ns;
    run->interrupted = true;
    if (run->deadline_ns > latest_ns)
        run->deadline_ns = latest_ns;
    kill(run->child,
         SIGINT); /* Ctrl-C has reached it already: then it is a second one to it, which does no harm */
}

/* Waits for the process to end, and kills it when its time is over. The signals are blocked, so that none is
   missed between a look and the wait. */
static void wait_for_end(struct run *run, const sigset_t *signals)
{
    while (waitpid(run->child, &run->status, WNOHANG) == 0) {
        uint64_t now_ns = clock_now_ns();
        if (now_ns >= run->deadline_ns) {
            run->killed = true;
            kill(run->child, SIGKILL);
            while (waitpid(run->child, &run->status, 0) < 0 && errno == EINTR)
                continue;
            return;
        }
        uint64_t left_ns = run->deadline_ns - now_ns;
        struct timespec left = {(time_t)(left_ns / CLOCK_NS_PER_SECOND),
                                (long)(left_ns % CLOCK_NS_PER_SECOND)};
        int signal = sigtimedwait(signals, NULL, &left);
        if (signal == SIGINT || signal == SIGTERM)
            interrupt(run);
    }
}

static void say_what_happened(const struct run *run, const char *what)
{
    char label[SPEC_TEXT_SIZE];
    const struct minutes *minutes = run->minutes;
    fprintf(stderr, "%s: %s; ", play_label(run->play, label, sizeof label), what);
    if (minutes->failure[0] && !minutes->write_error)
        fprintf(stderr, "before that: %s; ", minutes->failure);
    if (minutes->last_line[0])
        fprintf(stderr, "last line: %s\n", minutes->last_line);
    else
        fprintf(stderr, "it had said nothing\n");
}

static int judge_interrupted(const struct run *run)
{
    if (run->killed)
        say_what_happened(run, "interrupted, did not end by itself and was killed");
    else if (!run->minutes->ended)
        say_what_happened(run, "interrupted");
    else {
        char label[SPEC_TEXT_SIZE];
        play_print(run->play, run->minutes);
        fprintf(stderr, "%s: interrupted: %s\n", play_label(run->play, label, sizeof label),
                run->minutes->interrupted ? "the channel was shut down and the threads joined"
                                          : "it was at its end already");
    }
    return PLAY_INTERRUPTED;
}

/* The task that was to fail went to another consumer, or never came. */
static void say_that_nothing_failed(const struct run *run)
{
    const struct mishap *mishap = &run->play->mishap;
    if (mishap->stage != MISHAP_NOBODY && !run->minutes->failures && !run->play->quiet)
        fprintf(stderr, "nothing failed: consumer %d had no task %llu of its own\n", mishap->worker,
                (unsigned long long)(mishap->item ? mishap->item : mishap->every));
}

static int judge(const struct run *run)
{
    char what[128], time[UNITS_TEXT_SIZE];
    const struct minutes *minutes = run->minutes;
    if (run->interrupted || (WIFSIGNALED(run->status) && WTERMSIG(run->status) == SIGINT))
        return judge_interrupted(run);
    if (run->killed)
        snprintf(what, sizeof what, "did not end within %s and was killed",
                 units_format_duration(run->play->timeout_ns, time, sizeof time));
    else if (WIFSIGNALED(run->status))
        snprintf(what, sizeof what, "ended by signal %d (%s)", WTERMSIG(run->status),
                 strsignal(WTERMSIG(run->status)));
    else if (WEXITSTATUS(run->status) || !minutes->ended)
        snprintf(what, sizeof what, "ended with exit status %d", WEXITSTATUS(run->status));
    else if (minutes->write_error)
        snprintf(what, sizeof what, "what it says could not be written: %s", strerror(minutes->write_error));
    else {
        play_print(run->play, minutes);
        say_that_nothing_failed(run);
        return minutes->failures ? PLAY_FAILED : PLAY_OK;
    }
    say_what_happened(run, what);
    return PLAY_FAILED;
}

int play_run(const struct play *play, const struct watch *watch, struct fault *fault)
{
    struct run run = {.play = play, .deadline_ns = clock_now_ns() + play->timeout_ns};
    if (open_minutes(&run, fault))
        return -1;
    int status = start(&run, watch, fault);
    if (status == 0) {
        wait_for_end(&run, &watch->signals);
        status = judge(&run);
    }
    munmap(run.minutes, run.minutes_size);
    return status;
}
