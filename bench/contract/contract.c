/* contract.c - see contract.h. What a test finds, it writes to a page that it shares with its parent. */
#include "contract/subject.h"

#include "base/clock.h"
#include "base/rng.h"
#include "trial/child.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

const struct sluice_backend *subject;

static const struct contract_test *const all_tests[] = {
    descriptor_tests, serial_tests,   room_tests,  span_tests, close_tests,
    deadline_tests,   takeover_tests, crowd_tests, turn_tests, progress_tests,
};

const char *contract_kind_name(enum contract_kind kind)
{
    static const char *const names[] = {
        [KIND_LOST] = "lost item",
        [KIND_DUPLICATE] = "duplicate",
        [KIND_BOTH] = "lost item and duplicate",
        [KIND_MADE_UP] = "made-up item",
        [KIND_ORDER] = "order",
        [KIND_CAPACITY] = "capacity",
        [KIND_STATUS] = "status",
        [KIND_SPAN] = "span",
        [KIND_CLOSE] = "close",
        [KIND_DEADLINE] = "deadline",
        [KIND_ENDS] = "ends",
        [KIND_FOOTPRINT] = "footprint",
        [KIND_LEAK] = "leak",
        [KIND_TRAITS] = "trait not kept",
        [KIND_MEMORY] = "memory",
        [KIND_ACCOUNT] = "account",
        [KIND_CRASH] = "crash",
        [KIND_HANG] = "hang",
    };
    return names[kind];
}

/* ---- in a test's process ---- */

enum verdict { NOTHING, FOUND, NOT_MADE };

/* Shared with the parent; there when the process is gone. */
struct page {
    _Atomic(bool) taken; /* by the thread that writes the verdict */
    _Atomic(int) verdict;
    struct contract_finding finding;
};

static struct page *page;
static uint64_t test_round;

static _Noreturn void conclude(enum verdict verdict, enum contract_kind kind, const char *format,
                               va_list arguments)
{
    while (atomic_exchange(&page->taken, true))
        pause(); /* another thread was first, and ends all of them */
    page->finding.kind = kind;
    vsnprintf(page->finding.text, sizeof page->finding.text, format, arguments);
    atomic_store(&page->verdict, verdict);
    _exit(0);
}

void find(enum contract_kind kind, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    conclude(FOUND, kind, format, arguments);
}

void give_up(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    conclude(NOT_MADE, KIND_ACCOUNT, format, arguments);
}

void not_tried(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(page->finding.text, sizeof page->finding.text, format, arguments);
    va_end(arguments);
}

void doing(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(page->finding.doing, sizeof page->finding.doing, format, arguments);
    va_end(arguments);
}

uint64_t seed_for(uint64_t which)
{
    uint64_t state = test_round << 32 ^ which;
    return rng_splitmix64(&state);
}

static _Noreturn void be_the_test(const struct contract_test *test, pid_t parent)
{
    child_begin(parent);
    test->run();
    exit(0); /* by the sanitizers, which look for leaks then */
}

/* ---- in the parent ---- */

static bool applies(const struct contract_test *test)
{
    return test->applies ? test->applies() : !subject->traits.instrument;
}

/* The number-th test for the subject; null: there are only *count. */
static const struct contract_test *test_at(size_t number, size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < COUNT(all_tests); i++)
        for (const struct contract_test *test = all_tests[i]; test->name; test++)
            if (applies(test) && (*count)++ == number)
                return test;
    return NULL;
}

size_t contract_tests(const struct sluice_backend *backend)
{
    size_t count;
    subject = backend;
    test_at(SIZE_MAX, &count);
    return count;
}

static void judge(struct contract_finding *finding, int status, bool killed, uint64_t timeout_ns)
{
    if (killed) {
        finding->kind = KIND_HANG;
        snprintf(finding->text, sizeof finding->text, "had not ended after %.3g s and was killed",
                 (double)timeout_ns / 1e9);
    } else if (WIFSIGNALED(status)) {
        finding->kind = KIND_CRASH;
        snprintf(finding->text, sizeof finding->text, "ended by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    } else {
        finding->kind = KIND_CRASH;
        snprintf(finding->text, sizeof finding->text, "exited with status %d", WEXITSTATUS(status));
    }
}

int contract_try(const struct sluice_backend *backend, size_t number, uint64_t round, uint64_t timeout_ns,
                 struct contract_finding *finding, struct fault *fault)
{
    size_t count;
    int status = 0;
    subject = backend;
    test_round = round;
    const struct contract_test *test = test_at(number, &count);
    page = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return fault_set(fault, "no memory to share with a test: %s", strerror(errno));
    fflush(NULL); /* or the child would write it again */
    const pid_t parent = getpid(), child = fork();
    if (child == 0)
        be_the_test(test, parent);
    bool killed = child > 0 && child_wait(child, timeout_ns, NULL, &status);
    const int error = errno, verdict = atomic_load(&page->verdict);
    *finding = page->finding;
    munmap(page, sizeof *page);
    if (child < 0)
        return fault_set(fault, "a process for a test could not be started: %s", strerror(error));
    finding->test = test->name;
    if (verdict == NOT_MADE)
        return fault_set(fault, "%s could not be tried: %s", test->name, finding->text);
    if (verdict == NOTHING && !killed && status == 0)
        return 0;
    if (verdict == NOTHING)
        judge(finding, status, killed, timeout_ns);
    return 1;
}
