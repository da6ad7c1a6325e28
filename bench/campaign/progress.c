/* progress.c - see progress.h. */
#include "campaign/progress.h"

#include "base/clock.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { LINE = 640 };

void progress_begin(struct progress *progress, const struct stopping *stopping, double trial_s, bool quiet)
{
    *progress = (struct progress){.stopping = stopping,
                                  .begin_ns = clock_now_ns(),
                                  .trial_s = trial_s,
                                  .quiet = quiet,
                                  .terminal = isatty(STDERR_FILENO),
                                  .block = -1};
}

static void clear_line(const struct progress *progress)
{
    if (progress->terminal && !progress->quiet)
        fputs("\r\033[K", stderr);
}

/* How many blocks there will be, if the intervals go on to narrow with the square root of their trials. */
static double expected_blocks(const struct progress *progress, unsigned block)
{
    const struct stop_rule *rule = &progress->stopping->rule;
    if (rule->precision == 0)
        return rule->blocks_max;
    double ratio = progress->widest / rule->precision;
    double blocks = isfinite(ratio) ? ceil(block * ratio * ratio) : rule->blocks_max;
    return fmin(fmax(blocks, fmax(rule->blocks_min, block + 1)), rule->blocks_max);
}

/* The blocks that are still to come, at the pace so far, or the rest of the budget. */
static double seconds_left(const struct progress *progress, unsigned block, size_t position)
{
    const struct stopping *stopping = progress->stopping;
    double elapsed_s = (double)(clock_now_ns() - progress->begin_ns) / 1e9;
    double trial_s = progress->done ? elapsed_s / (double)progress->done : progress->trial_s;
    double trials =
        (expected_blocks(progress, block) - block) * (double)stopping->configurations - (double)position;
    double left_s = trial_s * trials, budget_s = stopping->rule.budget_s;
    return budget_s > 0 ? fmax(fmin(left_s, budget_s - stopping->at_s), 0) : left_s;
}

/* ", 18 of 26 within 5%, widest 9.3%": what is known of the intervals; nothing before there is one. */
static void look_at_intervals(struct progress *progress)
{
    const struct stopping *stopping = progress->stopping;
    size_t widest, precise = stopping_count_precise(stopping, &widest);
    char *text = progress->intervals;
    size_t size = sizeof progress->intervals;
    int length = 0;
    progress->widest = stopping_precision(stopping, widest);
    text[0] = '\0';
    if (stopping->rule.precision > 0)
        length = snprintf(text, size, ", %zu of %zu within %.3g%%", precise, stopping->configurations,
                          100 * stopping->rule.precision);
    if (isfinite(progress->widest))
        snprintf(text + length, size - (size_t)length, ", widest %.1f%%", 100 * progress->widest);
}

void progress_step(struct progress *progress, unsigned block, size_t position, const char *label)
{
    const struct stop_rule *rule = &progress->stopping->rule;
    char line[LINE], blocks[48];
    bool is_new = progress->block != (long long)block;
    if (progress->quiet || !(progress->terminal || is_new))
        return;
    if (is_new) /* not at each trial: large plans have many intervals */
        look_at_intervals(progress);
    progress->block = block;
    snprintf(blocks, sizeof blocks, "of %u", rule->blocks_max);
    if (rule->blocks_min < rule->blocks_max)
        snprintf(blocks, sizeof blocks, "(%u..%u)", rule->blocks_min, rule->blocks_max);
    if (!progress->terminal) {
        fprintf(stderr, "block %u %s%s, about %.0f s left\n", block + 1, blocks, progress->intervals,
                seconds_left(progress, block, position));
        return;
    }
    struct winsize window;
    int columns = ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 20 ? window.ws_col : 80;
    snprintf(line, sizeof line, "block %u %s, %zu/%zu%s, %.0f s left: %s", block + 1, blocks, position,
             progress->stopping->configurations, progress->intervals, seconds_left(progress, block, position),
             label);
    fprintf(stderr, "\r\033[K%.*s", columns - 1, line);
    fflush(stderr);
}

void progress_done(struct progress *progress)
{
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
