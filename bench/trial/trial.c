/* trial.c - see trial.h. */
#include "trial/trial.h"

#include "trial/child.h"
#include "trial/pipeline.h"
#include "trial/registry.h"
#include "trial/verify.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_PADDING = 4096 };

volatile sig_atomic_t trial_interrupted;

static struct board *map_board(int descriptor, size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void trial_release(struct board *board)
{
    if (board)
        munmap(board, board_size(board->threads));
}

/* --- in the trial's process --- */

static void become_trial(const struct board *board)
{
    child_begin(board->parent);    /* a killed campaign leaves no trial behind */
    prctl(PR_SET_TIMERSLACK, 1UL); /* else sleep:50us would take 100us */
    signal(SIGINT, SIG_IGN);       /* Ctrl-C reaches the whole group; the parent decides */
}

static struct layout look_at_layout(void)
{
    char here;
    return (struct layout){
        .code = (uintptr_t)trial_main, .heap = (uintptr_t)sbrk(0), .stack = (uintptr_t)&here};
}

int trial_main(const char *text)
{
    int descriptor = atoi(text);
    struct stat stat;
    struct fault fault;
    const struct sluice_backend *backend;
    if (fstat(descriptor, &stat) < 0 || (size_t)stat.st_size < sizeof(struct board)) {
        fprintf(stderr, "sluice: %s is for the program's own use\n", TRIAL_ARGUMENT);
        return 2;
    }
    struct board *board = map_board(descriptor, (size_t)stat.st_size);
    close(descriptor);
    if (!board || board->magic != BOARD_MAGIC)
        return 2;
    become_trial(board);
    board->layout = look_at_layout();
    if (registry_find(board->spec.queue, &backend, &fault))
        board_conclude(board, OUTCOME_FAILED, "%s", fault.text);
    else
        pipeline_run(board, backend);
    return 0;
}

/* --- in the parent --- */

static struct board *make_board(const struct spec *spec, const int *pu, const struct pages_policy *memory,
                                int *descriptor, struct fault *fault)
{
    const struct wiring wiring = spec_wiring(spec);
    uint32_t threads = wiring_threads(&wiring);
    size_t size = board_size(threads);
    struct board *board = NULL;
    *descriptor = memfd_create("sluice-trial", 0); /* inherited through exec */
    if (*descriptor < 0 || ftruncate(*descriptor, (off_t)size) < 0 ||
        !(board = map_board(*descriptor, size))) {
        fault_set(fault, "a trial's shared memory of %zu bytes could not be made: %m", size);
        if (*descriptor >= 0)
            close(*descriptor);
        return NULL;
    }
    board->magic = BOARD_MAGIC;
    board->parent = getpid();
    board->threads = threads;
    board->spec = *spec;
    if (memory)
        memcpy(board->memory, memory, sizeof board->memory);
    for (uint32_t i = 0; i < threads; i++)
        *board_pu(board, i) = pu[i];
    return board;
}

static pid_t start_process(int descriptor, uint64_t padding)
{
    char number[16], filler[MAX_PADDING + 1];
    snprintf(number, sizeof number, "%d", descriptor);
    memset(filler, 'x', sizeof filler);
    filler[padding % MAX_PADDING] = '\0';
    pid_t child = fork();
    if (child == 0) {
        setenv("SLUICE_PADDING", filler, 1);
        execl("/proc/self/exe", "sluice", TRIAL_ARGUMENT, number, (char *)NULL);
        _exit(127);
    }
    return child;
}

static void judge(struct board *board, int status, bool killed)
{
    char what[BOARD_TEXT_SIZE - 128];
    struct fault fault = {""};
    const struct sluice_backend *backend;
    if (board->outcome == OUTCOME_OK && !killed && status) /* after its last word, while it cleaned up */
        board->outcome = OUTCOME_CRASHED;
    board_explain(board, what, sizeof what);
    if (killed)
        board_conclude(board, OUTCOME_TIMEOUT, "did not end within %.3g s and was killed: %s",
                       (double)board->spec.timeout_ns / 1e9, what);
    else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        board_conclude(board, OUTCOME_OUT_OF_MEMORY,
                       "was killed from outside, most likely by the kernel for memory");
    else if (WIFSIGNALED(status))
        board_conclude(board, OUTCOME_CRASHED, "ended by signal %d (%s): %s", WTERMSIG(status),
                       strsignal(WTERMSIG(status)), what);
    else if (WEXITSTATUS(status))
        board_conclude(board, OUTCOME_CRASHED, "exited with status %d: %s", WEXITSTATUS(status), what);
    else
        board_conclude(board, OUTCOME_CRASHED, "ended without a result: %s", what);
    bool ended = board->outcome == OUTCOME_OK || (board->outcome == OUTCOME_FAILED && board->joined_ns);
    if (ended && registry_find(board->spec.queue, &backend, &fault) == 0 && !backend->traits.instrument &&
        verify_board(board, backend->traits.order, &fault)) {
        board->outcome = OUTCOME_INVALID;
        snprintf(board->text, sizeof board->text, "%.*s", (int)sizeof board->text - 1, fault.text);
    }
}

int trial_run(const struct spec *spec, const int *pu, const struct pages_policy memory[HOPS],
              uint64_t padding, struct board **out, struct fault *fault)
{
    int descriptor, status = 0;
    struct board *board = make_board(spec, pu, memory, &descriptor, fault);
    if (!board)
        return -1;
    board->seed = padding;
    pid_t child = start_process(descriptor, padding);
    close(descriptor);
    if (child < 0) {
        trial_release(board);
        return fault_set(fault, "a process for the trial could not be started: %m");
    }
    board->process = child;
    board->padding_bytes = (uint32_t)(padding % MAX_PADDING);
    bool killed = child_wait(child, spec->timeout_ns, &trial_interrupted, &status);
    if (killed && trial_interrupted) {
        trial_release(board);
        return 1;
    }
    judge(board, status, killed);
    *out = board;
    return 0;
}
