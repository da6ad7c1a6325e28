/* progress.c - see progress.h. */
#include "campaign/progress.h"

#include "base/clock.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

void progress_begin(struct progress *progress, size_t trials, unsigned blocks, double estimate_s, bool quiet)
{
    *progress = (struct progress){.trials = trials,
                                  .blocks = blocks,
                                  .begin_ns = clock_now_ns(),
                                  .estimate_s = estimate_s,
                                  .quiet = quiet,
                                  .terminal = isatty(STDERR_FILENO),
                                  .block = -1};
}

static void clear_line(const struct progress *progress)
{
    if (progress->terminal && !progress->quiet)
        fputs("\r\033[K", stderr);
}

static double seconds_left(const struct progress *progress)
{
    double elapsed_s = (double)(clock_now_ns() - progress->begin_ns) / 1e9;
    double a_trial_s = progress->done
                           ? elapsed_s / (double)progress->done
                           : progress->estimate_s / (double)(progress->trials ? progress->trials : 1);
    return a_trial_s * (double)(progress->trials - progress->done);
}

void progress_step(struct progress *progress, unsigned block, const char *label)
{
    if (!progress->quiet && progress->terminal) {
        struct winsize window;
        int columns =
            ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 20 ? window.ws_col : 80;
        char line[512];
        snprintf(line, sizeof line, "trial %zu/%zu, block %u/%u, %.0f s left: %s", progress->done + 1,
                 progress->trials, block + 1, progress->blocks, seconds_left(progress), label);
        fprintf(stderr, "\r\033[K%.*s", columns - 1, line);
        fflush(stderr);
    } else if (!progress->quiet && progress->block != (long long)block) {
        fprintf(stderr, "block %u/%u, %zu of %zu trials done, about %.0f s left\n", block + 1,
                progress->blocks, progress->done, progress->trials, seconds_left(progress));
    }
    progress->block = block;
    progress->done++;
}

void progress_note(struct progress *progress, const char *format, ...)
{
    if (progress->quiet)
        return;
    va_list arguments;
    clear_line(progress);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

void progress_end(struct progress *progress)
{
    clear_line(progress);
}
